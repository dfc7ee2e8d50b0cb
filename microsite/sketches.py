"""What is drawn on one picture, its annotations and redactions, and how the annotator's page sends and takes it."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import Any, NamedTuple

from .diagnostics import Position
from .model import REGION_SIZES, Region
from .schema import ID_WITH_HYPHENS, LONGEST_ID

MOST_ANNOTATIONS = 200
MOST_CORNERS = 200
_DECIMALS = 5
"""Of a fraction as it is written: finer than a pixel of any master."""


class Shape(NamedTuple):
    """A part of a picture, as `model.Region` has it, wherever it comes from."""

    shape: str
    numbers: tuple[float, ...]

    def region(self, at: Position) -> Region:
        """The same as a region written at a place."""
        return Region(at, self.shape, self.numbers)  # type: ignore[arg-type]

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the smallest box around it."""
        return self.region(Position("")).bounds()

    def inside(self) -> Shape:
        """The same, with what reaches over the picture's edge brought back to it."""
        n = self.numbers
        if self.shape == "box":
            left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in self.bounds())
            return Shape("box", (left, top, right - left, bottom - top))
        if self.shape == "ellipse":
            x, y = (min(max(number, 0.0), 1.0) for number in n[:2])
            return Shape("ellipse", (x, y, min(n[2], x, 1 - x), min(n[3], y, 1 - y)))
        return Shape(self.shape, tuple(min(max(number, 0.0), 1.0) for number in n))


class Note(NamedTuple):
    """An annotation as drawn; its texts are in the site's first language."""

    id: str
    shape: Shape | None
    """`None` while it has no place in the picture."""
    label: str
    note: str
    seed: str
    """What it rests on; empty for nothing."""


class Drawing(NamedTuple):
    """What is drawn on one picture."""

    annotations: tuple[Note, ...]
    redactions: tuple[Shape, ...]


class NotADrawing(ValueError):  # noqa: N818 - named by what happened
    """What was sent is no drawing; the message says why."""


# --- From the page and to it -----------------------------------------------------------------------------------------


def from_json(data: Any) -> Drawing:
    """A drawing as the page sends it.

    Raises:
        NotADrawing: it is none. Whether regions lie within the picture is for the loader to say.
    """
    if not isinstance(data, dict):
        raise NotADrawing("expected a drawing")
    notes = tuple(map(_note, _few(data.get("annotations", []))))
    redactions = shapes(data.get("redactions", []))
    if twice := [id for id, times in Counter(note.id for note in notes).items() if times > 1]:
        raise NotADrawing(f"two annotations are called `{twice[0]}`")
    return Drawing(notes, redactions)


def shapes(data: Any) -> tuple[Shape, ...]:
    """Redactions as the page sends them.

    Raises:
        NotADrawing: they are none.
    """
    found = tuple(map(_shape, _few(data)))
    if any(shape.shape == "point" for shape in found):
        raise NotADrawing("a point hides nothing: draw a box, an ellipse or a polygon")
    return found


def as_json(drawing: Drawing) -> dict[str, Any]:
    """A drawing as the page takes it."""
    notes = [{**note._asdict(), "shape": note.shape and _plain(note.shape)} for note in drawing.annotations]
    return {"annotations": notes, "redactions": [_plain(shape) for shape in drawing.redactions]}


def _plain(shape: Shape) -> dict[str, Any]:
    return {"shape": shape.shape, "numbers": list(shape.numbers)}


def _few(data: Any) -> list[Any]:
    if not isinstance(data, list) or len(data) > MOST_ANNOTATIONS:
        raise NotADrawing(f"expected a list of at most {MOST_ANNOTATIONS}")
    return data


def _note(data: Any) -> Note:
    texts = [data.get(key) for key in ("id", "label", "note", "seed")] if isinstance(data, dict) else []
    if not texts or not all(isinstance(text, str) for text in texts):
        raise NotADrawing("an annotation has a name, a label, a note and what it rests on, each a text")
    id, label, note, seed = (" ".join(str(text).split()) for text in texts)
    if not ID_WITH_HYPHENS.fullmatch(id) or len(id) > LONGEST_ID:
        raise NotADrawing(f"`{id[:60]}` is not a name of small letters, digits and hyphens")
    return Note(id, None if data.get("shape") is None else _shape(data["shape"]), label, note, seed)


def _shape(data: Any) -> Shape:
    if not isinstance(data, dict) or data.get("shape") not in (*REGION_SIZES, "polygon"):
        raise NotADrawing("a region is a point, a box, an ellipse or a polygon")
    name, numbers = str(data["shape"]), data.get("numbers")
    wanted = (REGION_SIZES[name],) if name in REGION_SIZES else range(6, 2 * MOST_CORNERS + 1, 2)
    if not isinstance(numbers, list) or len(numbers) not in wanted or not all(map(_is_number, numbers)):
        raise NotADrawing(f"these are not the numbers of a {name}")
    return Shape(name, tuple(round(float(number), _DECIMALS) for number in numbers))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
