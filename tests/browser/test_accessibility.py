"""Every template for every reader: by rule book, by finger, in other colours, with larger or wider text, unmoved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import pytest

from tests.browser.browsing import CUT_OFF, OUTSIDE_WINDOW, TEMPLATES, TEMPLATES_AND_EDITIONS, TEXT_OVER_TEXT, Reader
from tests.browser.rulebook import OPEN_NOTE, findings, open_all, shorten

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ON_EACH_TEMPLATE = pytest.mark.parametrize("template", TEMPLATES)
ON_EACH_TEMPLATE_AND_EDITION = pytest.mark.parametrize("template", TEMPLATES_AND_EDITIONS)
Scheme = Literal["light", "dark"]
IN_BOTH_SCHEMES = pytest.mark.parametrize("scheme", get_args(Scheme))


# --- The rule book ---------------------------------------------------------------------------------------------------

SHARES = 6


@pytest.mark.parametrize("share", range(SHARES))
def test_axe_has_nothing_against_a_page_of_any_template_in_any_language(
    share: int, each_kind: dict[tuple[str, str], str], reader: Reader
) -> None:
    for (kind, language), path in [*each_kind.items()][share::SHARES]:
        # Colours are the same in every language: so every template is seen in both schemes.
        page = reader.open(path, color_scheme="dark" if language == "ko" else "light")
        open_all(page)
        shorten(page)
        assert findings(page) == [], (kind, language)


def test_every_template_is_there_in_every_language(each_kind: dict[tuple[str, str], str]) -> None:
    kinds = {kind for kind, _ in each_kind}
    assert len(kinds) >= len(TEMPLATES)
    assert {(kind, language) for kind in kinds for language in ("en", "ko", "zh-Hans")} <= each_kind.keys()


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_has_nothing_against_an_open_note(width: int, reader: Reader) -> None:
    page = reader.open("index.html", width=width)
    page.locator("#c-staff .mark").click()
    assert findings(page, within=OPEN_NOTE) == []


# --- Targets and focus -----------------------------------------------------------------------------------------------


@ON_EACH_TEMPLATE_AND_EDITION
def test_every_target_is_large_enough_for_a_finger_or_stands_in_a_sentence(template: str, reader: Reader) -> None:
    page = reader.open(TEMPLATES_AND_EDITIONS[template])
    open_all(page)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SMALL_TARGETS) == [], width


SMALL_TARGETS = r"""() => {
    // WCAG 2.5.8 without its exception for small targets far apart. In a sentence: where its block has other words.
    const targets = [...document.querySelectorAll(
        'a[href], button, summary, label:has(input), input:not(label input), select, textarea'
    )].filter(target => target.checkVisibility({visibilityProperty: true}) && !target.matches('.skip'));
    const block = element => getComputedStyle(element).display == 'inline' ? block(element.parentElement) : element;
    const inSentence = target => {
        if (getComputedStyle(target).display != 'inline') return false;
        const copy = block(target).cloneNode(true);
        copy.querySelectorAll('a[href], button, .visually-hidden, svg, [popover]').forEach(part => part.remove());
        return /[\p{L}\p{N}]/u.test(copy.textContent);
    };
    return targets.filter(target => {
        const box = target.getBoundingClientRect();
        return Math.min(box.width, box.height) < 24 && !inSentence(target);
    }).map(target => target.outerHTML.slice(0, 120));
}"""


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


@ON_EACH_TEMPLATE_AND_EDITION
def test_wider_text_spacing_cuts_nothing_off(template: str, reader: Reader) -> None:
    page = reader.open(TEMPLATES_AND_EDITIONS[template])
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets.push(sheet) }",
        WIDER_SPACING,
    )
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
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
        open_all(page, opened=opened)
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
