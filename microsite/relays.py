"""Who passes on whom: which voices and documents stand behind another, and what falls when some are withdrawn.

Pure. `evidence` asks these questions of the sources of a claim. A voice or a document that only passes others on falls
with the last of them, a voice with its document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import NamedTuple, TypeVar

from .model import Seed

T = TypeVar("T")


class Speaker(NamedTuple):
    """One voice of one seed."""

    seed: str
    voice: str

    def __str__(self) -> str:
        return f"{self.seed}@{self.voice}"


Source = str | Speaker
"""What can be withdrawn: a seed by its name, or one voice of it."""

Breakers = set[frozenset[Source]]
"""Sets of sources; withdrawing all of any one set breaks the thing. Only least sets are kept."""
MOST_BREAKERS = 256
"""Beyond this many only the smallest are kept, so that a claim on dozens of sources stays cheap."""


def speaker_named(name: str, seed: str) -> Speaker:
    """The speaker that `voice` or `other-seed@voice` names in a seed."""
    other, at, voice = name.partition("@")
    return Speaker(other, voice) if at else Speaker(seed, name)


class Relays:
    """Who passes on whom among the seeds. Nothing in it changes but that answers are kept."""

    def __init__(self, seeds: Mapping[str, Seed]) -> None:
        self._seeds = seeds
        self._relayed = _relayed(seeds)
        self._dependents = _dependents(seeds, self._relayed)
        self._voices: dict[Source, frozenset[Source]] = {}
        self._behind: dict[Source, frozenset[Source]] = {}
        self._breakers: dict[Source, Breakers] = {}

    def behind(self, source: Source) -> frozenset[Source]:
        """A source and all voices and documents that it passes on.

        A document passes on each voice of those it relays, and with it do its own voices: whose word a rewrite gives
        nobody can tell.
        """
        if source not in self._behind:
            self._behind[source] = reached(source, self._passed_on)
        return self._behind[source]

    def independent(self, one: Speaker, other: Speaker) -> bool:
        """Whether neither voice passes on the other, nor both a common third.

        Two voices of one document stay two, whatever that document relays besides.
        """
        if one.seed != other.seed:
            return self.behind(one).isdisjoint(self.behind(other))
        pairs = product(self._voices_behind(one), self._voices_behind(other))
        return all(a != b and (a.seed == b.seed or self.behind(a).isdisjoint(self.behind(b))) for a, b in pairs)

    def _voices_behind(self, speaker: Speaker) -> list[Speaker]:
        """A voice and all whose word it passes on itself, whatever its document does."""
        if speaker not in self._voices:
            self._voices[speaker] = reached(speaker, lambda source: self._relayed.get(source, ()))
        return [source for source in self._voices[speaker] if isinstance(source, Speaker)]

    def _passed_on(self, source: Source) -> list[Source]:
        relayed = self._relayed.get(source, [])
        if isinstance(source, Speaker):
            return [*relayed, *self._relayed.get(source.seed, [])]
        voices = self._seeds[source].voices if source in self._seeds else ()
        return [*relayed, *(Speaker(source, voice) for voice in voices)]

    def fallen(self, withdrawn: Iterable[Source]) -> frozenset[Source]:
        """All seeds and voices that no longer stand when some are withdrawn."""
        fallen: set[Source] = set()
        waiting = list(withdrawn)
        while waiting:
            source = waiting.pop()
            fallen.add(source)
            dependents = (other for other in self._dependents.get(source, ()) if other not in fallen)
            waiting += [dependent for dependent in dependents if self._falls(dependent, fallen)]
        return frozenset(fallen)

    def _falls(self, source: Source, fallen: set[Source]) -> bool:
        if isinstance(source, Speaker) and source.seed in fallen:
            return True
        relayed = self._relayed.get(source, [])
        return bool(relayed) and all(other in fallen for other in relayed)

    def breakers(self, source: Source) -> Breakers:
        """The least sets of sources whose withdrawal fells a source."""
        # No recursion: a chain may be of any length. A circle, which `check` reports, is cut where it closes.
        waiting, begun = [source], set()
        while waiting:
            at = waiting[-1]
            needed = [other for other in self._needs(at) if other not in self._breakers and other not in begun]
            if at in self._breakers or (at in begun and not needed):
                self._breakers.setdefault(at, self._breakers_of(at))
                waiting.pop()
            else:
                begun.add(at)
                waiting += needed
        return self._breakers[source]

    def _needs(self, source: Source) -> list[Source]:
        document = [source.seed] if isinstance(source, Speaker) else []
        return [*document, *self._relayed.get(source, [])]

    def _breakers_of(self, source: Source) -> Breakers:
        through = [self._breakers[other] for other in self._relayed.get(source, []) if other in self._breakers]
        document = self._breakers.get(source.seed, set()) if isinstance(source, Speaker) else set()
        return either({frozenset([source])}, document, all_of(through) if through else set())


def _relayed(seeds: Mapping[str, Seed]) -> dict[Source, list[Source]]:
    """What each document and each voice passes on at first hand."""
    relayed: dict[Source, list[Source]] = {seed.id: [name.value for name in seed.relays] for seed in seeds.values()}
    for seed in seeds.values():
        for voice in seed.voices.values():
            relayed[Speaker(seed.id, voice.id)] = [speaker_named(name.value, seed.id) for name in voice.relays]
    return relayed


def _dependents(seeds: Mapping[str, Seed], relayed: Mapping[Source, list[Source]]) -> dict[Source, list[Source]]:
    """What may fall with each document and each voice: those who pass it on, and a document's own voices."""
    dependents: dict[Source, list[Source]] = {
        id: [Speaker(id, voice) for voice in seed.voices] for id, seed in seeds.items()
    }
    for source, others in relayed.items():
        for other in others:
            dependents.setdefault(other, []).append(source)
    return dependents


def reached(start: T, following: Callable[[T], Iterable[T]]) -> frozenset[T]:
    """A node and all that can be reached from it; circles do no harm."""
    reached, waiting = {start}, [start]
    while waiting:
        for node in following(waiting.pop()):
            if node not in reached:
                reached.add(node)
                waiting.append(node)
    return frozenset(reached)


# --- Sets of withdrawals ---------------------------------------------------------------------------------------------


def either(*choices: Breakers) -> Breakers:
    """Withdrawals that bring about at least one of several things."""
    if len(choices) == 1:
        return choices[0]
    return least({breaker for choice in choices for breaker in choice})


def all_of(needed: list[Breakers]) -> Breakers:
    """Withdrawals that bring about all of several things."""
    if len(needed) == 1:
        return needed[0]
    result: Breakers = {frozenset()}
    for choice in needed:
        # What brings this about already needs nothing more: without it the sets would grow to no purpose.
        done = {breaker for breaker in result if any(other <= breaker for other in choice)}
        result = least(done | {breaker | other for breaker in result - done for other in choice})
    return result


def least(breakers: Breakers) -> Breakers:
    """Those of which no part is a breaker itself; where they are too many, the smallest."""
    if frozenset() in breakers:
        return {frozenset()}
    single = {breaker for breaker in breakers if len(breaker) == 1}
    alone = frozenset().union(*single)
    larger: list[frozenset[Source]] = []
    for breaker in sorted(breakers - single, key=len):
        if alone.isdisjoint(breaker) and not any(other <= breaker for other in larger):
            larger.append(breaker)
    least = [*single, *larger]
    return set(least if len(least) <= MOST_BREAKERS else sorted(least, key=by_size)[:MOST_BREAKERS])


def by_size(breaker: frozenset[Source]) -> tuple[int, list[str]]:
    """In what order breakers are kept and listed: small ones first."""
    return len(breaker), sorted(map(str, breaker))
