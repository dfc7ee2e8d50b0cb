"""One edition of a story as its editor sees it: every text converted, every claim and figure found and worked out.

The prose is the ledger. Claims are numbered in the order in which the page is read, and a claim's anchor comes from
what it cites, so that it is the same in every language and survives editing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from . import expressions, prose
from .citations import Citation, parse_citation
from .diagnostics import Diagnostic, Position, nearest, problem
from .intervals import Quantity, Unsound
from .model import Price, PriceFile, Prose, Story
from .prices import AuthoredPrice, Rate, resolve
from .prose import Converted, pieces
from .schema import Cited, Text, Wording, written

Convert = Callable[[str, bool], Converted]
"""Converts a text to Markdown marks; the flag says whether it may be one paragraph only."""


def convert_plainly(text: str, one_paragraph: bool) -> Converted:
    """Convert without a cache."""
    return prose.convert_line(text) if one_paragraph else prose.convert(text)


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of text and what it rests on."""

    anchor: str
    citation: Citation
    """What it rests on, the sources of the prices and rates inside it included."""
    written: Citation
    """What its author cited."""
    prices: tuple[str, ...]
    """The prices that go into the figures inside it."""
    at: Position


@dataclass(frozen=True, slots=True)
class Figure:
    """An expression and what it comes to."""

    expression: expressions.Expression
    quantity: Quantity
    at: Position


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of the story."""

    role: str
    """`title`, `standfirst`, `body`, `caption`, `note`, `finding`, `unknown` or `method`."""
    converted: Converted
    claims: tuple[Claim, ...]
    """By number of their mark."""
    figures: tuple[Figure, ...]
    """By number of their mark."""
    at: Position
    """Where the text begins."""
    places: tuple[Position, ...] = ()
    """Where its exhibits are placed and referred to, by number of mark, placements first."""
    text: Wording | Prose | None = None
    """As written."""

    @property
    def words(self) -> str:
        """The text as written; offsets of marks count from its start."""
        return self.text.text if isinstance(self.text, Prose) else self.text.value if self.text else ""


@dataclass(frozen=True, slots=True)
class PriceBook:
    """A story's prices, ready to compute with."""

    quantities: Mapping[str, Quantity]
    citations: Mapping[str, Citation]
    """What each price rests on, those it is a multiple of included."""
    comparable: frozenset[frozenset[str]]
    rates: tuple[Rate, ...]
    rows: Mapping[str, Price]
    """The prices as written, those among them that cannot be computed too."""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """All texts of one edition."""

    language: str
    title: Passage
    standfirst: Passage
    body: Passage
    captions: Mapping[str, Passage]
    """By exhibit."""
    notes: Mapping[tuple[str, str], Passage]
    """By exhibit and annotation."""
    finding: Passage | None
    unknowns: tuple[Passage, ...]
    methods: tuple[Passage, ...]
    prices: PriceBook

    def passages(self) -> Iterator[Passage]:
        """Every text, in the order in which the page is read; exhibits after the prose."""
        yield from (self.title, self.standfirst, self.body)
        for exhibit, caption in self.captions.items():
            yield caption
            yield from (note for (owner, _), note in self.notes.items() if owner == exhibit)
        if self.finding:
            yield self.finding
        yield from self.unknowns
        yield from self.methods

    def claims(self) -> tuple[Claim, ...]:
        """Every claim once, in reading order."""
        return tuple(claim for passage in self.passages() for claim in passage.claims)


def cited_in_files(story: Story) -> Iterator[Cited]:
    """What a story cites outside its texts: for its prices, its annotations and its rates, in this order."""
    yield from (row.seed for row in story.price_rows.values())
    for exhibit in story.exhibits.values():
        yield from (note.seed for note in exhibit.annotations.values() if note.seed)
    if story.prices:
        yield from (rate.seed for rate in story.prices.rates)


def read(story: Story, language: str, first: str, convert: Convert) -> tuple[Manuscript, list[Diagnostic]]:
    """Convert the texts of one edition and work out their claims and figures.

    Args:
        story: the story as written.
        language: the edition's language.
        first: the site's first language, whose texts stand where one is not translated.
        convert: turns Markdown into blocks; cached or not.
    """
    problems: list[Diagnostic] = []
    prices = _price_book(story, first, problems)
    reader = _PassageReader(prices, convert, problems)

    def passage(role: str, text: Text) -> Passage:
        wording = text.wording(language, first) or text.wording(first, first)
        return reader.read(role, wording) if wording else _EMPTY

    prose_ = story.editions.get(language) or story.editions[first]
    front = story.front
    manuscript = Manuscript(
        language=language,
        title=passage("title", front.title),
        standfirst=passage("standfirst", front.standfirst),
        body=reader.read("body", prose_),
        captions={id: passage("caption", exhibit.caption) for id, exhibit in story.exhibits.items()},
        notes={
            (id, note.id): passage("note", note.note)
            for id, exhibit in story.exhibits.items()
            for note in exhibit.annotations.values()
        },
        finding=passage("finding", story.prices.finding) if story.prices and story.prices.finding else None,
        unknowns=tuple(passage("unknown", text) for text in front.unknowns),
        methods=tuple(passage("method", text) for text in front.methods),
        prices=prices,
    )
    problems += _same_names(manuscript)
    return _with_anchors(manuscript), problems


_EMPTY = Passage("", Converted((), (), (), (), (), ()), (), (), Position(""))


def _price_book(story: Story, first: str, problems: list[Diagnostic]) -> PriceBook:
    prices = story.prices
    if prices is None:
        return PriceBook(MappingProxyType({}), MappingProxyType({}), frozenset(), (), story.price_rows)
    rows = story.price_rows
    resolved = resolve(
        [
            AuthoredPrice(row.id, row.population.value, row.price, row.times, row.of_.value if row.of_ else None)
            for row in rows.values()
        ],
        prices.currency,
        prices.unit.words(first, first),
    )
    for id, message in resolved.failures:
        row = rows[id]
        if row.of_ and row.of_.value not in rows and written(row.of_.value, rows):
            continue
        hint = nearest(row.of_.value, rows) if row.of_ and row.of_.value not in rows else ""
        kind = "unknown-price" if hint else "unsound-price"
        problems.append(problem(row.of_.at if hint and row.of_ else row.at, kind, f"`{id}`: {message}", hint))
    citations = {id: _with_bases(id, story) for id in rows}
    return PriceBook(resolved.quantities, citations, _comparable(prices), _rates(prices), rows)


def _with_bases(id: str, story: Story) -> Citation:
    row = story.price_rows[id]
    citation, seen = row.seed.citation, {id}
    while row.of_ and row.of_.value in story.price_rows and row.of_.value not in seen:
        seen.add(row.of_.value)
        row = story.price_rows[row.of_.value]
        citation = citation.together_with(row.seed.citation)
    return citation


def _comparable(prices: PriceFile) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(name.value for name in pair.populations) for pair in prices.comparable)


def _rates(prices: PriceFile) -> tuple[Rate, ...]:
    return tuple(
        Rate(rate.currency, prices.currency, rate.rate, rate.date.text, str(rate.seed.citation))
        for rate in prices.rates
    )


class _PassageReader:
    """Reads one text after another, gathering what is wrong."""

    def __init__(self, prices: PriceBook, convert: Convert, problems: list[Diagnostic]) -> None:
        self._prices = prices
        self._convert = convert
        self._problems = problems

    def read(self, role: str, text: Wording | Prose) -> Passage:
        words = text.text if isinstance(text, Prose) else text.value
        converted = self._convert(words, role != "body")
        place = place_in(text)
        self._problems.extend(problem(place(m.offset), m.kind, m.message, m.hint) for m in converted.mistakes)
        if role != "body":
            message, hint = "an exhibit stands here", "place exhibits in the prose of index.md"
            self._problems.extend(
                problem(place(use.offset), "misplaced-exhibit", message, hint) for use in converted.exhibits
            )
        figures = tuple(self._figure(use, place) for use in converted.expressions)
        inside = _figures_inside(converted)
        claims = tuple(
            self._claim(use, place(use.offset), [figures[at] for at in inside.get(number, [])])
            for number, use in enumerate(converted.claims)
        )
        places = tuple(place(use.offset) for use in (*converted.exhibits, *converted.references))
        return Passage(role, converted, claims, figures, text.at, places, text)

    def _claim(self, use: prose.Use, at: Position, figures: list[Figure]) -> Claim:
        try:
            cited = parse_citation(use.text)
        except ValueError as error:
            hint = "write [words](seed:seed-name/statement-name)"
            self._problems.append(problem(at, "bad-citation", str(error), hint))
            cited = Citation(())
        prices = tuple(dict.fromkeys(id for figure in figures for id in figure.quantity.prices))
        citation = cited
        for source in (*(self._prices.citations[id] for id in prices), *self._rates_used(figures)):
            citation = citation.together_with(source)
        return Claim(use.id, citation, cited, prices, at)

    def _rates_used(self, figures: list[Figure]) -> Iterator[Citation]:
        """What the exchange rates rest on that went into some figures."""
        for figure in figures:
            if figure.quantity.origin == "converted":
                rates = (rate for rate in self._prices.rates if rate.currency == figure.expression.currency)
                yield from (parse_citation(rate.seed) for rate in rates)

    def _figure(self, use: prose.Use, place: Callable[[int], Position]) -> Figure:
        at = place(use.offset)
        expression = _UNREADABLE
        try:
            expression = expressions.parse(use.text)
            quantity = expressions.evaluate(
                expression, self._prices.quantities, self._prices.comparable, self._prices.rates
            )
        except expressions.BadExpression as error:
            self._problems.append(problem(place(use.offset + error.column), "bad-expression", str(error)))
        except expressions.UnknownName as error:
            # A price that is there but cannot be read or computed is reported at its own place.
            if not written(error.name, self._prices.rows):
                hint = nearest(error.name, self._prices.rows) or "declare it under `prices` in prices.yaml"
                message = f"there is no price `{error.name[:60]}`"
                self._problems.append(problem(place(use.offset + error.column), "unknown-price", message, hint))
        except Unsound as error:
            self._problems.append(problem(at, "unsound-price", str(error)))
        else:
            return Figure(expression, quantity, at)
        return Figure(expression, _NO_QUANTITY, at)


_UNREADABLE = expressions.parse("0")
_NO_QUANTITY = expressions.evaluate(_UNREADABLE, {})


def _figures_inside(converted: Converted) -> dict[int, list[int]]:
    """By number of the claim, the numbers of the figures between its marks."""
    found: dict[int, list[int]] = {}
    for block in converted.blocks:
        claim = None
        for piece in pieces(block.html):
            if piece.kind == "claim":
                claim = piece.number
            elif piece.kind == "end-claim":
                claim = None
            elif piece.kind == "figure" and claim is not None:
                found.setdefault(claim, []).append(piece.number)
    return found


def place_in(text: Wording | Prose) -> Callable[[int], Position]:
    """Turns an offset in a text into a place in its file."""
    if isinstance(text, Wording):
        return text.place_at
    starts = [0, *(match.end() for match in re.finditer("\n", text.text))]

    def in_prose(offset: int) -> Position:
        line = bisect_right(starts, offset) - 1
        return Position(text.at.file, text.at.line + line, offset - starts[line] + 1)

    return in_prose


def _same_names(manuscript: Manuscript) -> Iterator[Diagnostic]:
    """What is wrong with the names that authors gave: each leads readers to one claim."""
    met: dict[str, Position] = {}
    for claim in manuscript.claims():
        if claim.anchor in met:
            message = f"the name `{claim.anchor}` is also that of the claim at {met[claim.anchor]}"
            yield problem(claim.at, "same-claim-name", message, "give one of the two another name")
        elif claim.anchor:
            met[claim.anchor] = claim.at


# --- Anchors ---------------------------------------------------------------------------------------------------------


def _with_anchors(manuscript: Manuscript) -> Manuscript:
    """Give each claim its anchor: the one its author chose, else one made of what it cites, numbered if met before."""
    given: set[str] = set()
    numbers: dict[str, int] = {}

    def name(claim: Claim) -> Claim:
        stem = claim.anchor or "c-" + "-".join(
            dict.fromkeys(reference.statement or reference.seed for reference in claim.written.references())
        )[:80].rstrip("-")
        anchor, number = stem, numbers.get(stem, 1)
        while anchor in given:
            number += 1
            anchor = f"{stem}-{number}"
        numbers[stem] = number
        given.add(anchor)
        return replace(claim, anchor=anchor)

    def named(passage: Any) -> Any:
        return replace(passage, claims=tuple(map(name, passage.claims)))

    # In the order of `passages`, so that anchors are numbered as the page is read.
    title, standfirst, body = named(manuscript.title), named(manuscript.standfirst), named(manuscript.body)
    captions, notes = {}, {}
    for exhibit, caption in manuscript.captions.items():
        captions[exhibit] = named(caption)
        notes.update({key: named(note) for key, note in manuscript.notes.items() if key[0] == exhibit})
    finding = named(manuscript.finding) if manuscript.finding else None
    unknowns, methods = tuple(map(named, manuscript.unknowns)), tuple(map(named, manuscript.methods))
    return replace(
        manuscript,
        title=title,
        standfirst=standfirst,
        body=body,
        captions=captions,
        notes=notes,
        finding=finding,
        unknowns=unknowns,
        methods=methods,
    )
