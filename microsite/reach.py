"""What of a story rests on each of its sources, and what the withdrawal of that source alone would do to it.

Both are read off what `evidence` worked out for the evidence page: the outcomes of its withdraw switch. As plain data,
for the ledger: the page that lists the sources of all stories is made of these rows, and reads no story again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .claimviews import counts, in_order
from .views import (
    ChangeView,
    ClaimView,
    CountView,
    DocumentView,
    ListedSource,
    StoryOnSource,
    StoryView,
    SwitchView,
    VoiceView,
)

MOST_STORIES_IN_FULL = 60
"""On one source: of more, the page would be too heavy to open."""


def source_rows(story: StoryView) -> tuple[list[Any], ...]:
    """A row for each document: what it is called, and what rests on it and on its voices. No language is in it."""
    changes, resting = _changes(story), _resting(story.claims)

    def row(switch: str, source: DocumentView | VoiceView, named: bool) -> list[Any]:
        rests = [[*count] for count in counts(resting.get(switch, ()))]
        return [switch, named, source.fallen, rests, [*changes.get(switch, ChangeView())]]

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


def _changes(story: StoryView) -> dict[str, ChangeView]:
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
    found: dict[str, ChangeView] = {}
    for (switch, group), what in last.items():
        now = found.get(switch, ChangeView())
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


OnSource = Sequence[tuple[StorySources, list[Any]]]
"""All that stories say of one source: each story with its row."""


def by_source(stories: Iterable[StorySources]) -> list[OnSource]:
    """What is told of each source of a site, those on which most stories and then most claims rest first."""
    rows: dict[str, list[tuple[StorySources, list[Any]]]] = {}
    for story in stories:
        for row in story.rows:
            rows.setdefault(row[0], []).append((story, row))
    return sorted(rows.values(), key=lambda told: (-len(told), -_claims(told), told[0][1][1], told[0][1][0]))


def _claims(told: OnSource) -> int:
    return sum(number for _, row in told for _, number in row[4][3])


def in_a_list(told: OnSource, path: str) -> ListedSource:
    """One source without its voices and its stories, which stand at `path`."""
    id, title, language, publisher, *_ = told[0][1]
    switch = _switch("", [row[4] for _, row in told])
    return ListedSource(id, title, language, publisher, len(told), _claims(told), (switch,), (), True, path)


def listed_source(told: OnSource) -> ListedSource:
    """One source, with all that stories say of it."""
    id, title, language, publisher, itself, _ = told[0][1]
    words = {itself[0]: ""}
    for story, (*_, voices) in told:
        words.update((voice[0], story.voices[voice[0]]) for voice in voices)
    numbers = {switch: number for number, switch in enumerate(words)}
    by_switch: dict[str, list[list[Any]]] = {switch: [] for switch in words}
    for _, (*_, itself, voices) in told:
        for row in (itself, *voices):
            by_switch[row[0]].append(row)
    switches = tuple(_switch(words[switch], rows) for switch, rows in by_switch.items())
    in_full = len(told) <= MOST_STORIES_IN_FULL
    on_it = tuple(_on_source(story, [itself, *voices], numbers, in_full) for story, (*_, itself, voices) in told)
    return ListedSource(id, title, language, publisher, len(told), _claims(told), switches, on_it, in_full)


def _switch(words: str, rows: list[list[Any]]) -> SwitchView:
    """A switch, from the row of each story."""
    id, named, fallen, *_ = rows[0]
    totals: dict[str, int] = {}
    for support, number in (count for row in rows for count in row[3]):
        totals[support] = totals.get(support, 0) + number
    change = ChangeView(*map(sum, zip(*(row[4] for row in rows), strict=True)))
    return SwitchView(id, words, named, fallen, in_order(totals), change, sum(1 for row in rows if any(row[4])))


def _on_source(story: StorySources, rows: list[list[Any]], numbers: Mapping[str, int], in_full: bool) -> StoryOnSource:
    shown = rows if in_full else rows[:1]
    changes = tuple((numbers[row[0]], ChangeView(*row[4])) for row in shown if any(row[4]) and not row[2])
    supports = rows[0][3]
    claims = sum(number for _, number in supports)
    counts = tuple(CountView(*count) for count in supports) if in_full else ()
    return StoryOnSource(story.title, story.path, counts, claims, changes)
