"""A story in one file: its pages as the parts of one, in which every link and every picture is at hand."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from html import unescape
from typing import TypeAlias
from urllib.parse import quote, unquote

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
_STANDING = re.compile(r'\s*(?:<div class="(?:draft|notice)"><p class="wrap">.*?</p></div>\s*)+', re.DOTALL)
_HEADING = re.compile(r"<(/?h)([1-5])\b")
_SECTION = re.compile(r"<section\b[^<>]*>")
_LABEL = re.compile(r'\saria-labelledby="[^"]*"')
_TAG = re.compile(r'(<[a-z]\w*\s[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
"""A tag with attributes: no other names anything."""
_NAMING = re.compile(
    r'\s(href|id|for|popovertarget|interestfor|headers|list|aria-(?:labelledby|describedby|details|controls|owns))="([^"]*)"'
)
_ID = re.compile(r'id="(?<=\sid=")([^"]*)"')  # a pattern that begins with letters is found faster
_SOURCE = re.compile(r'(?<=\s)(src|href)="([^"]*)"')
_ONLY_ON_LINE = re.compile(r'\s(?:srcset|sizes|loading)="[^"]*"')
_NOWHERE = ' href="nowhere:"'
_OF_LINKS = re.compile(r'\s(?:href|hreflang|download|rel|target)(?:="[^"]*")?(?=[\s>])')
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
        here = _without_names(body if not made else _HEADING.sub(_one_lower, _without_standing(body)))
        kind = _KIND.search(pages[name])
        made.append(Part(PARTS[name], kind[1] if kind else "", links.led(name, here)))
    return tuple(made)


def filled(html: str, picture: Callable[[str], bytes]) -> str:
    """An offline edition with its pictures in it, each given by its path in the site."""

    @cache
    def written(path: str) -> str:
        return b64encode(picture(path)).decode()

    return _WAITING.sub(lambda found: found[1] + written(found[2]), html)


def waits(pages: Iterable[Part]) -> bool:
    """Whether pictures are still to be put into some of these parts."""
    return any(";base64,[" in part.markup and _WAITING.search(part.markup) for part in pages)


def _without_names(body: str) -> str:
    """Sections that no label makes landmarks: two pages may have some of the same name, and here are many enough."""
    return _SECTION.sub(lambda tag: _LABEL.sub("", tag[0]), body)


def _one_lower(heading: re.Match[str]) -> str:
    """The heading of a part is a step below that of a page: a file has one headline."""
    return f"<{heading[1]}{int(heading[2]) + 1}"


def _without_standing(body: str) -> str:
    """Without what each page says of its edition before its first word: the first part says it."""
    said = _STANDING.match(body)
    return body[said.end() :] if said else body


_Place: TypeAlias = tuple[str, str]
"""A page of the story, and an id on it."""


def _names(bodies: Mapping[str, str]) -> dict[_Place, str]:
    """What each id of the pages is called in the one file.

    Those of the evidence page keep their names, by which style rules find its switches; of others that are alike, all
    but the first bear their page's. An id of digits is a number that readers see, and goes on from the page before.
    """
    named: dict[_Place, str] = {(page, ""): PARTS[page] for page in bodies}
    taken, notes = {*named.values(), "content"}, 0
    found = {page: _ID.findall(body) for page, body in bodies.items()}
    for page in sorted(found, key=lambda page: page != "evidence.html"):
        for id_ in found[page]:
            if not id_.isdecimal() and (page, id_) not in named:
                name = id_
                while name in taken:
                    name = f"{PARTS[page]}-{name}"
                named[(page, id_)] = name
                taken.add(name)
    for page, ids in found.items():
        for id_ in filter(str.isdecimal, ids):
            notes += 1
            named[(page, id_)] = str(notes)
    return named


class _Links:
    """Where what a page of the story names is found in the one file."""

    def __init__(self, page: Page, names: Mapping[_Place, str]) -> None:
        self._folder = page.path.removesuffix(page.name)
        self._url = page.site.url
        self._names = names
        exhibits = page.story.exhibits if page.story else ()
        self._exhibits = {f"{self._folder}exhibits/{exhibit.id}.html": exhibit.id for exhibit in exhibits}

    def led(self, page: str, body: str) -> str:
        """What a page holds, with what it names where it is in the file."""
        pieces = _TAG.split(body)
        tags = pieces[1::2]
        led = {tag: self._tag(page, tag) for tag in {*tags}}  # many stand there more than once
        pieces[1::2] = map(led.__getitem__, tags)
        return "".join(pieces)

    def _tag(self, page: str, tag: str) -> str:
        if tag.startswith("<source"):
            return ""
        if tag.startswith(("<img", "<image")):
            tag = _SOURCE.sub(partial(self._picture, page), _ONLY_ON_LINE.sub("", tag))
        if '="' in tag:
            tag = _NAMING.sub(partial(self._naming, page), tag)
        return _OF_LINKS.sub("", tag) if _NOWHERE in tag and tag.startswith("<a") else tag

    def _naming(self, page: str, found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        if name == "href":
            leads = self._leads(page, value)
            return _NOWHERE if leads is None else f' href="{leads}"'
        ids = " ".join([self._names.get((page, id_), id_) for id_ in value.split(" ")])
        return found[0] if ids == value else f' {name}="{ids}"'

    def _picture(self, page: str, found: re.Match[str]) -> str:
        path, _ = resolve(self._folder + page, unescape(found[2]))
        format_ = _FORMATS.get(path.rpartition(".")[2], "")
        return f'{found[1]}="data:image/{format_};base64,[{path}]"' if format_ else found[0]

    def _leads(self, page: str, address: str) -> str | None:
        """To a place in the file; to the site, where its url is known; or else nowhere, and words without a link stay."""
        if address.startswith("#"):
            return f"#{self._names.get((page, _plain(address[1:])), address[1:])}"
        if ":" in address.partition("/")[0] or address.startswith("//"):
            return address
        path, fragment = resolve(self._folder + page, unescape(address))
        there = path.removeprefix(self._folder)
        if path in self._exhibits:
            there, fragment = "index.html", fragment or f"x-{self._exhibits[path]}"
        if name := self._names.get((there, fragment)):
            return f"#{name}"
        return f"{self._url}/{quote(path)}{f'#{quote(fragment)}' if fragment else ''}" if self._url else None


def _plain(fragment: str) -> str:
    return unquote(unescape(fragment))
