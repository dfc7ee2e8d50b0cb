"""Markdown with claims, exhibits and expressions, turned into blocks of safe HTML with numbered places to fill in.

Python-Markdown converts; raw HTML is not passed through, and nh3 sanitises what comes out. Claims, exhibits and
expressions become numbered marks (`<claim n="0">`, a private-use character for an expression), so that the result
depends on the text alone and can be cached by content; `pieces` cuts a block at its marks for the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from .marks import BLOCK, CLOSE, OPEN, SAFE_SCHEMES, Complaint, Marks, engine, engine_for
from .typography import smarten

VERSION = "3"
"""Part of the cache key; raise it when the same text would convert differently."""
DEEPEST_NESTING = 12
DEEPEST_INDENT = 48
MOST_OPEN_BRACKETS = 40
"""At one place of a paragraph; Python-Markdown's time grows with the square of the unclosed ones and worse."""
MOST_FOOTNOTE_MARKS = 500
"""In a text; its time grows with the square of those, too."""
LONGEST_TEXT = 200_000
"""In characters: a third of a novel."""
LONGEST_LINE = 20_000
LONGEST_PARAGRAPH = 2_000
"""Lines without a blank one between them."""

_EXPRESSION = re.compile(r"\{\{(?P<text>[^\n{}]*)\}\}")
_ESCAPED_OR_EXPRESSION = re.compile(rf"\\\{{\{{|{_EXPRESSION.pattern}")
_OUR_TAG = "claim|exhibit-reference|exhibit"
_MARK = re.compile(rf'{OPEN}(?P<figure>\d+){CLOSE}|<(?P<tag>{_OUR_TAG}) n="(?P<n>\d+)">|</(?P<end>{_OUR_TAG})>')
_TAGS = "p h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong a br hr sup div table thead tbody tr th td"
_FORBIDDEN = re.compile(f"[\\x00-\\x08\\x0b-\\x1f\\x7f\\ufffe\\uffff{OPEN}-{BLOCK}]")
"""Characters that no page can hold, and those that our marks and Python-Markdown's are made of."""
_CHARACTER_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?")
_NESTING = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+")
_BRACKET = re.compile(r"\\.|[\[\])]|(?<=\])\(")
_MARKER = re.compile(r">|[-*+]|\d[.)]")
_HEADING = re.compile(
    r"^(?: {0,3}(?:>|[-*+](?= )|\d{1,9}\.(?= )) ?)*(?P<hash>#)(?!#)|^(?=[^\n]*\S[^\n]*\n=+ *$)", re.MULTILINE
)


class Mistake(NamedTuple):
    """Something wrong in a text: a diagnostic that does not yet know its file."""

    kind: str
    offset: int
    """In characters from the start of the text."""
    message: str
    hint: str = ""


class Use(NamedTuple):
    """A citation, an exhibit or an expression in a text, as written."""

    text: str
    offset: int
    id: str = ""
    """The anchor its author gave it, if any."""


class Block(NamedTuple):
    """One top-level element."""

    tag: str
    """`p`, `h2`, `table`, …; `exhibit` where an exhibit stands alone in a paragraph."""
    html: str


HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
"""The tags of blocks that begin a section."""


class Converted(NamedTuple):
    """A text after Markdown. Plain tuples throughout, so that the cache can hold it as JSON."""

    blocks: tuple[Block, ...]
    claims: tuple[Use, ...]
    exhibits: tuple[Use, ...]
    """Exhibits placed, by number of their mark."""
    references: tuple[Use, ...]
    """Exhibits or annotations referred to."""
    expressions: tuple[Use, ...]
    mistakes: tuple[Mistake, ...]
    fragments: tuple[Use, ...] = ()
    """Links to a place on the same page."""


_NOTHING = Converted((), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of finished HTML, or a mark that a template fills in."""

    kind: Literal["markup", "claim", "end-claim", "reference", "end-reference", "figure"]
    markup: str = ""
    number: int = -1


def convert(text: str) -> Converted:
    """Convert a whole text."""
    if mistakes := tuple(_refusals(text)):
        return _NOTHING._replace(mistakes=mistakes)
    if not text.strip():
        return _NOTHING
    prepared, expressions, unclosed = _set_expressions_aside(text)
    markdown = engine_for(prepared)
    try:
        html = markdown.convert(prepared)
    except RecursionError:
        engine.cache_clear()  # it stopped half-way through its work
        message = "quotes, lists or brackets are nested too deeply in this text"
        return _NOTHING._replace(mistakes=(Mistake("too-deep", 0, message),))
    marks: Marks = markdown.treeprocessors["microsite"].marks  # type: ignore[attr-defined]
    finder = _Finder(text)
    # Elements are found in the order of the page; the same words stand in the same order in the text.
    found = Converted(
        blocks=tuple(_blocks(html)),
        claims=tuple(Use(target, finder.offset(f"seed:{target}", "({})"), id) for target, id in marks.claims),
        exhibits=tuple(Use(target, finder.exhibit(target, placed=True)) for target in marks.exhibits),
        references=tuple(Use(target, finder.exhibit(target, placed=False)) for target in marks.references),
        expressions=expressions,
        mistakes=(),
        fragments=tuple(Use(target, finder.offset(f"#{target}", "({})")) for target in marks.fragments),
    )
    return found._replace(mistakes=(*unclosed, *(_placed(mistake, found, finder) for mistake in marks.complaints)))


def convert_line(text: str) -> Converted:
    """Convert a text that may only be one paragraph: a headline, a caption, a note."""
    converted = convert(text)
    if converted.mistakes:
        return converted
    if len(converted.blocks) != 1 or converted.blocks[0].tag != "p":
        message = "this text must be a single paragraph, without headings, lists, tables or exhibits"
        return converted._replace(mistakes=(Mistake("wrong-type", 0, message),))
    inner = converted.blocks[0].html.removeprefix("<p>").removesuffix("</p>")
    return converted._replace(blocks=(Block("", inner),))


@lru_cache(maxsize=512)
def pieces(html: str) -> tuple[Piece, ...]:
    """Cut a block's HTML at its marks. A story is read several times over, so what is cut is kept for a while."""
    return tuple(_pieces(html))


def _pieces(html: str) -> Iterator[Piece]:
    done = 0
    for mark in _MARK.finditer(html):
        if mark.start() > done:
            yield Piece("markup", html[done : mark.start()])
        done = mark.end()
        if mark["figure"]:
            yield Piece("figure", number=int(mark["figure"]))
        elif mark["tag"] == "claim":
            yield Piece("claim", number=int(mark["n"]))
        elif mark["tag"] == "exhibit-reference":
            yield Piece("reference", number=int(mark["n"]))
        elif mark["end"] == "claim":
            yield Piece("end-claim")
        elif mark["end"] == "exhibit-reference":
            yield Piece("end-reference")
    if done < len(html):
        yield Piece("markup", html[done:])


def to_json(converted: Converted) -> bytes:
    """For the cache."""
    import json

    return json.dumps(converted, ensure_ascii=False).encode()


def from_json(data: bytes) -> Converted:
    """From the cache."""
    import json

    blocks, *listed, mistakes, fragments = json.loads(data)
    claims, exhibits, references, expressions = (tuple(Use(*use) for use in uses) for uses in listed)
    return Converted(
        tuple(Block(*block) for block in blocks),
        claims,
        exhibits,
        references,
        expressions,
        tuple(Mistake(*mistake) for mistake in mistakes),
        tuple(Use(*use) for use in fragments),
    )


# --- Before Markdown -------------------------------------------------------------------------------------------------


def _refusals(text: str) -> Iterator[Mistake]:
    """What would make a converter slow or deep: the first of it."""
    if len(text) > LONGEST_TEXT:
        message = f"this text has {len(text):,} characters; the longest allowed has {LONGEST_TEXT:,}"
        yield Mistake("oversized-file", 0, message, "make it a series of stories")
        return
    if (marks := text.count("[^")) > MOST_FOOTNOTE_MARKS:
        message = f"this text has {marks:,} footnote marks; the most allowed are {MOST_FOOTNOTE_MARKS:,}"
        yield Mistake("oversized-file", text.find("[^"), message, "make some of them part of the text")
        return
    offset, lines, open_brackets = 0, 0, (0, 0)
    for line in text.split("\n"):
        lines = lines + 1 if line.strip() else 0
        open_brackets, most_open = _brackets(line, open_brackets if lines else (0, 0))
        if refusal := _line_refusal(line) or _paragraph_refusal(lines, most_open):
            yield Mistake(refusal[0], offset, *refusal[1:])
            return
        offset += len(line) + 1


def _line_refusal(line: str) -> tuple[str, str, str] | None:
    prefix = _NESTING.match(line.expandtabs(4))
    if prefix and len(_MARKER.findall(prefix[0])) > DEEPEST_NESTING:
        return "too-deep", f"quotes and lists are nested more than {DEEPEST_NESTING} deep here", "flatten them"
    if prefix and " " * (DEEPEST_INDENT + 1) in prefix[0]:
        return "too-deep", f"this list item is indented by more than {DEEPEST_INDENT} characters", "flatten the list"
    if re.search(r"[*_]{200}", line):
        return "too-deep", "emphasis is nested too deeply here", "flatten it"
    if len(line) > LONGEST_LINE:
        message = f"this line has {len(line):,} characters; the longest allowed has {LONGEST_LINE:,}"
        return "oversized-file", message, "break it into paragraphs"
    return None


def _paragraph_refusal(lines: int, open_brackets: int) -> tuple[str, str, str] | None:
    if open_brackets > MOST_OPEN_BRACKETS:
        message = f"more than {MOST_OPEN_BRACKETS} brackets are open at once in this paragraph"
        return "too-deep", message, r"close them, or write \[ for a bracket that is meant as such"
    if lines > LONGEST_PARAGRAPH:
        message = f"this paragraph, list or table has more than {LONGEST_PARAGRAPH:,} lines"
        return "oversized-file", message, "break it up with blank lines"
    return None


def _brackets(line: str, open_before: tuple[int, int]) -> tuple[tuple[int, int], int]:
    """How many brackets and addresses of links are open after a line, and how many of either were at the most."""
    brackets, addresses = open_before
    most = max(open_before)
    for sign in _BRACKET.findall(line):
        if sign in ("[", "]"):
            brackets = brackets + 1 if sign == "[" else max(brackets - 1, 0)
        elif sign in ("(", ")"):
            addresses = addresses + 1 if sign == "(" else max(addresses - 1, 0)
        most = max(most, brackets, addresses)
    return (brackets, addresses), most


def _set_expressions_aside(text: str) -> tuple[str, tuple[Use, ...], tuple[Mistake, ...]]:
    """Replace each `{{ … }}` by a numbered private-use mark that no Markdown rule touches."""
    uses: list[Use] = []

    def aside(match: re.Match[str]) -> str:
        written = match["text"]
        if written is None:
            return "{\u200b{"
        uses.append(Use(written.strip(), match.end("text") - len(written.lstrip())))
        return f"{OPEN}{len(uses) - 1}{CLOSE}"

    prepared = _ESCAPED_OR_EXPRESSION.sub(aside, _FORBIDDEN.sub("\ufffd", text))
    return _CHARACTER_REFERENCE.sub(_harmless, prepared), tuple(uses), _unclosed(text)


def _harmless(match: re.Match[str]) -> str:
    """A character reference, unless it stands for a character that may not stand here either."""
    code = int(match["hex"] or "0", 16) or int((match["decimal"] or "0").lstrip("0")[:8] or "0")
    return "\ufffd" if code <= 0x10FFFF and _FORBIDDEN.match(chr(code)) else match[0]


def _unclosed(text: str) -> tuple[Mistake, ...]:
    offset = _ESCAPED_OR_EXPRESSION.sub(lambda match: " " * len(match[0]), text).find("{{")
    message = "`{{` opens an expression that no `}}` on its line closes"
    hint = r"write {{ name }}, or \{{ for braces that are meant as such"
    return (Mistake("bad-expression", offset, message, hint),) if offset >= 0 else ()


# --- After Markdown --------------------------------------------------------------------------------------------------


class _Finder:
    """Finds where in the text something stands that the converter met later, taking repetitions in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}
        self._headings: Iterator[re.Match[str]] = _HEADING.finditer(text)

    def offset(self, words: str, *surroundings: str) -> int:
        """Where the next occurrence of `words` begins, at best one in such surroundings as `({})`."""
        for shape in (*surroundings, "{}"):
            snippet = shape.format(words)
            found = self._text.find(snippet, self._next.get(snippet, 0))
            if words and found >= 0:
                self._next[snippet] = found + len(snippet)
                return found + shape.index("{")
        return max(self._text.find(words), 0)

    def exhibit(self, name: str, *, placed: bool) -> int:
        """Where the next exhibit of this name is placed (`![]`) or referred to (`[words]`)."""
        snippet, key = f"](exhibit:{name})", f"{placed} {name}"
        found = self._text.find(snippet, self._next.get(key, 0))
        while found >= 0:
            bracket = self._text.rfind("[", 0, found)
            if (self._text[bracket - 1 : bracket] == "!") == placed:
                self._next[key] = found + len(snippet)
                return found + len("](")
            found = self._text.find(snippet, found + len(snippet))
        return self.offset(f"exhibit:{name}")

    def heading(self) -> int:
        """Where the next heading of the first level begins."""
        match = next(self._headings, None)
        return 0 if match is None else match.start("hash") if match["hash"] else match.start()


def _placed(complaint: Complaint, found: Converted, finder: _Finder) -> Mistake:
    where = complaint.where
    if where == "heading":
        offset = finder.heading()
    elif isinstance(where, str):
        offset = finder.offset(where, "({})", "<{}>")
    else:
        uses: tuple[Use, ...] = getattr(found, where.sort)
        offset = uses[where.number].offset
    return Mistake(complaint.kind, offset, complaint.message, complaint.hint)


def _blocks(html: str) -> Iterator[Block]:
    cleaner = _cleaner()
    for part in html.split(BLOCK):
        clean = smarten(cleaner.clean(part.strip()))
        if clean:
            tag = re.match(r"<([a-z0-9-]+)", clean)
            yield Block(tag[1] if tag else "p", clean)


@cache
def _cleaner() -> Any:
    import nh3

    numbered: dict[str, set[str]] = {tag: {"n"} for tag in _OUR_TAG.split("|")}
    return nh3.Cleaner(
        tags=set(_TAGS.split()) | set(numbered),
        attributes={"*": {"id", "class", "lang"}, "a": {"href", "rel"}, "ol": {"start"}, **numbered},
        url_schemes=set(SAFE_SCHEMES),
        # Markdown knows no other header cells than those of columns.
        set_tag_attribute_values={"th": {"scope": "col"}},
        link_rel=None,
        strip_comments=True,
    )
