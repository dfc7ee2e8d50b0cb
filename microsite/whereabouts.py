"""Where in the prose a mistake was written that only a made page shows: a link to no place, a name given twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from .diagnostics import Diagnostic, Position
from .manuscript import Manuscript, place_in
from .model import Prose, Story

_NAME_IN_ATTRIBUTES = re.compile(r"\{[^{}\n]*?#(?P<name>[A-Za-z][\w:.-]*)")
_FOOTNOTE = re.compile(r"^[ ]{0,3}\[\^(?P<name>[^\]\n]+)\]:", re.MULTILINE)
_QUOTED = re.compile(r"`#?([^`]*)`")


def at_their_authors(found: Iterable[Diagnostic], story: Story, editions: Iterable[Manuscript]) -> Iterator[Diagnostic]:
    """The same diagnostics of made pages, each at the line that its author wrote, where there is one.

    What a template got wrong keeps its place on the page.
    """
    links = {name: at for edition in editions for name, at in _links(edition, story.editions.get(edition.language))}
    names = {name: at for prose in story.editions.values() for name, at in _matches(_NAME_IN_ATTRIBUTES, prose)}
    notes = {f"fnref:{name}": at for prose in story.editions.values() for name, at in _matches(_FOOTNOTE, prose)}
    told: set[tuple[Position, str]] = set()
    for diagnostic in found:
        here = diagnostic
        if diagnostic.kind == "broken-link":
            here = _unused_footnote(diagnostic, notes) or _moved(diagnostic, links)
        elif diagnostic.kind == "duplicate-id":
            here = _moved(diagnostic, names)
        if (here.at, here.message) not in told:  # a text may stand on several pages
            told.add((here.at, here.message))
            yield here


def _moved(diagnostic: Diagnostic, written: Mapping[str, Position]) -> Diagnostic:
    at = next((written[word] for word in _QUOTED.findall(diagnostic.message) if word in written), diagnostic.at)
    return replace(diagnostic, at=at)


def _unused_footnote(diagnostic: Diagnostic, notes: Mapping[str, Position]) -> Diagnostic | None:
    """A footnote links back to where it is referred to, which is nowhere."""
    word = next((word for word in _QUOTED.findall(diagnostic.message) if word in notes), None)
    if word is None:
        return None
    name = word.removeprefix("fnref:")
    message, hint = f"nothing refers to the footnote `{name[:60]}`", f"write [^{name[:60]}] where it belongs"
    return replace(diagnostic, at=notes[word], message=message, hint=hint)


def _links(edition: Manuscript, prose: Prose | None) -> Iterator[tuple[str, Position]]:
    """Each link to a place on its own page; in a text that is not the prose, where that text begins."""
    for passage in edition.passages():
        for use in passage.converted.fragments:
            yield use.text, place_in(prose)(use.offset) if prose and passage.role == "body" else passage.at


def _matches(pattern: re.Pattern[str], prose: Prose) -> Iterator[tuple[str, Position]]:
    """Each name that a pattern finds, and where it stands."""
    place = place_in(prose)
    for match in pattern.finditer(prose.text):
        yield match["name"], place(match.start("name"))
