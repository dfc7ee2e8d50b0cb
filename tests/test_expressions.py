"""Expressions are a whitelist: what the grammar has is computed exactly, the rest is refused at its column."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.expressions import BadExpression, UnknownName, evaluate, names, parse
from microsite.intervals import Quantity, Unsound, between, exact, more_than, parse_amount
from microsite.prices import AuthoredPrice, Rate, resolve

PRICES = resolve(
    [
        AuthoredPrice("store_average", "shop", parse_amount("200")),
        AuthoredPrice("defects_store", "defects", parse_amount("200..300")),
        AuthoredPrice("defects_usual", "defects", parse_amount(">1000")),
        AuthoredPrice("online", "brands", times=parse_amount("6")),
    ],
    "CNY",
    "a piece",
).quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("store_average", exact(200)),
        ("defects_usual / defects_store", more_than(Fraction(10, 3))),
        ("2 * store_average", exact(400)),
        ("store_average * 0.1 + store_average", exact(220)),
        ("store_average - store_average / 4 * 2", exact(100)),
        ("store_average / (4 * 2)", exact(25)),
        ("((store_average))", exact(200)),
        ("defects_usual\n/ defects_store", more_than(Fraction(10, 3))),
        ("10 - 4 - 3", exact(3)),
        ("online / 2", exact(3)),
    ],
)
def test_an_expression_is_computed_exactly(text: str, expected: object) -> None:
    assert evaluate(parse(text), PRICES).amount == expected


# --- The same as Python, inside the bounds ---------------------------------------------------------------------------

formulas = st.recursive(
    st.one_of(st.sampled_from(["a", "b", "c_2"]), st.sampled_from(["2", "0.5", "10", "3.25"])),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", " - ", "*", " / "]), part).map("".join), part.map("({})".format)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    formulas,
    st.tuples(
        *[
            st.tuples(
                st.fractions(1, 9, max_denominator=4),
                st.fractions(0, 3, max_denominator=4),
                st.fractions(0, 3, max_denominator=4),
            )
        ]
        * 3
    ),
)
def test_the_value_python_finds_lies_in_the_interval_we_find(
    text: str, drawn: tuple[tuple[Fraction, Fraction, Fraction], ...]
) -> None:
    values = {name: value for name, (value, _, _) in zip(("a", "b", "c_2"), drawn, strict=True)}
    quantities = {
        name: Quantity(between(value - below, value + above), prices=(name,))
        for name, (value, below, above) in zip(("a", "b", "c_2"), drawn, strict=True)
    }
    try:
        result = evaluate(parse(text), quantities)
    except Unsound:
        return
    as_fractions = "".join(f"Fraction({part!r})" if part[0].isdigit() else part for part in _pieces(text))
    assert result.amount.contains(eval(as_fractions, {"Fraction": Fraction}, values))


def _pieces(text: str) -> list[str]:
    import re

    return re.findall(r"[0-9.]+(?!\w)|[a-z_0-9]+|\W", text)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab_1.5+-*/()| inUSDtimes\n\x00é", max_size=30))
def test_any_text_is_read_or_refused_at_a_column_within_it(text: str) -> None:
    try:
        column = len(parse(text).text)
    except BadExpression as refusal:
        column = refusal.column
    assert 0 <= column <= len(text)


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "complaint"),
    [
        ("", 0, "is empty"),
        ("a +", 3, "ends where"),
        ("a b", 2, "a sign is missing before `b`"),
        ("(a b)", 3, "a sign is missing before `b`"),
        ("a / (b", 4, "never closed"),
        ("a)", 1, "closes nothing"),
        ("a ** b", 3, "should stand before `*`"),
        ("-a", 0, "should stand before `-`"),
        ("f(a)", 1, "a sign is missing before `(`"),
        ("a.real", 0, "no price's name"),
        ("a[0]", 1, "`[` has no place"),
        ("a < b", 2, "`<` has no place"),
        ("a % 2", 2, "`%` has no place"),
        ("Store", 0, "small letters"),
        ("3x", 0, "products have a `*`"),
        ("1.2.3", 0, "no number"),
        ("1e3", 0, "neither a number nor a name"),
        ("a × b", 2, "write `*` for `×`"),
        ("a − b", 2, "write `-` for `−`"),
        ("__import__", 0, "no place"),
        ("9" * 41, 0, "at most 40 digits"),
        ("(" * 21 + "a" + ")" * 21, 20, "nested more than 20"),
        ("a +" * 100, 200, "at most 200 characters, and this has 300"),
        ("a | upper", 4, "`upper` is no format: there are `times`"),
        ("a |", 3, "missing after `|`"),
        ("a | in usd", 4, "three capital letters"),
        ("a | times | percent", 12, "keep one"),
    ],
)
def test_what_the_grammar_lacks_is_refused_at_its_column(text: str, column: int, complaint: str) -> None:
    with pytest.raises(BadExpression) as refusal:
        parse(text)
    assert complaint in refusal.value.message
    assert refusal.value.column == column


def test_a_million_characters_are_refused_unread() -> None:
    with pytest.raises(BadExpression, match="at most 200 characters"):
        parse("(" * 1_000_000)


def test_the_longest_and_deepest_expressions_allowed_are_computed() -> None:
    assert evaluate(parse("+".join(["1"] * 100)), {}).amount == exact(100)
    assert evaluate(parse("(" * 20 + "1" + ")" * 20), {}).amount == exact(1)


def test_an_unknown_price_is_named_with_its_column() -> None:
    with pytest.raises(UnknownName) as refusal:
        evaluate(parse("store_average / store_averge"), PRICES)
    assert (refusal.value.name, refusal.value.column) == ("store_averge", 16)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("store_average / defects_store", "different populations"),
        ("store_average * online", "never becomes an amount"),
        ("store_average / (1 - 1)", "may be zero"),
        ("store_average + 1", "bare number"),
        ("store_average | in USD", "no rate"),
        ("store_average | percent", "`percent` is for ratios"),
        ("defects_usual / defects_store | amount", "`amount` is for sums of money"),
        ("online | amount", "`amount` is for sums of money"),
    ],
)
def test_a_question_without_a_sound_answer_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(Unsound, match=complaint):
        evaluate(parse(text), PRICES)


def test_a_declared_pair_of_populations_can_be_compared() -> None:
    declared = frozenset({frozenset({"shop", "defects"})})
    assert evaluate(parse("defects_store / store_average"), PRICES, declared).amount == between(1, Fraction(3, 2))


# --- What is carried along -------------------------------------------------------------------------------------------


def test_names_come_once_each_in_the_order_written() -> None:
    assert names(parse("b / (a + b) * c - 2")) == ("b", "a", "c")


def test_formats_are_told_apart_from_the_formula() -> None:
    expression = parse("store_average | in USD | amount|short")
    assert (expression.currency, expression.format, expression.form) == ("USD", "amount", "short")


def test_a_price_by_itself_stays_reported_and_anything_computed_is_derived() -> None:
    assert evaluate(parse("(store_average)"), PRICES).origin == "reported"
    assert evaluate(parse("1 * store_average"), PRICES).origin == "derived"


def test_the_result_is_converted_by_the_rate_given() -> None:
    rates = [Rate("USD", "CNY", parse_amount("8"))]
    result = evaluate(parse("2 * store_average | in USD"), PRICES, rates=rates)
    assert (result.amount, result.currency, result.origin) == (exact(50), "USD", "converted")
