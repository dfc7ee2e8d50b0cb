"""Geometry of annotated pictures and of the range plot: where things stand, in numbers. Templates draw them.

Pictures are measured in thousandths of their width, plots in units of a plot 300 wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from .intervals import Interval
from .model import Region

PICTURE_WIDTH = 1000
_PLOT_RIGHT = 288
"""The axis ends here, so that an arrowhead has room."""


Element = Literal["circle", "rect", "ellipse", "polygon"]
Attributes = tuple[tuple[str, str], ...]


class Outline(NamedTuple):
    """A region as an SVG shape."""

    element: Element
    attributes: Attributes


class Frame(NamedTuple):
    """A part of a picture, or the whole; joined by spaces, an SVG `viewBox`."""

    left: str
    top: str
    width: str
    height: str


_CROP_ASPECT = 3 / 2
_LEAST_CROP = 260
"""So that a point and a small thing are shown with what is around them."""
_CROP_MARGIN = 0.2
"""On each side, of the region's size."""


def picture_height(shape: tuple[int, int]) -> int:
    """The height of a picture of this shape, in thousandths of its width."""
    return round(PICTURE_WIDTH * shape[1] / shape[0])


def outline(region: Region, shape: tuple[int, int]) -> Outline:
    """The drawing of a region on a picture of a shape (width, height)."""
    return Outline(*_drawn(region, picture_height(shape)))


def whole(shape: tuple[int, int]) -> Frame:
    """All of a picture of this shape."""
    return Frame("0", "0", str(PICTURE_WIDTH), str(picture_height(shape)))


def frame(box: tuple[int, int, int, int], size: tuple[int, int]) -> Frame:
    """A part of a picture of this size, given by its left, top, right and bottom in pixels."""
    left, top, right, bottom = (side * PICTURE_WIDTH / size[0] for side in box)
    return Frame(_short(left), _short(top), _short(right - left), _short(bottom - top))


def crop(region: Region, shape: tuple[int, int]) -> Frame:
    """The part of a picture that shows a region with what is around it.

    It lies within the picture and holds the whole region. It is three wide to two high, save where the picture is
    not high or wide enough for that, and where it then takes the whole of what there is.
    """
    height = picture_height(shape)
    left, top, right, bottom = _bounds(region, height)
    wide, high = _crop_size(right - left, bottom - top, height)
    x = _kept_inside((left + right - wide) / 2, wide, PICTURE_WIDTH)
    y = _kept_inside((top + bottom - high) / 2, high, height)
    return Frame(_short(x), _short(y), _short(wide), _short(high))


def _bounds(region: Region, height: int) -> tuple[float, float, float, float]:
    left, top, right, bottom = region.bounds()
    return left * PICTURE_WIDTH, top * height, right * PICTURE_WIDTH, bottom * height


def _crop_size(wide: float, high: float, height: int) -> tuple[float, float]:
    """Width and height of a crop for a region of this size in a picture of this height."""
    room = 1 + 2 * _CROP_MARGIN
    least = min(_LEAST_CROP, height * _CROP_ASPECT)
    wanted = max(wide * room, high * room * _CROP_ASPECT, least)
    return min(wanted, PICTURE_WIDTH), min(wanted / _CROP_ASPECT, height)


def _kept_inside(start: float, length: float, end: float) -> float:
    return min(max(start, 0), end - length)


def extent(region: Region) -> float:
    """How much of its picture the box around a region takes, from 0 to 1."""
    left, top, right, bottom = region.bounds()
    return (right - left) * (bottom - top)


def _drawn(region: Region, height: int) -> tuple[Element, Attributes]:
    n = region.numbers
    xs, ys = [_short(value * PICTURE_WIDTH) for value in n[0::2]], [_short(value * height) for value in n[1::2]]
    if region.shape == "box":
        return "rect", (("x", xs[0]), ("y", ys[0]), ("width", xs[1]), ("height", ys[1]))
    if region.shape == "ellipse":
        return "ellipse", (("cx", xs[0]), ("cy", ys[0]), ("rx", xs[1]), ("ry", ys[1]))
    if region.shape == "polygon":
        return "polygon", (("points", " ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))),)
    return "circle", (("cx", xs[0]), ("cy", ys[0]), ("r", "14"))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Tick(NamedTuple):
    """One line of the axis."""

    x: str
    value: Fraction
    anchor: Literal["start", "middle", "end"]


class Bar(NamedTuple):
    """One value on the axis: a dot where it is one number, a segment where it is a range."""

    start: str
    end: str
    width: str
    dot: bool
    open_start: bool
    """Nothing is known below: an arrowhead points left."""
    open_end: bool
    """Nothing is known above: an arrowhead points right."""


class Gap(NamedTuple):
    """The empty stretch between two values."""

    start: str
    end: str


class Plot(NamedTuple):
    """A range plot: an axis from zero, and a bar for each amount in order."""

    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]


def range_plot(amounts: Sequence[Interval]) -> Plot:
    """Lay out amounts of one currency on one axis from zero."""
    ends = [end for amount in amounts for end in (amount.low, amount.high) if end is not None]
    top, step = _axis(max(ends, default=Fraction(1)))

    def x(value: Fraction) -> float:
        return float(_PLOT_RIGHT * value / top)

    ticks = tuple(
        Tick(_short(x(step * i)), step * i, "start" if i == 0 else "middle") for i in range(int(top / step) + 1)
    )
    return Plot(_with_last_anchor(ticks), tuple(_bar(amount, x) for amount in amounts))


WIDEST = 50
"""How many times the smallest amount on an axis the largest may be: beyond that the smallest is not to be told from zero."""


def on_one_axis(amounts: Sequence[Interval]) -> tuple[tuple[int, ...], ...]:
    """The places of amounts that can share an axis from zero, in their order; one group where all of them can."""
    sizes = [_size(amount) for amount in amounts]
    groups: list[list[int]] = []
    for index in sorted(range(len(sizes)), key=lambda index: (-sizes[index], index)):
        # Of nothing at all every axis tells the same: it stays with the least.
        if groups and (not sizes[index] or sizes[index] * WIDEST >= sizes[groups[-1][0]]):
            groups[-1].append(index)
        else:
            groups.append([index])
    return tuple(tuple(group) for group in sorted(map(sorted, groups)))


def _size(amount: Interval) -> Fraction:
    """The largest end that is known."""
    return max((end for end in (amount.low, amount.high) if end is not None), default=Fraction(0))


def _with_last_anchor(ticks: tuple[Tick, ...]) -> tuple[Tick, ...]:
    return (*ticks[:-1], ticks[-1]._replace(anchor="end"))


def _axis(largest: Fraction) -> tuple[Fraction, Fraction]:
    """The axis' end and its step: three to five round steps that leave room beyond the largest value."""
    wanted = (largest or 1) * Fraction(23, 20)
    size = Fraction(10) ** (len(str(int(wanted))) - 1 if wanted >= 1 else -len(str(int(1 / wanted))))
    for factor in (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5)):
        step = size * factor
        steps = -(-wanted // step)
        if 3 <= steps <= 5:
            return step * steps, step
    step = wanted / 4
    return wanted, step


def _bar(amount: Interval, x: Callable[[Fraction], float]) -> Bar:
    low = x(amount.low) if amount.low is not None else 0.0
    high = x(amount.high) if amount.high is not None else float(_PLOT_RIGHT)
    dot = amount.low == amount.high and amount.low is not None
    return Bar(_short(low), _short(high), _short(max(high - low, 2)), dot, amount.low is None, amount.high is None)


def gap(lower: Bar, higher: Bar) -> Gap | None:
    """The gap between two bars, if the higher one starts after the lower one ends."""
    return Gap(lower.end, higher.start) if not lower.open_end and float(lower.end) < float(higher.start) else None


def multiple_blocks(amount: Interval, most: int = 12) -> int:
    """How many blocks picture a whole multiple; 0 where it is no whole number or too large to count at a glance."""
    if amount.low != amount.high or amount.low is None or amount.low.denominator != 1 or not 2 <= amount.low <= most:
        return 0
    return int(amount.low)
