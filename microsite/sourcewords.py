"""The words that the sourcing rules go by, from each language's file, and how they are found in a text.

A language's file has them under `[sourcing]`, which `phrases/en.toml` explains; what it leaves out, no rule looks for
in that language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .diagnostics import nearest
from .languages import PHRASES_FOLDER, file_of, languages_known

KEYS = (
    "abbreviations",
    "bare_sources",
    "bare_at_first_mention",
    "bare_attributions",
    "clause_openers",
    "attributions",
    "not_attributions",
    "superlatives",
    "not_superlatives",
    "causes",
    "not_causes",
    "units",
    "not_units",
    "unit_endings",
    "magnitudes",
)
ANYTHING = "*"
"""For `unit_endings` in a language that puts no spaces between words."""
CURRENCY_SIGNS = "¥￥€$£₩₽"
_SPACE = r"[^\S\n]+"
"""Within a block: a line break stands between blocks."""
_CLAUSE_SIGNS = r"[,;:.!?…、，。；：！？()（）\[\]—–\n]"


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds some words in a text, but not where they are part of some others."""

    pattern: re.Pattern[str]

    def places(self, words: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str]]:
        """Where each stands, and what it is there."""
        for found in self.pattern.finditer(words, start, len(words) if end is None else end):
            if hit := found["hit"]:
                yield found.end("hit") - len(hit.lstrip()), hit.strip()

    def first(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, str] | None:
        """The first that stands between two places of a text."""
        return next(self.places(words, start, end), None)


@dataclass(frozen=True, slots=True)
class SourceWords:
    """What the rules look for in one language."""

    abbreviations: frozenset[str]
    bare_sources: Finder
    """A source of whom nothing is said, as the one who speaks."""
    first_mentions: Mapping[str, Finder]
    """The same for words that may take up a source introduced before, by word."""
    attributions: Finder | None
    """`None` where the language's file gives none, so that nothing can be said of what lacks one."""
    superlatives: Finder
    causes: Finder


def source_words(language: str) -> SourceWords:
    """The words of a language; none where its file gives none or cannot be read, which is reported elsewhere."""
    try:
        return _words_of(_file(language))
    except (ValueError, OSError):
        return _words_from({})


def what_is_wrong_with_words(language: str) -> str:
    """Why the `[sourcing]` part of a language's file cannot be used; empty if it can."""
    try:
        _words_of(_file(language))
    except (ValueError, OSError) as error:
        return str(error)
    return ""


def typed_amounts() -> Finder:
    """Numbers with a unit such as a currency, in any of the languages known: a text may name another country's money."""
    return _typed_amounts(tuple(map(_file, languages_known())))


def phrase_finder(words: Iterable[str], exceptions: Iterable[str] = (), *, capitals_matter: bool = False) -> Finder:
    """Finds whole words and phrases but for those that are part of an exception, over the breaks of lines."""
    unwanted = "".join(f"{_phrase(each)}|" for each in sorted(exceptions, key=len, reverse=True))
    return Finder(re.compile(f"{unwanted}(?P<hit>{_any(words) or '(?!)'})", 0 if capitals_matter else re.IGNORECASE))


# --- From the files --------------------------------------------------------------------------------------------------


def _file(language: str) -> str:
    return file_of(language, ".toml", PHRASES_FOLDER).read_text(encoding="utf-8")


def _lists(file: str) -> Mapping[str, Sequence[str]]:
    """The `[sourcing]` part of a language's file, known to be lists of words.

    Raises:
        ValueError: it holds something else.
    """
    import tomllib

    table: Any = tomllib.loads(file).get("sourcing", {})
    for key, words in table.items() if isinstance(table, Mapping) else [("", None)]:
        if key not in KEYS:
            raise ValueError(f"`sourcing` has no list `{key}`: {nearest(key, KEYS)}")
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise ValueError(f"`sourcing.{key}` is not a list of words")
    for attribution in table.get("bare_attributions", ()):
        if attribution.count("{source}") != 1:
            raise ValueError(f"`{attribution}` in `sourcing.bare_attributions` does not name {{source}} once")
    lists: Mapping[str, Sequence[str]] = table
    return lists


@lru_cache(maxsize=16)
def _words_of(file: str) -> SourceWords:
    """The words in a file's text; kept by that text, so that a change of it is seen."""
    return _words_from(_lists(file))


def _words_from(lists: Mapping[str, Sequence[str]]) -> SourceWords:
    def finder(key: str) -> Finder:
        return phrase_finder(lists.get(key, ()), lists.get(f"not_{key}", ()))

    attributions, openers = lists.get("bare_attributions", ()), lists.get("clause_openers", ())
    return SourceWords(
        frozenset(lists.get("abbreviations", ())),
        _bare(lists.get("bare_sources", ()), attributions, openers),
        {word: _bare([word], attributions, openers) for word in lists.get("bare_at_first_mention", ())},
        finder("attributions") if lists.get("attributions") else None,
        finder("superlatives"),
        finder("causes"),
    )


def _bare(sources: Sequence[str], attributions: Sequence[str], openers: Sequence[str]) -> Finder:
    """Finds a source as the one who speaks, with nothing before it that could describe it."""
    if not sources or not attributions:
        return phrase_finder(())
    source = _any(sources)
    begins = "".join(rf"|(?<={_left_edge(opener)}{re.escape(opener)}){_SPACE}" for opener in openers)
    clause = rf"(?:\A\s*|(?<={_CLAUSE_SIGNS})\s*{begins})"
    shapes = []
    for attribution in attributions:
        before, _, after = attribution.partition("{source}")
        said = after.removesuffix("{end}")
        end = rf"(?=\s*(?:{_CLAUSE_SIGNS}|\Z))" if said != after else ""
        shapes.append(f"{_phrase(before) if before else clause}(?:{source}){_phrase(said) if said else ''}{end}")
    return Finder(re.compile(f"(?P<hit>{'|'.join(shapes)})", re.IGNORECASE))


def _any(words: Iterable[str]) -> str:
    """A pattern for any of some phrases, the longest first."""
    return "|".join(map(_phrase, sorted(words, key=len, reverse=True)))


def _phrase(words: str) -> str:
    """A pattern for a phrase: whole words where the script sets them apart, and any space for a space."""
    before = _SPACE if words[0].isspace() else _left_edge(words)
    after = _SPACE if words[-1].isspace() else r"(?!\w)" if _is_set_apart(words[-1]) else ""
    return before + _SPACE.join(map(re.escape, words.split())) + after


def _left_edge(words: str) -> str:
    return r"(?<!\w)" if _is_set_apart(words[0]) else ""


def _is_set_apart(sign: str) -> bool:
    """Whether a sign belongs to a script whose words end where its letters do, which Korean and Chinese do not."""
    return sign.isalnum() and unicodedata.east_asian_width(sign) not in "WF"


# --- Typed amounts ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _typed_amounts(files: tuple[str, ...]) -> Finder:
    shapes, exceptions = [], []
    for file in files:
        with suppress(ValueError):  # reported as the language's own mistake
            lists = _lists(file)
            shapes += [_units(lists)] if lists.get("units") else []
            exceptions += [rf"\d[\d,.]*\s?{_phrase(words)}|" for words in lists.get("not_units", ())]
    number = rf"(?<![\w.,])(?:[{CURRENCY_SIGNS}]\s?)?\d[\d,.]*\s?(?:{'|'.join(shapes) or '(?!)'})"
    signed = rf"[{CURRENCY_SIGNS}]\s?\d[\d,.]*"
    return Finder(re.compile(f"{''.join(exceptions)}(?P<hit>{number}|{signed})", re.IGNORECASE))


def _units(lists: Mapping[str, Sequence[str]]) -> str:
    """A pattern for the units of one language, and for what may stand between them and their number."""
    units = "|".join(re.escape(unit) for unit in sorted(lists["units"], key=len, reverse=True))
    magnitudes = "|".join(map(re.escape, lists.get("magnitudes", ()))) or "(?!)"
    endings = [re.escape(ending) for ending in lists.get("unit_endings", ())]
    ends = rf"(?!\w)|(?={'|'.join(endings)})" if endings else r"(?!\w)"
    return rf"(?:(?:{magnitudes})\s?)*(?:{units})(?:{'' if endings == [re.escape(ANYTHING)] else ends})"
