"""Regions and their texts from W3C Web Annotations, as other tools write them.

Read are an annotation, a list of them, an AnnotationPage and an AnnotationCollection that holds its first page;
selectors are `FragmentSelector` (`xywh`, in pixels or per cent), `SvgSelector` (one rect, ellipse, circle, polygon or
path of straight lines) and IIIF's `PointSelector`. What cannot be read is said in a line each, and hinders nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple

from .sketches import MOST_ANNOTATIONS, MOST_CORNERS, Note, Shape

_OUTSIDE = 0.005
"""How far, in fractions of the picture, a region may reach over its edge: as far as tools round."""
_LONGEST_TEXT = 20_000
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_XYWH = re.compile(r"(?:^|[#&?])xywh=(?:(pixel|percent):)?([^&]*)")
_LABEL_PURPOSES = ("tagging", "identifying", "classifying")
Size = tuple[int, int]


class Imported(NamedTuple):
    """What was read, and a line for each annotation that was not."""

    notes: tuple[Note, ...]
    refused: tuple[str, ...]


class _Unreadable(ValueError):  # noqa: N818 - named by what happened
    """Why an annotation is not read, as the end of a line."""


def imported(data: Any, size: Size | None) -> Imported:
    """Annotations from a parsed JSON document; their names are made later, with those that are there already.

    Args:
        size: of the picture in pixels, width and height; `None` where there is none to measure pixels by.
    """
    notes: list[Note] = []
    refused: list[str] = []
    found = list(_annotations(data, 0))
    for number, annotation in enumerate(found[:MOST_ANNOTATIONS], 1):
        try:
            shape = _within(_shape(annotation.get("target"), size))
            notes.append(Note("", shape, *_texts(annotation.get("body"), annotation.get("bodyValue")), ""))
        except _Unreadable as error:
            refused.append(f"Annotation {number}: {error}.")
    if not found:
        refused.append("There is no Web Annotation in this file.")
    if len(found) > MOST_ANNOTATIONS:
        refused.append(f"The file holds {len(found)} annotations; the first {MOST_ANNOTATIONS} were read.")
    return Imported(tuple(notes), tuple(refused))


def _annotations(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(data, list) and depth < 4:
        for each in data:
            yield from _annotations(each, depth + 1)
    elif isinstance(data, dict) and depth < 4:
        if "target" in data:
            yield data
        for key in ("items", "first", "annotations", "resources"):
            yield from _annotations(data.get(key), depth + 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


# --- Words -----------------------------------------------------------------------------------------------------------


def _texts(body: Any, value: Any) -> tuple[str, str]:
    """Label and note: a tag is a label, else it is the beginning of what is said."""
    labels: list[str] = []
    notes = [_plain(value)] if isinstance(value, str) else []
    for each in _listed(body):
        words = _words(each)
        is_label = isinstance(each, dict) and any(
            purpose in _LABEL_PURPOSES for purpose in _listed(each.get("purpose"))
        )
        (labels if is_label else notes).append(words)
    note = " ".join(filter(None, notes))
    label = ", ".join(filter(None, labels))
    return (label or " ".join(note.split()[:3]).rstrip(".,;:"), note or label)


def _words(body: Any) -> str:
    if isinstance(body, str):
        return "" if re.match(r"https?:", body) else _plain(body)
    value = body.get("value", body.get("chars")) if isinstance(body, dict) else None
    if not isinstance(value, str):
        return ""
    return _without_tags(value) if "html" in str(body.get("format", "")) else _plain(value)


def _plain(text: str) -> str:
    kept = "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_TEXT])
    return " ".join(kept.split())


def _without_tags(html: str) -> str:
    parser = _Heard()
    parser.feed(html[:_LONGEST_TEXT])
    parser.close()
    return _plain(" ".join(parser.words))


class _Heard(HTMLParser):
    """What of a piece of HTML is text."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


# --- Regions ---------------------------------------------------------------------------------------------------------


def _shape(target: Any, size: Size | None) -> Shape:
    targets = _listed(target)
    if len(targets) != 1:
        raise _Unreadable(f"it has {len(targets)} targets, and one region is read")
    if isinstance(targets[0], str):
        return _fragment(targets[0], size)
    if not isinstance(targets[0], dict):
        raise _Unreadable("its target cannot be read")
    selectors = _listed(targets[0].get("selector"))
    if not selectors:
        return _fragment(str(targets[0].get("id", targets[0].get("source", ""))), size)
    # Of several selectors each means the same place: a drawing says more than the box around it.
    for kind, read in (("SvgSelector", _svg), ("FragmentSelector", _fragment)):
        for selector in selectors:
            if isinstance(selector, dict) and selector.get("type") == kind:
                return read(str(selector.get("value", "")), size)
    for selector in selectors:
        if isinstance(selector, dict) and selector.get("type") == "PointSelector":
            place = _numbers([str(selector.get("x")), str(selector.get("y"))])
            return Shape("point", _fractions(place, _measured(size)))
    kinds = ", ".join(
        sorted({str(each.get("type", "?"))[:40] if isinstance(each, dict) else "?" for each in selectors})
    )
    raise _Unreadable(f"its selector ({kinds}) is none of FragmentSelector, SvgSelector and PointSelector")


def _fragment(value: str, size: Size | None) -> Shape:
    found = _XYWH.search(value)
    if not found:
        raise _Unreadable("it names no part of the picture (no `xywh=`)")
    numbers = _numbers(found[2].split(","))
    if len(numbers) != 4:
        raise _Unreadable(f"`xywh` takes four numbers, not {len(numbers)}")
    sides = (100, 100) if found[1] == "percent" else _measured(size)
    if not numbers[2] and not numbers[3]:
        return Shape("point", _fractions(numbers[:2], sides))
    return Shape("box", _fractions(numbers, sides))


def _measured(size: Size | None) -> Size:
    if size is None:
        raise _Unreadable("it is measured in pixels, and there is no photograph to measure by")
    return size


def _numbers(words: Sequence[str]) -> list[float]:
    try:
        return [float(word) for word in words if _NUMBER.fullmatch(word.strip()) or _raise(word)]
    except OverflowError as error:
        raise _Unreadable("its numbers cannot be read") from error


def _raise(word: str) -> bool:
    raise _Unreadable(f"`{word.strip()[:20]}` is no number")


def _fractions(numbers: Sequence[float], size: Size) -> tuple[float, ...]:
    """Coordinates, across and down in turn, as fractions of the picture."""
    return tuple(number / size[place % 2] for place, number in enumerate(numbers))


class _Drawn(HTMLParser):
    """The elements of an SVG that draw something, its own measure, and whether anything moves them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.measure = ""
        self.moved = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.moved = self.moved or "transform" in attributes
        self.measure = self.measure or (attributes.get("viewbox", "") if tag == "svg" else "")
        if tag not in ("svg", "g", "title", "desc", "defs"):
            self.elements.append((tag, attributes))


def _svg(value: str, size: Size | None) -> Shape:
    drawn = _Drawn()
    drawn.feed(value[:_LONGEST_TEXT])
    drawn.close()
    if drawn.moved:
        raise _Unreadable("its drawing is moved or scaled, and only plain coordinates are read")
    if len(drawn.elements) != 1:
        raise _Unreadable(f"its drawing has {len(drawn.elements)} shapes, and one is read")
    tag, attributes = drawn.elements[0]
    sides = _own_measure(drawn.measure) if drawn.measure else _measured(size)
    if tag in ("rect", "ellipse", "circle"):
        return _round_or_square(tag, attributes, sides)
    if tag in ("polygon", "path"):
        corners = _corners(attributes.get("points", "")) if tag == "polygon" else _path(attributes.get("d", ""))
        if not 3 <= len(corners) <= MOST_CORNERS:
            raise _Unreadable(f"its {tag} has {len(corners)} corners; from 3 to {MOST_CORNERS} are read")
        return Shape("polygon", _fractions([number for corner in corners for number in corner], sides))
    raise _Unreadable(f"its drawing is a `{tag[:20]}`, which is none of the shapes that are read")


def _own_measure(view_box: str) -> Size:
    """Width and height that a drawing itself gives to the whole picture."""
    numbers = _numbers(re.split(r"[\s,]+", view_box.strip()))
    if len(numbers) != 4 or numbers[0] or numbers[1] or min(numbers[2:]) < 1:
        raise _Unreadable("its drawing is moved or scaled, and only plain coordinates are read")
    return round(numbers[2]), round(numbers[3])


def _round_or_square(tag: str, attributes: dict[str, str], sides: Size) -> Shape:
    wanted = {
        "rect": ("x", "y", "width", "height"), "ellipse": ("cx", "cy", "rx", "ry"), "circle": ("cx", "cy", "r", "r"),
    }[tag]  # fmt: skip
    numbers = _numbers([attributes.get(name, "0").removesuffix("px") for name in wanted])
    return Shape("box" if tag == "rect" else "ellipse", _fractions(numbers, sides))


def _corners(points: str) -> list[tuple[float, float]]:
    numbers = _numbers(re.split(r"[\s,]+", points.strip()))
    if len(numbers) % 2:
        raise _Unreadable("its polygon has half a corner")
    return list(zip(numbers[0::2], numbers[1::2], strict=True))


_STEPS = {"m": 2, "l": 2, "h": 1, "v": 1, "z": 0}


def _path(written: str) -> list[tuple[float, float]]:
    """The corners of a path that is one outline of straight lines."""
    corners: list[tuple[float, float]] = []
    x = y = 0.0
    for command, rest in _commands(written):
        step = command.lower()
        if step == "m" and corners:
            raise _Unreadable("its path has several outlines")
        for place in range(0, len(rest), _STEPS[step] or 1):
            across, down = (x, y) if command.islower() else (0.0, 0.0)
            if step == "h":
                x = across + rest[place]
            elif step == "v":
                y = down + rest[place]
            else:
                x, y = across + rest[place], down + rest[place + 1]
            corners.append((x, y))
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return corners


def _commands(written: str) -> Iterator[tuple[str, list[float]]]:
    for command, rest in re.findall(r"([A-Za-z])([^A-DF-Za-df-z]*)", written):
        step = _STEPS.get(command.lower())
        if step is None:
            raise _Unreadable("its path has curves")
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        if (step and (not numbers or len(numbers) % step)) or (not step and numbers):
            raise _Unreadable("its path cannot be read")
        yield command, numbers


def _within(shape: Shape) -> Shape:
    """The same shape if it lies in the picture, brought to its edge where it reaches over it by a rounding."""
    left, top, right, bottom = shape.bounds()
    if min(left, top) < -_OUTSIDE or max(right, bottom) > 1 + _OUTSIDE:
        raise _Unreadable("it reaches outside the picture; it may be of a picture of another size")
    if shape.shape != "point" and (right <= left or bottom <= top):
        raise _Unreadable("its region has no extent")
    return Shape(shape.shape, tuple(round(number, 6) for number in shape.inside().numbers))
