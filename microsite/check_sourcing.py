"""Whether the prose keeps to the sourcing rules that depend on its words: who says so, and whether readers can tell.

docs/sourcing.md explains each rule with examples. What words a rule goes by is in each language's own file, so that
none of them stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .citations import Reference
from .diagnostics import Diagnostic, Position, problem
from .evidence import Evidence
from .manuscript import Claim, Manuscript, Passage, place_in
from .sentences import Block, Span, Words
from .sourcewords import SourceWords, source_words

_SOURCED = ("](seed:", "](exhibit:", "](http", "](<", "](#", "][", "[^", "<http")
"""What a paragraph holds that leads readers to where its words come from."""


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """One text of one edition, with its words in their places."""

    language: str
    passage: Passage
    words: Words
    place: Callable[[int], Position]

    def claims(self) -> Iterator[tuple[Claim, Span]]:
        """Each claim and where its words stand, of those that are written in the usual way."""
        for use, claim in zip(self.passage.converted.claims, self.passage.claims, strict=True):
            if (span := self.words.claim(use.offset)) is not None:
                yield claim, span


def read_passages(manuscript: Manuscript, original: Manuscript) -> Iterator[ReadPassage]:
    """The texts of an edition that could be converted, those aside that still stand in the words of the original."""
    abbreviations = source_words(manuscript.language).abbreviations
    for passage, source in zip(manuscript.passages(), original.passages(), strict=True):
        is_translated = manuscript is original or passage.words.strip() != source.words.strip()
        if passage.text is not None and is_translated and not passage.converted.mistakes:
            words = Words(passage.words, abbreviations)
            yield ReadPassage(manuscript.language, passage, words, place_in(passage.text))


def wording_problems(language: str, texts: Iterable[ReadPassage], evidence: Evidence) -> Iterator[Diagnostic]:
    """What the words of an edition say of their sources that they should not, or leave out."""
    words = source_words(language)
    introduced = ""
    for text in texts:
        yield from _vague_sources(text, words, introduced)
        introduced += text.words.words.casefold()
        for claim, span in text.claims():
            yield from _claim_problems(claim, span, text, words, evidence)


def paragraph_problems(texts: Iterable[ReadPassage]) -> Iterator[Diagnostic]:
    """Paragraphs of the prose without any source."""
    for text in texts:
        if text.passage.role == "body":
            for block in _unsourced(text.words):
                message = "nothing in this paragraph leads to a source"
                hint = "mark what it claims: [words](seed:seed-name/statement-name)"
                yield problem(text.place(block.span.start), "unsourced-paragraph", message, hint)


# --- Sources of whom nothing is said ---------------------------------------------------------------------------------


def _vague_sources(text: ReadPassage, words: SourceWords, introduced: str) -> Iterator[Diagnostic]:
    unquoted = text.words.unquoted()
    found = [*words.bare_sources.places(unquoted)]
    for word, finder in words.first_mentions.items():
        first = next(iter(finder.places(unquoted)), None)
        if first and word.casefold() not in introduced + unquoted[: first.start].casefold():
            found.append(first)
    for at, said in found:
        message = f"`{' '.join(said.split())}` tells readers nothing by which they could judge who speaks"
        hint = "say what can be said: how they know, where they are, whose side they are on"
        yield problem(text.place(at), "vague-source", message, hint)


# --- Claims stated as facts ------------------------------------------------------------------------------------------


def _claim_problems(
    claim: Claim, span: Span, text: ReadPassage, words: SourceWords, evidence: Evidence
) -> Iterator[Diagnostic]:
    """A claim that rests on too little to be stated as a fact, in a sentence that does not say who says it."""
    unnamed = _rests_on_unnamed_voices(claim, evidence)
    strong = _strong_words(claim, span, text, words, evidence)
    if not (unnamed or strong) or words.attributions is None or _is_attributed(claim, span, text, words, evidence):
        return
    if unnamed:
        message = "this rests on the word of unnamed voices of one publisher, and is stated as a fact"
        hint = "say in this sentence who says so, or cite a source with a name"
        yield problem(text.place(span.start), "unattributed-claim", message, hint)
    if strong:
        at, said = strong
        message = f"`{said}` rests on analysis alone, and is stated as a fact"
        hint = "say in this sentence whose view it is, or cite somebody who can tell it"
        yield problem(text.place(at), "inference-as-fact", message, hint)


def _rests_on_unnamed_voices(claim: Claim, evidence: Evidence) -> bool:
    """Whether a part of a claim has nothing but the word of unnamed voices of one publisher."""
    return any(_is_unnamed(part, evidence) for part in claim.citation.parts)


def _is_unnamed(part: tuple[Reference, ...], evidence: Evidence) -> bool:
    speakers = [evidence.speaker(reference) for reference in part]
    voices = [speaker and evidence.seeds[speaker.seed].voices.get(speaker.voice) for speaker in speakers]
    publishers = {evidence.seeds[speaker.seed].publisher.casefold() for speaker in speakers if speaker}
    is_record = evidence.support(part) == "on-record"
    return len(publishers) == 1 and not is_record and all(voice and not voice.named for voice in voices)


def _strong_words(
    claim: Claim, span: Span, text: ReadPassage, words: SourceWords, evidence: Evidence
) -> tuple[int, str] | None:
    """A superlative or a cause in the words of a claim that somebody only infers."""
    if not any(_is_inferred(part, evidence) for part in claim.citation.parts):
        return None
    found = (finder.first(text.words.words, *span) for finder in (words.superlatives, words.causes))
    return min((each for each in found if each), default=None)


def _is_inferred(part: tuple[Reference, ...], evidence: Evidence) -> bool:
    return evidence.support(part) == "analysis" and all(map(evidence.statement, part))


def _is_attributed(claim: Claim, span: Span, text: ReadPassage, words: SourceWords, evidence: Evidence) -> bool:
    """Whether readers are told where they read a claim who says so."""
    contexts = text.words.context(span)
    if words.attributions and any(words.attributions.first(text.words.words, *context) for context in contexts):
        return True
    said = " ".join(" ".join(text.words.words[start:end].split()) for start, end in contexts).casefold()
    return any(name.casefold() in said for name in _names(claim, text.language, evidence))


def _names(claim: Claim, language: str, evidence: Evidence) -> Iterator[str]:
    """What those on whom a claim rests are called: its publishers, and its voices as the document describes them."""
    for reference in claim.citation.references():
        if speaker := evidence.speaker(reference):
            seed = evidence.seeds[speaker.seed]
            yield seed.publisher
            if voice := seed.voices.get(speaker.voice):
                yield from (
                    wording.value for code, wording in voice.described_as.wordings.items() if code in ("", language)
                )


# --- Paragraphs ------------------------------------------------------------------------------------------------------


def _unsourced(words: Words) -> Iterator[Block]:
    """Paragraphs and quotations with a statement and no source; what ends with a colon belongs to what follows it."""
    sourced_next = [_is_sourced(words, block) for block in words.blocks[1:]] + [False]
    led = False
    for block, next_is_sourced in zip(words.blocks, sourced_next, strict=False):
        sourced = _is_sourced(words, block)
        leads = words.words[block.span.start : block.span.end].rstrip().endswith((":", "："))
        is_prose = block.kind in ("paragraph", "quote") and not _only_asks(words, block)
        if is_prose and not (sourced or led or (leads and next_is_sourced)):
            yield block
        led = leads and sourced


def _is_sourced(words: Words, block: Block) -> bool:
    written = words.text[block.span.start : block.span.end]
    return any(sign in written for sign in _SOURCED)


def _only_asks(words: Words, block: Block) -> bool:
    sentences = [words.words[start:end] for start, end in words.sentences(block.span)]
    return all(sentence.rstrip("”’」』)\"' ").endswith(("?", "？")) for sentence in sentences)
