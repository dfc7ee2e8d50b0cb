"""The JSON-LD of a story: schema.org's own words, what the pages say, addresses that lead somewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, SDO, Graph, URIRef
from selectolax.lexbor import LexborHTMLParser

from microsite import command
from tests import helpers, trees
from tests.pictures import noise, saved

pytestmark = pytest.mark.usefixtures("compiled_once")

URL = "https://example.org/site"
CASE = Path(__file__).parent / "sites" / "everything"
STORY = """\
    ---
    title: A title
    standfirst: A standfirst.
    status: published
    authors: [Ha Na, Du Ri]
    published: {published}
    corrections:
      - {{date: 2026-12-01, kind: correction, was: It was </script> red., now: It was blue.}}
    ---

    [A shop opened](seed:paper/opening).
    """


def told_on(page: Path) -> dict[str, Any]:
    (node,) = LexborHTMLParser(page.read_bytes()).css('script[type="application/ld+json"]')
    return dict(json.loads(node.text()))


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = trees.lay_over(tmp_path_factory.mktemp("newsdata"), CASE)
    assert command.main(["build", "--root", str(root)]) == 0
    return root / "site"


@pytest.fixture(scope="module")
def told(site: Path) -> dict[str, Any]:
    return told_on(site / "text.html")


def of_story(root: Path, published: str = "2026-11-24") -> dict[str, Any]:
    settings = helpers.FILES["content/site.yaml"].rstrip(" ") + f"    url: {URL}\n"
    story = {"content/story/index.md": STORY.format(published=published), "content/story/exhibits.yaml": None}
    helpers.write_site(root, {"content/site.yaml": settings, **story})
    assert command.main(["build", "--root", str(root)]) == 0
    return told_on(root / "site/story/text.html")


def test_every_word_of_it_is_one_of_schema_orgs(told: dict[str, Any]) -> None:
    assert told["@context"] == "https://schema.org"
    local = {**told, "@context": {"@vocab": str(SDO)}}  # the context itself stands on a server
    graph = Graph().parse(data=json.dumps(local), format="json-ld")
    words = {predicate for _, predicate, _ in graph if predicate != RDF.type} | set(graph.objects(None, RDF.type))
    assert len(words) > 20
    assert [str(word) for word in words if not (isinstance(word, URIRef) and word in SDO)] == []


def test_it_says_what_the_page_says(site: Path, told: dict[str, Any]) -> None:
    page = LexborHTMLParser((site / "text.html").read_bytes())
    description = page.css_first("meta[name=description]")
    assert description
    assert told["@type"] == "ReportageNewsArticle"
    assert told["description"] == description.attributes["content"]
    documents = json.loads((site / "evidence.json").read_bytes())["documents"]
    assert [source["name"] for source in told["citation"]] == [document["title"] for document in documents]
    assert told["backstory"]
    assert "ClaimReview" not in json.dumps(told)


def addresses(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [address for value in part.values() for address in addresses(value)]
    if isinstance(part, list):
        return [address for value in part for address in addresses(value)]
    return [part] if isinstance(part, str) and part.startswith(URL) else []


def test_its_addresses_lead_to_files_and_places_of_the_site(site: Path, told: dict[str, Any]) -> None:
    found = {address.removeprefix(f"{URL}/") for address in addresses(told)}
    assert {"index.html", "prices.csv", "about.html#corrections"} <= found
    for address in found:
        path, _, fragment = address.partition("#")
        assert (site / path).is_file(), address
        assert not fragment or LexborHTMLParser((site / path).read_bytes()).css(f"[id='{fragment}']"), address


def test_photographs_have_their_credit_and_rights_and_placeholders_are_no_pictures(tmp_path: Path) -> None:
    entry = "{id}:\n  title: The {id}\n  alt: A {id}.\n  caption: The {id}.\n  credit: Ha Na\n  rights: By leave.\n"
    settings = helpers.FILES["content/site.yaml"].rstrip(" ") + f"    url: {URL}\n"
    sheet = entry.format(id="shop") + entry.format(id="door") + "  absent: withheld\n"
    root = helpers.write_site(tmp_path / "root", {"content/site.yaml": settings, "content/story/exhibits.yaml": sheet})
    (tmp_path / "shop.png").write_bytes(saved("PNG", noise((300, 200), 1)))
    arguments = [str(tmp_path / "shop.png"), "--exhibit", "story/shop", "--root", str(root)]
    assert command.main(["photo", *arguments]) == 0
    assert command.main(["build", "--root", str(root)]) == 0
    (image,) = told_on(root / "site/story/text.html")["image"]
    shown = [image[name] for name in ("name", "creditText", "copyrightNotice", "width", "height")]
    assert shown == ["The shop", "Ha Na", "By leave.", 300, 200]
    assert (root / "site" / image["contentUrl"].removeprefix(f"{URL}/")).is_file()


def test_prices_are_a_dataset_with_downloads(told: dict[str, Any]) -> None:
    dataset = told["hasPart"]
    assert dataset["@type"] == "Dataset"
    assert [download["encodingFormat"] for download in dataset["distribution"]] == ["text/csv", "application/json"]


def test_authors_are_named_and_corrections_kept(tmp_path: Path) -> None:
    told = of_story(tmp_path)
    assert [author["name"] for author in told["author"]] == ["Ha Na", "Du Ri"]
    assert told["dateModified"] == "2026-12-01", "a correction is a change"
    (correction,) = told["correction"]
    assert correction == {
        "@type": "CorrectionComment",
        "text": "It was </script> red. → It was blue.",
        "datePublished": "2026-12-01",
    }


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2026-11-24", "2026-11-24"), ("2026-11", "2026-11"), ("2026-XX-24", "2026"), ("XXXX-12-11", None)],
)
def test_of_a_date_it_says_what_is_known(published: str, expected: str | None, tmp_path: Path) -> None:
    assert of_story(tmp_path, published).get("datePublished") == expected


def test_without_the_sites_url_there_is_none(tmp_path: Path) -> None:
    root = helpers.write_site(tmp_path)
    assert command.main(["build", "--root", str(root)]) == 0
    assert not [page for page in (root / "site").rglob("*.html") if b"ld+json" in page.read_bytes()]
