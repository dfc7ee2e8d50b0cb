"""Where a headline may be broken into lines, in each script, and the breaking that looks even.

Words stay whole. Chinese breaks between any two characters but before a mark that closes and after one that opens;
Korean between words, as on the pages. What is wider than a whole line is broken wherever it must be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

Width = Callable[[str], float]
"""How wide a text is when drawn, in any unit."""

NO_BREAK_SPACES = "\u00a0\u202f"
JOINERS = "\u2060\ufeff"
NEVER_FIRST = frozenset("、。，．：；！？）］｝〉》」』】〕〗”’…—～·・々％℃" + ",.:;!?)]}%»›")
"""No line begins with one of these."""
NEVER_LAST = frozenset("（［｛〈《「『【〔〖“‘￥＄" + "([{«‹$€£¥₩#")
"""No line ends with one."""
_AFTER = frozenset("-\u2010\u2013\u2014/")
"""Words may be broken after these, where letters stand on both sides."""


def pieces(text: str) -> list[str]:
    """A text cut wherever a line may end; white space stays at the end of the piece before it."""
    cuts = [index for index in range(1, len(text)) if _may_break(text, index)]
    return [text[start:end] for start, end in pairwise((0, *cuts, len(text)))] if text else []


def _may_break(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if before == " ":
        left = text[:index].rstrip(" ")[-1:]
        return after != " " and after not in NEVER_FIRST and left not in NEVER_LAST
    if after == " " or {before, after} & {*NO_BREAK_SPACES, *JOINERS}:
        return False
    if after in NEVER_FIRST or before in NEVER_LAST:
        return False
    if _is_chinese(before) or _is_chinese(after):
        return True
    return before in _AFTER and after.isalpha() and text[index - 2 : index - 1].isalpha()


def _is_chinese(sign: str) -> bool:
    """Whether a line may be broken on either side of it: characters and full-width marks."""
    return "\u3000" <= sign <= "\u303f" or "\u3400" <= sign <= "\u9fff" or "\uff01" <= sign <= "\uff5e"


def broken(text: str, most: float, width: Width) -> list[str]:
    """A text in as few lines as it can be, none wider than `most`, and these as even as can be."""
    parts = [each for piece in pieces(text.strip()) for each in _narrow(piece, most, width)]
    if not parts:
        return []
    return _even(parts, _fewest(parts, most, width), most, width)


def _narrow(piece: str, most: float, width: Width) -> list[str]:
    """A piece, cut wherever it must be if it alone is wider than a line."""
    found = []
    while width(piece.rstrip(" ")) > most and len(piece) > 1:
        end = max((n for n in range(1, len(piece)) if width(piece[:n]) <= most), default=1)
        found.append(piece[:end])
        piece = piece[end:]
    return [*found, piece]


def _fewest(parts: Sequence[str], most: float, width: Width) -> int:
    lines, line = 1, ""
    for part in parts:
        if line and width((line + part).rstrip(" ")) > most:
            lines, line = lines + 1, part
        else:
            line += part
    return lines


def _even(parts: Sequence[str], count: int, most: float, width: Width) -> list[str]:
    """The breaking into so many lines whose widest line is narrowest, and among those the one with the least raggedness."""
    ends: list[dict[int, tuple[float, list[str]]]] = [{0: (0.0, [])}]
    for _ in range(count):
        reached: dict[int, tuple[float, list[str]]] = {}
        for start, (badness, lines) in ends[-1].items():
            for end in range(start + 1, len(parts) + 1):
                line = "".join(parts[start:end]).strip(" ")
                wide = width(line)
                if wide > most and end > start + 1:
                    break
                candidate = badness + (most - wide) ** 2
                if end not in reached or candidate < reached[end][0]:
                    reached[end] = candidate, [*lines, line]
        ends.append(reached)
    return ends[-1][len(parts)][1]


def cut_short(text: str, fits: Callable[[str], bool]) -> str:
    """A text as it is if it fits, else its beginning with an ellipsis, ended between words where there are any."""
    if fits(text):
        return text
    parts = pieces(text)
    for kept in range(len(parts) - 1, 0, -1):
        shorter = "".join(parts[:kept]).rstrip(" ,;:，、；：–—-") + "…"
        if fits(shorter):
            return shorter
    return "…"
