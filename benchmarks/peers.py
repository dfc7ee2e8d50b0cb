"""Measures builds of the same plain text by us and by other generators: cold, unchanged, and after one edit of prose.

`python -m benchmarks.peers` installs the peers into a folder outside the tree. Everything is interleaved in one run, and
each mark is a ratio of the least wall times of that run, so that a busy minute of the machine speaks for nobody.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import corpus, peer_sites
from benchmarks.measuring import (
    BUILD,
    FailedError,
    Sample,
    edit,
    least_and_median,
    machine,
    python,
    say,
    scratch,
    set_aside,
    timed,
)
from benchmarks.toolbox import Toolbox

BUILDS = ("cold", "unchanged", "one edit")
OURS, EVERY_OUTPUT, EVIDENCE = "Microsite", "Microsite, every output", "Microsite, full evidence"


class Mark(NamedTuple):
    """The most that a build of ours may take, as a share of what a peer's takes."""

    stories: int
    ours: str
    build: str
    peer: str
    peer_build: str
    most: float
    aim: float | None = None


MARKS = (
    *(Mark(stories, OURS, "unchanged", "Hugo", "unchanged", most) for stories, most in ((100, 0.5), (1000, 0.1))),
    *(Mark(stories, OURS, "one edit", "Hugo", "one edit", most) for stories, most in ((100, 1.2), (1000, 0.4))),
    Mark(1000, OURS, "one edit", "Lektor", "one edit", 0.3),
    Mark(1000, OURS, "one edit", "Pelican, cached", "one edit", 0.25),
    Mark(1000, OURS, "cold", "Pelican", "cold", 0.5, 0.35),
    Mark(1000, OURS, "cold", "MkDocs", "cold", 0.5, 0.35),
    Mark(1000, OURS, "cold", "Lektor", "cold", 1.0, 0.8),
    Mark(1000, EVIDENCE, "cold", "Pelican", "cold", 3.0),
)


class Contender(NamedTuple):
    """How a site is built, what a build leaves behind, and what it is built from."""

    write: Callable[[Path, int], None]
    build: Callable[[Path], Sample]
    leaves: tuple[str, ...]
    article: str
    builds: tuple[str, ...] = BUILDS
    needs: str = ""
    """The peer that has to be installed."""
    build_unchanged: Callable[[Path], Sample] | None = None
    """How it is built when nothing changed, where that differs."""


def contenders(toolbox: Toolbox) -> dict[str, Contender]:
    """Everything that is measured, by name."""

    def run(*command: str | Path, **environment: str) -> Callable[[Path], Sample]:
        return lambda folder: timed(command, folder, environment)

    hugo = run(toolbox.program("hugo", "hugo"), "--quiet")
    eleventy = run(
        toolbox.program("eleventy", "eleventy"),
        "--quiet",
        "--config=eleventy.config.cjs",
        NODE_PATH=str(toolbox.modules("eleventy")),
    )
    lektor = run(toolbox.program("lektor", "lektor"), "build", "-O", "out")
    pelican = run(toolbox.program("pelican", "pelican"), "-q", "-s", "pelicanconf.py")
    mkdocs = run(toolbox.program("mkdocs", "mkdocs"), "build", "-q", NO_MKDOCS_2_WARNING="1")
    kept = ("site", ".microsite")
    pelican_leaves = ("output", "cache", "__pycache__")

    def build(site: Path) -> Sample:
        return python(*BUILD, folder=site)

    def one_page(site: Path) -> Sample:
        return python("-m", "benchmarks.one_page", folder=site)

    story = "content/{}/index.md"
    # `one_page` has to import what it changes; that nothing changed is found without, by the command itself.
    # Pelican as it comes, and MkDocs, do everything anew each time: one build of theirs says what all take.
    return {
        OURS: Contender(peer_sites.ours, one_page, kept, story, build_unchanged=build),
        EVERY_OUTPUT: Contender(peer_sites.whole, build, kept, story),
        EVIDENCE: Contender(corpus.write, build, kept, story),
        "Hugo": Contender(
            peer_sites.hugo, hugo, ("public", "resources", ".hugo_build.lock"), "content/{}.md", BUILDS, "hugo"
        ),
        "Lektor": Contender(peer_sites.lektor, lektor, ("out",), "content/{}/contents.lr", BUILDS, "lektor"),
        "Eleventy": Contender(peer_sites.eleventy, eleventy, ("out",), "src/{}.md", BUILDS, "eleventy"),
        "Pelican, cached": Contender(
            peer_sites.pelican_cached, pelican, pelican_leaves, "content/{}.md", BUILDS, "pelican"
        ),
        "Pelican": Contender(peer_sites.pelican, pelican, pelican_leaves, "content/{}.md", BUILDS[:1], "pelican"),
        "MkDocs": Contender(peer_sites.mkdocs, mkdocs, ("site",), "docs/{}.md", BUILDS[:1], "mkdocs"),
    }


# --- Measuring -------------------------------------------------------------------------------------------------------


def measure(folder: Path, sizes: Sequence[int], rounds: int, toolbox: Toolbox) -> dict[str, Any]:
    """Every figure, with the marks; peers that can't be had, or that failed, are listed with the reason."""
    every = contenders(toolbox)
    present = {name: each for name, each in every.items() if not each.needs or toolbox.has(each.needs)}
    absent = {name: toolbox.absent[each.needs] for name, each in every.items() if name not in present}
    samples: dict[tuple[int, str, str], list[Sample]] = {}
    for size in sizes:
        for name, each in present.items():
            say(f"making {size} articles for {name}")
            each.write(_site(folder, size, name), size)
    for number in range(rounds):
        for size in sizes:
            for name, each in present.items():
                if name in absent:
                    continue
                say(f"round {number + 1} of {rounds}, {size} articles, {name}")
                try:
                    for build, sample in _round(_site(folder, size, name), each, size, number):
                        samples.setdefault((size, name, build), []).append(sample)
                except FailedError as problem:
                    absent[name] = str(problem).replace(str(toolbox.place), "…")
    rows = [
        {"stories": size, "tool": name, "build": build, **least_and_median(taken)}
        for (size, name, build), taken in samples.items()
        if name not in absent
    ]
    return {"machine": machine(), "rounds": rounds, "absent": absent, "builds": rows, "marks": [*marks(rows)]}


def _site(folder: Path, size: int, name: str) -> Path:
    return folder / str(size) / "".join(sign for sign in name.lower() if sign.isalpha())


def _round(site: Path, each: Contender, size: int, number: int) -> Iterator[tuple[str, Sample]]:
    set_aside(site, number, each.leaves)
    os.sync()  # so that no build pays for what another wrote
    for build in each.builds:
        if build == "one edit":
            edit(site / each.article.format(f"story-{size // 2:04}"))
        act = each.build_unchanged if build == "unchanged" else None
        yield build, (act or each.build)(site)


def marks(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each mark whose two sides were measured, with the ratio found."""
    least = {(row["stories"], row["tool"], row["build"]): row["least_s"] for row in rows}
    for mark in MARKS:
        one, other = (mark.stories, mark.ours, mark.build), (mark.stories, mark.peer, mark.peer_build)
        if one in least and other in least:
            found = round(least[one] / least[other], 3)
            yield {**mark._asdict(), "found": found, "met": found <= mark.most}


# --- Telling ---------------------------------------------------------------------------------------------------------


def table(report: dict[str, Any]) -> str:
    """The figures and the marks in Markdown."""
    sizes = sorted({row["stories"] for row in report["builds"]})
    cells = {(row["tool"], row["stories"], row["build"]): row for row in report["builds"]}
    head = [f"{size:,}: {build}" for size in sizes for build in BUILDS]
    lines = [
        f"| wall s, least of {report['rounds']} (median) | {' | '.join(head)} | {sizes[-1]:,} cold: CPU s | peak MiB |",
        "|:--|" + "--:|" * (len(head) + 2),
    ]
    for tool in dict.fromkeys(row["tool"] for row in report["builds"]):
        row = [_cell(cells.get((tool, size, build))) for size in sizes for build in BUILDS]
        peak = cells.get((tool, sizes[-1], "cold"))
        lines.append(
            f"| {tool} | {' | '.join(row)} | {peak['cpu_s']:.2f} | {peak['peak_mib']:.0f} |" if peak else f"| {tool} |"
        )
    lines += [f"| {tool} | absent: {reason} |" for tool, reason in report["absent"].items()]
    lines += ["", "| mark | at most | found | |", "|:--|--:|--:|:--|", *map(_mark, report["marks"])]
    return "\n".join(lines)


def _cell(row: dict[str, Any] | None) -> str:
    return f"{row['least_s']:.3f} ({row['median_s']:.3f})" if row else "–"


def _mark(mark: dict[str, Any]) -> str:
    what = f"{mark['ours']}, {mark['build']}, of {mark['peer']}’s, {mark['stories']:,} stories"
    aim = f" (aim {mark['aim']:g})" if mark["aim"] else ""
    return f"| {what} | {mark['most']:g} ×{aim} | {mark['found']:.2f} × | {'met' if mark['met'] else '**missed**'} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures our builds beside those of other generators.")
    parser.add_argument("--stories", type=int, nargs="+", default=[100, 1000], metavar="N")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures here")
    options = parser.parse_args()
    with scratch() as folder:
        report = measure(folder, options.stories, options.rounds, Toolbox())
        print(table(report), flush=True)
        if options.json:
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
