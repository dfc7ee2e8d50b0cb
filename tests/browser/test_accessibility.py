"""Every template for every reader: by rule book, by keyboard, in other colours, with larger or wider text, unmoved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.browsing import CUT_OFF, OUTSIDE_WINDOW, TEMPLATES, TEMPLATES_AND_EDITIONS, TEXT_OVER_TEXT, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ON_EACH_TEMPLATE = pytest.mark.parametrize("template", TEMPLATES)
ON_EACH_TEMPLATE_AND_EDITION = pytest.mark.parametrize("template", TEMPLATES_AND_EDITIONS)
Scheme = Literal["light", "dark"]
IN_BOTH_SCHEMES = pytest.mark.parametrize("scheme", get_args(Scheme))


# --- The rule book ---------------------------------------------------------------------------------------------------

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# All that a scheme can change.
RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")


@ON_EACH_TEMPLATE_AND_EDITION
def test_axe_finds_nothing_to_object_to_in_either_scheme(template: str, reader: Reader) -> None:
    page = reader.open(TEMPLATES_AND_EDITIONS[template])
    open_all(page)
    assert objections(page, RULES) == []
    page.emulate_media(color_scheme="dark")
    assert objections(page, RULES_OF_COLOUR) == []


def objections(page: Page, rules: tuple[str, ...], within: str | None = None) -> list[str]:
    """What axe-core finds wrong with a page, or a part of it, by these rules or those with these tags."""
    options = {"resultTypes": ["violations"], "runOnly": rules, "preload": False}
    answer = Axe().run(page, context=within, options=options).response
    assert answer["passes"], "axe looked at nothing"
    return [_objection(violation) for violation in answer["violations"]]


def _objection(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} ({len(violation['nodes'])}): {nodes}"


def open_all(page: Page) -> None:
    """Open every disclosure, and tick every box."""
    page.evaluate("""() => {
        document.querySelectorAll('details').forEach(details => { details.open = true });
        document.querySelectorAll('input[type=checkbox]').forEach(box => { box.checked = true });
    }""")


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_has_nothing_against_an_open_note(width: int, reader: Reader) -> None:
    page = reader.open("index.html", width=width)
    page.locator("#c-staff .mark").click()
    assert objections(page, RULES, within=":popover-open") == []


# --- The keyboard ----------------------------------------------------------------------------------------------------


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


FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
    // Of radio buttons that belong together, one is a stop: the one chosen.
    .filter(element => !element.matches('[tabindex="-1"], [type=radio]:not(:checked)'))
    .filter(element => element.checkVisibility({visibilityProperty: true})).map((element, place) => {
        element.setAttribute('data-place', place);
        return String(place);
    })"""
FOCUSED = """() => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const width = Math.round(parseFloat(style.outlineWidth)), shows = style.outlineStyle != 'none' && width >= 2;
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [element.dataset.place || '', shows, inside];
}"""


@ON_EACH_TEMPLATE
def test_the_tab_key_goes_through_the_whole_page_in_order_and_shows_where_it_is(template: str, reader: Reader) -> None:
    page = reader.open(TEMPLATES[template])
    stops = page.evaluate(FOCUSABLE)
    for stop in stops:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == [stop, True, True], page.locator(":focus").evaluate("it => it.outerHTML")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement == document.body || document.activeElement.matches('.skip')")


def test_the_tab_key_goes_back_through_the_whole_story(reader: Reader) -> None:
    page = reader.open("index.html", width=320)
    stops = page.evaluate(FOCUSABLE)
    page.locator(f"[data-place='{stops[-1]}']").focus()
    for stop in reversed(stops[:-1]):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(FOCUSED) == [stop, True, True], page.locator(":focus").evaluate("it => it.outerHTML")


@IN_BOTH_SCHEMES
def test_the_focus_ring_stands_out_from_the_page(scheme: Scheme, reader: Reader) -> None:
    page = reader.open("index.html", color_scheme=scheme)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    ring = colour(page, ":focus", "outlineColor")
    assert contrast(ring, colour(page, "html", "backgroundColor")) >= 3
    assert contrast(ring, colour(page, ".prices", "backgroundColor")) >= 3


# --- Larger text, wider spacing --------------------------------------------------------------------------------------

WIDER_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""


@pytest.mark.parametrize("width", [320, 1280])
@ON_EACH_TEMPLATE_AND_EDITION
def test_wider_text_spacing_cuts_nothing_off(template: str, width: int, reader: Reader) -> None:
    page = reader.open(TEMPLATES_AND_EDITIONS[template], width=width)
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets.push(sheet) }",
        WIDER_SPACING,
    )
    assert all_in_sight(page)


@ON_EACH_TEMPLATE_AND_EDITION
def test_text_of_twice_the_size_cuts_nothing_off_even_on_the_smallest_window(template: str, reader: Reader) -> None:
    page = reader.own_tab(width=320)
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.goto(reader.places["root"] + TEMPLATES_AND_EDITIONS[template])
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32
    assert all_in_sight(page)


def all_in_sight(page: Page) -> bool:
    """Whether all words can be read, with disclosures closed and open, without scrolling sideways."""
    for opened in (False, True):
        if opened:
            open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for what in (OUTSIDE_WINDOW, CUT_OFF, TEXT_OVER_TEXT):
            assert page.evaluate(what) == []
    return True


# --- Other colours, no motion ----------------------------------------------------------------------------------------


@IN_BOTH_SCHEMES
def test_with_forced_colours_markers_and_chart_are_still_to_be_seen(scheme: Scheme, reader: Reader) -> None:
    page = reader.open("index.html", forced_colors="active", color_scheme=scheme)
    paper = colour(page, "html", "backgroundColor")
    assert contrast(colour(page, ".marker", "borderTopColor"), paper) >= 3
    assert contrast(colour(page, ".marker", "color"), colour(page, ".marker", "backgroundColor")) >= 4.5
    assert page.locator(".marker").first.evaluate("it => getComputedStyle(it).borderTopStyle") == "solid"
    parts = {".mark": "color", ".bar:not(.computed) .value": "fill", ".region": "stroke", ".gap": "stroke"}
    for part, ink in parts.items():
        assert contrast(colour(page, part, ink), paper) >= 3, part


@ON_EACH_TEMPLATE
def test_nothing_moves_whether_less_motion_is_asked_for_or_not(template: str, reader: Reader) -> None:
    page = reader.open(TEMPLATES[template])
    open_all(page)
    assert page.evaluate(MOVING) == []
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == []


MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
    const style = getComputedStyle(element);
    return style.animationName != 'none' || style.transitionDuration != '0s' || style.scrollBehavior == 'smooth';
}).map(element => element.outerHTML.slice(0, 80))"""


@IN_BOTH_SCHEMES
def test_with_more_contrast_asked_for_no_text_is_soft(scheme: Scheme, reader: Reader) -> None:
    page = reader.open("index.html", contrast="more", color_scheme=scheme)
    assert colour(page, ".byline", "color") == colour(page, "html", "color")
    assert contrast(colour(page, "html", "color"), colour(page, "html", "backgroundColor")) >= 12


@IN_BOTH_SCHEMES
def test_text_read_at_length_has_seven_to_one_and_marks_three_to_one(scheme: Scheme, reader: Reader) -> None:
    page = reader.open("index.html", color_scheme=scheme)
    paper = colour(page, "html", "backgroundColor")
    sheet = colour(page, ".prices", "backgroundColor")
    assert contrast(colour(page, ".body p", "color"), paper) >= 7
    assert contrast(colour(page, ".prices", "color"), sheet) >= 7
    for part, ink, ground in (
        (".byline", "color", paper),
        (".mark", "color", paper),
        (".marker", "backgroundColor", sheet),
        (".region", "stroke", sheet),
        (".prices .bar:not(.computed) .value", "fill", sheet),
        (".prices .gap", "stroke", sheet),
    ):
        assert contrast(colour(page, part, ink), ground) >= (4.5 if ink == "color" else 3), part


Colour = tuple[float, float, float]


def colour(page: Page, selector: str, name: str) -> Colour:
    """A computed colour as red, green and blue, each from 0 to 255, whatever form CSS gives it."""
    red, green, blue = page.locator(selector).first.evaluate(
        """(element, name) => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d');
        canvas.fillStyle = getComputedStyle(element)[name];
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }""",
        name,
    )
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of contrast as WCAG defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Relative, as WCAG defines it."""
    red, green, blue = (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
