"""The pages of the sources of all stories: one while it is light; else lists, and a page for each that several share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import ceil
from typing import NamedTuple

from . import reach
from .model import SiteFile
from .pages import source_page, source_page_name, sources_list, sources_page
from .reach import OnSource, StorySources
from .views import Page, SiteView

MOST_ON_ONE_PAGE = 150
"""Entries of a story on a source. One has half a kilobyte and more, and a page of all should open on any phone."""
MOST_IN_A_LIST = 400
"""Sources, where each has a line."""


class Planned(NamedTuple):
    """A page, before anybody has asked for it."""

    path: str
    made_of: str
    """All that its content comes of: the same text, the same page."""
    page: Callable[[], Page]


def planned(site: SiteFile, view: SiteView, stories: Sequence[StorySources]) -> Iterator[Planned]:
    """The pages of one edition, from rows as the ledger keeps them: to work them out takes longer than all others."""
    told = reach.by_source(stories)
    words = repr(view)
    if _is_light([len(on_it) for on_it in told]):
        yield Planned(
            sources_page(site, view, ()).path,
            words + json.dumps(stories),
            lambda: sources_page(site, view, tuple(map(reach.listed_source, told))),
        )
        return
    lines = tuple(reach.in_a_list(on_it, _where(on_it)) for on_it in told)
    count = _lists(len(lines))
    for number in range(1, count + 1):
        here = lines[(number - 1) * MOST_IN_A_LIST : number * MOST_IN_A_LIST]
        page = sources_page(site, view, here, number, count)
        yield Planned(page.path, repr(page), partial(_itself, page))
    for on_it in told:
        if len(on_it) > 1:
            path = source_page(site, view, reach.in_a_list(on_it, "")).path
            yield Planned(path, words + _as_text(on_it), partial(_source_page, site, view, on_it))


def names(stories_on_sources: dict[str, int]) -> list[str]:
    """The pages that there are, from an edition's root.

    Args:
        stories_on_sources: how many stories rest on each source, by its id.
    """
    if _is_light([*stories_on_sources.values()]):
        return [sources_list(1)]
    lists = [sources_list(number + 1) for number in range(_lists(len(stories_on_sources)))]
    return [*lists, *(source_page_name(id) for id, number in sorted(stories_on_sources.items()) if number > 1)]


def _is_light(numbers: Sequence[int]) -> bool:
    return sum(numbers) <= MOST_ON_ONE_PAGE


def _lists(sources: int) -> int:
    return ceil(sources / MOST_IN_A_LIST)


def _where(on_it: OnSource) -> str:
    """The page that shows what rests on a source: of a single story, its evidence page has more than we could say here."""
    return on_it[0][0].path if len(on_it) == 1 else source_page_name(on_it[0][1][0])


def _as_text(on_it: OnSource) -> str:
    """All that the page of one source is made of."""
    rows = [(story.title, story.path, row, [story.voices[voice[0]] for voice in row[5]]) for story, row in on_it]
    return json.dumps(rows)


def _source_page(site: SiteFile, view: SiteView, on_it: OnSource) -> Page:
    return source_page(site, view, reach.listed_source(on_it))


def _itself(page: Page) -> Page:
    return page
