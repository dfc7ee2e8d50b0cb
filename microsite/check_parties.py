"""Whether everybody whom a claim names, and whom a source document lists as a party, has a record of being asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .check_sourcing import ReadPassage
from .diagnostics import Diagnostic, Position, problem
from .model import Mention, Party, Seed, Story
from .sourcewords import Finder, phrase_finder


def party_problems(story: Story, texts: Iterable[ReadPassage], seeds: Mapping[str, Seed]) -> Iterator[Diagnostic]:
    """One diagnostic for each party without a record, where a claim's sentence first names it."""
    unrecorded = {
        (seed.id, party.id): party
        for seed in seeds.values()
        for party in seed.parties.values()
        if not _is_recorded(party, story.front.parties)
    }
    finders = {key: _finder(party) for key, party in unrecorded.items()}
    for id, places in _places(texts, finders).items():
        (at, name), *others = places.items()
        more = f", and in {len(others)} more place{'s' if len(others) > 1 else ''}" if others else ""
        message = f"a claim names `{name}` here{more}, and nothing records whether it was asked for comment"
        hint = f"add `{id}:` under `parties` in index.md: who asked (us, source or nobody), when, and the answer"
        yield problem(at, "unrecorded-party", message, hint)


def _places(texts: Iterable[ReadPassage], finders: Mapping[tuple[str, str], Finder]) -> dict[str, dict[Position, str]]:
    """By party, where the sentences of claims name it, and by which name, in reading order."""
    found: dict[str, dict[Position, str]] = {}
    for text in texts if finders else ():
        for claim, span in text.claims():
            seeds = {reference.seed for reference in claim.citation.references()}
            start, end = text.words.sentence(span)
            for (seed, id), finder in finders.items():
                for at, name in finder.places(text.words.words, start, end) if seed in seeds else ():
                    found.setdefault(id, {})[text.place(at)] = name
    return found


def _is_recorded(party: Mention, records: Mapping[str, Party]) -> bool:
    """Whether a story has a record of a party: under the same id, or under a name that it goes by."""
    names = _folded(party)
    return any(id == party.id or not names.isdisjoint(_folded(record)) for id, record in records.items())


def _names(party: Mention | Party) -> list[str]:
    return [*(wording.value for wording in party.name.wordings.values()), *party.aliases]


def _folded(party: Mention | Party) -> frozenset[str]:
    return frozenset(name.casefold() for name in _names(party))


def _finder(party: Mention) -> Finder:
    """Finds the names of a party as they are written, at the start of a sentence with a capital, too."""
    names = _names(party)
    return phrase_finder({*names, *(name[:1].upper() + name[1:] for name in names)}, capitals_matter=True)
