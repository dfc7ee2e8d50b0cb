"""What of a story rests on each of its sources, and what the withdrawal of that source alone would do to it.

Both are read off what `evidence` worked out for the evidence page: the outcomes of its withdraw switch. As plain data,
for the ledger: the page that lists the sources of all stories is made of these rows, and reads no story again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from .claimviews import counts
from .views import ClaimView, CountView, DocumentView, ListedSource, ReachView, SourceReach, StoryView, VoiceView


class Change(NamedTuple):
    """What a withdrawal does to one story, in numbers of claims, and of prices and annotations."""

    falls: int = 0
    weakens: int = 0
    strengthens: int = 0
    goes: int = 0


def source_rows(story: StoryView) -> tuple[list[Any], ...]:
    """A row for each document: what it is called, and what rests on it and on its voices. No language is in it."""
    changes, resting = _changes(story), _resting(story.claims)

    def row(switch: str, source: DocumentView | VoiceView, named: bool) -> list[Any]:
        rests = [[*count] for count in counts(resting.get(switch, ()))]
        return [switch, named, source.fallen, rests, [*changes.get(switch, Change())]]

    return tuple(
        [
            document.id,
            document.title,
            document.title_language,
            document.publisher,
            row(f"w-{document.id}", document, named=True),
            [row(voice.switch, voice, voice.named) for voice in _voices(document, changes, resting)],
        ]
        for document in story.documents
    )


def _voices(document: DocumentView, changes: Collection[str], resting: Collection[str]) -> list[VoiceView]:
    """The voices on which anything rests."""
    return [voice for voice in document.voices if voice.switch in resting or voice.switch in changes]


def voice_words(story: StoryView) -> dict[str, str]:
    """By switch, what each voice on which anything rests is called in the language of an edition."""
    changes, resting = _changes(story), _resting(story.claims)
    voices = [voice for document in story.documents for voice in _voices(document, changes, resting)]
    return {voice.switch: voice.words for voice in voices}


def _resting(claims: Iterable[ClaimView]) -> dict[str, list[ClaimView]]:
    """The claims that rest on each document and each voice, by its switch."""
    found: dict[str, list[ClaimView]] = {}
    for claim in claims:
        statements = [statement for part in claim.parts for statement in part if statement.stands]
        switches = [f"w-{statement.document}" for statement in statements]
        switches += [statement.voice.switch for statement in statements if statement.voice]
        for switch in dict.fromkeys(switches):
            found.setdefault(switch, []).append(claim)
    return found


def _changes(story: StoryView) -> dict[str, Change]:
    """By switch, what its withdrawal does where nothing else is withdrawn: the last outcome that it alone brings about."""
    claims: dict[str, int] = {}
    others: dict[str, int] = {}
    for claim in story.claims:
        claims[claim.group] = claims.get(claim.group, 0) + 1
    notes = (note for exhibit in story.exhibits for note in exhibit.annotations if note.group)
    for group in (*(row.group for row in (story.prices.rows if story.prices else ())), *(n.group for n in notes)):
        others[group] = others.get(group, 0) + 1
    last: dict[tuple[str, str], str] = {}
    for outcome in story.outcomes:  # the mildest first
        what = "falls" if outcome.falls else "weakens" if outcome.step > 0 else "strengthens"
        for breaker in outcome.breakers:
            if len(breaker) == 1:
                last[breaker[0], outcome.group] = what
    found: dict[str, Change] = {}
    for (switch, group), what in last.items():
        now = found.get(switch, Change())
        gone = 0 if what == "strengthens" else others.get(group, 0)
        found[switch] = now._replace(**{what: getattr(now, what) + claims.get(group, 0)}, goes=now.goes + gone)
    return found


# --- Rows of all stories, together -----------------------------------------------------------------------------------


class StorySources(NamedTuple):
    """What one story rests on, in one language."""

    title: str
    path: str
    """Of its evidence page, from the edition's root."""
    rows: Iterable[list[Any]]
    voices: Mapping[str, str]
    """What they are called, by switch."""


def listed_sources(stories: Iterable[StorySources]) -> tuple[ListedSource, ...]:
    """Every source of a site, those on which most stories and then most claims rest first."""
    about: dict[str, tuple[tuple[str, str, str], list[Any]]] = {}
    voices: dict[str, dict[str, tuple[list[Any], str]]] = {}
    reached: dict[str, list[ReachView]] = {}
    for story in stories:
        for id, title, language, publisher, itself, spoken in story.rows:
            about.setdefault(id, ((title, language, publisher), itself))
            for row in (itself, *spoken):
                reached.setdefault(row[0], []).append(_reach(story, row))
            voices.setdefault(id, {}).update((row[0], (row, story.voices[row[0]])) for row in spoken)
    listed = [
        ListedSource(
            id,
            *named,
            _reached(itself, "", reached),
            tuple(_reached(row, words, reached) for row, words in voices[id].values()),
        )
        for id, (named, itself) in about.items()
    ]
    return tuple(sorted(listed, key=lambda each: (-len(each.itself.stories), -each.itself.claims, each.title, each.id)))


def _reach(story: StorySources, row: list[Any]) -> ReachView:
    *_, supports, change = row
    each = tuple(CountView(*count) for count in supports)
    return ReachView(story.title, story.path, each, sum(count.claims for count in each), *change)


def _reached(row: list[Any], words: str, reached: Mapping[str, list[ReachView]]) -> SourceReach:
    switch, named, fallen, *_ = row
    return SourceReach(switch, words, named, fallen, tuple(reached[switch]))
