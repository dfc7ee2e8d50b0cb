"""Measures how the cost of a story changes from a hundred stories to ten thousand, and draws it.

`python -m benchmarks.growth` builds sites with full evidence cold, unchanged and after one edit, each size beside the
others in the same run, with the memory of all processes together at its peak.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.measuring import BUILD, Sample, edit, least_and_median, machine, python, say, scratch, set_aside

BUILDS = ("cold", "unchanged", "one edit")
MOST_MIB = {1000: 120.0, 10_000: 600.0}
MOST_APART = 1.2
"""The dearest cold story of any size, as a multiple of the cheapest."""
SETTLED = 10_000
"""From this size on, a site is measured once: a build of it is long enough to be its own average."""


def measure(folder: Path, sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """Every figure by size and build, with the marks."""
    samples: dict[tuple[int, str], list[Sample]] = {}
    for size in sizes:
        say(f"making {size} stories")
        corpus.write(folder / f"{size}", size)
    for number in range(rounds):
        for size in sizes:
            if number == 0 or size < SETTLED:
                say(f"round {number + 1} of {rounds}, {size} stories")
                for build, sample in _round(folder / f"{size}", size, number):
                    samples.setdefault((size, build), []).append(sample)
    rows = [
        {"stories": size, "build": build, **least_and_median(taken), "each_ms": _each_ms(taken, size)}
        for (size, build), taken in samples.items()
    ]
    return {"machine": machine(), "rounds": rounds, "builds": rows, "marks": [*marks(rows)]}


def _each_ms(taken: Sequence[Sample], size: int) -> float:
    return round(1000 * min(sample.wall_s for sample in taken) / size, 4)


def _round(site: Path, size: int, number: int) -> Iterator[tuple[str, Sample]]:
    set_aside(site, number)
    os.sync()  # so that no build pays for what another wrote
    for build in BUILDS:
        if build == "one edit":
            edit(site / f"content/story-{size // 2:04}/index.md")
        yield build, python(*BUILD, folder=site, together=True)


def marks(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Whether a story costs the same at every size, and whether memory keeps within what it may take."""
    cold = [row for row in rows if row["build"] == "cold"]
    apart = round(max(row["each_ms"] for row in cold) / min(row["each_ms"] for row in cold), 3)
    yield {"what": "the dearest cold story of any size, of the cheapest", "most": MOST_APART, "found": apart}
    for row in cold:
        if row["stories"] in MOST_MIB:
            what, most = f"peak memory at {row['stories']:,} stories, MiB", MOST_MIB[row["stories"]]
            yield {"what": what, "most": most, "found": round(row["peak_mib"], 1)}


def table(report: dict[str, Any]) -> str:
    """The figures and the marks in Markdown."""
    lines = ["| stories | build | wall s | a story, ms | CPU s | peak MiB |", "|--:|:--|--:|--:|--:|--:|"]
    lines += [
        f"| {row['stories']:,} | {row['build']} | {row['least_s']:.3f} | {row['each_ms']:.3f} | {row['cpu_s']:.2f} | {row['peak_mib']:.0f} |"
        for row in report["builds"]
    ]
    lines += ["", "| mark | at most | found | |", "|:--|--:|--:|:--|"]
    lines += [
        f"| {mark['what']} | {mark['most']:g} | {mark['found']:g} | {'met' if mark['found'] <= mark['most'] else '**missed**'} |"
        for mark in report["marks"]
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures builds of ever larger sites.")
    parser.add_argument("--stories", type=int, nargs="+", default=[100, 1000, 10_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=2, help="of sites under ten thousand stories")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures here")
    options = parser.parse_args()
    with scratch() as folder:
        report = measure(folder, options.stories, options.rounds)
        print(table(report), flush=True)
        if options.json:
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
