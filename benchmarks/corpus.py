"""Makes a site of any size for the benchmarks: stories, prices and sources in made-up words, the same for one number.

Each story has 800 words of prose under six headings, a table, two footnotes, 20 citations and 6 prices. It rests on a
source document of its own and on some that other stories share. No word of it means anything in any language.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random

WORDS = 800
"""Of prose in a story; headings, table and footnotes come on top."""
CITATIONS = 20
PRICES = ("base", "market", "export", "wholesale", "festival", "second_hand")
SECTIONS = 6
SENTENCES_IN_A_SECTION = (7, 7, 7, 7, 6, 6)
SHARED_SOURCES = 10
OWN_STATEMENTS, SHARED_STATEMENTS = 12, 6
VOICES = ("keeper", "buyer", "office")
READINGS = ("testimony", "observation", "testimony", "analysis")

_ONSETS = ("b", "dr", "f", "gl", "j", "kr", "l", "m", "n", "pl", "r", "skw", "t", "v", "vl", "z", "zw")
_RHYMES = ("a", "ei", "el", "en", "i", "im", "o", "oi", "on", "u", "ul", "y")


def main() -> None:
    """Make a corpus from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to make it; must not exist yet")
    parser.add_argument("--stories", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--number", type=int, default=1, help="another number gives other words (default: 1)")
    options = parser.parse_args()
    write(options.folder, options.stories, options.number)


def write(folder: Path, stories: int, number: int = 1) -> None:
    """Make a site of so many stories in a new folder; the same `number` gives the same bytes.

    Raises:
        FileExistsError: there is something in the folder's place.
    """
    folder.mkdir(parents=True)
    for path, text in files(stories, number):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


def files(stories: int, number: int = 1) -> Iterator[tuple[str, str]]:
    """Path and text of every file of the site."""
    yield "content/site.yaml", _SITE
    for shared in range(SHARED_SOURCES):
        writer = Writer(f"{number}/shared/{shared}")
        relays = f"shared-{shared - 1}" if shared % 3 == 2 else ""
        yield f"seeds/shared-{shared}.yaml", writer.source(SHARED_STATEMENTS, relays)
    for slug in slugs(stories):
        writer = Writer(f"{number}/{slug}")
        yield f"seeds/{slug}-notes.yaml", writer.source(OWN_STATEMENTS)
        yield f"content/{slug}/prices.yaml", writer.prices(slug)
        yield f"content/{slug}/index.md", writer.story(slug)


def slugs(stories: int) -> list[str]:
    """The names of the stories."""
    return [f"story-{index:04}" for index in range(stories)]


_SITE = """\
format: 1
title: Benchmark
publisher: A made-up publisher
languages: [en]
rules:
  unattributed-claim: {level: off, reason: Made-up words say nothing of who speaks.}
  unused-statement: {level: off, reason: Stories draw at random from what their sources say.}
"""


def _syllables(random: Random) -> Iterator[str]:
    for _ in range(random.choice((1, 2, 2, 2, 3))):
        yield random.choice(_ONSETS) + random.choice(_RHYMES)


class Writer:
    """Writes the files of one story or source, each the same whenever its seed is."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)
        vocabulary = Random("vocabulary")
        self._words = ["".join(_syllables(vocabulary)) for _ in range(900)]
        self._frequencies = list(accumulate(1 / rank for rank in range(6, 906)))  # few make up most, as in any language

    def words(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._frequencies, k=count)

    def phrase(self, count: int) -> str:
        """So many words, the first with a capital letter."""
        return " ".join(self.words(count)).capitalize()

    # Sources

    def source(self, statements: int, relays: str = "") -> str:
        """A source document with three voices, of whom one passes on another."""
        lines = [
            f"title: {self.phrase(6)}",
            f"publisher: {self.phrase(2)} press",
            "kind: news report",
            f"published: {self._day()}",
            "consulted: in full",
            *([f"relays: [{relays}]"] if relays else []),
            "voices:",
            *(line for voice in VOICES for line in self._voice(voice)),
            "statements:",
            *(line for index in range(statements) for line in self._statement(index)),
        ]
        return "\n".join(lines) + "\n"

    def _voice(self, name: str) -> Iterator[str]:
        yield f"  {name}:"
        yield f"    described_as: {self.phrase(4)}"
        if name == "office":
            yield "    named: true"
            yield "    relays: [keeper]"
        else:
            yield f"    how_they_know: {self.phrase(8)}"
            yield f"    why_unnamed: {self.phrase(6)}"

    def _statement(self, index: int) -> Iterator[str]:
        yield f"  s{index}:"
        yield f"    voice: {VOICES[index % len(VOICES)]}"
        yield f"    locator: Paragraph {index + 1}"
        yield f"    says: {self.phrase(14)}."
        yield f"    reading: {READINGS[index % len(READINGS)]}"

    def _day(self) -> str:
        return (
            f"20{self._random.randrange(10, 26)}-{self._random.randrange(1, 13):02}-{self._random.randrange(1, 29):02}"
        )

    def _citation(self, slug: str) -> str:
        """One statement, mostly; sometimes a second that bears it out, or without which it does not stand."""
        own = f"{slug}-notes/s{self._random.randrange(OWN_STATEMENTS)}"
        shared = f"shared-{self._random.randrange(SHARED_SOURCES)}/s{self._random.randrange(SHARED_STATEMENTS)}"
        return self._random.choice((own, own, own, shared, f"{own}+{shared}", f"{own}&{shared}"))

    # Prices

    def prices(self, slug: str) -> str:
        """Six prices: single, a range, an open end, about, an average and a multiple."""
        low = self._random.randrange(20, 900)
        amounts = (f"{low}", f"{low}..{2 * low}", f'">{5 * low}"', f'"~{3 * low}"', f"{2 * low}")
        statistics = ("single", "range", "range", "single", "average")
        rows = [
            line
            for name, amount, statistic in zip(PRICES, amounts, statistics, strict=False)
            for line in self._price(name, f"price: {amount}", statistic, slug)
        ]
        rows += self._price(PRICES[-1], f"times: {self._random.randrange(2, 9)}", "single", slug)
        lines = [
            "currency: CNY",
            "unit: piece",
            "places:",
            *(f"  {place}: {self.phrase(3)}" for place in ("shop", "elsewhere")),
            "populations:",
            *(f"  {population}: {' '.join(self.words(3))}" for population in ("all", "some")),
            "comparable:",
            "  - populations: [all, some]",
            f"    reason: {self.phrase(9)}.",
            f'finding: "[{self.phrase(5)} {{{{ market / base }}}}](seed:{slug}-notes/s1&/s2)."',
            "prices:",
            *rows,
        ]
        return "\n".join(lines) + "\n"

    def _price(self, name: str, amount: str, statistic: str, slug: str) -> list[str]:
        return [
            f"  {name}:",
            f"    place: {'shop' if name in PRICES[:3] else 'elsewhere'}",
            f"    population: {'all' if name in PRICES[::2] else 'some'}",
            f"    item: {self.phrase(3)}",
            f"    {amount}",
            f"    statistic: {statistic}",
            f"    seed: {slug}-notes/s{self._random.randrange(OWN_STATEMENTS)}",
        ]

    # Stories

    def story(self, slug: str) -> str:
        """Front matter and prose. The finding is one of the citations; the standfirst has another."""
        front = [
            "---",
            f"title: {self.phrase(7)}",
            f'standfirst: "{self.phrase(9)} [{" ".join(self.words(6))}](seed:{self._citation(slug)})."',
            "status: published",
            f"based_on: [{slug}-notes]",
            f"place: {self.phrase(1)}",
            f"published: {self._day()}",
            f"unknowns: [{self.phrase(9)}.]",
            f"methods: [{self.phrase(12)}.]",
            "---",
            "",
        ]
        return "\n".join(front) + "\n".join(self._prose(slug))

    def _prose(self, slug: str) -> Iterator[str]:
        sentences = self._sentences(slug)
        for section, count in enumerate(SENTENCES_IN_A_SECTION):
            yield f"## {self.phrase(4)}\n"
            taken = [next(sentences) for _ in range(count)]
            note = f"[^{section}]" if section in (1, 4) else ""
            yield " ".join(taken[:4]) + note + "\n"
            yield " ".join(taken[4:]) + "\n"
            if note:
                yield f"[^{section}]: {self.phrase(12)}.\n"
            if section == 2:
                yield self.table()

    def _sentences(self, slug: str) -> Iterator[str]:
        """As many as there are, of 20 words on average, those with a claim spread evenly among the others."""
        count = sum(SENTENCES_IN_A_SECTION)
        average = WORDS // count
        claims = CITATIONS - 2
        figures = iter((*PRICES, "market / base", "export / base"))
        for index in range(count):
            length = average + (1 if index % 2 else -1) * (index // 2 % 8)
            has_claim = (index + 1) * claims // count > index * claims // count
            yield self._claim(slug, length, next(figures, "")) if has_claim else f"{self.phrase(length)}."

    def _claim(self, slug: str, length: int, figure: str) -> str:
        """A sentence whose middle is a claim; a figure counts as a word."""
        inside = [*self.words(7 if figure else 8), *([f"{{{{ {figure} }}}}"] if figure else [])]
        after = " ".join(self.words(length - 8 - 3))
        return f"{self.phrase(3)} [{' '.join(inside)}](seed:{self._citation(slug)}) {after}."

    def table(self) -> str:
        rows = [[self.phrase(2) for _ in range(3)] for _ in range(5)]
        head, *body = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([head, "|---|---|---|", *body, ""])


if __name__ == "__main__":
    main()
