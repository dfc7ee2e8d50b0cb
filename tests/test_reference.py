"""The reference says what the model says: every field, every kind of mistake, and schemas that editors can use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from microsite import expressions, model, reference, schema
from microsite.citations import parse_citation
from microsite.diagnostics import KINDS
from microsite.evidence import SUPPORTS
from microsite.reference import AUTHORED_FILES, documents
from microsite.scaffold import starter
from microsite.schema import FieldKind, ListOf, MapOf, Reader, Record, keys_of, read_record
from microsite.spreadsheet import price_rows
from microsite.yamltext import compose

ROOT = Path(__file__).parent.parent
FILES = {file.name: file for file in AUTHORED_FILES}
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/content.md",
    "docs/diagnostics.md",
    "docs/recipes.md",
    "docs/decisions/README.md",
    "docs/decisions/2026-11-24-choices.md",
)


class CoreLoader(yaml.SafeLoader):
    """YAML as editors read it: the core schema of YAML 1.2, which knows no dates and no numbers to base 60."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 (PyYAML wants it so)


for tag, pattern, first in (
    ("null", r"(?:~|null|Null|NULL|)$", "~nN"),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def read_plainly(text: str) -> Any:
    return yaml.load(text, CoreLoader)


def front_matter(text: str) -> str:
    return text.split("---\n", 2)[1]


def committed_schema(name: str) -> Any:
    return json.loads((ROOT / f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8"))


def complaints(name: str, data: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(committed_schema(name)).iter_errors(data)]


def starter_of(name: str) -> Any:
    text = starter("index.md" if name == "story" else f"{name}.yaml", "harbour-fees")
    return read_plainly(front_matter(text) if name == "story" else text)


def records(kind: FieldKind) -> Iterator[type]:
    """Every record within a kind of value."""
    if isinstance(kind, Record):
        yield kind.record
        for field in keys_of(kind.record).values():
            yield from records(field.metadata["kind"])
    elif isinstance(kind, MapOf | ListOf):
        yield from records(kind.value if isinstance(kind, MapOf) else kind.item)
    elif isinstance(kind, model.PriceRowsKind):
        yield model.Price


ALL_RECORDS = sorted({record for file in AUTHORED_FILES for record in records(file.kind)}, key=lambda r: r.__name__)


# --- Up to date ------------------------------------------------------------------------------------------------------


def test_the_committed_reference_is_what_the_model_gives() -> None:
    assert sorted(reference.out_of_date()) == [], "run `make docs`"


def test_a_check_fails_until_the_reference_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    assert reference.main([]) == 2
    (tmp_path / "docs").mkdir()
    assert reference.main(["--check"]) == 1
    assert not any((tmp_path / "docs").iterdir())
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    (tmp_path / "docs/schemas/seed.schema.json").write_text("{}\n", encoding="utf-8")
    capsys.readouterr()
    assert reference.main(["--check"]) == 1
    assert capsys.readouterr().out.startswith("docs/schemas/seed.schema.json is out of date")


# --- Complete --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", ALL_RECORDS, ids=lambda record: record.__name__)
def test_every_field_of_the_model_has_its_line(record: type) -> None:
    table = reference.fields_table(record)
    assert table in documents()["docs/content.md"]
    unescaped = re.sub(r"\\([\[\]<*])", r"\1", table)
    for name, field in keys_of(record).items():
        need = "yes" if field.metadata["required"] else "no"
        assert re.search(
            rf"^\| `{name}` \| {need}\b.* \| {re.escape(field.metadata['doc'])} \| \S", unescaped, re.MULTILINE
        )


def test_every_kind_of_mistake_and_every_support_is_explained() -> None:
    diagnostics, content = documents()["docs/diagnostics.md"], documents()["docs/content.md"]
    unescaped = re.sub(r"\\([\[\]<*])", r"\1", diagnostics)
    for name, kind in KINDS.items():
        said = f"### `{name}`\n\n**{kind.severity.capitalize()}.** {kind.meaning}\n→ {kind.remedy}\n"
        assert said in unescaped
    rows = [f"| `{support.name}` | " for support in SUPPORTS]
    assert [content.find(row) for row in rows] == sorted(content.find(row) for row in rows)
    assert all(row in content and support.rule in content for row, support in zip(rows, SUPPORTS, strict=True))


def test_what_is_public_is_said_before_anything_else() -> None:
    first = re.sub(r"<!--.*?-->|^#.*$", "", documents()["docs/content.md"], flags=re.MULTILINE).strip()
    assert first.startswith("**Everything in `content/` and `seeds/` is as public as the repository")


# --- Sound -----------------------------------------------------------------------------------------------------------


def anchors(markdown: str) -> set[str]:
    """What github.com names a page's headings."""
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_documentation_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"(?<!\\)\]\(([^)\s]+)\)", prose):
        path, _, fragment = target.partition("#")
        other = ((ROOT / page).parent / path) if path else ROOT / page
        assert other.exists(), target
        assert not fragment or fragment in anchors(other.read_text(encoding="utf-8")), target


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", documents()["docs/content.md"], re.MULTILINE | re.DOTALL)


def test_examples_of_whole_files_are_read_without_complaint() -> None:
    kinds = {
        "content/site.yaml": "site",
        "# One source": "seed",
        "# The story's pri": "prices",
        "# The story's pic": "exhibits",
    }
    read = 0
    for text in blocks("yaml"):
        name = next((name for start, name in kinds.items() if text.startswith((start, f"# {start}"))), None)
        if name or text.startswith("# The site as a whole"):
            node, problems = compose(text, "example")
            reader = Reader("example", text)
            assert node is not None
            kind = FILES[name or "site"].kind
            assert read_record(model.Seed, node, reader, id="gazette") if name == "seed" else kind.read(node, reader)
            assert [*problems, *reader.problems] == []
            read += 1
    assert read == 5


def test_the_example_of_a_spreadsheet_is_read_without_complaint() -> None:
    (text,) = blocks("csv")
    rows, problems = price_rows(text, "prices.csv")
    assert (list(rows), problems) == (["small_boat", "large_boat"], [])


def test_examples_of_citations_and_figures_can_be_read() -> None:
    content = documents()["docs/content.md"]
    citations = re.findall(r"(?:\| `|seed:)(gazette[^`)]*)[`)]", content)
    figures = re.findall(r"^\| `\{\{ (.*?) \}\}`", content, re.MULTILINE)
    assert (len(citations), len(figures)) == (10, 6)
    assert all(parse_citation(citation) for citation in citations)
    assert all(expressions.parse(figure.replace("\\|", "|")) for figure in figures)


def test_recipes_name_files_that_are_there() -> None:
    named = re.findall(r"`([\w.-]+/[\w./-]*)`", (ROOT / "docs/recipes.md").read_text(encoding="utf-8"))
    missing = [
        name for name in named if not re.search(r"NAME|XX|timeline|gazette|daily", name) and not (ROOT / name).exists()
    ]
    assert (len(named) > 20, missing) == (True, [])


# --- Schemas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_schemas_are_schemas_and_name_no_host_but_their_dialect(name: str) -> None:
    given = committed_schema(name)
    Draft202012Validator.check_schema(given)
    assert given["title"]
    assert given["description"]
    assert re.findall(r"\w+://[^/\"]+|/(?:work|home|tmp)/", json.dumps(given)) in (
        ["https://json-schema.org"],
        ["https://json-schema.org", "https://"],
    )


@pytest.mark.parametrize("name", FILES)
def test_what_new_writes_fits_its_schema(name: str) -> None:
    assert complaints(name, starter_of(name)) == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("site", "content/site.yaml"),
        ("story", "content/dandong-store/index.md"),
        ("exhibits", "content/dandong-store/exhibits.yaml"),
        ("prices", "content/dandong-store/prices.yaml"),
        ("seed", "seeds/dailynk-dandong-store.yaml"),
        ("seed", "seeds/unsc-resolution-2375.yaml"),
        ("seed", "seeds/unsc-resolution-2397.yaml"),
    ],
)
def test_the_first_story_fits_the_schemas_when_read_as_an_editor_reads_it(name: str, path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert complaints(name, read_plainly(front_matter(text) if name == "story" else text)) == []


GONE = object()
DETAIL = "example-picture/annotations/example-detail/region"


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("site", "languages", GONE),
        ("site", "titel", "Harbour desk"),
        ("site", "format", 2),
        ("site", "title", {"english": "Harbour desk"}),
        ("story", "status", "done"),
        ("story", "based_on", "harbour-fees-example"),
        ("story", "parties/example-party/asked_by", GONE),
        ("exhibits", f"{DETAIL}/box", [0, 0, 2, 1]),
        ("exhibits", f"{DETAIL}/point", [0, 0]),
        ("exhibits", "Example Picture", {"title": "A title", "caption": "A caption"}),
        ("exhibits", "example-picture/absent", True),
        ("prices", "prices/example_first/statistic", "mean"),
        ("prices", "prices/example-third", {}),
        ("prices", "prices", "prices.xlsx"),
        ("prices", "comparable/0/reason", None),
        ("seed", "consulted", GONE),
        ("seed", "voices/example-voice/named", "yes"),
        ("seed", "statements/example-report/reading", "rumour"),
    ],
)
def test_what_is_wrong_does_not_fit(name: str, path: str, value: Any) -> None:
    data = whole = starter_of(name)
    *way, last = path.split("/")
    for key in way:
        data = data[int(key) if isinstance(data, list) else key]
    if value is GONE:
        data.pop(last)
    else:
        data[last] = value
    assert complaints(name, whole)


def test_a_value_that_an_editor_takes_for_a_number_is_no_mistake() -> None:
    data = read_plainly(starter("seed.yaml", "harbour-fees") + "published: 2019\n")
    data["statements"]["example-report"]["locator"] = 7
    assert isinstance(data["published"], int)
    assert complaints("seed", data) == []


def test_the_editor_settings_map_every_schema_to_files_that_are_there() -> None:
    mapped = json.loads(reference.editor_settings())["yaml.schemas"]
    assert set(mapped) == {f"./docs/schemas/{name}.schema.json" for name in FILES if name != "story"}
    for path, where in mapped.items():
        assert (ROOT / path).is_file()
        assert list(ROOT.glob(where)), where
    assert reference.editor_settings() in documents()["docs/content.md"]


def test_every_term_of_the_reference_is_a_kind_in_use() -> None:
    used = {id(f.metadata["kind"]) for record in ALL_RECORDS for f in keys_of(record).values()}
    used |= {
        id(kind.item)
        for record in ALL_RECORDS
        for f in keys_of(record).values()
        if isinstance(kind := f.metadata["kind"], ListOf)
    }
    assert all(id(kind) in used for kind, _ in reference.TERMS)
    assert schema.TEXT.expected
