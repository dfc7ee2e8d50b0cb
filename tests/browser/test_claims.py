"""Claims on the story page: the note behind each mark, the switch that shows all notes, and both without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator

from tests.browser.browsing import OUTSIDE_WINDOW, TEXT_OVER_TEXT, WIDTHS_PX, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

pytestmark = pytest.mark.browser

OPENED = ":popover-open"
LONGER_THAN_ANY_DELAY_MS = 900
PLACES = """() => [...document.querySelectorAll('main *:not(.note, .note *)')].filter(it => it.offsetWidth).map(element => {
    const box = element.getBoundingClientRect();
    return [box.x, box.y + scrollY, box.width, box.height].join(' ');
})"""
CLAIM = "#c-staff"
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])


# --- The note of one claim -------------------------------------------------------------------------------------------


@WITH_AND_WITHOUT_SCRIPTS
@pytest.mark.parametrize("width", WIDTHS_PX)
def test_a_click_on_the_mark_shows_who_says_so_and_a_click_elsewhere_hides_it(
    width: int, scripts: bool, reader: Reader
) -> None:
    page = reader.open("index.html", width=width, scripts=scripts)
    mark = page.locator(f"{CLAIM} .mark")
    mark.click()
    note = page.locator(OPENED)
    assert note.count() == 1
    assert "A source in China (not named), Daily NK, paragraph 3" in note.inner_text()
    assert "one voice" in note.inner_text()
    assert lies_in_window(note, page)
    page.locator("h1").click(position={"x": 2, "y": 2}, force=True)
    assert page.locator(OPENED).count() == 0


@WITH_AND_WITHOUT_SCRIPTS
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_on_the_mark_shows_who_says_so_and_escape_hides_it(key: str, scripts: bool, reader: Reader) -> None:
    page = reader.open("index.html", scripts=scripts)
    mark = page.locator(f"{CLAIM} .mark")
    mark.focus()
    page.keyboard.press(key)
    assert page.locator(OPENED).count() == 1
    assert is_focused(mark)
    page.keyboard.press("Escape")
    assert page.locator(OPENED).count() == 0
    assert is_focused(mark)


def test_a_press_of_the_mark_keeps_open_what_pointing_at_the_claim_has_opened(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    page.locator(f"{CLAIM} a").hover()
    page.locator(OPENED).wait_for()
    page.locator(f"{CLAIM} .mark").click()
    page.mouse.move(2, 2)
    page.wait_for_timeout(LONGER_THAN_ANY_DELAY_MS)
    assert page.locator(OPENED).count() == 1


@WITH_AND_WITHOUT_SCRIPTS
def test_pointing_at_a_claim_shows_who_says_so_until_the_pointer_leaves(scripts: bool, reader: Reader) -> None:
    page = reader.open("index.html", scripts=scripts)
    before = page.evaluate(PLACES)
    page.locator(f"{CLAIM} a").hover()
    note = page.locator(OPENED)
    note.wait_for()
    assert "paragraph 3" in note.inner_text()
    assert page.evaluate(PLACES) == before
    note.hover()
    page.wait_for_timeout(LONGER_THAN_ANY_DELAY_MS)
    assert note.count() == 1
    page.mouse.move(2, 2)
    note.wait_for(state="detached")


def test_a_note_shown_by_pointing_or_by_the_tab_key_goes_on_escape(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    for shows in (Locator.hover, Locator.focus):
        shows(page.locator(f"{CLAIM} a"))
        page.locator(OPENED).wait_for()
        page.keyboard.press("Escape")
        assert page.locator(OPENED).count() == 0


def test_the_tab_key_opens_the_note_of_the_claim_that_it_comes_to_and_of_no_other(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    page.locator(f"{CLAIM} a").focus()
    for part in (f"{CLAIM} a", f"{CLAIM} .mark", "#c-language a"):
        assert is_focused(page.locator(part))
        page.wait_for_timeout(LONGER_THAN_ANY_DELAY_MS)
        target = page.locator(part).get_attribute("interestfor")
        assert [note.get_attribute("id") for note in page.locator(OPENED).all()] == ([target] if target else [])
        page.keyboard.press("Tab")


def test_a_pointer_that_only_passes_over_a_claim_opens_nothing(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    page.locator(f"{CLAIM} a").hover()
    page.wait_for_timeout(100)
    page.mouse.move(2, 2)
    page.wait_for_timeout(LONGER_THAN_ANY_DELAY_MS)
    assert page.locator(OPENED).count() == 0


@pytest.mark.parametrize("width", [320, 390])
def test_a_tap_on_the_mark_opens_the_note_within_the_window_and_a_tap_elsewhere_closes_it(
    width: int, browser: Browser, places: dict[str, str]
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(places["root"] + "index.html")
    for mark in page.locator(".body .mark").all()[::15]:
        mark.scroll_into_view_if_needed()
        mark.tap()
        page.wait_for_timeout(LONGER_THAN_ANY_DELAY_MS)
        assert page.locator(OPENED).count() == 1
        assert lies_in_window(page.locator(OPENED), page)
        page.touchscreen.tap(4, 4)
        assert page.locator(OPENED).count() == 0
    context.close()


def test_one_note_is_open_at_a_time(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    marks = page.locator(".body .mark")
    marks.nth(0).focus()
    page.keyboard.press("Enter")
    first = page.locator(OPENED).get_attribute("id")
    marks.nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator(OPENED).count() == 1
    assert page.locator(OPENED).get_attribute("id") != first


def test_from_an_open_note_the_tab_key_goes_on_in_the_text(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    mark = page.locator(f"{CLAIM} .mark")
    mark.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert is_focused(page.locator("#c-language a"))


def test_where_there_is_room_the_note_leaves_its_claim_in_sight(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    for mark in page.locator(".mark").all()[::7]:
        mark.scroll_into_view_if_needed()
        mark.click()
        note = page.locator(OPENED)
        assert lies_in_window(note, page)
        assert not overlap(box_of(note), box_of(mark))
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", WIDTHS_PX)
@pytest.mark.parametrize("edition", ["", "ko/", "zh-Hans/"])
def test_a_mark_stands_right_behind_its_claim_and_never_begins_a_line(edition: str, width: int, reader: Reader) -> None:
    page = reader.open(f"{edition}index.html", width=width, scripts=False)
    assert page.evaluate(STRAYED) == []
    page.locator("#all-notes").check()
    assert page.evaluate(STRAYED) == []


STRAYED = """() => [...document.querySelectorAll('.claim')].filter(claim => {
    const sign = claim.querySelector('.mark svg').getBoundingClientRect();
    const words = [...claim.querySelector('a').getClientRects()].at(-1);
    const gap = sign.left - words.right;
    return gap < 0 || gap > 6 || sign.bottom < words.top || sign.top > words.bottom;
}).map(claim => claim.id)"""


def test_every_mark_has_a_name_a_note_and_room_for_a_finger(reader: Reader) -> None:
    page = reader.open("index.html", width=320)
    lacking = page.evaluate("""() => [...document.querySelectorAll('.mark')].filter(mark => {
        const box = mark.getBoundingClientRect();
        const note = document.getElementById(mark.getAttribute('popovertarget'));
        return !note || !mark.ariaLabel.includes('Who says so?') || box.width < 24 || box.height < 24;
    }).map(mark => mark.closest('.claim').id)""")
    assert lacking == []


def test_a_claim_itself_leads_to_its_place_on_the_evidence_page(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    page.locator(f"{CLAIM} a").click()
    page.wait_for_url("**/evidence.html#e-*")
    entry = page.locator(":target")
    assert "four or five North Korean women" in entry.inner_text()
    assert lies_in_window(entry, page)


# --- The switch that shows all notes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS_PX)
def test_the_switch_shows_all_notes_at_once_and_takes_them_away_again(width: int, reader: Reader) -> None:
    page = reader.open("index.html", width=width, scripts=False)
    switch = page.get_by_label("Show who says so beside the text")
    notes = page.locator(".note")
    assert [note.is_visible() for note in notes.all()] == [False] * notes.count()
    switch.focus()
    page.keyboard.press("Space")
    assert [note.is_visible() for note in notes.all()] == [True] * notes.count()
    assert page.evaluate(TEXT_OVER_TEXT) == []
    assert page.evaluate(OUTSIDE_WINDOW) == []
    assert page.evaluate(NOTES_OVER_PICTURES) == 0
    page.keyboard.press("Space")
    assert [note.is_visible() for note in notes.all()] == [False] * notes.count()


NOTES_OVER_PICTURES = """() => {
    const boxes = selector => [...document.querySelectorAll(selector)].map(element => element.getBoundingClientRect());
    const apart = (one, other) => one.right <= other.left + 1 || other.right <= one.left + 1 ||
        one.bottom <= other.top + 1 || other.bottom <= one.top + 1;
    return boxes('.note').flatMap(note => boxes('.picture, .prices .plot').filter(box => !apart(note, box))).length;
}"""


def test_notes_stand_in_the_margin_where_there_is_one(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    page.get_by_label("Show who says so beside the text").check()
    claim = page.locator(CLAIM)
    note = page.locator(f"[id='{claim.locator('.mark').get_attribute('popovertarget')}']")
    paragraph = page.locator(f"p:has({CLAIM})")
    assert box_of(note)["x"] > box_of(paragraph)["x"] + box_of(paragraph)["width"]
    assert abs(box_of(note)["y"] - box_of(paragraph)["y"]) < 40


def test_while_all_notes_show_each_bears_the_number_of_its_marks_and_stands_in_order(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    assert page.evaluate(KEYS, ["mark", "::after"]) == ["none"] * page.locator(".mark").count()
    page.get_by_label("Show who says so beside the text").check()
    keys = page.evaluate(KEYS, ["mark", "::after"])
    notes = [key.replace(" ", "") for key in page.evaluate(KEYS, ["note", "::before"])]
    assert list(dict.fromkeys(keys)) == sorted(notes, key=lambda key: int(key.strip('"')))


KEYS = """([name, part]) => [...document.querySelectorAll('.' + name)]
    .map(element => getComputedStyle(element, part).content)"""


# --- The price sidebar beside the prose ------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1200)])
@pytest.mark.parametrize("edition", ["", "ko/", "zh-Hans/"])
def test_the_price_sidebar_stays_while_prices_are_discussed_and_none_of_it_is_cut_off(
    edition: str, width: int, height: int, reader: Reader
) -> None:
    page = reader.open(f"{edition}index.html", width=width, scripts=False)
    page.set_viewport_size({"width": width, "height": height})
    reach = page.evaluate(SIDEBAR_ON_THE_WAY_DOWN)
    assert reach["seen"] >= reach["height"] - 1
    assert reach["shown"] >= min(height - 60, reach["height"])
    assert reach["still"]


SIDEBAR_ON_THE_WAY_DOWN = """() => {
    const sidebar = document.querySelector('.beside > .prices'), area = sidebar.parentElement;
    const start = scrollY + area.getBoundingClientRect().top, end = start + area.offsetHeight - innerHeight;
    let top = Infinity, bottom = 0;
    const tops = [], steps = [];
    for (let y = start - innerHeight; y <= end; y += 40) steps.push(y);
    for (const y of [...steps, end]) {
        scrollTo(0, y);
        const box = sidebar.getBoundingClientRect();
        if (box.top < innerHeight) top = Math.min(top, Math.max(0, -box.top));
        bottom = Math.max(bottom, Math.min(box.height, innerHeight - box.top));
        tops.push(box.top);
    }
    const box = sidebar.getBoundingClientRect();
    return {height: box.height, seen: bottom - top, shown: Math.min(box.bottom, innerHeight) - Math.max(0, box.top),
        still: Math.abs(tops.at(-5) - tops.at(-7)) < 1};
}"""


def test_a_mark_pressed_while_all_notes_show_opens_its_note_as_ever(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    page.locator(f"{CLAIM} .mark").click()
    alone = look_of(page.locator(OPENED))
    page.keyboard.press("Escape")
    page.get_by_label("Show who says so beside the text").check()
    page.locator(f"{CLAIM} .mark").click()
    assert look_of(page.locator(OPENED)) == alone


def look_of(element: Locator) -> list[str]:
    looks: list[str] = element.evaluate("""element => {
        const style = getComputedStyle(element);
        return [style.position, style.width, style.backgroundColor, style.borderTopWidth, style.boxShadow];
    }""")
    return looks


def is_focused(element: Locator) -> bool:
    return bool(element.evaluate("element => element == document.activeElement"))


def box_of(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box
    return box


def lies_in_window(element: Locator, page: Page) -> bool:
    box, window = box_of(element), page.viewport_size
    assert window
    across = box["x"] >= 0 and box["x"] + box["width"] <= window["width"]
    return across and box["y"] >= 0 and box["y"] + box["height"] <= window["height"]


def overlap(one: FloatRect, other: FloatRect) -> bool:
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return not beside and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
