"""Whether an exhibit's photograph is the master that `photo` made, and says what readers must know of it."""

from __future__ import annotations

from collections.abc import Iterator

from . import faces
from .diagnostics import Diagnostic, problem
from .masters import fingerprint
from .model import LOOKED_FOR, Exhibit, Lookout, PhotoFile, Region


def photo_problems(exhibit: Exhibit, file: PhotoFile | None, name: str) -> Iterator[Diagnostic]:
    """What keeps an exhibit with a photograph from being published.

    Args:
        file: what is found of the photograph; `None` where it cannot be read, which is reported already.
        name: of the exhibit, as the command wants it: story/exhibit.
    """
    yield from _particulars(exhibit)
    if file:
        yield from _file(exhibit, file, name)


def _particulars(exhibit: Exhibit) -> Iterator[Diagnostic]:
    id, at = exhibit.id, exhibit.at
    if exhibit.absent:
        message = f"`{id}` has a photograph, and `absent: {exhibit.absent}` says that there is none to show"
        yield problem(at, "bad-value", message, "take out `photo` and `master`, or take out `absent`")
    if exhibit.positions:
        message = f"the regions of `{id}` were placed without having seen the picture"
        hint = "draw each of them anew on the photograph, then take out `positions`"
        yield problem(at, "schematic-regions", message, hint)
    if exhibit.rights is None:
        message = f"`{id}` does not say by what right the photograph is shown"
        yield problem(at, "missing-key", message, "add `rights:`")


def _file(exhibit: Exhibit, file: PhotoFile, name: str) -> Iterator[Diagnostic]:
    master, at = exhibit.master, exhibit.at
    again = f"run `python build.py photo --exhibit {name}`: it makes the master anew"
    if file.carried:
        message = f"`{file.path}` carries {', '.join(file.carried)}"
        yield problem(
            at, "picture-metadata", message, f"make a master of it: `python build.py photo FILE --exhibit {name}`"
        )
    elif master is None:
        message = f"`{exhibit.id}` names a photograph, and nothing records how its master was made"
        yield problem(at, "stale-master", message, f"run `python build.py photo FILE --exhibit {name}` on its original")
    elif file.sha256 != master.sha256 or file.format != "JPEG":
        message = f"`{file.path}` is not the master that was recorded: its bytes are others"
        yield problem(at, "stale-master", message, again)
    elif master.redactions != fingerprint(exhibit.redactions):
        message = f"the redactions of `{exhibit.id}` have changed since its master was made"
        yield problem(at, "stale-master", message, again)


def lookout_problems(exhibit: Exhibit, master: bytes, digest: str, name: str) -> Iterator[Diagnostic]:
    """What somebody should still look for in a photograph. A build does not ask: looking for faces takes seconds.

    Args:
        master: its bytes.
        digest: their fingerprint.
        name: as `photo_problems` wants it.
    """
    said = exhibit.looked_for if exhibit.looked_for and exhibit.looked_for.master == digest else None
    at = exhibit.looked_for.at if exhibit.looked_for else exhibit.at
    yield from _likely_faces(exhibit, master, [faces.Box(*each.numbers) for each in _boxes(said)], name)
    open_ = [key for key in LOOKED_FOR if said is None or getattr(said, key) is None]
    if not open_:
        return
    earlier = " of the master that there is now; the answers are about an earlier one" if said is None else ""
    message = f"nobody has said what can be seen in `{exhibit.id}`{earlier if exhibit.looked_for else ''}"
    unseen = "" if faces.is_installed() else "; no detector has looked for faces either: it is not installed"
    hint = f"look for {', '.join(open_)}; then python build.py photo --exhibit {name} --none … --shown …"
    yield problem(at, "unanswered-checklist", f"{message}{unseen}", hint)


def _boxes(said: Lookout | None) -> list[Region]:
    return [region for region in said.dismissed if region.shape == "box"] if said else []


def _likely_faces(exhibit: Exhibit, master: bytes, dismissed: list[faces.Box], name: str) -> Iterator[Diagnostic]:
    for box in faces.likely_faces(master) or ():
        if faces.is_covered(box, exhibit.redactions) or any(faces.is_same_place(box, each) for each in dismissed):
            continue
        message = f"`{exhibit.id}` likely shows a face that no redaction covers: {faces.where(box)}"
        hint = f"cover or dismiss it: python build.py photo --exhibit {name} --look"
        yield problem(exhibit.at, "likely-face", message, hint)
