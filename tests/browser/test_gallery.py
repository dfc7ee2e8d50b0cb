"""The gallery of odd lengths and empty states: every page of it fits, keeps the rule book, and says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests import gallery, trees
from tests.browser.browsing import OUTSIDE_WINDOW, TEXT_OVER_TEXT, Reader, served
from tests.browser.conftest import built
from tests.browser.rulebook import RULES_OF_COLOUR, findings, shorten

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SHARES = 8
"""Of the pages, so that several workers can look at them."""
HUNDREDS = "hundreds/evidence.html"
SLOWEST_MS = 400
"""For all that a tick brings about, on a busy machine; by itself one takes less than 100 ms. It once took 2,000."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(gallery.write(tmp_path_factory.mktemp("gallery-content")), tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, LexborHTMLParser]:
    """Every page, by its path."""
    return {path.relative_to(site).as_posix(): LexborHTMLParser(path.read_bytes()) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def looked_at(pages: dict[str, LexborHTMLParser]) -> list[str]:
    """Those that a browser opens here: offline editions hold nothing but what other pages do, and are longest."""
    return sorted(path for path in pages if not path.endswith("offline.html") or path == "crowd/offline.html")


@pytest.fixture(scope="module")
def _reader(site: Path, browser: Browser) -> Iterator[Reader]:
    with served({"/": site}) as address:
        yield Reader(browser, {"root": f"{address}/"})


@pytest.fixture
def reader(_reader: Reader) -> Iterator[Reader]:
    _reader.begin()
    yield _reader
    _reader.end()
    assert not _reader.troubles


def part(page: LexborHTMLParser, selector: str) -> LexborNode:
    """The first part of a page that a selector finds."""
    found = page.css_first(selector)
    assert found, selector
    return found


# --- Every page ------------------------------------------------------------------------------------------------------


def test_no_page_scrolls_sideways_or_hides_a_word_at_320_pixels(looked_at: list[str], reader: Reader) -> None:
    for path in looked_at:
        page = reader.open(path, width=320, scripts=False)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(OUTSIDE_WINDOW) == [], path
        if "hundreds" not in path:
            assert page.evaluate(TEXT_OVER_TEXT) == [], path


def test_a_story_s_head_reads_in_the_order_of_its_source_on_a_wide_window_too(
    pages: dict[str, LexborHTMLParser], reader: Reader
) -> None:
    stories = [path for path, page in pages.items() if page.css(".headline")]
    for path in stories:
        page = reader.open(path, width=1280, scripts=False)
        tops = page.evaluate(
            "[...document.querySelectorAll('.headline > *')].map(each => each.getBoundingClientRect().top)"
        )
        assert tops == sorted(tops), path
    assert any(not pages[path].css(".headline .label") for path in stories)


@pytest.mark.parametrize("share", range(SHARES))
def test_axe_finds_nothing_to_object_to_on_any_page(share: int, looked_at: list[str], reader: Reader) -> None:
    for path in looked_at[share::SHARES]:
        if "hundreds" not in path:
            page = reader.open(path, width=320)
            shorten(page)
            assert findings(page) == [], path


def test_axe_finds_nothing_to_object_to_where_there_are_hundreds_of_claims(reader: Reader) -> None:
    page = reader.open(HUNDREDS)
    page.locator(".withdraw input").first.check()
    shorten(page)
    assert findings(page, within=".withdraw, .claims, .consequences, nav", rules=RULES_OF_COLOUR) == []


def test_every_page_says_what_it_is_and_where(pages: dict[str, LexborHTMLParser]) -> None:
    headlines = {path.split("/")[0]: part(page, "h1").text() for path, page in pages.items() if "/" in path}
    headlines |= {path.split("/")[0]: part(pages[path], "h1").text() for path in pages if path.endswith("/index.html")}
    titles = set()
    for path, page in pages.items():
        title = part(page, "title").text()
        titles.add(title)
        assert title.endswith("A gallery of odd lengths"), path
        if "/" in path:
            marks = "".join(headlines[path.split("/")[0]].split("\u2060"))
            assert marks.strip() in title, path
        assert (part(page, "meta[name=description]").attributes["content"] or "").strip(), path
        if path != "404.html":
            assert page.css("link[rel=icon]") or path.endswith(("text.html", "offline.html")), path
            copied = path.replace("offline.html", "index.html")
            assert part(page, "link[rel=canonical]").attributes["href"] == f"https://example.org/gallery/{copied}"
    assert len(titles) == len(pages)


@pytest.mark.parametrize("url", ["", "https://example.org/"])
def test_addresses_of_editions_are_named_exactly_where_the_address_of_the_site_is_known(
    url: str, tmp_path: Path
) -> None:
    root = trees.lay_over(tmp_path / "root", gallery.BY_HAND.parent / "two-languages")
    settings = root / "content/site.yaml"
    lines = [line for line in settings.read_text().splitlines() if not line.startswith("url:")]
    settings.write_text("\n".join([*lines, *([f"url: {url}"] if url else [])]) + "\n")
    site = built(root, tmp_path)
    for path in sorted(site.rglob("*.html")):
        page, name = LexborHTMLParser(path.read_bytes()), path.relative_to(site).as_posix()
        if name == "404.html" or page.css("meta[http-equiv=refresh]"):
            continue
        if path.name == "offline.html":
            name = name.replace("offline.html", "index.html")  # it is a copy, and says of what
        canonical = [link.attributes["href"] for link in page.css("link[rel=canonical]")]
        assert canonical == ([url + name] if url else [])
        editions = {link.attributes["hreflang"] for link in page.css("link[rel=alternate][hreflang]")}
        named = url and path.name != "offline.html"
        assert editions == ({"en", "ko", "x-default"} if named else set()), name


# --- What is absent --------------------------------------------------------------------------------------------------


def test_what_is_absent_is_said(pages: dict[str, LexborHTMLParser]) -> None:
    def words(path: str) -> str:
        return part(pages[path], "main").text()

    assert "No author is named." in words("long-headline/index.html")
    assert "The day of publication is not given." in words("long-headline/index.html")
    assert "This story marks no claim." in words("nothing/index.html")
    assert "This story marks no claim" in words("nothing/evidence.html")
    assert not pages["nothing/evidence.html"].css(".withdraw, .matrix")
    assert "This story names no document." in words("nothing/sources.html")
    assert "No answer is recorded." in words("crowd/about.html")


def test_what_is_withdrawn_already_cannot_be_ticked_again(pages: dict[str, LexborHTMLParser]) -> None:
    page = pages["crowd/evidence.html"]
    ticked = {box.attributes["id"] for box in page.css(".withdraw input[checked][disabled]")}
    assert ticked == {"w-taken-back", "w-taken-back--reporter"}
    assert "Withdrawn already. The paper found" in part(page, ".withdraw").text()


# --- Prices ----------------------------------------------------------------------------------------------------------


def test_prices_too_far_apart_stand_on_axes_of_their_own(pages: dict[str, LexborHTMLParser]) -> None:
    plot = part(pages["extremes/prices.html"], ".plot")
    assert len(plot.css("svg.axis")) == 3
    assert "too far apart for one axis" in plot.text()
    assert not part(pages["sixty-prices/prices.html"], ".plot").text().count("too far apart")


def test_sidebar_shows_the_first_of_many_prices_and_leads_to_all(pages: dict[str, LexborHTMLParser]) -> None:
    sidebar = part(pages["sixty-prices/index.html"], "aside.prices")
    assert len(sidebar.css("tbody tr")) == len(sidebar.css(".plot-row")) == 10
    assert "The first 10 of 60 prices." in sidebar.text()
    assert len(pages["sixty-prices/prices.html"].css("tbody tr")) == gallery.PRICES
    assert len(pages["two-prices/index.html"].css("aside.prices tbody tr")) == 2


@pytest.mark.parametrize("path", ["extremes/index.html", "extremes/prices.html", "sixty-prices/prices.html"])
@pytest.mark.parametrize("width", [320, 1280])
def test_numbers_under_an_axis_never_touch(path: str, width: int, reader: Reader) -> None:
    page = reader.open(path, width=width)
    assert page.evaluate("""() => [...document.querySelectorAll('.axis')].every(axis => {
        const boxes = [...axis.querySelectorAll('text')].map(text => text.getBoundingClientRect());
        return boxes.every((box, place) => box.right <= innerWidth && (!place || boxes[place - 1].right + 2 < box.left));
    })""")


# --- Hundreds of claims ----------------------------------------------------------------------------------------------


def test_hundreds_of_claims_can_be_reached_by_section(reader: Reader) -> None:
    page = reader.open(HUNDREDS, scripts=False)
    assert page.locator("ol.claims > li").count() == gallery.CLAIMS
    assert page.locator(".jump a").count() == gallery.SECTIONS
    page.get_by_role("link", name="Part 7", exact=True).click()
    assert page.locator("#from-151").evaluate("it => it.getBoundingClientRect().top < innerHeight")


def test_header_and_first_column_of_the_matrix_stay_in_sight(reader: Reader) -> None:
    page = reader.open(HUNDREDS, width=390)
    region = page.get_by_role("region", name="Claims and voices", exact=True)
    region.evaluate("it => { it.scrollIntoView(); it.scrollTo(300, 3000) }")
    top, left = region.evaluate("it => [it.getBoundingClientRect().top, it.getBoundingClientRect().left]")
    shown = page.evaluate(
        "([x, y]) => [document.elementFromPoint(x + 8, y + 300)?.closest('th')?.scope, document.elementFromPoint(x + 150, y + 20)?.closest('thead') != null]",
        [left, top],
    )
    assert shown == ["row", True]


def test_tick_among_hundreds_of_claims_is_answered_at_once(reader: Reader) -> None:
    page = reader.open(HUNDREDS)
    assert sorted(times(page))[len(times(page)) // 2] < SLOWEST_MS


def times(page: Page) -> list[float]:
    """Milliseconds from the tick of each of ten boxes until its page is laid out anew."""
    found: list[float] = (
        page.evaluate("""() => [...document.querySelectorAll('.withdraw input')].slice(0, 10).map(box => {
        document.body.offsetHeight;
        const start = performance.now();
        box.checked = true;
        document.body.offsetHeight;
        const end = performance.now();
        box.checked = false;
        return end - start;
    })""")
    )
    return found


def test_print_shows_the_page_as_it_stands(reader: Reader) -> None:
    page = reader.open("crowd/evidence.html", scripts=False)
    page.emulate_media(media="print")
    assert not page.locator(".withdraw").is_visible()
    page.locator("#w-assembly--voice-3").evaluate("it => { it.checked = true }")
    form = page.locator(".withdraw")
    assert form.is_visible()
    assert [label.inner_text() for label in form.locator("fieldset > label").all() if label.is_visible()] == [
        "The witness at door 4 (not named)",
        "The reporter (not named) Withdrawn already.",
    ]
    assert not form.get_by_role("button").is_visible()
    assert page.locator(".consequences").is_visible()
