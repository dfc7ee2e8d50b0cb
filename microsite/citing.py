"""How to cite a story, for the programs that keep references: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .claimviews import Words
from .dates import PartialDate
from .model import Story
from .views import SiteView, StoryView

_BIBTEX_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "&%$#_"} | {"\\": "\\textbackslash{}"})
# BibTeX counts braces, escaped ones too, so one alone would swallow the rest of the file.
_BIBTEX_SIGNS |= str.maketrans({"{": "\\textbraceleft{}", "}": "\\textbraceright{}"})
_BIBTEX_SIGNS |= str.maketrans({"~": "\\textasciitilde{}", "^": "\\textasciicircum{}"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class _Cited(NamedTuple):
    """What a reader cites."""

    key: str
    authors: list[str]
    """The publisher, where the story has none."""
    title: str
    standfirst: str
    site: SiteView
    date: PartialDate | None
    url: str
    note: str


def citation_files(
    story: Story, view: StoryView, site: SiteView, words: Words, folder: str
) -> tuple[tuple[str, bytes], ...]:
    """The files of one edition, by name; without the site's url they hold no address.

    Args:
        folder: where the edition stands in the site.
    """
    cited = _Cited(
        key=view.slug if site.language == words.first else f"{view.slug}-{site.language}",
        authors=[words.text(author) for author in story.front.authors] or [site.publisher],
        title=view.title_words,
        standfirst=view.standfirst_words,
        site=site,
        date=story.front.published,
        url=f"{site.url}/{folder}index.html" if site.url else "",
        note=f"SHA-256 of the content: {view.fingerprint}",
    )
    return ("cite.bib", _bibtex(cited)), ("cite.ris", _ris(cited)), ("cite.json", _csl(cited))


def _bibtex(cited: _Cited) -> bytes:
    year, month, day = (*_known_parts(cited.date), None, None, None)[:3]
    fields = {
        # In braces of their own, or BibTeX takes names apart and makes small letters of capitals.
        "author": " and ".join(f"{{{_in_bibtex(author)}}}" for author in cited.authors),
        "title": f"{{{_in_bibtex(cited.title)}}}",
        "publisher": _in_bibtex(cited.site.publisher),
        "year": str(year or ""),
        "month": _MONTHS[month - 1] if month else "",
        "day": str(day or ""),
        "howpublished": _in_bibtex(cited.site.title),
        "url": cited.url,
        "language": cited.site.language,
        "note": cited.note,
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items() if value]
    return (f"@misc{{{cited.key},\n" + ",\n".join(lines) + "\n}\n").encode()


def _in_bibtex(text: str) -> str:
    return text.translate(_BIBTEX_SIGNS)


def _ris(cited: _Cited) -> bytes:
    known = _known_parts(cited.date)
    day = "/".join(f"{part:02}" for part in known) + "/" * (4 - len(known))  # three slashes, whatever is known
    tags = [
        ("TY", "ELEC"),
        *(("AU", author) for author in cited.authors),
        ("TI", cited.title),
        ("T2", cited.site.title),
        ("PB", cited.site.publisher),
        *((("PY", str(known[0])), ("DA", day)) if known else ()),
        ("UR", cited.url),
        ("LA", cited.site.language),
        ("AB", cited.standfirst),
        ("N1", cited.note),
    ]
    # A value is a line: what would begin another could pass for a tag.
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
    return "".join(f"{line}\r\n" for line in [*lines, "ER  - "]).encode()


def _csl(cited: _Cited) -> bytes:
    fields: dict[str, Any] = {
        "id": cited.key,
        "type": "webpage",
        "title": cited.title,
        "author": [{"literal": author} for author in cited.authors],
        "container-title": cited.site.title,
        "publisher": cited.site.publisher,
        "issued": {"date-parts": [known]} if (known := _known_parts(cited.date)) else None,
        "URL": cited.url,
        "language": cited.site.language,
        "abstract": cited.standfirst,
        "note": cited.note,
    }
    return (json.dumps([{name: value for name, value in fields.items() if value}], ensure_ascii=False) + "\n").encode()


def _known_parts(date: PartialDate | None) -> list[int]:
    """The year, and the month and day as far as they are known; nothing without a year."""
    parts: list[int] = []
    for part in (date.year, date.month, date.day) if date else ():
        if part is None:
            break
        parts.append(part)
    return parts
