"""Measures builds of 1, 100 and 1,000 stories: cold, unchanged, and after one edit, each against Python's own start.

`make bench` runs it. Every round measures everything once, so that a busy minute of the machine falls on all alike;
medians are told. README.md beside this says how to read them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))  # run as a file, this sees only its own folder

from benchmarks.measuring import BUILD, Sample, edit, machine, python, say, scratch, set_aside

BUILDS = ("cold", "unchanged", "one edit")
MARKS = (
    (1000, "cold", "wall_s", 15.0),
    (1000, "one edit", "wall_s", 1.0),
    (1000, "cold", "peak_mib", 400.0),
)
"""The most that a build of so many stories may take on two processors."""


def main() -> None:
    """Measure, print a table, and keep the figures if asked to."""
    options = _options()
    with scratch(options.folder) as folder:
        samples = measure(folder, options.stories, options.rounds)
    report = summary(samples, options.rounds)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures builds of sites of several sizes.")
    parser.add_argument("--stories", type=int, nargs="+", default=[1, 100, 1000], metavar="N", help="how many stories")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures here")
    parser.add_argument("--folder", type=Path, help="where to make the sites (default: the temporary folder)")
    return parser.parse_args()


# --- Measuring -------------------------------------------------------------------------------------------------------


def measure(folder: Path, sizes: Sequence[int], rounds: int) -> dict[tuple[int, str], list[Sample]]:
    """Every sample by number of stories and build; that of the bare interpreter under 0 and `start`."""
    samples: dict[tuple[int, str], list[Sample]] = {}
    for size in sizes:
        say(f"making {size} stories")
        python("benchmarks/corpus.py", str(folder / f"{size}"), "--stories", str(size))
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for size in sizes:
            for build, sample in _round(folder / f"{size}", size, number):
                samples.setdefault((0, "start"), []).append(python("-c", "pass"))
                samples.setdefault((size, build), []).append(sample)
    return samples


def _round(site: Path, stories: int, number: int) -> Iterator[tuple[str, Sample]]:
    set_aside(site, number)
    os.sync()  # so that no build pays for what another wrote
    for build in BUILDS:
        if build == "one edit":
            edit(site / f"content/story-{stories // 2:04}/index.md")
        yield build, python(*BUILD, folder=site)


# --- Telling ---------------------------------------------------------------------------------------------------------


def summary(samples: dict[tuple[int, str], list[Sample]], rounds: int) -> dict[str, Any]:
    """All figures, with medians and ratios to the interpreter's start, and whether the marks were met."""
    start = _figures(samples[0, "start"])
    builds = []
    for (stories, build), taken in samples.items():
        if stories:
            figures = _figures(taken)
            ratios = {name: figures[name]["median"] / start[name]["median"] for name in Sample._fields}
            builds.append({"stories": stories, "build": build, **figures, "ratios_to_start": ratios})
    return {"machine": machine(), "rounds": rounds, "start": start, "builds": builds, "marks": [*_marks(builds)]}


def _figures(samples: list[Sample]) -> dict[str, Any]:
    columns = dict(zip(Sample._fields, zip(*samples, strict=True), strict=True))
    return {name: {"median": median(column), "samples": column} for name, column in columns.items()}


def _marks(builds: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for stories, build, figure, most in MARKS:
        for row in builds:
            if (row["stories"], row["build"]) == (stories, build):
                found = row[figure]["median"]
                yield {"stories": stories, "build": build, figure: found, "most": most, "met": found <= most}


def table(report: dict[str, Any]) -> str:
    """The figures for a terminal."""
    machine, start = report["machine"], report["start"]
    head = f"{'stories':>7}  {'build':<9} {'wall s':>8} {'from':>7} {'to':>7} {'× start':>8}"
    where = f"Python {machine['python']}, {machine['system']}, {machine['processors']} processors"
    lines = [
        f"{where}, load {machine['load_at_end']:.1f}; medians of {report['rounds']} rounds",
        f"{head} {'cpu s':>8} {'× start':>8} {'peak MiB':>9} {'× start':>8}",
        _row("", "start", start, dict.fromkeys(Sample._fields, 1.0)),
        *(_row(f"{row['stories']:,}", row["build"], row, row["ratios_to_start"]) for row in report["builds"]),
        *map(_mark, report["marks"]),
    ]
    return "\n".join(lines)


def _row(stories: str, build: str, figures: dict[str, Any], ratios: dict[str, float]) -> str:
    wall, cpu, peak = (figures[name] for name in Sample._fields)
    low, high = min(wall["samples"]), max(wall["samples"])
    times = f"{wall['median']:8.3f} {low:7.3f} {high:7.3f} {ratios['wall_s']:8.1f}"
    costs = f"{cpu['median']:8.3f} {ratios['cpu_s']:8.1f} {peak['median']:9.1f} {ratios['peak_mib']:8.1f}"
    return f"{stories:>7}  {build:<9} {times} {costs}"


def _mark(mark: dict[str, Any]) -> str:
    what, unit = ("wall_s", "s") if "wall_s" in mark else ("peak_mib", "MiB")
    verdict = "met" if mark["met"] else "MISSED"
    return f"{mark['stories']:,} stories, {mark['build']}: {mark[what]:.2f} {unit} of {mark['most']:g}: {verdict}"


if __name__ == "__main__":
    main()
