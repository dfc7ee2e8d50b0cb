"""Feed, sitemap and robots: what is told to others of all stories together, made of what the ledger keeps of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import audit, feeds, shared, sitemap
from .newsroom import Newsroom
from .pages import edition_folder, story_folder
from .storymade import card_from_row
from .views import NoticeView, SiteView
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
    for paths in shared.listed(newsroom, records):
        yield sitemap.ListedPage(paths, "")
    for slug, record in sorted(records.items()):
        folders = {code: story_folder(site, slug, code) for code in codes}
        for name in record["pages"]:
            yield sitemap.ListedPage({code: folder + name for code, folder in folders.items()}, record["days"][1])


def _feed(
    newsroom: Newsroom, view: SiteView, path: str, staging: Staging, records: Mapping[str, Mapping[str, Any]]
) -> bytes:
    home = view.index if view.several_stories else edition_folder(newsroom.site, view.language) + "index.html"
    heading = feeds.Heading(f"{view.url}/{path}", f"{view.url}/{home}", view.title, view.publisher, view.language)
    told = [slug for slug, record in records.items() if record["cards"] or record["notices"]]
    dated = [slug for slug in told if _is_a_day(records[slug]["days"][0])]
    newest = sorted(dated, key=lambda slug: (_last_day(records[slug]), slug), reverse=True)[: feeds.MOST_ENTRIES]
    return feeds.feed(heading, (_entry(newsroom, view, slug, staging, records[slug]) for slug in newest))


def _is_a_day(date: str) -> bool:
    return len(date) == len("2026-11-24") and "X" not in date


def _last_day(record: Mapping[str, Any]) -> str:
    """When a story last changed, or else was published."""
    published, changed = record["days"]
    return str(changed if _is_a_day(changed) else published)


def _entry(newsroom: Newsroom, view: SiteView, slug: str, staging: Staging, record: Mapping[str, Any]) -> feeds.Entry:
    folder = story_folder(newsroom.site, slug, view.language)
    published, last = record["days"][0], _last_day(record)
    staged = Path(staging.folder, f"{folder}text.html")
    # What was not made anew stands in the site as it was made: a story whose files were touched is made anew.
    page = staged if staged.is_file() else Path(newsroom.order.site_folder, f"{folder}text.html")
    html = page.read_text("utf-8")
    content = feeds.content_of(html, f"{view.url}/{folder}text.html")
    address = f"{view.url}/{folder}index.html"
    if record["notices"]:
        reason = NoticeView(*record["notices"][view.language]).reason
        return feeds.Entry(address, feeds.headline_of(html), reason, published, last, content)
    card = card_from_row(record["cards"][view.language])
    return feeds.Entry(address, card.title, card.standfirst, published, last, content)
