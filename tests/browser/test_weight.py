"""How light a page is: its bytes over the wire and its requests; nothing runs, nothing jumps."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.browser.browsing import Reader, loads_its_pictures, site_path

pytestmark = pytest.mark.browser

KIB = 1024


def over_the_wire(path: Path) -> int:
    """The bytes of a file as a host sends it: text packed, pictures as they are."""
    data = path.read_bytes()
    return len(gzip.compress(data, 9)) if path.suffix in (".html", ".css", ".svg") else len(data)


def test_the_story_is_light(own_site: Path, reader: Reader) -> None:
    page = reader.own_tab()
    page.goto(reader.places["root"] + "index.html")
    assert loads_its_pictures(page)
    asked = [site_path(request).lstrip("/") for request in reader.requests]
    assert len(asked) == len(set(asked)) <= 4
    weights = {path: over_the_wire(own_site / path) for path in asked}
    assert sum(weight for path, weight in weights.items() if path.endswith((".html", ".css"))) <= 14 * KIB
    assert sum(weights.values()) <= 60 * KIB


@pytest.fixture(scope="module", params=["own_site", "made_up_site"])
def pages(request: pytest.FixtureRequest) -> dict[str, LexborHTMLParser]:
    """Every page of a site, by its path."""
    site: Path = request.getfixturevalue(request.param)
    return {str(path.relative_to(site)): LexborHTMLParser(path.read_bytes()) for path in site.rglob("*.html")}


def test_a_page_asks_for_its_style_sheets_its_icon_and_its_pictures_only(pages: dict[str, LexborHTMLParser]) -> None:
    for path, page in pages.items():
        links = [str(link.attributes["rel"]) for link in page.css("link")]
        assert set(links) <= {"icon", "stylesheet", "canonical", "alternate", "prev", "next"}, path
        assert links.count("stylesheet") <= (1 if page.css("body.story") else 2), path
        others = "iframe, object, embed, audio, video, source, track, input[src], [srcset], [background]"
        assert not page.css(others), path


def test_nothing_runs_and_nothing_is_styled_in_place(pages: dict[str, LexborHTMLParser]) -> None:
    for path, page in pages.items():
        assert not page.css("script, form[action]"), path
        attributes = {name.lower() for node in page.css("*") for name in node.attributes}
        assert not {name for name in attributes if name.startswith("on") or name == "style"}, path
        addresses = [(node.attributes["href"] or "").strip().lower() for node in page.css("[href]")]
        assert not [address for address in addresses if address.startswith(("javascript:", "data:"))], path


def test_a_picture_keeps_its_place_before_it_has_come(pages: dict[str, LexborHTMLParser]) -> None:
    assert not [path for path, page in pages.items() if page.css("img:not([width]), img:not([height])")]


LAYOUT_SHIFTS = """() => new Promise(resolve => {
    const shifts = [];
    new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => resolve(shifts.map(shift => shift.value)), 100);
})"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["index.html", "evidence.html", "exhibits/interior.html"])
def test_nothing_jumps_while_a_page_comes_in_slowly_and_is_scrolled(path: str, width: int, reader: Reader) -> None:
    page = reader.own_tab(width=width)
    session = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 60, "downloadThroughput": 200 * KIB, "uploadThroughput": 200 * KIB}
    session.send("Network.emulateNetworkConditions", slow)
    page.goto(reader.places["root"] + path)
    for _ in range(4):
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(60)
    assert loads_its_pictures(page)
    assert page.evaluate(LAYOUT_SHIFTS) == []
