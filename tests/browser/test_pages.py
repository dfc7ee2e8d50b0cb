"""Every page at every width, from every place, scripts off: it fits, is whole, asks for nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.browser.browsing import (
    EDITIONS,
    MADE_UP_PAGES,
    OWN_PAGES,
    PAGES,
    TEXT_OVER_TEXT,
    WIDTHS_PX,
    Reader,
    loads_its_pictures,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_the_window_at_every_width(path: str, reader: Reader) -> None:
    page = reader.open(path, width=WIDTHS_PX[0], scripts=False)
    for width in WIDTHS_PX:
        page.set_viewport_size({"width": width, "height": 800})
        assert scrolls_sideways_by(page) == 0, width
        assert page.evaluate(TEXT_OVER_TEXT) == [], width
    assert page.locator("h1").count() == 1
    assert loads_its_pictures(page)


@pytest.mark.parametrize("width", WIDTHS_PX)
@pytest.mark.parametrize("path", ["index.html", "evidence.html"])
def test_a_page_fits_the_window_with_everything_opened(path: str, width: int, reader: Reader) -> None:
    page = reader.open(path, width=width, scripts=False)
    for box in page.get_by_role("checkbox").all():
        box.check()
    for summary in page.locator("summary").all()[:3]:
        summary.click()
    assert scrolls_sideways_by(page) == 0
    assert page.evaluate(TEXT_OVER_TEXT) == []


@pytest.mark.parametrize("path", ["ko/index.html", "zh-Hans/evidence.html"])
def test_what_is_said_of_an_edition_stands_in_a_band_from_edge_to_edge(path: str, reader: Reader) -> None:
    band = reader.open(path, width=1920, scripts=False).locator(".notice")
    box = band.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 1920)
    assert band.inner_text().strip()


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_page_looks_the_same_from_a_host_from_a_path_on_it_and_from_a_folder(path: str, reader: Reader) -> None:
    looks = []
    for at in ("root", "repo", "folder"):
        page = reader.open(path, at=at)
        assert loads_its_pictures(page)
        looks.append(page.evaluate(LOOKS))
    assert looks[0] == looks[1] == looks[2]


LOOKS = """async () => {
    const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    await document.fonts.ready;
    await drawn();
    return [...document.querySelectorAll('*')].map(element => {
        const box = element.getBoundingClientRect(), style = getComputedStyle(element);
        return [box.x, box.y, box.width, box.height, style.color, style.backgroundColor, style.fontFamily].join(' ');
    });
}"""


def test_the_pages_tested_are_all_there_are(own_site: Path, made_up_site: Path) -> None:
    own = {path for path in pages_to_stay_on(own_site) if not path.endswith("offline.html")}  # it has tests of its own
    assert {path for path in own if not path.startswith(tuple(EDITIONS.values()))} == set(OWN_PAGES)
    for folder in EDITIONS.values():
        assert {path for path in own if path.startswith(folder)} == {
            folder + path for path in set(OWN_PAGES) - {"404.html"}
        }
    assert {path.removeprefix("made-up/") for path in MADE_UP_PAGES} <= pages_to_stay_on(made_up_site)


def pages_to_stay_on(site: Path) -> set[str]:
    """The paths of all pages but those that only lead on."""
    pages = {path.relative_to(site).as_posix(): LexborHTMLParser(path.read_bytes()) for path in site.rglob("*.html")}
    return {path for path, page in pages.items() if not page.css("meta[http-equiv=refresh]")}


@pytest.mark.parametrize("at", ["root", "repo"])
@pytest.mark.parametrize("start", ["index.html", "made-up/index.html"])
def test_every_link_leads_somewhere(
    start: str, at: str, places: dict[str, str], own_site: Path, made_up_site: Path
) -> None:
    first = places[at] + start
    seen, broken = {first: "index"}, []
    waiting = [first]
    while waiting:
        here = waiting.pop()
        try:
            with urlopen(here) as answer:
                html = answer.read() if answer.headers.get_content_type() == "text/html" else b""
        except HTTPError as error:
            broken.append(f"{error.code} {here}, from {seen[here]}")
            continue
        for address in _addresses(html, here):
            if address.startswith(places["root"]) and address not in seen:
                seen[address] = here
                waiting.append(address)
    assert not broken
    site = made_up_site if "made-up" in start else own_site
    reached = {address.removeprefix(first.removesuffix("index.html")) for address in seen}
    # A reader comes to this one from elsewhere only.
    assert pages_to_stay_on(site) - reached == {"404.html"}


def _addresses(html: bytes, here: str) -> list[str]:
    tree = LexborHTMLParser(html)
    found = [node.attributes.get("href") or node.attributes.get("src") for node in tree.css("[href], [src]")]
    return [urldefrag(urljoin(here, address)).url for address in found if address]


def test_an_address_that_leads_nowhere_gets_a_page_that_asks_for_nothing(reader: Reader) -> None:
    page = reader.own_tab()
    address = reader.places["repo"] + "nowhere/at/all"
    answer = page.goto(address)
    assert answer
    assert answer.status == 404
    assert reader.requests == [address]
    assert page.locator("h1").inner_text() == "There is no page here"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") != "normal"


@pytest.mark.parametrize("at", ["root", "repo", "folder"])
def test_an_address_the_story_has_moved_away_from_leads_to_the_new_one(at: str, reader: Reader) -> None:
    page = reader.open("dandong-store/exhibits/interior.html", at=at, scripts=False)
    page.wait_for_url(reader.places[at] + "exhibits/interior.html")
    assert page.locator("h1").inner_text() == "Inside the shop"


def scrolls_sideways_by(page: Page) -> int:
    """By how many pixels the whole page can be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
