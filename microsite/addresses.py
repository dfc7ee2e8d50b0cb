"""Addresses in a page or style sheet: where they stand, and where in the site or out of it they lead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

from .elements import Element

NOT_FOUND_PAGE = "404.html"
"""Hosts show it at any depth, so no relative address holds on it."""
GUARD_IT = 'write rel="noopener noreferrer"'
"""The hint for a link out of the site that is not `is_guarded`."""

_SHOWN_CHARACTERS = 80


class Problem(NamedTuple):
    """A diagnostic that does not yet know its place."""

    kind: str
    message: str
    hint: str = ""


class Use(NamedTuple):
    """An address as a file writes it."""

    role: str
    address: str
    where: str
    """The element and attribute, for messages."""


class Place(NamedTuple):
    """A file in the site and an id in it."""

    path: str
    fragment: str


# Where addresses lead


def resolve(path: str, address: str) -> tuple[str, str]:
    """Where a relative address on the page at `path` leads: a path from the site's root, and a fragment.

    As browsers do it, except that a path out of the site keeps its `../`: the site may stand in a folder. A path that
    is empty or ends with a slash is a folder's.
    """
    rest, _, fragment = address.partition("#")
    way = rest.partition("?")[0]
    return _walk(path.rpartition("/")[0], way) if way else path, unquote(fragment)


@lru_cache(maxsize=1024)
def _walk(folder: str, way: str) -> str:
    here = folder.split("/") if folder else []
    *steps, name = way.split("/")
    if name in {".", ".."}:
        steps, name = [*steps, name], ""
    for step in steps:
        if step == ".." and here and here[-1] != "..":
            here.pop()
        elif step != ".":
            here.append(step)
    return unquote("/".join([*here, name]))


def place_of(use: Use, path: str, site_url: str | None, *, sealed: bool = False) -> Place | Problem | None:
    """The place in the site, or what is wrong with the address; None for a rightful way out of the site.

    Args:
        sealed: whether the page must do without the site, holding its pictures itself.
    """
    address = _as_browsers_read(use.address)
    if sealed and use.role == "request":
        return None if _PICTURE.match(address) else _request_of_sealed(use)
    if site_url and f"{address}/".startswith(site_url):
        return _place_by_url(use, address[len(site_url) :], anywhere=sealed or path == NOT_FOUND_PAGE)
    if scheme := _SCHEME.match(address):
        return _elsewhere(use, scheme[1].lower())
    if address.startswith("//"):
        return _elsewhere(use, "")
    if address.startswith("/"):
        return Problem("absolute-link", f"{use.where} has the absolute path {shown(address)}", "make it relative")
    place = Place(*resolve(path, address))
    if sealed and place.path != path:
        message = f"{use.where} has the relative address {shown(address)} on a page that stands alone"
        return Problem("broken-link", message, "link within the page, by the site's url, or not at all")
    if path == NOT_FOUND_PAGE and address in {"./", "../"} and use.role.endswith("link"):
        return None  # up from wherever it is shown
    if path == NOT_FOUND_PAGE and place.path != path:
        message = f"{use.where} has the relative address {shown(address)} on a page that is shown at any depth"
        return Problem("broken-link", message, "link by the site's url, by `./` or `../`, or not at all")
    if place.path[-1:] in {"", "/"}:
        return Problem("broken-link", f"{use.where} leads to the folder {shown(address)}", "name the file in it")
    return place


def _as_browsers_read(address: str) -> str:
    """Without the white space that browsers drop, and with the slashes they see in backslashes."""
    if not _ODD.search(address):
        return address
    address = re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$|[\t\n\r]", "", address)
    return re.sub(r"^[^?#]*", lambda way: way[0].replace("\\", "/"), address)


def _request_of_sealed(use: Use) -> Problem:
    message = f"{use.where} asks for {shown(use.address)} on a page that stands alone"
    return Problem("outside-request", message, "keep what it needs in the page")


def _place_by_url(use: Use, rest: str, *, anywhere: bool) -> Place | Problem:
    """The place named by the site's url, which only pages that may be read anywhere link by."""
    if use.role != "reference" and not anywhere:
        return Problem("absolute-link", f"{use.where} leads to {shown(rest)} by the site's url", "make it relative")
    target, fragment = resolve("", rest)
    return Place(f"{target}index.html" if target[-1:] in {"", "/"} else target, fragment)  # hosts complete a folder


def _elsewhere(use: Use, scheme: str) -> Problem | None:
    """What is wrong, if anything, with naming what lies outside the site; `//host` has an empty scheme."""
    address = shown(use.address)
    if scheme == "file":
        return Problem("absolute-link", f"{use.where} leads to {address}, which is on one computer", "make it relative")
    if use.role in {"link", "open link"}:
        if scheme not in {"http", "https", "mailto"}:
            return Problem(
                "unsafe-link", f"{use.where} leads to {address}", "link to https, http, mailto or a file here"
            )
        if use.role == "open link" and scheme != "mailto":
            return Problem("unsafe-markup", f"{use.where} leads out to {address} unguarded", GUARD_IT)
        return None
    if scheme not in {"http", "https", ""}:
        return Problem(
            "unsafe-markup", f"{use.where} holds {address}, which no policy of ours allows", "make it a file"
        )
    if use.role == "reference":
        return Problem(
            "broken-link", f"{use.where} names {address}, not below the site's url", "see `url` in site.yaml"
        )
    return Problem("outside-request", f"{use.where} asks another origin for {address}", "keep the file in the site")


def shown(text: str) -> str:
    """A text as messages quote it, cut where it is very long."""
    return f"`{text}`" if len(text) <= _SHOWN_CHARACTERS else f"`{text[:_SHOWN_CHARACTERS]}…`"


_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,")
_ODD = re.compile(r"[\x00-\x20\\]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


# Where addresses stand


def addresses_in(elements: Collection[Element]) -> Iterator[Use]:
    """Every address in these elements, those in their style sheets last."""
    for element in elements:
        if not _READERS.keys().isdisjoint(element.attributes):
            yield from _uses(element)
    for element in elements:
        if element.tag == "style":
            for address in css_addresses(element.text):
                yield Use("request", address, "`<style>`")


@lru_cache(maxsize=8192)
def _uses(element: Element) -> tuple[Use, ...]:
    """Those in its attributes."""
    return tuple(
        Use(role, address, _where(element.tag, attribute))
        for attribute, value in element.attributes.items()
        if attribute in _READERS
        for role, address in _READERS[attribute](element, value or "")
    )


@cache
def _where(tag: str, attribute: str) -> str:
    return f"`<{tag} {attribute}>`"


_Found: TypeAlias = Iterable[tuple[str, str]]
"""Addresses, each with its role: a `link` is followed by readers, a `request` by browsers, a `reference` by machines;
an `open link` lacks what guards a reader who follows it out of the site."""


def _read_request(_element: Element, value: str) -> _Found:
    return (("request", value),)


def _read_srcset(_element: Element, value: str) -> _Found:
    return [("request", found[1]) for found in re.finditer(r"[\s,]*(\S*[^\s,])(?:\s+[^,]*)?(?:,|$)", value)]


def _read_paint(_element: Element, value: str) -> _Found:
    return [("request", address) for address in css_addresses(value)]


def _read_ids(_element: Element, value: str) -> _Found:
    return [("link", f"#{id_}") for id_ in value.split()]


def _read_href(element: Element, value: str) -> _Found:
    """A link, a request or neither, by the element and, for `<link>`, by what it is to the page."""
    if element.tag in {"a", "area"}:
        return (("link" if is_guarded(element.attributes) else "open link", value),)
    relations = set(element.get("rel").lower().split())
    if element.tag == "base":
        return ()
    if element.tag != "link" or not relations <= _WITHIN | _ANYWHERE:
        return (("request", value),)
    return (("reference", value),) if relations & _WITHIN else ()


def is_guarded(attributes: Mapping[str, str | None]) -> bool:
    """Whether the site at the other end of a link learns neither where a reader came from nor how to reach back."""
    return {"noopener", "noreferrer"} <= set((attributes.get("rel") or "").lower().split())


def _read_content(meta: Element, value: str) -> _Found:
    """The addresses in metadata: where a page moves on to, and what other sites show on their cards."""
    if meta.get("http-equiv").lower() == "refresh":
        return [("request", found[1]) for found in _REFRESH.finditer(value)]
    return (("reference", value),) if _CARD.fullmatch(meta.get("property") or meta.get("name")) else ()


_WITHIN = {"canonical", "alternate", "prev", "next", "up", "index", "search"}
_ANYWHERE = {"license", "author", "help", "me", "cite-as"}  # a relation in neither is taken for a request
_REFRESH = re.compile(r"^[\s\d.]*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
_CARD = re.compile(r"(?:og|twitter):(?:\w+:)*(?:url|secure_url|image|video|audio|src)")

_READERS = {
    **dict.fromkeys(("src", "poster", "data", "background", "action", "formaction", "ping"), _read_request),
    **dict.fromkeys(("href", "xlink:href"), _read_href),
    **dict.fromkeys(("srcset", "imagesrcset"), _read_srcset),
    "content": _read_content,
    **dict.fromkeys(
        ("for", "list", "headers", "popovertarget", "interestfor", "commandfor", "aria-controls"), _read_ids
    ),
    **dict.fromkeys(("aria-labelledby", "aria-describedby", "aria-details", "aria-owns"), _read_ids),
    **dict.fromkeys(("fill", "stroke", "filter", "mask", "clip-path"), _read_paint),
    **dict.fromkeys(("cursor", "marker-start", "marker-mid", "marker-end"), _read_paint),
}
"""How the addresses in an attribute are read."""


def css_addresses(css: str) -> Iterator[str]:
    """Everything that a style sheet, or an attribute in its language, would fetch."""
    lower = css.lower()
    if not any(word in lower for word in _FETCHING):
        return  # most of the generated rules of a page: plain search is thirty times quicker than the pattern
    for found in _CSS_ADDRESS.finditer(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        yield found["quoted"] or found["bare"] or ""


_FETCHING = ("@import", "url(", "src(", "image-set(")
_CSS_ADDRESS = re.compile(
    r"(?:@import|(?:url|src|image-set)\()\s*(?P<quote>[\"'])(?P<quoted>.*?)(?P=quote)"
    r"|url\(\s*(?P<bare>[^)\s\"']+)",
    re.IGNORECASE,
)
