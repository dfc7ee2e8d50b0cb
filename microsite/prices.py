"""A story's prices as quantities: multiples resolved to what they multiply, amounts converted by a given rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .intervals import Interval, Quantity, Unsound, combine

LONGEST_CHAIN = 20
"""Prices that one price may rest on by way of `of`."""


@dataclass(frozen=True, slots=True)
class AuthoredPrice:
    """One row as its author gave it: an amount, or how many `times` another price."""

    id: str
    population: str
    amount: Interval | None = None
    times: Interval | None = None
    of: str | None = None
    """The id of the price that `times` multiplies. Without it the row stays a multiple."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency was worth in another, on a day, by a source."""

    currency: str
    into: str
    rate: Interval
    """Units of `into` that one unit of `currency` bought."""
    date: str = ""
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The quantities of a story's rows by id, in the order of the rows, and what is wrong with the others."""

    quantities: Mapping[str, Quantity]
    failures: tuple[tuple[str, str], ...]
    """Id and message of each row without a quantity, in the order of the rows."""


def resolve(rows: Iterable[AuthoredPrice], currency: str, unit: str | None = None) -> Resolved:
    """Turn authored rows into quantities; a row that cannot be computed is a failure and stops no other."""
    by_id = {row.id: row for row in rows}
    found: dict[str, Quantity | str] = {}
    for row in by_id.values():
        for link in reversed(_unresolved_chain(row, by_id, found)):
            if link.id not in found:
                found[link.id] = _quantity_or_complaint(link, found, currency, unit)
    outcomes = [(id_, found[id_]) for id_ in by_id]
    return Resolved(
        {id_: outcome for id_, outcome in outcomes if isinstance(outcome, Quantity)},
        tuple((id_, outcome) for id_, outcome in outcomes if isinstance(outcome, str)),
    )


def convert(quantity: Quantity, currency: str, rates: Iterable[Rate]) -> Quantity:
    """The same amount in another currency, by the rate given between the two, in whichever direction it was given.

    Raises:
        Unsound: it is no amount, or there is no rate between the two, or more than one.
    """
    if quantity.currency is None:
        raise Unsound(f"only an amount can be converted to {currency}, and this is a ratio or a bare number")
    if quantity.currency == currency:
        return quantity
    rate = rate_between(quantity.currency, currency, rates)
    forward = rate.currency == quantity.currency
    converted = combine(quantity, "*" if forward else "/", Quantity(rate.rate))
    return replace(converted, currency=currency, origin="converted")


def rate_between(source: str, target: str, rates: Iterable[Rate]) -> Rate:
    """The one rate between two currencies, in either direction; never one by way of a third currency.

    Raises:
        Unsound: there is none, or more than one.
    """
    matching = [rate for rate in rates if {rate.currency, rate.into} == {source, target}]
    if not matching:
        raise Unsound(f"there is no rate between {source} and {target}: add one under `rates` with its date and source")
    if len(matching) > 1:
        raise Unsound(f"there are {len(matching)} rates between {source} and {target}: keep the one that is meant")
    return matching[0]


def _unresolved_chain(
    row: AuthoredPrice, by_id: Mapping[str, AuthoredPrice], found: dict[str, Quantity | str]
) -> list[AuthoredPrice]:
    """This row and those it rests on, down to one already found; a circle among them is noted in `found`."""
    # A loop and no recursion: a file may hold a chain of any length, if only to be refused.
    chain: dict[str, AuthoredPrice] = {}
    link: AuthoredPrice | None = row
    while link and link.id not in found and link.id not in chain:
        chain[link.id] = link
        link = by_id.get(link.of) if link.of is not None else None
    if link and link.id in chain:
        ids = list(chain)
        circle = ids[ids.index(link.id) :]
        found.update(dict.fromkeys(circle, f"`of` leads round in a circle: {_arrows([*circle, link.id])}"))
    return list(chain.values())


def _arrows(ids: list[str]) -> str:
    shown = ids if len(ids) <= 6 else [*ids[:4], "…", ids[-1]]
    return " → ".join(shown)


def _quantity_or_complaint(
    row: AuthoredPrice, found: Mapping[str, Quantity | str], currency: str, unit: str | None
) -> Quantity | str:
    population = frozenset({row.population})
    if row.amount is not None:
        if row.times is not None or row.of is not None:
            return "an amount cannot be a multiple as well: keep `price`, or `times` with `of`"
        return Quantity(row.amount, currency, unit, population, prices=(row.id,))
    if row.times is None:
        return "there is neither a `price` nor `times`"
    multiple = Quantity(row.times, populations=population, prices=(row.id,), multiple=True)
    return multiple if row.of is None else _multiplied(multiple, row.of, found)


def _multiplied(multiple: Quantity, of: str, found: Mapping[str, Quantity | str]) -> Quantity | str:
    base = found.get(of)
    if base is None:
        return f"`of` names `{of}`, which is no price here"
    if isinstance(base, str):
        return f"it is a multiple of `{of}`, which cannot be computed"
    if len(base.prices) > LONGEST_CHAIN:
        return f"it rests on more than {LONGEST_CHAIN} other prices: give `of` a price nearer to the reported one"
    if base.currency is None:
        return f"`of` names `{of}`, which is a multiple of a price nobody names and so no amount"
    # The source itself sets the two against each other, so the pair need not be declared comparable; what results
    # is a price of the row's own population.
    try:
        amount = combine(replace(multiple, populations=frozenset(), multiple=False), "*", base)
    except Unsound as error:
        return str(error)
    return replace(amount, populations=multiple.populations)
