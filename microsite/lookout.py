"""What in a photograph may give people and places away: what a detector finds, what somebody must look for, and the answers.

The answers are recorded in exhibits.yaml, which is public. So they say what can be seen in the master, which is public
too, and never what a redaction hides: `none` is the answer both where there is nothing and where all is painted over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from . import faces, files, photo, workfolder, writeback
from .diagnostics import nearest, problem
from .faces import Box, where
from .model import LOOKED_FOR, Lookout
from .photo import Entry, PhotoRefused
from .review import IN_ARGUMENTS
from .schema import Reader, Record

_BEFORE = ("title", "alt", "caption", "credit", "rights", "photo", "master")
_DO_NOT_COUNT = "A detector misses many faces, and takes other things for faces: look for yourself."


class Place(NamedTuple):
    """Where there is likely a face that no redaction covers."""

    number: int
    box: Box
    is_dismissed: bool


class Look(NamedTuple):
    """What came of looking at a photograph."""

    places: tuple[Place, ...] | None
    """`None` where there is no detector."""
    open: tuple[str, ...]
    """What nobody has said of this master whether it can be seen."""


def look(root: str, exhibit: str) -> Look:
    """Look at an exhibit's photograph: at the original, if it is at hand, before anything is painted over, else at the master.

    Args:
        exhibit: story/exhibit.

    Raises:
        PhotoRefused: there is no photograph.
    """
    return _look(root, exhibit, photo.read_entry(root, exhibit))


def _look(root: str, exhibit: str, entry: Entry) -> Look:
    recorded = _recorded(entry)
    open_ = tuple(name for name in LOOKED_FOR if recorded is None or getattr(recorded, name) is None)
    if not faces.is_installed():
        return Look(None, open_)
    picture = photo.trial(root, exhibit, (), entry.longest_side_px) or _master(root, exhibit, entry)
    found = [box for box in faces.likely_faces(picture) or () if not faces.is_covered(box, entry.redactions)]
    dismissed = _dismissed(recorded)
    places = (
        Place(number, box, any(faces.is_same_place(box, each) for each in dismissed))
        for number, box in enumerate(found, 1)
    )
    return Look(tuple(places), open_)


def _shown(entry: Entry) -> tuple[str, str]:
    """The name of the master, and its fingerprint as recorded."""
    if "photo" not in entry.data or not entry.digest:
        message = "there is no photograph to look at"
        raise PhotoRefused([problem(entry.at, "stale-master", message, "make its master first: photo FILE")])
    return str(entry.data["photo"].value), entry.digest


def _master(root: str, exhibit: str, entry: Entry) -> bytes:
    path = f"content/{exhibit.partition('/')[0]}/photos/{_shown(entry)[0]}"
    if not files.is_plain_file(str(Path(root, path))):
        raise PhotoRefused([problem(entry.at, "missing-file", f"there is no file {path}", "run `photo` again")])
    return files.read(str(Path(root, path)))


def _recorded(entry: Entry) -> Lookout | None:
    """The answers, as far as they are about the master that there is."""
    if "looked_for" not in entry.data:
        return None
    reader = Reader(entry.path, entry.text)
    found: Lookout | None = Record(Lookout).read(entry.data["looked_for"], reader)
    if reader.problems:
        raise PhotoRefused(reader.problems)
    return found if found and found.master == _shown(entry)[1] else None


def _dismissed(recorded: Lookout | None) -> list[Box]:
    return [Box(*region.numbers) for region in recorded.dismissed if region.shape == "box"] if recorded else []


# --- Answers ---------------------------------------------------------------------------------------------------------


def answer(root: str, exhibit: str, dismissed: Sequence[int], absent: Sequence[str], shown: Sequence[str]) -> Look:
    """Record answers about the master that there is, beside those given before.

    Args:
        dismissed: numbers of places that are no face, or one that may be seen.
        absent: of `LOOKED_FOR`, what cannot be seen in the master.
        shown: what can be seen there, and may be.

    Raises:
        PhotoRefused: nothing was recorded.
        workfolder.Busy: a photo command is at work.
    """
    with workfolder.lock(Path(root, ".microsite", "photo")):
        entry = photo.read_entry(root, exhibit)
        places = {place.number: place.box for place in _look(root, exhibit, entry).places or ()}
        if unknown := [number for number in dismissed if number not in places]:
            message = f"there is no place {unknown[0]} where no redaction covers a likely face"
            raise PhotoRefused([problem(IN_ARGUMENTS, "bad-value", message, "photo --look lists them")])
        if strange := [name for name in (*absent, *shown) if name not in LOOKED_FOR]:
            message = f"`{strange[0][:60]}` is nothing to look for"
            raise PhotoRefused([problem(IN_ARGUMENTS, "bad-value", message, nearest(strange[0], LOOKED_FOR))])
        if both := {*absent} & {*shown}:
            message = f"`{min(both)}` cannot be both none and shown"
            raise PhotoRefused([problem(IN_ARGUMENTS, "bad-value", message)])
        said = {**dict.fromkeys(absent, "none"), **dict.fromkeys(shown, "shown")}
        _write(root, exhibit, entry, said, [places[number] for number in dismissed])
        return look(root, exhibit)


def _write(root: str, exhibit: str, entry: Entry, said: dict[str, str], boxes: Sequence[Box]) -> None:
    recorded = _recorded(entry)
    before = {name: getattr(recorded, name) for name in LOOKED_FOR if recorded and getattr(recorded, name)}
    answers = {name: {**before, **said}[name] for name in LOOKED_FOR if name in {**before, **said}}
    known = _dismissed(recorded)
    fresh = [box for box in boxes if not any(faces.is_same_place(box, each) for each in known)]
    record: dict[str, writeback.Value] = {"master": _shown(entry)[1], **answers}
    if known or fresh:
        record["dismissed"] = [{"box": list(box)} for box in (*known, *fresh)]
    try:
        text = writeback.with_value(entry.text, (exhibit.partition("/")[2], "looked_for"), record, after=_BEFORE)
    except writeback.CannotWriteBack as error:
        message = f"the answers cannot be recorded in the entry `{exhibit.partition('/')[2]}`: {error}"
        hint = "write the entry with each key on a line of its own"
        raise PhotoRefused([problem(entry.at, "yaml-syntax", message, hint)]) from error
    if text != entry.text:
        files.write_within(root, entry.path, text.encode())


# --- In words --------------------------------------------------------------------------------------------------------


def lines(looked: Look, exhibit: str) -> Iterator[str]:
    """What to tell whoever made a master."""
    yield from face_lines(looked, exhibit)
    if looked.open:
        yield f"Look at the master for what else gives people and places away: {', '.join(looked.open)}."
        yield (
            "  Say what cannot be seen in it and what can be and may be: "
            f"python build.py photo --exhibit {exhibit} --none {' '.join(looked.open)} --shown …"
        )


def face_lines(looked: Look, exhibit: str) -> Iterator[str]:
    """What a detector finds, or that there is none."""
    if looked.places is None:
        yield f"Nobody looked for faces: the detector is not installed ({faces.EXTRA}). Look for yourself."
        return
    open_ = [place for place in looked.places if not place.is_dismissed]
    if not open_:
        yield f"The detector finds no face that is neither covered nor dismissed. {_DO_NOT_COUNT}"
        return
    yield f"Likely faces that no redaction covers: {len(open_)}. {_DO_NOT_COUNT}"
    for place in open_:
        numbers = ", ".join(f"{number:g}" for number in place.box)
        yield f"  {place.number}: {where(place.box)}. To cover it, under `redactions`: - box: [{numbers}]"
    yield f"  No face, or one that may be seen: python build.py photo --exhibit {exhibit} --dismiss NUMBER"
