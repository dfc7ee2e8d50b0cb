"""One exhibit as the annotator shows and changes it: its picture, its drawing, and what becomes of both when saved.

The original leaves its folder only as pixels on the way to whoever draws on it: scaled, upright, without metadata.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from . import (
    annotator,
    authored,
    files,
    inventory,
    load,
    lookout,
    masters,
    originals,
    photo,
    webannotations,
    workfolder,
    writeback,
)
from .diagnostics import Diagnostic, Position, problem
from .metadata import examined
from .photo import PhotoRefused
from .sketches import Drawing, NotADrawing, Shape, as_json
from .webannotations import Imported, Size

VIEW_PX = 1600
"""The longest side of a picture as it is drawn on."""


class Saved(NamedTuple):
    """What came of saving a drawing."""

    master: str
    """The master made of it, from the root; empty where none was."""
    to_do: tuple[str, ...]


class NothingThere(LookupError):  # noqa: N818 - named by what happened
    """There is no such exhibit, or no picture of it."""


class FileChanged(Exception):  # noqa: N818 - named by what happened
    """The file is not the one that the drawing began with; nothing was written."""

    def __init__(self, theirs: str, mine: str, digest: str) -> None:
        super().__init__(theirs)
        self.theirs = theirs
        """The entry as it stands in the file now."""
        self.mine = mine
        """The entry as it would stand there with the drawing in it."""
        self.digest = digest


class _Place(NamedTuple):
    """An exhibit found in its file."""

    root: str
    name: str
    """story/exhibit."""
    path: str
    """Of the file, from the root."""
    text: str
    """Of the whole file, as it stands on the disk."""
    language: str
    """The site's first."""
    entry: annotator.Entry

    @property
    def slug(self) -> str:
        return self.name.partition("/")[0]

    @property
    def id(self) -> str:
        return self.name.partition("/")[2]


def story_of(root: str, page: str) -> str:
    """The story that a page's path, such as `/ko/dandong-store/`, belongs to; empty where that cannot be told."""
    site, stories = load.site_file(root)[0], inventory.tree(root)[0].stories
    languages = site.language_codes if site else ()
    parts = [part for part in page.split("/") if part]
    first = parts[1:2] if parts[:1] and parts[0] in languages else parts[:1]
    if first and first[0] in stories:
        return first[0]
    return site.front.value if site and site.front else ""


# --- What there is ---------------------------------------------------------------------------------------------------


def state(root: str, name: str) -> dict[str, Any]:
    """All that the page shows of an exhibit, named story/exhibit.

    Raises:
        NothingThere: there is no such exhibit.
        PhotoRefused: its entry cannot be read.
    """
    place = _place(root, name)
    entry = place.entry
    return {
        "name": name,
        "title": entry.title,
        "digest": _digest(place.text),
        "drawing": as_json(entry.drawing),
        "photo": bool(entry.photo),
        "absent": entry.absent,
        "kept": _original(place) is not None,
        "sizes": _sizes(place),
        "aspect": entry.aspect,
        "seeds": _seeds(place),
    }


def _place(root: str, name: str) -> _Place:
    slug, _, id = name.partition("/")
    if slug not in inventory.tree(root)[0].stories:
        raise NothingThere(name)
    site, problems = load.site_file(root)
    path = f"content/{slug}/exhibits.yaml"
    read, more = authored.read_text(root, path)
    if site is None or read is None:
        raise PhotoRefused([*problems, *more])
    text = Path(root, path).read_bytes().decode()
    language = site.first_language
    try:
        return _Place(root, name, path, text, language, annotator.entry(text, id, path, language))
    except KeyError:
        raise NothingThere(name) from None
    except annotator.Unreadable as error:
        raise PhotoRefused(error.found) from error


def _digest(text: str) -> str:
    return files.sha256(text.encode())


def _original(place: _Place) -> str | None:
    """Where the original is, if it is at hand."""
    try:
        return originals.at_hand(place.root, place.name)
    except ValueError as error:
        raise PhotoRefused([problem(place.entry.at, "unreadable-file", str(error))]) from error


def _master(place: _Place) -> bytes | None:
    shown = f"photos/{place.entry.photo}"
    if not place.entry.photo or shown not in inventory.tree(place.root)[0].stories[place.slug]:
        return None
    data = load.photo_bytes(place.root, f"content/{place.slug}/{shown}")
    return data if isinstance(data, bytes) else None


def _sizes(place: _Place) -> dict[str, Size]:
    """In pixels, of what there is of the photograph; first of what is drawn on."""
    found: dict[str, Size] = {}
    original, master = _original(place), examined(_master(place) or b"")
    with suppress(masters.UnusableOriginal):
        if original:
            found["original"] = masters.upright_size(files.read(original))
    if master:
        found["master"] = master.width, master.height
    return found


def _seeds(place: _Place) -> list[dict[str, Any]]:
    """What the seeds that the story names say, to choose from."""
    tree = inventory.tree(place.root)[0]
    paths = [f"content/{place.slug}/{name}" for name in tree.stories[place.slug] if name.endswith((".md", ".yaml"))]
    written = [read.value for path in paths if (read := authored.read_text(place.root, path)[0])]
    named = {word for text in written for word in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", text)}
    seeds = [load.seed(place.root, name)[0] for name in tree.seeds if name in named]
    return [
        {
            "title": seed.title,
            "statements": [
                {"value": f"{seed.id}/{id}", "says": statement.says.words(place.language, place.language)}
                for id, statement in seed.statements.items()
            ],
        }
        for seed in seeds
        if seed
    ]


def picture(root: str, name: str, redactions: Sequence[Shape] = ()) -> bytes:
    """The picture to draw on, with redactions painted over as `photo` does it: the original, or where none is kept the master.

    Returns:
        A JPEG of at most `VIEW_PX`, upright, without metadata.

    Raises:
        NothingThere: there is no such exhibit, or it has no picture.
        PhotoRefused: no picture can be made.
    """
    place = _place(root, name)
    regions = [shape.region(place.entry.at) for shape in redactions]
    if shown := photo.trial(root, name, regions, VIEW_PX):
        return shown
    master = _master(place)
    if master is None:
        raise NothingThere(name)
    return masters.master(master, regions, VIEW_PX)


def imported(data: Any) -> Imported:
    """What another tool's Web Annotations draw on a picture.

    Args:
        data: `annotations`, as that tool wrote them, and `size`, of the picture by whose pixels they are measured.

    Raises:
        NotADrawing: it is something else.
    """
    size: Any = data.get("size") if isinstance(data, dict) else 0
    if size is None:
        return webannotations.imported(data.get("annotations"), None)
    if not isinstance(size, list) or len(size) != 2 or not all(type(side) is int and side > 0 for side in size):
        raise NotADrawing("expected annotations, and the size of their picture")
    return webannotations.imported(data.get("annotations"), (size[0], size[1]))


# --- What becomes of it ----------------------------------------------------------------------------------------------


def save(root: str, name: str, drawing: Drawing, digest: str, *, on_photograph: bool) -> Saved:
    """Put a drawing into exhibits.yaml, and make the master of the photograph it was drawn on.

    Args:
        digest: of the file that the drawing began with.
        on_photograph: whether it was drawn on the photograph rather than on the placeholder.

    Raises:
        NothingThere: there is no such exhibit.
        FileChanged: the file is another by now.
        PhotoRefused: the file would have mistakes; nothing was written.
        workfolder.Busy: a photo command is at work.
    """
    with workfolder.lock(Path(root, ".microsite", "photo")):
        place = _place(root, name)
        original = _original(place)
        on_photograph = bool(place.entry.photo) or on_photograph
        text = _drawn(place, drawing, on_photograph=on_photograph)
        if _digest(place.text) != digest:
            mine = annotator.entry(text, place.id, place.path, place.language).text
            raise FileChanged(place.entry.text, mine, _digest(place.text))
        if on_photograph and not place.entry.photo and not original:
            message = f"there is no photograph of `{place.id}` to draw on"
            raise PhotoRefused([problem(place.entry.at, "missing-file", message, "drop it on the page")])
        if not (on_photograph and original):
            _write(place, text)
    unplaced = [note.id for note in drawing.annotations if note.shape is None]
    to_do = [f"draw the regions of {', '.join(unplaced)}: the site does not build without"] if unplaced else []
    if on_photograph and original:
        made = photo.make(root, name, original, redrawn=photo.Redrawn(place.text, text))
        seen = lookout.face_lines(lookout.look(root, name), name)
        return Saved(made.master, (*to_do, *made.to_do, *seen))
    if on_photograph and _painted(drawing) != _painted(place.entry.drawing):
        to_do.append(
            "the original is not at hand: the master is not made anew, and the site does not build until it is"
        )
    return Saved("", tuple(to_do))


def _drawn(place: _Place, drawing: Drawing, *, on_photograph: bool) -> str:
    """The file with the drawing in it, if that brings no mistake."""
    try:
        text = annotator.applied(place.text, place.id, drawing, place.language, on_photograph=on_photograph)
    except writeback.CannotWriteBack as error:
        message = f"the drawing cannot be put into the entry `{place.id}`: {error}"
        hint = "write the entry with each key on a line of its own"
        raise PhotoRefused([problem(place.entry.at, "yaml-syntax", message, hint)]) from error
    if found := annotator.new_mistakes(place.text, text, place.path):
        raise PhotoRefused(found)
    return text


def _write(place: _Place, text: str) -> None:
    if Path(place.root, place.path).read_bytes().decode() != place.text:
        message = f"{place.path} was changed at this very moment"
        raise PhotoRefused([problem(place.entry.at, "stale-master", message, "save again")])
    if text != place.text:
        files.write_within(place.root, place.path, text.encode())


def _painted(drawing: Drawing) -> str:
    return masters.fingerprint([shape.region(Position("")) for shape in drawing.redactions])


def told(found: Sequence[Diagnostic]) -> list[dict[str, str]]:
    """Diagnostics as the page shows them."""
    return [{"place": str(each.at), "message": each.message, "hint": each.hint} for each in found]
