"""Where a build's time goes, what it made and kept, and why: a watch that is handed from stage to stage, and its table.

Who asks for no times hands on an `Unwatched`, which never looks at a clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

STAGES = {
    "start": "looking what changed, loading the program",
    "load": "reading files",
    "convert": "Markdown, claims, figures",
    "check": "content, sources, translations",
    "derive": "what pages, data files, feeds and maps show",
    "render": "templates",
    "audit": "what was made, tripwires",
    "pictures": "photographs, cards for sharing",
    "write": "into staging, then into site/",
    "wait": "for other processes",
    "rest": "between the stages",
}
"""In the order of the table, each with what it covers."""
COUNTED = {
    "stories": "kept as the last build left them",
    "pages": "kept with their stories",
    "texts": "of stories made now; kept in the cache, but for short ones",
    "pictures": "of stories made now; kept in the cache or in site/",
    "files": "kept as they stood in site/",
}
"""Likewise; what is told of how they were kept."""
MOST_GROUPS = 10
MOST_STORIES = 4
MOST_REASONS = 3


class Spent(NamedTuple):
    """What was spent on stages, and what came of them."""

    seconds: Mapping[str, tuple[float, float]] = {}
    """By stage: of processors, and by the clock, in all processes together."""
    counts: Mapping[str, tuple[int, int]] = {}
    """Of stories, pages and the like: made, and kept or taken from the cache."""


class Unwatched:
    """The watch of a build of which nobody wants to know."""

    def time(self, stage: str, work: Callable[P, T], *args: P.args, **given: P.kwargs) -> T:  # noqa: ARG002
        """Do some work that belongs to a stage; what it calls may belong to others, and counts there alone."""
        return work(*args, **given)

    def begin(self) -> None:
        """Note that the stages begin: what was before was the start."""

    def count(self, what: str, made: int = 0, kept: int = 0) -> None:
        """Note how many of something were made, and how many stood or came from the cache."""

    def explain(self, reasons: Callable[[], Mapping[str, tuple[str, ...]]]) -> None:
        """Note why stories are made, by slug: asked for only where somebody wants to know."""

    def drain(self) -> Spent:
        """Hand over all that was noted, and begin anew: so it comes from a process to the one that began it."""
        return Spent()

    def add(self, spent: Spent) -> None:
        """Note what another watch has handed over."""


UNWATCHED = Unwatched()
"""It holds nothing."""


class Watch(Unwatched):
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._stages = ["start"]
        self._seconds: dict[str, tuple[float, float]] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self._reasons: Mapping[str, tuple[str, ...]] = {}
        self._at = time.process_time(), self._began

    def time(self, stage: str, work: Callable[P, T], *args: P.args, **given: P.kwargs) -> T:
        """Do some work that belongs to a stage, and pause the one around it."""
        self._note()
        self._stages.append(stage)
        try:
            return work(*args, **given)
        finally:
            self._note()
            self._stages.pop()

    def begin(self) -> None:
        """Note that the start is over."""
        self._note()
        self._stages = ["rest"]

    def _note(self) -> None:
        """Count the time since the last note for the stage under way."""
        now = time.process_time(), time.perf_counter()
        # A forked process has a clock of its own for its processor, which began anew.
        passed = max(0.0, now[0] - self._at[0]), now[1] - self._at[1]
        self._at = now
        self._put(self._stages[-1], passed)

    def _put(self, stage: str, seconds: tuple[float, float]) -> None:
        before = self._seconds.get(stage, (0.0, 0.0))
        self._seconds[stage] = before[0] + seconds[0], before[1] + seconds[1]

    def count(self, what: str, made: int = 0, kept: int = 0) -> None:
        """Add to how many there are."""
        before = self._counts.get(what, (0, 0))
        self._counts[what] = before[0] + made, before[1] + kept

    def explain(self, reasons: Callable[[], Mapping[str, tuple[str, ...]]]) -> None:
        """Note the reasons."""
        self._reasons = reasons()

    def drain(self) -> Spent:
        """Hand over and begin anew."""
        self._note()
        spent = Spent(self._seconds, self._counts)
        self._seconds, self._counts = {}, {}
        return spent

    def add(self, spent: Spent) -> None:
        """Add what was handed over."""
        for stage, seconds in spent.seconds.items():
            self._put(stage, seconds)
        for what, (made, kept) in spent.counts.items():
            self.count(what, made, kept)

    def elapsed_s(self) -> float:
        """Seconds since it was made."""
        return time.perf_counter() - self._began

    def table(self) -> Iterator[str]:
        """All that was noted, as lines to be printed."""
        self._note()
        yield from _stages(self._seconds, self.elapsed_s())
        yield from _counts(self._counts)
        yield from _reasons(self._reasons)


def _stages(seconds: Mapping[str, tuple[float, float]], elapsed_s: float) -> Iterator[str]:
    yield f"{'stage':9} {'processor':>10} {'clock':>10}   seconds, of all processes together"
    for stage, covers in STAGES.items():
        if stage in seconds:
            processor, clock = seconds[stage]
            yield f"{stage:9} {processor:10.3f} {clock:10.3f}   {covers}"
    processor = sum(each[0] for each in seconds.values())
    yield f"{'all':9} {processor:10.3f} {elapsed_s:10.3f}   the clock as you waited"


def _counts(counts: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    yield ""
    yield f"{'':9} {'made':>10} {'kept':>10}"
    for what, how_kept in COUNTED.items():
        made, kept = counts.get(what, (0, 0))
        yield f"{what:9} {made:10} {kept:10}   {how_kept}"


def _reasons(reasons: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Which stories were made and why, those of the same reasons together."""
    if not reasons:
        return
    groups: dict[tuple[str, ...], list[str]] = {}
    for slug, why in reasons.items():
        groups.setdefault(why, []).append(slug)
    yield ""
    yield "why"
    for why, slugs in list(groups.items())[:MOST_GROUPS]:
        yield f"{_some(slugs, MOST_STORIES)}: {_some(why, MOST_REASONS)}"
    if len(groups) > MOST_GROUPS:
        left = sum(len(slugs) for slugs in list(groups.values())[MOST_GROUPS:])
        yield f"and {left} more, for other reasons"


def _some(items: list[str] | tuple[str, ...], most: int) -> str:
    """The first few of them, and how many more there are."""
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")
