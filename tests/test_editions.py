"""The editions of the repository's own story are one story: same claims, figures, exhibits and places, in one order."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import command
from tests import trees

EDITIONS = ("", "ko/", "zh-Hans/")
PAGES = ("index.html", "evidence.html", "prices.html", "sources.html", "about.html", "text.html")


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own")
    for folder in ("content", "seeds"):
        trees.lay_over(root / folder, trees.ROOT / folder)
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


def opened(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_bytes())


@pytest.mark.parametrize("page", PAGES)
def test_every_place_on_a_page_has_the_same_name_in_each_language(site: Path, page: str) -> None:
    places = [[node.attributes["id"] for node in opened(site / folder / page).css("[id]")] for folder in EDITIONS]
    assert all(one == other for one, other in pairwise(places))


def test_a_claim_leads_to_the_same_claim_in_each_other_language(site: Path) -> None:
    for folder in EDITIONS:
        here = site / folder / "evidence.html"
        for claim in opened(here).css(".claims > li"):
            links = [str(link.attributes["href"]).split("#") for link in claim.css(".turn a")]
            assert [(here.parent / path).resolve() for path, _ in links] == [
                (site / other / "evidence.html").resolve() for other in EDITIONS if other != folder
            ]
            assert {fragment for _, fragment in links} == {claim.attributes["id"]}


@pytest.mark.parametrize(
    ("page", "place"), [("index.html", ".section"), ("text.html", "[id^=s-]"), ("sources.html", ".document")]
)
def test_a_section_leads_to_the_same_section_in_each_other_language(site: Path, page: str, place: str) -> None:
    for folder in EDITIONS:
        places = opened(site / folder / page).css(place)
        assert len(places) >= 3
        for here in places:
            links = [str(link.attributes["href"]).split("#") for link in here.css("a[lang]:not([hreflang])")]
            found = [(site / folder / path).resolve() for path, _ in links]
            assert found == [(site / other / page).resolve() for other in EDITIONS if other != folder]
            assert {fragment for _, fragment in links} == {here.attributes["id"]}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_stands_between_a_full_width_sign_and_what_follows_it(site: Path, page: str) -> None:
    html = re.sub(r"<svg.*?</svg>", "*", (site / "zh-Hans" / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    text = LexborHTMLParser(html).css_first("body")
    assert text is not None
    assert re.findall("[。：，；？！、] +\\S.*", text.text()) == []
