"""Texts cut at their marks, with what stands there put in: claims, figures, references to exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .claimviews import Words
from .manuscript import Figure, Passage
from .prose import pieces
from .views import ClaimView, Piece, Pieces


class Cutter:
    """Cuts texts at their marks and puts the views in."""

    def __init__(self, claims: Mapping[str, ClaimView], words: Words) -> None:
        self._claims = claims
        self.words = words

    def claims(self, passage: Passage) -> tuple[ClaimView, ...]:
        """The claims of a text."""
        return tuple(self._claims[claim.anchor] for claim in passage.claims)

    def all_claims(self, passages: Iterable[Passage]) -> tuple[ClaimView, ...]:
        """Those of several texts, in their order."""
        return tuple(claim for passage in passages for claim in self.claims(passage))

    def line(self, passage: Passage) -> Pieces:
        """A text of one paragraph."""
        return tuple(self.pieces(passage.converted.blocks[0].html, passage)) if passage.converted.blocks else ()

    def pieces(self, html: str, passage: Passage) -> Iterator[Piece]:
        """A stretch of a text's HTML."""
        for piece in pieces(html):
            if piece.kind == "claim":
                yield Piece("claim", claim=self._claims[passage.claims[piece.number].anchor])
            elif piece.kind == "reference":
                exhibit, _, annotation = passage.converted.references[piece.number].text.partition("/")
                yield Piece(
                    "reference", href=f"exhibits/{exhibit}.html" + (f"#n-{exhibit}-{annotation}" if annotation else "")
                )
            elif piece.kind == "figure":
                yield self._figure(passage.figures[piece.number])
            else:
                yield Piece(piece.kind, piece.markup)

    def _figure(self, figure: Figure) -> Piece:
        return Piece("figure", self.words.figure(figure), origin=figure.quantity.origin)
