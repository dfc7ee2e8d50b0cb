"""Whether the corrections of a story stand in their order, have days that can be, and name places that are or were there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from .dates import PartialDate
from .diagnostics import Diagnostic, nearest, problem
from .manuscript import Manuscript
from .model import Correction, Seed, Story
from .schema import Name
from .versions import entry_of, present

_LATEST_FIRST = "move it up: the latest correction stands first"


def correction_problems(
    story: Story, editions: Sequence[Manuscript], seeds: Mapping[str, Seed]
) -> Iterator[Diagnostic]:
    """Everything wrong with the corrections of a story, given that all else could be read.

    Args:
        editions: one for each language, the site's first language first.
        seeds: those that the story rests on or that its corrections name.
    """
    corrections = story.front.corrections
    for correction in corrections:
        yield from _day_problems(correction, story.front.published)
    for above, below in pairwise(corrections):
        if _is_surely_before(above.date, below.date):
            message = f"the correction of {below.date} stands below that of {above.date}"
            yield problem(below.at, "misplaced-correction", message, _LATEST_FIRST)
    if any(correction.places for correction in corrections):
        yield from _place_problems(story, editions, seeds)


def _day_problems(correction: Correction, published: PartialDate | None) -> Iterator[Diagnostic]:
    if correction.date.year is None:
        message = f"`{correction.date}` does not say in what year the correction was made"
        yield problem(correction.at, "bad-date", message, "write the day on which readers were told")
    elif published and _is_surely_before(correction.date, published):
        message = f"the correction is dated {correction.date}, and the story was published on {published}"
        yield problem(correction.at, "bad-date", message, "write the day on which readers were told")


def _is_surely_before(one: PartialDate, other: PartialDate) -> bool:
    """Whether a day precedes another, whatever the parts of either that are not known."""
    for mine, theirs in zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True):
        if mine is None or theirs is None:
            return False
        if mine != theirs:
            return mine < theirs
    return False


def _place_problems(story: Story, editions: Sequence[Manuscript], seeds: Mapping[str, Seed]) -> Iterator[Diagnostic]:
    record = story.published
    known = {"text", *present(story, editions, seeds).texts, *(record.texts if record else ())}
    known |= {f"exhibit:{id}" for id in story.exhibits}  # one without a caption shows no text
    known |= {f"seed:{id}" for id in seeds} | {f"seed:{id}@{voice}" for id in seeds for voice in seeds[id].voices}
    for correction in story.front.corrections:
        # What it names may be gone by now, and was checked when it was recorded.
        if not record or entry_of(correction) not in record.corrections:
            yield from (_unknown(place, known) for place in correction.of_ if place.value not in known)


def _unknown(place: Name, known: set[str]) -> Diagnostic:
    kind = place.value.partition(":")[0]
    message = f"the story neither shows `{place.value[:80]}` nor was recorded to show it"
    alike = sorted(each for each in known if each.partition(":")[0] == kind)
    hint = nearest(place.value, alike) or "take it out of `of`: what is not there can bear no mark"
    return problem(place.at, "misplaced-correction", message, hint)
