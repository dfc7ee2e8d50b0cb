"""Where the numbered markers of a picture stand: on their regions, moved apart where they would lie over one another.

How far apart that is depends on how large the picture is shown, so places are worked out for three widths, the
narrowest phone first; a wider picture needs fewer and shorter moves. All is in whole numbers, in ten-thousandths of the
picture's width, so that markers stand at the same place whichever machine works it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from math import isqrt
from typing import NamedTuple

from .model import Region

WIDTHS_REM = (16.5, 32, 56)
"""The least widths of a picture for which places are worked out; the first is a picture on a window of 320 px."""
DISC_REM = 1.75
"""The diameter of a marker, as in style.css."""
_RING_REM = 0.12
"""Of paper around it, once between two."""

_WIDTH = 10_000
_STEPS = 4
"""To a disc's diameter, while looking for a free place."""

_Point = tuple[int, int]


class Marker(NamedTuple):
    """Where one marker stands."""

    number: int
    left: str
    """In per cent of the picture's width."""
    top: str
    """In per cent of the picture's height."""
    x: str
    """In thousandths of the picture's width, as `y`."""
    y: str


class Leader(NamedTuple):
    """A line from a marker that had to move to the place it belongs to, in thousandths of the picture's width."""

    number: int
    x1: str
    y1: str
    x2: str
    y2: str


class Tier(NamedTuple):
    """How the markers stand on pictures of some width and more."""

    least_rem: float
    """0 for the first, which holds for all narrower ones too."""
    markers: tuple[Marker, ...]
    """Those that stand elsewhere than in the tier before; in the first all."""
    leaders: tuple[Leader, ...]


def tiers(regions: Sequence[Region], shape: tuple[int, int]) -> tuple[Tier, ...]:
    """The places of a picture's markers in the order of its regions, for each of `WIDTHS_REM`."""
    height = _height(shape)
    anchors = [_anchor(region, height) for region in regions]
    made: list[Tier] = []
    before: tuple[Marker, ...] = ()
    for width_rem in WIDTHS_REM:
        apart = disc_apart(width_rem)
        places = spread(anchors, height, apart)
        markers = tuple(_marker(number, place, height) for number, place in enumerate(places, 1))
        leaders = _leaders(anchors, places, apart // 2)
        moved = tuple(marker for marker in markers if marker not in before)
        made.append(Tier(width_rem if before else 0, moved, leaders))
        before = markers
    return tuple(made)


def disc_apart(width_rem: float) -> int:
    """How far the centres of two markers must be from each other on a picture of this width."""
    return int(_WIDTH * (DISC_REM + _RING_REM) / width_rem)


def _height(shape: tuple[int, int]) -> int:
    return max(1, _WIDTH * shape[1] // shape[0])


def _anchor(region: Region, height: int) -> _Point:
    """The place a marker belongs to: at the top left, on the outline."""
    n = region.numbers
    x, y = (n[0] - n[2] * 0.7071, n[1] - n[3] * 0.7071) if region.shape == "ellipse" else (n[0], n[1])
    return round(x * _WIDTH), round(y * height)


def spread(anchors: Sequence[_Point], height: int, apart: int) -> list[_Point]:
    """Places within the picture, as near to the anchors as can be and, where there is room, this far apart.

    A marker that is near no other stays where it belongs. Where there is no room even in rows, the rows are packed
    more tightly than that, evenly, so that a part of each marker stays free.
    """
    wanted = [_inside(anchor, height, apart) for anchor in anchors]
    places = _moved_apart(wanted, height, apart)
    return places if places is not None else _in_rows(wanted, height, apart)


def _inside(point: _Point, height: int, apart: int) -> _Point:
    x, y = point
    return _clamped(x, apart // 2, _WIDTH), _clamped(y, apart // 2, height)


def _clamped(value: int, margin: int, end: int) -> int:
    margin = min(margin, end // 2)
    return min(max(value, margin), end - margin)


def _moved_apart(wanted: Sequence[_Point], height: int, apart: int) -> list[_Point] | None:
    """Each marker where it is wanted or at the nearest free place, if there is one for all."""
    clear = [all(_are_apart(one, other, apart) for other in _others(wanted, i)) for i, one in enumerate(wanted)]
    placed = {index: wanted[index] for index in range(len(wanted)) if clear[index]}
    for index in range(len(wanted)):
        if index not in placed:
            place = _free_place(wanted[index], list(placed.values()), height, apart)
            if place is None:
                return None
            placed[index] = place
    return [placed[index] for index in range(len(wanted))]


def _others(points: Sequence[_Point], index: int) -> Iterator[_Point]:
    return (point for at, point in enumerate(points) if at != index)


def _are_apart(one: _Point, other: _Point, apart: int) -> bool:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 >= apart**2


def _free_place(wanted: _Point, taken: Sequence[_Point], height: int, apart: int) -> _Point | None:
    step = max(1, apart // _STEPS)
    for across, down in _offsets(_WIDTH // step):
        place = wanted[0] + across * step, wanted[1] + down * step
        if _inside(place, height, apart) == place and all(_are_apart(place, other, apart) for other in taken):
            return place
    return None


@lru_cache(maxsize=8)
def _offsets(reach: int) -> tuple[_Point, ...]:
    """Steps away from a place, the shortest first; of equally short ones those upwards, then those to the left."""
    sides = range(-reach, reach + 1)
    steps = product(sides, sides)
    return tuple(sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step[1], step[0])))


def _in_rows(wanted: Sequence[_Point], height: int, apart: int) -> list[_Point]:
    """Each marker at the nearest cell still free of a grid that has enough of them, and no more rows than fit."""
    rows = max(1, height // apart)
    columns = max(_WIDTH // apart, -(-len(wanted) // rows))
    cells = [
        (_WIDTH * (2 * column + 1) // (2 * columns), height * (2 * row + 1) // (2 * rows))
        for row, column in product(range(rows), range(columns))
    ]
    places = []
    for x, y in wanted:
        nearest = min(cells, key=lambda cell: ((cell[0] - x) ** 2 + (cell[1] - y) ** 2, cell))
        cells.remove(nearest)
        places.append(nearest)
    return _uncrossed(wanted, places)


def _uncrossed(wanted: Sequence[_Point], places: list[_Point]) -> list[_Point]:
    """The same places, two at a time exchanged as long as that brings markers nearer to where they are wanted."""
    better = True
    while better:
        better = False
        for one, other in combinations(range(len(places)), 2):
            kept = _distance(wanted[one], places[one]) + _distance(wanted[other], places[other])
            if _distance(wanted[one], places[other]) + _distance(wanted[other], places[one]) < kept:
                places[one], places[other] = places[other], places[one]
                better = True
    return places


def _distance(one: _Point, other: _Point) -> int:
    return isqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2)


def _leaders(anchors: Sequence[_Point], places: Sequence[_Point], radius: int) -> tuple[Leader, ...]:
    """A line for each marker that does not lie over the place it belongs to."""
    pairs = enumerate(zip(anchors, places, strict=True), 1)
    return tuple(
        Leader(number, _tenths(place[0]), _tenths(place[1]), _tenths(anchor[0]), _tenths(anchor[1]))
        for number, (anchor, place) in pairs
        if _are_apart(anchor, place, radius)
    )


def _marker(number: int, place: _Point, height: int) -> Marker:
    left, top = _per_cent(place[0], _WIDTH), _per_cent(place[1], height)
    return Marker(number, left, top, _tenths(place[0]), _tenths(place[1]))


def _per_cent(value: int, whole: int) -> str:
    return _tenths((2000 * value + whole) // (2 * whole))


def _tenths(tenths: int) -> str:
    """A number of tenths as a decimal; so ten-thousandths become thousandths."""
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
