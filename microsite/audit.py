"""What was made, looked at before it reaches `site/`: no page breaks, leaks, or asks anybody else for anything.

What can be said of a page alone is found once and kept by the ledger as plain JSON; `across` joins the facts of all
pages, new and kept. Two rules are behind most others: an address within the site is relative and names a file, so
that the site works wherever it stands; and every page carries a policy under which only the site itself loads.
The audit looks for slips of templates, content and code of ours, not for an author set on deceiving it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple, TypeAlias

from . import markup
from .addresses import Problem, Use, addresses_in, css_addresses, place_of, shown
from .diagnostics import Diagnostic, Position, in_order, nearest, problem
from .metadata import examined

VERSION = "2"
"""Part of the ledger's key for facts; raise it when the same page would be judged differently."""

_HINTED = 20  # finding the nearest name is slow, and one slip in a template can break ten thousand links
_TOP = frozenset({"", "top"})  # fragments that lead to the top of any page

Targets: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Paths from the site's root, each with the fragments wanted there; a path that begins `../` leads out of it."""


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


def page_facts(path: str, html: str, site_url: str | None = None) -> PageFacts:
    """The facts about the page, or the SVG drawing, at `path` in `site/`.

    `site_url` is where the site will stand, if that is known: canonical, hreflang and card addresses must begin with
    it, and the 404 page may link by it.
    """
    page = markup.parse(html)
    uses, problems = addresses_in(page.elements), markup.problems(path, page)
    return _facts(path, site_url, frozenset(page.ids), uses, problems, sealed=markup.is_sealed(page))


def css_facts(path: str, text: str) -> PageFacts:
    """The facts about the style sheet at `path` in `site/`; `across` takes them like a page's."""
    addresses = (address for address in css_addresses(text) if not address.startswith("#"))
    return _facts(path, None, (), (Use("request", address, "the style sheet") for address in addresses), [])


def listing_facts(path: str, xml: str, site_url: str | None) -> PageFacts:
    """The facts about a feed or a sitemap, whose addresses must all be those of files below the site's url.

    What a feed quotes of its stories was looked at on their own pages.
    """
    found = (unescape(address or other) for address, other in _LISTED.findall(xml))
    return _facts(path, site_url, (), (Use("reference", address, "the file") for address in found), [])


_LISTED = re.compile(r'<loc>([^<]*)</loc>|<(?:xhtml:)?link\b[^>]*\shref="([^"]*)"')


def css_problems(path: str, text: str) -> tuple[Problem, ...]:
    """What is wrong with a style sheet on its own: requests to another origin, absolute paths."""
    return css_facts(path, text).problems


def picture_problems(path: str, data: bytes) -> list[Diagnostic]:
    """What is wrong with the picture at `path` in `site/`: it carries something besides its picture."""
    picture = examined(data)
    if picture is None or not picture.carried:
        return []
    message = f"`{path}` carries {', '.join(each.what for each in picture.carried)}"
    return [problem(_at(path), "picture-metadata", message, "save it without")]


def across(pages: Mapping[str, PageFacts], other_files: Collection[str] = ()) -> list[Diagnostic]:
    """Everything wrong with all that was made, by place: what was found on each page, and what only all can show.

    `pages` are the files with facts, new and kept; `other_files` are the paths of all the rest of `site/`.
    """
    made = {*pages, *other_files}
    found = [problem(_at(path), *told) for path, facts in pages.items() for told in facts.problems]
    found += _clashes(made)
    found += (_told(broken, pages, made, n < _HINTED) for n, broken in enumerate(_broken(pages, made)))
    return list(in_order(found))


# One file


def _facts(
    path: str,
    site_url: str | None,
    ids: Collection[str],
    uses: Iterable[Use],
    problems: Iterable[Problem],
    *,
    sealed: bool = False,
) -> PageFacts:
    site = f"{site_url.rstrip('/')}/" if site_url else None
    links: dict[str, set[str]] = defaultdict(set)
    assets: dict[str, set[str]] = defaultdict(set)
    wrong = list(problems)
    # Most addresses of a page lead to an id on it, and nothing is wrong with them.
    doubtful = (use for use in uses if use.address[:1] != "#" or use.address[1:] not in ids)
    for use in dict.fromkeys(doubtful):
        place = place_of(use, path, site, sealed=sealed)
        if isinstance(place, Problem):
            wrong.append(place)
        elif place and place.path != path:
            (assets if use.role == "request" else links)[place.path].add(place.fragment)
        elif place:
            wrong += _wrong_here(use, place.fragment, ids)
    linkable = sorted(id_ for id_ in ids if len(id_.split()) == 1)  # no address leads to an id with a space in it
    return PageFacts(" ".join(linkable), _targets(links), _targets(assets), tuple(dict.fromkeys(wrong)))


def _wrong_here(use: Use, fragment: str, ids: Collection[str]) -> Iterator[Problem]:
    """What is wrong with an address that leads to the very file it stands in."""
    if fragment not in ids and fragment not in _TOP:
        message = f"{use.where} leads to {shown(f'#{fragment}')}, an id that nothing here has"
        yield Problem("broken-link", message, nearest(fragment, ids))
    elif not fragment and use.role == "request":
        yield Problem("missing-file", f"{use.where} asks for the page it stands in", "name a file")


def _targets(fragments: Mapping[str, set[str]]) -> Targets:
    return tuple((path, tuple(sorted(fragments[path] - _TOP))) for path in sorted(fragments))


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
        message = f"a link leads to {shown(f'{target}#{fragment}')}, an id that nothing there has"
        hint = nearest(fragment, pages[target].ids.split()) if with_hint else ""
    else:
        wanted = "a link leads to" if kind == "broken-link" else "a browser is sent for"
        message = f"{wanted} {shown(target)}, which is not among the files made"
        hint = _way_to(target, made) if with_hint else ""
    return problem(_at(path), kind, message, hint)


def _way_to(target: str, made: Collection[str]) -> str:
    if target.startswith("../"):
        return "it leads out of the site"
    if any(path.startswith(f"{target}/") for path in made):
        return f"`{target}` is a folder: name the file in it"
    folder = target.rpartition("/")[0]
    return nearest(target, (path for path in made if path.rpartition("/")[0] == folder))
