"""A story in one file: its pages as the parts of one, in which every link and every picture is at hand."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from .addresses import resolve
from .views import Page, Part

PARTS = {
    "index.html": "story",
    "evidence.html": "evidence",
    "prices.html": "prices",
    "sources.html": "sources",
    "about.html": "about",
}
"""The pages that it holds, in this order, and the names of the parts they become."""

_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_KIND = re.compile(r'<body class="([^"]*)"')
_STANDING = re.compile(r'\s*(?:<p class="(?:draft|notice) wrap">.*?</p>\s*)+', re.DOTALL)
_HEADING = re.compile(r"(?<=<)(/?h)([1-5])\b")
_TAG = re.compile(r'<([a-z]+)[^<>"]*(?:"[^"]*"[^<>"]*)+>')
_ID = re.compile(r'\sid="([^"]*)"')
_NAMES = re.compile(
    r'(?<=\s)(id|for|popovertarget|interestfor|headers|list|aria-(?:labelledby|describedby|details|controls|owns))="([^"]*)"'
)
_HREF = re.compile(r'\shref="([^"]*)"')
_SRC = re.compile(r'(?<=\s)(src|href)="([^"]*)"')
_ONLY_OF_LINKS = re.compile(r'\s(?:href|hreflang|download|rel|target)(?:="[^"]*")?(?=[\s>])')
_ONLY_ON_LINE = re.compile(r'\s(?:srcset|sizes|loading)="[^"]*"')
_FORMATS = {"png": "png", "jpg": "jpeg"}
_WAITING = re.compile(r'(?<==")(data:image/(?:png|jpeg);base64,)\[([^\]"]+)\](?=")')


def parts(page: Page, pages: Mapping[str, str]) -> tuple[Part, ...]:
    """The parts of an offline edition; pictures are still to be put into it: see `filled`.

    Args:
        page: the offline edition's own.
        pages: the story's pages as they were laid out, by their names.
    """
    bodies = {name: found[1] for name in PARTS if (found := _MAIN.search(pages.get(name, "")))}
    links = _Links(page, _names(bodies))
    made: list[Part] = []
    for name, body in bodies.items():
        here = body if not made else _HEADING.sub(_one_lower, _STANDING.sub("", body, count=1))
        kind = _KIND.search(pages[name])
        made.append(Part(PARTS[name], kind[1] if kind else "", _TAG.sub(links.reader(name), here)))
    return tuple(made)


def filled(html: str, picture: Callable[[str], bytes]) -> str:
    """An offline edition with its pictures in it, each given by its path in the site."""

    @cache
    def written(path: str) -> str:
        return b64encode(picture(path)).decode()

    return _WAITING.sub(lambda found: found[1] + written(found[2]), html)


def waits(pages: Iterable[Part]) -> bool:
    """Whether pictures are still to be put into some of these parts."""
    return any(_WAITING.search(part.markup) for part in pages)


def _one_lower(heading: re.Match[str]) -> str:
    """The heading of a part is a step below that of a page: a file has one headline."""
    return f"{heading[1]}{int(heading[2]) + 1}"


class _Place(NamedTuple):
    """An id on a page of the story."""

    page: str
    id: str


def _names(bodies: Mapping[str, str]) -> dict[_Place, str]:
    """What each id of the pages is called in the one file.

    Those of the evidence page keep their names, by which style rules find its switches; of others that are alike, all
    but the first bear their page's. An id of digits is a number that readers see, and goes on from the page before.
    """
    named = {_Place(page, ""): PARTS[page] for page in bodies}
    taken, notes = {*named.values(), "content"}, 0
    found = {page: [id_ for tag in _TAG.finditer(body) for id_ in _ID.findall(tag[0])] for page, body in bodies.items()}
    for page in sorted(found, key=lambda page: page != "evidence.html"):
        for id_ in found[page]:
            if not id_.isdecimal() and _Place(page, id_) not in named:
                name = id_
                while name in taken:
                    name = f"{PARTS[page]}-{name}"
                named[_Place(page, id_)] = name
                taken.add(name)
    for page, ids in found.items():
        for id_ in filter(str.isdecimal, ids):
            notes += 1
            named[_Place(page, id_)] = str(notes)
    return named


class _Links:
    """Where what a page of the story names is found in the one file."""

    def __init__(self, page: Page, names: Mapping[_Place, str]) -> None:
        self._folder = page.path.removesuffix(page.name)
        self._url = page.site.url
        self._names = names
        exhibits = page.story.exhibits if page.story else ()
        self._exhibits = {f"{self._folder}exhibits/{exhibit.id}.html": exhibit.id for exhibit in exhibits}

    def reader(self, page: str) -> Callable[[re.Match[str]], str]:
        """What rewrites a tag of one page."""

        def rewritten(tag: re.Match[str]) -> str:
            name, text = tag[1], tag[0]
            if name == "source":
                return ""
            if name in ("img", "image"):
                text = _SRC.sub(lambda found: self._picture(page, found), _ONLY_ON_LINE.sub("", text))
            elif found := _HREF.search(text):
                text = self._link(page, text, found[1])
            return _NAMES.sub(lambda found: self._named(page, found), text)

        return rewritten

    def _named(self, page: str, found: re.Match[str]) -> str:
        ids = (self._names.get(_Place(page, id_), id_) for id_ in found[2].split(" "))
        return f'{found[1]}="{" ".join(ids)}"'

    def _picture(self, page: str, found: re.Match[str]) -> str:
        path, _ = resolve(self._folder + page, unescape(found[2]))
        format_ = _FORMATS.get(path.rpartition(".")[2], "")
        return f'{found[1]}="data:image/{format_};base64,[{path}]"' if format_ else found[0]

    def _link(self, page: str, tag: str, address: str) -> str:
        """A link to a place in the file; to the site, where that is known; or else its words alone."""
        leads = self._leads(page, address)
        if leads is None:
            return _ONLY_OF_LINKS.sub("", tag)
        return tag if leads == address else tag.replace(f'href="{address}"', f'href="{leads}"', 1)

    def _leads(self, page: str, address: str) -> str | None:
        if address.startswith("#"):
            return f"#{self._names.get(_Place(page, _plain(address[1:])), address[1:])}"
        if ":" in address.partition("/")[0] or address.startswith("//"):
            return address
        path, fragment = resolve(self._folder + page, unescape(address))
        there = path.removeprefix(self._folder)
        if path in self._exhibits:
            there, fragment = "index.html", fragment or f"x-{self._exhibits[path]}"
        if name := self._names.get(_Place(there, fragment)):
            return f"#{name}"
        return urljoin(f"{self._url}/{self._folder}{page}", address) if self._url else None


def _plain(fragment: str) -> str:
    return unquote(unescape(fragment))
