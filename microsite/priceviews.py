"""The price comparison put into words and places: rows, plot, gaps, and how each computed figure came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import drawings
from .claimviews import Sources, Words
from .expressions import Expression, Name, Number, Operation, Part
from .languages import currency_words, list_words, number_words, quantity_words
from .manuscript import Manuscript
from .model import Comparable, Price, PriceFile, Rate, Story
from .views import ClaimView, FormulaView, Pieces, PricesView, PriceView, TickView


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
    plot = drawings.range_plot(list(amounts.values())) if amounts else None
    bars = dict(zip(amounts, plot.bars, strict=True)) if plot else {}
    return PricesView(
        finding=finding[0],
        finding_claims=finding[1],
        unit=words.text(file.unit),
        currency=file.currency,
        currency_words=currency_words(file.currency, language),
        rows=tuple(
            _price_view(row, file, story, manuscript, sources, words, bars) for row in story.price_rows.values()
        ),
        plot=plot,
        ticks=tuple(TickView(tick, number_words(tick.value, language)) for tick in (plot.ticks if plot else ())),
        formulas=tuple(_formulas(story, manuscript, words)),
        comparable=tuple(_compared(pair, file, words) for pair in file.comparable),
        rates=tuple(_rate(rate, file, words) for rate in file.rates),
    )


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
    return PriceView(
        id=row.id,
        item=words.text(row.item),
        place=words.text(file.places[row.place.value]),
        population=words.text(file.populations[row.population.value]),
        words=quantity_words(quantity, words.language),
        short=quantity_words(quantity, words.language, "short"),
        statistic=row.statistic,
        date=words.date(row.date),
        of=words.text(story.price_rows[row.of_.value].item) if row.of_ else "",
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


def _formulas(story: Story, manuscript: Manuscript, words: Words) -> Iterator[FormulaView]:
    """Every figure of the story that was computed, once, in reading order."""
    seen = set()
    for passage in manuscript.passages():
        for figure in passage.figures:
            key = (figure.expression.root, figure.expression.currency, figure.expression.format)
            if key not in seen and (isinstance(figure.expression.root, Operation) or figure.expression.currency):
                seen.add(key)
                yield FormulaView(
                    figure.expression.text,
                    _spelt_out(figure.expression, story, manuscript, words),
                    words.figure(figure),
                    figure.quantity.origin,
                )


_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def _spelt_out(expression: Expression, story: Story, manuscript: Manuscript, words: Words) -> str:
    def spell(part: Part, inside: bool = False) -> str:
        match part:
            case Name(id=id):
                return f"{words.text(story.price_rows[id].item)} ({quantity_words(manuscript.prices.quantities[id], words.language)})"
            case Number(value=value):
                return number_words(value, words.language)
            case Operation(left=left, symbol=symbol, right=right):
                whole = f"{spell(left, True)} {_SIGNS[symbol]} {spell(right, True)}"
                return f"({whole})" if inside else whole

    return spell(expression.root)
