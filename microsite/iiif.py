"""An exhibit as a IIIF Presentation 3 manifest, what there is to see in it as W3C Web Annotations.

Viewers of libraries and archives open these files, and other tools take the annotations over. Every identifier in them
is an address, so there are none where the site does not say where it is published. A placeholder is no picture of its
subject: it stands in the place that the standard has for what is shown meanwhile, and regions that were placed without
having seen the picture are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from .claimviews import Words, plain
from .manuscript import Manuscript
from .model import Exhibit, Region, Story
from .views import ExhibitView, SiteView, StoryView

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/"
ENDING = ".iiif.json"
_FORMATS = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".svg": "image/svg+xml"}


class _Edition(NamedTuple):
    """What all manifests of one edition of a story share."""

    story: Story
    manuscript: Manuscript
    site: SiteView
    words: Words
    folder: str
    """Of the edition of the story, from the site's root."""

    def address(self, path: str) -> str:
        """Of something in the site."""
        return f"{self.site.url}/{path}"

    def words_in(self, text: str) -> dict[str, list[str]]:
        """A text as the standard wants one."""
        return {self.site.language: [text]}


def manifests(
    story: Story, manuscript: Manuscript, site: SiteView, view: StoryView, words: Words, folder: str
) -> Iterator[tuple[str, bytes]]:
    """The manifests of one edition of a story, by path; none where the site has no address.

    Args:
        folder: of this edition of the story, from the site's root.
    """
    if not site.url:
        return
    edition = _Edition(story, manuscript, site, words, folder)
    for exhibit in view.exhibits:
        data = _manifest(exhibit, story.exhibits[exhibit.id], edition)
        path = f"{folder}exhibits/{exhibit.id}{ENDING}"
        yield path, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _manifest(view: ExhibitView, exhibit: Exhibit, edition: _Edition) -> dict[str, Any]:
    page = edition.address(f"{edition.folder}exhibits/{view.id}")
    words = edition.words_in
    caption = plain(edition.manuscript.captions[view.id], edition.words)
    publisher = {"id": edition.address(""), "type": "Agent", "label": words(edition.site.publisher)}
    return {
        "@context": CONTEXT,
        "id": page + ENDING,
        "type": "Manifest",
        "label": words(view.title),
        "summary": words(caption),
        "requiredStatement": {"label": {"en": ["Credit"]}, "value": words(view.credit)},
        "provider": [{**publisher, "homepage": [_web_page(edition.address(""), edition.site.title, edition)]}],
        "homepage": [_web_page(f"{page}.html", view.title, edition)],
        "items": [_canvas(view, exhibit, page, edition)],
    }


def _web_page(address: str, title: str, edition: _Edition) -> dict[str, Any]:
    about = {"id": address, "type": "Text", "label": edition.words_in(title)}
    return {**about, "format": "text/html", "language": [edition.site.language]}


def _canvas(view: ExhibitView, exhibit: Exhibit, page: str, edition: _Edition) -> dict[str, Any]:
    id = f"{page}/canvas"
    canvas: dict[str, Any] = {
        "id": id,
        "type": "Canvas",
        "label": edition.words_in(view.title),
        "width": view.width,
        "height": view.height,
    }
    if view.photo is None:
        meanwhile = {**canvas, "id": f"{page}/placeholder", "items": [_painted(view, f"{page}/placeholder", edition)]}
        return {**canvas, "placeholderCanvas": meanwhile, "items": []}
    canvas["items"] = [_painted(view, id, edition)]
    if exhibit.annotations and not exhibit.positions:
        notes = [_note(view, exhibit, name, f"{page}.html", id, edition) for name in exhibit.annotations]
        canvas["annotations"] = [{"id": f"{page}/annotations", "type": "AnnotationPage", "items": notes}]
    return canvas


def _painted(view: ExhibitView, canvas: str, edition: _Edition) -> dict[str, Any]:
    """The page of a canvas that holds its picture."""
    body = {
        "id": edition.address(view.image),
        "type": "Image",
        "format": _FORMATS[PurePosixPath(view.image).suffix],
        "width": view.width,
        "height": view.height,
    }
    painting = {"id": f"{canvas}/picture", "type": "Annotation", "motivation": "painting", "body": body}
    return {"id": f"{canvas}/page", "type": "AnnotationPage", "items": [{**painting, "target": canvas}]}


def _note(view: ExhibitView, exhibit: Exhibit, name: str, page: str, canvas: str, edition: _Edition) -> dict[str, Any]:
    annotation = exhibit.annotations[name]
    note = plain(edition.manuscript.notes[view.id, name], edition.words)
    said = {"type": "TextualBody", "format": "text/plain", "language": edition.site.language}
    return {
        "id": f"{page}#n-{view.id}-{name}",
        "type": "Annotation",
        "motivation": "commenting",
        "body": [
            {**said, "purpose": "tagging", "value": edition.words.text(annotation.label)},
            {**said, "purpose": "commenting", "value": note},
        ],
        "target": {
            "type": "SpecificResource",
            "source": canvas,
            "selector": selector(annotation.region, (view.width, view.height)),
        },
    }


def selector(region: Region, size: tuple[int, int]) -> dict[str, Any]:
    """Where a region is: a box as a media fragment in per cent, a point by its pixel, any other shape as a drawing.

    Args:
        size: of the picture in pixels, by which a drawing and a point are measured.
    """
    across, down = size
    n = region.numbers
    if region.shape == "box":
        value = "xywh=percent:" + ",".join(_short(100 * number) for number in n)
        return {"type": "FragmentSelector", "conformsTo": MEDIA_FRAGMENTS, "value": value}
    if region.shape == "point":
        return {"type": "PointSelector", "x": round(n[0] * across), "y": round(n[1] * down)}
    sides = [_short(number * (down if place % 2 else across)) for place, number in enumerate(n)]
    if region.shape == "ellipse":
        shape = '<ellipse cx="{}" cy="{}" rx="{}" ry="{}"/>'.format(*sides)
    else:
        corners = " ".join(f"{x},{y}" for x, y in zip(sides[0::2], sides[1::2], strict=True))
        shape = f'<polygon points="{corners}"/>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}">{shape}</svg>'
    return {"type": "SvgSelector", "value": drawing}


def _short(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
