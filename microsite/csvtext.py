"""CSV that any spreadsheet opens, and that none runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# Where a spreadsheet is set to Chinese, Japanese or Korean, wide signs begin a formula too.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A table with its heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def cell(value: object) -> str:
    """A value for a cell: nothing is an empty one, and truth is written as JSON writes it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else harmless(str(value))


def harmless(text: str) -> str:
    """A text, with an apostrophe before one that a spreadsheet would otherwise run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
