"""The Atom feed of an edition: its newest stories with their full text, corrections included."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple
from urllib.parse import urljoin

FEED_NAME = "feed.xml"
MOST_ENTRIES = 20
NEVER = "1970-01-01"
"""When a feed changed in which nothing has a date yet: the format wants a day."""
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_HEADLINE = re.compile(r"<h1\b.*?</h1>\s*", re.DOTALL)
_TAG = re.compile(r'<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>')
_LINK = re.compile(r'(\shref=")([^"]*)(?=")')
_OURS = re.compile(r'\s(?:id|class|tabindex)="[^"]*"')
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Entry(NamedTuple):
    """A story."""

    address: str
    title: str
    standfirst: str
    published: str
    """The day, whole."""
    changed: str
    """The day of its last change in substance, corrections included."""
    content: str
    """Its text in HTML with absolute addresses."""


class Heading(NamedTuple):
    """What stands above the entries."""

    address: str
    """Of the feed itself."""
    home: str
    """Of the page that it is the feed of."""
    title: str
    publisher: str
    language: str


def feed(heading: Heading, entries: Iterable[Entry]) -> bytes:
    """The feed of one edition, its newest stories first."""
    newest = sorted(entries, key=lambda entry: (entry.published, entry.address), reverse=True)[:MOST_ENTRIES]
    changed = max((entry.changed for entry in newest), default=NEVER)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{heading.language}">',
        f"<title>{_text(heading.title)}</title>",
        f"<id>{_text(heading.address)}</id>",
        f"<updated>{_moment(changed)}</updated>",
        f"<author><name>{_text(heading.publisher)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{_text(heading.address)}"/>',
        f'<link rel="alternate" type="text/html" href="{_text(heading.home)}"/>',
        *map(_entry, newest),
        "</feed>\n",
    ]
    return "\n".join(lines).encode()


def _entry(entry: Entry) -> str:
    lines = [
        "<entry>",
        f"<title>{_text(entry.title)}</title>",
        f"<id>{_text(entry.address)}</id>",
        f'<link rel="alternate" type="text/html" href="{_text(entry.address)}"/>',
        f"<published>{_moment(entry.published)}</published>",
        f"<updated>{_moment(entry.changed)}</updated>",
        f"<summary>{_text(entry.standfirst)}</summary>",
        f'<content type="html">{_text(entry.content)}</content>',
        "</entry>",
    ]
    return "\n".join(lines)


def content_of(text_page: str, address: str) -> str:
    """What the text-only page at an address says, without its headline, for readers who see it elsewhere."""
    main = _MAIN.search(text_page)
    inside = _HEADLINE.sub("", main[1]) if main else ""
    return _TAG.sub(lambda tag: _LINK.sub(partial(_absolute, address), _OURS.sub("", tag[0])), inside).strip()


def _absolute(address: str, link: re.Match[str]) -> str:
    return link[1] + html.escape(urljoin(address, html.unescape(link[2])))


def _moment(day: str) -> str:
    """A day as the format wants it, which knows no days: its first moment, in universal time."""
    return f"{day}T00:00:00Z"


def _text(text: str) -> str:
    return html.escape(_NOT_IN_XML.sub("", text))
