"""A story as schema.org's words have it (JSON-LD), for machines that read news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .claimviews import plain
from .dates import PartialDate
from .evidence_data import Telling
from .model import Correction, FrontMatter, Seed
from .views import CardPicture, ExhibitView, PartView

_KINDS = {
    "news report": "NewsArticle",
    "dataset": "Dataset",
    "photograph": "Photograph",
    "letter": "Message",
    "website": "WebSite",
    "video": "VideoObject",
    "book": "Book",
}
"""What kinds of document are called there; any other is a `CreativeWork`."""


def structured_data(telling: Telling, picture: CardPicture | None = None, part: PartView | None = None) -> str:
    """One edition as JSON-LD that may stand in a page; it needs the site's url.

    Args:
        part: its place in a series of several parts.

    There is no `ClaimReview` in it: that is for judging other people's claims.
    """
    article = {**_article(telling, picture), **_series(telling, part)}
    data = {"@context": "https://schema.org", **_known(article)}
    # No sign in it may end the element that it stands in.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _known(things: dict[str, Any]) -> dict[str, Any]:
    """What is known of these; nothing is said of the rest."""
    return {name: value for name, value in things.items() if value not in ("", None, [], {})}


def _article(telling: Telling, picture: CardPicture | None) -> dict[str, Any]:
    view, front, words = telling.view, telling.story.front, telling.words
    base = f"{telling.site.url}/{telling.folder}"
    publisher = _publisher(telling, base)
    authors = [{"@type": "Person", "name": words.text(author)} for author in front.authors]
    return {
        "@type": "ReportageNewsArticle",
        "@id": f"{base}index.html",
        "url": f"{base}index.html",
        "mainEntityOfPage": f"{base}index.html",
        "headline": view.title_words,
        "description": view.standfirst_words,
        "inLanguage": telling.site.language,
        "datePublished": _date(front.published),
        "dateModified": _changed(front),
        "author": authors or publisher,
        "publisher": publisher,
        "contentLocation": _known({"@type": "Place", "name": view.place}) if view.place else None,
        "keywords": [tag.words for tag in view.tags],
        "isAccessibleForFree": True,
        "license": view.licence,
        "backstory": " ".join(plain(method, words) for method in telling.manuscript.methods),
        "citation": [_document(telling.seeds[document.id]) for document in view.documents],
        "isBasedOn": [document.url for document in view.based_on if document.url],
        "correction": [
            _correction(correction, f"{base}about.html#correction-{number}", telling)
            for number, correction in zip(range(len(front.corrections), 0, -1), front.corrections, strict=True)
        ],
        # A placeholder is our drawing and no picture of what it stands for.
        "image": [_image(exhibit, telling) for exhibit in view.exhibits if exhibit.photo],
        "thumbnailUrl": f"{telling.site.url}/{picture.path}" if picture else None,
        "hasPart": _dataset(telling, base),
    }


def _series(telling: Telling, part: PartView | None) -> dict[str, Any]:
    if part is None:
        return {}
    url = f"{telling.site.url}/{part.series.path}"
    return {
        "isPartOf": {"@type": "CreativeWorkSeries", "@id": url, "name": part.series.words, "url": url},
        "position": part.number,
    }


def _publisher(telling: Telling, base: str) -> dict[str, Any]:
    """Who answers for the story, and where they say how."""
    about = f"{base}about.html"
    return {
        "@type": "NewsMediaOrganization",
        "name": telling.site.publisher,
        "url": f"{telling.site.url}/{telling.site.index}" if telling.site.several_stories else f"{base}index.html",
        "publishingPrinciples": f"{about}#methods",
        "correctionsPolicy": f"{about}#corrections",
        "verificationFactCheckingPolicy": f"{about}#check",
    }


def _date(date: PartialDate | None) -> str | None:
    """As much of a date as is known from the year on; a day has no hour, so it needs no zone."""
    return date.text.partition("-X")[0] if date and date.year else None


def _changed(front: FrontMatter) -> str | None:
    """When the story last changed in substance: by its own word, or by a correction."""
    dates = (_date(date) for date in (front.updated, *(correction.date for correction in front.corrections)))
    return max(filter(None, dates), default=None)


def _document(seed: Seed) -> dict[str, Any]:
    return _known(
        {
            "@type": _KINDS.get(seed.kind, "CreativeWork"),
            "name": seed.title,
            "inLanguage": seed.title_language.value if seed.title_language else None,
            "publisher": {"@type": "Organization", "name": seed.publisher},
            "url": seed.url,
            "archivedAt": seed.archive.url if seed.archive else None,
            "datePublished": _date(seed.published),
        }
    )


def _correction(correction: Correction, address: str, telling: Telling) -> dict[str, Any]:
    was, now = telling.words.text(correction.was), telling.words.text(correction.now)
    return _known(
        {
            "@type": "CorrectionComment",
            "url": address,
            "text": f"{was} → {now}",
            "datePublished": _date(correction.date),
        }
    )


def _image(exhibit: ExhibitView, telling: Telling) -> dict[str, Any]:
    return _known(
        {
            "@type": "ImageObject",
            "contentUrl": f"{telling.site.url}/{exhibit.image}",
            "name": exhibit.title,
            "caption": plain(telling.manuscript.captions[exhibit.id], telling.words),
            "description": exhibit.alt,
            "width": exhibit.width,
            "height": exhibit.height,
            "creditText": exhibit.credit,
            "copyrightNotice": exhibit.rights,
        }
    )


def _dataset(telling: Telling, base: str) -> dict[str, Any] | None:
    prices = telling.view.prices
    if prices is None:
        return None
    finding = telling.manuscript.finding
    described = [plain(finding, telling.words)] if finding else []
    return _known(
        {
            "@type": "Dataset",
            "name": f"{telling.view.title_words} ({prices.currency} / {prices.unit})",
            "description": " ".join([*described, *(f"{row.item}: {row.words}." for row in prices.rows)]),
            "url": f"{base}prices.html",
            "inLanguage": telling.site.language,
            "creator": {"@type": "Organization", "name": telling.site.publisher},
            "license": telling.view.licence,
            "distribution": list(_downloads(base)),
        }
    )


def _downloads(base: str) -> Iterator[dict[str, str]]:
    for name, form in (("prices.csv", "text/csv"), ("prices.json", "application/json")):
        yield {"@type": "DataDownload", "encodingFormat": form, "contentUrl": base + name}
