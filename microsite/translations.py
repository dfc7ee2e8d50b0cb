"""Which passages a translation renders, and whether the original has changed since: the work of `build.py reviewed`.

A passage is a paragraph of the prose or one text of a YAML file. A translation's review keeps the digests of the
originals that it renders; a passage whose original has another digest now is stale.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from .diagnostics import Position
from .model import Prose, Review, Seed, Story
from .schema import Text

HEAD = """\
# Which passages of the original this translation renders, and who has read it.
# Written by `python build.py reviewed LANGUAGE --by native|machine`; not to be edited by hand.
"""


class Rendered(NamedTuple):
    """One passage of the original, and where its translation stands."""

    digest: str
    at: Position


def rendered(story: Story, seeds: Mapping[str, Seed], language: str, first: str) -> Iterator[Rendered]:
    """Every passage of a story, and of the seeds it rests on, that a translation renders."""
    original, translation = story.editions.get(first), story.editions.get(language)
    if original and translation:
        places = list(_paragraphs(translation))
        for number, (text, _) in enumerate(_paragraphs(original)):
            yield Rendered(_digest(text), places[min(number, len(places) - 1)][1] if places else translation.at)
    records = (story.front, *story.exhibits.values(), story.prices, *story.price_rows.values(), *seeds.values())
    for text_ in texts(records):
        ours, theirs = text_.wording(first, first), text_.wording(language, first)
        if ours and theirs:
            yield Rendered(_digest(ours.value), theirs.at)


def stale(story: Story, seeds: Mapping[str, Seed], language: str, first: str) -> list[Rendered]:
    """The passages whose original has changed since the translation was reviewed; none where it never was."""
    review = story.reviews.get(language)
    if review is None:
        return []
    known = frozenset(review.originals)
    return [passage for passage in rendered(story, seeds, language, first) if passage.digest not in known]


def unread(story: Story, language: str, first: str) -> bool:
    """Whether an edition is a translation that no native reader has checked."""
    review = story.reviews.get(language)
    return language != first and (review is None or review.read_by == "machine")


def review_file(story: Story, seeds: Mapping[str, Seed], language: str, first: str, read_by: str) -> str:
    """The text of a review that accepts the originals as they are now."""
    digests = sorted({passage.digest for passage in rendered(story, seeds, language, first)})
    return HEAD + f"read_by: {read_by}\noriginals:\n" + "".join(f"  - {digest}\n" for digest in digests)


def texts(part: Any) -> Iterator[Text]:
    """Every text of a record, however deep, in the order of its fields."""
    if isinstance(part, str | Position):
        return  # most parts by far, and the questions below take longer
    if isinstance(part, Text):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, tuple) and not hasattr(part, "_fields"):
        for value in part:
            yield from texts(value)
    elif is_dataclass(part) and not isinstance(part, Review):
        for name in _field_names(part.__class__):
            yield from texts(getattr(part, name))


@cache
def _field_names(record: Hashable) -> tuple[str, ...]:
    """Of a dataclass; remembered, as every text of every story asks for them."""
    return tuple(field.name for field in fields(record))  # type: ignore[arg-type]


def _paragraphs(prose: Prose) -> Iterator[tuple[str, Position]]:
    """What stands between blank lines, and the line it starts at."""
    gathered: list[str] = []
    start = 0
    for number, line in enumerate([*prose.text.split("\n"), ""]):
        if line.strip():
            start = start if gathered else number
            gathered.append(line.strip())
        elif gathered:
            yield "\n".join(gathered), prose.at._replace(line=prose.at.line + start)
            gathered = []


@lru_cache(maxsize=1024)
def _digest(text: str) -> str:
    return sha256(" ".join(text.split()).encode()).hexdigest()[:16]
