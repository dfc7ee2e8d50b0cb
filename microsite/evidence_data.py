"""The evidence as data: every claim with its standing and all that it rests on, as JSON.

`schemas/evidence.schema.json` says what each entry of the JSON means; it is published beside the stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .citations import Citation
from .claimviews import Words, plain
from .copies import published_path
from .dates import PartialDate
from .evidence import speaker_named
from .jsontext import document, entry
from .manuscript import Manuscript
from .model import Seed, Statement, Story, Voice, Withdrawal
from .views import DocumentView, SiteView, StatementView, StoryView

SCHEMA_PATH = "schemas/evidence.schema.json"
"""Where the schema stands in the site."""


def schema() -> bytes:
    """The JSON Schema of `evidence.json`."""
    return (Path(__file__).parent / "schemas" / "evidence.schema.json").read_bytes()


@dataclass(frozen=True, slots=True)
class Telling:
    """One edition of a story, with what its data is told from."""

    story: Story
    manuscript: Manuscript
    view: StoryView
    site: SiteView
    seeds: Mapping[str, Seed]
    words: Words
    folder: str
    """Where the edition stands in the site."""
    prices: list[dict[str, Any]]
    """A row for each price, as `price_data` has them."""


class DocumentRows:
    """Source documents as entries, each written once for all the stories that rest on it."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], str] = {}

    def row(self, seed: Seed, words: Words) -> str:
        """The entry of a document in one language."""
        key = seed.id, words.language
        if key not in self._rows:
            self._rows[key] = entry(_document(seed, words))
        return self._rows[key]


def evidence_json(telling: Telling, documents: DocumentRows) -> bytes:
    """The evidence of one edition."""
    view, words = telling.view, telling.words
    lists = {
        "claims": map(entry, _claims(telling)),
        "documents": [documents.row(telling.seeds[each.id], words) for each in view.documents],
        "exhibits": map(entry, _exhibits(telling)),
        "prices": map(entry, telling.prices),
    }
    return document(_head(telling), lists)


def _head(telling: Telling) -> dict[str, Any]:
    view, site, front = telling.view, telling.site, telling.story.front
    return {
        "$schema": "../" * telling.folder.count("/") + SCHEMA_PATH,
        "format": 1,
        "story": view.slug,
        "language": site.language,
        "address": f"{site.url}/{telling.folder}index.html" if site.url else None,
        "title": view.title_words,
        "standfirst": view.standfirst_words,
        "publisher": site.publisher,
        "published": day(front.published),
        "updated": day(front.updated),
        "licence": view.licence or None,
        "fingerprint": view.fingerprint,
        "fallen": [id_of(statement) for statement in _fallen(view.documents)],
    }


def _fallen(documents: Iterable[DocumentView]) -> Iterator[StatementView]:
    return (statement for document in documents for statement in document.statements if not statement.stands)


def _claims(telling: Telling) -> Iterator[dict[str, Any]]:
    for claim, written in zip(telling.view.claims, telling.manuscript.claims(), strict=True):
        yield {
            "number": claim.number,
            "id": claim.anchor,
            "page": claim.where,
            "role": claim.role,
            "before": claim.before,
            "text": claim.words,
            "after": claim.after,
            "support": claim.support or None,
            "kinds": claim.kinds,
            "contested_by": [{"statement": id_of(contest.by), "why": contest.why} for contest in claim.contests],
            "voices": claim.voices,
            "unnamed": claim.unnamed,
            "documents": claim.documents,
            "publishers": claim.publishers,
            "parts": _parts(written.citation),
            "prices": claim.prices,
        }


def _parts(citation: Citation) -> list[list[str]]:
    return [[str(reference) for reference in part] for part in citation.parts]


def id_of(statement: StatementView) -> str:
    """A statement's name for machines, as authors cite it."""
    name = statement.anchor.partition("--")[2]
    return f"{statement.document}/{name}" if name else statement.document


def _document(seed: Seed, words: Words) -> dict[str, Any]:
    return {
        "id": seed.id,
        "title": seed.title,
        "title_language": seed.title_language.value if seed.title_language else None,
        "publisher": seed.publisher,
        "kind": seed.kind,
        "url": seed.url,
        "published": day(seed.published),
        "retrieved": day(seed.retrieved),
        "consulted": seed.consulted,
        "note": words.text(seed.note) or None,
        "sha256": seed.sha256.removeprefix("sha256-") if seed.sha256 else None,
        "archive": _archive(seed),
        "relays": [name.value for name in seed.relays],
        "withdrawn": _withdrawn(seed.withdrawn, words),
        "voices": [_voice(seed, voice, words) for voice in seed.voices.values()],
        "statements": [
            {
                "id": f"{seed.id}/{id}",
                "voice": statement.voice.value,
                "locator": words.text(statement.locator),
                "says": "" if _is_taken_back(seed, statement) else words.text(statement.says),
                "quote": None if _is_taken_back(seed, statement) else statement.quote,
                "reading": statement.reading,
                "contradicts": [
                    {"statement": str(c.statement.citation), "why": words.text(c.why)} for c in statement.contradicts
                ],
            }
            for id, statement in seed.statements.items()
        ],
    }


def _archive(seed: Seed) -> dict[str, str | None] | None:
    archive = seed.archive
    if archive is None:
        return None
    digest = archive.sha256.removeprefix("sha256-") if archive.file and archive.sha256 else None
    return {"url": archive.url, "sha256": digest, "file": published_path(seed) or None}


def _is_taken_back(seed: Seed, statement: Statement) -> bool:
    """Whether what was said is not to be repeated."""
    voice = seed.voices.get(statement.voice.value)
    return bool(seed.withdrawn or (voice and voice.withdrawn))


def _voice(seed: Seed, voice: Voice, words: Words) -> dict[str, Any]:
    return {
        "id": voice.id,
        "described_as": words.text(voice.described_as),
        "named": voice.named,
        "how_they_know": words.text(voice.how_they_know) or None,
        "why_unnamed": words.text(voice.why_unnamed) or None,
        "spoke": day(voice.spoke),
        "relays": [str(speaker_named(name.value, seed.id)) for name in voice.relays],
        "withdrawn": _withdrawn(voice.withdrawn, words),
    }


def _withdrawn(withdrawal: Withdrawal | None, words: Words) -> dict[str, str] | None:
    return {"date": withdrawal.date.text, "reason": words.text(withdrawal.reason)} if withdrawal else None


def day(date: PartialDate | None) -> str | None:
    """A date in EDTF."""
    return date.text if date else None


def _exhibits(telling: Telling) -> Iterator[dict[str, Any]]:
    for exhibit in telling.view.exhibits:
        authored = telling.story.exhibits[exhibit.id].annotations
        yield {
            "number": exhibit.number,
            "id": exhibit.id,
            "page": f"exhibits/{exhibit.id}.html",
            "title": exhibit.title,
            "alt": exhibit.alt,
            "caption": plain(telling.manuscript.captions[exhibit.id], telling.words),
            "credit": exhibit.credit or None,
            "rights": exhibit.rights or None,
            "absent": exhibit.absent or None,
            "would_show": exhibit.would_show or None,
            "claims": [claim.anchor for claim in exhibit.claims],
            "annotations": [
                {
                    "number": annotation.number,
                    "id": annotation.id,
                    "label": annotation.label,
                    "note": plain(telling.manuscript.notes[exhibit.id, annotation.id], telling.words),
                    "claims": [claim.anchor for claim in annotation.claims],
                    "support": annotation.support or None,
                    "parts": _parts(cited.citation) if (cited := authored[annotation.id].seed) else [],
                }
                for annotation in exhibit.annotations
            ],
        }
