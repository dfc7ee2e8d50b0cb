"""The words of an authored text, each where it stands in the file: its blocks, its sentences, its claims.

Pure. What is not for readers (addresses, code, expressions, the signs of Markdown) is blanked with as many spaces, so
that a place among the words is the same place in the text. A text is cut where it surely ends a sentence and nowhere
else: a rule that asks what stands in one sentence had better see too much of it than too little.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

_NOT_WORDS = re.compile(
    r"(?P<code>`+)(?:.|\n(?!\s*\n))*?(?P=code)"
    r"|\\(?=[\\`*_{}\[\]()#+\-.!])"
    r"|\{\{[^\n{}]*\}\}"
    r"|\](?:\((?:[^()\s]|\([^()\s]*\))*\)|\[[^\[\]\n]*\])?(?:\{[^{}\n]*\})?"
    r"|\[\^[^\]\n]+\]:?|!?\["
    r"|<?https?://[^\s<>]*>?"
    r"|\{[:#.a-z][^{}\n]*\}"
    r"|\*+|(?<!\w)_+|_+(?!\w)",
)
_MARKERS = re.compile(
    r"^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t])|:(?=[ \t]{2})))+", re.MULTILINE
)
_HEADING = re.compile(r" {0,3}#{1,6}(?= |\w)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?=\s)|:(?=\s{2})")
_QUOTE = re.compile(r"(?: {0,3}>)+")
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]]+\]:")
_DEFINITION = re.compile(r" {0,3}\[[^\]^][^\]]*\]:\s")
_EXHIBIT = re.compile(r"\s*!\[[^\]]*\]\([^)]*\)\s*")
_LINE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|=+\s*)")
_TABLE_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?")
_NOT_BREAK = re.compile(r"[^\n]")
_DEFINED = ":   "
_INDENT = re.compile(r"(?: {4}|\t)")
_END = re.compile(r"(?P<full>[。！？]+)|(?P<stop>[.!?…]+)")
_CLOSING = "”’»\"')）］]』」】"
_PAIRED_QUOTES = {"“": "”", "「": "」", "『": "』", "«": "»", "„": "“"}

_QUOTATION_MARK = re.compile('[“”「」『』«»„"]')

LONGEST_CLAIM = 5_000
"""In characters: further back the beginning of a claim is not looked for."""
NEARBY = 20
"""Characters before and after a full stop that tell whether it ends a sentence."""

BlockKind = Literal["paragraph", "heading", "item", "quote", "footnote", "table", "code", "exhibit", "line"]


_BESIDE_THE_PROSE = ("item", "quote", "table", "footnote")


class Span(NamedTuple):
    """From one place of a text up to another, in characters from its start."""

    start: int
    end: int


class Block(NamedTuple):
    """A stretch of Markdown that stands by itself."""

    kind: BlockKind
    span: Span


class Words:
    """An authored text as its readers see it, sign for sign in its place."""

    def __init__(self, text: str, abbreviations: Collection[str] = ()) -> None:
        self.text = text
        self.blocks = tuple(_blocks(text))
        self.words = _readable(text, self.blocks)
        """As long as the text; lines of a block are joined, so that a line break stands between blocks alone."""
        self._abbreviations = abbreviations
        self._block_starts = [block.span.start for block in self.blocks]
        self._starts: tuple[int, ...] | None = None
        self._unquoted: str | None = None

    def claim(self, address: int) -> Span | None:
        """The words of the claim whose address begins at a place; nothing where they do not stand just before it."""
        end = self.text.rfind("](", 0, address + 1)
        if end < 0 or self.text[end + 2 : address].strip(" <") not in ("", "seed:"):
            return None
        depth = 0
        for at in range(end - 1, max(end - LONGEST_CLAIM, 0) - 1, -1):
            sign = self.text[at] if self.text[at - 1 : at] != "\\" else ""
            depth += 1 if sign == "]" else -1 if sign == "[" else 0
            if depth < 0:
                return self.trimmed(Span(at + 1, end))
        return None

    def sentence(self, part: Span) -> Span:
        """The sentence that a part of the text stands in, or the sentences that it reaches into."""
        starts = self._sentence_starts()
        first = bisect_right(starts, part.start) - 1
        after = bisect_right(starts, max(part.start, part.end - 1))
        end = starts[after] if after < len(starts) else len(self.text)
        return self.trimmed(Span(starts[max(first, 0)], end))

    def context(self, part: Span) -> tuple[Span, ...]:
        """All that says of a part of the text who speaks: its sentence and, beside the prose, what leads to it.

        To an entry of a list, a quotation or a table leads the paragraph before it, to a footnote the sentence of its
        mark.
        """
        number = max(bisect_right(self._block_starts, part.start) - 1, 0)
        leads: Iterator[Span] = iter(())
        if self.blocks and self.blocks[number].kind in _BESIDE_THE_PROSE:
            leads = self._leads_to(number)
        return (self.sentence(part), *leads)

    def _leads_to(self, number: int) -> Iterator[Span]:
        kind, span = self.blocks[number]
        if kind == "footnote":
            mark = self.text[span.start : self.text.find("]", span.start) + 1].strip()
            places = (found.start() for found in re.finditer(re.escape(mark), self.text))
            yield from (self.sentence(Span(at, at)) for at in places if at < span.start or at >= span.end)
            return
        before = next((block for block in self.blocks[number::-1] if block.kind != kind), None)
        if before and before.kind in ("paragraph", "heading"):
            yield from [*self.sentences(before.span)][-1:]

    def sentences(self, part: Span) -> Iterator[Span]:
        """The sentences of a part of the text."""
        cuts = [part.start, *(at for at in self._sentence_starts() if part.start < at < part.end), part.end]
        for start, end in pairwise(cuts):
            if self.words[start:end].strip():
                yield self.trimmed(Span(start, end))

    def trimmed(self, part: Span) -> Span:
        """A part of the text without the blanks at its ends."""
        words = self.words[part.start : part.end]
        start = part.start + len(words) - len(words.lstrip())
        return Span(start, max(start, part.start + len(words.rstrip())))

    def unquoted(self) -> str:
        """The words without what stands in quotation marks: those are somebody else's."""
        if self._unquoted is None:
            parts, at = [], 0
            for block in self.blocks:
                for start, end in _quotations(self.words, block.span):
                    parts += [self.words[at:start], " " * (end - start)]
                    at = end
            self._unquoted = "".join([*parts, self.words[at:]])
        return self._unquoted

    def _sentence_starts(self) -> tuple[int, ...]:
        if self._starts is None:
            found = {0}
            for block in self.blocks:
                found.add(block.span.start)
                if block.kind != "table":
                    found.update(_sentence_starts(self.words, block.span, self._abbreviations))
            self._starts = tuple(sorted(found))
        return self._starts


def _blank(found: re.Match[str]) -> str:
    signs = found[0]
    return _NOT_BREAK.sub(" ", signs) if "\n" in signs else " " * len(signs)


def _readable(text: str, blocks: Iterable[Block]) -> str:
    words = text
    for signs in (_MARKERS, _NOT_WORDS):
        words = signs.sub(_blank, words)
    parts, at = [], 0
    for _, span in blocks:
        parts += [words[at : span.start], words[span.start : span.end].replace("\n", " ")]
        at = span.end
    return "".join([*parts, words[at:]])


# --- Blocks ----------------------------------------------------------------------------------------------------------


def _blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text, in order."""
    lines = [*_lines(text)]
    at, in_list = 0, False
    while at < len(lines):
        line = lines[at]
        words = text[line.start : line.end]
        if not words.strip():
            at += 1
            continue
        kind = _kind(words, in_list)
        in_list = kind in ("item", "footnote") or (in_list and words[:1].isspace())
        end = _last_line(text, lines, at, kind)
        span = Span(line.start, lines[end].end)
        following = text[lines[end + 1].start : lines[end + 1].end] if end + 1 < len(lines) else ""
        yield Block(_shape(text, lines[at : end + 1], kind, following), span)
        at = end + 1


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _kind(line: str, in_list: bool) -> BlockKind:
    """What a line begins."""
    if _LINE.fullmatch(line):
        return "line"
    if _EXHIBIT.fullmatch(line):
        return "exhibit"
    if _FOOTNOTE.match(line):
        return "footnote"
    if _DEFINITION.match(line):
        return "code"
    if _ITEM.match(line) or (in_list and line[:1].isspace()):
        return "item"
    if _INDENT.match(line):
        return "code"
    if _HEADING.match(line):
        return "heading"
    return "quote" if _QUOTE.match(line) else "paragraph"


def _last_line(text: str, lines: list[Span], first: int, kind: BlockKind) -> int:
    """The number of the last line of the block that a line begins."""
    last = first
    if kind in ("heading", "line", "exhibit"):
        return last
    while last + 1 < len(lines):
        line = text[lines[last + 1].start : lines[last + 1].end]
        if not line.strip() or _starts_another(line, kind):
            break
        last += 1
        if _LINE.fullmatch(line):  # what underlines a heading
            break
    return last


def _starts_another(line: str, kind: BlockKind) -> bool:
    if kind == "code":
        return not _INDENT.match(line)
    if _HEADING.match(line) or _FOOTNOTE.match(line) or _EXHIBIT.fullmatch(line):
        return True
    if kind == "quote":
        return False
    return (kind != "paragraph" and bool(_ITEM.match(line))) or line.startswith(_DEFINED)


def _shape(text: str, lines: list[Span], kind: BlockKind, following: str) -> BlockKind:
    """What a block is, as a later line may make a paragraph a heading, a table or the term of a definition."""
    if kind == "paragraph" and following.startswith(_DEFINED):
        return "item"
    if kind != "paragraph" or len(lines) < 2:
        return kind
    second = text[lines[1].start : lines[1].end]
    if _TABLE_RULE.fullmatch(second) and "|" in second:
        return "table"
    return "heading" if len(lines) == 2 and _LINE.fullmatch(second) else kind


# --- Sentences -------------------------------------------------------------------------------------------------------


def _sentence_starts(words: str, block: Span, abbreviations: Collection[str]) -> Iterator[int]:
    """Where a sentence begins within a block, the first one aside."""
    quotations = _quotations(words, block)
    for found in _END.finditer(words, block.start, block.end):
        end = found.end()
        while end < block.end and words[end] in _CLOSING:
            end += 1
        start = _after_spaces(words, end, block.end)
        before = bisect_left(quotations, (start, 0)) - 1
        if start >= block.end or (before >= 0 and start < quotations[before].end):
            continue
        if found["full"] or (
            start > end and _begins_sentence(words, found.start(), found["stop"], start, abbreviations)
        ):
            yield start


def _after_spaces(words: str, start: int, end: int) -> int:
    while start < end and words[start].isspace():
        start += 1
    return start


def _begins_sentence(words: str, at: int, stop: str, start: int, abbreviations: Collection[str]) -> bool:
    """Whether what follows a full stop and a space is a new sentence."""
    following = words[start : start + NEARBY].lstrip("“‘«\"'(（「『")[:1]
    if following.islower() or not following.isalnum():
        return False
    if stop != ".":
        return True
    before = words[max(at - NEARBY, 0) : at].rpartition(" ")[2].lstrip("“‘«\"'(")
    is_initial = len(before) == 1 and before.isupper()
    return not (is_initial or f"{before}." in abbreviations)


def _quotations(words: str, block: Span) -> list[Span]:
    """What stands in double quotation marks, marks included; straight ones only where they come in pairs."""
    found: list[Span] = []
    start, closing = -1, ""
    straight = words.count('"', block.start, block.end) % 2 == 0
    for mark in _QUOTATION_MARK.finditer(words, block.start, block.end):
        sign, at = mark[0], mark.start()
        if start >= 0:
            if sign == closing:
                found.append(Span(start, at + 1))
                start = -1
        elif sign in _PAIRED_QUOTES or (sign == '"' and straight):
            start, closing = at, _PAIRED_QUOTES.get(sign, sign)
    return found
