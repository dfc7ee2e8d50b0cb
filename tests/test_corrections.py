"""A correction stands at the place, at the top, on the about page and on one page for the site; where there is none, nothing does."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import command
from tests import helpers, trees

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = Path(__file__).parent / "sites"
URL = "https://paper.example/coats"


def build(root: Path) -> Path:
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(trees.lay_over(tmp_path_factory.mktemp("corrected"), SITES / "corrected"))


def page(site: Path, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((site / path).read_bytes())


def marks(read: LexborHTMLParser) -> list[tuple[str, str]]:
    return [(node.text(), node.attributes["href"] or "") for node in read.css("a.corrected")]


def test_marks_lead_from_the_place_to_the_correction(site: Path) -> None:
    read = page(site, "story/index.html")
    assert marks(read) == [
        ("corrected", "#correction-2"),  # the headline
        ("corrected", "#correction-2"),  # a claim
        ("corrected", "#correction-4"),  # a claim with the corrected price in it
        ("corrected", "#correction-4"),  # the price
        ("clarified", "about.html#correction-1"),  # a caption
        ("clarified", "about.html#correction-1"),  # a note
    ]
    assert [node.id for node in read.css("p.correction")] == ["correction-4", "correction-3", "correction-2"]


@pytest.mark.parametrize("path", ["story/prices.html", "story/exhibits/shop.html", "story/text.html"])
def test_other_pages_have_the_marks_too(path: str, site: Path) -> None:
    read = page(site, path)
    assert marks(read)
    for _, href in marks(read):
        to, _, anchor = href.partition("#")
        there = (site / path).parent / to if to else site / path
        assert LexborHTMLParser(there.resolve().read_bytes()).css_first(f"#{anchor}"), href


def test_about_page_has_each_whole_with_what_it_is_about(site: Path) -> None:
    first, *_, last = page(site, "story/about.html").css("div.correction")
    assert re.sub(r"\s+", " ", first.text()).strip() == (
        "Correction, 3 December 2026 Was: A shirt was said to cost 10 euros. Is now: A shirt costs 20 euros. "
        "About: Price: A shirt"
    )
    assert [link.attributes["href"] for link in last.css("a")] == ["index.html#x-shop", "index.html#n-shop-door"]


def test_about_page_has_the_versions(site: Path) -> None:
    versions = [" ".join(node.text().split()[:-1]) for node in page(site, "story/about.html").css(".versions li")]
    assert versions == [
        "5 December 2026: minor change: spelling of a street",
        "3 December 2026: correction",
        "2 December 2026: correction, update",
        "25 November 2026: clarification",
        "24 November 2026: first publication",
    ]


@pytest.mark.parametrize("edition", ["", "ko/"])
def test_one_page_lists_those_of_all_stories(edition: str, site: Path) -> None:
    read = page(site, f"{edition}corrections.html")
    assert len(read.css("div.correction")) == 5
    links = [node.attributes["href"] for node in read.css("div.correction a")]
    assert links == ["gone/index.html", *(f"story/about.html#correction-{number}" for number in (4, 3, 2, 1))]
    for path in ("story/index.html", "story/about.html"):
        assert page(site, f"{edition}{path}").css_first(f'a[href$="../{edition}corrections.html"]')


def test_a_source_that_was_withdrawn_stays_named_and_its_words_go(site: Path) -> None:
    letter = page(site, "story/sources.html").css_first("#d-letter")
    assert letter
    assert "Withdrawn 2 December 2026. Its writer had confused two streets." in " ".join(letter.text().split())
    for path, data in trees.bytes_of(site / "story").items():
        assert b"A shop closed" not in data, path
        assert b"They will close" not in data, path


def test_without_corrections_there_is_no_trace_of_any(tmp_path: Path) -> None:
    site = build(trees.lay_over(tmp_path, SITES / "minimal"))
    assert not (site / "corrections.html").exists()
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert 'class="corrected"' not in text, path
        assert ".corrected{" not in text, path


def test_a_correction_reaches_the_page_of_all_while_other_stories_are_kept(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, SITES / "two-stories")
    site = build(root)
    assert not (site / "corrections.html").exists()
    front = root / "content/older/index.md"
    entry = "corrections: [{date: 2026-12-01, kind: update, was: It was so., now: It is otherwise.}]\n"
    front.write_text(front.read_text("utf-8").replace("status:", f"{entry}status:", 1), "utf-8")
    build(root)
    assert "It is otherwise." in (site / "corrections.html").read_text("utf-8")
    assert page(site, "index.html").css_first('a[href="corrections.html"]')
    other = root / "content/newer/index.md"
    other.write_text(other.read_text("utf-8") + "\nMore.\n", "utf-8")
    build(root)
    assert "It is otherwise." in (site / "corrections.html").read_text("utf-8")


def test_a_corrected_story_is_news_again_in_the_feed(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, SITES / "two-stories")
    settings = root / "content/site.yaml"
    settings.write_text(settings.read_text() + f"url: {URL}\n")
    older = root / "content/older/index.md"
    text = older.read_text("utf-8").replace("published: 2019-11\n", "published: 2019-11-30\n")
    entry = "corrections: [{date: 2026-12-01, kind: update, was: It was so., now: It is otherwise.}]\n"
    older.write_text(text.replace("status:", f"{entry}status:", 1), "utf-8")
    entries = feedparser.parse((build(root) / "feed.xml").read_bytes()).entries
    assert [each.id for each in entries] == [f"{URL}/older/index.html", f"{URL}/newer/index.html"]


def test_a_change_that_nothing_tells_is_annotated_on_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = helpers.write_site(tmp_path)
    assert command.main(["publish", "--root", str(root)]) == command.FINE
    helpers.write_site(root, helpers.replaced("content/story/index.md", "A shop opened", "A shop has opened"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert command.main(["publish", "--root", str(root)]) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr().out
    assert "::error file=content/story/index.md,line=7," in said
    assert "is “A shop has opened”" in said
