"""The addresses that lead out of a site, each with every place where it is written, drafts and sources included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from .authored import read_text
from .diagnostics import Position
from .maker import Maker
from .manuscript import Manuscript, place_in
from .model import Story
from .newsroom import Newsroom
from .yamltext import children, compose, position

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LINK = re.compile(r'<a\b[^<>]*\shref="(https?://[^"]+)"', re.IGNORECASE)


class Outbound(NamedTuple):
    """An address at one of the places where it is written."""

    at: Position
    address: str
    sha256: str = ""
    """What the document was when it was fetched, where a seed says so."""
    archive: str = ""
    """Where a web archive shows it, likewise."""


def outbound(newsroom: Newsroom, maker: Maker) -> tuple[Outbound, ...]:
    """Every address, by its place; the site's own are left out."""
    found = [*_in_yaml(newsroom, "content/site.yaml"), *_in_seeds(newsroom)]
    for slug, names in newsroom.tree.stories.items():
        story, editions, _problems, _seeds = maker.read(slug)
        if story and story.front.status != "withdrawn":
            found += [each for edition in editions for each in _in_edition(edition)]
            found += _in_front_matter(newsroom, story)
            for name in names:
                if name in ("exhibits.yaml", "prices.yaml"):
                    found += _in_yaml(newsroom, f"content/{slug}/{name}")
    own = newsroom.site.url and f"{newsroom.site.url.rstrip('/')}/"
    return tuple(sorted({each for each in found if not (own and f"{each.address}/".startswith(own))}))


def _in_seeds(newsroom: Newsroom) -> Iterator[Outbound]:
    for name in newsroom.seeds.names:
        seed = newsroom.seeds.take(name)[0]
        for each in _in_yaml(newsroom, f"seeds/{name}.yaml"):
            if seed and each.address == seed.url:
                archive = seed.archive.url if seed.archive else None
                yield each._replace(sha256=(seed.sha256 or "").removeprefix("sha256-"), archive=archive or "")
            else:
                yield each


def _in_yaml(newsroom: Newsroom, path: str) -> Iterator[Outbound]:
    text, _ = read_text(newsroom.order.root, path)
    if text:
        yield from _values(text.value, path, 1)


def _in_front_matter(newsroom: Newsroom, story: Story) -> Iterator[Outbound]:
    prose = story.editions[newsroom.site.first_language]
    text, _ = read_text(newsroom.order.root, prose.at.file)
    if text:
        yield from _values("\n".join(text.value.split("\n")[1 : prose.at.line - 2]), prose.at.file, 2)


def _values(text: str, path: str, first_line: int) -> Iterator[Outbound]:
    """The values of a YAML text that are addresses as a whole."""
    from yaml.nodes import ScalarNode

    root, problems = compose(text, path, first_line)
    waiting = [root] if root and not problems else []
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ScalarNode):
            waiting += children(node)
        elif _ADDRESS.fullmatch(node.value):
            yield Outbound(position(node, path, first_line), node.value)


# --- In texts --------------------------------------------------------------------------------------------------------


def _in_edition(edition: Manuscript) -> Iterator[Outbound]:
    """The links of an edition's texts; where one is not translated the first language's stands, at the same place."""
    for passage in edition.passages():
        place = place_in(passage.text) if passage.text else None
        after: dict[str, int] = {}
        for block in passage.converted.blocks:
            for link in _LINK.finditer(block.html):
                address = unescape(link[1])
                offset = max(passage.words.find(address, after.get(address, 0)), passage.words.find(address))
                after[address] = offset + 1
                # Where it is written in another way there, with signs escaped, the text as a whole has to do.
                yield Outbound(place(offset) if place and offset >= 0 else passage.at, address)
