"""The price comparison put into words and places: rows, plot, gaps, and how each computed figure came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from . import drawings
from .claimviews import Sources, Words
from .expressions import Name, Number, Operation, Part
from .intervals import Interval, Quantity
from .languages import currency_words, list_words, number_words, quantity_words
from .manuscript import Manuscript
from .model import Comparable, Price, PriceFile, Rate, Story
from .views import AxisView, ClaimView, FormulaView, Pieces, PricesView, PriceView, TickView


def prices_view(
    file: PriceFile,
    story: Story,
    manuscript: Manuscript,
    sources: Sources,
    words: Words,
    finding: tuple[Pieces, tuple[ClaimView, ...]],
) -> PricesView:
    """The comparison of one edition.

    Args:
        file: the story's prices.
        finding: its sentence, cut at its claims, and these.
    """
    quantities, language = manuscript.prices.quantities, words.language
    amounts = {id: quantities[id].amount for id in story.price_rows if quantities[id].currency}
    plots = tuple(_plots(amounts))
    bars = {id: plot for plot in plots for id in plot.bars}
    rows = {
        row.id: _price_view(row, file, story, manuscript, sources, words, bars[row.id].bars if row.id in bars else {})
        for row in story.price_rows.values()
    }
    few = tuple(rows)[:ROOM_IN_SIDEBAR]
    return PricesView(
        finding=finding[0],
        finding_claims=finding[1],
        unit=words.text(file.unit),
        currency=file.currency,
        currency_words=currency_words(file.currency, language),
        rows=tuple(rows.values()),
        axes=tuple(_axes(plots, rows, language)),
        few=tuple(rows[id] for id in few),
        few_axes=tuple(_axes(plots, {id: rows[id] for id in few}, language)),
        formulas=tuple(_formulas(file, story, manuscript, words)),
        comparable=tuple(_compared(pair, file, words) for pair in file.comparable),
        rates=tuple(_rate(rate, file, words) for rate in file.rates),
    )


ROOM_IN_SIDEBAR = 10
"""Rows that the sidebar shows; the others stand on the price page."""
ROOM_FOR_TICKS = 28
"""Characters that stand beside each other under an axis on the narrowest screen."""


class _Plot(NamedTuple):
    """Prices that share an axis, by id."""

    bars: Mapping[str, drawings.Bar]
    ticks: tuple[drawings.Tick, ...]


def _plots(amounts: Mapping[str, Interval]) -> Iterator[_Plot]:
    ids = tuple(amounts)
    for group in drawings.on_one_axis(list(amounts.values())):
        plot = drawings.range_plot([amounts[ids[place]] for place in group])
        yield _Plot(dict(zip((ids[place] for place in group), plot.bars, strict=True)), plot.ticks)


def _axes(plots: Iterable[_Plot], rows: Mapping[str, PriceView], language: str) -> Iterator[AxisView]:
    """The axes of some rows, in their order."""
    for plot in plots:
        here = tuple(rows[id] for id in plot.bars if id in rows)
        if here:
            yield AxisView(here, _ticks(plot.ticks, language))


def _ticks(ticks: tuple[drawings.Tick, ...], language: str) -> tuple[TickView, ...]:
    """The lines of an axis with their numbers, or with the first and last only where all have no room."""
    words = [number_words(tick.value, language) for tick in ticks]
    if sum(map(len, words)) > ROOM_FOR_TICKS:
        words = [words[0], *[""] * (len(words) - 2), words[-1]]
    return tuple(map(TickView, ticks, words))


def _compared(pair: Comparable, file: PriceFile, words: Words) -> tuple[str, str]:
    populations = [words.text(file.populations[name.value]) for name in pair.populations]
    return list_words(populations, words.language), words.text(pair.reason)


def _rate(rate: Rate, file: PriceFile, words: Words) -> str:
    bought = number_words(rate.rate.low or 0, words.language)
    return f"1 {rate.currency} = {bought} {file.currency} ({words.date(rate.date)})"


def _price_view(
    row: Price,
    file: PriceFile,
    story: Story,
    manuscript: Manuscript,
    sources: Sources,
    words: Words,
    bars: Mapping[str, drawings.Bar],
) -> PriceView:
    quantity = manuscript.prices.quantities[row.id]
    citation = manuscript.prices.citations[row.id]
    group = sources.group(citation)
    shared = sum(other.population.value == row.population.value for other in story.price_rows.values()) > 1
    return PriceView(
        id=row.id,
        item=words.text(row.item),
        name=words.text(row.item if shared else file.populations[row.population.value]),
        place=words.text(file.places[row.place.value]),
        population=words.text(file.populations[row.population.value]),
        words=quantity_words(quantity, words.language),
        short=quantity_words(quantity, words.language, "short"),
        statistic=row.statistic,
        date=words.date(row.date),
        of=_multiplied(row, story, manuscript, words),
        multiple=quantity.multiple,
        derived=quantity.origin != "reported",
        bar=bars.get(row.id),
        gap=_gap(row, story, manuscript, bars),
        blocks=drawings.multiple_blocks(quantity.amount) if quantity.multiple else 0,
        statements=tuple(sources.statement(reference) for reference in citation.references()),
        support=sources.support(citation),
        group=group.name,
        thens=group.thens,
    )


def _multiplied(row: Price, story: Story, manuscript: Manuscript, words: Words) -> str:
    if row.of_ is None or row.times is None:
        return ""
    times = quantity_words(Quantity(row.times), words.language)
    return f"{times} × {_named(row.of_.value, story, manuscript, words)}"


def _named(id: str, story: Story, manuscript: Manuscript, words: Words) -> str:
    """A price's item with its value."""
    return (
        f"{words.text(story.price_rows[id].item)} ({quantity_words(manuscript.prices.quantities[id], words.language)})"
    )


def _gap(row: Price, story: Story, manuscript: Manuscript, bars: Mapping[str, drawings.Bar]) -> drawings.Gap | None:
    """The gap between a price and the nearest lower one whose population it may be compared with."""
    lower = (
        bars[other.id]
        for other in story.price_rows.values()
        if other.id in bars
        and frozenset((row.population.value, other.population.value)) in manuscript.prices.comparable
    )
    gaps = [found for bar in lower if row.id in bars and (found := drawings.gap(bar, bars[row.id]))]
    return max(gaps, key=lambda found: float(found.start), default=None)


def _formulas(file: PriceFile, story: Story, manuscript: Manuscript, words: Words) -> Iterator[FormulaView]:
    """Every figure of the story that was computed, once, in reading order."""
    seen = set()
    for passage in manuscript.passages():
        for figure in passage.figures:
            key = (figure.expression.root, figure.expression.currency, figure.expression.format)
            if key not in seen and (isinstance(figure.expression.root, Operation) or figure.expression.currency):
                seen.add(key)
                yield FormulaView(
                    figure.expression.text,
                    _spelt_out(figure.expression.root, story, manuscript, words),
                    words.figure(figure),
                    figure.quantity.origin,
                    next(
                        (
                            _rate(rate, file, words)
                            for rate in file.rates
                            if rate.currency == figure.expression.currency
                        ),
                        "",
                    ),
                )


_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def _spelt_out(part: Part, story: Story, manuscript: Manuscript, words: Words, inside: bool = False) -> str:
    match part:
        case Name(id=id):
            return _named(id, story, manuscript, words)
        case Number(value=value):
            return number_words(value, words.language)
        case Operation(left=left, symbol=symbol, right=right):
            before, after = (_spelt_out(each, story, manuscript, words, inside=True) for each in (left, right))
            return f"({before} {_SIGNS[symbol]} {after})" if inside else f"{before} {_SIGNS[symbol]} {after}"
