"""Web Annotations of other tools: which selectors are read, what becomes of their texts, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from microsite.webannotations import imported

SIZE = (1000, 500)


def annotation(selector: Any, body: Any = "A door", **more: Any) -> dict[str, Any]:
    return {"type": "Annotation", "body": body, "target": {"source": "x.jpg", "selector": selector}, **more}


def fragment(value: str) -> dict[str, Any]:
    return annotation({"type": "FragmentSelector", "value": value})


def svg(drawing: str) -> dict[str, Any]:
    return annotation({"type": "SvgSelector", "value": f"<svg>{drawing}</svg>"})


def shape_of(data: Any, size: tuple[int, int] | None = SIZE) -> tuple[str, tuple[float, ...]]:
    read = imported(data, size)
    assert read.refused == ()
    (note,) = read.notes
    assert note.shape
    return note.shape.shape, tuple(round(number, 6) for number in note.shape.numbers)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (fragment("xywh=pixel:100,50,200,100"), ("box", (0.1, 0.1, 0.2, 0.2))),
        (fragment("xywh=100,50,200,100"), ("box", (0.1, 0.1, 0.2, 0.2))),
        (fragment("xywh=percent:10,10,20,20.5"), ("box", (0.1, 0.1, 0.2, 0.205))),
        (fragment("xywh=percent:50,25,0,0"), ("point", (0.5, 0.25))),
        (annotation({"type": "PointSelector", "x": 500, "y": 125}), ("point", (0.5, 0.25))),
        ({"target": "https://example.org/x.jpg#xywh=percent:10,10,20,20"}, ("box", (0.1, 0.1, 0.2, 0.2))),
        (svg('<rect x="100" y="50" width="200" height="100"/>'), ("box", (0.1, 0.1, 0.2, 0.2))),
        (svg('<ellipse cx="500" cy="250" rx="100" ry="50"></ellipse>'), ("ellipse", (0.5, 0.5, 0.1, 0.1))),
        (svg('<g><circle cx="500" cy="250" r="50"/></g>'), ("ellipse", (0.5, 0.5, 0.05, 0.1))),
        (svg('<polygon points="0,0 1000,0 500,500"/>'), ("polygon", (0, 0, 1, 0, 0.5, 1))),
        (svg('<path d="M0 0L1000 0L500 500Z"/>'), ("polygon", (0, 0, 1, 0, 0.5, 1))),
        (svg('<path d="m 0,0 h 1000 l -500,500 z"/>'), ("polygon", (0, 0, 1, 0, 0.5, 1))),
        (svg('<path d="M0 0 1000 0V500H0 0Z"/>'), ("polygon", (0, 0, 1, 0, 1, 1, 0, 1, 0, 1))),
    ],
)
def test_a_region_is_read_from_every_plain_way_of_writing_it(given: Any, expected: Any) -> None:
    assert shape_of(given) == expected


def test_a_drawing_that_has_its_own_measure_needs_no_picture() -> None:
    own = annotation(
        {"type": "SvgSelector", "value": '<svg viewBox="0 0 200 100"><rect x="20" width="20" height="10"/></svg>'}
    )
    assert shape_of(own, None) == ("box", (0.1, 0, 0.1, 0.1))


def test_of_several_selectors_the_drawing_is_read() -> None:
    both = [
        {"type": "FragmentSelector", "value": "xywh=percent:0,0,100,100"},
        {"type": "SvgSelector", "value": '<svg><circle cx="500" cy="250" r="50"/></svg>'},
    ]
    assert shape_of(annotation(both))[0] == "ellipse"


def test_a_region_that_reaches_over_the_edge_by_a_rounding_is_brought_back() -> None:
    assert shape_of(fragment("xywh=percent:-0.1,0,50,100.2")) == ("box", (0, 0, 0.499, 1))


def test_one_a_list_and_a_page_are_read() -> None:
    one = fragment("xywh=percent:1,1,1,1")
    page = {"type": "AnnotationPage", "items": [one]}
    for wrapped in (one, [one], page, {"type": "AnnotationCollection", "first": page}):
        assert len(imported(wrapped, None).notes) == 1


@pytest.mark.parametrize(
    ("body", "label", "note"),
    [
        ("A door.", "A door", "A door."),
        ({"type": "TextualBody", "value": "The door that was painted twice."}, "The door that", "The door that was painted twice."),
        ([{"value": "Door", "purpose": "tagging"}, {"value": "It is\nred."}], "Door", "It is red."),
        ({"value": "<p>It is <b>red</b>.</p><script>x</script>", "format": "text/html"}, "It is red", "It is red . x"),
        ("https://example.org/a-body", "", ""),
        (None, "", ""),
    ],
)  # fmt: skip
def test_a_tag_is_the_label_and_what_is_said_is_the_note(body: Any, label: str, note: str) -> None:
    (read,) = imported(annotation({"type": "FragmentSelector", "value": "xywh=percent:1,1,1,1"}, body), None).notes
    assert (read.label, read.note) == (label, note)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (fragment("xywh=pixel:900,0,200,100"), "it reaches outside the picture"),
        (fragment("xywh=1,2,3"), "`xywh` takes four numbers, not 3"),
        (fragment("xywh=1,2,3,x"), "`x` is no number"),
        (fragment("t=10,20"), "it names no part of the picture"),
        (fragment("xywh=percent:1,1,0,5"), "its region has no extent"),
        (annotation({"type": "TextQuoteSelector", "exact": "x"}), "its selector (TextQuoteSelector) is none of"),
        ({"target": ["a#xywh=1,1,1,1", "b"]}, "it has 2 targets"),
        ({"target": 7}, "its target cannot be read"),
        (svg('<path d="M0 0C1 1 2 2 3 3Z"/>'), "its path has curves"),
        (svg('<path d="M0 0L9 0L9 9ZM1 1L2 2L2 3Z"/>'), "its path has several outlines"),
        (svg('<path d="M0 0L9"/>'), "its path cannot be read"),
        (svg('<rect width="9" height="9" transform="rotate(45)"/>'), "its drawing is moved or scaled"),
        (svg('<rect width="9" height="9"/><rect width="9" height="9"/>'), "its drawing has 2 shapes"),
        (svg('<text x="1">x</text>'), "its drawing is a `text`"),
        (svg('<polygon points="0,0 9,9"/>'), "its polygon has 2 corners"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line_and_the_rest_is_read(given: Any, why: str) -> None:
    read = imported([given, fragment("xywh=percent:1,1,1,1")], SIZE)
    assert len(read.notes) == 1
    assert len(read.refused) == 1
    assert read.refused[0].startswith("Annotation 1: ")
    assert why in read.refused[0]


def test_pixels_need_a_picture_to_be_measured_by() -> None:
    assert "no photograph to measure by" in imported(fragment("xywh=1,2,3,4"), None).refused[0]


@pytest.mark.parametrize("data", [None, 7, "x", [], {}, [[[[[[{"target": "x"}]]]]]], {"items": {"items": [1]}}])
def test_a_file_without_annotations_says_so(data: Any) -> None:
    assert imported(data, SIZE) == ((), ("There is no Web Annotation in this file.",))


def test_only_so_many_are_read() -> None:
    read = imported(json.loads(json.dumps([fragment("xywh=percent:1,1,1,1")] * 201)), None)
    assert len(read.notes) == 200
    assert "201 annotations" in read.refused[0]
