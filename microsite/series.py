"""The parts of each series in their order, and what stands before and after a story.

A story's page names its neighbours, so it is made anew where these change. All of it is worked out from what the ledger
keeps of each story, and for a story about to be made, from what was read of it beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .claimviews import Words, plain
from .diagnostics import Diagnostic, Position, problem
from .manuscript import Manuscript
from .model import SiteFile, Story
from .pages import edition_folder, first_page, subject_page
from .subjects import address_name
from .views import Label, PartView


class Part(NamedTuple):
    """A story as a part of its series, as plain data for the ledger."""

    slug: str
    series: str
    """Its name in addresses."""
    number: int
    """What its author says; 0 for nothing."""
    day: str
    at: tuple[str, int, int]
    """File, line and column of the front matter."""
    names: dict[str, str]
    """Of the series, by language."""
    titles: dict[str, str]
    """Of the story, by language."""


def part_of(story: Story, editions: Iterable[Manuscript], first_language: str) -> Part | None:
    """A story as a part of its series; nothing where it is of none."""
    front = story.front
    if front.series is None:
        return None
    told = [(edition, Words(edition.language, first_language)) for edition in editions]
    return Part(
        story.slug,
        address_name(front.series.words(first_language, first_language)),
        front.part.value if front.part else 0,
        front.published.text if front.published else "",
        front.series.at,
        {words.language: words.text(front.series) for _, words in told},
        {words.language: plain(edition.title, words) for edition, words in told},
    )


def parts_in_order(parts: Iterable[Part]) -> dict[str, list[Part]]:
    """The parts of each series: by their numbers, and those without one after these, by their days."""
    found: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda each: (each.number or float("inf"), each.day or "X", each.slug)):
        found.setdefault(part.series, []).append(part)
    return found


def part_problems(parts: Iterable[Part]) -> Iterator[Diagnostic]:
    """Where two stories say that they are the same part."""
    for of_series in parts_in_order(parts).values():
        taken: dict[int, Part] = {}
        for part in of_series:
            before = taken.setdefault(part.number, part)
            if part.number and before is not part:
                message = f"`{before.slug}` is part {part.number} of this series as well, at {Position(*before.at)}"
                yield problem(Position(*part.at), "same-part", message, "give one of them another number")


def places(parts: Iterable[Part], site: SiteFile) -> dict[str, dict[str, PartView]]:
    """By story and language, its place in its series; nothing for the only part of one."""
    found: dict[str, dict[str, PartView]] = {}
    for of_series in parts_in_order(parts).values():
        beside = zip([None, *of_series], of_series, [*of_series[1:], None], strict=False)
        for number, (before, part, after) in enumerate(beside, 1):
            if len(of_series) > 1:
                found[part.slug] = {
                    code: PartView(
                        Label(part.names[code], edition_folder(site, code) + subject_page("series", part.series)),
                        number,
                        len(of_series),
                        _link(before, code, site),
                        _link(after, code, site),
                    )
                    for code in site.language_codes
                }
    return found


def _link(part: Part | None, language: str, site: SiteFile) -> Label | None:
    if part is None:
        return None
    return Label(part.titles[language], edition_folder(site, language) + first_page(site, part.slug, language))


def as_plain(places: Mapping[str, PartView]) -> dict[str, list[Any]]:
    """A story's place, as the ledger gives it back."""
    return {
        code: [[*view.series], view.number, view.of, view.before and [*view.before], view.after and [*view.after]]
        for code, view in places.items()
    }


def from_plain(rows: Mapping[str, list[Any]]) -> dict[str, PartView]:
    """A story's place as it was kept."""
    return {
        code: PartView(Label(*series), number, of, before and Label(*before), after and Label(*after))
        for code, (series, number, of, before, after) in rows.items()
    }
