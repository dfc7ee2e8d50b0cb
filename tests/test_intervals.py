"""Intervals hold the true value whatever is done to them, and quantities mix only with their like."""

from __future__ import annotations

import operator
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from microsite.intervals import (
    Interval,
    Quantity,
    Symbol,
    Unsound,
    at_least,
    at_most,
    between,
    certainly_less,
    combine,
    decimal_places,
    decimal_text,
    exact,
    less_than,
    more_than,
    parse_amount,
)

few = settings(max_examples=60, deadline=None)
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
numbers = st.fractions(-60, 60, max_denominator=12)
# Zero and shared ends are where openness is decided, so they come often.
ends = st.one_of(st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)]), numbers)
authored_numbers = st.decimals(0, 10**12, places=2, allow_nan=False).map(Fraction)


@st.composite
def intervals_with_a_value(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    low, value, high = sorted(draw(st.tuples(ends, ends, ends)))
    low_open, high_open = draw(st.booleans()) and low < value, draw(st.booleans()) and value < high
    approximate = draw(st.booleans())
    match draw(st.sampled_from(["bounded", "bounded", "no low", "no high", "neither"])):
        case "no low":
            return Interval(None, high, True, high_open, approximate), value
        case "no high":
            return Interval(low, None, low_open, True, approximate), value
        case "neither":
            return Interval(None, None, True, True, approximate), value
        case _:
            return Interval(low, high, low_open, high_open, approximate), value


# --- Algebra ---------------------------------------------------------------------------------------------------------


@few
@given(intervals_with_a_value(), intervals_with_a_value(), st.sampled_from("+-*/"))
def test_result_of_any_operation_holds_the_result_of_the_true_values(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction], symbol: str
) -> None:
    (a, x), (b, y) = left, right
    assume(symbol != "/" or not b.contains(0))
    result = OPERATIONS[symbol](a, b)
    assert result.contains(OPERATIONS[symbol](x, y))
    assert result.approximate == (a.approximate or b.approximate)


@few
@given(intervals_with_a_value())
def test_turning_an_interval_over_twice_changes_nothing(given_one: tuple[Interval, Fraction]) -> None:
    interval, _ = given_one
    assert operator.neg(-interval) == interval
    if not interval.contains(0):
        assert interval.reciprocal().reciprocal() == interval


@few
@given(intervals_with_a_value(), intervals_with_a_value())
def test_a_product_is_no_wider_than_its_factors_make_it(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]
) -> None:
    """A closed end of a product is the product of two values that are really among the factors."""
    a, b = left[0], right[0]
    result = a * b
    closed = [end for end, is_open in ((result.low, result.low_open), (result.high, result.high_open)) if not is_open]
    for end in closed:
        reached = any(
            x * y == end
            for x in (a.low, a.high)
            for y in (b.low, b.high)
            if x is not None and y is not None and a.contains(x) and b.contains(y)
        )
        assert reached or (end == 0 and (a.contains(0) or b.contains(0)))


@pytest.mark.parametrize(
    ("left", "symbol", "right", "expected"),
    [
        (more_than(1000), "/", between(200, 300), more_than(Fraction(10, 3))),
        (between(200, 300), "/", more_than(1000), less_than(Fraction(3, 10))),
        (exact(200), "/", less_than(50), more_than(4)),
        (exact(1), "/", more_than(0), more_than(0)),
        (between(1, 2), "+", more_than(3), more_than(4)),
        (between(1, 2), "-", at_least(3), Interval(None, Fraction(-1), low_open=True)),
        (exact(0), "*", more_than(3), exact(0)),
        (between(0, 1), "*", less_than(3), Interval(Fraction(0), Fraction(3), high_open=True)),
        (less_than(1), "*", more_than(1), more_than(0)),
        (between(-2, 3), "*", between(-5, 7), between(-15, 21)),
        (at_most(4), "*", exact(-1), Interval(Fraction(-4), Fraction(0), high_open=True)),
    ],
)
def test_bounds_come_out_exact_and_open_where_they_are_never_reached(
    left: Interval, symbol: str, right: Interval, expected: Interval
) -> None:
    assert OPERATIONS[symbol](left, right) == expected


@pytest.mark.parametrize("divisor", [exact(0), between(0, 5), between(-1, 1), Interval(None, None, True, True)])
def test_a_divisor_that_may_be_zero_is_refused(divisor: Interval) -> None:
    with pytest.raises(Unsound, match="zero"):
        exact(1) / divisor


@pytest.mark.parametrize(
    ("low", "high", "low_open", "high_open"),
    [
        (2, 1, False, False),
        (1, 1, True, False),
        (1, 1, False, True),
        (None, 1, False, False),
        (1, None, False, False),
    ],
)
def test_an_interval_without_values_or_with_a_closed_infinity_cannot_be_made(
    low: int | None, high: int | None, low_open: bool, high_open: bool
) -> None:
    with pytest.raises(ValueError, match=r"at least one value|without a bound"):
        Interval(None if low is None else Fraction(low), None if high is None else Fraction(high), low_open, high_open)


@few
@given(intervals_with_a_value(), intervals_with_a_value())
def test_what_is_certainly_less_is_less(left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]) -> None:
    (a, x), (b, y) = left, right
    assert not a.certainly_less(b) or x < y
    assert not a.certainly_at_most(b) or x <= y


@pytest.mark.parametrize(
    ("left", "right", "certain"),
    [
        ("200..300", ">1000", True),
        ("<50", "50", True),
        ("<=50", "50", False),
        ("50", ">50", True),
        ("50", ">=50", False),
        ("200..300", "250", False),
        (">1", ">2", False),
        ("~200", "1000", False),
    ],
)
def test_only_bounds_that_leave_no_doubt_are_certain(left: str, right: str, certain: bool) -> None:
    assert parse_amount(left).certainly_less(parse_amount(right)) is certain


# --- Rounding --------------------------------------------------------------------------------------------------------


@few
@given(intervals_with_a_value(), st.integers(0, 4))
def test_rounding_to_decimals_goes_outward_by_less_than_one_step(
    given_one: tuple[Interval, Fraction], decimals: int
) -> None:
    interval, value = given_one
    rounded, step = interval.rounded_outward(decimals=decimals), Fraction(1, 10**decimals)
    assert rounded.contains(value)
    assert (rounded.low_open, rounded.high_open) == (interval.low_open, interval.high_open)
    if interval.low is not None and rounded.low is not None:
        assert 0 <= interval.low - rounded.low < step
    if interval.high is not None and rounded.high is not None:
        assert 0 <= rounded.high - interval.high < step


@few
@given(intervals_with_a_value(), st.integers(1, 4))
def test_rounding_to_significant_digits_goes_outward_and_leaves_no_more_digits(
    given_one: tuple[Interval, Fraction], digits: int
) -> None:
    interval, value = given_one
    rounded = interval.rounded_outward(significant=digits)
    assert rounded.contains(value)
    for end in (rounded.low, rounded.high):
        if end is not None:
            places = decimal_places(end)
            assert places is not None
            assert len(decimal_text(abs(end), places).replace(".", "").strip("0")) <= digits


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (Fraction(10, 3), "3.3", "3.4"),
        (Fraction(1, 3), "0.33", "0.34"),
        (Fraction(12345), "12000", "13000"),
        (Fraction(999), "990", "1000"),
        (Fraction(1, 2000), "0.0005", "0.0005"),
        (Fraction(-10, 3), "-3.4", "-3.3"),
        (Fraction(0), "0", "0"),
    ],
)
def test_two_significant_digits(value: Fraction, low: str, high: str) -> None:
    assert exact(value).rounded_outward(significant=2) == between(Fraction(low), Fraction(high))


@few
@given(numbers)
def test_decimals_state_a_value_exactly_or_not_at_all(value: Fraction) -> None:
    places = decimal_places(value)
    if places is None:
        assert all((value * 10**n).denominator != 1 for n in range(12))
    else:
        assert Fraction(decimal_text(value, places)) == value
        assert places == 0 or (value * 10 ** (places - 1)).denominator != 1


# --- As authors write them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200", exact(200)),
        ("200..300", between(200, 300)),
        (">1000", more_than(1000)),
        (">=1000", at_least(1000)),
        ("<50", less_than(50)),
        ("<=50", at_most(50)),
        ("~200", exact(200, approximate=True)),
        ("~200..300", between(200, 300, approximate=True)),
        ("12.5", exact(Fraction(25, 2))),
        ("0", exact(0)),
        ("12345678.90", exact(Fraction(1234567890, 100))),
        (" > 1000 ", more_than(1000)),
        ("200 .. 300", between(200, 300)),
    ],
)
def test_each_written_form_is_read(text: str, expected: Interval) -> None:
    assert parse_amount(text) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "missing"),
        ("-5", "negative"),
        ("300..200", "write 200..300"),
        ("1e3", "in full"),
        ("1,000", "without commas"),
        ("12,5", "decimal point"),
        ("1 000", "without spaces"),
        ("2-300", "200..300"),
        ("200–300", "200..300"),
        ("200~300", "200..300"),
        ("200 to 300", "200..300"),
        ("200...300", "200..300"),
        ("~>5", "approximate and a bound"),
        (">5..6", "a bound and a range"),
        ("<0", "leaves no price"),
        ("200 yuan", "number alone"),
        ("¥200", "number alone"),
        (".5", "is not a number"),
        ("200..", "is not a number"),
        ("٣", "is not a number"),
        ("nan", "is not a number"),
        ("\x00", "is not a number"),
        ("9" * 41, "at most 40 digits"),
        ("0." + "1" * 41, "at most 40 digits"),
    ],
)
def test_everything_else_is_refused_with_what_to_write_instead(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_amount(text)


@pytest.mark.parametrize("text", ["9" * 1_000_000, "1." * 500_000, "1 " * 500_000, "~" * 1_000_000])
def test_a_million_characters_are_refused_at_once_and_not_repeated(text: str) -> None:
    start = time.process_time()
    with pytest.raises(ValueError, match="longer than any price") as refusal:
        parse_amount(text)
    assert time.process_time() - start < 1
    assert len(str(refusal.value)) < 120


# --- Quantities ------------------------------------------------------------------------------------------------------


def yuan(text: str, name: str = "a", population: str = "all", unit: str = "piece") -> Quantity:
    return Quantity(parse_amount(text), "CNY", unit, frozenset({population}), prices=(name,))


def pure(text: str, name: str = "r") -> Quantity:
    return Quantity(parse_amount(text), prices=(name,))


def test_a_ratio_of_two_amounts_has_no_currency_and_names_both_prices() -> None:
    ratio = combine(yuan(">1000", "usual"), "/", yuan("200..300", "store"))
    assert ratio == Quantity(more_than(Fraction(10, 3)), None, None, frozenset({"all"}), "derived", ("usual", "store"))


def test_a_ratio_times_an_amount_is_an_amount() -> None:
    amount = combine(pure("2"), "*", yuan("200..300"))
    assert (amount.amount, amount.currency, amount.unit) == (between(400, 600), "CNY", "piece")


def test_what_rests_on_a_converted_amount_says_so() -> None:
    assert combine(replace(yuan("1"), origin="converted"), "/", yuan("2")).origin == "converted"


def test_the_approximation_mark_and_the_multiple_mark_travel() -> None:
    assert combine(yuan("~200"), "/", yuan("100")).amount.approximate
    assert combine(replace(pure("6"), multiple=True), "/", pure("2")).multiple


def test_populations_mix_only_where_the_pair_was_declared() -> None:
    everything, defects = yuan("200", population="all"), yuan("200..300", population="defects")
    with pytest.raises(Unsound, match="`all` and `defects` are different populations"):
        combine(everything, "/", defects)
    declared = frozenset({frozenset({"defects", "all"})})
    assert combine(everything, "/", defects, declared).populations == {"all", "defects"}


@pytest.mark.parametrize(
    ("left", "symbol", "right", "complaint"),
    [
        (yuan("1"), "+", replace(yuan("1"), currency="USD"), "different currencies: convert"),
        (yuan("1"), "/", replace(yuan("1"), currency="USD"), "different currencies: convert"),
        (yuan("1"), "-", yuan("1", unit="kilo"), "different units"),
        (yuan("1"), "*", yuan("1"), "two amounts cannot be multiplied"),
        (yuan("1"), "+", pure("1"), "bare number"),
        (pure("1"), "/", yuan("1"), "cannot be divided by an amount"),
        (yuan("1"), "/", yuan("0", "free"), "`free` may be zero"),
        (yuan("1"), "*", replace(pure("6", "online"), multiple=True), "`online` is a multiple of a price nobody names"),
        (yuan("1"), "/", replace(pure("6", "online"), multiple=True), "never becomes an amount"),
        (replace(pure("6", "online"), multiple=True), "*", yuan("1"), "never becomes an amount"),
    ],
)
def test_unlike_quantities_are_refused_in_one_sentence(
    left: Quantity, symbol: Symbol, right: Quantity, complaint: str
) -> None:
    with pytest.raises(Unsound, match=complaint) as refusal:
        combine(left, symbol, right)
    assert not str(refusal.value).endswith(".")


def test_a_multiple_without_a_base_can_be_compared_with_ratios_only() -> None:
    online = replace(pure("6", "online"), multiple=True)
    ratio = combine(yuan("200"), "/", yuan("100"))
    assert certainly_less(ratio, online)
    with pytest.raises(Unsound, match="never becomes an amount"):
        certainly_less(online, yuan("200"))


def test_results_of_absurd_length_are_refused_before_anybody_prints_them() -> None:
    long = pure("9" * 40)
    for _ in range(4):
        long = combine(long, "*", long)
    with pytest.raises(Unsound, match="more digits"):
        combine(long, "*", combine(long, "*", long))
