"""One value of a YAML file set or taken out, every other byte as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.writeback import CannotWriteBack, Value, with_item, with_value, without_item, without_key

FILE = """\
# The pictures.
shop:   # a shop
  title: "The shop"
  # Why there is none.
  absent: not in hand   # so far
  caption: >-
    Long
    words.

  annotations:
    door: {region: {point: [0.5, 0.5]}, label: The door, note: 'It''s red.'}
    window:
      region:
        box: [0.1, 0.1, 0.2, 0.2]   # about
      # Two words.
      label: A window
      note: Glass.

other: {title: x, absent: withheld}
"""


def test_a_new_key_stands_after_its_neighbours() -> None:
    changed = with_value(FILE, ("shop", "photo"), "shop.jpg", after=("title", "caption", "rights"))
    assert changed == FILE.replace("    words.\n", "    words.\n  photo: shop.jpg\n")


def test_a_map_takes_a_line_for_each_key_and_can_be_replaced() -> None:
    once = with_value(FILE, ("shop", "master"), {"recipe": "jpeg-1", "side": 3000}, after=("absent",))
    line = "  absent: not in hand   # so far\n"
    assert once == FILE.replace(line, f"{line}  master:\n    recipe: jpeg-1\n    side: 3000\n")
    assert with_value(once, ("shop", "master"), {"recipe": "jpeg-2", "side": 100}) == once.replace(
        "jpeg-1", "jpeg-2"
    ).replace("3000", "100")


def test_a_value_is_replaced_in_its_place() -> None:
    region = ("shop", "annotations", "window", "region")
    changed = with_value(FILE, region, {"ellipse": [0.5, 0.25, 1 / 3, 0.125]})
    assert changed == FILE.replace(
        "region:\n        box: [0.1, 0.1, 0.2, 0.2]", "region: {ellipse: [0.5, 0.25, 0.333333333, 0.125]}"
    )
    assert with_value(FILE, ("shop", "title"), "A: shop") == FILE.replace('"The shop"', '"A: shop"')


def test_a_text_over_several_lines_stays_one() -> None:
    words = "word " * 40
    changed = with_value(FILE, ("shop", "caption"), words.strip())
    lines = f"    {('word ' * 23).strip()}\n    {('word ' * 17).strip()}\n"
    assert changed == FILE.replace("    Long\n    words.\n", lines)
    assert with_value(FILE, ("shop", "caption"), "a  b") == FILE.replace(">-\n    Long\n    words.", '"a  b"')


def test_a_map_in_braces_stays_one() -> None:
    door = ("shop", "annotations", "door")
    assert with_value(FILE, (*door, "region"), {"point": [0, 1]}) == FILE.replace("[0.5, 0.5]", "[0, 1]")
    assert with_value(FILE, ("other", "photo"), "x.jpg") == FILE.replace("withheld}", "withheld, photo: x.jpg}")
    assert without_key(FILE, (*door, "region")) == FILE.replace("region: {point: [0.5, 0.5]}, ", "")
    assert without_key(FILE, ("other", "absent")) == FILE.replace(", absent: withheld", "")


def test_a_key_goes_with_its_lines_and_comments_stay() -> None:
    assert without_key(FILE, ("shop", "absent")) == FILE.replace("  absent: not in hand   # so far\n", "")
    box = "      region:\n        box: [0.1, 0.1, 0.2, 0.2]   # about\n"
    assert without_key(FILE, ("shop", "annotations", "window", "region")) == FILE.replace(box, "")


def test_what_is_not_there_need_not_be_taken_out() -> None:
    assert without_key(FILE, ("shop", "positions")) == FILE
    assert without_key(FILE, ("nobody", "positions")) == FILE


def test_other_editors_line_ends_and_marks_are_kept() -> None:
    marked = "\ufeff" + FILE.replace("\n", "\r\n")
    plain = with_value(FILE, ("shop", "master"), {"a": 1, "b": 2})
    assert with_value(marked, ("shop", "master"), {"a": 1, "b": 2}) == "\ufeff" + plain.replace("\n", "\r\n")
    mixed = FILE.replace("\n", "\r\n", 6)
    assert with_value(mixed, ("other", "title"), "y") == mixed.replace("title: x", "title: y")


def test_a_file_without_a_last_line_end_is_added_to() -> None:
    assert with_value("a:\n  b: c", ("a", "d"), "e") == "a:\n  b: c\n  d: e"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ("a", "b")),
        ("a: [", ("a", "b")),
        ("a: b", ("a", "b")),
        ("a: {b: c}", ("x", "b")),
        ("a: &x {b: c}", ("a", "b")),
    ],
)
def test_what_cannot_be_changed_in_place_is_refused(text: str, path: tuple[str, ...]) -> None:
    with pytest.raises(CannotWriteBack):
        with_value(text, path, "y")


LISTS = """\
shop:
  redactions:
    # The face at the door.
    - ellipse: [0.5, 0.5, 0.1, 0.1]   # drawn wide

    - {box: [0, 0, 0.2, 0.2]}
    # The plate.
    - box:
        [0.7, 0.7, 0.1, 0.1]
  # Words.
  title: x
other: {redactions: [{box: [0, 0, 1, 0.5]}, {box: [0, 0, 0.5, 1]}]}
"""
SHOP, OTHER = ("shop", "redactions"), ("other", "redactions")


def test_an_item_is_replaced_in_its_place_and_the_rest_of_its_list_stays() -> None:
    box = {"box": [0.125, 0, 0.25, 1]}
    assert with_item(LISTS, SHOP, 0, box) == LISTS.replace("ellipse: [0.5, 0.5, 0.1, 0.1]", "box: [0.125, 0, 0.25, 1]")
    assert with_item(LISTS, SHOP, 1, box) == LISTS.replace("box: [0, 0, 0.2, 0.2]", "box: [0.125, 0, 0.25, 1]")
    assert with_item(LISTS, SHOP, 2, box) == LISTS.replace(
        "box:\n        [0.7, 0.7, 0.1, 0.1]", "box: [0.125, 0, 0.25, 1]"
    )
    assert with_item(LISTS, OTHER, 1, box) == LISTS.replace("[0, 0, 0.5, 1]", "[0.125, 0, 0.25, 1]")


def test_an_item_is_added_at_the_end_of_its_list() -> None:
    box = {"box": [0.125, 0, 0.25, 1]}
    last = "        [0.7, 0.7, 0.1, 0.1]\n"
    assert with_item(LISTS, SHOP, 3, box) == LISTS.replace(last, f"{last}    - box: [0.125, 0, 0.25, 1]\n")
    assert with_item(LISTS, OTHER, 2, box) == LISTS.replace("0.5, 1]}", "0.5, 1]}, {box: [0.125, 0, 0.25, 1]}")
    assert with_item("a:\n  b: []\n", ("a", "b"), 0, "x") == "a:\n  b: [x]\n"


def test_an_item_goes_with_its_lines_and_comments_stay() -> None:
    assert without_item(LISTS, SHOP, 0) == LISTS.replace("    - ellipse: [0.5, 0.5, 0.1, 0.1]   # drawn wide\n", "")
    assert without_item(LISTS, SHOP, 1) == LISTS.replace("    - {box: [0, 0, 0.2, 0.2]}\n", "")
    assert without_item(LISTS, SHOP, 2) == LISTS.replace("    - box:\n        [0.7, 0.7, 0.1, 0.1]\n", "")
    assert without_item(LISTS, OTHER, 0) == LISTS.replace("{box: [0, 0, 1, 0.5]}, ", "")
    assert without_item(LISTS, OTHER, 1) == LISTS.replace(", {box: [0, 0, 0.5, 1]}", "")


def test_items_in_other_places_than_a_list_are_refused() -> None:
    for path in (("shop", "title"), ("shop", "nothing"), ("shop",)):
        with pytest.raises(CannotWriteBack):
            with_item(LISTS, path, 0, "x")
    with pytest.raises(CannotWriteBack):
        without_item("a:\n  b:\n  - - c\n    - d\n", ("a", "b"), 0)


def test_a_list_of_maps_takes_a_line_for_each() -> None:
    boxes = [{"box": [0, 0, 1, 0.5]}, {"ellipse": [0.5, 0.5, 0.25, 0.25]}]
    changed = with_value("a:\n  b: c\n", ("a", "redactions"), boxes)
    assert changed == "a:\n  b: c\n  redactions:\n    - box: [0, 0, 1, 0.5]\n    - ellipse: [0.5, 0.5, 0.25, 0.25]\n"


def test_a_map_that_holds_another_takes_lines_however_few_its_keys() -> None:
    note: Value = {"door": {"region": {"point": [0.5, 0.25]}, "label": "Door"}}
    changed = with_value("a:\n  b: c\n", ("a", "annotations"), note)
    assert changed == "a:\n  b: c\n  annotations:\n    door:\n      region: {point: [0.5, 0.25]}\n      label: Door\n"


@given(st.data())
def test_whatever_is_set_can_be_read_again_and_taken_out_again(data: Any) -> None:
    path = data.draw(st.sampled_from([("shop", "note"), ("other", "note"), ("shop", "annotations", "window", "note2")]))
    words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\x85\u2028\u2029\ufeff"))
    value = data.draw(
        st.one_of(
            words,
            st.integers(0, 99),
            st.lists(st.integers(0, 9)),
            st.dictionaries(st.sampled_from("xyz"), words, min_size=2),
        )
    )
    changed = with_value(FILE, path, value)
    assert without_key(changed, path) == FILE
