"""Dates as a source gives them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.dates import PartialDate, parse_date


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("2017-09-11", 2017, 9, 11),
        ("2019-11", 2019, 11, None),
        ("2019", 2019, None, None),
        ("XXXX-12-11", None, 12, 11),
        ("XXXX-12", None, 12, None),
        ("2019-XX-05", 2019, None, 5),
        ("2020-02-29", 2020, 2, 29),
        ("2000-02-29", 2000, 2, 29),
        ("XXXX-02-29", None, 2, 29),
    ],
)
def test_a_date_may_be_whole_or_in_part(text: str, year: int | None, month: int | None, day: int | None) -> None:
    date = parse_date(text)
    assert (date.year, date.month, date.day, str(date)) == (year, month, day, text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2017-13-01", "no month 13"),
        ("2017-00", "no month 0"),
        ("2017-09-31", "no day 31"),
        ("2017-09-00", "no day 0"),
        ("XXXX-02-30", "no day 30"),
        ("2017-XX-32", "no day 32"),
        ("2019-02-29", "2019 is no leap year"),
        ("1900-02-29", "1900 is no leap year"),
        ("0000-01-01", "no year 0"),
    ],
)
def test_an_impossible_date_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "11.9.2017",
        "2017/09/11",
        "17-09-11",
        "2017-9-11",
        "201X",
        "2017-09-11T12:00",
        "2017-09-11 ",
        "٢٠١٧",
    ],
)
def test_another_form_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="not a date of the form 2017-09-11"):
        parse_date(text)


def test_dates_are_the_same_when_written_the_same() -> None:
    assert parse_date("2019") == parse_date("2019") != parse_date("2019-01")
    assert PartialDate(1, 2, 3, "2019") == parse_date("2019")


@given(st.dates(min_value=dt.date(1, 1, 1)))
def test_every_day_of_the_calendar_is_read(day: dt.date) -> None:
    date = parse_date(day.isoformat())
    assert (date.year, date.month, date.day) == (day.year, day.month, day.day)


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_no_other_day_is(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        dt.date(year, month, day)
    except ValueError:
        with pytest.raises(ValueError, match="impossible"):
            parse_date(text)
    else:
        assert parse_date(text).text == text
