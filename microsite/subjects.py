"""Tags and series: the name each has in addresses, and which of them get in each other's way.

A tag or a series is one thing on the whole site. Its address comes of its words in the site's first language and is
the same in every language, so that its pages find each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from .diagnostics import Diagnostic, Position, problem
from .model import SiteFile, Story
from .schema import Text

MOST_SIGNS = 80
"""Of a name in an address."""
_KEPT_BY_WINDOWS = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")


def address_name(words: str) -> str:
    """What stands for a tag or a series in addresses; empty where its words have neither a letter nor a digit.

    It is ASCII, which no host, archive or disk spells in two ways: Latin letters lose their accents, and words in other
    scripts are written as in names of internet domains.
    """
    plain = unicodedata.normalize("NFKD", words.casefold())
    latin = _joined("".join(sign for sign in plain if not unicodedata.combining(sign)))
    full = _joined(unicodedata.normalize("NFKC", words.casefold()))
    name = latin if latin.isascii() else f"xn--{full.encode('punycode').decode()}"
    return name if len(name) <= MOST_SIGNS else f"{name[:60]}-{sha256(full.encode()).hexdigest()[:8]}"


def _joined(words: str) -> str:
    """Letters, their marks and digits, with a hyphen for whatever is between them."""
    return re.sub(" +", "-", "".join(s if unicodedata.category(s)[0] in "LMN" else " " for s in words).strip())


class Subject(NamedTuple):
    """A tag or a series as one story writes it, as plain data for the ledger."""

    kind: str
    """`tag` or `series`."""
    name: str
    """In addresses."""
    wordings: dict[str, tuple[str, str, int, int]]
    """By language: the words, and the file, line and column where they stand."""


def subjects(story: Story, first_language: str) -> tuple[Subject, ...]:
    """The tags of a story, each once, and its series."""
    front = story.front
    texts = [*(("tag", tag) for tag in front.tags), *([("series", front.series)] if front.series else [])]
    return tuple(_subject(kind, text, first_language) for kind, text in texts)


def _subject(kind: str, text: Text, first: str) -> Subject:
    wordings = {code or first: (written.value, *written.at) for code, written in text.wordings.items()}
    return Subject(kind, address_name(text.words(first, first)), wordings)


def subject_problems(story: Story, site: SiteFile) -> Iterator[Diagnostic]:
    """What is wrong with the tags and the series of one story by themselves."""
    first, front = site.first_language, story.front
    met: dict[str, Text] = {}
    for tag in front.tags:
        name = address_name(tag.words(first, first))
        if name and met.setdefault(name, tag) is not tag:
            message = f"the tag `{tag.words(first, first)[:40]}` stands here twice, first at line {met[name].at.line}"
            yield problem(tag.at, "duplicate-key", message, "remove one")
    for kind, text in [*(("tag", tag) for tag in front.tags), *([("series", front.series)] if front.series else [])]:
        words, name = text.words(first, first), address_name(text.words(first, first))
        if not name:
            message = f"`{words[:40]}` has neither a letter nor a digit, so its page could have no address"
            yield problem(text.at, "bad-name", message, "give it words")
        elif name == "index" or _KEPT_BY_WINDOWS.fullmatch(name):
            message = f"the {kind} `{words[:40]}` would be at `{name}.html`, a name that hosts or Windows need"
            yield problem(text.at, "reserved-name", message, "give it another name")
    if front.part and not front.series:
        message = f"`part: {front.part.value}` says which part of a series this is, and no series is named"
        yield problem(front.part.at, "bad-value", message, "name it under `series`, or take `part` out")


def clashes(all_subjects: Iterable[Iterable[Subject]], first: str) -> Iterator[Diagnostic]:
    """Where a tag or a series is written otherwise than where it stands first, in whatever language."""
    known: dict[tuple[str, str, str], tuple[str, str, int, int]] = {}
    every = [Subject(*subject) for subjects in all_subjects for subject in subjects]
    for subject in sorted(every, key=lambda each: tuple(each.wordings.get(first, ("", "", 0, 0)))[1:]):
        for language, written in subject.wordings.items():
            words, file, line, column = written
            before = known.setdefault((subject.kind, subject.name, language), written)
            if words != before[0]:
                yield _clash(
                    subject.kind, words, Position(file, line, column), before, "" if language == first else language
                )


def _clash(kind: str, words: str, at: Position, before: tuple[str, str, int, int], language: str) -> Diagnostic:
    where = Position(*before[1:])
    what = f"the {kind} `{words[:40]}`" + (f" is `{before[0][:40]}` at {where} in `{language}`" if language else "")
    message = what if language else f"{what} would have the same page as `{before[0][:40]}` at {where}"
    return problem(at, "same-address", message, f"write it the same way in both, or give this {kind} other words")
