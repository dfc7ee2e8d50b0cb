"""What search engines are told: every page in each of its languages, and that they may look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

SITEMAP_PATH, ROBOTS_PATH = "sitemap.xml", "robots.txt"
MOST_ADDRESSES = 50_000
"""In one file, as the protocol has it."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class ListedPage(NamedTuple):
    """A page in all its languages."""

    paths: Mapping[str, str]
    """By language code, the site's first language first."""
    changed: str
    """The day of its last change, or as much of it as is known; empty if nothing is."""


def robots(url: str) -> bytes:
    """Leave for everybody, and where the sitemap is.

    Hosts are asked for it at their top alone: it says nothing to a search engine where the site stands in a folder.
    """
    sitemap = f"Sitemap: {url}/{SITEMAP_PATH}\n" if url else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def sitemaps(url: str, pages: Iterable[ListedPage], most: int = MOST_ADDRESSES) -> dict[str, bytes]:
    """The sitemap by its path, in several files and a list of them where one may not hold all.

    Args:
        url: where the site stands.
        pages: all that search engines should know.
        most: addresses in a file.
    """
    addresses = [entry for page in pages for entry in _addresses(url, page)]
    if len(addresses) <= most:
        return {SITEMAP_PATH: _file(addresses)}
    parts = [addresses[start : start + most] for start in range(0, len(addresses), most)]
    files = {f"sitemap-{number}.xml": _file(part) for number, part in enumerate(parts, 1)}
    listed = "".join(f"<sitemap><loc>{url}/{path}</loc></sitemap>\n" for path in files)
    return {SITEMAP_PATH: f"{_HEAD}<sitemapindex {_SPACE}>\n{listed}</sitemapindex>\n".encode(), **files}


def _file(addresses: Iterable[str]) -> bytes:
    languages = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return f"{_HEAD}<urlset {_SPACE} {languages}>\n{''.join(addresses)}</urlset>\n".encode()


def _addresses(url: str, page: ListedPage) -> Iterator[str]:
    """An entry for each language; each names all, itself too."""
    others = ""
    if len(page.paths) > 1:
        named = [*page.paths.items(), ("x-default", next(iter(page.paths.values())))]
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href="{_address(url, path)}"/>' for code, path in named
        )
    changed = f"<lastmod>{page.changed}</lastmod>" if page.changed else ""
    for path in page.paths.values():
        yield f"<url><loc>{_address(url, path)}</loc>{changed}{others}</url>\n"


def _address(url: str, path: str) -> str:
    return escape(f"{url}/{path}")
