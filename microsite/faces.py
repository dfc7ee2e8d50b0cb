"""Where a picture seems to show a face, to a detector that an optional extra brings, and whether a redaction covers it.

The detector misses faces that are small, turned, dark or partly hidden, and takes other things for faces. What it
finds is worth a look; that it finds nothing means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .model import Region

if TYPE_CHECKING:
    from PIL.Image import Image

EXTRA = '.venv/bin/python -m pip install ".[faces]"'
"""What brings the detector, typed in the generator's folder."""
_MODEL = "haarcascade_frontalface_alt2.xml"
_STEP, _NEIGHBOURS, _SMALLEST_PX = 1.1, 3, 20
_SAMPLES = 16
_MOST, _ALIKE = 0.75, 0.4
"""Shares: of a face's box that must be covered; of two boxes that overlap, for them to be one place."""


class Box(NamedTuple):
    """A part of a picture, in fractions of it."""

    left: float
    top: float
    width: float
    height: float


def is_installed() -> bool:
    """Whether there is a detector, with its model."""
    return _model() is not None


def likely_faces(picture: bytes) -> tuple[Box, ...] | None:
    """What the detector takes for faces in a JPEG, from the top down; `None` where none is installed."""
    from io import BytesIO

    from PIL import Image

    model = _model()
    if model is None:
        return None
    with Image.open(BytesIO(picture)) as opened:
        grey = opened.convert("L")
    boxes = [_fractions(each, grey.size) for each in _detected(model, grey)]
    return tuple(sorted(_distinct(boxes), key=lambda box: (box.top, box.left)))


def _model() -> Any:
    try:
        import cv2
    except ImportError:
        return None
    path = Path(getattr(getattr(cv2, "data", None), "haarcascades", ""), _MODEL)
    if not hasattr(cv2, "CascadeClassifier") or not path.is_file():
        return None  # releases from 5 on have no models of this sort
    return cv2.CascadeClassifier(str(path))


def _detected(model: Any, grey: Image) -> list[tuple[int, int, int, int]]:
    import numpy as np

    smallest = (_SMALLEST_PX, _SMALLEST_PX)
    found = model.detectMultiScale(np.asarray(grey), scaleFactor=_STEP, minNeighbors=_NEIGHBOURS, minSize=smallest)
    return [(int(x), int(y), int(width), int(height)) for x, y, width, height in found]


def _fractions(box: tuple[int, int, int, int], size: tuple[int, int]) -> Box:
    """In thousandths, within the picture."""
    left, top = (round(max(0, start) / side, 3) for start, side in zip(box[:2], size, strict=True))
    width, height = (round(extent / side, 3) for extent, side in zip(box[2:], size, strict=True))
    return Box(left, top, round(min(width, 1 - left), 3), round(min(height, 1 - top), 3))


def _distinct(boxes: Iterable[Box]) -> list[Box]:
    """The larger of those that mean the same place."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: -box.width * box.height):
        if not any(is_same_place(box, other) or _holds_centre(other, box) for other in kept):
            kept.append(box)
    return kept


def _holds_centre(box: Box, other: Box) -> bool:
    x, y = other.left + other.width / 2, other.top + other.height / 2
    return box.left <= x <= box.left + box.width and box.top <= y <= box.top + box.height


def is_same_place(one: Box, other: Box) -> bool:
    """Whether two boxes overlap so far that the same thing was found."""
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    shared = max(0, across) * max(0, down)
    return shared > _ALIKE * (one.width * one.height + other.width * other.height - shared)


def where(box: Box) -> str:
    """A place in words, in per cent of the picture."""
    left, top, width, height = (f"{100 * number:.0f} %" for number in box)
    return f"{left} from the left, {top} from the top, {width} wide and {height} high"


def is_covered(box: Box, redactions: Sequence[Region]) -> bool:
    """Whether redactions, as drawn, hold a box's centre and most of the box."""
    steps = [(2 * step + 1) / (2 * _SAMPLES) for step in range(_SAMPLES)]
    points = [(box.left + x * box.width, box.top + y * box.height) for x in steps for y in steps]
    held = sum(any(_holds(each, x, y) for each in redactions) for x, y in points)
    centre = box.left + box.width / 2, box.top + box.height / 2
    return held >= _MOST * len(points) and any(_holds(each, *centre) for each in redactions)


def _holds(region: Region, x: float, y: float) -> bool:
    left, top, right, bottom = region.bounds()
    if not (left <= x <= right and top <= y <= bottom) or region.shape == "point":
        return False
    if region.shape == "box":
        return True
    if region.shape == "ellipse":
        centre_x, centre_y, across, down = region.numbers
        return ((x - centre_x) / across) ** 2 + ((y - centre_y) / down) ** 2 <= 1
    corners = list(zip(region.numbers[0::2], region.numbers[1::2], strict=True))
    crossed = (
        (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True)
    )
    return sum(crossed) % 2 == 1
