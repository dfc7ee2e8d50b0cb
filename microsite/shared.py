"""The pages that no story owns, made of what the ledger keeps of each: index, series, tags, sources, corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from . import reach, sourcepages
from .diagnostics import Diagnostic
from .newsroom import Newsroom
from .pages import (
    corrections_page,
    edition_folder,
    index_page,
    missing_page,
    subject_page,
    subject_pages,
)
from .series import Part, part_problems, parts_in_order
from .sourcepages import Planned
from .storymade import card_from_row, correction_from_row
from .subjects import clashes
from .views import CardView, Label, NoticeView, Page, SiteView

Records = Mapping[str, Mapping[str, Any]]
"""What the ledger keeps of each story, by slug."""


def problems(newsroom: Newsroom, records: Records) -> Iterator[Diagnostic]:
    """What is wrong between stories: tags and series written in two ways, two of the same part."""
    yield from clashes((record["subjects"] for record in records.values()), newsroom.site.first_language)
    yield from part_problems(parts_of(records))


def parts_of(records: Records) -> Iterator[Part]:
    """Each story that is a part of a series."""
    yield from (Part(*record["part"]) for record in records.values() if record["part"])


def pages_of(newsroom: Newsroom, records: Records) -> Iterator[Planned]:
    """Every page that no story owns."""
    for page in _pages_at_hand(newsroom, records):
        yield Planned(page.path, repr(page), partial(_itself, page))
    for view in newsroom.views:
        if view.several_stories:
            yield from sourcepages.planned(newsroom.site, view, _told_of_sources(view, records))


def _itself(page: Page) -> Page:
    return page


def _told_of_sources(view: SiteView, records: Records) -> list[reach.StorySources]:
    """What each story of an edition says of its sources, the newest story first."""
    return [
        reach.StorySources(
            card.title,
            f"{card.path.removesuffix('index.html')}evidence.html",
            records[card.slug]["sources"],
            records[card.slug]["voices"][view.language],
        )
        for card in _cards(view, records)
    ]


def _pages_at_hand(newsroom: Newsroom, records: Records) -> Iterator[Page]:
    yield missing_page(newsroom.views[0])
    corrected = _any_corrections(records)
    for view in newsroom.views:
        if corrected:
            yield _corrections(newsroom, view, records)
        if view.several_stories:
            yield from _pages_of_several(newsroom, view, records, corrected)


def _pages_of_several(newsroom: Newsroom, view: SiteView, records: Records, corrected: bool) -> Iterator[Page]:
    site, cards = newsroom.site, _cards(view, records)
    tags, series = _tagged(cards), _in_series(cards, records)
    names = tuple(sorted((tag for tag, _ in tags), key=lambda tag: (tag.words.casefold(), tag.path)))
    yield index_page(site, view, cards, names, tuple(label for label, _ in series), corrected)
    yield from subject_pages(site, view, "tag", tags)
    yield from subject_pages(site, view, "series", series)


def _cards(view: SiteView, records: Records) -> tuple[CardView, ...]:
    """The stories of an edition, the newest first; one without a year is as one without a day."""
    told = (record["cards"].get(view.language) for record in records.values())
    cards = map(card_from_row, filter(None, told))
    return tuple(sorted(cards, key=lambda card: (card.published_iso.lstrip("X-"), card.slug), reverse=True))


def _tagged(cards: Iterable[CardView]) -> list[tuple[Label, tuple[CardView, ...]]]:
    found: dict[Label, list[CardView]] = {}
    for card in cards:
        for tag in card.tags:
            found.setdefault(tag, []).append(card)
    return [(tag, tuple(tagged)) for tag, tagged in sorted(found.items(), key=lambda each: each[0].path)]


def _in_series(cards: Iterable[CardView], records: Records) -> list[tuple[Label, tuple[CardView, ...]]]:
    """Each series with its parts in their order."""
    by_slug = {card.slug: card for card in cards}
    found = []
    for parts in parts_in_order(parts_of(records)).values():
        of_series = tuple(by_slug[part.slug] for part in parts)
        if (label := of_series[0].series) is not None:
            found.append((label, of_series))
    return sorted(found, key=lambda each: each[0].path)


def listed(newsroom: Newsroom, records: Records) -> list[dict[str, str]]:
    """For search engines, each page in all its languages, by language: the path."""
    names: list[str] = []
    if newsroom.views[0].several_stories:
        subjects = {(kind, name) for record in records.values() for kind, name, _ in record["subjects"]}
        rested_on = Counter(row[0] for record in records.values() if record["cards"] for row in record["sources"])
        names = [*(subject_page(kind, name) for kind, name in sorted(subjects)), *sourcepages.names(rested_on)]
    found = [{view.language: view.index for view in newsroom.views}] if names else []
    if _any_corrections(records):
        found.append({view.language: view.corrections for view in newsroom.views})
    folders = {view.language: edition_folder(newsroom.site, view.language) for view in newsroom.views}
    return found + [{code: folder + name for code, folder in folders.items()} for name in names]


# --- Corrections -----------------------------------------------------------------------------------------------------


def _any_corrections(records: Records) -> bool:
    return any(record["notices"] or any(record["corrections"].values()) for record in records.values())


def _corrections(newsroom: Newsroom, view: SiteView, records: Records) -> Page:
    rows = [row for record in records.values() for row in record["corrections"].get(view.language, ())]
    told = (record["notices"].get(view.language) for record in records.values())
    corrections = sorted(map(correction_from_row, rows), key=lambda each: (each.date_iso, each.path), reverse=True)
    notices = sorted(
        (NoticeView(*row) for row in told if row), key=lambda each: (each.date_iso, each.path), reverse=True
    )
    return corrections_page(newsroom.site, view, tuple(corrections), tuple(notices))
