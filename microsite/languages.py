"""Words for values in a reader's language: quantities, numbers, dates and lists.

What is peculiar to a language stands in `phrases/<language>.toml`, and the rest comes from CLDR through Babel, so
that another language is another file, here or in the `languages/` folder of a site. Words around values belong to
stories and templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .dates import PartialDate, parse_date
from .intervals import Interval, Quantity, decimal_places, decimal_text, exact, parse_amount

if TYPE_CHECKING:
    from decimal import Decimal

    from babel import Locale

Form = Literal["words", "short"]
Measure = Literal["amount", "times", "percent", "number"]
FORMS: tuple[Form, ...] = ("words", "short")

PHRASES_FOLDER = Path(__file__).parent / "phrases"
MEASURES: tuple[Measure, ...] = ("amount", "times", "percent", "number")
SHAPES = (
    "exact",
    "range",
    "above",
    "at_least",
    "below",
    "at_most",
    "above_to_below",
    "above_to_at_most",
    "at_least_to_below",
    "about",
    "unknown",
)
DATES = ("day", "month", "year", "day_without_year", "month_without_year", "year_not_given", "unknown")
MOST_EXACT_DECIMALS = 2
"""A computed value that this many decimals state exactly is shown so; others are rounded outward."""
SIGNIFICANT_DIGITS_OF_RATIOS = 2
DECIMALS_OF_AMOUNTS = 2
ByPlural = Mapping[str, str]
"""Patterns by plural category (`one`, `few`, …); `other` is always there."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The patterns of one form, prose or table."""

    shapes: Mapping[str, str]
    measures: Mapping[str, ByPlural]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a language's file says; `phrases/en.toml` explains each part."""

    language: str
    name: str
    """The language's own name for itself."""
    direction: str
    """`ltr` or `rtl`."""
    locale: str
    grouped_from_digits: int
    small_numbers: Sequence[str]
    words: Wording
    short: Wording
    currencies: Mapping[str, ByPlural]
    dates: Mapping[str, str]


_OWN_FOLDER: ContextVar[str] = ContextVar("own_folder", default="")
"""Where the site being built keeps languages of its own: a setting of the run, as a locale is one."""


def use_languages_of(root: str) -> None:
    """From here on know the languages of a site as well: `languages/CODE.toml` and `CODE.po` under its root folder.

    What is kept of those of another site, or of an earlier state of this one, is forgotten.
    """
    folder = Path(root, "languages")
    _OWN_FOLDER.set(str(folder) if folder.is_dir() else "")
    _known.cache_clear()
    _phrases.cache_clear()
    _text.cache_clear()


def file_of(language: str, ending: str, folder: Path) -> Path:
    """A file of a language: the site's own where there is one, else in the generator's folder."""
    own = Path(_OWN_FOLDER.get() or folder, f"{language}{ending}")
    return own if own.is_file() and not own.is_symlink() else folder / own.name


def file_text(language: str, ending: str, folder: Path) -> str:
    """What a file of a language holds, read once for each build.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read.
    """
    return _text(language, ending, folder, _OWN_FOLDER.get())


@lru_cache(maxsize=64)
def _text(language: str, ending: str, folder: Path, _own_folder: str) -> str:
    return file_of(language, ending, folder).read_text(encoding="utf-8")


def languages_known() -> tuple[str, ...]:
    """The codes of the languages that have a phrase table."""
    return _known(str(PHRASES_FOLDER), _OWN_FOLDER.get())


def generator_languages() -> tuple[str, ...]:
    """The codes of the languages that the generator itself brings along."""
    return _known(str(PHRASES_FOLDER))


@cache
def _known(*folders: str) -> tuple[str, ...]:
    files = (file for folder in folders if folder for file in Path(folder).glob("*.toml"))
    return tuple(sorted({file.stem for file in files if file.is_file() and not file.is_symlink()}))


def phrases(language: str) -> Phrases:
    """The phrase table of a language, read at first use.

    Raises:
        ValueError: there is none, or it lacks a pattern.
    """
    return _phrases(language, str(PHRASES_FOLDER), _OWN_FOLDER.get())


@cache
def _phrases(language: str, folder: str, _own: str) -> Phrases:
    import tomllib

    if language not in languages_known():
        raise ValueError(f"there are no words for the language `{language}`: there are {', '.join(languages_known())}")
    file = file_of(language, ".toml", Path(folder))
    return read_phrases(language, tomllib.loads(file.read_text(encoding="utf-8")))


def has_own_table(language: str) -> bool:
    """Whether the site brings the phrase table of a language along."""
    return language in languages_known() and file_of(language, ".toml", PHRASES_FOLDER).parent != PHRASES_FOLDER


def what_is_wrong_with(language: str) -> str:
    """Why the phrase table of a language cannot be used; empty if it can."""
    from babel import UnknownLocaleError

    try:
        table = phrases(language)
        if table.direction not in ("ltr", "rtl"):
            return f"`direction` is `ltr` or `rtl`, not `{table.direction}`"
        for form in FORMS:
            for sample in ("1", "~2..5", ">1000.5"):
                quantity_words(Quantity(parse_amount(sample), "CNY"), language, form)
                quantity_words(Quantity(parse_amount(sample), prices=("a",)), language, form)
        date_words("2019-12-22", language)
        date_words("XXXX-12-11", language)
        list_words(("a", "b", "c"), language)
    except KeyError as error:
        return f"a pattern has a blank {{{error.args[0]}}} that nothing fills"
    except (ValueError, LookupError, TypeError, AttributeError, UnknownLocaleError) as error:
        return str(error)
    return ""


def read_phrases(language: str, table: Mapping[str, Any]) -> Phrases:
    """A phrase table from the contents of its file.

    Raises:
        ValueError: a pattern is missing; the message says which.
    """

    def part(path: str, needed: Sequence[str] = ()) -> Any:
        found: Any = table
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is None:
            raise ValueError(f"{language}.toml lacks `{path}`")
        for key in needed:
            part(f"{path}.{key}")
        return found

    words, short = (
        Wording(part(f"{form}.shapes", SHAPES), part(f"{form}.measures", MEASURES)) for form in ("words", "short")
    )
    return Phrases(
        language,
        part("name"),
        part("direction"),
        part("locale"),
        part("grouped_from_digits"),
        part("small_numbers"),
        words,
        short,
        part("currencies"),
        part("dates", DATES),
    )


def quantity_words(
    quantity: Quantity,
    language: str,
    form: Form = "words",
    format: Measure | None = None,  # noqa: A002 (the authors' word)
) -> str:
    """A quantity in words, or with signs for a table: "more than 1,000 yuan", "> 1,000".

    What is printed always holds every possible value. Reported values are shown as reported, computed ones to two
    decimals where that is exact or they are amounts, and else to two significant digits.

    Raises:
        ValueError: the format is for another kind of quantity, or there are no words for the language.
    """
    measure = format or _usual_measure(quantity)
    if measure != "number" and (measure == "amount") != bool(quantity.currency):
        raise ValueError(f"`{measure}` does not suit a quantity in {quantity.currency or 'no currency'}")
    shown = _shown(quantity, measure)
    shape = _shape(shown)
    ends = _printed_ends(shown, shape)
    manner = _manner(quantity.currency, measure, form, phrases(language), ends.values())
    shapes = manner.wording.shapes
    pattern = shapes.get(f"{shape}_{measure}", shapes[shape])
    for side, end in ends.items():
        about = shown.approximate and not (shape == "range" and side == "high")
        number = _number(end, about, manner)
        pattern = pattern.replace(f"{{{side}}}", number)
        if f"{{{side}_full}}" in pattern:
            pattern = pattern.replace(f"{{{side}_full}}", _with_measure(number, end, manner))
    return pattern


def currency_words(code: str, language: str) -> str:
    """A currency's name, as for several of it: "yuan", "dollars"."""
    return _currency_name(code, _decimal(Fraction(5), 0), phrases(language))


def number_words(value: Fraction | int, language: str) -> str:
    """A bare number in digits, for an axis or a count: "1,000".

    Raises:
        ValueError: no number of decimals states it exactly, or there are no words for the language.
    """
    value = Fraction(value)
    places = decimal_places(value)
    if places is None:
        raise ValueError(f"{value} has no end in decimals: round it first")
    return _digits(decimal_text(value, places), phrases(language))


def date_words(date: PartialDate | str, language: str) -> str:
    """A date in words, saying so where the year is not given: "11 December (year not given)".

    Raises:
        ValueError: there are no words for the language, or a text is no date.
    """
    import datetime as dt

    from babel.dates import format_date

    if isinstance(date, str):
        date = parse_date(date)
    table = phrases(language)
    pattern = table.dates[_date_shape(date)]
    if not (date.year or date.month):
        return pattern
    # A leap year stands in for the one nobody gives, so that 29 February has its words.
    day = dt.date(date.year or 2000, date.month or 1, (date.day or 1) if date.month else 1)
    words = format_date(day, pattern, _locale(table.locale))
    return words if date.year else table.dates["year_not_given"].format(date=words)


def list_words(items: Sequence[str], language: str) -> str:
    """Several things in one breath: "a, b and c"."""
    from babel.lists import format_list

    return format_list(items, locale=_locale(phrases(language).locale)) if items else ""


# --- Quantities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Manner:
    """How the numbers of one quantity are written."""

    table: Phrases
    wording: Wording
    measure: Measure
    currency: str | None
    small_numbers: Sequence[str]
    """Whole numbers from one upwards as words; empty where digits are wanted."""


def _usual_measure(quantity: Quantity) -> Measure:
    if quantity.currency:
        return "amount"
    return "times" if quantity.prices else "number"


def _manner(currency: str | None, measure: Measure, form: Form, table: Phrases, ends: Iterable[Fraction]) -> _Manner:
    small = all(end.denominator == 1 and 1 <= end <= len(table.small_numbers) for end in ends)
    return _Manner(
        table,
        table.words if form == "words" else table.short,
        measure,
        currency,
        table.small_numbers if small and form == "words" and measure == "times" else (),
    )


def _shown(quantity: Quantity, measure: Measure) -> Interval:
    """The interval to print, its ends rounded outward where they have more digits than are of use."""
    amount = quantity.amount * exact(100) if measure == "percent" else quantity.amount
    places = [decimal_places(end) for end in (amount.low, amount.high) if end is not None]
    if all(p is not None and (p <= MOST_EXACT_DECIMALS or quantity.origin == "reported") for p in places):
        return amount
    if quantity.currency:
        return amount.rounded_outward(decimals=DECIMALS_OF_AMOUNTS)
    return amount.rounded_outward(significant=SIGNIFICANT_DIGITS_OF_RATIOS)


def _shape(shown: Interval) -> str:
    """Which of `SHAPES` it has. What lies between nothing and a bound is told by the bound alone."""
    if shown.high is None:
        return "unknown" if shown.low is None else "above" if shown.low_open else "at_least"
    if shown.low is None or (shown.low == 0 and shown.low_open):
        return "below" if shown.high_open else "at_most"
    if shown.low == shown.high:
        return "exact"
    both = {
        (False, False): "range",
        (True, True): "above_to_below",
        (True, False): "above_to_at_most",
        (False, True): "at_least_to_below",
    }
    return both[shown.low_open, shown.high_open]


def _printed_ends(shown: Interval, shape: str) -> dict[Literal["low", "high"], Fraction]:
    ends: dict[Literal["low", "high"], Fraction] = {}
    if shown.low is not None and shape not in ("below", "at_most"):
        ends["low"] = shown.low
    if shown.high is not None:
        ends["high"] = shown.high
    return ends


def _number(end: Fraction, about: bool, manner: _Manner) -> str:
    number = (
        manner.small_numbers[int(end) - 1]
        if manner.small_numbers
        else _digits(decimal_text(end, _places(end, manner.currency)), manner.table)
    )
    return manner.wording.shapes["about"].format(n=number) if about else number


def _with_measure(number: str, end: Fraction, manner: _Manner) -> str:
    count = _decimal(end, _places(end, manner.currency))
    currency = _currency_name(manner.currency, count, manner.table) if manner.currency else ""
    return _by_plural(manner.wording.measures[manner.measure], count, manner.table).format(n=number, currency=currency)


def _currency_name(code: str, count: Decimal, table: Phrases) -> str:
    from babel.numbers import get_currency_name

    if code in table.currencies:
        return _by_plural(table.currencies[code], count, table)
    return get_currency_name(code, count, locale=_locale(table.locale))


def _by_plural(patterns: ByPlural, count: Decimal, table: Phrases) -> str:
    if len(patterns) == 1:
        return patterns["other"]
    return patterns.get(_locale(table.locale).plural_form(count), patterns["other"])


# --- Numbers and dates -----------------------------------------------------------------------------------------------


def _places(end: Fraction, currency: str | None) -> int:
    """Decimals to print: as many as the number has, but for an amount with a fraction no fewer than two."""
    places = decimal_places(end) or 0
    return max(places, DECIMALS_OF_AMOUNTS) if currency and places else places


def _decimal(value: Fraction, places: int) -> Decimal:
    from decimal import Decimal

    return Decimal(decimal_text(value, places))


def _digits(written: str, table: Phrases) -> str:
    return _grouped(written, table.locale, table.grouped_from_digits)


@lru_cache(maxsize=4096)
def _grouped(written: str, locale_name: str, from_digits: int) -> str:
    import decimal

    from babel.numbers import format_decimal

    number, locale = decimal.Decimal(written), _locale(locale_name)
    _, digits, exponent = number.as_tuple()
    places = -int(exponent)
    whole_part = locale.decimal_formats[None].pattern.partition(".")[0]
    # Babel rounds to the context's precision, by default 28 digits.
    with decimal.localcontext(prec=len(digits) + places + 2):
        text = format_decimal(
            number,
            whole_part + ("." + "0" * places if places else ""),
            locale,
            group_separator=len(digits) - places >= from_digits,
        )
    return text.replace("-", "−")


def _date_shape(date: PartialDate) -> str:
    if date.month is None:
        return "year" if date.year else "unknown"
    shape = "day" if date.day else "month"
    return shape if date.year else f"{shape}_without_year"


@cache
def _locale(identifier: str) -> Locale:
    from babel import Locale

    return Locale.parse(identifier)
