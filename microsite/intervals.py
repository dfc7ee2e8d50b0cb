"""Intervals of exact fractions, and the quantities they measure: what is known about one price or ratio.

An interval holds every value the quantity may have. Its algebra never loses one of them, and words are never
made here: `languages` has those, `expressions` has the questions authors ask, `prices` has what they are asked of.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import Literal

Origin = Literal["reported", "derived", "converted"]
Symbol = Literal["+", "-", "*", "/"]
Comparable = frozenset[frozenset[str]]
"""Pairs of populations that an author has declared fit to be set against each other."""

LONGEST_NUMBER = 40
"""Digits of a number an author may write. Longer ones are refused unread: reading digits takes quadratic time."""
_MOST_BITS = 4096
_ZERO = Fraction(0)
_End = tuple[Fraction | float, bool]
"""A value, a float only where it is infinite, and whether the end is open."""


class Unsound(ValueError):  # noqa: N818 (an answer to a question, not a fault of the program)
    """A question without a sound answer; the message is one sentence for a reporter, without a full stop."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Every value from `low` to `high`; `None` is no bound on that side."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    """Whether `low` itself is left out. Always so without a bound."""
    high_open: bool = False
    approximate: bool = False
    """Whether the source gave its numbers as approximate. A mark that travels; it widens nothing."""

    def __post_init__(self) -> None:
        if (self.low is None and not self.low_open) or (self.high is None and not self.high_open):
            raise ValueError("a side without a bound is open")
        if self.low is None or self.high is None:
            return
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise ValueError("an interval holds at least one value")

    def __add__(self, other: Interval) -> Interval:
        low, low_open = _sum((self.low, self.low_open), (other.low, other.low_open))
        high, high_open = _sum((self.high, self.high_open), (other.high, other.high_open))
        return Interval(low, high, low_open, high_open, self.approximate or other.approximate)

    def __neg__(self) -> Interval:
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return Interval(low, high, self.high_open, self.low_open, self.approximate)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        corners = [_corner(a, b) for a, b in product(_ends(self), _ends(other))]
        # Where two corners meet at one value, the closed one decides: the value is reached there.
        low, low_open = min(corners)
        high, high_open = max(corners, key=lambda end: (end[0], not end[1]))
        return Interval(_bound(low), _bound(high), low_open, high_open, self.approximate or other.approximate)

    def __truediv__(self, other: Interval) -> Interval:
        return self * other.reciprocal()

    def reciprocal(self) -> Interval:
        """One divided by this; next to an open end at zero that is as large as you like.

        Raises:
            Unsound: zero is among the values.
        """
        if self.contains(_ZERO):
            raise Unsound("the divisor may be zero")
        low, low_open = _inverted(self.high, self.high_open)
        high, high_open = _inverted(self.low, self.low_open)
        return Interval(low, high, low_open, high_open, self.approximate)

    def contains(self, value: Fraction | int) -> bool:
        """Whether `value` is one of the possible values."""
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def certainly_less(self, other: Interval) -> bool:
        """Whether each value here is below each value there. Of approximate values nothing is certain."""
        return self.certainly_at_most(other) and (self.high != other.low or self.high_open or other.low_open)

    def certainly_at_most(self, other: Interval) -> bool:
        """Whether no value here is above any value there. Of approximate values nothing is certain."""
        if self.approximate or other.approximate or self.high is None or other.low is None:
            return False
        return self.high <= other.low

    def rounded_outward(self, *, decimals: int | None = None, significant: int | None = None) -> Interval:
        """The narrowest interval around this one whose ends have so many decimals, or so many significant digits.

        Ends stay open or closed as they were: "more than 3.33…" becomes "more than 3.3", which is no less true.
        """

        def places(end: Fraction) -> int:
            return decimals if decimals is not None else (significant or 1) - 1 - _magnitude(end)

        low = None if self.low is None else _rounded(self.low, places(self.low), math.floor)
        high = None if self.high is None else _rounded(self.high, places(self.high), math.ceil)
        return replace(self, low=low, high=high)


def exact(value: Fraction | int, *, approximate: bool = False) -> Interval:
    """One value and no other."""
    return Interval(Fraction(value), Fraction(value), approximate=approximate)


def between(low: Fraction | int, high: Fraction | int, *, approximate: bool = False) -> Interval:
    """From `low` to `high`, both included."""
    return Interval(Fraction(low), Fraction(high), approximate=approximate)


def more_than(value: Fraction | int) -> Interval:
    """Anything above `value`."""
    return Interval(Fraction(value), None, low_open=True, high_open=True)


def at_least(value: Fraction | int) -> Interval:
    """`value` or anything above it."""
    return Interval(Fraction(value), None, high_open=True)


def less_than(value: Fraction | int) -> Interval:
    """More than nothing and less than `value`."""
    return Interval(_ZERO, Fraction(value), low_open=True, high_open=True)


def at_most(value: Fraction | int) -> Interval:
    """More than nothing and no more than `value`."""
    return Interval(_ZERO, Fraction(value), low_open=True)


def decimal_places(value: Fraction) -> int | None:
    """How many decimals state `value` exactly; `None` where no number of them does."""
    twos = (value.denominator & -value.denominator).bit_length() - 1
    rest, fives = value.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def decimal_text(value: Fraction, places: int) -> str:
    """The digits of `value`, which `places` decimals state exactly: `12.50`."""
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    whole, decimals = (digits[:-places], f".{digits[-places:]}") if places else (digits, "")
    return f"{'-' if value < 0 else ''}{whole}{decimals}"


def _sum(a: tuple[Fraction | None, bool], b: tuple[Fraction | None, bool]) -> tuple[Fraction | None, bool]:
    if a[0] is None or b[0] is None:
        return None, True
    return a[0] + b[0], a[1] or b[1]


def _ends(interval: Interval) -> tuple[_End, _End]:
    low = -math.inf if interval.low is None else interval.low
    high = math.inf if interval.high is None else interval.high
    return (low, interval.low_open), (high, interval.high_open)


def _corner(a: _End, b: _End) -> _End:
    """The product of two ends, and whether the product interval only approaches it."""
    if a[0] == 0 or b[0] == 0:
        # Nothing times anything is nothing, however large; it is reached when a zero itself is among the values.
        return _ZERO, not ((a[0] == 0 and not a[1]) or (b[0] == 0 and not b[1]))
    if isinstance(a[0], float) or isinstance(b[0], float):
        return (math.inf if (a[0] > 0) == (b[0] > 0) else -math.inf), True
    return a[0] * b[0], a[1] or b[1]


def _bound(value: Fraction | float) -> Fraction | None:
    return None if isinstance(value, float) else value


def _inverted(end: Fraction | None, is_open: bool) -> tuple[Fraction | None, bool]:
    if end is None:
        return _ZERO, True
    return (1 / end, is_open) if end else (None, True)


def _magnitude(value: Fraction) -> int:
    """The power of ten of the first digit: 2 for 345, -1 for 0.5."""
    if not value:
        return 0
    guess = len(str(abs(value.numerator))) - len(str(value.denominator))
    return guess if abs(value) >= Fraction(10) ** guess else guess - 1


def _rounded(value: Fraction, places: int, to_whole: Callable[[Fraction], int]) -> Fraction:
    scale = Fraction(10) ** places
    return to_whole(value * scale) / scale


# --- As authors write them -------------------------------------------------------------------------------------------

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_VALUE_OR_RANGE = re.compile(rf"(?P<about>~?)\s*(?P<low>{_NUMBER})(?:\s*\.\.\s*(?P<high>{_NUMBER}))?")
_BOUND = re.compile(rf"(?P<sign>[<>]=?)\s*(?P<value>{_NUMBER})")
_BOUNDS = MappingProxyType({">": more_than, ">=": at_least, "<": less_than, "<=": at_most})
# Patterns in text, compiled when somebody makes a mistake.
_COMPLAINTS = (
    (r"[-−–]\s*[0-9].*", "is negative, which no price or multiple is"),
    (r".*[0-9]\s*,\s*[0-9].*", "has a comma: write 12345678.90, without commas and with a decimal point"),
    (r".*[0-9]\s+[0-9].*", "has a space between digits: write 12345678.90, without spaces"),
    (r".*[0-9][eE][-+]?[0-9].*", "is in exponent notation: write the number in full, 1000 and not 1e3"),
    (
        r".*[0-9]\s*(?:[-−–—~〜～…]|\.{3,}|to)\s*[0-9].*",
        "is no range we can read: write both numbers in full with two dots between them, 200..300",
    ),
    (r"~\s*[<>].*|[<>]=?\s*~.*", "is both approximate and a bound: `~` goes before a number or a range"),
    (r"[<>].*\.\..*", "is both a bound and a range: write one of them"),
    (
        r".*[0-9].*[^\W\d_].*|.*[^\W\d_].*[0-9].*|.*[$€£¥₩].*",
        "has more than a number: write the number alone, as the file's `currency` and `unit` say the rest",
    ),
    (r".*", "is not a number: write 200, 200..300, >1000, >=1000, <50 or ~200"),
)


def parse_amount(text: str) -> Interval:
    """Read a price or multiple: `200`, `200..300`, `>1000`, `>=1000`, `<50`, `<=50`, `~200` or `~200..300`.

    Raises:
        ValueError: it is none of these; the message says what to write instead.
    """
    text = " ".join(text.split())
    if len(text) > 3 * LONGEST_NUMBER or re.search(rf"[0-9]{{{LONGEST_NUMBER + 1}}}", text):
        raise ValueError(f"`{text[:20]}…` is longer than any price: a number has at most {LONGEST_NUMBER} digits")
    if match := _VALUE_OR_RANGE.fullmatch(text):
        return _value_or_range(text, match)
    if match := _BOUND.fullmatch(text):
        return _bounded(text, match)
    if not text:
        raise ValueError("the number is missing")
    raise ValueError(f"`{text}` " + next(words for shape, words in _COMPLAINTS if re.fullmatch(shape, text)))


def _value_or_range(text: str, match: re.Match[str]) -> Interval:
    low, high = Fraction(match["low"]), Fraction(match["high"] or match["low"])
    if low > high:
        raise ValueError(f"`{text}` runs backwards: write {match['high']}..{match['low']}")
    return Interval(low, high, approximate=bool(match["about"]))


def _bounded(text: str, match: re.Match[str]) -> Interval:
    value = Fraction(match["value"])
    if "<" in match["sign"] and not value:
        raise ValueError(f"`{text}` leaves no price: write 0 for what costs nothing")
    return _BOUNDS[match["sign"]](value)


# --- Quantities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is known about one price, ratio or multiple, and how it came about."""

    amount: Interval
    currency: str | None = None
    """A code such as CNY; `None` for a ratio, a multiple or a bare number."""
    unit: str | None = None
    """What an amount is for, such as a piece; amounts for different units are never mixed."""
    populations: frozenset[str] = frozenset()
    """Every population whose prices went into it."""
    origin: Origin = "reported"
    """`converted` wherever an exchange rate went into it, `derived` wherever else something was computed."""
    prices: tuple[str, ...] = ()
    """Every authored price that went into it, by id, in the order met."""
    multiple: bool = False
    """Whether it is a multiple of something the source does not name, which never becomes an amount."""


_OPERATIONS: MappingProxyType[Symbol, Callable[[Interval, Interval], Interval]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
)


def combine(left: Quantity, symbol: Symbol, right: Quantity, comparable: Comparable = frozenset()) -> Quantity:
    """Compute with two quantities, carrying bounds, marks, populations and prices along.

    Raises:
        Unsound: they measure different things, or the divisor may be zero.
    """
    currency, unit = _measured_in(left, symbol, right)
    _refuse_strangers(left, right, comparable)
    if symbol == "/" and right.amount.contains(_ZERO):
        raise Unsound(f"{_named(right)} may be zero, and nothing can be divided by zero")
    amount = _OPERATIONS[symbol](left.amount, right.amount)
    _refuse_endless_digits(amount)
    return Quantity(
        amount,
        currency,
        unit,
        left.populations | right.populations,
        "converted" if "converted" in (left.origin, right.origin) else "derived",
        tuple(dict.fromkeys(left.prices + right.prices)),
        left.multiple or right.multiple,
    )


def certainly_less(left: Quantity, right: Quantity, comparable: Comparable = frozenset()) -> bool:
    """Whether the left is surely below the right.

    Raises:
        Unsound: they measure different things.
    """
    _measured_in(left, "-", right)
    _refuse_strangers(left, right, comparable)
    return left.amount.certainly_less(right.amount)


def _refuse_strangers(left: Quantity, right: Quantity, comparable: Comparable) -> None:
    for one, other in product(sorted(left.populations), sorted(right.populations)):
        if one != other and frozenset((one, other)) not in comparable:
            raise Unsound(
                f"`{one}` and `{other}` are different populations: compare like with like, "
                "or declare the pair under `comparable` with the reason"
            )


def _measured_in(left: Quantity, symbol: Symbol, right: Quantity) -> tuple[str | None, str | None]:
    """Currency and unit of the result."""
    if left.currency and right.currency:
        return _of_two_amounts(left, symbol, right)
    if not left.currency and not right.currency:
        return None, None
    amount, number = (left, right) if left.currency else (right, left)
    if number.multiple:
        raise Unsound(f"{_named(number)} is a multiple of a price nobody names, so it never becomes an amount")
    if symbol in "+-":
        raise Unsound(
            f"{_named(amount)} is an amount in {amount.currency} and {_named(number)} is a bare number: "
            "they can be multiplied or divided, not added, subtracted or compared"
        )
    if symbol == "/" and right.currency:
        raise Unsound(f"{_named(number)} is a bare number, and a number cannot be divided by an amount")
    return amount.currency, amount.unit


def _of_two_amounts(left: Quantity, symbol: Symbol, right: Quantity) -> tuple[str | None, str | None]:
    if symbol == "*":
        raise Unsound(f"{_named(left)} and {_named(right)} are both amounts, and two amounts cannot be multiplied")
    if left.currency != right.currency:
        raise Unsound(f"{left.currency} and {right.currency} are different currencies: convert one by a rate first")
    if left.unit != right.unit:
        raise Unsound(
            f"{_named(left)} and {_named(right)} are for different units ({left.unit}, {right.unit}): "
            "compare like with like"
        )
    return (None, None) if symbol == "/" else (left.currency, left.unit)


def _refuse_endless_digits(amount: Interval) -> None:
    ends = [end for end in (amount.low, amount.high) if end is not None]
    if any(max(end.numerator.bit_length(), end.denominator.bit_length()) > _MOST_BITS for end in ends):
        raise Unsound("the result has more digits than any price")


def _named(quantity: Quantity) -> str:
    return " with ".join(f"`{price}`" for price in quantity.prices) or "the number"
