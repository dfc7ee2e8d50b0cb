"""The rules for the markup of one page: nothing is missing, unsafe or said twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .addresses import GUARD_IT, Problem, is_guarded, shown
from .elements import MUTE, Element, read


class Page(NamedTuple):
    """A page or drawing as the rules read it."""

    html: str
    title: str
    elements: Mapping[Element, int]
    """Each with how often it stands there."""
    tagged: Mapping[str, list[Element]]
    ids: Mapping[str, int]
    """Each with how many elements have it."""
    policies: list[dict[str, list[str]]]
    """Sources by directive, for each content security policy."""


def parse(html: str) -> Page:
    """Read a page as browsers do."""
    elements, title = read(html)
    tagged = defaultdict(list)
    for element in elements:
        tagged[element.tag].append(element)
    policies = [_directives(meta.get("content")) for meta in tagged["meta"] if _is_policy(meta)]
    ids: dict[str, int] = {}
    for element, times in elements.items():
        if id_ := element.attributes.get("id"):
            ids[id_] = ids.get(id_, 0) + times
    return Page(html, title, elements, tagged, ids, policies)


def _is_policy(meta: Element) -> bool:
    return meta.get("http-equiv").lower() == "content-security-policy"


def _directives(policy: str) -> dict[str, list[str]]:
    directives: dict[str, list[str]] = {}
    for words in map(str.split, policy.split(";")):
        if words:
            directives.setdefault(words[0].lower(), words[1:])  # browsers heed the first of two
    return directives


def is_sealed(page: Page) -> bool:
    """Whether a page must do without its site: its policy lets it show pictures that it holds itself, and no more."""
    return any(
        policy.get("default-src") == ["'none'"]
        and policy.get("img-src") == ["data:"]
        and not any("'self'" in sources for sources in policy.values())
        for policy in page.policies
    )


def problems(path: str, page: Page) -> Iterator[Problem]:
    """What is wrong with the markup of the page, or the SVG drawing, at `path` in `site/`."""
    for rule in _DRAWING_RULES if path.endswith(".svg") else _PAGE_RULES:
        yield from rule(page)


# Rules


def _essentials(page: Page) -> Iterator[Problem]:
    metas = {meta.get("name").lower(): meta.get("content") for meta in page.tagged["meta"]}
    needed = (
        (re.match(r"\ufeff?\s*<!doctype html\s*>", page.html, re.IGNORECASE), "`<!doctype html>` at its top"),
        (any(element.get("lang").strip() for element in page.tagged["html"]), "its language, in `<html lang>`"),
        (any(meta.get("charset").lower() == "utf-8" for meta in page.tagged["meta"]), "`<meta charset=utf-8>`"),
        (metas.get("viewport"), "`<meta name=viewport>`"),
        (metas.get("referrer") == "no-referrer", "`<meta name=referrer content=no-referrer>`"),
        (page.policies, "a content security policy"),
        (page.title.strip(), "a title"),
    )
    yield from (Problem("incomplete-page", f"the page lacks {what}") for there, what in needed if not there)
    headlines = sum(page.elements[element] for element in page.tagged["h1"])
    if headlines != 1:
        yield Problem("incomplete-page", f"the page has {headlines or 'no'} `<h1>`, where it has one headline")


def _open_policy(page: Page) -> Iterator[Problem]:
    sealed = is_sealed(page)
    for policy in page.policies:
        if "default-src" not in policy:
            yield Problem("unsafe-markup", "the policy has no `default-src`, so what it does not name is open to all")
        for directive, sources in policy.items():
            for source in sources if _SOURCE_LIST.search(directive) else ():
                of_sealed = sealed and (directive, source) == ("img-src", "data:")
                if not of_sealed and not _OWN_SOURCE.fullmatch(source):
                    message = f"the policy's `{directive}` allows {shown(source)}"
                    yield Problem("unsafe-markup", message, "allow only 'self', 'none' or a hash")


_SOURCE_LIST = re.compile(r"-src(?:-elem|-attr)?$|^base-uri$|^form-action$")
_OWN_SOURCE = re.compile(r"'(?:self|none|report-sample|sha(?:256|384|512)-[\w+/=-]+)'", re.IGNORECASE)


def _late_policy(page: Page) -> Iterator[Problem]:
    """A policy in a page binds only what follows it."""
    for element in page.elements if page.policies else ():
        if element.tag == "meta" and _is_policy(element):
            return
        if element.tag in {"link", "script", "style", "img"}:
            yield Problem("unsafe-markup", f"`<{element.tag}>` stands before the policy", "put the policy first")
            return


def _unlisted_code(page: Page) -> Iterator[Problem]:
    for tag in ("script", "style"):
        for element in page.tagged[tag]:
            if "src" in element.attributes or element.get("type").lower() in _DATA_BLOCKS:
                continue
            source = f"'sha256-{_sha256(element.text)}'"
            if not all(source in _sources(policy, tag) for policy in page.policies):
                message = f"the page's policy does not list an inline `<{tag}>`"
                yield Problem("unsafe-markup", message, f"move it to a file, or add {source} to `{tag}-src`")


_DATA_BLOCKS = {"application/json", "application/ld+json"}  # browsers run no script of these types


def _sha256(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return b64encode(sha256(text.encode("utf-8", "surrogatepass")).digest()).decode()


def _sources(policy: dict[str, list[str]], tag: str) -> list[str]:
    names = (f"{tag}-src-elem", f"{tag}-src", "default-src")
    return next((policy[name] for name in names if name in policy), [])


def _forbidden_markup(page: Page) -> Iterator[Problem]:
    for element in page.elements:
        if not _HARMLESS.issuperset(element.attributes):
            yield from _forbidden_attributes(element)
    if page.tagged["base"]:
        yield Problem("unsafe-markup", "`<base>` changes where every address leads", "remove it")


def _forbidden_attributes(element: Element) -> Iterator[Problem]:
    tag = element.tag
    for name, value in element.attributes.items():
        if name in _FORBIDDEN or name.startswith("on"):
            hint = _FORBIDDEN.get(name, "a script file may listen instead")
            yield Problem("unsafe-markup", f"`<{tag}>` has the attribute `{name}`", hint)
        elif name == "referrerpolicy" and value != "no-referrer":
            yield Problem("unsafe-markup", f"`<{tag}>` has a referrer policy of its own", "remove it")
        elif name == "target" and value != "_self" and not is_guarded(element.attributes):
            yield Problem("unsafe-markup", f"`<{tag}>` opens {shown(value or '')} unguarded", GUARD_IT)


_HARMLESS = MUTE | {"id", "href", "rel", "src", "alt", "for", "headers", "name", "type", "content", "popovertarget"}
"""Attributes that are allowed whatever they say: most elements have no others."""
_FORBIDDEN = {"style": "use a class, or SVG's own attributes", "srcdoc": "make it a page of its own"}


def _repeated_ids(page: Page) -> Iterator[Problem]:
    for id_, times in page.ids.items():
        if times > 1:
            yield Problem("duplicate-id", f"the id {shown(id_)} stands {times} times on this page", "rename one")


def _pictures_without_words(page: Page) -> Iterator[Problem]:
    areas = (area for area in page.tagged["area"] if "href" in area.attributes)
    buttons = (button for button in page.tagged["input"] if button.get("type").lower() == "image")
    for element in (*page.tagged["img"], *areas, *buttons):
        if "alt" not in element.attributes:
            address = element.get("src") or element.get("href")
            message = f"`<{element.tag}>` for {shown(address)} has no alternative text"
            yield Problem("missing-alt", message, "describe it; a mere ornament has an empty `alt`")


def _scripts(drawing: Page) -> Iterator[Problem]:
    if drawing.tagged["script"]:
        yield Problem("unsafe-markup", "a drawing holds a script", "remove it")


_PAGE_RULES = (
    _essentials,
    _open_policy,
    _late_policy,
    _unlisted_code,
    _forbidden_markup,
    _repeated_ids,
    _pictures_without_words,
)
_DRAWING_RULES = (_scripts, _repeated_ids)  # a drawing in an `<img>` styles itself, and no policy reads it
