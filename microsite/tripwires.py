"""Words that must stand nowhere in `site/`, whatever carries them; a list of them is kept in `private/`.

A file is read as its bytes are, with its escapes undone (entities, percent signs, JSON, CSS), and without its tags; a
packed one member by member. In each reading case, width, invisible characters and what separates words count for
nothing. What is said of a hit names the line of the list and never the words: a log may be public. A file that cannot be
read through is said to be one, until the list says that somebody has searched it.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from html import unescape
from itertools import pairwise
from typing import NamedTuple
from unicodedata import category, normalize
from urllib.parse import unquote

from . import authored, files
from .allowance import Allowance, CannotUnpack
from .diagnostics import Diagnostic, Position, problem
from .metadata import examined
from .order import TRIPWIRES, TRIPWIRES_VARIABLE
from .unpacking import is_noise, is_packed, unpacked


class Tripwire(NamedTuple):
    """One line of the list."""

    at: str
    """Where it stands, in words that do not give it away."""
    squeezed: str
    """Its letters and digits alone: what holds it, holds these."""
    pattern: re.Pattern[str]
    """Finds it as a word of its own."""


class Wires(NamedTuple):
    """What the list says."""

    words: tuple[Tripwire, ...] = ()
    searched: frozenset[str] = frozenset()
    """The SHA-256 of files that cannot be read through here, and that somebody has."""

    def __bool__(self) -> bool:
        return bool(self.words)


def read(root: str) -> tuple[Wires, list[Diagnostic]]:
    """The tripwires of a site: those of its file, and those of the environment."""
    lists = [(os.environ.get(TRIPWIRES_VARIABLE, ""), TRIPWIRES_VARIABLE)]
    problems: list[Diagnostic] = []
    if os.path.lexists(f"{root}/{TRIPWIRES}"):
        text, problems = authored.read_text(root, TRIPWIRES)
        lists.insert(0, (text.value if text else "", TRIPWIRES))
    words: list[Tripwire] = []
    searched: set[str] = set()
    for text_, name in lists:
        for number, line in enumerate(text_.splitlines(), 1):
            said = line.strip()
            if digest := _SEARCHED.fullmatch(said):
                searched.add(digest[1].lower())
            elif said and not said.startswith("#"):
                plain = _plain(said)
                if squeezed := _squeezed(plain):
                    words.append(Tripwire(f"line {number} of {name}", squeezed, _pattern(plain)))
                else:
                    message = "this line has no letter and no digit to look for"
                    problems = [*problems, problem(Position(name, number), "bad-value", message, "take it out")]
    return Wires(tuple(words), frozenset(searched)), problems


_SEARCHED = re.compile(r"searched:?\s+sha256-([0-9a-f]{64})", re.IGNORECASE)


# --- Looking ---------------------------------------------------------------------------------------------------------


def in_names(wires: Wires, paths: Iterable[str]) -> Iterator[Diagnostic]:
    """What is wrong with the names of files; a name that holds a tripwire is not said either."""
    for wire in _met(wires.words, ["\n\n\n\n".join(paths)]):
        yield problem(Position("site"), "tripwire", f"the name of a file holds {wire.at} of the tripwires", _HINT)


def in_file(wires: Wires, path: str, data: bytes) -> list[Diagnostic]:
    """What is wrong with what a file of `site/` holds, or with looking into it."""
    at = Position(f"site/{path}")
    met, unread = looked_through(wires, data)
    found = [problem(at, "tripwire", f"the file holds {wire.at} of the tripwires", _HINT) for wire in met]
    return [*found, *(unread_problem(at, data, why) for why in unread)]


def unread_problem(at: Position, data: bytes, why: str) -> Diagnostic:
    """That a file cannot be read through, and the two ways out."""
    message = f"the file cannot be looked through for tripwires: {why}"
    hint = (
        "leave it out, or save it in a form that can be read; or search it yourself, "
        f"then add this line to the list: `searched sha256-{sha256(data).hexdigest()}`"
    )
    return problem(at, "unsearched-file", message, hint)


_HINT = "find the words of that line in content/, seeds/, static/ or templates/, in every language, and take them out"


def looked_through(wires: Wires, data: bytes) -> tuple[list[Tripwire], list[str]]:
    """The tripwires that a file holds, and why not all of it could be read, unless somebody has searched it."""
    if not wires:
        return [], []
    reader = _Reader()
    met = _met(wires.words, reader.readings(data))
    searched = reader.unread and wires.searched and sha256(data).hexdigest() in wires.searched
    return met, [] if searched else list(dict.fromkeys(reader.unread))[:1]


def _met(wires: Iterable[Tripwire], texts: Iterable[str]) -> list[Tripwire]:
    found: dict[str, Tripwire] = {}
    waiting = list(wires)
    for text in map(_plain, texts):
        squeezed = _squeezed(text)  # far quicker to search than the text is with the pattern, and mostly in vain
        found.update((wire.at, wire) for wire in waiting if wire.squeezed in squeezed and wire.pattern.search(text))
    return list(found.values())


class _Reader:
    """Reads one file in all the ways in which it can be read; and what is packed within it."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        """Why something in it could not be read."""
        self._allowance = Allowance()

    def readings(self, data: bytes, within: int = 0) -> Iterator[str]:
        """Each reading of some bytes that lie so deep in the file."""
        picture = examined(data)
        if picture and not picture.carried:
            return  # nothing but pixels, in which any short word turns up by chance
        if is_packed(data):
            yield from self._within(data, within)
            if is_noise(data):
                return
        for held in set(_HELD.findall(data)):
            yield from self.readings(b64decode(held[: len(held) - (len(held) % 4 == 1)] + b"=="), within)
        yield from _read(data, is_picture=bool(picture))

    def _within(self, data: bytes, within: int) -> Iterator[str]:
        if within == _DEEPEST:
            self.unread.append("packed files lie in it too deep within one another")
            return
        try:
            for held in unpacked(data, self._allowance):
                yield from self.readings(held, within + 1)
        except CannotUnpack as why:
            self.unread.append(str(why))


def _read(data: bytes, *, is_picture: bool) -> Iterator[str]:
    # Base64 holds any short word by chance, and none on purpose.
    texts = [_HELD.sub(b"", data).decode("utf-8", "replace")]
    if is_picture or b"\0" in data:
        texts += [data[start:].decode(f"utf-16-{order}", "replace") for order in ("le", "be") for start in (0, 1)]
    for text in texts:
        yield text
        given = {text}  # most texts have nothing to undo, and to read them again takes as long
        bare = _TAG.sub("", text) if "<" in text else text
        for escapes in (_ESCAPES, _CSS_ESCAPES) if "\\" in text else (_ESCAPES,):
            for written in dict.fromkeys((text, bare)):
                if (reading := _unwrapped(written, escapes)) not in given:
                    given.add(reading)
                    yield reading


_HELD = re.compile(rb"data:[\w.+-]*(?:/[\w.+-]+)?(?:;[\w.=+-]+)*;base64,([A-Za-z0-9+/]+)=*")
"""A file that a page or a style sheet holds itself."""
_TAG = re.compile(r"<[^>]*>")
_DEEPEST = 3
"""So many escapes may lie in one another, as JSON does within an attribute; and so many packed files."""


def _unwrapped(text: str, escapes: _Escapes) -> str:
    """The text with its escapes undone, those within others too."""
    for _ in range(_DEEPEST):
        before = text
        for sign, undo in escapes:
            if sign in text:
                text = undo(text)
        if text == before:
            break
    return text


def _json_undone(text: str) -> str:
    text = re.sub(r'\\[nrtbf"/\\](?!u[0-9A-Fa-f]{4})', " ", text)
    text = re.sub(r"\\+x([0-9A-Fa-f]{2})|\\+u\{([0-9A-Fa-f]{1,6})\}", _character, text)
    return re.sub(r"(?:\\+u[0-9A-Fa-f]{4})+", _characters, text)


def _characters(escapes: re.Match[str]) -> str:
    units = re.findall(r"u([0-9A-Fa-f]{4})", escapes[0])
    return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")


def _character(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _css_undone(text: str) -> str:
    """Of style sheets: the number of a sign, which one space may end; a line that goes on; any sign as it is."""
    text = re.sub(r"\\([0-9A-Fa-f]{1,6})()(?:\r\n|[ \t\r\n\f])?", _character, text)
    return re.sub(r"\\(?:\r\n|[\r\n\f]|(.))", r"\1", text)


_Escapes = tuple[tuple[str, Callable[[str], str]], ...]
_ESCAPES: _Escapes = (("&", unescape), ("%", unquote), ("\\", _json_undone))
_CSS_ESCAPES: _Escapes = (("&", unescape), ("%", unquote), ("\\", _css_undone))


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


def staged_problems(wires: Wires, folder: str, path: str) -> list[Diagnostic]:
    """`in_file` for a file that is staged in a folder."""
    return in_file(wires, path, files.read(f"{folder}/{path}"))
