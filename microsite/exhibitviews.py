"""What pages show of exhibits: the photograph or the placeholder for it, its caption, its annotations."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from . import derivatives, drawings, images, markers
from .claimviews import Sources, Words
from .cutter import Cutter
from .derivatives import Derived
from .manuscript import Manuscript
from .model import Exhibit, Story
from .views import AnnotationView, CandidateView, CropView, ExhibitView, PhotoView


def exhibit_views(
    story: Story, manuscript: Manuscript, sources: Sources, words: Words, cut: Cutter
) -> tuple[ExhibitView, ...]:
    """Every exhibit of a story in one language, numbered in their order."""
    numbered = enumerate(story.exhibits.values(), 1)
    return tuple(
        _exhibit_view(exhibit, number, shown(story, exhibit), manuscript, sources, words, cut)
        for number, exhibit in numbered
    )


def _exhibit_view(
    exhibit: Exhibit, number: int, picture: Shown, manuscript: Manuscript, sources: Sources, words: Words, cut: Cutter
) -> ExhibitView:
    caption = manuscript.captions[exhibit.id]
    annotations = tuple(
        _annotation_view(exhibit, id, index, picture, manuscript, sources, cut)
        for index, id in enumerate(exhibit.annotations, 1)
    )
    regions = [annotation.region for annotation in exhibit.annotations.values()]
    return ExhibitView(
        number=number,
        id=exhibit.id,
        title=words.text(exhibit.title),
        alt=words.text(exhibit.alt),
        caption=cut.line(caption),
        claims=cut.claims(caption),
        credit=words.text(exhibit.credit),
        rights=words.text(exhibit.rights),
        would_show="" if picture.photo else words.text(exhibit.would_show),
        absent=exhibit.absent or "",
        schematic=exhibit.positions == "schematic",
        redacted=bool(picture.photo and exhibit.redactions),
        image=picture.path,
        width=picture.size[0],
        height=picture.size[1],
        photo=_photo_view(exhibit, picture.photo) if picture.photo else None,
        drawn_height=drawings.picture_height(picture.shape),
        annotations=annotations,
        regions=tuple(sorted(annotations, key=lambda view: -drawings.extent(regions[view.number - 1]))),
        marker_tiers=markers.tiers(regions, picture.shape) if regions else (),
    )


class Shown(NamedTuple):
    """The picture that stands for an exhibit."""

    path: str
    """In the site; of a photograph the picture for browsers that choose none."""
    size: tuple[int, int]
    """In pixels."""
    shape: tuple[int, int]
    """Width to height, as its drawings have it."""
    photo: Derived | None
    """What is made of the master, or nothing for a placeholder."""


_UNCHOSEN_PX = 960
"""The least width of a photograph in browsers that do not choose among several."""


def shown(story: Story, exhibit: Exhibit) -> Shown:
    """The photograph of an exhibit, or the placeholder for it."""
    master = story.photographs.get(exhibit.id)
    if master is None:
        return Shown(plate_path(exhibit), images.plate_size(exhibit.shape), exhibit.shape, None)
    shape = master.width, master.height
    crops = {id: drawings.crop(each.region, shape) for id, each in exhibit.annotations.items()}
    photo = derivatives.planned(f"{story.slug}-{exhibit.id}", master, crops)
    jpegs = photo.of("JPEG")
    unchosen = next((each for each in jpegs if each.size[0] >= _UNCHOSEN_PX), jpegs[-1])
    return Shown(unchosen.path, jpegs[-1].size, shape, photo)


def photographs(story: Story) -> tuple[Derived, ...]:
    """All that a story's pages ask for of its photographs."""
    return tuple(photo for exhibit in story.exhibits.values() if (photo := shown(story, exhibit).photo))


def _photo_view(exhibit: Exhibit, photo: Derived) -> PhotoView:
    avif, jpeg = (
        tuple(CandidateView(each.path, each.size[0]) for each in photo.of(format_)) for format_ in ("AVIF", "JPEG")
    )
    return PhotoView(avif, jpeg, (exhibit.master and exhibit.master.colour) or "")


def _crop_view(exhibit: Exhibit, id: str, picture: Shown) -> CropView:
    """The part of a picture that an annotation is about: of a photograph cut from its master, in a file of its own."""
    frame = drawings.crop(exhibit.annotations[id].region, picture.shape)
    if picture.photo is None:
        return CropView(frame, picture.path, drawings.whole(picture.shape))
    crop = picture.photo.crops[id]
    return CropView(frame, crop.path, drawings.frame(crop.box, picture.shape))


def reason_of(exhibit: Exhibit) -> str:
    """Why a placeholder stands in for the photograph: one of `images.REASONS`."""
    return exhibit.absent or "not in hand"


def plates(story: Story) -> tuple[tuple[str, tuple[int, int], str], ...]:
    """Path, shape and reason of the placeholders that a story shows."""
    absent = (exhibit for exhibit in story.exhibits.values() if exhibit.id not in story.photographs)
    return tuple(dict.fromkeys((plate_path(each), each.shape, reason_of(each)) for each in absent))


def plate_path(exhibit: Exhibit) -> str:
    """Where the placeholder's drawing stands in the site; the name carries what its bytes depend on."""
    stem = images.plate_name(exhibit.shape, reason_of(exhibit))
    recipe = sha256(f"{stem} {images.RECIPE_VERSION}".encode()).hexdigest()[:8]
    return f"images/{stem}-{recipe}.png"


def _annotation_view(
    exhibit: Exhibit,
    id: str,
    number: int,
    picture: Shown,
    manuscript: Manuscript,
    sources: Sources,
    cut: Cutter,
) -> AnnotationView:
    annotation = exhibit.annotations[id]
    note = manuscript.notes[exhibit.id, id]
    group = sources.group(annotation.seed.citation) if annotation.seed else None
    return AnnotationView(
        number=number,
        id=id,
        label=cut.words.text(annotation.label),
        note=cut.line(note),
        claims=cut.claims(note),
        outline=drawings.outline(annotation.region, picture.shape),
        crop=_crop_view(exhibit, id, picture),
        support=sources.support(annotation.seed.citation) if annotation.seed else "",
        group=group.name if group else "",
        thens=group.thens if group else (),
    )
