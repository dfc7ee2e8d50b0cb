"""Exhibits: a marker in the picture and its note light each other, lead to each other, and can be hit with a finger."""

from __future__ import annotations

from itertools import combinations
from math import dist
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.browsing import COUNTER, EXHIBIT_PAGES, TEXT_OVER_TEXT, Reader

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
    return [looks('.picture .region', 'strokeWidth'), looks('.marker', 'boxShadow'), looks('.annotation', 'backgroundColor')];
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


@ON_EITHER_PAGE
def test_pointing_into_a_region_lights_its_note(path: str, reader: Reader) -> None:
    page = reader.open(path, scripts=False)
    unlit = looks(page)
    for number in (1, 2):
        page.locator(f".x-interior .picture .region.m{number}").hover()
        assert looks(page).lit(unlit) == [[number - 1]] * 3


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
        const region = marker.closest('.picture').querySelector('.region.m' + number).getBoundingClientRect();
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


# --- Large -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 1280])
def test_the_picture_can_be_enlarged_with_the_keyboard_and_moved_within_its_frame(width: int, reader: Reader) -> None:
    page = reader.open("exhibits/interior.html", width=width, scripts=False)
    whole = picture_width(page)
    frame = page.get_by_role("region", name="The picture")
    page.get_by_role("radio", name="Whole").focus()
    for times in (2, 4):
        page.keyboard.press("ArrowRight")
        assert picture_width(page) == pytest.approx(times * whole, rel=0.02)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # browsers move smoothly
    assert page.evaluate("document.querySelector('.window').scrollLeft") > 0
    page.locator("#n-interior-brands .number").click()
    assert in_window(page, "#m-interior-brands")
    page.get_by_role("radio", name="Whole").check()
    assert picture_width(page) == whole


def test_a_whole_picture_is_no_higher_than_the_window(reader: Reader) -> None:
    for exhibit in ("crowd", "portrait", "panorama", "square"):
        page = reader.open(f"{COUNTER}exhibits/{exhibit}.html")
        box = page.locator(".picture").bounding_box()
        assert box
        assert box["height"] <= 800


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_beside_each_note_is_its_region_cut_out_of_the_picture(width: int, reader: Reader) -> None:
    page = reader.open("exhibits/interior.html", width=width, scripts=False)
    crops = page.locator(".annotation .crop")
    assert crops.count() == 4
    for number, crop in enumerate(crops.all(), 1):
        frame, region = crop.locator("svg").bounding_box(), crop.locator(f".region.m{number}").bounding_box()
        assert frame
        assert region
        assert frame["width"] >= 140
        assert frame["x"] <= region["x"]
        assert region["x"] + region["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= region["y"]
        assert region["y"] + region["height"] <= frame["y"] + frame["height"]
        assert crop.inner_text().strip() == "Schematic"


def test_a_crop_leads_to_its_region_in_the_picture_and_lights_with_it(reader: Reader) -> None:
    page = reader.open("exhibits/interior.html", scripts=False)
    unlit = looks(page)
    page.locator(".crop").nth(1).click()
    assert page.url.endswith("#m-interior-clothes")
    assert in_window(page, "#m-interior-clothes")
    assert looks(page).lit(unlit) == [[1]] * 3


def test_the_enlarged_picture_is_printed_whole_and_once(reader: Reader) -> None:
    page = reader.open("exhibits/interior.html")
    page.get_by_role("radio", name="4 ×").check()
    page.emulate_media(media="print")
    assert page.locator(".zoom").is_hidden()
    assert page.locator("img:visible").count() == 1
    picture, figure = page.locator(".picture").bounding_box(), page.locator("figure").bounding_box()
    assert picture
    assert figure
    assert picture["width"] <= figure["width"]


def picture_width(page: Page) -> float:
    box = page.locator(".picture").bounding_box()
    assert box
    return box["width"]


# --- Thirty annotations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("page_name", ["index.html", "exhibits/crowd.html"])
def test_of_thirty_markers_none_lies_over_another(page_name: str, width: int, reader: Reader) -> None:
    page = reader.open(COUNTER + page_name, width=width, scripts=False)
    discs = page.evaluate("""() => [...document.querySelectorAll('.x-crowd .marker')].map(marker => {
        const box = marker.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2, box.width, box.height];
    })""")
    assert len(discs) == 30
    assert min(min(wide, high) for _, _, wide, high in discs) >= 24
    nearest = min(dist(one[:2], other[:2]) for one, other in combinations(discs, 2))
    assert nearest >= discs[0][2]
    box = page.locator(".x-crowd .picture").bounding_box()
    assert box
    for x, y, wide, high in discs:
        assert box["x"] - 1 <= x - wide / 2
        assert x + wide / 2 <= box["x"] + box["width"] + 1
        assert box["y"] - 1 <= y - high / 2
        assert y + high / 2 <= box["y"] + box["height"] + 1


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_a_line_leads_from_each_marker_that_had_to_move_to_its_place(width: int, reader: Reader) -> None:
    page = reader.open(f"{COUNTER}exhibits/crowd.html", width=width, scripts=False)
    ends = page.evaluate(r"""() => [...document.querySelectorAll('.picture .leader')].filter(
        line => getComputedStyle(line).display != 'none').map(line => {
            const number = [...line.classList].find(name => /^m\d+$/.test(name)).slice(1);
            const marker = document.querySelector('.marker.m' + number).getBoundingClientRect();
            const from = line.getPointAtLength(0).matrixTransform(line.getScreenCTM());
            return Math.hypot(from.x - marker.x - marker.width / 2, from.y - marker.y - marker.height / 2);
    })""")
    assert len(ends) >= 3
    assert max(ends) <= 2


def test_thirty_notes_stand_in_two_columns_where_there_is_room_and_in_the_order_of_their_numbers(
    reader: Reader,
) -> None:
    for page_name, width, columns in (
        ("index.html", 320, 1),
        ("index.html", 768, 2),
        ("exhibits/crowd.html", 320, 1),
        ("exhibits/crowd.html", 1280, 2),
    ):
        page = reader.open(COUNTER + page_name, width=width, scripts=False)
        notes = page.locator(".x-crowd .annotation")
        lefts = notes.evaluate_all("notes => notes.map(note => Math.round(note.getBoundingClientRect().x))")
        assert len(set(lefts)) == columns
        assert notes.locator(".number").all_inner_texts() == [str(number) for number in range(1, 31)]
        assert page.evaluate(TEXT_OVER_TEXT) == []


def test_the_index_shows_the_markers_on_small_pictures_and_how_many_notes_there_are(reader: Reader) -> None:
    page = reader.open(f"{COUNTER}exhibits/index.html", width=320, scripts=False)
    shown = [item.locator("svg text").all_inner_texts() for item in page.locator(".gallery li").all()]
    assert [len(numbers) for numbers in shown] == [30, 2, 2, 0]
    words = page.locator(".gallery p").all_inner_texts()
    assert [text.split(". ")[1] for text in words] == [
        "30 annotations.",
        "2 annotations.",
        "2 annotations.",
        "No annotations.",
    ]


def test_each_reason_for_a_missing_photograph_is_given_and_none_is_taken_for_one(reader: Reader) -> None:
    page = reader.open(f"{COUNTER}index.html", scripts=False)
    for exhibit, reason in (
        ("crowd", "Photograph not in hand"),
        ("portrait", "Photograph withheld for somebody’s safety"),
        ("panorama", "Photograph awaiting a licence"),
    ):
        shown = page.locator(f"#x-{exhibit} .absent").inner_text()
        assert shown == f"Drawing, not a photograph. {reason}. Positions are schematic"
    assert page.locator("#x-square .absent").inner_text() == "Drawing, not a photograph. Photograph not in hand"


def in_window(page: Page, selector: str) -> bool:
    """Whether the whole of an element is within the window."""
    box, window = page.locator(selector).bounding_box(), page.viewport_size
    assert box
    assert window
    return 0 <= box["y"] <= window["height"] - box["height"] and 0 <= box["x"] <= window["width"] - box["width"]
