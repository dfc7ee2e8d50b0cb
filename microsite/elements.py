"""The elements of a page as the rules of the audit read them.

A page as plain as our templates write it is read tag by tag: its tags are found at once, and each that stands there
more than once, or stood on a page before, is looked at once. Any other page is read by a parser for browsers. What a
parser does besides, to put elements into each other, no rule asks about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

TELLING = frozenset(("html", "meta", "base", "link", "style", "script", "h1", "img", "area", "input"))
"""Elements that matter to a rule whatever their attributes."""
MUTE = frozenset(
    [
        "class",
        "lang",
        "role",
        "scope",
        "colspan",
        "tabindex",
        "start",
        "datetime",
        "aria-hidden",
        "aria-label",
        "aria-current",
        "viewBox",
        "x",
        "y",
        "d",
        "cx",
        "cy",
        "r",
        "width",
        "height",
        "text-anchor",
        "stroke-width",
        "stroke-dasharray",
    ]
)
"""Attributes that no rule reads: most elements have no others."""


@dataclass(frozen=True, slots=True, eq=False)  # what is found out of an element is remembered by which one it is
class Element:
    """An element of a page, its names in lower case."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    """What a style sheet or a script says."""

    def get(self, name: str) -> str:
        """An attribute's value, empty where there is none."""
        return self.attributes.get(name) or ""


class Read(NamedTuple):
    """What is read of a page or drawing."""

    elements: dict[Element, int]
    """Those that may matter to a rule, each with how often it stands there, in the order of the source."""
    title: str
    """What the page says it is called."""


def read(html: str) -> Read:
    """The elements of a page or drawing."""
    try:
        return _read_plain(html)
    except _NotPlainError:
        return _read_as_browsers_do(html)


# --- Plain pages -----------------------------------------------------------------------------------------------------


class _NotPlainError(Exception):
    """A page is not written so that its tags are certain."""


def _read_plain(html: str) -> Read:
    tags = _TAG.findall(html)
    if tags[:1] != [_DOCTYPE] or "\0" in html or "\r" in html:
        raise _NotPlainError
    elements: dict[Element, int] = {}
    for tag, times in Counter(tags[1:]).items():
        element = _element(tag)
        if element is None:
            continue
        if element.tag in _TEXT_ALONE:
            elements |= {Element(element.tag, element.attributes, text): 1 for text in _texts(html, tag)}
        else:
            elements[element] = times
    title = _TITLE.search(html.partition("<body")[0])
    return Read(elements, unescape(title[1]) if title else "")


_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile("<title>([^<]*)</title>")
_DOCTYPE = "<!doctype html>"
_VALUE = r"\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'=<>`]+"
_NAME = "viewBox|preserveAspectRatio|[a-z][a-z0-9:-]*"
_PLAIN = re.compile(rf"<([a-z][a-z0-9-]*)((?:\s+(?:{_NAME})(?:=(?:{_VALUE}))?)*)\s*/?>|</[a-z][a-z0-9-]*>")
_ATTRIBUTE = re.compile(rf"({_NAME})(?:=({_VALUE}))?")
_TEXT_ALONE = frozenset(("title", "style", "script"))
"""Elements that hold no others, whatever they say."""
_BY_RULES_OF_THEIR_OWN = frozenset(
    [
        "frameset",
        "iframe",
        "math",
        "noembed",
        "noframes",
        "noscript",
        "plaintext",
        "select",
        "template",
        "textarea",
        "xmp",
    ]
)
"""Elements in which tags are not what they are elsewhere."""


@lru_cache(maxsize=8192)  # pages are full of tags that others have too
def _element(tag: str) -> Element | None:
    """The element that a tag begins, if it may matter to a rule."""
    plain = _PLAIN.fullmatch(tag)
    if plain is None or plain[1] in _BY_RULES_OF_THEIR_OWN:
        raise _NotPlainError
    if plain[1] is None:
        return None
    written = _ATTRIBUTE.findall(plain[2])
    attributes = {name: _value(value) for name, value in written}
    if len(attributes) < len(written):
        raise _NotPlainError
    is_telling = plain[1] in TELLING or plain[1] == "title" or not MUTE.issuperset(attributes)
    return Element(plain[1], attributes) if is_telling else None


def _value(written: str) -> str | None:
    bare = written[1:-1] if written[:1] in ('"', "'") else written
    return unescape(bare) if written else None


def _texts(html: str, tag: str) -> Iterator[str]:
    """What elements say that begin with this tag and hold no other."""
    start = html.find(tag)
    while start >= 0:
        end = html.find("<", start + len(tag))
        if html[end : end + 2] != "</":
            raise _NotPlainError
        yield html[start + len(tag) : end]
        start = html.find(tag, end)


# --- Any other page --------------------------------------------------------------------------------------------------


def _read_as_browsers_do(html: str) -> Read:
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(html).root
    if root is None:
        return Read({}, "")
    title = root.css_first("head > title")
    return Read(dict.fromkeys(_elements(root), 1), title.text() if title else "")


def _elements(root: LexborNode) -> Iterator[Element]:
    """What templates hold comes last."""
    # A selector for those that matter would take longer than looking at every element here.
    for node in root.css("*"):
        attributes, tag = node.attributes, node.tag or ""
        if not MUTE.issuperset(attributes) or tag in TELLING:
            yield Element(tag, attributes, node.text() if tag in _TEXT_ALONE else "")
    for fragment in root.template_fragments():
        yield from _elements(fragment)
