"""A story's card, which other sites show where somebody shares it: site name, headline and standing as a picture.

It looks as the pages do: paper, ink, and type. All that is on it are words that stand on the story's page as well, in
the page's language, so that it can tell nothing that the page does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .cardsigns import Face, face_of, missing, plainly
from .files import short_digest
from .languages import phrases
from .linebreaks import broken, cut_short
from .store import cache_key

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

RECIPE = "1"
"""Part of every name and key; raised whenever cards come to look different."""
WIDTH_PX, HEIGHT_PX = 1200, 630
FONTS_FOLDER = Path(__file__).parent / "fonts"

PAPER, INK, SOFT, RULE = (0xFB, 0xF9, 0xF4), (0x1C, 0x1A, 0x15), (0x5A, 0x54, 0x48), (0xD5, 0xCE, 0xBE)
"""The colours of the pages on light paper: see static/style.css."""

MARGIN_PX = 76
COLUMN_PX = WIDTH_PX - 2 * MARGIN_PX
BAR_TOP_PX, BAR_PX = 62, 6
NAME_PX, LEAST_NAME_PX, NAME_BASELINE_PX = 34, 26, 122
RULE_TOP_PX, RULE_PX = 512, 2
STANDING_PX, LEAST_STANDING_PX, STANDING_BASELINE_PX = 30, 20, 566
HEADLINE_TOP_PX, HEADLINE_BOTTOM_PX = 176, 484
"""Between these stand the capitals of a headline's first line and the baseline of its last."""
HEADLINE_SIZES_PX = (88, 80, 72, 64, 58, 52, 46, 40)
"""The largest in which a headline fits is taken."""

_FINE = 2
"""Text is drawn this many times larger and then reduced, so that letters stand where they should to half a pixel."""
_SHADES = 15
"""Between paper and each colour of text, for smooth edges."""
_UNITS_PER_EM = 500
"""Of the typefaces, in which text is measured: one size serves all."""


class Setting(NamedTuple):
    """How lines of a script follow each other, in hundredths of their size."""

    leading: int
    height: int
    """Of what stands highest above the baseline, accents left out."""


_SETTINGS: dict[Face, Setting] = {
    "latin": Setting(leading=112, height=67),
    "korean": Setting(leading=128, height=80),
    "chinese": Setting(leading=130, height=84),
}


class Card(NamedTuple):
    """What stands on a card."""

    language: str
    name: str
    headline: str
    standing: str


class Headline(NamedTuple):
    """A headline as it is set."""

    lines: tuple[str, ...]
    size_px: int


def can_show(language: str) -> bool:
    """Whether there are cards in a language: from left to right, and in a script in which its own name can be drawn.

    What is set from right to left has letters that join, which not every Pillow can do.
    """
    table = phrases(language)
    return table.direction == "ltr" and not missing(table.name, language)


def path(slug: str, card: Card) -> str:
    """Where a card stands in the site: another card has another path, so that nobody is shown an old one."""
    return f"images/{slug}-card-{short_digest(key(card).encode())}.png"


def key(card: Card) -> str:
    """Where the store keeps a card."""
    return cache_key("card", RECIPE, _versions(), *card)


@lru_cache(maxsize=1)
def _versions() -> str:
    """Of all that shapes the bytes besides the recipe: the typefaces, Pillow, and what it draws and packs with."""
    from PIL import __version__, features

    faces = " ".join(short_digest(font.read_bytes()) for font in sorted(FONTS_FOLDER.glob("*.woff")))
    parts = ("freetype2", "zlib", "zlib_ng")
    return f"{faces} pillow {__version__} " + " ".join(f"{part} {features.version(part)}" for part in parts)


# --- Setting ---------------------------------------------------------------------------------------------------------


def headline(card: Card) -> Headline:
    """A headline in the largest size in which it fits; cut short where it fits in none."""
    text = plainly(card.headline)
    for size in HEADLINE_SIZES_PX:
        lines = _lines(text, size, card.language)
        if lines is not None:
            return Headline(tuple(lines), size)
    least = HEADLINE_SIZES_PX[-1]
    shorter = cut_short(text, lambda shorter: _lines(shorter, least, card.language) is not None)
    return Headline(tuple(_lines(shorter, least, card.language) or ()), least)


def _lines(text: str, size: int, language: str) -> list[str] | None:
    """A headline in lines of a size; `None` where they take more room than there is."""
    lines = broken(text, COLUMN_PX / size, lambda line: _ems(line, language))
    setting = _setting(language)
    depth = size * (setting.height + (len(lines) - 1) * setting.leading) / 100
    return lines if depth <= HEADLINE_BOTTOM_PX - HEADLINE_TOP_PX else None


def _setting(language: str) -> Setting:
    scripts: dict[str, Face] = {"ko": "korean", "zh": "chinese"}
    return _SETTINGS[scripts.get(language.partition("-")[0], "latin")]


def _fitting(text: str, sizes: Sequence[int], language: str) -> tuple[str, int]:
    """A line and the largest of these sizes in which it fits into the column; cut short where it fits in none."""
    text = plainly(text)
    wide = _ems(text, language)
    size = next((size for size in sizes if wide * size <= COLUMN_PX), sizes[-1])
    return cut_short(text, lambda shorter: _ems(shorter, language) * size <= COLUMN_PX), size


def _runs(text: str, language: str) -> Iterator[tuple[Face, str]]:
    """A text in runs of one face each."""
    for face, run in groupby(text, lambda sign: face_of(sign, language)):
        yield face, "".join(run)


@lru_cache(maxsize=4096)
def _ems(text: str, language: str) -> float:
    """How wide a text is, in its size."""
    return sum(_font(face, _UNITS_PER_EM).getlength(run) for face, run in _runs(text, language)) / _UNITS_PER_EM


@lru_cache(maxsize=24)
def _font(face: Face, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    # The plain way of setting, which is the same wherever Pillow is: letters do not join, and Latin ones are kerned.
    return ImageFont.truetype(FONTS_FOLDER / f"{face}.woff", size, layout_engine=ImageFont.Layout.BASIC)


# --- Drawing ---------------------------------------------------------------------------------------------------------


def drawn(card: Card) -> bytes:
    """A card as a PNG.

    Raises:
        KeyError: no typeface has a sign of it; `cardsigns.missing` tells first.
    """
    from PIL import Image

    sheet = Image.new("P", (WIDTH_PX, HEIGHT_PX), 0)
    sheet.putpalette(_palette())
    sheet.paste(_LAST_OF[INK], (MARGIN_PX, BAR_TOP_PX, MARGIN_PX + COLUMN_PX, BAR_TOP_PX + BAR_PX))
    name, size = _fitting(card.name, range(NAME_PX, LEAST_NAME_PX - 1, -2), card.language)
    _write(sheet, name, size, NAME_BASELINE_PX, INK, card.language)
    set_, setting = headline(card), _setting(card.language)
    for number, line in enumerate(set_.lines):
        baseline = HEADLINE_TOP_PX + set_.size_px * (setting.height + number * setting.leading) // 100
        _write(sheet, line, set_.size_px, baseline, INK, card.language)
    sheet.paste(_LAST_OF[RULE], (MARGIN_PX, RULE_TOP_PX, MARGIN_PX + COLUMN_PX, RULE_TOP_PX + RULE_PX))
    standing, size = _fitting(card.standing, range(STANDING_PX, LEAST_STANDING_PX - 1, -2), card.language)
    _write(sheet, standing, size, STANDING_BASELINE_PX, SOFT, card.language)
    return _png(sheet)


_LAST_OF = {INK: _SHADES, SOFT: 2 * _SHADES, RULE: 2 * _SHADES + 1}
"""The number of each colour in the palette; the paper is 0, and shades of a colour of text stand before it."""


def _palette() -> list[int]:
    """Paper, its shades to the two colours of text, and the colour of rules."""
    shades = [
        (paper * (_SHADES - step) + full * step + _SHADES // 2) // _SHADES
        for colour in (INK, SOFT)
        for step in range(1, _SHADES + 1)
        for paper, full in zip(PAPER, colour, strict=True)
    ]
    return [*PAPER, *shades, *RULE]


def _write(sheet: Image, text: str, size: int, baseline: int, colour: tuple[int, int, int], language: str) -> None:
    """Write a line that begins at the margin."""
    from PIL import Image, ImageDraw

    # Room above, below and beside for accents, descenders, and letters that begin before their place.
    above, height, left = 2 * size, 3 * size, size
    strip = Image.new("L", ((COLUMN_PX + 2 * left) * _FINE, height * _FINE), 0)
    pen = ImageDraw.Draw(strip)
    at = float(left * _FINE)
    for face, run in _runs(text, language):
        font = _font(face, size * _FINE)
        pen.text((at, above * _FINE), run, 255, font, anchor="ls")
        at += font.getlength(run)
    fine = strip.reduce(_FINE)
    first = _LAST_OF[colour] - _SHADES
    shades = [(value * _SHADES + 127) // 255 for value in range(256)]
    numbers = fine.point([shade and first + shade for shade in shades])
    sheet.paste(numbers, (MARGIN_PX - left, baseline - above), fine.point([shade and 255 for shade in shades]))


def _png(sheet: Image) -> bytes:
    from io import BytesIO

    written = BytesIO()
    sheet.save(written, "PNG", compress_level=6)
    return written.getvalue()
