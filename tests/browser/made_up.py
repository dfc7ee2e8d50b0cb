"""A made-up site for what the Dandong story lacks: an index, contradictions, claims that can weaken more than once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType

SITE = """\
    format: 1
    title: A site
    publisher: A publisher
    languages: [en]
    """
STORY = """\
    ---
    title: "[The bridge at Nowhere opened](seed:register/entry+paper/opened+radio/opened)"
    standfirst: "One witness says that [it stayed shut](seed:paper/shut)."
    status: published
    published: 2020-02-03
    series: The crossing
    tags: [Bridges, What a crossing costs in a year in which the ferry lies in the harbour]
    unknowns:
      - "Who paid. [The paper does not say](seed:paper)."
    ---

    [The bridge opened](seed:paper/opened+radio/opened), and [a thousand people came](seed:paper/crowd+agency/crowd).

    A crossing costs [{{ toll }}](seed:paper/crowd), by ferry [{{ fare }}](seed:radio/opened).

    ![](exhibit:span)

    The county [keeps a register](https://county.invalid/bridges?entry=7).

    [It was late because it was dear](seed:radio/guess), and [that is why so many came](seed:paper/crowd&radio/guess).
    [It opened, or it was entered as open](seed:register/entry+radio/opened).

    | Span | Length |
    |---|---|
    | North | [20 metres](seed:register/entry) |
    """
EXHIBITS = """\
    span:
      title: The span
      alt: A drawn plate in place of a photograph of a bridge.
      caption: The span, [as it opened](seed:paper/opened).
      credit: Our drawing
      absent: not in hand
      positions: schematic
      annotations:
        pier:
          region: {box: [0.2, 0.2, 0.3, 0.4]}
          label: The pier
          note: The pier, [if it stands](seed:paper/opened+radio/opened).
          seed: paper/opened+radio/opened
    """
PRICES = """\
    currency: CNY
    unit: crossing
    places: {bridge: The bridge, ferry: The ferry}
    populations: {crossings: all crossings, berths: all berths}
    prices:
      toll: {place: bridge, population: crossings, item: A crossing, price: 3, statistic: single, seed: paper/crowd}
      fare: {place: ferry, population: berths, item: A berth, price: 8..9, statistic: range, seed: radio/opened}
    """
SEEDS = MappingProxyType(
    {
        "paper": """\
            title: The bridge
            publisher: A paper
            kind: news report
            consulted: in full
            voices:
              walker: {described_as: A walker, named: false, why_unnamed: The walker asked for it.}
              keeper: {described_as: The keeper}
            statements:
              opened: {voice: walker, locator: paragraph 1, says: The bridge opened., reading: observation}
              crowd: {voice: walker, locator: paragraph 2, says: A thousand came., reading: testimony}
              shut:
                voice: keeper
                locator: paragraph 3
                says: The bridge stayed shut.
                reading: testimony
                contradicts:
                  - {statement: paper/opened, why: A bridge cannot be both open and shut.}
            """,
        "radio": """\
            title: On the bridge
            publisher: A radio station
            kind: interview
            consulted: in part
            voices:
              clerk: {described_as: The clerk}
            statements:
              opened: {voice: clerk, locator: minute 1, says: The bridge opened., reading: testimony}
              guess: {voice: clerk, locator: minute 2, says: It was dear and so it was late., reading: analysis}
            """,
        "agency": """\
            title: Bridge opens
            publisher: An agency
            kind: news report
            consulted: in full
            voices:
              desk: {described_as: The desk, relays: [paper@walker]}
            statements:
              crowd: {voice: desk, locator: line 1, says: A thousand came., reading: testimony}
            """,
        "register": """\
            title: Register of bridges
            publisher: A county
            kind: official record
            consulted: in full
            voices:
              county: {described_as: The county}
            statements:
              entry: {voice: county, locator: entry 7, says: "The bridge, of 20 metres, is open.", reading: record}
            """,
    }
)
SECOND_STORY = """\
    ---
    title: >-
      Nothing is claimed here, in a headline that goes on for as long as a headline may reasonably be expected to go on,
      and then for a good while longer than that, so that whoever lays out the page has to think of it too
    standfirst: A story without exhibits, prices, claims or notes.
    status: published
    series: The crossing
    tags: [Bridges]
    ---

    It has one paragraph.
    """

FILES: Mapping[str, str] = MappingProxyType(
    {
        "content/site.yaml": SITE,
        "content/bridge/index.md": STORY,
        "content/bridge/exhibits.yaml": EXHIBITS,
        "content/bridge/prices.yaml": PRICES,
        "content/nothing/index.md": SECOND_STORY,
        **{f"seeds/{name}.yaml": text for name, text in SEEDS.items()},
    }
)


IN_OTHER_LANGUAGES = MappingProxyType(
    {"ko": ("사이트", "발행인", "이야기", "한 문단뿐이다."), "zh-Hans": ("网站", "发布者", "故事", "只有一段话。")}
)
"""Title, publisher, headline and prose of sites whose first language is another: an index, a series, a subject."""


def files_in(language: str) -> dict[str, str]:
    """A site of two stories in one of the other languages."""
    title, publisher, headline, prose = IN_OTHER_LANGUAGES[language]
    stories = {
        f"content/{name}/index.md": (
            f"---\ntitle: {headline}\nstandfirst: {prose}\nstatus: published\n"
            f"series: {title}\ntags: [{headline}]\n---\n\n{prose}\n"
        )
        for name in ("one", "two")
    }
    site = f"format: 1\ntitle: {title}\npublisher: {publisher}\nlanguages: [{language}]\n"
    return {"content/site.yaml": site, **stories}


def write_all(folder: Path) -> dict[str, Path]:
    """Write every made-up site's content into a folder of its own, and give these by the sites' names."""
    roots = {"made-up": write(folder / "made-up")}
    for language in IN_OTHER_LANGUAGES:
        roots[f"in-{language}"] = write(folder / language, files_in(language))
    return roots


def write(root: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write a site's content into a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root
