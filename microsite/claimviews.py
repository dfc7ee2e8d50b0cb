"""Claims, sources and what withdrawals do to them, put into words and places for the templates."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from .citations import Citation, Reference
from .copies import published_path
from .dates import PartialDate
from .evidence import (
    SUPPORTS,
    Evidence,
    Source,
    Speaker,
    contest_leaves,
    contests_ease,
    outcomes,
    speaker_named,
    standing,
    stands,
)
from .languages import date_words, quantity_words
from .manuscript import Claim, Figure, Manuscript, Passage
from .model import Seed, Voice
from .prose import pieces
from .schema import Text
from .typography import curled
from .views import (
    ArchiveView,
    ClaimView,
    ContestView,
    CountView,
    DocumentView,
    MatrixGroup,
    MatrixView,
    OutcomeView,
    StatementView,
    Then,
    VoiceView,
)

_TAG = re.compile(r"<sup\b.*?</sup>|<[^>]*>")
"""A tag, or the whole number of a footnote, which says nothing away from its note."""
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’)\]]*(?:\s+|$)|(?<=[。！？])")


class Words:
    """The language of an edition: which wording of a text, and which form of a date or a figure."""

    def __init__(self, language: str, first: str) -> None:
        self.language = language
        self.first = first
        self._figures: dict[Figure, str] = {}

    def text(self, text: Text | None) -> str:
        return curled(text.words(self.language, self.first)) if text else ""

    def date(self, date: PartialDate | None) -> str:
        return date_words(date, self.language) if date else ""

    def figure(self, figure: Figure) -> str:
        if figure not in self._figures:
            expression = figure.expression
            self._figures[figure] = quantity_words(figure.quantity, self.language, expression.form, expression.format)
        return self._figures[figure]


class Group(NamedTuple):
    """Things that rest on the same and so stand and fall together."""

    name: str
    thens: tuple[Then, ...]


class Sources:
    """A story's documents and voices as views, and how anything cited stands. Made once for an edition."""

    def __init__(self, evidence: Evidence, words: Words, cited: Iterable[str]) -> None:
        self._evidence = evidence
        self._words = words
        self._withdrawn = evidence.withdrawn()
        self._fallen = evidence.relays.fallen(self._withdrawn)
        self._numbers = {id: number for number, id in enumerate(cited, 1)}
        self._voices = {
            Speaker(seed.id, voice.id): self._voice(seed, voice)
            for seed in evidence.seeds.values()
            for voice in seed.voices.values()
        }
        self._groups: dict[Citation, Group] = {}
        self._statements: dict[Reference, StatementView] = {}
        self.outcomes: list[OutcomeView] = []

    def support(self, citation: Citation) -> str:
        """The support of a citation, empty where too little stands."""
        return standing(citation, self._evidence, self._withdrawn).support or ""

    def group(self, citation: Citation) -> Group:
        """The group of a citation; on first meeting, what withdrawals do to it is worked out."""
        order = Citation(tuple(sorted(tuple(sorted(part)) for part in citation.parts)))
        if order not in self._groups:
            name = f"g{len(self._groups) + 1}"
            found = outcomes(order, self._evidence, self._withdrawn)
            self._groups[order] = Group(name, tuple(Then(outcome.support or "") for outcome in found))
            eased, leaves = (ask(order, self._evidence, self._withdrawn) for ask in (contests_ease, contest_leaves))
            steps = [(-1, False, eased), (0, False, leaves)] if leaves else []
            steps += [(step, outcome.support is None, outcome.breakers) for step, outcome in enumerate(found, 1)]
            self.outcomes += [
                OutcomeView(name, step, falls, tuple(tuple(map(switch, breaker)) for breaker in breakers))
                for step, falls, breakers in steps
            ]
        return self._groups[order]

    def statement(self, reference: Reference) -> StatementView:
        """One reference in words."""
        if reference not in self._statements:
            self._statements[reference] = self._statement(reference)
        return self._statements[reference]

    def _statement(self, reference: Reference) -> StatementView:
        seed = self._evidence.seeds[reference.seed]
        statement = self._evidence.statement(reference)
        speaker = self._evidence.speaker(reference)
        return StatementView(
            anchor=f"s-{seed.id}--{statement.id}" if statement else f"d-{seed.id}",
            document=seed.id,
            title_language=seed.title_language.value if seed.title_language else "",
            publisher=seed.publisher,
            locator=self._words.text(statement.locator) if statement else "",
            says=self._words.text(statement.says) if statement else "",
            quote=(statement.quote or "") if statement else "",
            reading=statement.reading if statement else "",
            voice=self._voices.get(speaker) if speaker else None,
            number=self._numbers.get(seed.id, 0),
            stands=stands(reference, self._evidence, self._fallen),
        )

    def claim(
        self, claim: Claim, number: int, where: str, role: str, section: str, sentence: tuple[str, str, str]
    ) -> ClaimView:
        """One claim in words."""
        now = standing(claim.citation, self._evidence, self._withdrawn)
        parts = tuple(tuple(self.statement(reference) for reference in part) for part in claim.citation.parts)
        group = self.group(claim.citation)
        return ClaimView(
            number=number,
            anchor=claim.anchor,
            where=where,
            role=role,
            section=section,
            before=sentence[0],
            words=sentence[1],
            after=sentence[2],
            support=now.support or "",
            kinds=now.kinds,
            contests=tuple(
                ContestView(self.statement(c.by), self._words.text(c.contradiction.why)) for c in now.contests
            ),
            voices=now.voices,
            unnamed=now.unnamed,
            documents=now.documents,
            publishers=now.publishers,
            parts=parts,
            prices=claim.prices,
            group=group.name,
            thens=group.thens,
        )

    def documents(self, claims: Iterable[ClaimView]) -> tuple[DocumentView, ...]:
        """Every document of the story, those cited first, with what it says and which claims use that."""
        used: dict[tuple[str, str], list[ClaimView]] = {}
        for claim in claims:
            for anchor in dict.fromkeys((s.document, s.anchor) for part in claim.parts for s in part):
                used.setdefault(anchor, []).append(claim)
        return tuple(self._document(self._evidence.seeds[id], used) for id in self._numbers)

    def _document(self, seed: Seed, used: Mapping[tuple[str, str], list[ClaimView]]) -> DocumentView:
        words = self._words
        references = [Reference(seed.id), *(Reference(seed.id, id) for id in seed.statements)]
        statements = [self.statement(reference) for reference in references]
        return DocumentView(
            id=seed.id,
            title=seed.title,
            title_language=seed.title_language.value if seed.title_language else "",
            publisher=seed.publisher,
            kind=seed.kind,
            url=seed.url or "",
            published=words.date(seed.published),
            retrieved=words.date(seed.retrieved),
            consulted=seed.consulted,
            note=words.text(seed.note),
            sha256=(seed.sha256 or "").removeprefix("sha256-"),
            archive=_archive(seed, words),
            relays=tuple(name.value for name in seed.relays),
            withdrawn=words.text(seed.withdrawn.reason) if seed.withdrawn else "",
            withdrawn_on=words.date(seed.withdrawn.date) if seed.withdrawn else "",
            fallen=seed.id in self._fallen,
            voices=tuple(self._voices[Speaker(seed.id, id)] for id in seed.voices),
            statements=tuple(_used(statement, used) for statement in statements),
        )

    def _voice(self, seed: Seed, voice: Voice) -> VoiceView:
        words = self._words
        relayed = (speaker_named(name.value, seed.id) for name in voice.relays)
        return VoiceView(
            id=voice.id,
            switch=switch(Speaker(seed.id, voice.id)),
            words=words.text(voice.described_as),
            named=voice.named,
            how_they_know=words.text(voice.how_they_know),
            why_unnamed=words.text(voice.why_unnamed),
            spoke=words.date(voice.spoke),
            relays=tuple(self._described(speaker) for speaker in relayed),
            withdrawn=words.text(voice.withdrawn.reason) if voice.withdrawn else "",
            withdrawn_on=words.date(voice.withdrawn.date) if voice.withdrawn else "",
            fallen=Speaker(seed.id, voice.id) in self._fallen,
        )

    def _described(self, speaker: Speaker) -> str:
        seed = self._evidence.seeds.get(speaker.seed)
        voice = seed.voices.get(speaker.voice) if seed else None
        return self._words.text(voice.described_as) if voice else str(speaker)


def _archive(seed: Seed, words: Words) -> ArchiveView | None:
    archive = seed.archive
    if archive is None:
        return None
    path = published_path(seed)
    digest = archive.sha256.removeprefix("sha256-") if archive.file and archive.sha256 else ""
    return ArchiveView(archive.url or "", digest, path, path.rpartition("/")[2], words.text(archive.rights))


def _used(statement: StatementView, used: Mapping[tuple[str, str], list[ClaimView]]) -> StatementView:
    claims = used.get((statement.document, statement.anchor))
    return replace(statement, used_by=tuple(claims)) if claims else statement


def switch(source: Source) -> str:
    """The id of the switch that withdraws a source."""
    return f"w-{source.seed}--{source.voice}" if isinstance(source, Speaker) else f"w-{source}"


def counts(claims: Iterable[ClaimView]) -> tuple[CountView, ...]:
    """How many claims have each support, the strongest first; those about documents themselves last."""
    supports = [claim.support for claim in claims]
    return in_order({support: supports.count(support) for support in set(supports)})


def in_order(numbers: Mapping[str, int]) -> tuple[CountView, ...]:
    """Numbers of claims by support, the strongest first; those about documents themselves last."""
    order = [*reversed(SUPPORTS[:-1]), SUPPORTS[-1]]
    return tuple(CountView(support.name, numbers[support.name]) for support in order if support.name in numbers)


def matrix(claims: Iterable[ClaimView], documents: Iterable[DocumentView]) -> MatrixView:
    """Which claim rests on which document itself or voice of it; documents and voices that carry no claim are left out."""
    rests_on = [
        {(s.document, s.voice.id if s.voice else "") for part in claim.parts for s in part if s.stands}
        for claim in claims
    ]
    carrying = {column for row in rests_on for column in row}
    groups, columns = [], []
    for document in documents:
        here = [
            (id, words)
            for id, words in (("", ""), *((v.id, v.words) for v in document.voices))
            if (document.id, id) in carrying
        ]
        if here:
            groups.append(MatrixGroup(document, tuple(words for _, words in here)))
            columns += [(document.id, id) for id, _ in here]
    return MatrixView(tuple(groups), tuple(tuple(column in row for column in columns) for row in rests_on))


def claim_views(manuscript: Manuscript, sources: Sources, words: Words) -> dict[str, ClaimView]:
    """Every claim of an edition in reading order, by anchor."""
    views: dict[str, ClaimView] = {}
    for passage, where in placed_passages(manuscript):
        sentences, headings = dict(_sentences(passage, words)), _headings(passage, words)
        for mark, claim in enumerate(passage.claims):
            views[claim.anchor] = sources.claim(
                claim,
                len(views) + 1,
                where,
                passage.role,
                headings.get(mark, ""),
                sentences.get(mark, ("", "", "")),
            )
    return views


def _headings(passage: Passage, words: Words) -> dict[int, str]:
    """For each claim of a text, the section heading above it."""
    found, heading = {}, ""
    for block in passage.converted.blocks if passage.role == "body" else ():
        if block.tag == "h2":
            heading = _plain_with_spans(block.html, passage, words)[0]
        found.update({piece.number: heading for piece in pieces(block.html) if piece.kind == "claim"})
    return found


def placed_passages(manuscript: Manuscript) -> Iterator[tuple[Passage, str]]:
    """Each text and the page it stands on."""
    for passage in manuscript.passages():
        yield passage, "about.html" if passage.role == "method" else "index.html"


def _sentences(passage: Passage, words: Words) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """For each claim of a text: its sentence before it, its own words, its sentence after it."""
    for block in passage.converted.blocks:
        text, spans = _plain_with_spans(block.html, passage, words)
        ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)] if spans else []
        for mark, (start, end) in spans.items():
            first, last = ends[bisect_right(ends, start) - 1], ends[bisect_left(ends, end)]
            yield mark, (text[first:start].lstrip(), text[start:end], text[end:last].rstrip())


def sentences(passage: Passage, words: Words) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each sentence of a text, headings and tables left out, and the numbers of the claims that it holds a part of."""
    for block in passage.converted.blocks:
        if block.tag in _NO_SENTENCES:
            continue
        text, spans = _plain_with_spans(block.html, passage, words)
        ends = [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
        start = 0
        for end in ends:
            if sentence := text[start:end].strip():
                yield sentence, tuple(mark for mark, span in spans.items() if span[0] < end and start < span[1])
                start = end


_NO_SENTENCES = {"h1", "h2", "h3", "h4", "h5", "h6", "table", "pre", "hr", "exhibit"}


def _plain_with_spans(block: str, passage: Passage, words: Words) -> tuple[str, dict[int, tuple[int, int]]]:
    text, spans, open_marks = "", {}, []
    for piece in pieces(block):
        if piece.kind == "claim":
            open_marks.append((piece.number, len(text)))
        elif piece.kind == "end-claim":
            mark, start = open_marks.pop()
            spans[mark] = (start, len(text))
        elif piece.kind == "figure":
            text += words.figure(passage.figures[piece.number])
        else:
            text += html.unescape(_TAG.sub("", piece.markup))
    return re.sub(r"[\n\t]", " ", text), spans


def plain(passage: Passage, words: Words) -> str:
    """A text without any markup, for titles, descriptions and data."""
    return " ".join(_plain_with_spans(block.html, passage, words)[0] for block in passage.converted.blocks).strip()


def claim_words(passage: Passage, words: Words) -> dict[int, str]:
    """The words of each claim of a text by number of its mark, without any markup."""
    return {mark: sentence[1] for mark, sentence in _sentences(passage, words)}


def plain_claim(passage: Passage, mark: int, words: Words) -> str:
    """The words of one claim, without any markup."""
    return claim_words(passage, words).get(mark, "")
