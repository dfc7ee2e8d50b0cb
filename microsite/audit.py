"""What was made, looked at before it reaches `site/`: no page breaks, leaks, or asks anybody else for anything.

What can be said of a page alone is found once and kept by the ledger as plain JSON; `across` joins the facts of all
pages, new and kept. Two rules are behind most others: an address within the site is relative and names a file, so
that the site works wherever it stands; and every page carries a policy under which only the site itself loads.
The audit looks for slips of templates, content and code of ours, not for an author set on deceiving it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote

from microsite.diagnostics import Diagnostic, Position, in_order, nearest, problem

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

VERSION = "1"
"""Part of the ledger's key for facts; raise it when the same page would be judged differently."""
NOT_FOUND_PAGE = "404.html"
"""Hosts show it at any depth, so no relative address holds on it."""

_HINTED = 20  # finding the nearest name is slow, and one slip in a template can break ten thousand links
_SHOWN_CHARACTERS = 80
_TOP = frozenset({"", "top"})  # fragments that lead to the top of any page

Targets: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Paths from the site's root, each with the fragments wanted there; a path that begins `../` leads out of it."""


class Problem(NamedTuple):
    """A diagnostic that does not yet know its place."""

    kind: str
    message: str
    hint: str = ""


class PageFacts(NamedTuple):
    """What `across` must know of a made file; `PageFacts(*json.loads(json.dumps(facts)))` serves as well as `facts`."""

    ids: str
    """With spaces between them: for a ledger of thousands of pages one text is far cheaper than a list."""
    links: Targets
    """Where the file leads within the site, itself left out."""
    assets: Targets
    """What a browser fetches to show it."""
    problems: tuple[Problem, ...]
    """What is wrong whatever other files there are."""


class _Element(NamedTuple):
    tag: str
    attributes: dict[str, str | None]
    node: LexborNode

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""


class _Page(NamedTuple):
    html: str
    elements: list[_Element]
    """Those that matter here, in the order of the source; what templates hold comes last."""
    tagged: Mapping[str, list[_Element]]
    ids: list[str]
    policies: list[dict[str, list[str]]]
    """Sources by directive, for each content security policy."""


class _Use(NamedTuple):
    """An address as a file writes it."""

    role: str
    address: str
    where: str
    """The element and attribute, for messages."""


class _Place(NamedTuple):
    path: str
    fragment: str


def page_facts(path: str, html: str, site_url: str | None = None) -> PageFacts:
    """The facts about the page, or the SVG drawing, at `path` in `site/`.

    `site_url` is where the site will stand, if that is known: canonical, hreflang and card addresses must begin with
    it, and the 404 page may link by it.
    """
    page = _parse(html)
    rules = _DRAWING_RULES if path.endswith(".svg") else _PAGE_RULES
    problems = [found for rule in rules for found in rule(page)]
    return _facts(path, site_url, frozenset(page.ids), _uses(page), problems)


def css_facts(path: str, text: str) -> PageFacts:
    """The facts about the style sheet at `path` in `site/`; `across` takes them like a page's."""
    addresses = (address for address in _css_addresses(text) if not address.startswith("#"))
    return _facts(path, None, (), (_Use("request", address, "the style sheet") for address in addresses), [])


def css_problems(path: str, text: str) -> tuple[Problem, ...]:
    """What is wrong with a style sheet on its own: requests to another origin, absolute paths."""
    return css_facts(path, text).problems


def across(pages: Mapping[str, PageFacts], other_files: Collection[str] = ()) -> list[Diagnostic]:
    """Everything wrong with all that was made, by place: what was found on each page, and what only all can show.

    `pages` are the files with facts, new and kept; `other_files` are the paths of all the rest of `site/`.
    """
    made = {*pages, *other_files}
    found = [problem(_at(path), *told) for path, facts in pages.items() for told in facts.problems]
    found += _clashes(made)
    found += (_told(broken, pages, made, n < _HINTED) for n, broken in enumerate(_broken(pages, made)))
    return list(in_order(found))


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


# One file


def _parse(html: str) -> _Page:
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(html).root
    elements = list(_elements(root, _may_hold_rare_markup(html))) if root else []
    tagged = defaultdict(list)
    for element in elements:
        tagged[element.tag].append(element)
    policies = [_directives(meta.get("content")) for meta in tagged["meta"] if _is_policy(meta)]
    ids = [id_ for element in elements if (id_ := element.attributes.get("id"))]
    return _Page(html, elements, tagged, ids, policies)


def _may_hold_rare_markup(html: str) -> bool:
    """Whether every element must be looked at: handlers and paint may stand on any, and hardly ever do."""
    source = html.lower()
    # Looking back only once `on` is found lets the search leap from one `on` to the next.
    return "url(" in source or re.search(r"on(?<=[\s\"'/]on)[a-z]+\s*=", source) is not None


def _elements(root: LexborNode, all_of_them: bool) -> Iterator[_Element]:
    for node in root.css("*"):
        tag, attributes = node.tag or "", node.attributes
        if all_of_them or tag in _HEEDED_TAGS or not _HEEDED_ATTRIBUTES.isdisjoint(attributes):
            yield _Element(tag, attributes, node)
    for fragment in root.template_fragments():
        yield from _elements(fragment, all_of_them)


def _is_policy(meta: _Element) -> bool:
    return meta.get("http-equiv").lower() == "content-security-policy"


def _directives(policy: str) -> dict[str, list[str]]:
    directives: dict[str, list[str]] = {}
    for words in map(str.split, policy.split(";")):
        if words:
            directives.setdefault(words[0].lower(), words[1:])  # browsers heed the first of two
    return directives


def _facts(
    path: str, site_url: str | None, ids: Collection[str], uses: Iterable[_Use], problems: Iterable[Problem]
) -> PageFacts:
    site = f"{site_url.rstrip('/')}/" if site_url else None
    links: dict[str, set[str]] = defaultdict(set)
    assets: dict[str, set[str]] = defaultdict(set)
    wrong = list(problems)
    for use in dict.fromkeys(uses):
        place = _place(use, path, site)
        if isinstance(place, Problem):
            wrong.append(place)
        elif place and place.path != path:
            (assets if use.role == "request" else links)[place.path].add(place.fragment)
        elif place:
            wrong += _wrong_here(use, place.fragment, ids)
    linkable = sorted(id_ for id_ in ids if not re.search(r"\s", id_))
    return PageFacts(" ".join(linkable), _targets(links), _targets(assets), tuple(dict.fromkeys(wrong)))


def _wrong_here(use: _Use, fragment: str, ids: Collection[str]) -> Iterator[Problem]:
    """What is wrong with an address that leads to the very file it stands in."""
    if fragment not in ids and fragment not in _TOP:
        message = f"{use.where} leads to {_shown(f'#{fragment}')}, an id that nothing here has"
        yield Problem("broken-link", message, nearest(fragment, ids))
    elif not fragment and use.role == "request":
        yield Problem("missing-file", f"{use.where} asks for the page it stands in", "name a file")


def _targets(fragments: Mapping[str, set[str]]) -> Targets:
    return tuple((path, tuple(sorted(fragments[path] - _TOP))) for path in sorted(fragments))


# Where addresses stand


def _uses(page: _Page) -> Iterator[_Use]:
    for element in page.elements:
        for attribute, value in element.attributes.items():
            if attribute in _READERS:
                where = f"`<{element.tag} {attribute}>`"
                for role, address in _READERS[attribute](element, value or ""):
                    yield _Use(role, address, where)
    for style in page.tagged["style"]:
        for address in _css_addresses(style.node.text()):
            yield _Use("request", address, "`<style>`")


_Found: TypeAlias = Iterable[tuple[str, str]]
"""Addresses, each with its role: a `link` is followed by readers, a `request` by browsers, a `reference` by machines;
an `open link` lacks what guards a reader who follows it out of the site."""


def _read_request(_element: _Element, value: str) -> _Found:
    return (("request", value),)


def _read_srcset(_element: _Element, value: str) -> _Found:
    return [("request", found[1]) for found in re.finditer(r"[\s,]*(\S*[^\s,])(?:\s+[^,]*)?(?:,|$)", value)]


def _read_paint(_element: _Element, value: str) -> _Found:
    return [("request", address) for address in _css_addresses(value)]


def _read_ids(_element: _Element, value: str) -> _Found:
    return [("link", f"#{id_}") for id_ in value.split()]


def _read_href(element: _Element, value: str) -> _Found:
    """A link, a request or neither, by the element and, for `<link>`, by what it is to the page."""
    if element.tag in {"a", "area"}:
        return (("link" if _is_guarded(element.attributes) else "open link", value),)
    relations = set(element.get("rel").lower().split())
    if element.tag == "base":
        return ()
    if element.tag != "link" or not relations <= _WITHIN | _ANYWHERE:
        return (("request", value),)
    return (("reference", value),) if relations & _WITHIN else ()


def _is_guarded(attributes: Mapping[str, str | None]) -> bool:
    """Whether the site at the other end of a link learns neither where a reader came from nor how to reach back."""
    return {"noopener", "noreferrer"} <= set((attributes.get("rel") or "").lower().split())


def _read_content(meta: _Element, value: str) -> _Found:
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
    **dict.fromkeys(("for", "list", "headers", "popovertarget", "commandfor", "aria-controls"), _read_ids),
    **dict.fromkeys(("aria-labelledby", "aria-describedby", "aria-details", "aria-owns"), _read_ids),
    **dict.fromkeys(("fill", "stroke", "filter", "mask", "clip-path"), _read_paint),
    **dict.fromkeys(("cursor", "marker-start", "marker-mid", "marker-end"), _read_paint),
}
"""How the addresses in an attribute are read."""
_HEEDED_ATTRIBUTES = {"id", "style", "srcdoc", "target", "referrerpolicy"} | {
    attribute for attribute, reader in _READERS.items() if reader is not _read_paint
}
_HEEDED_TAGS = {"html", "meta", "title", "base", "link", "style", "script", "h1", "img", "area", "input"}


def _css_addresses(css: str) -> Iterator[str]:
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


# Where addresses lead


def _place(use: _Use, path: str, site_url: str | None) -> _Place | Problem | None:
    """The place in the site, or what is wrong with the address; None for a rightful way out of the site."""
    address = _as_browsers_read(use.address)
    if site_url and f"{address}/".startswith(site_url):
        return _place_by_url(use, address[len(site_url) :], path)
    if scheme := _SCHEME.match(address):
        return _elsewhere(use, scheme[1].lower())
    if address.startswith("//"):
        return _elsewhere(use, "")
    if address.startswith("/"):
        return Problem("absolute-link", f"{use.where} has the absolute path {_shown(address)}", "make it relative")
    place = _Place(*resolve(path, address))
    if path == NOT_FOUND_PAGE and place.path != path:
        message = f"{use.where} has the relative address {_shown(address)} on a page that is shown at any depth"
        return Problem("broken-link", message, "link by the site's url, or not at all")
    if place.path[-1:] in {"", "/"}:
        return Problem("broken-link", f"{use.where} leads to the folder {_shown(address)}", "name the file in it")
    return place


def _as_browsers_read(address: str) -> str:
    """Without the white space that browsers drop, and with the slashes they see in backslashes."""
    if not _ODD.search(address):
        return address
    address = re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$|[\t\n\r]", "", address)
    return re.sub(r"^[^?#]*", lambda way: way[0].replace("\\", "/"), address)


def _place_by_url(use: _Use, rest: str, path: str) -> _Place | Problem:
    if use.role != "reference" and path != NOT_FOUND_PAGE:
        return Problem("absolute-link", f"{use.where} leads to {_shown(rest)} by the site's url", "make it relative")
    target, fragment = resolve("", rest)
    return _Place(f"{target}index.html" if target[-1:] in {"", "/"} else target, fragment)  # hosts complete a folder


def _elsewhere(use: _Use, scheme: str) -> Problem | None:
    """What is wrong, if anything, with naming what lies outside the site; `//host` has an empty scheme."""
    shown = _shown(use.address)
    if scheme == "file":
        return Problem("absolute-link", f"{use.where} leads to {shown}, which is on one computer", "make it relative")
    if use.role in {"link", "open link"}:
        if scheme not in {"http", "https", "mailto"}:
            return Problem("unsafe-link", f"{use.where} leads to {shown}", "link to https, http, mailto or a file here")
        if use.role == "open link" and scheme != "mailto":
            return Problem("unsafe-markup", f"{use.where} leads out to {shown} unguarded", _GUARD_IT)
        return None
    if scheme not in {"http", "https", ""}:
        return Problem("unsafe-markup", f"{use.where} holds {shown}, which no policy of ours allows", "make it a file")
    if use.role == "reference":
        return Problem("broken-link", f"{use.where} names {shown}, not below the site's url", "see `url` in site.yaml")
    return Problem("outside-request", f"{use.where} asks another origin for {shown}", "keep the file in the site")


def _shown(text: str) -> str:
    return f"`{text}`" if len(text) <= _SHOWN_CHARACTERS else f"`{text[:_SHOWN_CHARACTERS]}…`"


_ODD = re.compile(r"[\x00-\x20\\]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_GUARD_IT = 'write rel="noopener noreferrer"'


# Rules for one page


def _essentials(page: _Page) -> Iterator[Problem]:
    metas = {meta.get("name").lower(): meta.get("content") for meta in page.tagged["meta"]}
    needed = (
        (re.match(r"\ufeff?\s*<!doctype html\s*>", page.html, re.IGNORECASE), "`<!doctype html>` at its top"),
        (any(element.get("lang").strip() for element in page.tagged["html"]), "its language, in `<html lang>`"),
        (any(meta.get("charset").lower() == "utf-8" for meta in page.tagged["meta"]), "`<meta charset=utf-8>`"),
        (metas.get("viewport"), "`<meta name=viewport>`"),
        (metas.get("referrer") == "no-referrer", "`<meta name=referrer content=no-referrer>`"),
        (page.policies, "a content security policy"),
        (any(map(_names_the_page, page.tagged["title"])), "a title"),
    )
    yield from (Problem("incomplete-page", f"the page lacks {what}") for there, what in needed if not there)
    headlines = len(page.tagged["h1"])
    if headlines != 1:
        yield Problem("incomplete-page", f"the page has {headlines or 'no'} `<h1>`, where it has one headline")


def _names_the_page(title: _Element) -> bool:
    """Whether this is a page's title rather than a drawing's, and says something."""
    parent = title.node.parent
    return parent is not None and parent.tag == "head" and bool(title.node.text().strip())


def _open_policy(page: _Page) -> Iterator[Problem]:
    for policy in page.policies:
        if "default-src" not in policy:
            yield Problem("unsafe-markup", "the policy has no `default-src`, so what it does not name is open to all")
        for directive, sources in policy.items():
            for source in sources if _SOURCE_LIST.search(directive) else ():
                if not _OWN_SOURCE.fullmatch(source):
                    message = f"the policy's `{directive}` allows {_shown(source)}"
                    yield Problem("unsafe-markup", message, "allow only 'self', 'none' or a hash")


_SOURCE_LIST = re.compile(r"-src(?:-elem|-attr)?$|^base-uri$|^form-action$")
_OWN_SOURCE = re.compile(r"'(?:self|none|report-sample|sha(?:256|384|512)-[\w+/=-]+)'", re.IGNORECASE)


def _late_policy(page: _Page) -> Iterator[Problem]:
    """A policy in a page binds only what follows it."""
    for element in page.elements if page.policies else ():
        if element.tag == "meta" and _is_policy(element):
            return
        if element.tag in {"link", "script", "style", "img"}:
            yield Problem("unsafe-markup", f"`<{element.tag}>` stands before the policy", "put the policy first")
            return


def _unlisted_code(page: _Page) -> Iterator[Problem]:
    for tag in ("script", "style"):
        for element in page.tagged[tag]:
            if "src" in element.attributes or element.get("type").lower() in _DATA_BLOCKS:
                continue
            source = f"'sha256-{_sha256(element.node.text())}'"
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


def _forbidden_markup(page: _Page) -> Iterator[Problem]:
    for tag, attributes, _node in page.elements:
        for name, value in attributes.items():
            if name in _FORBIDDEN or name.startswith("on"):
                hint = _FORBIDDEN.get(name, "a script file may listen instead")
                yield Problem("unsafe-markup", f"`<{tag}>` has the attribute `{name}`", hint)
            elif name == "referrerpolicy" and value != "no-referrer":
                yield Problem("unsafe-markup", f"`<{tag}>` has a referrer policy of its own", "remove it")
            elif name == "target" and value != "_self" and not _is_guarded(attributes):
                yield Problem("unsafe-markup", f"`<{tag}>` opens {_shown(value or '')} unguarded", _GUARD_IT)
    if page.tagged["base"]:
        yield Problem("unsafe-markup", "`<base>` changes where every address leads", "remove it")


_FORBIDDEN = {"style": "use a class, or SVG's own attributes", "srcdoc": "make it a page of its own"}


def _repeated_ids(page: _Page) -> Iterator[Problem]:
    for id_, times in Counter(page.ids).items():
        if times > 1:
            yield Problem("duplicate-id", f"the id {_shown(id_)} stands {times} times on this page", "rename one")


def _pictures_without_words(page: _Page) -> Iterator[Problem]:
    areas = (area for area in page.tagged["area"] if "href" in area.attributes)
    buttons = (button for button in page.tagged["input"] if button.get("type").lower() == "image")
    for element in (*page.tagged["img"], *areas, *buttons):
        if "alt" not in element.attributes:
            address = element.get("src") or element.get("href")
            message = f"`<{element.tag}>` for {_shown(address)} has no alternative text"
            yield Problem("missing-alt", message, "describe it; a mere ornament has an empty `alt`")


def _scripts(drawing: _Page) -> Iterator[Problem]:
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


# All files


class _Broken(NamedTuple):
    path: str
    kind: str
    target: str
    fragment: str = ""


def _at(path: str) -> Position:
    return Position(f"site/{path}")


def _clashes(made: Iterable[str]) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for path in sorted(made):
        first = seen.setdefault(path.casefold(), path)
        if first != path:
            yield problem(_at(path), "clashing-names", f"`{path}` and `{first}` differ only in case", "rename one")


def _broken(pages: Mapping[str, PageFacts], made: Collection[str]) -> Iterator[_Broken]:
    @lru_cache(maxsize=256)  # pages of a story link to each other and stand together
    def ids_of(path: str) -> frozenset[str]:
        return frozenset(pages[path].ids.split(" "))

    for path in sorted(pages):
        _ids, links, assets, _problems = pages[path]
        for kind, targets in (("broken-link", links), ("missing-file", assets)):
            for target, fragments in targets:
                if target not in made:
                    yield _Broken(path, kind, target)
                elif fragments and target in pages and not ids_of(target).issuperset(fragments):
                    missing = sorted(set(fragments) - ids_of(target))
                    yield from (_Broken(path, "broken-link", target, fragment) for fragment in missing)


def _told(broken: _Broken, pages: Mapping[str, PageFacts], made: Collection[str], with_hint: bool) -> Diagnostic:
    path, kind, target, fragment = broken
    if fragment:
        message = f"a link leads to {_shown(f'{target}#{fragment}')}, an id that nothing there has"
        hint = nearest(fragment, pages[target].ids.split()) if with_hint else ""
    else:
        wanted = "a link leads to" if kind == "broken-link" else "a browser is sent for"
        message = f"{wanted} {_shown(target)}, which is not among the files made"
        hint = _way_to(target, made) if with_hint else ""
    return problem(_at(path), kind, message, hint)


def _way_to(target: str, made: Collection[str]) -> str:
    if target.startswith("../"):
        return "it leads out of the site"
    if any(path.startswith(f"{target}/") for path in made):
        return f"`{target}` is a folder: name the file in it"
    folder = target.rpartition("/")[0]
    return nearest(target, (path for path in made if path.rpartition("/")[0] == folder))
