"""Dates as a source gives them, whole or in part: a small subset of EDTF (ISO 8601-2), level 1.

Understood: `2017`, `2019-11`, `2017-09-11`, and `X` for each digit the source leaves out (`XXXX-12-11`).
A date is kept as written; `languages.date_words` puts it into words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SHAPE = re.compile(r"([0-9]{4}|XXXX)(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?")
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, month or year of which any part may be unknown (`None`)."""

    year: int | None = field(compare=False)
    month: int | None = field(compare=False)
    day: int | None = field(compare=False)
    text: str
    """As written, in EDTF."""

    def __str__(self) -> str:
        return self.text


def parse_date(text: str) -> PartialDate:
    """Read an EDTF date.

    Raises:
        ValueError: it is not of the supported forms, or no calendar has such a day; the message says which.
    """
    match = _SHAPE.fullmatch(text)
    if not match:
        raise ValueError(f"`{text[:40]}` is not a date of the form 2017-09-11, 2019-11, 2019 or XXXX-12-11")
    year, month, day = (int(part) if part and "X" not in part else None for part in match.groups())
    _refuse_impossible(text, year, month, day)
    return PartialDate(year, month, day, text)


def _refuse_impossible(text: str, year: int | None, month: int | None, day: int | None) -> None:
    if year == 0:
        raise ValueError(f"`{text}` is impossible: there is no year 0")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"`{text}` is impossible: there is no month {month}")
    longest = _DAYS_IN_MONTH[month - 1] if month else 31
    if day is not None and not 1 <= day <= longest:
        raise ValueError(f"`{text}` is impossible: that month has no day {day}")
    leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    if month == 2 and day == 29 and not leap:
        raise ValueError(f"`{text}` is impossible: {year} is no leap year")
