"""The evidence as data says what the evidence page says, and nothing else is needed to count it again."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from microsite import command
from tests import helpers, trees

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = Path(__file__).parent / "sites"
CASES = ("everything", "contested", "withdrawn-voice", "two-languages", "front-and-another", "two-currencies")

Data = dict[str, Any]


class Edition:
    """What one edition of a story publishes about its evidence."""

    def __init__(self, site: Path, path: Path) -> None:
        self.site, self.path = site, path
        self.data: Data = json.loads(path.read_bytes())
        self.page = LexborHTMLParser(path.with_name("evidence.html").read_bytes())
        table = path.with_name("evidence.csv").read_bytes().decode()
        self.rows = list(csv.DictReader(io.StringIO(table, newline="")))

    @property
    def statements(self) -> Data:
        return {
            statement["id"]: statement for document in self.data["documents"] for statement in document["statements"]
        }

    @property
    def documents(self) -> Data:
        return {document["id"]: document for document in self.data["documents"]}


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> list[Edition]:
    found = []
    for case in CASES:
        root = trees.lay_over(tmp_path_factory.mktemp(case), SITES / case)
        assert command.main(["build", "--root", str(root)]) == 0
        found += [Edition(root / "site", path) for path in sorted((root / "site").rglob("evidence.json"))]
    return found


def marks(node: LexborNode) -> str:
    use = node.css_first("use")
    return (use.attributes["href"] or "").removeprefix("#m-") if use else ""


def counts_on_page(page: LexborHTMLParser) -> dict[str, int]:
    return {marks(row): int(text_in(row, "b")) for row in page.css("ul.counts li")}


def text_in(node: LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    assert found
    return found.text()


def test_the_data_alone_gives_the_counts_of_the_evidence_page(editions: list[Edition]) -> None:
    for edition in editions:
        claims = edition.data["claims"]
        counted = Counter(claim["support"] or "fallen" for claim in claims)
        contested = sum(bool(claim["contested_by"]) for claim in claims)
        expected = {name: number for name, number in {**counted, "contested": contested}.items() if number}
        expected.pop("fallen", None)  # a claim that nothing supports is counted at no level
        assert counts_on_page(edition.page) == expected, edition.path


def test_the_data_alone_gives_each_claims_tally(editions: list[Edition]) -> None:
    for edition in editions:
        for claim, row in zip(edition.data["claims"], edition.page.css("ol.claims > li"), strict=True):
            cited = {reference for part in claim["parts"] for reference in part} - {*edition.data["fallen"]}
            documents = {reference.partition("/")[0] for reference in cited}
            assert claim["documents"] == len(documents), claim["id"]
            assert claim["publishers"] == len({edition.documents[id]["publisher"] for id in documents})
            kinds = {edition.statements[reference]["reading"] for reference in cited if "/" in reference}
            assert set(claim["kinds"]) == kinds
            assert row.attributes["id"] == f"e-{claim['id']}"
            sentence = f"{claim['number']} {claim['before']}{claim['text']}{claim['after']}"
            assert text_in(row, ".sentence") == sentence


def test_the_data_alone_gives_the_independent_voices_of_each_claim(editions: list[Edition]) -> None:
    counted = 0
    for edition in editions:
        told, named = relays_of(edition), named_voices(edition)
        if any(document["relays"] for document in edition.data["documents"]):
            continue  # whole documents that pass on others are the subject of test_evidence
        for claim in edition.data["claims"]:
            spoken = {reference for part in claim["parts"] for reference in part if "/" in reference}
            speakers = {speaker(edition, reference) for reference in spoken - {*edition.data["fallen"]}}
            independent = {each for each in speakers if speakers.isdisjoint(told[each])}
            assert claim["voices"] == len(independent), claim["id"]
            assert claim["unnamed"] == len(independent - named), claim["id"]
            counted += 1
    assert counted >= 10


def named_voices(edition: Edition) -> set[str]:
    documents = edition.data["documents"]
    return {f"{each['id']}@{voice['id']}" for each in documents for voice in each["voices"] if voice["named"]}


def speaker(edition: Edition, reference: str) -> str:
    document = reference.partition("/")[0]
    return f"{document}@{edition.statements[reference]['voice']}"


def relays_of(edition: Edition) -> dict[str, list[str]]:
    return {
        f"{document['id']}@{voice['id']}": voice["relays"]
        for document in edition.data["documents"]
        for voice in document["voices"]
    }


def test_every_name_in_the_data_leads_to_an_entry_of_it(editions: list[Edition]) -> None:
    for edition in editions:
        known = edition.statements.keys() | edition.documents.keys()
        assert set(references(edition.data)) <= known, edition.path
        prices = {price["id"] for price in edition.data["prices"]}
        assert {price for claim in edition.data["claims"] for price in claim["prices"]} <= prices
        claims = {claim["id"] for claim in edition.data["claims"]}
        shown = (
            claim
            for each in edition.data["exhibits"]
            for part in (each, *each["annotations"])
            for claim in part["claims"]
        )
        assert set(shown) <= claims
        assert all(edition.path.with_name(claim["page"]).is_file() for claim in edition.data["claims"])


def references(data: Data) -> Iterator[str]:
    yield from data["fallen"]
    parted = [*data["claims"], *(note for exhibit in data["exhibits"] for note in exhibit["annotations"])]
    yield from (reference for each in parted for part in each["parts"] for reference in part)
    yield from (contest["statement"] for claim in data["claims"] for contest in claim["contested_by"])


def test_the_data_is_as_the_schema_that_it_names_says(editions: list[Edition]) -> None:
    for edition in editions:
        schema = json.loads((edition.path.parent / edition.data["$schema"]).read_bytes())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(edition.data)
        assert sorted(schema["required"]) == sorted(edition.data) == sorted(schema["properties"])


def test_the_table_says_the_same(editions: list[Edition]) -> None:
    for edition in editions:
        expected = [
            (str(claim["number"]), claim["id"], claim["text"], claim["support"] or "", str(number), reference)
            for claim in edition.data["claims"]
            for number, part in enumerate(claim["parts"], 1)
            for reference in part
        ]
        columns = ("claim", "id", "text", "support", "part", "statement")
        assert [tuple(row[column] for column in columns) for row in edition.rows] == expected
        for row in edition.rows:
            said, document = edition.statements.get(row["statement"], {}), edition.documents[row["document"]]
            assert [row["says"], row["quote"]] == [said.get("says", ""), said.get("quote") or ""]
            assert [row["url"], row["published"]] == [document["url"] or "", document["published"] or ""]
            assert row["stands"] == str(row["statement"] not in edition.data["fallen"]).lower()


def test_what_a_withdrawn_voice_said_is_marked_as_fallen(editions: list[Edition]) -> None:
    (edition,) = (each for each in editions if "withdrawn-voice" in str(each.path))
    assert edition.data["fallen"]
    for reference in edition.data["fallen"]:
        document, _, _ = reference.partition("/")
        by = {voice["id"]: voice for voice in edition.documents[document]["voices"]}
        assert by[edition.statements[reference]["voice"]]["withdrawn"]["reason"]


def test_a_spreadsheet_takes_no_words_of_a_source_for_a_formula(tmp_path: Path) -> None:
    seed = helpers.replaced("seeds/paper.yaml", "says: A shop opened.", "says: =HYPERLINK(1)")
    root = helpers.write_site(tmp_path, seed)
    assert command.main(["build", "--root", str(root)]) == 0
    edition = Edition(root / "site", root / "site/story/evidence.json")
    assert {row["says"][:3] for row in edition.rows} & {"'=H", "=HY"} == {"'=H"}
    assert edition.statements["paper/opening"]["says"] == "=HYPERLINK(1)"


def test_dates_stay_as_the_source_gives_them(editions: list[Edition]) -> None:
    dates = [voice["spoke"] for edition in editions for each in edition.data["documents"] for voice in each["voices"]]
    assert any(dates)
    assert all(date is None or date[:4].isdigit() or date.startswith("XXXX") for date in dates)
