"""What a story shows now against what is recorded of it: which places differ, and what has been said about that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from .claimviews import Words, claim_words, plain
from .dates import parse_date
from .diagnostics import Diagnostic, Position, problem
from .evidence import Evidence, Speaker, standing
from .languages import quantity_words
from .manuscript import Claim, Manuscript, Passage
from .model import Correction, Seed, Story
from .record import CORRECTION_KINDS, STANDING, Kept, Published, Texts, Version, record_path

LONGEST_SHOWN = 300
"""Characters of a text in a message."""
STATUS, CORRECTIONS = "status", "corrections"
"""Places that no correction can be about: that a story is shown at all, and the corrections themselves."""


class Present(NamedTuple):
    """What a story shows now."""

    texts: Mapping[str, Mapping[str, str]]
    """By place and language; of a claim also its standing."""
    at: Mapping[tuple[str, str], Position]
    """Where each was written."""
    bases: Mapping[str, frozenset[str]]
    """By place, the prices and sources behind it, as places: who corrects one of them has corrected what follows."""


class Change(NamedTuple):
    """A place that shows something else than was recorded."""

    place: str
    was: Mapping[str, Kept]
    """By language, where it differs; nothing where the place is new."""
    now: Mapping[str, str]
    """Likewise; nothing where it is gone."""
    at: Position
    bases: frozenset[str] = frozenset()

    def is_explained_by(self, places: frozenset[str]) -> bool:
        """Whether corrections of these places account for it; one of `text` does for whatever is new."""
        return self.place in places or not places.isdisjoint(self.bases) or ("text" in places and not self.was)


# --- The present -----------------------------------------------------------------------------------------------------


def present(story: Story, editions: Sequence[Manuscript], seeds: Mapping[str, Seed]) -> Present:
    """What a story shows in all its languages; nothing once it is withdrawn.

    Args:
        editions: one for each language, the site's first language first; none of a withdrawn story.
    """
    shown = _Gathering()
    evidence = Evidence(seeds)
    for edition in editions:
        words = Words(edition.language, editions[0].language)
        shown.add("headline", edition.language, plain(edition.title, words), story.front.title.at)
        shown.add("standfirst", edition.language, plain(edition.standfirst, words), story.front.standfirst.at)
        for passage in edition.passages():
            shown.add_claims(passage, words, evidence)
            shown.add_figures(passage, edition, words)
        shown.add_prices(edition, story)
        for id, caption in edition.captions.items():
            shown.add(f"exhibit:{id}", edition.language, plain(caption, words), caption.at)
        for (id, note), passage in edition.notes.items():
            shown.add(f"exhibit:{id}/{note}", edition.language, plain(passage, words), passage.at)
    return Present(shown.texts, shown.at, shown.bases)


class _Gathering:
    """Places as they are met."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[str, str]] = {}
        self.at: dict[tuple[str, str], Position] = {}
        self.bases: dict[str, frozenset[str]] = {}

    def add(self, place: str, name: str, text: str, at: Position, bases: Iterable[str] = ()) -> None:
        if text:
            self.texts.setdefault(place, {})[name] = text
            self.at[place, name] = at
            self.bases[place] = frozenset(bases)

    def add_claims(self, passage: Passage, words: Words, evidence: Evidence) -> None:
        spoken = claim_words(passage, words)
        for mark, claim in enumerate(passage.claims):
            place, bases = f"claim:{claim.anchor}", frozenset(_bases(claim, evidence))
            if words.language == words.first:
                self.add(place, STANDING, _standing(claim, evidence), claim.at, bases)
            self.add(place, words.language, spoken.get(mark, ""), claim.at, bases)

    def add_figures(self, passage: Passage, edition: Manuscript, words: Words) -> None:
        for figure in passage.figures:
            formula = figure.expression.text.strip()
            if formula not in edition.prices.rows:  # that is, where it is more than a price
                bases = [f"price:{price}" for price in figure.quantity.prices]
                self.add(f"figure:{formula}", words.language, words.figure(figure), figure.at, bases)

    def add_prices(self, edition: Manuscript, story: Story) -> None:
        for id, quantity in edition.prices.quantities.items():
            row = story.price_rows[id]
            bases = [f"price:{row.of_.value}"] if row.of_ else []
            self.add(f"price:{id}", edition.language, quantity_words(quantity, edition.language), row.at, bases)


def _standing(claim: Claim, evidence: Evidence) -> str:
    now = standing(claim.citation, evidence, evidence.withdrawn())
    return (now.support or "nothing left") + (", contested" if now.contests else "")


def _bases(claim: Claim, evidence: Evidence) -> Iterator[str]:
    yield from (f"price:{price}" for price in claim.prices)
    for reference in claim.citation.references():
        yield f"seed:{reference.seed}"
        speaker = evidence.speaker(reference) if reference.seed in evidence.seeds else None
        if isinstance(speaker, Speaker):
            yield f"seed:{speaker.seed}@{speaker.voice}"


# --- Against what was published --------------------------------------------------------------------------------------


def changes(story: Story, published: Published, now: Present) -> list[Change]:
    """Every place that differs from what is recorded, in the languages that are shown now and were then."""
    if story.front.status == "withdrawn":
        return []
    gone = [*_gone_corrections(story, published)]
    return gone if published.is_withdrawn else [*gone, *_changed_texts(published.texts, now)]


def _gone_corrections(story: Story, published: Published) -> Iterator[Change]:
    """The corrections that readers were shown and no longer are."""
    for entry in Counter(published.corrections) - Counter(map(entry_of, story.front.corrections)):
        yield Change(CORRECTIONS, {"": Kept(entry, published.at)}, {}, story.front.at)


def _changed_texts(recorded: Texts, now: Present) -> Iterator[Change]:
    names = {name for texts in recorded.values() for name in texts} & {name for _, name in now.at}
    was = {place: {name: text for name, text in texts.items() if name in names} for place, texts in recorded.items()}
    is_now = {
        place: {name: text for name, text in texts.items() if name in names} for place, texts in now.texts.items()
    }
    differing = [
        place for place in dict.fromkeys((*is_now, *was)) if not _same(was.get(place, {}), is_now.get(place, {}))
    ]
    for left, came in _moved(differing, was, is_now):
        was[left], is_now[came] = {}, {}
    for place in differing:
        before, after = was.get(place, {}), is_now.get(place, {})
        changed = [name for name in (*before, *after) if not _same_text(before.get(name), after.get(name))]
        if changed:
            at = now.at.get((place, changed[0])) or before[changed[0]].at
            yield Change(
                place,
                {name: text for name, text in before.items() if name in changed},
                {name: text for name, text in after.items() if name in changed},
                at,
                now.bases.get(place, frozenset()),
            )


def _same(was: Mapping[str, Kept], now: Mapping[str, str]) -> bool:
    return was.keys() == now.keys() and all(text.is_of(now[name]) for name, text in was.items())


def _same_text(was: Kept | None, now: str | None) -> bool:
    return was is not None and now is not None and was.is_of(now)


def _moved(
    differing: Iterable[str], was: Mapping[str, Mapping[str, Kept]], now: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Texts that stand as they were under another name: a claim's number changes with those before it."""
    places = list(differing)
    found: dict[str, str] = {}
    for left in places:
        kind, before = left.partition(":")[0], was.get(left)
        fits = (
            came
            for came in places
            if before and came.startswith(f"{kind}:") and came not in found and came in now and _same(before, now[came])
        )
        if came := next(fits, None):
            found[came] = left
    return [(left, came) for came, left in found.items()]


# --- What has been said about it -------------------------------------------------------------------------------------


def entry_of(correction: Correction) -> str:
    """How a correction is recorded: by its day, its kind and its places, so that its wording can be mended."""
    return " ".join((correction.date.text, correction.kind, *correction.places))


def new_entries(story: Story, published: Published) -> list[Correction]:
    """The corrections that are not recorded as published."""
    known = Counter(published.corrections)
    fresh = []
    for correction in story.front.corrections:
        entry = entry_of(correction)
        known[entry] -= 1
        fresh += [correction] if known[entry] < 0 else []
    return fresh


def unexplained(story: Story, published: Published, now: Present) -> list[Change]:
    """The changes that no new correction accounts for, dated on the day of the last publication or later."""
    last = published.versions[0].date.text if published.versions else ""
    counted = [entry for entry in new_entries(story, published) if entry.date.text >= last[: len(entry.date.text)]]
    places = frozenset(place for entry in counted for place in entry.places)
    return [change for change in changes(story, published, now) if not change.is_explained_by(places)]


def problems(story: Story, editions: Sequence[Manuscript], seeds: Mapping[str, Seed]) -> list[Diagnostic]:
    """A diagnostic for each change that nothing accounts for; none of a story that was never published."""
    published = story.published
    if published is None:
        return []
    if story.front.status == "draft":
        return [] if published.is_withdrawn else [_hidden(story.front.at, story.slug, published)]
    return [_told(change, published) for change in unexplained(story, published, present(story, editions, seeds))]


def gone_story(slug: str) -> Diagnostic:
    """That a story of which a publication is recorded is no longer there."""
    message = f"the story `{slug}` was published, and content/{slug} is gone: its addresses would lead nowhere"
    return problem(Position(record_path(slug)), "vanished-story", message, _LEAVE_A_PAGE)


_LEAVE_A_PAGE = "leave a page that says so: `status: withdrawn`, and `withdrawn:` with the date and the reason"


def _hidden(at: Position, slug: str, published: Published) -> Diagnostic:
    when = published.versions[0].date if published.versions else "an earlier day"
    message = f"the story `{slug}` was published on {when} and is a draft now: its addresses would lead nowhere"
    return problem(at, "vanished-story", message, _LEAVE_A_PAGE)


def _told(change: Change, published: Published) -> Diagnostic:
    when = published.versions[0].date if published.versions else "an earlier day"
    shown = "; ".join(_was_and_is(change, name) for name in dict.fromkeys((*change.was, *change.now)))
    if change.place == CORRECTIONS:
        message = f"a correction that readers were shown on {when} is gone: `{change.was[''].value}`"
        hint = "bring it back: what was corrected stays corrected"
    else:
        message = f"`{change.place}` is not what was published on {when}: {shown}"
        hint = f"say so under `corrections`, with `of: [{change.place}]`, or run `publish --minor REASON`"
    return problem(change.at, "unrecorded-change", message, hint)


def _was_and_is(change: Change, name: str) -> str:
    was, now = change.was.get(name), change.now.get(name)
    before = f"was {'(not kept)' if was.is_forgotten else _shown(was.value)}" if was else "was not there"
    after = f"is {_shown(now)}" if now else "is gone"
    return f"{before}, {after}" + (f" ({name})" if name else "")


def _shown(text: str) -> str:
    return f"“{text[:LONGEST_SHOWN]}{'…' if len(text) > LONGEST_SHOWN else ''}”"


# --- The next record -------------------------------------------------------------------------------------------------


def next_record(story: Story, now: Present, day: str, fingerprint: str, reason: str) -> Published:
    """What is to be recorded once the story is published as it is now; the record that there is, if that says it.

    Args:
        day: of the publication.
        fingerprint: of the story's content.
        reason: why changes were made that no correction tells; empty where there are none.
    """
    at = Position(record_path(story.slug))
    before = story.published or Published(at, versions=())
    texts = {
        place: {name: _kept(text, before.texts.get(place, {}).get(name)) for name, text in texts.items()}
        for place, texts in now.texts.items()
    }
    entries = tuple(map(entry_of, story.front.corrections))
    kinds = _kinds(story, before, bool(reason))
    told = reason if "minor" in kinds else None
    version = Version(at, date=parse_date(day), kinds=kinds, reason=told, fingerprint=fingerprint)
    versions = (version, *before.versions) if kinds else before.versions
    return replace(before, versions=versions, corrections=entries, texts=texts)


def _kinds(story: Story, before: Published, with_minor: bool) -> tuple[str, ...]:
    if story.front.status == "withdrawn":
        return () if before.is_withdrawn else ("withdrawn",)
    if not before.versions:
        return ("first",)
    fresh = {entry.kind for entry in new_entries(story, before)} | ({"update"} if before.is_withdrawn else set())
    return (*(kind for kind in CORRECTION_KINDS if kind in fresh), *(("minor",) if with_minor else ()))


def _kept(text: str, before: Kept | None) -> Kept:
    """A text to be recorded; what was forgotten stays so until there is another text."""
    return before if before and before.is_forgotten and before.is_of(text) else Kept(text, Position(""))
