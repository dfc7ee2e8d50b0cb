"""The text-only edition: the whole story on one small page, saying the same as the pages it stands in for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import command
from tests import trees

MOST_BYTES = 14 * 1024
EDITIONS = ("", "ko/", "zh-Hans/")


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own site."""
    root = tmp_path_factory.mktemp("own")
    for folder in ("content", "seeds"):
        trees.lay_over(root / folder, trees.ROOT / folder)
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


@pytest.fixture(scope="module")
def everything(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("everything")
    trees.lay_over(root, trees.ROOT / "tests" / "sites" / "everything")
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


def opened(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_bytes())


def words_of(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


def ids(page: LexborHTMLParser, selector: str) -> list[str | None]:
    return [node.attributes["id"] for node in page.css(selector)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_is_light_and_one_request(site: Path, edition: str) -> None:
    page = site / edition / "text.html"
    assert len(gzip.compress(page.read_bytes(), 9)) <= MOST_BYTES
    assert not opened(page).css("link[rel=stylesheet], link[rel=icon], img, svg, script")


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_has_the_claims_of_the_story_in_the_same_words(site: Path, edition: str) -> None:
    text, evidence = opened(site / edition / "text.html"), opened(site / edition / "evidence.html")
    claims = dict(zip(ids(text, "main span[id]"), words_of(text, "main span[id]"), strict=True))
    listed = [str(id).removeprefix("e-") for id in ids(evidence, ".claims > li")]
    assert claims == dict(zip(listed, words_of(evidence, ".sentence mark"), strict=True))


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_claim_leads_to_a_numbered_note_with_its_sources(site: Path, edition: str) -> None:
    text, evidence = opened(site / edition / "text.html"), opened(site / edition / "evidence.html")
    claims, numbers = ids(text, "main span[id]"), text.css("main span[id] + sup > a")
    number_of = {claim: number.text() for claim, number in zip(claims, numbers, strict=True)}
    assert ids(text, "ol:last-of-type > li[id^=n]:not([id*='-'])") == [
        f"n{number + 1}" for number in range(len(set(number_of.values())))
    ]
    for here in evidence.css(".claims > li"):
        (note,) = words_of(text, f"#n{number_of[str(here.attributes['id']).removeprefix('e-')]}")
        assert all(" ".join(ground.text().split()) in note for ground in here.css(".grounds li"))


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_note_beside_the_story_tells_everybody_whom_the_evidence_page_tells_and_each_place_once(
    site: Path, edition: str
) -> None:
    story, evidence = opened(site / edition / "index.html"), opened(site / edition / "evidence.html")
    for claim in story.css(".claim"):
        mark = claim.css_first(".mark")
        assert mark
        brief = words_of(story, f".note[id='{mark.attributes['popovertarget']}'] .grounds li")
        whole = words_of(evidence, f"#e-{claim.attributes['id']} .grounds li")
        assert len(brief) == len(set(brief)), brief
        assert all(any(line.startswith(told) for told in brief) for line in whole), (brief, whole)
        assert all(any(line.startswith(told) for line in whole) for told in brief), (brief, whole)


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_has_the_exhibits_prices_and_unknowns_of_the_story(site: Path, edition: str) -> None:
    text, story = opened(site / edition / "text.html"), opened(site / edition / "index.html")
    assert ids(text, "[id^=x-]") == ids(story, "figure")
    (whole,) = words_of(text, "main")
    for picture in story.css("figure img"):
        assert str(picture.attributes["alt"]) in whole
    assert ids(text, "[id^=x-] li") == ids(story, ".annotation")
    assert ids(text, "[id^=p-]") == ids(opened(site / edition / "prices.html"), "[id^=p-]")
    assert all(value in whole for value in words_of(opened(site / edition / "prices.html"), "tr[id] td b"))
    assert all(figure in whole for figure in words_of(story, ".figure"))


def test_it_has_the_corrections_and_the_answers_of_the_about_page(everything: Path) -> None:
    for page in everything.rglob("text.html"):
        about = page.with_name("about.html")
        if not page.read_text(encoding="utf-8").count("<main id"):
            continue  # where a story has moved away from
        (whole,) = words_of(opened(page), "main")
        said = words_of(opened(about), ".correction del, .correction p b, td:last-child, .wide th[scope=row]")
        assert all(words in whole for words in said)


def test_it_is_linked_from_every_page_of_its_story(site: Path) -> None:
    for page in (site / "index.html", site / "ko" / "about.html", site / "exhibits" / "interior.html"):
        assert opened(page).css("footer a[href$='text.html']")
