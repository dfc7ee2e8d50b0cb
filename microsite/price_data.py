"""The prices as data: a CSV that any spreadsheet opens, what its columns mean (CSVW), and the same as JSON."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache
from typing import Any

from . import csvtext
from .citations import Citation
from .intervals import Interval, Quantity, decimal_places, decimal_text
from .jsontext import document, entry
from .manuscript import Manuscript
from .model import Rate, Story
from .views import PricesView, PriceView, SiteView, StatementView

CSV_NAME = "prices.csv"
COLUMNS = {
    "id": ("string", "The price's name within the story."),
    "item": ("string", "What is sold."),
    "place": ("string", "Where it was asked."),
    "population": ("string", "What it is a price of."),
    "statistic": ("string", "Whether it is one price (single), an average, or a range of prices."),
    "low": ("string", "The lower bound, exact: in decimals, or a fraction where no decimals state it. Empty: none."),
    "high": ("string", "The upper bound, written likewise. Empty: the source gives none."),
    "low_included": ("boolean", "Whether the lower bound itself is possible."),
    "high_included": ("boolean", "Whether the upper bound itself is possible."),
    "approximate": ("boolean", "Whether the source says about; no width is made up for it."),
    "currency": ("string", "The currency of the bounds. Empty: the row is a multiple, and its bounds are numbers."),
    "unit": ("string", "What the amount is for."),
    "multiple_of": ("string", "The price that this one is a multiple of, if the source names it."),
    "origin": ("string", "reported by the source, derived from other prices, or converted by a rate."),
    "support": ("string", "How well the price is supported, as on the evidence page. Empty: by nothing any more."),
    "sources": ("string", "Whose statements it rests on: + joins alternatives, & parts that are all needed."),
    "date": ("string", "When it was the price, in EDTF. Empty: the source does not say."),
    "computed": ("string", "How the bounds were computed from other rows. Empty: as the source gives them."),
    "said_by": ("string", "Publisher and place in the document, a statement each."),
}
"""Each column's datatype, in CSVW's words, and its meaning."""


def price_data(
    story: Story, rows: list[dict[str, Any]], view: PricesView, site: SiteView, licence: str
) -> tuple[tuple[str, bytes], ...]:
    """The files of one edition, by name."""
    return (
        (CSV_NAME, _csv(rows)),
        (f"{CSV_NAME}-metadata.json", _metadata(site.language, site.publisher, licence, view.currency, view.unit)),
        ("prices.json", _json(story, site.language, view, rows)),
    )


def price_rows(story: Story, manuscript: Manuscript, view: PricesView) -> list[dict[str, Any]]:
    """A row for each price, by column."""
    book = manuscript.prices
    return [_row(row, book.quantities[row.id], book.citations[row.id], story, view) for row in view.rows]


def _row(row: PriceView, quantity: Quantity, citation: Citation, story: Story, view: PricesView) -> dict[str, Any]:
    amount, authored = quantity.amount, story.price_rows[row.id]
    base = authored.of_.value if authored.of_ else None
    values = (
        row.id,
        row.item,
        row.place,
        row.population,
        row.statistic,
        _number(amount.low),
        _number(amount.high),
        None if amount.low is None else not amount.low_open,
        None if amount.high is None else not amount.high_open,
        amount.approximate,
        quantity.currency,
        view.unit if quantity.currency else None,
        base,
        quantity.origin,
        row.support,
        str(citation),
        authored.date.text if authored.date else None,
        f"{_as_written(authored.times)} * {base}" if base and authored.times else None,
        "; ".join(map(_said_by, row.statements)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _said_by(statement: StatementView) -> str:
    return f"{statement.publisher}, {statement.locator}" if statement.locator else statement.publisher


def _number(end: Fraction | None) -> str | None:
    """An end in decimals, or as a fraction where no decimals state it exactly; nothing where there is no end."""
    if end is None:
        return None
    places = decimal_places(end)
    return str(end) if places is None else decimal_text(end, places)


def _as_written(amount: Interval) -> str:
    """An amount as authors write it in `prices.yaml`."""
    about = "~" if amount.approximate else ""
    low, high = _number(amount.low), _number(amount.high)
    if high is None:
        return f"{'>' if amount.low_open else '>='}{low}"
    if low == high:
        return f"{about}{low}"
    if amount.low_open:
        return f"{'<' if amount.high_open else '<='}{high}"
    return f"{about}{low}..{high}"


NUMBERS = ("low", "high")
"""The columns that hold numbers, which no spreadsheet takes for a formula."""


def _csv(rows: list[dict[str, Any]]) -> bytes:
    return csvtext.table(COLUMNS, ([_cell(*named) for named in row.items()] for row in rows))


def _cell(column: str, value: Any) -> str:
    return (value or "") if column in NUMBERS else csvtext.cell(value)


@lru_cache(maxsize=64)  # the stories of a site price in few units
def _metadata(language: str, publisher: str, licence: str, currency: str, unit: str) -> bytes:
    """What the table is and what its columns mean, as CSVW ("CSV on the Web") has it."""
    columns = [
        {"name": name, "titles": name, "datatype": datatype, "dc:description": {"@value": meaning, "@language": "en"}}
        for name, (datatype, meaning) in COLUMNS.items()
    ]
    about = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": CSV_NAME,
        "dc:publisher": publisher,
        "dc:description": f"{currency} / {unit}",
        **({"dc:rights": licence} if licence else {}),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": columns, "primaryKey": "id"},
    }
    return (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def _json(story: Story, language: str, view: PricesView, rows: list[dict[str, Any]]) -> bytes:
    head = {"story": story.slug, "language": language, "currency": view.currency, "unit": view.unit}
    computed = (
        {"formula": formula.text, "in_words": formula.spelt_out, "result": formula.result, "origin": formula.origin}
        for formula in view.formulas
    )
    comparable = ({"populations": populations, "reason": reason} for populations, reason in view.comparable)
    rates = map(_rate, story.prices.rates if story.prices else ())
    lists = {"prices": rows, "computed": computed, "comparable": comparable, "rates": rates}
    return document(head, {name: map(entry, entries) for name, entries in lists.items()})


def _rate(rate: Rate) -> dict[str, str]:
    return {
        "currency": rate.currency,
        "rate": _as_written(rate.rate),
        "date": rate.date.text,
        "source": str(rate.seed.citation),
    }
