"""Plates, drawn by Pillow, that stand where a photograph is missing: an empty mount, a closed blind, a place kept.

A plate holds no words and nothing of any exhibit: words, regions and markers lie over it in the page, in each language.
It is one warm grey in a few strengths over nothing, so that it sits on light paper and on dark and stays fainter than
what is drawn on it. Its geometry is in whole numbers, so that it is the same picture on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, gcd, isqrt, radians, sin
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image
    from PIL.ImageDraw import ImageDraw

RECIPE_VERSION = "1"
"""Part of every cache key; raised whenever plates come to look different."""

REASONS = ("not in hand", "withheld", "licence pending")
"""Why a photograph is missing, in the words of an exhibit's `absent`."""

WARM_GREY = (142, 134, 116)
"""Between the light paper and the dark: it darkens the one about as much as it lightens the other."""
OPACITIES = tuple(range(0, 136, 9))
"""Of 255, one for each strength. The red of a mark keeps a contrast of 3:1 to the strongest, on light and on dark."""

# Strengths, faint to strong
_BARE, _LEAF, _SLAT, _FAINT, _EDGE, _SOLID, _FIRM = 1, 4, 6, 7, 9, 12, 15

_LEAST_WIDTH_PX = 64
_FINE = 4
"""Drawn this many times larger and then reduced, for smooth edges."""
_SPREAD = 16
"""Between neighbouring strengths while drawing, so that reducing can make the ones between."""

_Point = tuple[int, int]


def plate(shape: tuple[int, int], reason: str, width_px: int = 1200) -> bytes:
    """A PNG to stand in for a photograph of this shape, width to height, that is missing for this reason.

    Raises:
        ValueError: the reason is none of `REASONS`, or the width is too small to draw in.
    """
    if reason not in REASONS or width_px < _LEAST_WIDTH_PX:
        raise ValueError(f"no plate for `{reason}`, {width_px} px wide")
    sheet = _blank(plate_size(shape, width_px), width_px)
    draw = dict(zip(REASONS, (_empty_mount, _closed_blind, _place_kept), strict=True))[reason]
    draw(sheet)
    return _png(sheet.image)


def plate_size(shape: tuple[int, int], width_px: int = 1200) -> tuple[int, int]:
    """Width and height of a plate in pixels: `width_px` wide, or less where it would be higher than 3/2 of that."""
    across, down = shape
    tallest_px = width_px * 3 // 2
    if width_px * down > tallest_px * across:
        return max(1, _nearest(tallest_px * across, down)), tallest_px
    return width_px, max(1, _nearest(width_px * down, across))


def plate_name(shape: tuple[int, int], reason: str) -> str:
    """A plate's file name without its ending, such as `plate-3x2-not-in-hand`; 6:4 has the same as 3:2."""
    across, down = (side // gcd(*shape) for side in shape)
    return f"plate-{across}x{down}-{reason.replace(' ', '-')}"


def encoder_version() -> str:
    """What shapes a plate's bytes besides its recipe: the versions of Pillow and of the zlib it compresses with."""
    from PIL import __version__, features

    return f"pillow {__version__} zlib {features.version('zlib')} zlib-ng {features.version('zlib_ng')}"


# What a drawing is made with


class _Box(NamedTuple):
    """A rectangle in fine pixels, its right and bottom edge outside."""

    left: int
    top: int
    right: int
    bottom: int

    def grown(self, across: int, down: int) -> _Box:
        return _Box(self.left - across, self.top - down, self.right + across, self.bottom + down)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A plate being drawn, and lengths for it; every length is given as it would be on a plate of 1200 by 800."""

    image: Image.Image
    pen: ImageDraw
    width_px: int

    def line(self, length: int) -> int:
        """The thickness of a line in fine pixels, equal on plates of all shapes and never thinner than a pixel."""
        return max(1, _nearest(length * self.width_px, 1200)) * _FINE

    def size(self, length: int) -> int:
        """Any other length in fine pixels, which shrinks with the shorter side, but less than that does."""
        shorter_px = min(self.image.size) // _FINE
        return max(1, isqrt(length * length * self.width_px * shorter_px // (1200 * 800))) * _FINE

    def all(self) -> _Box:
        return _Box(0, 0, *self.image.size)

    def place(self) -> _Box:
        """Where the photograph would be."""
        return self.all().grown(-self.size(44), -self.size(44))

    def fill(self, box: _Box, strength: int) -> None:
        if box.left < box.right and box.top < box.bottom:
            self.pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=strength * _SPREAD)

    def fill_convex(self, *corners: _Point, strength: int) -> None:
        """Fill a convex polygon, exactly: Pillow's own reckons in floats, whose last digit differs between machines."""
        heights = [y for _, y in corners]
        for y in range(min(heights), max(heights)):
            starts, ends = zip(*_crossings(corners, y), strict=True)
            self.fill(_Box(min(starts), y, max(ends), y + 1), strength)

    def disc(self, centre: _Point, radius: int, strength: int) -> None:
        x, y = centre
        self.pen.ellipse((x - radius, y - radius, x + radius - 1, y + radius - 1), fill=strength * _SPREAD)

    def ring(self, centre: _Point, radius: int, thickness: int, strength: int) -> None:
        """A ring on bare ground."""
        self.disc(centre, radius, strength)
        self.disc(centre, radius - thickness, _BARE)


def _blank(size_px: tuple[int, int], width_px: int) -> _Sheet:
    from PIL import Image, ImageDraw

    image = Image.new("L", (size_px[0] * _FINE, size_px[1] * _FINE))
    return _Sheet(image, ImageDraw.Draw(image), width_px)


def _crossings(corners: tuple[_Point, ...], y: int) -> Iterator[tuple[int, int]]:
    """Where the edges of a polygon cross the middle of row `y`, to the nearest pixel; halves both down and up."""
    for ends in zip(corners, (*corners[1:], corners[0]), strict=True):
        (x0, y0), (x1, y1) = sorted(ends, key=lambda end: end[1])
        if y0 <= y < y1:
            dividend, divisor = (2 * (y - y0) + 1) * (x1 - x0), 2 * (y1 - y0)
            yield x0 - _nearest(-dividend, divisor), x0 + _nearest(dividend, divisor)


def _nearest(dividend: int, divisor: int) -> int:
    """The quotient to the nearest whole number, halves up."""
    return (2 * dividend + divisor) // (2 * divisor)


def _png(drawn: Image.Image) -> bytes:
    """The drawing reduced, each pixel the nearest strength: four bits of a palette that differs in opacity alone."""
    from io import BytesIO

    from PIL import Image

    strengths = drawn.reduce(_FINE).point([min(_FIRM, (value + _SPREAD // 2) // _SPREAD) for value in range(256)])
    paletted = Image.frombytes("P", strengths.size, strengths.tobytes())
    paletted.putpalette(WARM_GREY * len(OPACITIES))
    png = BytesIO()
    paletted.save(png, "PNG", transparency=bytes(OPACITIES), bits=4, optimize=True)
    return png.getvalue()


# Not in hand: an album leaf that has darkened around a print, its corners still there and holding nothing


def _empty_mount(sheet: _Sheet) -> None:
    place = sheet.place()
    rule = sheet.line(2)
    sheet.fill(sheet.all(), _LEAF)
    sheet.fill(place, _EDGE)
    sheet.fill(place.grown(-rule, -rule), _BARE)
    _cross_out(sheet, place.grown(-rule, -rule))
    for corner, inward in _corners(place.grown(sheet.size(9), sheet.size(9))):
        _photo_corner(sheet, corner, inward)


def _cross_out(sheet: _Sheet, box: _Box) -> None:
    """The two diagonals by which a page layout says that a picture is to come."""
    across, down = box.right - box.left, box.bottom - box.top
    diagonal = isqrt(across * across + down * down)
    dx, dy = (sheet.line(3) * diagonal // (2 * side) for side in (down, across))
    for (x, y), (far_x, far_y), way in (
        ((box.left, box.top), (box.right, box.bottom), 1),
        ((box.right, box.top), (box.left, box.bottom), -1),
    ):
        sheet.fill_convex(
            (x, y), (x + way * dx, y), (far_x, far_y - dy), (far_x, far_y), (far_x - way * dx, far_y), (x, y + dy),
            strength=_FAINT,
        )  # fmt: skip


def _corners(box: _Box) -> Iterator[tuple[_Point, _Point]]:
    """Each corner with the way into the box from there."""
    for x, right in ((box.left, 1), (box.right, -1)):
        for y, down in ((box.top, 1), (box.bottom, -1)):
            yield (x, y), (right, down)


def _photo_corner(sheet: _Sheet, corner: _Point, inward: _Point) -> None:
    """A paper mount for one corner of a print, with a fold along its mouth."""
    place = sheet.place()
    leg = min(sheet.size(124), (place.bottom - place.top) * 2 // 5, (place.right - place.left) * 2 // 5)
    fold = sheet.line(4)
    (x, y), (right, down) = corner, inward
    for length, strength in ((leg, _FIRM), (leg - fold, _FAINT), (leg - 3 * fold, _SOLID)):
        sheet.fill_convex((x, y), (x + right * length, y), (x, y + down * length), strength=strength)


# Withheld: the same place behind slats that are closed


def _closed_blind(sheet: _Sheet) -> None:
    place = sheet.place()
    sheet.fill(sheet.all(), _LEAF)
    head = place._replace(bottom=place.top + sheet.size(22))
    foot = place._replace(top=place.bottom - sheet.size(8))
    _slats(sheet, place._replace(top=head.bottom, bottom=foot.top))
    inset, tape = (place.right - place.left) // 6 // _FINE * _FINE, sheet.line(8)
    for left in (place.left + inset, place.right - inset - tape):
        sheet.fill(_Box(left, head.bottom, left + tape, foot.top), _EDGE)
    sheet.fill(head.grown(sheet.size(10), sheet.size(5)), _FIRM)
    sheet.fill(foot.grown(sheet.size(5), sheet.size(4)), _FIRM)


def _slats(sheet: _Sheet, box: _Box) -> None:
    """Slats from the top of the box to its bottom, each a little darker downwards and closed by a line."""
    height = box.bottom - box.top
    count = max(1, _nearest(height, sheet.size(46)))
    tops = [box.top + height * n // count // _FINE * _FINE for n in range(count)]
    for top, bottom in zip(tops, (*tops[1:], box.bottom), strict=True):
        for third in range(3):
            sheet.fill(box._replace(top=top + (bottom - top) * third // 3, bottom=bottom), _SLAT + third)
        sheet.fill(box._replace(top=bottom - sheet.line(4), bottom=bottom), _SOLID)


# Licence pending: a place outlined but not taken, and a mark of copyright whose ring is not closed


def _place_kept(sheet: _Sheet) -> None:
    place = sheet.place()
    sheet.fill(sheet.all(), _LEAF)
    sheet.fill(place, _BARE)
    _outline(sheet, place)
    _open_seal(sheet, place)


def _outline(sheet: _Sheet, box: _Box) -> None:
    """Dashes along the edge of a box, whole at each corner."""
    thickness = sheet.line(5)
    for start, end in _dashes(sheet, box.left, box.right):
        sheet.fill(_Box(start, box.top, end, box.top + thickness), _FIRM)
        sheet.fill(_Box(start, box.bottom - thickness, end, box.bottom), _FIRM)
    for start, end in _dashes(sheet, box.top, box.bottom):
        sheet.fill(_Box(box.left, start, box.left + thickness, end), _FIRM)
        sheet.fill(_Box(box.right - thickness, start, box.right, end), _FIRM)


def _dashes(sheet: _Sheet, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Starts and ends of dashes between two points, with a dash at each."""
    dash = sheet.size(40)
    count = max(1, _nearest(end - start - dash, dash * 8 // 5))
    for n in range(count + 1):
        at = start + (end - start - dash) * n // count // _FINE * _FINE
        yield at, at + dash


def _open_seal(sheet: _Sheet, place: _Box) -> None:
    """The copyright sign as a stamp, its ring in dashes."""
    across, down = place.right - place.left, place.bottom - place.top
    radius = min(sheet.size(116), across * 2 // 5, down * 2 // 5)
    reach = radius + sheet.size(60)
    x, y = place.right - _stamped(reach, across), place.bottom - _stamped(reach, down)
    sheet.ring((x, y), radius, radius // 12, _FIRM)
    for n in range(24):
        _notch(sheet, (x, y), radius + _FINE, 15 * n)
    letter = radius * 9 // 16
    sheet.ring((x, y), letter, radius // 8, _FIRM)
    sheet.fill_convex((x, y), (x + letter, y - letter), (x + letter, y + letter), strength=_BARE)


def _stamped(reach: int, side: int) -> int:
    """How far from the end of a side the stamp's centre is: near it, or in the middle where the side is short."""
    return reach if 2 * side > 5 * reach else side // 2


def _notch(sheet: _Sheet, centre: _Point, radius: int, degrees: int) -> None:
    """A bare wedge from the centre outward."""
    x, y = centre
    sides = [radians(degrees + turn) for turn in (-3, 3)]
    ends = [(x + round(radius * cos(side)), y + round(radius * sin(side))) for side in sides]
    sheet.fill_convex(centre, *ends, strength=_BARE)
