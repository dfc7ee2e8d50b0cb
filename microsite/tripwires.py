"""Words that must stand nowhere in `site/`, whatever carries them; a list of them is kept in `private/`.

A file is read as its bytes are, with its escapes undone (entities, percent signs, JSON), and without its tags; a packed
one member by member. In each reading case, width, invisible characters and what separates words count for nothing. What
is said of a hit names the line of the list and never the words: a log may be public.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode
from collections.abc import Callable, Collection, Iterable, Iterator
from html import unescape
from itertools import pairwise
from typing import NamedTuple
from unicodedata import category, normalize
from urllib.parse import unquote

from . import authored, files
from .diagnostics import Diagnostic, Position, problem
from .metadata import examined
from .order import TRIPWIRES, TRIPWIRES_VARIABLE
from .unpacking import CannotUnpack, unpacked


class Tripwire(NamedTuple):
    """One line of the list."""

    at: str
    """Where it stands, in words that do not give it away."""
    squeezed: str
    """Its letters and digits alone: what holds it, holds these."""
    pattern: re.Pattern[str]
    """Finds it as a word of its own."""


def read(root: str) -> tuple[tuple[Tripwire, ...], list[Diagnostic]]:
    """The tripwires of a site: those of its file, and those of the environment."""
    wires: list[Tripwire] = []
    problems: list[Diagnostic] = []
    if os.path.lexists(f"{root}/{TRIPWIRES}"):
        text, problems = authored.read_text(root, TRIPWIRES)
        found, more = _listed(text.value if text else "", TRIPWIRES)
        wires += found
        problems = [*problems, *more]
    found, more = _listed(os.environ.get(TRIPWIRES_VARIABLE, ""), TRIPWIRES_VARIABLE)
    return (*wires, *found), [*problems, *more]


def _listed(text: str, name: str) -> tuple[list[Tripwire], list[Diagnostic]]:
    wires, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        plain = _plain(words)
        if squeezed := _squeezed(plain):
            wires.append(Tripwire(f"line {number} of {name}", squeezed, _pattern(plain)))
        else:
            message = "this line has no letter and no digit to look for"
            problems.append(problem(Position(name, number), "bad-value", message, "take it out"))
    return wires, problems


# --- Looking ---------------------------------------------------------------------------------------------------------


def in_names(wires: Collection[Tripwire], paths: Iterable[str]) -> Iterator[Diagnostic]:
    """What is wrong with the names of files; a name that holds a tripwire is not said either."""
    for wire in _met(wires, ["\n\n\n\n".join(paths)]):
        yield problem(Position("site"), "tripwire", f"the name of a file holds {wire.at} of the tripwires", _HINT)


def in_file(wires: Collection[Tripwire], path: str, data: bytes) -> list[Diagnostic]:
    """What is wrong with what a file of `site/` holds."""
    at = Position(f"site/{path}")
    try:
        met = _met(wires, _readings(data)) if wires else []
    except CannotUnpack as why:
        return [problem(at, "tripwire", f"the file cannot be looked through for tripwires: {why}", _HINT_OF_PACKED)]
    return [problem(at, "tripwire", f"the file holds {wire.at} of the tripwires", _HINT) for wire in met]


_HINT = "find the words of that line in content/, seeds/, static/ or templates/, in every language, and take them out"

_HINT_OF_PACKED = "save the document anew, or do not publish the copy"


def _met(wires: Iterable[Tripwire], texts: Iterable[str]) -> list[Tripwire]:
    found: dict[str, Tripwire] = {}
    waiting = list(wires)
    for text in map(_plain, texts):
        squeezed = _squeezed(text)  # far quicker to search than the text is with the pattern, and mostly in vain
        found.update((wire.at, wire) for wire in waiting if wire.squeezed in squeezed and wire.pattern.search(text))
    return list(found.values())


def _readings(data: bytes, within: int = 0) -> Iterator[str]:
    """The ways in which a file can be read, which may itself lie within packed ones."""
    picture = examined(data)
    if picture and not picture.carried:
        return  # nothing but pixels, in which any short word turns up by chance
    for held in unpacked(data):
        if within == _DEEPEST:
            raise CannotUnpack("packed files lie in it too deep within one another")
        yield from _readings(held, within + 1)
    for held in set(_HELD.findall(data)):
        yield from _readings(b64decode(held[: len(held) - (len(held) % 4 == 1)] + b"=="))
    # Base64 holds any short word by chance, and none on purpose.
    texts = [_HELD.sub(b"", data).decode("utf-8", "replace")]
    if picture or b"\0" in data:
        texts += [data[start:].decode(f"utf-16-{order}", "replace") for order in ("le", "be") for start in (0, 1)]
    for text in texts:
        yield text
        yield _unwrapped(text)
        if "<" in text:
            yield _unwrapped(_TAG.sub("", text))


_HELD = re.compile(rb"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/]+)=*")
"""A picture that a page holds itself."""
_TAG = re.compile(r"<[^>]*>")
_DEEPEST = 3
"""So many escapes may lie in one another, as JSON does within an attribute; and so many packed files."""


def _unwrapped(text: str) -> str:
    """The text with its escapes undone, those within others too."""
    for _ in range(_DEEPEST):
        before = text
        for sign, undo in _ESCAPES:
            if sign in text:
                text = undo(text)
        if text == before:
            break
    return text


def _json_undone(text: str) -> str:
    text = re.sub(r'\\[nrtbf"/\\](?!u[0-9A-Fa-f]{4})', " ", text)
    return re.sub(r"(?:\\+u[0-9A-Fa-f]{4})+", _characters, text)


def _characters(escapes: re.Match[str]) -> str:
    units = re.findall(r"u([0-9A-Fa-f]{4})", escapes[0])
    return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")


_ESCAPES: tuple[tuple[str, Callable[[str], str]], ...] = (("&", unescape), ("%", unquote), ("\\", _json_undone))


# --- What counts for nothing -----------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """The text in one case and width, without what cannot be seen."""
    text = normalize("NFKC", text).casefold()
    if not text.isascii():
        unseen = {ord(sign): None for sign in set(text) if category(sign) in ("Cf", "Mn") and not sign.isascii()}
        text = normalize("NFKC", text.translate(unseen))
    return text


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


_DIGITS_APART = 5
"""A number of so many digits may be written in groups."""


def _pattern(plain: str) -> re.Pattern[str]:
    """Finds a tripwire as a word of its own, or anywhere in scripts that join words."""
    runs = re.findall(r"\d+|[^\W\d_]+", plain)
    written = _run(runs[0]) + "".join(_between(*pair) + _run(pair[1]) for pair in pairwise(runs))
    return re.compile(_edge(runs[0][0], before=True) + written + _edge(runs[-1][-1], before=False))


def _between(left: str, right: str) -> str:
    """What may separate two words or numbers: 3.5 is not 35, while a telephone's number is one in any grouping."""
    short = (left + right).isdecimal() and len(left + right) < _DIGITS_APART
    return r"[\W_]{1,3}" if short else r"[\W_]{0,3}"


def _run(run: str) -> str:
    if run.isdecimal() and len(run) >= _DIGITS_APART:
        return r"[\W_]?".join(run)
    return re.escape(run)


def _edge(sign: str, *, before: bool) -> str:
    """What may not stand beside a tripwire that begins or ends so: more of its own word or number."""
    if sign.isdecimal():
        return r"(?<!\d)" if before else r"(?!\d)"
    if (
        ord(sign) >= 0x2E80 or 0x0E00 <= ord(sign) < 0x1200
    ):  # East and South East Asia: no space tells where a word ends
        return ""
    return r"(?<![^\W\d_])" if before else r"(?![^\W\d_])"


def staged_problems(wires: tuple[Tripwire, ...], folder: str, path: str) -> list[Diagnostic]:
    """`in_file` for a file that is staged in a folder."""
    return in_file(wires, path, files.read(f"{folder}/{path}"))
