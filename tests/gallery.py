"""The gallery: a site of odd lengths and empty states. `sites/gallery/` holds what is written by hand, this file the crowds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests import trees

BY_HAND = Path(__file__).parent / "sites" / "gallery"
PRICES, CLAIMS, PARTIES = 60, 300, 30
DOCUMENTS, VOICES = 6, 5
"""Thirty voices in all behind the three hundred claims."""
CROWD = 25
"""Voices of one document."""
SECTIONS = 12


def write(root: Path) -> Path:
    """Write the whole gallery into a folder."""
    trees.lay_over(root, BY_HAND)
    for name, text in _files():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _files() -> Iterator[tuple[str, str]]:
    yield "content/sixty-prices/index.md", _story("A story with sixty prices", "The dearest is {{ price_59 }}.")
    yield "content/sixty-prices/prices.yaml", _PRICES
    yield "content/sixty-prices/sheet.csv", "".join(_sheet())
    yield "content/hundreds/index.md", _story("A story with three hundred claims", "\n\n".join(_claims()))
    yield from ((f"seeds/wire-{number}.yaml", _wire(number)) for number in range(DOCUMENTS))
    yield "content/crowd/index.md", _story("A story with a crowd in it", _crowd(), _particulars())
    yield "seeds/assembly.yaml", _seed("An assembly", "A hall", CROWD)


def _story(title: str, body: str, more: str = "") -> str:
    return f"---\ntitle: {title}\nstandfirst: Far more of one thing than anybody expects.\nstatus: published\n{more}---\n\n{body}\n"


# --- Sixty prices ----------------------------------------------------------------------------------------------------

_PRICES = """\
currency: CNY
unit: piece
places: {market: The market}
populations: {goods: goods of every kind}
prices: sheet.csv
"""


def _sheet() -> Iterator[str]:
    yield "id,place,population,item,price,statistic,seed\n"
    for number in range(PRICES):
        low = 10 + number * 7 % 90
        price = (f"{low}", f"{low}..{low + number}", f">{low}", f"<{low}", f"~{low}")[number % 5]
        statistic = "range" if ".." in price or price[0] in "<>" else "single"
        yield f"price_{number},market,goods,Article number {number + 1},{price},{statistic},leaflet/one\n"


# --- Three hundred claims --------------------------------------------------------------------------------------------


def _claims() -> Iterator[str]:
    for section in range(SECTIONS):
        yield f"## Part {section + 1}"
        for number in range(section * CLAIMS // SECTIONS, (section + 1) * CLAIMS // SECTIONS):
            yield f"It is told that [claim number {number + 1} holds](seed:{_cited(number)}), so far as is known."


def _cited(number: int) -> str:
    """One voice, or two of one document, or of two, or both needed."""
    first, voice = number % DOCUMENTS, number // DOCUMENTS % VOICES
    second, other = (first + 1 + number // 30 % (DOCUMENTS - 1)) % DOCUMENTS, (voice + number // 7) % VOICES
    one = f"wire-{first}/said-{voice}"
    return (one, f"{one}+/said-{(voice + 1) % VOICES}", f"{one}+wire-{second}/said-{other}")[number % 3] + (
        f"&wire-{second}/said-{voice}" if number % 10 == 9 else ""
    )


def _wire(number: int) -> str:
    """A document; the last one contradicts the first."""
    against = "    contradicts: [{statement: wire-0/said-0, why: Both cannot be.}]\n" if number == DOCUMENTS - 1 else ""
    return _seed(f"Wire {number + 1}", f"Agency {number + 1}", VOICES) + against


def _seed(title: str, publisher: str, voices: int) -> str:
    head = f"title: {title}\npublisher: {publisher}\nkind: news report\nconsulted: in full\nvoices:\n"
    spoken = "".join(f"  voice-{n}: {{described_as: 'The witness at door {n + 1}'}}\n" for n in range(voices))
    said = "".join(
        f"  said-{n}:\n    voice: voice-{n}\n    locator: line {n + 1}\n    says: The door was open.\n    reading: testimony\n"
        for n in range(voices)
    )
    return f"{head}{spoken}statements:\n{said}"


# --- A crowd ---------------------------------------------------------------------------------------------------------


def _crowd() -> str:
    ten = "+".join(f"assembly/said-{n}" for n in range(10))
    return (
        f"[Ten people said so](seed:{ten}). "
        "[They say at the company](seed:address/notice), and [some saw it](seed:taken-back/seen+assembly/said-11).\n\n"
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is "
        "<https://example.org/an/address/without/a/single/space/in/it/at/all/whatsoever/however/long.html>."
    )


def _particulars() -> str:
    corrections = "".join(
        f"  - {{date: {date}, kind: {kind}, was: 'Nine people.', now: 'Ten people said so, in a correction that is long.'}}\n"
        for date, kind in (("2020-03-01", "correction"), ("2020-02", "clarification"), ("2019", "update"))
    )
    parties = "".join(
        f"  party-{n}: {{name: 'Party number {n + 1}', asked_by: {('us', 'source', 'nobody')[n % 3]}}}\n"
        for n in range(PARTIES)
    )
    return f"published: 2019-11\nbased_on: [assembly, taken-back, address]\nunknowns: []\ncorrections:\n{corrections}parties:\n{parties}"
