"""The prices as data: a CSV that any spreadsheet opens, and the same as JSON."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from typing import Any

from .intervals import Quantity, decimal_places, decimal_text
from .manuscript import Manuscript
from .model import Story
from .views import PricesView, PriceView

COLUMNS = (
    "id",
    "item",
    "place",
    "population",
    "statistic",
    "low",
    "high",
    "low_included",
    "high_included",
    "approximate",
    "currency",
    "unit",
    "multiple_of",
    "origin",
    "support",
    "sources",
    "date",
)


def price_data(story: Story, manuscript: Manuscript, view: PricesView) -> tuple[tuple[str, bytes], ...]:
    """The files of one edition, by name."""
    rows = [
        _row(row, manuscript.prices.quantities[row.id], str(manuscript.prices.citations[row.id]), story, view)
        for row in view.rows
    ]
    return ("prices.csv", _csv(rows)), ("prices.json", _json(story, view, rows))


def _row(row: PriceView, quantity: Quantity, sources: str, story: Story, view: PricesView) -> dict[str, Any]:
    amount, authored = quantity.amount, story.price_rows[row.id]
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
        authored.of_.value if authored.of_ else None,
        quantity.origin,
        row.support,
        sources,
        authored.date.text if authored.date else None,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _number(end: Fraction | None) -> str | None:
    """An end in decimals, or as a fraction where no decimals state it exactly; nothing where there is no end."""
    if end is None:
        return None
    places = decimal_places(end)
    return str(end) if places is None else decimal_text(end, places)


def _csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(*cell) for cell in row.items()] for row in rows)
    return text.getvalue().encode()


NUMBERS = ("low", "high")
"""The columns that hold numbers, which no spreadsheet takes for a formula."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _cell(column: str, value: Any) -> str:
    """A cell; an apostrophe before a text that a spreadsheet would otherwise run as a formula."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if column not in NUMBERS and text.startswith(_FORMULA_STARTS) else text


def _json(story: Story, view: PricesView, rows: list[dict[str, Any]]) -> bytes:
    formulas = [{"formula": formula.text, "result": formula.result} for formula in view.formulas]
    data = {"story": story.slug, "currency": view.currency, "unit": view.unit, "prices": rows, "computed": formulas}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
