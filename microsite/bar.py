"""What the editor's bar says of one edition of a story: how much of it is sourced, how its claims stand, what would fall.

It counts and lists and has no opinion: a sentence without a source may be the best of the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .citations import Citation
from .claimviews import Words, sentences
from .diagnostics import Diagnostic
from .evidence import Evidence, Source, Speaker, change, standing
from .manuscript import Manuscript
from .views import ClaimView, StoryView

WORDS_A_MINUTE, SIGNS_A_MINUTE = 238, 400
"""How fast a text is read, in words and in Chinese characters. Nobody reads like that; it says which of two is longer."""
READ_TEXTS = ("standfirst", "body", "caption", "finding")
"""The roles of the texts whose sentences are counted."""
_SIGN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_]+(?:[’'.,\u2011-][^\W_]+)*")


class Length(NamedTuple):
    """How long a text is."""

    words: int
    """Chinese characters count as one each."""
    minutes: int
    """To read it, at least 1."""


class Consequence(NamedTuple):
    """What the withdrawal of one source would do."""

    source: str
    """As `check --withdraw` takes it."""
    words: str
    falls: tuple[ClaimView, ...]
    weakens: tuple[ClaimView, ...]
    strengthens: tuple[ClaimView, ...]
    prices: tuple[str, ...]
    """The prices that would fall."""


class Bar(NamedTuple):
    """All that the bar says."""

    sentences: int
    unsourced: tuple[str, ...]
    """The sentences that carry no source."""
    length: Length
    claims: tuple[ClaimView, ...]
    contested: int
    warnings: tuple[Diagnostic, ...]
    consequences: tuple[Consequence, ...]
    stale: int
    """Passages of a translation whose original has changed."""

    @property
    def sourced(self) -> int:
        """How many sentences carry a source."""
        return self.sentences - len(self.unsourced)


def bar(story: StoryView, edition: Manuscript, evidence: Evidence, first: str, warnings: Iterable[Diagnostic]) -> Bar:
    """The bar for one edition of a story.

    Args:
        story: what its pages show.
        edition: the same before it was put into words.
        first: the site's first language.
        warnings: those that the last build gave for this story.
    """
    words = Words(edition.language, first)
    texts = [
        (sentence, bool(marks))
        for passage in edition.passages()
        if passage.role in READ_TEXTS
        for sentence, marks in sentences(passage, words)
    ]
    return Bar(
        sentences=len(texts),
        unsourced=tuple(text for text, is_sourced in texts if not is_sourced),
        length=length(" ".join(text for text, _ in texts)),
        claims=story.claims,
        contested=story.contested,
        warnings=tuple(warnings),
        consequences=tuple(_consequences(story, edition, evidence, words)),
        stale=story.stale,
    )


def length(text: str) -> Length:
    """How long a text is, in any mixture of languages."""
    signs = len(_SIGN.findall(text))
    words = len(_WORD.findall(_SIGN.sub(" ", text)))
    minutes = words / WORDS_A_MINUTE + signs / SIGNS_A_MINUTE
    return Length(words + signs, max(1, round(minutes)))


def _consequences(story: StoryView, edition: Manuscript, evidence: Evidence, words: Words) -> Iterator[Consequence]:
    views = {view.anchor: view for view in story.claims}
    claims = [(views[claim.anchor], claim.citation) for claim in edition.claims()]
    withdrawn = evidence.withdrawn()
    for source, described in _sources(evidence, words):
        done: dict[str, list[ClaimView]] = {"falls": [], "weakens": [], "strengthens": [], "": []}
        for view, citation in claims:
            done[_change(citation, evidence, withdrawn, source)].append(view)
        prices = edition.prices.citations.items()
        fallen = [id for id, citation in prices if _change(citation, evidence, withdrawn, source) == "falls"]
        if fallen or len(done[""]) < len(claims):
            falls, weakens, strengthens = (tuple(done[each]) for each in ("falls", "weakens", "strengthens"))
            yield Consequence(str(source), described, falls, weakens, strengthens, tuple(fallen))


def _sources(evidence: Evidence, words: Words) -> Iterator[tuple[Source, str]]:
    """Every document and every voice, and how it is described."""
    for seed in evidence.seeds.values():
        yield seed.id, seed.title
        for voice in seed.voices.values():
            yield Speaker(seed.id, voice.id), words.text(voice.described_as)


def _change(citation: Citation, evidence: Evidence, withdrawn: frozenset[Source], source: Source) -> str:
    before, after = (standing(citation, evidence, gone) for gone in (withdrawn, withdrawn | {source}))
    return change(before, after)
