"""Feed, sitemap and robots: what is told to others of all stories together, made of what the ledger keeps of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import audit, feeds, sitemap
from .maker import card_from_row
from .newsroom import Newsroom
from .pages import edition_folder, story_folder
from .views import SiteView
from .workfolder import Staging


def stage(
    newsroom: Newsroom, staging: Staging, records: Mapping[str, Mapping[str, Any]]
) -> dict[str, audit.PageFacts | None]:
    """Stage them, and give what the audit must know of each by path; without the site's url there is only robots.txt.

    Args:
        records: what the ledger keeps of each story, new and old.
    """
    url = newsroom.views[0].url
    made = {sitemap.ROBOTS_PATH: sitemap.robots(url)}
    if url:
        made |= sitemap.sitemaps(url, _listed_pages(newsroom, records))
        for view in newsroom.views:
            path = edition_folder(newsroom.site, view.language) + feeds.FEED_NAME
            made[path] = _feed(newsroom, view, path, staging, records)
    for path, data in made.items():
        staging.add(path, data)
    return {
        path: audit.listing_facts(path, data.decode(), url) if path.endswith(".xml") else None
        for path, data in made.items()
    }


def _listed_pages(newsroom: Newsroom, records: Mapping[str, Mapping[str, Any]]) -> Iterator[sitemap.ListedPage]:
    site, codes = newsroom.site, newsroom.languages
    if newsroom.views[0].several_stories:
        yield sitemap.ListedPage({view.language: view.index for view in newsroom.views}, "")
    for slug, record in sorted(records.items()):
        folders = {code: story_folder(site, slug, code) for code in codes}
        for name in record["pages"]:
            yield sitemap.ListedPage({code: folder + name for code, folder in folders.items()}, record["days"][1])


def _feed(
    newsroom: Newsroom, view: SiteView, path: str, staging: Staging, records: Mapping[str, Mapping[str, Any]]
) -> bytes:
    home = view.index if view.several_stories else edition_folder(newsroom.site, view.language) + "index.html"
    heading = feeds.Heading(f"{view.url}/{path}", f"{view.url}/{home}", view.title, view.publisher, view.language)
    dated = [slug for slug, record in records.items() if record["cards"] and _is_a_day(record["days"][0])]
    newest = sorted(dated, key=lambda slug: (records[slug]["days"][0], slug), reverse=True)[: feeds.MOST_ENTRIES]
    return feeds.feed(heading, (_entry(newsroom, view, slug, staging, records[slug]) for slug in newest))


def _is_a_day(date: str) -> bool:
    return len(date) == len("2026-11-24") and "X" not in date


def _entry(newsroom: Newsroom, view: SiteView, slug: str, staging: Staging, record: Mapping[str, Any]) -> feeds.Entry:
    folder = story_folder(newsroom.site, slug, view.language)
    card, (published, changed) = card_from_row(record["cards"][view.language]), record["days"]
    staged = Path(staging.folder, f"{folder}text.html")
    # What was not made anew stands in the site as it was made: a story whose files were touched is made anew.
    page = staged if staged.is_file() else Path(newsroom.order.site_folder, f"{folder}text.html")
    content = feeds.content_of(page.read_text("utf-8"), f"{view.url}/{folder}text.html")
    last = changed if _is_a_day(changed) else published
    return feeds.Entry(f"{view.url}/{folder}index.html", card.title, card.standfirst, published, last, content)
