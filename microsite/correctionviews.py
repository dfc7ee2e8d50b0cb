"""Corrections, versions and withdrawals of a story in words, and the places that corrections are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .claimviews import Words
from .manuscript import Manuscript
from .model import Correction, Seed, SiteFile, Story
from .pages import first_page
from .views import ClaimView, CorrectionView, ListedCorrection, NoticeView, PlaceView, StoryView, VersionView

MOST_AT_TOP = 3
"""Corrections that stand at the top of a story."""


def correction_views(
    story: Story, claims: Mapping[str, ClaimView], seeds: Mapping[str, Seed], words: Words
) -> tuple[CorrectionView, ...]:
    """The corrections of a story, the latest first.

    Args:
        claims: those of the edition, by anchor.
    """
    listed = story.front.corrections
    return tuple(
        CorrectionView(
            number=len(listed) - index,
            date=words.date(correction.date),
            kind=correction.kind,
            was=words.text(correction.was),
            now=words.text(correction.now),
            places=tuple(_place(place, story, claims, seeds, words) for place in correction.places),
            at_top=index < MOST_AT_TOP,
        )
        for index, correction in enumerate(listed)
    )


def _place(
    place: str, story: Story, claims: Mapping[str, ClaimView], seeds: Mapping[str, Seed], words: Words
) -> PlaceView:
    kind, _, name = place.partition(":")
    if kind == "claim" and (claim := claims.get(name)):
        return PlaceView(kind, claim.words, f"{claim.where}#{claim.anchor}")
    if kind == "price" and (row := story.price_rows.get(name)):
        return PlaceView(kind, words.text(row.item), f"prices.html#p-{name}")
    if kind == "seed" and (seed := seeds.get(name.partition("@")[0])):
        return PlaceView(kind, seed.title, f"sources.html#d-{seed.id}")
    exhibit, _, note = name.partition("/")
    if kind == "exhibit" and (shown := story.exhibits.get(exhibit)):
        anchor = f"n-{exhibit}-{note}" if note in shown.annotations else f"x-{exhibit}"
        return PlaceView(kind, words.text(shown.title), f"index.html#{anchor}")
    return PlaceView(kind, "", "" if name else "index.html")


def corrected(story: Story, manuscript: Manuscript, views: tuple[CorrectionView, ...]) -> Mapping[str, CorrectionView]:
    """The latest correction of each place; of a claim also that of a price that goes into it."""
    found: dict[str, CorrectionView] = {}
    for correction, view in zip(story.front.corrections, views, strict=True):
        for place in _marked(correction, manuscript):
            found.setdefault(place, view)
    return found


def _marked(correction: Correction, manuscript: Manuscript) -> Iterator[str]:
    places = correction.places
    yield from places
    for claim in manuscript.claims() if any(place.startswith("price:") for place in places) else ():
        if any(f"price:{price}" in places for price in claim.prices):
            yield f"claim:{claim.anchor}"


def listed(site: SiteFile, story: Story, view: StoryView, language: str) -> tuple[ListedCorrection, ...]:
    """The corrections of one edition of a story, for the page that lists those of all."""
    folder = first_page(site, story.slug, language).removesuffix("index.html")
    dates = (correction.date.text for correction in story.front.corrections)
    return tuple(ListedCorrection(view.title_words, folder, *row) for row in zip(view.corrections, dates, strict=True))


def version_views(story: Story, words: Words) -> tuple[VersionView, ...]:
    """What is recorded of a story's publications, the latest first."""
    return tuple(
        VersionView(words.date(version.date), version.kinds, version.reason or "", version.fingerprint)
        for version in (story.published.versions if story.published else ())
    )


def notice_view(site: SiteFile, story: Story, words: Words) -> NoticeView:
    """What is said in the place of a story that was taken down; its title only where its editors want that."""
    down = story.front.withdrawn
    assert down, "a withdrawn story says when and why: `check` sees to that"  # noqa: S101
    return NoticeView(
        title=words.text(story.front.title) if down.show_title else "",
        path=first_page(site, story.slug, words.language),
        date=words.date(down.date),
        date_iso=down.date.text,
        reason=words.text(down.reason),
    )
