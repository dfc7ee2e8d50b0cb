"""The fact-check copy: every line and every claim with what it rests on, boxes to sign, and never in `site/`."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import command
from tests import trees

SITES = Path(__file__).parent / "sites"

pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trees.lay_over(tmp_path_factory.mktemp("factcheck"), SITES / "everything")


@pytest.fixture(scope="module")
def copy(root: Path) -> LexborHTMLParser:
    assert command.main(["factcheck", "story", "--root", str(root)]) == 0
    return LexborHTMLParser((root / ".microsite/factcheck/story.en.html").read_bytes())


def text_of(copy: LexborHTMLParser) -> str:
    assert copy.body
    return " ".join(copy.body.text().split())


def evidence_page(root: Path) -> LexborHTMLParser:
    assert command.main(["build", "--root", str(root)]) == 0
    return LexborHTMLParser((root / "site/evidence.html").read_bytes())


def test_every_claim_of_the_evidence_page_is_in_it_with_a_box_to_sign(root: Path, copy: LexborHTMLParser) -> None:
    claims = {node.text() for node in evidence_page(root).css("ol.claims mark")}
    in_copy = {node.text().strip().partition(" ")[2] for node in copy.css("article > h3") if node.css(".number")}
    assert claims <= in_copy
    assert all(article.css(".sign .box") for article in copy.css("article"))
    assert all(section.css(".sign") for section in copy.css("section"))


def test_it_says_who_said_what_where_and_how_they_know(copy: LexborHTMLParser) -> None:
    text = text_of(copy)
    assert "A paper, paragraph 2 paper · testimony" in text
    assert "how they know:" in text


def test_it_shows_prices_and_how_figures_were_computed(copy: LexborHTMLParser) -> None:
    formulas = [node.text() for node in copy.css(".formula")]
    assert any("A coat (more than 1,000 yuan) ÷ A shirt (200 to 300 yuan) = more than 3.3 times" in f for f in formulas)
    assert copy.css("article table th[scope=row]")


def test_it_asks_nobody_for_anything_and_says_what_it_is(copy: LexborHTMLParser) -> None:
    assert not copy.css("[src], link, script")
    assert "Not for publication" in text_of(copy)


def test_it_is_not_in_the_site(root: Path, copy: LexborHTMLParser) -> None:
    evidence_page(root)
    assert not [path for path in (root / "site").rglob("*") if "factcheck" in path.name]


def test_a_draft_can_be_checked(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, SITES / "draft")
    draft = next(p.parent.name for p in (root / "content").glob("*/index.md") if "status: draft" in p.read_text())
    assert command.main(["factcheck", draft, "--root", str(root)]) == 0
    assert "(draft)" in (root / f".microsite/factcheck/{draft}.en.html").read_text("utf-8")


@pytest.mark.parametrize("arguments", [("stroy",), ("story", "--language", "fr")])
def test_a_story_or_an_edition_that_is_not_there_is_named(
    arguments: tuple[str, ...], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["factcheck", *arguments, "--root", str(root)]) == 2
    assert "unknown-" in capsys.readouterr().err
