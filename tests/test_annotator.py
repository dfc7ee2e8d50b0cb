"""The annotator's pure part: a drawing out of exhibits.yaml and back into it, into its own entry and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite import annotator, load, sketches
from microsite.sketches import Drawing, NotADrawing, Note, Shape
from microsite.writeback import CannotWriteBack

FILE = """\
# The pictures.
shop:   # a shop
  title: {en: The shop, ko: 가게}
  caption: Words.
  photo: shop.jpg
  redactions:
    # The face at the door.
    - ellipse: [0.5, 0.5, 0.1, 0.1]   # drawn wide
    - {box: [0, 0, 0.2, 0.2]}
  annotations:
    # What matters most.
    door:
      region:
        box: [0.1, 0.1, 0.2, 0.2]   # about
      label:
        en: The door
        ko: 문
      note: >-
        It is
        red.
      seed: paper/opening
    window: {region: {point: [0.5, 0.5]}, label: A window, note: 'Glass: clear.'}   # as built

other:
  title: Another
  caption: Words.
  absent: not in hand
"""
DOOR = Note("door", Shape("box", (0.1, 0.1, 0.2, 0.2)), "The door", "It is red.", "paper/opening")
WINDOW = Note("window", Shape("point", (0.5, 0.5)), "A window", "Glass: clear.", "")
FACE, PLATE = Shape("ellipse", (0.5, 0.5, 0.1, 0.1)), Shape("box", (0, 0, 0.2, 0.2))
DRAWN = Drawing((DOOR, WINDOW), (FACE, PLATE))
BOX = Shape("box", (0.125, 0, 0.25, 1))


def put(drawing: Drawing, exhibit: str = "shop", text: str = FILE, on_photograph: bool = True) -> str:
    return annotator.applied(text, exhibit, drawing, "en", on_photograph=on_photograph)


def read(text: str, exhibit: str = "shop") -> annotator.Entry:
    return annotator.entry(text, exhibit, "exhibits.yaml", "en")


def test_a_drawing_is_read_in_the_sites_first_language() -> None:
    entry = read(FILE)
    assert entry.drawing == DRAWN
    assert (entry.title, entry.photo, entry.absent, entry.at.line) == ("The shop", "shop.jpg", "", 3)
    assert entry.text == FILE[FILE.index("shop:") : FILE.index("\nother")]
    assert read(FILE, "other").aspect == (3, 2)


def test_what_has_not_changed_is_not_written() -> None:
    assert put(DRAWN) == FILE
    assert put(sketches.from_json(sketches.as_json(DRAWN))) == FILE


def test_a_shape_that_moved_changes_its_numbers_and_nothing_else() -> None:
    moved = DOOR._replace(shape=Shape("box", (0.15, 0.1, 0.2, 0.2)))
    assert put(Drawing((moved, WINDOW), (FACE, PLATE))) == FILE.replace("box: [0.1, 0.1", "box: [0.15, 0.1")
    face = Shape("ellipse", (0.5, 0.6, 0.1, 0.1))
    assert put(Drawing((DOOR, WINDOW), (face, PLATE))) == FILE.replace("[0.5, 0.5, 0.1", "[0.5, 0.6, 0.1")


def test_another_shape_takes_the_place_of_the_first() -> None:
    triangle = Shape("polygon", (0, 0, 1, 0, 0.5, 1))
    drawn = put(Drawing((DOOR, WINDOW._replace(shape=triangle)), (FACE, PLATE)))
    assert drawn == FILE.replace("{point: [0.5, 0.5]}", "{polygon: [[0, 0], [1, 0], [0.5, 1]]}")


def test_words_change_in_the_first_language_and_translations_stay() -> None:
    door = DOOR._replace(label="The gate", note="It is: green.")
    changed = put(Drawing((door, WINDOW), (FACE, PLATE)))
    assert changed == FILE.replace("en: The door", 'en: "The gate"').replace(
        ">-\n        It is\n        red.", ">-\n        It is: green."
    )


def test_what_a_note_rests_on_can_be_changed_taken_out_and_added() -> None:
    def with_seeds(door: str, window: str) -> str:
        return put(Drawing((DOOR._replace(seed=door), WINDOW._replace(seed=window)), (FACE, PLATE)))

    assert with_seeds("paper/price", "") == FILE.replace("paper/opening", "paper/price")
    assert with_seeds("", "") == FILE.replace("      seed: paper/opening\n", "")
    assert with_seeds("paper/opening", "a/b") == FILE.replace("clear.'}", "clear.', seed: a/b}")


def test_a_new_annotation_stands_at_the_end_and_one_taken_out_goes_with_its_lines() -> None:
    sign = Note("sign", BOX, "A sign", "Words.", "")
    line = "note: 'Glass: clear.'}   # as built\n"
    block = '    sign:\n      region: {box: [0.125, 0, 0.25, 1]}\n      label: "A sign"\n      note: Words.\n'
    assert put(Drawing((DOOR, WINDOW, sign), (FACE, PLATE))) == FILE.replace(line, line + block)
    without = put(Drawing((WINDOW,), (FACE, PLATE)))
    assert without == FILE[: FILE.index("    door:")] + FILE[FILE.index("    window:") :]


def test_redactions_come_and_go_one_by_one() -> None:
    assert put(Drawing((DOOR, WINDOW), (FACE,))) == FILE.replace("    - {box: [0, 0, 0.2, 0.2]}\n", "")
    last = "    - {box: [0, 0, 0.2, 0.2]}\n"
    assert put(Drawing((DOOR, WINDOW), (FACE, PLATE, BOX))) == FILE.replace(
        last, f"{last}    - box: [0.125, 0, 0.25, 1]\n"
    )
    assert put(Drawing((DOOR, WINDOW), (PLATE, FACE))) == FILE, "what is hidden has no order"
    assert put(Drawing((DOOR, WINDOW), (PLATE, BOX))) == FILE.replace(
        "ellipse: [0.5, 0.5, 0.1, 0.1]", "box: [0.125, 0, 0.25, 1]"
    )


def test_with_the_last_of_them_the_key_goes_too() -> None:
    bare = put(Drawing((), ()))
    assert "redactions" not in bare
    assert "annotations" not in bare
    assert load.exhibits(bare, "")[1] == []
    again = put(DRAWN, text=bare)
    assert read(again).drawing == DRAWN
    assert again[again.index("\nother") :] == FILE[FILE.index("\nother") :]


def test_regions_of_a_placeholder_are_schematic_until_there_is_a_photograph() -> None:
    drawn = put(Drawing((DOOR,), ()), "other", on_photograph=False)
    assert "  absent: not in hand\n  positions: schematic\n  annotations:\n    door:\n" in drawn
    assert put(Drawing((DOOR,), ()), "other", drawn, on_photograph=False) == drawn
    unplaced = put(Drawing((DOOR._replace(shape=None),), ()), "other", drawn)
    assert "positions" not in unplaced
    assert "region" not in unplaced[unplaced.index("other:") :]
    assert read(unplaced, "other").drawing.annotations == (DOOR._replace(shape=None),)


def test_an_annotation_without_a_region_gets_one() -> None:
    text = FILE.replace("region: {point: [0.5, 0.5]}, ", "")
    assert read(text).drawing.annotations[1].shape is None
    assert put(DRAWN, text=text) == FILE.replace(
        "{region: {point: [0.5, 0.5]}, label: A window, note: 'Glass: clear.'}",
        "{label: A window, note: 'Glass: clear.', region: {point: [0.5, 0.5]}}",
    )


def test_line_ends_and_marks_of_other_editors_stay() -> None:
    theirs = "\ufeff" + FILE.replace("\n", "\r\n")
    drawing = Drawing((DOOR._replace(label="Gate"),), (FACE, PLATE, BOX))
    assert put(drawing, text=theirs) == "\ufeff" + put(drawing).replace("\n", "\r\n")


def test_what_cannot_be_changed_in_place_is_refused() -> None:
    shared = FILE.replace("    - {box: [0, 0, 0.2, 0.2]}\n", "").replace(
        "- ellipse: [0.5, 0.5, 0.1, 0.1]", "- box: &x [0, 0, 1, 1]"
    )
    with pytest.raises(annotator.Unreadable):
        put(Drawing((), ()), text=shared)
    with pytest.raises(CannotWriteBack):
        put(Drawing((), (BOX,)), text="shop: {title: x, redactions: [{box: [0, 0, 1, 1]}], ? [a] : b}\n")


def test_mistakes_that_a_drawing_brings_are_told_and_those_that_were_there_are_not() -> None:
    broken = FILE.replace("absent: not in hand", "absent: lost")
    outside = put(Drawing((DOOR._replace(shape=Shape("box", (0.9, 0, 0.2, 1))), WINDOW), ()), text=broken)
    (found,) = annotator.new_mistakes(broken, outside, "exhibits.yaml")
    assert (found.kind, found.at.line) == ("bad-region", outside[: outside.index("[0.9")].count("\n") + 1)
    unplaced = put(Drawing((DOOR._replace(shape=None), WINDOW), ()))
    assert annotator.new_mistakes(FILE, unplaced, "exhibits.yaml") == []
    wordless = put(Drawing((DOOR._replace(note=""), WINDOW), ()))
    assert [found.kind for found in annotator.new_mistakes(FILE, wordless, "exhibits.yaml")] == ["bad-value"]


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"annotations": 1},
        {"annotations": [{}]},
        {"annotations": [{"id": "A b", "label": "", "note": "", "seed": ""}]},
        {"annotations": [{"id": "x: y\nz", "label": "", "note": "", "seed": ""}]},
        {"annotations": [{"id": "a", "label": "", "note": "", "seed": "", "shape": {"shape": "box", "numbers": [1]}}]},
        {"annotations": [{"id": "a", "label": "", "note": "", "seed": ""}] * 2},
        {"redactions": [{"shape": "point", "numbers": [0.5, 0.5]}]},
        {"redactions": [{"shape": "box", "numbers": [0, 0, 1, float("nan")]}]},
        {"redactions": [{"shape": "box", "numbers": [0, 0, 1, True]}]},
        {"redactions": [{"shape": "circle", "numbers": [0, 0, 1]}]},
        {"redactions": [{"shape": "polygon", "numbers": [0, 0, 1, 1]}]},
        {"redactions": [{"shape": "box", "numbers": [0, 0, 1, 1]}] * 201},
    ],
    ids=str,
)
def test_what_is_no_drawing_is_refused(data: Any) -> None:
    with pytest.raises(NotADrawing):
        sketches.from_json(data)


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\ufeff"), min_size=1)
SHAPES = st.sampled_from([FACE, PLATE, BOX, Shape("polygon", (0, 0, 1, 0, 0.5, 1))])
NOTES = st.builds(
    Note, st.sampled_from(["door", "window", "a", "b"]), SHAPES, TEXTS, TEXTS, st.sampled_from(["", "a/b"])
)


@settings(max_examples=30, deadline=None)
@given(st.lists(NOTES, unique_by=lambda note: note.id, max_size=4), st.lists(SHAPES, max_size=4))
def test_whatever_is_drawn_can_be_read_again_and_the_rest_of_the_file_stays(
    notes: list[Note], redactions: list[Shape]
) -> None:
    drawing = Drawing(tuple(notes), tuple(redactions))
    changed = put(drawing)
    found = read(changed).drawing
    assert {note.id: note for note in found.annotations} == {note.id: note for note in notes}
    assert sorted(found.redactions) == sorted(redactions)
    assert changed[changed.index("\nother:") :] == FILE[FILE.index("\nother:") :]
    assert changed.startswith(FILE[: FILE.index("  redactions")])
