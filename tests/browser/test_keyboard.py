"""Every page by keyboard alone: each stop in order, in sight and under nothing, and the ways that lead to a claim's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.browsing import EDITIONS, TEMPLATES, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ON_EACH_TEMPLATE = pytest.mark.parametrize("template", TEMPLATES)
CLAIM = "#c-staff"
ZOOMED = {"width": 320, "height": 200}
"""What is left of a window of 1280 by 800 pixels at 400 %."""


# --- Every stop ------------------------------------------------------------------------------------------------------

FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
    // Of radio buttons that belong together, one is a stop: the one chosen.
    .filter(element => !element.matches('[tabindex="-1"], [type=radio]:not(:checked)'))
    .filter(element => element.checkVisibility({visibilityProperty: true})).map((element, place) => {
        element.setAttribute('data-place', place);
        return String(place);
    })"""
FOCUSED = """() => {
    // Where the focus is; whether a ring shows it; whether it is in the window; how many of its corners, and its middle,
    // lie under something that stays where it is while the page, or a region of it, is scrolled.
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const width = Math.round(parseFloat(style.outlineWidth)), shows = style.outlineStyle != 'none' && width >= 2;
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const stays = part => part && !part.contains(element) && !element.contains(part) &&
        (['sticky', 'fixed'].includes(getComputedStyle(part).position) || stays(part.parentElement));
    const line = element.getClientRects()[0] || box;
    const points = [[line.left + 1, line.top + 1], [line.right - 1, line.top + 1], [line.left + 1, line.bottom - 1],
        [line.right - 1, line.bottom - 1], [(line.left + line.right) / 2, (line.top + line.bottom) / 2]];
    const under = points.filter(point => stays(document.elementFromPoint(...point))).length;
    return [element.dataset.place || '', shows, inside, under];
}"""


@ON_EACH_TEMPLATE
def test_the_tab_key_goes_through_the_whole_page_in_order_and_shows_where_it_is(template: str, reader: Reader) -> None:
    goes_through(reader.open(TEMPLATES[template]))


@pytest.mark.parametrize("path", ["index.html", "evidence.html"])
def test_it_does_so_at_four_hundred_per_cent_with_notes_shown_and_sources_withdrawn(path: str, reader: Reader) -> None:
    page = reader.open(path, width=ZOOMED["width"])
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    # Not by a click, from which the tab key would go on.
    page.locator("[type=checkbox]").first.evaluate("it => { it.checked = true }")
    goes_through(page, every=3)


def goes_through(page: Page, every: int = 1) -> None:
    """Press Tab through a page from its start to its end; look at every so manyth stop."""
    stops = page.evaluate(FOCUSABLE)
    for place, stop in enumerate(stops):
        page.keyboard.press("Tab")
        if place % every == 0:
            assert page.evaluate(FOCUSED) == [stop, True, True, 0], focused(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement == document.body || document.activeElement.matches('.skip')")


def test_the_tab_key_goes_back_through_the_whole_story(reader: Reader) -> None:
    page = reader.open("index.html", width=320)
    stops = page.evaluate(FOCUSABLE)
    page.locator(f"[data-place='{stops[-1]}']").focus()
    for stop in reversed(stops[:-1]):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(FOCUSED) == [stop, True, True, 0], focused(page)


def test_it_goes_back_through_the_table_of_claims_and_voices_below_its_head(reader: Reader) -> None:
    page = reader.open("evidence.html")
    page.evaluate(FOCUSABLE)
    links = page.evaluate("[...document.querySelectorAll('.matrix a')].map(link => link.dataset.place)")
    assert page.evaluate("getComputedStyle(document.querySelector('.matrix thead')).position") == "sticky"
    page.locator("[aria-labelledby=matrix]").focus()
    assert page.evaluate(FOCUSED)[1:] == [True, True, 0]
    page.locator(f"[data-place='{links[-1]}']").focus()
    for link in reversed(links[:-1]):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(FOCUSED) == [link, True, True, 0], focused(page)


def focused(page: Page) -> str:
    """What has the focus, as HTML."""
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


# --- The ways through a story ----------------------------------------------------------------------------------------


def go_to(page: Page, selector: str, key: str = "Tab", at_most: int = 80) -> None:
    """Press a key until an element has the focus: it must be in sight, ringed and under nothing."""
    for _ in range(at_most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(FOCUSED)[1:] == [True, True, 0], focused(page)
            return
    raise AssertionError(f"{at_most} times {key} do not lead to {selector}, but to {focused(page)}")


def arrive(page: Page, address: str) -> None:
    """Wait for a page to be shown: before that, a browser lets keys go by."""
    page.wait_for_url(address)
    page.evaluate("new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown)))")


@ON_EACH_TEMPLATE
def test_the_first_stop_of_the_tab_key_skips_to_the_content(template: str, reader: Reader) -> None:
    page = reader.open(TEMPLATES[template], scripts=False)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    box = skip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("!document.querySelector('.masthead').contains(document.activeElement)")


def test_a_reader_changes_the_language_and_comes_to_the_same_page_of_the_other_edition(reader: Reader) -> None:
    page = reader.open("evidence.html")
    for folder in EDITIONS.values():
        go_to(page, f".languages [hreflang={folder.strip('/')}]")
        page.keyboard.press("Enter")
        arrive(page, f"**/{folder}evidence.html")
        assert page.evaluate("document.documentElement.lang") == folder.strip("/")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_reader_goes_from_a_claim_to_its_note_and_to_its_evidence_and_back(width: int, reader: Reader) -> None:
    page = reader.open("index.html", width=width)
    go_to(page, f"{CLAIM} a", at_most=120)
    go_to(page, f"{CLAIM} .mark", at_most=1)
    page.keyboard.press("Enter")
    assert page.locator(":popover-open").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(":popover-open").count() == 0
    go_to(page, f"{CLAIM} a", key="Shift+Tab", at_most=1)
    page.keyboard.press("Enter")
    arrive(page, "**/evidence.html#e-*")
    go_to(page, ":target .sentence a", at_most=1)
    go_to(page, ":target summary", at_most=1)
    page.keyboard.press("Enter")
    assert page.locator(":target details[open]").count() == 1
    page.keyboard.press("Enter")
    assert page.locator(":target details[open]").count() == 0
    go_to(page, ":target .sentence a", key="Shift+Tab", at_most=1)
    page.keyboard.press("Enter")
    arrive(page, f"**/index.html{CLAIM}")
    go_to(page, f"{CLAIM} a", at_most=1)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["index.html", "exhibits/interior.html"])
def test_a_reader_goes_from_a_marker_to_its_note_and_back(path: str, width: int, reader: Reader) -> None:
    page = reader.open(path, width=width)
    marker = page.locator(".x-interior .marker").nth(1)
    note = str(marker.get_attribute("href"))
    go_to(page, f".x-interior .marker[href='{note}']", at_most=120)
    page.keyboard.press("Enter")
    go_to(page, f"{note} a", at_most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector(':target').id") == marker.get_attribute("id")


def test_a_reader_shows_all_notes_and_hides_them(reader: Reader) -> None:
    page = reader.open("index.html")
    go_to(page, "#all-notes")
    for shown in (True, False):
        page.keyboard.press("Space")
        assert page.locator(".note").first.is_visible() == shown


def test_a_reader_comes_to_where_each_number_comes_from_and_opens_what_is_closed_there(reader: Reader) -> None:
    page = reader.open("index.html")
    page.locator(".prices").evaluate("it => { it.tabIndex = -1; it.focus() }")
    go_to(page, ".prices a[href$='prices.html']", at_most=20)
    page.keyboard.press("Enter")
    arrive(page, "**/prices.html")
    for place in range(page.locator("summary").count()):
        page.locator("summary").nth(place).focus()
        page.keyboard.press("Enter")
        assert page.locator("details").nth(place).evaluate("it => it.open")
    go_to(page, "main a[download]", at_most=120)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_reader_withdraws_a_source_sees_what_falls_and_restores_it(width: int, reader: Reader) -> None:
    page = reader.open("evidence.html", width=width)
    go_to(page, ".withdraw input")
    page.keyboard.press("Space")
    assert page.locator(".consequences").is_visible()
    assert page.locator(".then:visible").count()
    go_to(page, ".withdraw button")
    page.keyboard.press("Enter")
    assert not page.locator(".consequences").is_visible()
    assert not page.locator(".then:visible").count()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["evidence.html", "prices.html", "about.html"])
def test_a_wide_table_scrolls_under_the_arrow_keys_where_it_does_not_fit(path: str, width: int, reader: Reader) -> None:
    page = reader.open(path, width=width)
    for place in range(page.locator("[role=region]").count()):
        region = page.locator("[role=region]").nth(place)
        if region.evaluate("it => it.scrollWidth > it.clientWidth"):
            region.focus()
            page.keyboard.press("ArrowRight")
            page.wait_for_function(
                "place => document.querySelectorAll('[role=region]')[place].scrollLeft > 0", arg=place
            )
