"""Exhibits: a marker in the picture and its note light each other, lead to each other, and can be hit with a finger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.browsing import EXHIBIT_PAGES, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MARKERS = {"storefront": ("shop", "floor"), "interior": ("staff", "clothes", "prices", "brands")}
ON_EITHER_PAGE = pytest.mark.parametrize("path", ["index.html", "exhibits/interior.html"])


class Looks(NamedTuple):
    """How the parts of an exhibit look, those of one annotation in one place."""

    regions: list[str]
    markers: list[str]
    notes: list[str]

    def lit(self, unlit: Looks) -> list[list[int]]:
        """The places at which each kind of part looks otherwise than `unlit`."""
        pairs = zip(self, unlit, strict=True)
        return [[place for place, look in enumerate(now) if look != then[place]] for now, then in pairs]


def looks(page: Page, exhibit: str = "interior") -> Looks:
    return Looks(
        *page.evaluate(
            """exhibit => {
    const looks = (selector, ...properties) => [...document.querySelectorAll(`.x-${exhibit} ${selector}`)].map(
        part => properties.map(property => getComputedStyle(part)[property]).join());
    return [looks('.region', 'strokeWidth'), looks('.marker', 'boxShadow'), looks('.annotation', 'backgroundColor')];
}""",
            exhibit,
        )
    )


# --- Lighting each other ---------------------------------------------------------------------------------------------


@ON_EITHER_PAGE
@pytest.mark.parametrize("way", ["hover", "focus"])
@pytest.mark.parametrize("part", [".marker", ".annotation .number"], ids=["from-the-marker", "from-the-note"])
def test_a_marker_and_its_note_light_each_other_and_no_other(path: str, way: str, part: str, reader: Reader) -> None:
    page = reader.open(path, scripts=False)
    unlit = looks(page)
    assert {len(parts) for parts in unlit} == {4}
    for place, handle in enumerate(page.locator(f".x-interior {part}").all()):
        if way == "hover":
            handle.hover()
        else:
            handle.focus()
        assert looks(page).lit(unlit) == [[place]] * 3
    page.locator("h1").hover()
    page.locator(".masthead .name").focus()
    assert looks(page) == unlit


def test_the_whole_note_lights_its_marker(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    unlit = looks(page)
    page.locator(".x-interior .annotation p").nth(2).hover()
    assert looks(page).lit(unlit) == [[2]] * 3


def test_lighting_one_exhibit_leaves_the_other_dark(reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    unlit = looks(page, "storefront")
    page.locator(".x-interior .marker").first.hover()
    assert looks(page, "storefront") == unlit


@ON_EITHER_PAGE
def test_a_marker_leads_to_its_note_and_the_note_back_and_the_target_stays_lit(path: str, reader: Reader) -> None:
    page = reader.open(path, width=320, scripts=False)
    unlit = looks(page)
    for place, name in enumerate(MARKERS["interior"]):
        page.locator(f"#m-interior-{name}").click()
        assert page.url.endswith(f"#n-interior-{name}")
        assert in_window(page, f"#n-interior-{name} .number")
        page.mouse.move(0, 0)
        assert looks(page).lit(unlit) == [[place]] * 3
        page.locator(f"#n-interior-{name} .number").click()
        assert page.url.endswith(f"#m-interior-{name}")
        assert in_window(page, f"#m-interior-{name}")
        page.mouse.move(0, 0)
        assert looks(page).lit(unlit) == [[place]] * 3


# --- Size and place --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["index.html", *EXHIBIT_PAGES[1:]])
def test_markers_are_large_enough_apart_and_within_the_window(path: str, width: int, reader: Reader) -> None:
    page = reader.open(path, width=width)
    for exhibit in MARKERS if path == "index.html" else (path.removeprefix("exhibits/").removesuffix(".html"),):
        boxes = [marker.bounding_box() for marker in page.locator(f".x-{exhibit} .marker").all()]
        assert len(boxes) == len(MARKERS[exhibit])
        for place, box in enumerate(boxes):
            assert box
            assert min(box["width"], box["height"]) >= 24
            assert 0 <= box["x"] <= width - box["width"]
            for other in boxes[:place]:
                assert other
                apart = max(abs(box["x"] - other["x"]) - box["width"], abs(box["y"] - other["y"]) - box["height"])
                assert apart >= 0


@pytest.mark.parametrize("width", [320, 1280])
def test_a_marker_stands_on_the_edge_of_its_region(width: int, reader: Reader) -> None:
    page = reader.open("index.html", width=width)
    farthest = page.evaluate("""() => Math.max(...[...document.querySelectorAll('.marker')].map(marker => {
        const at = marker.getBoundingClientRect();
        const number = [...marker.classList].find(name => /^m\\d+$/.test(name)).slice(1);
        const region = marker.closest('.picture').querySelector('.r' + number).getBoundingClientRect();
        const beyond = (place, from, to) => Math.max(from - place, place - to, 0);
        return Math.hypot(beyond(at.x + at.width / 2, region.left, region.right),
            beyond(at.y + at.height / 2, region.top, region.bottom));
    }))""")
    assert farthest <= 20


def test_nothing_lies_over_a_marker_in_the_picture(reader: Reader) -> None:
    for width in (320, 1280):
        page = reader.open("index.html", width=width)
        covered = page.evaluate("""() => [...document.querySelectorAll('.marker')].filter(marker => {
            marker.scrollIntoView({block: 'center'});
            const box = marker.getBoundingClientRect();
            return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) != marker;
        }).map(marker => marker.id)""")
        assert covered == []


@pytest.mark.parametrize("exhibit", MARKERS)
def test_markers_and_notes_are_named_and_stand_in_the_order_of_their_numbers(exhibit: str, reader: Reader) -> None:
    page = reader.open(f"exhibits/{exhibit}.html")
    for place, name in enumerate(MARKERS[exhibit]):
        marker = page.locator(".marker").nth(place)
        assert marker.get_attribute("id") == f"m-{exhibit}-{name}"
        assert marker.inner_text() == str(place + 1)
        label = page.locator(f"#n-{exhibit}-{name} b").first.inner_text().removesuffix(".")
        assert marker.get_attribute("aria-label") == f"Note {place + 1}: {label}"
        assert page.locator(".annotation .number").nth(place).inner_text() == str(place + 1)


@pytest.mark.parametrize("exhibit", MARKERS)
def test_a_placeholder_says_what_is_missing_and_why(exhibit: str, reader: Reader) -> None:
    page = reader.open("index.html", scripts=False)
    shown = page.locator(f"#x-{exhibit}").inner_text()
    assert "Photograph not in hand. Positions are schematic" in shown
    assert "What the photograph would let you check:" in shown
    assert "in place of a photograph" in shown
    assert (page.locator(f"#x-{exhibit} img").get_attribute("alt") or "").startswith("A drawn plate in place of")


def in_window(page: Page, selector: str) -> bool:
    """Whether the whole of an element is within the window."""
    box, window = page.locator(selector).bounding_box(), page.viewport_size
    assert box
    assert window
    return 0 <= box["y"] <= window["height"] - box["height"] and 0 <= box["x"] <= window["width"] - box["width"]
