"""The fact-check copy of a story: each line with its claims, what these rest on, and boxes to sign. Never published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from . import derive, files, render, templating
from .diagnostics import Diagnostic, Position, has_errors, in_order, nearest, problem
from .maker import Maker
from .newsroom import Newsroom, open_newsroom
from .order import Order, generator_folders
from .views import BlockView, ClaimView, ExhibitView, FormulaView, Pieces, PriceView, StoryView

if TYPE_CHECKING:
    from jinja2 import Environment

IN_ARGUMENTS = Position("arguments")
"""Where a story or language is named that is not there."""
DESK_FOLDER = Path(__file__).parent / "desk"


class CheckedClaim(NamedTuple):
    """A claim with the prices that go into it and how its figures were computed."""

    claim: ClaimView
    prices: tuple[PriceView, ...]
    formulas: tuple[FormulaView, ...]


class Line(NamedTuple):
    """One text of the story, a paragraph at most."""

    where: str
    """What sort of text it is, for whoever checks it."""
    pieces: Pieces
    claims: tuple[CheckedClaim, ...]


def write_copy(order: Order, slug: str, language: str | None) -> tuple[str, tuple[Diagnostic, ...]]:
    """Write the copy of one edition, of the first where no language is named.

    Returns:
        The file written, below the work folder of all builds and so outside the site; and what stood in the way.
    """
    newsroom, problems = open_newsroom(order)
    if newsroom is None:
        return "", in_order(problems)
    language = language or newsroom.site.first_language
    if slug not in newsroom.tree.stories:
        hint = nearest(slug, newsroom.tree.stories)
        return "", (problem(IN_ARGUMENTS, "unknown-story", f"there is no story `{slug}`", hint),)
    if language not in newsroom.languages:
        hint = nearest(language, newsroom.languages)
        return "", (problem(IN_ARGUMENTS, "unknown-language", f"the site has no edition in `{language}`", hint),)
    view, problems = _view(newsroom, slug, language)
    if view is None or has_errors(problems):
        return "", in_order(problems)
    path = f".microsite/factcheck/{slug}.{language}.html"
    files.write_within(order.root, path, _laid_out(newsroom, view, language).encode())
    return path, in_order(problems)


def _view(newsroom: Newsroom, slug: str, language: str) -> tuple[StoryView | None, list[Diagnostic]]:
    story, editions, problems, seeds = Maker(newsroom, None).read(slug)
    if story is None or has_errors(problems):
        return None, problems
    edition = editions[newsroom.languages.index(language)]
    return derive.story_view(newsroom.site, story, edition, seeds.found, seeds.digests), problems


def _laid_out(newsroom: Newsroom, view: StoryView, language: str) -> str:
    style = (DESK_FOLDER / "factcheck.css").read_text("utf-8")
    template = _environment().get_template("factcheck.html")
    site = newsroom.views[newsroom.languages.index(language)]
    return template.render(story=view, site=site, lines=tuple(_lines(view)), style=style, policy=render.policy(style))


def _environment() -> Environment:
    return templating.make_environment((str(DESK_FOLDER), generator_folders()[1]), None, {})


def _lines(view: StoryView) -> Iterator[Line]:
    """Every text of a story in reading order."""
    for number, (where, pieces) in enumerate(_texts(view), 1):
        claims = dict.fromkeys(piece.claim for piece in pieces if piece.claim)
        yield Line(f"{number}. {where}", pieces, tuple(_checked(claim, view) for claim in claims))


def _texts(view: StoryView) -> Iterator[tuple[str, Pieces]]:
    yield "Headline", view.title
    yield "Standfirst", view.standfirst
    for block in (block for stretch in view.stretches for block in stretch.blocks):
        yield from _texts_of_block(block)
    for exhibit in view.unplaced:
        yield from _texts_of_exhibit(exhibit)
    if view.prices and view.prices.finding:
        yield "Finding of the price comparison", view.prices.finding
    yield from (("What is not known", pieces) for pieces in view.unknowns)
    yield from (("How it was made", pieces) for pieces in view.methods)


def _texts_of_block(block: BlockView) -> Iterator[tuple[str, Pieces]]:
    if block.exhibit:
        yield from _texts_of_exhibit(block.exhibit)
    else:
        yield (
            {"h2": "Heading", "h3": "Heading", "p": "Paragraph", "table": "Table"}.get(block.tag, "Text"),
            block.pieces,
        )


def _texts_of_exhibit(exhibit: ExhibitView) -> Iterator[tuple[str, Pieces]]:
    yield f"Caption of exhibit {exhibit.number}, {exhibit.title}", exhibit.caption
    for note in exhibit.annotations:
        yield f"Exhibit {exhibit.number}, note {note.number}, {note.label}", note.note


def _checked(claim: ClaimView, view: StoryView) -> CheckedClaim:
    rows = view.prices.rows if view.prices else ()
    formulas = view.prices.formulas if view.prices else ()
    return CheckedClaim(
        claim,
        tuple(row for row in rows if row.id in claim.prices),
        tuple(formula for formula in formulas if _is_in(formula, claim)),
    )


def _is_in(formula: FormulaView, claim: ClaimView) -> bool:
    """Whether a claim states what a formula gives: the words are there, and the prices are those of the claim."""
    names = set(re.findall(r"[A-Za-z_]\w*", formula.text))
    return formula.result in claim.words and not names.isdisjoint(claim.prices)
