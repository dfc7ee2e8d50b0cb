"""Measures a site of photographs: cold and warm builds, against the bare cost of the same encodes in the same run.

`python -m benchmarks.photos` makes 20 stories with 40 photograph-like masters of 2400 by 1600 pixels. The bare cost is
what decoding, reducing and encoding alone take in as many threads, with nothing read, kept or published.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.measuring import BUILD, Sample, python, set_aside
from benchmarks.originals import SIZE, as_jpeg, original
from microsite import derivatives, files, masters
from microsite.model import PhotoFile

STORIES, PHOTOGRAPHS = 20, 2
MOST_OF_BARE = 1.15
MOST_MIB = 600.0
DISTINCT = 8
"""So many pictures are drawn; the others are these, mirrored and turned upside down."""


SITE = b"""\
format: 1
title: A site
publisher: A publisher
languages: [en]
rules:
  unsourced-paragraph: {level: off, reason: Made-up words rest on nothing.}
"""


class Bare(NamedTuple):
    """What the encodes alone took."""

    wall_s: float
    cpu_s: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures builds of a site of photographs.")
    parser.add_argument("--stories", type=int, default=STORIES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="microsite-photos-") as folder:
        report = measure(Path(folder), options.stories, options.rounds)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


# --- The site --------------------------------------------------------------------------------------------------------


def write(root: Path, stories: int) -> None:
    """A site whose stories have photographs, and masters as `photo` would have made them."""
    _put(root, "content/site.yaml", SITE)
    pictures = [original(number) for number in range(min(DISTINCT, stories * PHOTOGRAPHS))]
    for story in range(stories):
        slug = f"story-{story:02}"
        entries = []
        prose = f"---\ntitle: Story {story}\nstandfirst: Of photographs.\nstatus: published\n---\n\nWords.\n"
        for index in range(PHOTOGRAPHS):
            number = story * PHOTOGRAPHS + index
            turned = pictures[number % len(pictures)].rotate(180 * (number // len(pictures) % 2))
            shifted = turned.transform(SIZE, 0, (1, 0, number, 0, 1, 0), fillcolor=(40, 40, 40))  # type: ignore[arg-type]
            data = as_jpeg(shifted)
            name = f"photo-{index}-{files.short_digest(data)[:8]}.jpg"
            _put(root, f"content/{slug}/photos/{name}", data)
            entries.append(_entry(index, name, data))
            prose += f"\n![](exhibit:photo-{index})\n\nMore words.\n"
        _put(root, f"content/{slug}/index.md", prose.encode())
        _put(root, f"content/{slug}/exhibits.yaml", "".join(entries).encode())


def _entry(index: int, name: str, data: bytes) -> str:
    nothing = files.sha256(b"")
    return (
        f"photo-{index}:\n  title: A photograph\n  alt: A street.\n  caption: A street.\n  credit: Nobody\n"
        f"  rights: Free.\n  photo: {name}\n  master:\n    recipe: {masters.RECIPE}\n    longest_side: 3000\n"
        f"    redactions: {masters.fingerprint(())}\n    sha256: {files.sha256(data)}\n    commitment: {nothing}\n"
        f"    colour: {derivatives.colour(data)}\n"
    )


def _put(root: Path, path: str, data: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


# --- Measuring -------------------------------------------------------------------------------------------------------


def measure(folder: Path, stories: int, rounds: int) -> dict[str, Any]:
    """All figures: medians of rounds in which everything is measured once."""
    site = folder / "site-of-photographs"
    write(site, stories)
    small = folder / "quarter"
    write(small, max(1, stories // 4))
    samples: dict[str, list[Any]] = {}
    for number in range(rounds):
        for name, take in _round(site, small, number):
            os.sync()
            samples.setdefault(name, []).append(take())
    published = list((site / "site/images").iterdir())
    figures = {name: _medians(taken) for name, taken in samples.items()}
    cold, bare = figures["cold"], figures["bare"]
    ratios = [one.cpu_s / other.cpu_s for one, other in zip(samples["cold"], samples["bare"], strict=True)]
    walls = [one.wall_s / other.wall_s for one, other in zip(samples["cold"], samples["bare"], strict=True)]
    return {
        "stories": stories,
        "photographs": stories * PHOTOGRAPHS,
        "processors": os.cpu_count(),
        "load_at_end": os.getloadavg()[0],
        "figures": figures,
        "pictures_out": len(published),
        "mb_out": sum(path.stat().st_size for path in published) / 1e6,
        "share_of_cores": cold["cpu_s"] / cold["wall_s"] / (os.cpu_count() or 1),
        "share_of_cores_bare": bare["cpu_s"] / bare["wall_s"] / (os.cpu_count() or 1),
        "ratio_wall": median(walls),
        "ratio_cpu": median(ratios),
    }


def _round(site: Path, small: Path, number: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    for each in (site, small):
        set_aside(each, number)
    yield "bare", lambda: bare(site)
    yield "cold", lambda: _build(site)
    yield "unchanged", lambda: _build(site)

    def edited() -> Sample:
        with (site / "content/story-00/index.md").open("a") as prose:
            prose.write("\nA word more.\n")
        return _build(site)

    yield "one edit", edited
    yield "cold, a quarter of them", lambda: _build(small)


def _build(site: Path) -> Sample:
    return python(*BUILD, folder=site)


def bare(site: Path) -> Bare:
    """Decode, reduce and encode every master in as many threads as there are processors."""
    masters_ = [path.read_bytes() for path in sorted(site.glob("content/*/photos/*"))]

    def one(data: bytes) -> int:
        plan = derivatives.planned("x", PhotoFile("", files.sha256(data), "JPEG", *SIZE, ()))
        return sum(len(made) for _, made in derivatives.made(data, plan, plan.all()))

    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, masters_))
    return Bare(time.perf_counter() - wall, time.process_time() - cpu)


def _medians(samples: list[Any]) -> dict[str, float]:
    return {name: median(getattr(each, name) for each in samples) for name in samples[0]._fields}


def table(report: dict[str, Any]) -> str:
    """The figures for a terminal."""
    figures = report["figures"]
    lines = [
        (
            f"{report['stories']} stories, {report['photographs']} photographs of {SIZE[0]} by {SIZE[1]}, "
            f"Python {sys.version.split()[0]}, {report['processors']} processors, load {report['load_at_end']:.1f}"
        ),
        f"{'':<24} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}",
    ]
    for name, each in figures.items():
        peak = f"{each['peak_mib']:>9.0f}" if "peak_mib" in each else ""
        lines.append(f"{name:<24} {each['wall_s']:>8.2f} {each['cpu_s']:>8.2f} {peak}")
    peak = figures["cold"]["peak_mib"]
    lines += [
        f"{report['pictures_out']} pictures, {report['mb_out']:.1f} MB",
        f"share of the processors: {report['share_of_cores']:.0%} (the bare encodes: {report['share_of_cores_bare']:.0%})",
        (
            f"cold against bare: wall {report['ratio_wall']:.2f}, CPU {report['ratio_cpu']:.2f} of {MOST_OF_BARE}: "
            f"{'met' if report['ratio_cpu'] <= MOST_OF_BARE else 'MISSED'}"
        ),
        (
            f"peak memory: {peak:.0f} MiB of {MOST_MIB:.0f}, "
            f"{peak / figures['cold, a quarter of them']['peak_mib']:.2f} × that of a quarter of the photographs"
        ),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
