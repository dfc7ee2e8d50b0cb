"""Whether figures come from the data: amounts typed by hand, and prices that go into no text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .check_sourcing import ReadPassage
from .diagnostics import Diagnostic, problem
from .intervals import decimal_places
from .manuscript import Figure, Manuscript, PriceBook
from .model import Story
from .sourcewords import typed_amounts


def typed_prices(texts: Iterable[ReadPassage], prices: PriceBook) -> Iterator[Diagnostic]:
    """Amounts and multiples that will drift when the data changes; words in quotation marks are left as they were said."""
    amounts = typed_amounts()
    for text in texts:
        for at, typed in amounts.places(text.words.unquoted()):
            message = f"`{typed[:40]}` is typed by hand and will drift when the data changes"
            yield problem(text.place(at), "typed-price", message, _computed(typed, prices))


def _computed(typed: str, prices: PriceBook) -> str:
    digits = re.sub(r"[^\d.]", "", typed).rstrip(".")
    for id, quantity in prices.quantities.items():
        low = quantity.amount.low
        if low is not None and decimal_places(low) == 0 and str(low) == digits:
            return f"compute it: {{{{ {id} }}}}"
    return "put the figure in prices.yaml and write {{ its_name }}"


def _is_unreadable(figure: Figure) -> bool:
    """Whether a figure names prices that could not be computed with, which is reported at its place."""
    return not figure.quantity.prices and bool(re.search("[a-z_]", figure.expression.text.partition("|")[0]))


def unused_prices(story: Story, manuscript: Manuscript) -> Iterator[Diagnostic]:
    """Prices of prices.yaml that go into no figure of the texts.

    A spreadsheet is a table for its own sake, and so is a file of which no text uses any price.
    """
    passages = [*manuscript.passages()]
    if story.prices is None or not isinstance(story.prices.prices, Mapping):
        return
    figures = [figure for passage in passages for figure in passage.figures]
    used = {id for figure in figures for id in figure.quantity.prices}
    if not used or any(passage.converted.mistakes for passage in passages) or any(map(_is_unreadable, figures)):
        return
    bases = {row.of_.value for row in story.price_rows.values() if row.of_}
    for id, row in story.price_rows.items():
        if id not in used and id not in bases:
            message = f"the price `{id}` goes into no text"
            yield problem(
                row.at, "unused-price", message, f"write {{{{ {id} }}}} where the story speaks of it, or take it out"
            )
