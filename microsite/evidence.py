"""How a claim stands, computed from who says it: support, kinds, contradiction, and what a withdrawal would do.

Pure. Everything follows from one idea, the *witness*: a set of references that by itself lifts a part of a claim to a
level of support. A part stands at the highest level that has a witness still standing; a claim stands at its weakest
part; a withdrawal lowers a level when it breaks every witness of it. `SUPPORTS` is the table that code, docs and pages
share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from .citations import Citation, Reference
from .model import READINGS, Contradiction, Seed, Statement
from .relays import Breakers, Relays, Source, Speaker, all_of, by_size, either, least, speaker_named

# `Source`, `Speaker` and `speaker_named` are how one says what is withdrawn, so they can be had from here.
__all__ = [
    "RANK",
    "SUPPORTS",
    "Contest",
    "Evidence",
    "Outcome",
    "Source",
    "Speaker",
    "Standing",
    "Support",
    "change",
    "contest_leaves",
    "outcomes",
    "speaker_named",
    "standing",
    "stands",
    "witnesses",
]


class Support(NamedTuple):
    """One level of support."""

    name: str
    rule: str
    """When a part of a claim reaches this level, as a sentence for docs and pages."""


SUPPORTS = (
    Support("analysis", "Somebody infers it. However many do, nobody who tells it is cited."),
    Support("one-voice", "One voice tells it, or several of which each passes on another's word."),
    Support("several-voices", "Independent voices tell it, in one report or in reports of one publisher."),
    Support(
        "corroborated", "Independent voices tell it in documents of different publishers, neither passing on the other."
    ),
    Support("on-record", "It is what an official document itself says."),
    Support(
        "document",
        "It is about a cited document itself, such as what it leaves open; whoever opens the document can check it.",
    ),
)
"""Weakest first. Within a claim, `+` takes the strongest that its alternatives reach together, `&` the weakest part."""

RANK = {support.name: rank for rank, support in enumerate(SUPPORTS)}


@dataclass(frozen=True, slots=True)
class Contest:
    """That a supporting statement is contradicted by another one."""

    statement: Reference
    by: Reference
    contradiction: Contradiction


@dataclass(frozen=True, slots=True)
class Standing:
    """How a claim stands."""

    support: str | None
    """A name of `SUPPORTS`; `None` when nothing it needs is left."""
    kinds: tuple[str, ...]
    """Each kind of reading among the supports, never merged into the strongest."""
    contests: tuple[Contest, ...]
    voices: int
    """Independent voices that tell it."""
    unnamed: int
    """How many of those their documents do not name."""
    documents: int
    publishers: int


class Evidence:
    """A story's seeds, with who passes on whom."""

    def __init__(self, seeds: Mapping[str, Seed]) -> None:
        self.seeds = seeds
        self.relays = Relays(seeds)
        self._contests = _contests(seeds)
        self._supports: dict[tuple[Reference, ...], str | None] = {}
        self._standings: dict[tuple[Citation, frozenset[Source]], Standing] = {}
        self._outcomes: dict[tuple[Citation, frozenset[Source]], tuple[Outcome, ...]] = {}

    def statement(self, reference: Reference) -> Statement | None:
        """The statement referred to, unless the reference is to a document itself or leads nowhere."""
        seed = self.seeds.get(reference.seed)
        return seed.statements.get(reference.statement) if seed and reference.statement else None

    def speaker(self, reference: Reference) -> Speaker | None:
        """Who makes the statement referred to."""
        statement = self.statement(reference)
        return Speaker(reference.seed, statement.voice.value) if statement else None

    def independent(self, one: Reference, other: Reference) -> bool:
        """Whether two references lead to voices neither of which passes on the other or a common third."""
        a, b = self.speaker(one), self.speaker(other)
        return a is not None and b is not None and self.relays.independent(a, b)

    def publishers(self, reference: Reference) -> frozenset[str]:
        """Who published what a reference leads to and all that is passed on there, in small letters."""
        sources = self.relays.behind(self.speaker(reference) or reference.seed)
        names = {source.seed if isinstance(source, Speaker) else source for source in sources}
        return frozenset(self.seeds[name].publisher.casefold() for name in names if name in self.seeds)

    def breakers(self, reference: Reference) -> Breakers:
        """The least sets of sources whose withdrawal fells a reference."""
        return self.relays.breakers(self.speaker(reference) or reference.seed)

    def withdrawn(self) -> frozenset[Source]:
        """What the seeds themselves record as withdrawn."""
        seeds = [seed.id for seed in self.seeds.values() if seed.withdrawn]
        voices = [Speaker(seed.id, v.id) for seed in self.seeds.values() for v in seed.voices.values() if v.withdrawn]
        return frozenset([*seeds, *voices])

    def support(self, part: tuple[Reference, ...]) -> str | None:
        """The highest level of support that references which all stand lift a part to."""
        if part not in self._supports:
            levels = (support.name for support in reversed(SUPPORTS))
            self._supports[part] = next((level for level in levels if witnesses(level, part, self)), None)
        return self._supports[part]

    def standing(self, citation: Citation, fallen: frozenset[Source]) -> Standing:
        """How a claim stands on a citation, once some sources have fallen; asked again, the answer that was kept."""
        if (citation, fallen) not in self._standings:
            self._standings[citation, fallen] = _standing(citation, self, fallen)
        return self._standings[citation, fallen]

    def outcomes(self, citation: Citation, withdrawn: frozenset[Source]) -> tuple[Outcome, ...]:
        """What further withdrawals can do to a claim; asked again, the answer that was kept."""
        if (citation, withdrawn) not in self._outcomes:
            self._outcomes[citation, withdrawn] = _outcomes(citation, self, withdrawn)
        return self._outcomes[citation, withdrawn]

    def contests(self, reference: Reference) -> list[Contest]:
        """What contradicts a statement, whichever of the two says so."""
        return self._contests.get(reference, [])


# --- Standing --------------------------------------------------------------------------------------------------------


def standing(citation: Citation, evidence: Evidence, withdrawn: Iterable[Source] = ()) -> Standing:
    """How a claim stands on a citation, once some sources are withdrawn."""
    return evidence.standing(citation, evidence.relays.fallen(withdrawn))


def _standing(citation: Citation, evidence: Evidence, fallen: frozenset[Source]) -> Standing:
    parts = [tuple(each for each in part if stands(each, evidence, fallen)) for part in citation.parts]
    supports = [evidence.support(part) for part in parts]
    weakest = None if None in supports else min((s for s in supports if s), key=RANK.__getitem__, default=None)
    left = tuple(dict.fromkeys(reference for part in parts for reference in part))
    readings = {statement.reading for reference in left if (statement := evidence.statement(reference))}
    voices = _independent_voices(left, evidence)
    contests = (c for reference in left for c in evidence.contests(reference) if stands(c.by, evidence, fallen))
    return Standing(
        support=weakest,
        kinds=tuple(reading for reading in READINGS if reading in readings),
        contests=tuple(contests),
        voices=len(voices),
        unnamed=sum(1 for seed, voice in voices if not evidence.seeds[seed].voices[voice].named),
        documents=len({reference.seed for reference in left}),
        publishers=len({evidence.seeds[reference.seed].publisher.casefold() for reference in left}),
    )


def stands(reference: Reference, evidence: Evidence, fallen: frozenset[Source]) -> bool:
    """Whether a reference leads to something that still stands."""
    if reference.seed not in evidence.seeds or reference.seed in fallen:
        return False
    speaker = evidence.speaker(reference)
    return speaker not in fallen if speaker else not reference.statement


def witnesses(support: str, part: Iterable[Reference], evidence: Evidence) -> list[tuple[Reference, ...]]:
    """The sets of references each of which alone lifts a part to a level of support."""
    part = list(part)
    if support == "document":
        return [(reference,) for reference in part if not reference.statement]
    if support == "on-record":
        return [(reference,) for reference in part if _reading(reference, evidence) == "record"]
    if support == "analysis":
        return [(reference,) for reference in part if reference.statement]
    telling = [reference for reference in part if _reading(reference, evidence) not in (None, "analysis")]
    if support == "one-voice":
        return [(reference,) for reference in telling]
    pairs = [(a, b) for a, b in combinations(telling, 2) if evidence.independent(a, b)]
    if support == "corroborated":
        return [(a, b) for a, b in pairs if evidence.publishers(a).isdisjoint(evidence.publishers(b))]
    return [*pairs]


def _reading(reference: Reference, evidence: Evidence) -> str | None:
    statement = evidence.statement(reference)
    return statement.reading if statement else None


def _independent_voices(references: Iterable[Reference], evidence: Evidence) -> list[Speaker]:
    """The voices without those that pass on another of them and, of two with a common third, one."""
    behind = evidence.relays.behind
    speakers = sorted({speaker for reference in references if (speaker := evidence.speaker(reference))})
    chosen: list[Speaker] = []
    for speaker in speakers:
        passes_on = any(other in behind(speaker) and speaker not in behind(other) for other in speakers)
        if not passes_on and all(evidence.relays.independent(speaker, other) for other in chosen):
            chosen.append(speaker)
    return chosen


def _contests(seeds: Mapping[str, Seed]) -> dict[Reference, list[Contest]]:
    found: dict[Reference, list[Contest]] = {}
    for seed in seeds.values():
        for statement in seed.statements.values():
            here = Reference(seed.id, statement.id)
            for contradiction in statement.contradicts:
                for there in contradiction.statement.citation.references():
                    found.setdefault(there, []).append(Contest(there, here, contradiction))
                    found.setdefault(here, []).append(Contest(here, there, contradiction))
    return found


# --- Withdrawal ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that a withdrawal can do to a claim."""

    support: str | None
    """What it would stand on, at most; `None` when it falls. Empty when only a contradiction leaves."""
    breakers: tuple[tuple[Source, ...], ...]
    """Each of these sets of withdrawals brings it about."""


def change(before: Standing, after: Standing) -> str:
    """What happened to a claim between two standings: `falls`, `weakens`, `strengthens` or nothing."""
    if before.support == after.support:
        return "strengthens" if len(after.contests) < len(before.contests) and after.support else ""
    if after.support is None:
        return "falls"
    return "weakens" if before.support is not None and RANK[after.support] < RANK[before.support] else "strengthens"


def outcomes(citation: Citation, evidence: Evidence, withdrawn: Iterable[Source] = ()) -> tuple[Outcome, ...]:
    """What further withdrawals can do to a claim once some sources are withdrawn, mildest first; it falls last."""
    return evidence.outcomes(citation, frozenset(withdrawn))


def _outcomes(citation: Citation, evidence: Evidence, withdrawn: frozenset[Source]) -> tuple[Outcome, ...]:
    base = standing(citation, evidence, withdrawn).support
    if base is None:
        return ()
    fallen = evidence.relays.fallen(withdrawn)
    parts = [[reference for reference in part if stands(reference, evidence, fallen)] for part in citation.parts]
    ladders = [_breakers_by_rank(part, evidence, fallen) for part in parts]
    found: list[Outcome] = []
    for rank in range(RANK[base], -1, -1):
        below = SUPPORTS[rank - 1].name if rank else None
        breakers = _listed(either(*(ladder[rank] for ladder in ladders)))
        if found and found[-1].breakers == breakers:
            found.pop()
        if breakers:
            found.append(Outcome(below, breakers))
    return tuple(_attainable(citation, evidence, outcome, fallen) for outcome in found)


def _attainable(citation: Citation, evidence: Evidence, outcome: Outcome, fallen: frozenset[Source]) -> Outcome:
    """The outcome with the support that its withdrawals really leave, which may lie below the level lost."""
    if outcome.support is None:
        return outcome
    left = [standing(citation, evidence, fallen.union(breaker)).support for breaker in outcome.breakers]
    highest = max((s for s in left if s), key=RANK.__getitem__, default=None)
    return Outcome(highest, outcome.breakers)


def contest_leaves(
    citation: Citation, evidence: Evidence, withdrawn: Iterable[Source] = ()
) -> tuple[tuple[Source, ...], ...]:
    """The least sets of further withdrawals after which nothing contradicts a claim; empty when nothing does."""
    leave = _leaving(citation, evidence, withdrawn)
    return _listed(all_of(leave)) if leave else ()


def contests_ease(
    citation: Citation, evidence: Evidence, withdrawn: Iterable[Source] = ()
) -> tuple[tuple[Source, ...], ...]:
    """The least sets of further withdrawals after which fewer statements contradict a claim; empty when nothing does."""
    leave = _leaving(citation, evidence, withdrawn)
    return _listed(either(*leave)) if leave else ()


def _leaving(citation: Citation, evidence: Evidence, withdrawn: Iterable[Source]) -> list[Breakers]:
    """For each contradiction of a claim the withdrawals with which it leaves: those of either of its two sides."""
    fallen = evidence.relays.fallen(withdrawn)
    contests = standing(citation, evidence, fallen).contests
    return [
        either(*(_breakers(side, evidence, fallen) for side in (contest.statement, contest.by))) for contest in contests
    ]


def _breakers_by_rank(part: Iterable[Reference], evidence: Evidence, fallen: frozenset[Source]) -> list[Breakers]:
    """For each level, the withdrawals that leave a part without any witness of it or of one above it."""
    ladder: list[Breakers] = []
    known: set[tuple[Reference, ...]] = set()
    for support in reversed(SUPPORTS):
        more = known.union(witnesses(support.name, part, evidence))
        if not ladder or len(more) > len(known):
            known = more
            needed = [either(*(_breakers(reference, evidence, fallen) for reference in w)) for w in sorted(known)]
            ladder.append(all_of(needed))
        else:
            ladder.append(ladder[-1])
    return ladder[::-1]


def _breakers(reference: Reference, evidence: Evidence, fallen: frozenset[Source]) -> Breakers:
    """What is still to be withdrawn for a reference to fall."""
    breakers = evidence.breakers(reference)
    return least({breaker - fallen for breaker in breakers}) if fallen else breakers


def _listed(breakers: Breakers) -> tuple[tuple[Source, ...], ...]:
    return tuple(tuple(sorted(breaker, key=str)) for breaker in sorted(breakers, key=by_size))
