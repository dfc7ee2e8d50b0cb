"""The signs that a card for sharing can show: a fixed, common set, and which typeface draws each.

The set is that of the files in fonts/, which tools/card_fonts.py makes of it: Latin, Greek and Cyrillic letters, the
2,350 syllables of KS X 1001, the 3,755 characters of the first level of GB 2312, and the punctuation of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal
from unicodedata import normalize

Face = Literal["latin", "korean", "chinese"]
FACES: tuple[Face, ...] = ("latin", "korean", "chinese")

_LETTERS = """
    21-7e a1-ac ae-12b 12e-131 134-148 14a-165 168-17f 18f 192 1a0-1a1 1af-1b0 1cd-1dc 218-21b 259
    384-38a 38c 38e-3a1 3a3-3ce 400-45f 490-493 49a-49b 4a2-4a3 4ae-4b3 4b6-4b7 4ba-4bb 4d8-4d9 4e2-4e3 4e8-4e9 4ee-4ef
    1e80-1e85 1e9e 1ea0-1ef9
"""
_PUNCTUATION = """
    2010 2012-2015 2018-201a 201c-201e 2020-2022 2026 2030 2032-2033 2039-203a 2044 2070 2074-2079 2080-2089
    20a1 20a4 20a6 20a9 20ab-20ac 20ae 20b1-20b2 20b4-20b5 20b8-20ba 20bd 20bf
    2113 2116 2122 2190-2193 2212 2248 2260 2264-2265
"""
_HANGUL_LETTERS = "3131-3163 318d"
_FULL_WIDTH = """
    b7 2014 2018-2019 201c-201d 2026 3001-3002 3005 3007-3011 3014-3017 30fb ff01-ff5e ffe5
"""
"""Of these some stand in the Latin face too, narrower."""

_PLAINER = {
    "\u00a0": " ",
    "\u2011": "\u2010",
    "\u202f": " ",
    "\u2009": " ",
    "\u3000": " ",
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u2066\u2067\u2068\u2069", ""),
}
"""What is drawn as another sign is, or not at all; where a line may not break is known before."""


@cache
def signs(face: Face) -> frozenset[str]:
    """What a typeface has, but for the space, which all have."""
    if face == "latin":
        return _in_ranges(_LETTERS + _PUNCTUATION)
    if face == "korean":
        return _in_ranges(_HANGUL_LETTERS) | _in_rows("euc_kr", 0xB0, 0xC8)
    return _in_ranges(_FULL_WIDTH) | _in_rows("gb2312", 0xB0, 0xD7)


def _in_ranges(ranges: str) -> frozenset[str]:
    ends = (each.partition("-") for each in ranges.split())
    return frozenset(chr(sign) for low, _, high in ends for sign in range(int(low, 16), int(high or low, 16) + 1))


def _in_rows(codec: str, first: int, last: int) -> frozenset[str]:
    """What some rows of a national standard hold; a place of them may be empty."""
    cells = (bytes((row, cell)) for row in range(first, last + 1) for cell in range(0xA1, 0xFF))
    return frozenset("".join(cell.decode(codec, "ignore") for cell in cells))


@cache
def _by_sign(language: str) -> Mapping[str, Face]:
    """Which face draws each sign in a language: Chinese sets its own quotes, dashes and dots, as wide as its characters."""
    first: tuple[Face, ...] = ("chinese",) if language.partition("-")[0] == "zh" else ()
    chosen: dict[str, Face] = {}
    for face in (*first, *FACES):
        for sign in signs(face):
            chosen.setdefault(sign, face)
    return {" ": "latin", **chosen}


def face_of(sign: str, language: str) -> Face:
    """Which face draws a sign.

    Raises:
        KeyError: none does; `missing` tells first.
    """
    return _by_sign(language)[sign]


def plainly(text: str) -> str:
    """A text as it is drawn: each letter one with its accents, each space the same, and nothing that is not to be seen."""
    return "".join(_PLAINER.get(sign, sign) for sign in normalize("NFC", text))


def missing(text: str, language: str) -> list[str]:
    """The signs of a text that no face has, in the order met."""
    known = _by_sign(language)
    return list(dict.fromkeys(sign for sign in plainly(text) if sign not in known))
