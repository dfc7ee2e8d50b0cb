"""Authored rows become quantities, or a sentence on why they cannot."""

from __future__ import annotations

from fractions import Fraction

import pytest

from microsite.intervals import Unsound, between, exact, parse_amount
from microsite.prices import AuthoredPrice, Rate, convert, rate_between, resolve


def price(name: str, text: str, population: str = "shop") -> AuthoredPrice:
    return AuthoredPrice(name, population, amount=parse_amount(text))


def times(name: str, text: str, of: str | None = None, population: str = "online") -> AuthoredPrice:
    return AuthoredPrice(name, population, times=parse_amount(text), of=of)


def test_an_amount_is_reported_in_the_files_currency_and_unit() -> None:
    quantity = resolve([price("average", "200")], "CNY", "a piece").quantities["average"]
    assert (quantity.amount, quantity.currency, quantity.unit) == (exact(200), "CNY", "a piece")
    assert (quantity.origin, quantity.prices, quantity.populations) == ("reported", ("average",), frozenset({"shop"}))


def test_a_multiple_without_a_base_stays_a_multiple() -> None:
    quantity = resolve([price("average", "200"), times("online", "6")], "CNY").quantities["online"]
    assert (quantity.multiple, quantity.currency, quantity.origin) == (True, None, "reported")
    assert quantity.amount == exact(6)


def test_a_multiple_of_a_price_is_a_derived_amount_of_its_own_population() -> None:
    rows = [times("online", "6", "shop_price"), price("shop_price", "200..300")]
    quantity = resolve(rows, "CNY").quantities["online"]
    assert (quantity.multiple, quantity.currency, quantity.origin) == (False, "CNY", "derived")
    assert quantity.amount == between(1200, 1800)
    assert quantity.populations == {"online"}
    assert quantity.prices == ("online", "shop_price")


def test_rows_are_resolved_in_the_order_of_need_and_given_in_the_order_written() -> None:
    rows = [times("c", "2", "b"), times("b", "~3", "a"), price("a", "5")]
    resolved = resolve(rows, "CNY")
    assert list(resolved.quantities) == ["c", "b", "a"]
    assert resolved.quantities["c"].amount == exact(30, approximate=True)


@pytest.mark.parametrize(
    ("rows", "failures"),
    [
        ([times("a", "2", "a")], {"a": "circle: a → a"}),
        ([times("a", "2", "b"), times("b", "2", "a")], {"a": "circle: a → b → a", "b": "circle: a → b → a"}),
        (
            [times("x", "2", "a"), times("a", "2", "a"), price("fine", "1")],
            {"x": "multiple of `a`, which cannot", "a": "circle"},
        ),
        ([times("a", "2", "gone")], {"a": "`gone`, which is no price here"}),
        ([times("a", "2", "b"), times("b", "3")], {"a": "no amount"}),
        ([AuthoredPrice("a", "shop")], {"a": "neither"}),
        ([AuthoredPrice("a", "shop", exact(1), exact(2))], {"a": "cannot be a multiple as well"}),
    ],
)
def test_a_row_that_cannot_be_computed_says_why_and_stops_no_other(
    rows: list[AuthoredPrice], failures: dict[str, str]
) -> None:
    resolved = resolve(rows, "CNY")
    assert dict(resolved.failures).keys() == failures.keys()
    assert all(failures[name] in message for name, message in resolved.failures)
    assert resolved.quantities.keys() | failures.keys() == {row.id for row in rows}


def test_a_chain_of_thousands_is_refused_where_it_grows_too_long_and_does_not_run_out_of_stack() -> None:
    rows = [price("p0", "1"), *(times(f"p{n}", "1", f"p{n - 1}") for n in range(1, 5000))]
    resolved = resolve(rows[::-1], "CNY")
    assert set(resolved.quantities) == {f"p{n}" for n in range(21)}
    assert "more than 20 other prices" in dict(resolved.failures)["p21"]


DOLLAR = Rate("USD", "CNY", parse_amount("8"), "2017-09-11", "bank/rate")


def test_conversion_is_exact_and_works_in_both_directions() -> None:
    yuan = resolve([price("a", "200..300")], "CNY", "a piece").quantities["a"]
    dollars = convert(yuan, "USD", [DOLLAR])
    assert (dollars.amount, dollars.currency, dollars.unit) == (between(25, Fraction(75, 2)), "USD", "a piece")
    assert (dollars.origin, dollars.prices) == ("converted", ("a",))
    assert convert(dollars, "CNY", [DOLLAR]).amount == yuan.amount


def test_conversion_into_the_same_currency_changes_nothing() -> None:
    yuan = resolve([price("a", "200")], "CNY").quantities["a"]
    assert convert(yuan, "CNY", []) == yuan


def test_an_approximate_rate_makes_an_approximate_amount() -> None:
    yuan = resolve([price("a", "200")], "CNY").quantities["a"]
    assert convert(yuan, "USD", [Rate("USD", "CNY", parse_amount("~7"))]).amount.approximate


def test_conversion_is_refused_without_exactly_one_rate() -> None:
    yuan = resolve([price("a", "200")], "CNY").quantities["a"]
    with pytest.raises(Unsound, match="no rate between CNY and EUR"):
        convert(yuan, "EUR", [DOLLAR])
    with pytest.raises(Unsound, match="2 rates"):
        convert(yuan, "USD", [DOLLAR, Rate("CNY", "USD", parse_amount("0.1"))])


def test_a_multiple_has_no_currency_to_convert() -> None:
    online = resolve([times("online", "6")], "CNY").quantities["online"]
    with pytest.raises(Unsound, match="only an amount"):
        convert(online, "USD", [DOLLAR])


def test_the_rate_behind_a_conversion_can_be_named_with_its_day_and_source() -> None:
    rate = rate_between("CNY", "USD", [DOLLAR])
    assert (rate.date, rate.seed) == ("2017-09-11", "bank/rate")
