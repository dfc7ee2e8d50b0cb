"""A language that is written from right to left: the layout turns round, pictures and charts do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import right_to_left
from tests.browser.browsing import CUT_OFF, OUTSIDE_WINDOW, TEXT_OVER_TEXT, WIDTHS_PX
from tests.browser.conftest import built

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAGES = (
    "index.html",
    "evidence.html",
    "prices.html",
    "sources.html",
    "about.html",
    "text.html",
    "exhibits/index.html",
    "exhibits/interior.html",
)
MIDDLES = """selector => [...document.querySelectorAll(selector)].map(element => {
    const box = element.getBoundingClientRect();
    return (box.left + box.right) / 2;
})"""
IN_PICTURE = """() => [...document.querySelectorAll('.picture :is(.marker, .region), .value, .gap, .grid')].map(element => {
    const box = element.getBoundingClientRect();
    const around = element.closest('.picture, .bar').getBoundingClientRect();
    return Math.round(box.left - around.left);
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(right_to_left.write(tmp_path_factory.mktemp("content")), tmp_path_factory.mktemp("right-to-left"))


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def opened(tab: Page, site: Path, path: str, width: int = 1280) -> Page:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto((site / path).as_uri())
    return tab


@pytest.mark.parametrize("width", WIDTHS_PX)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_or_lies_over_other_words(path: str, width: int, site: Path, tab: Page) -> None:
    page = opened(tab, site, f"ar/{path}", width)
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("window.scrollTo(-9999, 0)")
    assert page.evaluate("window.scrollX") == 0
    assert page.evaluate(OUTSIDE_WINDOW) == []
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(TEXT_OVER_TEXT) == []


def test_the_margin_is_on_the_left(site: Path, tab: Page) -> None:
    page = opened(tab, site, "ar/index.html")
    (text,), (prices,) = page.evaluate(MIDDLES, ".standfirst"), page.evaluate(MIDDLES, ".prices")
    assert prices < 640 < text
    page.check("#all-notes")
    notes = page.evaluate(MIDDLES, ":is(.beside, .stretch) > .notes")
    assert notes
    assert max(notes) < 640
    page = opened(tab, site, "index.html")
    assert page.evaluate(MIDDLES, ".standfirst")[0] < 640 < page.evaluate(MIDDLES, ".prices")[0]


@pytest.mark.parametrize("path", ["exhibits/interior.html", "prices.html"])
def test_pictures_and_charts_are_not_mirrored(path: str, site: Path, tab: Page) -> None:
    theirs = opened(tab, site, f"ar/{path}").evaluate(IN_PICTURE)
    assert theirs
    assert theirs == opened(tab, site, path).evaluate(IN_PICTURE)


def test_arrows_point_the_way_that_pages_turn(site: Path, tab: Page) -> None:
    assert opened(tab, site, "ar/exhibits/interior.html").locator("[rel=prev]").inner_text().startswith("→")
    assert opened(tab, site, "exhibits/interior.html").locator("[rel=prev]").inner_text().startswith("←")


def test_what_stays_in_its_own_script_keeps_its_own_order(site: Path, tab: Page) -> None:
    page = opened(tab, site, "ar/sources.html")
    order = "nodes => nodes.map(node => getComputedStyle(node).unicodeBidi)"
    assert set(page.eval_on_selector_all("cite, code, .address", order)) == {"plaintext"}
