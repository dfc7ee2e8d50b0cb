"""The evidence as a table: a row for each statement of each part of each claim, as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from . import csvtext
from .csvtext import harmless
from .evidence_data import Telling, day, id_of
from .model import Seed
from .views import ClaimView, StatementView

COLUMNS = (
    "claim",
    "id",
    "page",
    "text",
    "support",
    "kinds",
    "contested_by",
    "voices",
    "unnamed",
    "documents",
    "publishers",
    "prices",
    "part",
    "statement",
    "stands",
    "reading",
    "says",
    "quote",
    "locator",
    "voice",
    "voice_named",
    "how_they_know",
    "document",
    "title",
    "publisher",
    "kind",
    "url",
    "published",
)


def evidence_csv(telling: Telling) -> bytes:
    """The evidence of one edition, in reading order."""
    return csvtext.table(COLUMNS, _rows(telling))


def _rows(telling: Telling) -> Iterator[list[object]]:
    documents = {id: _document_cells(seed) for id, seed in telling.seeds.items()}
    for claim in telling.view.claims:
        cells = _claim_cells(claim)
        for number, part in enumerate(claim.parts, 1):
            for said in part:
                yield [*cells, number, *_statement_cells(said), *documents[said.document]]


def _claim_cells(claim: ClaimView) -> list[object]:
    contests = " ".join(id_of(contest.by) for contest in claim.contests)
    counts = (claim.voices, claim.unnamed, claim.documents, claim.publishers)
    kinds, prices = " ".join(claim.kinds), " ".join(claim.prices)
    return [
        claim.number,
        claim.anchor,
        claim.where,
        harmless(claim.words),
        claim.support,
        kinds,
        contests,
        *counts,
        prices,
    ]


def _statement_cells(said: StatementView) -> list[str]:
    voice = said.voice
    spoken = (voice.words, "true" if voice.named else "false", voice.how_they_know) if voice else ("", "", "")
    stands = "true" if said.stands else "false"
    return [id_of(said), stands, said.reading, *map(harmless, (said.says, said.quote, said.locator, *spoken))]


def _document_cells(seed: Seed) -> list[str]:
    return [
        seed.id,
        harmless(seed.title),
        harmless(seed.publisher),
        seed.kind,
        seed.url or "",
        day(seed.published) or "",
    ]
