"""Which statements of the sources that a site's stories rest on no story cites.

Each story tells what it cites and what it leaves aside of the sources it names, which the ledger keeps; only all of
them together say what nobody uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .citations import Reference
from .diagnostics import Diagnostic, Position, problem
from .model import Seed


class Uses(NamedTuple):
    """What one story makes of its sources, as plain data."""

    cites: tuple[str, ...] = ()
    """The statements it cites."""
    leaves: tuple[tuple[str, str, int, int], ...] = ()
    """The other statements of the same sources, each with file, line and column."""


def uses(references: Iterable[Reference], seeds: Mapping[str, Seed]) -> Uses:
    """What a story that cites these references uses of its seeds, and what not.

    A statement that contradicts another is in use: readers see it beside what it contradicts. One that was withdrawn
    is not to be used.
    """
    cited = {str(reference) for reference in references if reference.statement}
    named = dict.fromkeys(reference.seed for reference in references)
    left = [
        (f"{name}/{statement.id}", *statement.at)
        for name in named
        if name in seeds
        for statement in seeds[name].statements.values()
        if f"{name}/{statement.id}" not in cited and not statement.contradicts
        if not _is_withdrawn(seeds[name], statement.voice.value)
    ]
    return Uses(tuple(sorted(cited)), tuple(left))


def _is_withdrawn(seed: Seed, voice: str) -> bool:
    speaker = seed.voices.get(voice)
    return bool(seed.withdrawn or (speaker and speaker.withdrawn))


def unused_statements(all_uses: Iterable[Iterable[Any]]) -> Iterator[Diagnostic]:
    """The statements that every story leaves aside.

    Args:
        all_uses: of each story of the site, as `Uses` or as the ledger gives it back.
    """
    every = [Uses(*map(tuple, each)) for each in all_uses]
    cited = {statement for each in every for statement in each.cites}
    for statement, file, line, column in {(*row,) for each in every for row in each.leaves}:
        if statement not in cited:
            message = f"no story cites `{statement}`"
            hint = "cite it where the story speaks of it, or take it out; what speaks against a story belongs in it"
            yield problem(Position(file, line, column), "unused-statement", message, hint)
