"""What came of one story, and what of it the ledger keeps for the pages of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import ledger, series
from .derivatives import Derived
from .diagnostics import Diagnostic
from .series import Part
from .socialcard import Card
from .subjects import Subject
from .timings import Spent
from .unused import Uses
from .views import (
    CandidateView,
    CardView,
    CorrectionView,
    CountView,
    Label,
    ListedCorrection,
    NoticeView,
    PartView,
    PhotoView,
    PictureView,
)


class StoryMade(NamedTuple):
    """What came of one story."""

    slug: str
    diagnostics: tuple[Diagnostic, ...]
    outputs: Mapping[str, str] = {}
    """SHA-256 of what belongs to it in `site/`, by path; empty for what is still to be made: pictures, and what holds them."""
    seeds: tuple[str, ...] = ()
    cards: Mapping[str, CardView] = {}
    """By language; none for a story that is not in this build."""
    corrections: Mapping[str, tuple[ListedCorrection, ...]] = {}
    """By language."""
    notices: Mapping[str, NoticeView] = {}
    """By language, what stands in the place of a story that was taken down."""
    plates: tuple[tuple[str, tuple[int, int], str], ...] = ()
    """Path, shape and reason of the placeholders it shows."""
    uses: Uses = Uses()
    fingerprint: str = ""
    """Of its content; none for a story that is not in this build."""
    days: tuple[str, str] = ("", "")
    """When it was published and when it last changed, as far as that is known."""
    subjects: tuple[Subject, ...] = ()
    """Its tags, and its series."""
    part: Part | None = None
    """What it is of its series."""
    place: Mapping[str, PartView] = {}
    """By language, where in its series its pages say that it stands."""
    sources: tuple[list[Any], ...] = ()
    """What rests on each of its sources: see `reach`."""
    voices: Mapping[str, Mapping[str, str]] = {}
    """By language and switch, what the voices in them are called."""
    pages: tuple[str, ...] = ()
    """The names of its pages, which are the same in each language."""
    photographs: tuple[Derived, ...] = ()
    """What its pages ask for of its photographs, still to be made; their paths are among the outputs."""
    pictures: Mapping[str, Card] = {}
    """Its cards for sharing by their paths, still to be drawn; likewise among the outputs."""
    waiting: tuple[str, ...] = ()
    """The paths of its offline editions, into which pictures are still to be put."""
    spent: Spent = Spent()

    def record(self) -> dict[str, Any]:
        """For the ledger."""
        return {
            "outputs": self.outputs,
            "seeds": self.seeds,
            "uses": self.uses,
            "plates": self.plates,
            "warnings": [ledger.row(found) for found in self.diagnostics],
            "fingerprint": self.fingerprint,
            "days": self.days,
            "pages": self.pages,
            "cards": {language: _card_row(card) for language, card in self.cards.items()},
            "corrections": {
                language: [[*row._replace(correction=row.correction._replace(places=()))] for row in rows]
                for language, rows in self.corrections.items()
            },
            "notices": self.notices,
            "subjects": self.subjects,
            "part": self.part,
            "place": series.as_plain(self.place),
            "sources": self.sources,
            "voices": self.voices,
        }


# --- Rows of the ledger ----------------------------------------------------------------------------------------------


def _card_row(card: CardView) -> list[Any]:
    return [
        card.slug,
        card.path,
        card.title,
        card.standfirst,
        card.place,
        card.published,
        card.published_iso,
        card.draft,
        [list(count) for count in card.counts],
        card.contested,
        card.documents,
        card.publishers,
        [[*tag] for tag in card.tags],
        card.series and [*card.series],
        card.picture and [*card.picture],
    ]


def correction_from_row(row: list[Any]) -> ListedCorrection:
    """A correction as it was kept."""
    title, path, correction, date_iso = row
    return ListedCorrection(title, path, CorrectionView(*correction), date_iso)


def card_from_row(row: list[Any]) -> CardView:
    """A card as it was kept."""
    *plain, counts, contested, documents, publishers, tags, of_series, picture = row
    rest = contested, documents, publishers, tuple(Label(*tag) for tag in tags), of_series and Label(*of_series)
    values = [*plain, tuple(CountView(*count) for count in counts), *rest, picture and _picture_from_row(picture)]
    return CardView(*values)


def _picture_from_row(row: list[Any]) -> PictureView:
    image, width, height, photo, *said = row
    return PictureView(image, width, height, _photo_from_row(photo) if photo else None, *said)


def _photo_from_row(row: list[Any]) -> PhotoView:
    avif, jpeg, colour = row
    return PhotoView(tuple(CandidateView(*each) for each in avif), tuple(CandidateView(*each) for each in jpeg), colour)
