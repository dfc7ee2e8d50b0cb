"""Runs a program as a whole process and tells what it took; what all benchmarks share."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
BUILD = ("-c", "from microsite.command import main; raise SystemExit(main())")
"""A build as the `microsite` command makes it when it is given no arguments, which takes parsing none."""


class Sample(NamedTuple):
    """What one process took, the processes that it started included."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    """Of the largest process, or of all together where that was asked."""


class FailedError(Exception):
    """A program that was measured ended with another status than 0."""


def timed(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None, *, together: bool = False
) -> Sample:
    """Run a program in a folder, silently, and see what it took.

    Args:
        together: the peak is that of all its processes at once, looked at ten times a second, which needs Linux.

    Raises:
        FailedError: it failed.
    """
    whole = [sys.executable, "-I", "-S", str(ROOT / "benchmarks/timed.py")]
    whole += [*(["--together"] if together else []), *map(str, command)]
    variables = {**os.environ, **(environment or {})}
    finished = subprocess.run(whole, check=False, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True)
    if finished.returncode:
        raise FailedError(f"{' '.join(map(str, command))} failed with {finished.returncode}")
    return Sample(*map(float, finished.stdout.split()))


def python(*arguments: str, folder: Path = ROOT, together: bool = False) -> Sample:
    """Run our own Python with our modules in reach, and see what it took.

    Raises:
        FailedError: it failed.
    """
    # Where Python may not keep what it compiled, every start compiles our modules anew: no author's computer does that.
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": ""}
    return timed([sys.executable, *arguments], folder, environment, together=together)


@contextmanager
def scratch(chosen: Path | None = None) -> Iterator[Path]:
    """A folder outside the repository, which is gone afterwards with the sites in it."""
    if chosen:
        chosen.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="microsite-bench-", dir=chosen) as folder:
        yield Path(folder)


def set_aside(site: Path, number: int, names: Sequence[str] = ("site", ".microsite")) -> None:
    """Move away what was built, rather than delete it: some disks are slow for long after many deletions."""
    for name in names:
        if (site / name).exists():
            (site / name).rename(site.with_name(f"{site.name}-{number}-{name}"))


def edit(story: Path) -> None:
    """Add a word to the first paragraph under a heading."""
    text = story.read_text("utf-8")
    place = text.index("\n\n", text.index("\n## ") + len("\n## ")) + 2
    story.write_text(f"{text[:place]}Zwel {text[place:]}", encoding="utf-8", newline="\n")


def least_and_median(samples: Sequence[Sample]) -> dict[str, float]:
    """The least and the median of the wall times, the median of the CPU times, the most of the peaks."""
    walls = [sample.wall_s for sample in samples]
    figures = {
        "least_s": min(walls),
        "median_s": median(walls),
        "cpu_s": median(sample.cpu_s for sample in samples),
        "peak_mib": max(sample.peak_mib for sample in samples),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def machine() -> dict[str, Any]:
    """What was measured on, and how busy it is now."""
    page_size, pages = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_PHYS_PAGES")
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "memory_mib": page_size * pages // 2**20,
        "load_at_end": os.getloadavg()[0],
    }


def say(text: str) -> None:
    """Tell whoever waits at a terminal."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)
