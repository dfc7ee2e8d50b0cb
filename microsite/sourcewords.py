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
from typing import Any, NamedTuple

from .diagnostics import nearest
from .languages import PHRASES_FOLDER, file_text, languages_known

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
_LONGEST_LEAD = 60
"""In characters: what is looked at before a source, to see whether something describes it."""
_SPACE = r"[^\S\n]+"
"""Within a block: a line break stands between blocks."""
CLAUSE_SIGNS = ",;:.!?…、，。；：！？()（）[]—–\n"


class Hit(NamedTuple):
    """Where words were found, and what they are there."""

    start: int
    said: str


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds some phrases in a text, but not where they are part of some others."""

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...] = ()

    def places(self, words: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """Each that stands between two places of a text, in order."""
        end = len(words) if end is None else end
        small = words[start:end].lower()
        found = [span for phrase in self.wanted for span in phrase.spans(words, small, start, end)]
        if not found:
            return []
        others = [span for phrase in self.unwanted for span in phrase.spans(words, small, start, end)]
        kept = {span for span in found if not any(a <= span[0] < b or a < span[1] <= b for a, b in others)}
        return [Hit(at, words[at:to]) for at, to in sorted(kept)]

    def first(self, words: str, start: int = 0, end: int | None = None) -> Hit | None:
        """The first that stands between two places of a text."""
        return next(iter(self.places(words, start, end)), None)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Whole words where the script sets them apart; any space stands for a space."""

    longest_word: str
    """In small letters: only where it occurs need the pattern be tried, which takes a hundred times as long."""
    pattern: re.Pattern[str]

    def spans(self, words: str, small: str, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Where it stands between two places; `small` is what stands there, in small letters."""
        if self.longest_word not in small:
            return ()
        return (found.span() for found in self.pattern.finditer(words, start, end))


@dataclass(frozen=True, slots=True)
class Speaking:
    """Finds sources of whom nothing is said, where they speak."""

    sources: Finder
    attributions: tuple[tuple[str, re.Pattern[str]], ...]
    """What stands before the source, in small letters, and the pattern of what follows it."""
    openers: tuple[str, ...]

    def places(self, words: str) -> list[Hit]:
        """Each in a text, in order, the shorter of two that begin together left out."""
        found: dict[int, str] = {}
        for at, source in self.sources.places(words):
            end = _before_spaces(words, at)
            before = words[max(end - _LONGEST_LEAD, 0) : end].lower()
            for leading, following in self.attributions:
                said = following.match(words, at + len(source))
                if said and (before.endswith(leading) if leading else self._begins_clause(before)):
                    start = end - len(leading) if leading else at
                    found[start] = max(found.get(start, ""), words[start : said.end()].rstrip(), key=len)
        return [Hit(start, said) for start, said in sorted(found.items())]

    def _begins_clause(self, before: str) -> bool:
        if not before or before[-1] in CLAUSE_SIGNS:
            return True
        return any(re.search(_left_edge(opener) + re.escape(opener) + r"\Z", before) for opener in self.openers)


def _before_spaces(words: str, end: int) -> int:
    while end and words[end - 1] == " ":
        end -= 1
    return end


@dataclass(frozen=True, slots=True)
class SourceWords:
    """What the rules look for in one language."""

    abbreviations: frozenset[str]
    bare_sources: Speaking
    first_mentions: Mapping[str, Speaking]
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


def phrase_finder(words: Iterable[str], exceptions: Iterable[str] = (), *, capitals_matter: bool = False) -> Finder:
    """Finds whole words and phrases but for those that are part of an exception, over the breaks of lines."""
    flags = 0 if capitals_matter else re.IGNORECASE
    return Finder(tuple(_phrase(each, flags) for each in words), tuple(_phrase(each, flags) for each in exceptions))


def _phrase(words: str, flags: int) -> Phrase:
    return Phrase(max(words.lower().split(), key=len), re.compile(_pattern(words), flags))


# --- From the files --------------------------------------------------------------------------------------------------


def _file(language: str) -> str:
    return file_text(language, ".toml", PHRASES_FOLDER)


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
        _speaking(lists.get("bare_sources", ()), attributions, openers),
        {word: _speaking([word], attributions, openers) for word in lists.get("bare_at_first_mention", ())},
        finder("attributions") if lists.get("attributions") else None,
        finder("superlatives"),
        finder("causes"),
    )


def _speaking(sources: Sequence[str], attributions: Sequence[str], openers: Sequence[str]) -> Speaking:
    shapes = []
    for attribution in attributions:
        before, _, after = attribution.partition("{source}")
        said = after.removesuffix("{end}")
        ends = rf"(?=\s*(?:[{re.escape(CLAUSE_SIGNS)}]|\Z))" if said != after else ""
        shapes.append((before.lower().strip(), re.compile((_pattern(said) if said else "") + ends, re.IGNORECASE)))
    return Speaking(phrase_finder(sources), tuple(shapes), tuple(openers))


def _pattern(words: str) -> str:
    before = _SPACE if words[0].isspace() else _left_edge(words)
    after = _SPACE if words[-1].isspace() else r"(?!\w)" if _is_set_apart(words[-1]) else ""
    return before + _SPACE.join(map(re.escape, words.split())) + after


def _left_edge(words: str) -> str:
    return r"(?<!\w)" if _is_set_apart(words[0]) else ""


def _is_set_apart(sign: str) -> bool:
    """Whether a sign belongs to a script whose words end where its letters do, which Korean and Chinese do not."""
    return sign.isalnum() and unicodedata.east_asian_width(sign) not in "WF"


# --- Typed amounts ---------------------------------------------------------------------------------------------------

_NUMBER = re.compile(rf"(?P<sign>[{CURRENCY_SIGNS}]\s?)?\d[\d,.]*")


class Amounts(NamedTuple):
    """Finds numbers with a unit."""

    units: re.Pattern[str]
    """What follows a number that makes it an amount."""
    others: re.Pattern[str]
    """What follows one that looks so and is none."""

    def places(self, words: str) -> Iterator[Hit]:
        """Each in a text, in order."""
        for number in _NUMBER.finditer(words):
            is_part = re.match(r"[\w.,]", words[number.start() - 1 : number.start()])
            unit = None if is_part or self.others.match(words, number.end()) else self.units.match(words, number.end())
            if unit or number["sign"]:
                yield Hit(number.start(), words[number.start() : unit.end() if unit else number.end()])


def typed_amounts() -> Amounts:
    """Numbers with a unit such as a currency, in any of the languages known: a text may name another country's money."""
    return _amounts(tuple(map(_file, languages_known())))


@lru_cache(maxsize=4)
def _amounts(files: tuple[str, ...]) -> Amounts:
    shapes: list[str] = []
    exceptions: list[str] = []
    for file in files:
        with suppress(ValueError):  # reported as the language's own mistake
            lists = _lists(file)
            shapes += [_units(lists)] if lists.get("units") else []
            exceptions += map(_pattern, lists.get("not_units", ()))
    units, others = "|".join(shapes) or "(?!)", "|".join(exceptions) or "(?!)"
    return Amounts(re.compile(rf"\s?(?:{units})", re.IGNORECASE), re.compile(rf"\s?(?:{others})", re.IGNORECASE))


def _units(lists: Mapping[str, Sequence[str]]) -> str:
    """A pattern for the units of one language, and for what may stand between them and their number."""
    units = "|".join(re.escape(unit) for unit in sorted(lists["units"], key=len, reverse=True))
    magnitudes = "|".join(map(re.escape, lists.get("magnitudes", ()))) or "(?!)"
    endings = [re.escape(ending) for ending in lists.get("unit_endings", ())]
    ends = rf"(?!\w)|(?={'|'.join(endings)})" if endings else r"(?!\w)"
    return rf"(?:(?:{magnitudes})\s?)*(?:{units})(?:{'' if endings == [re.escape(ANYTHING)] else ends})"
