"""The command that makes a master: reads the original, writes the master, and records in exhibits.yaml how it was made.

The order is such that a command killed at any moment leaves the old state or the new: first the salt, which harms
nobody unused; then the master, under a name made from its bytes, which nothing shows yet; then, in one step,
exhibits.yaml, which names it; last, the master that was shown before is removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from . import authored, derivatives, files, inventory, masters, originals, workfolder, writeback
from .diagnostics import Diagnostic, Position, nearest, problem
from .masters import UnusableOriginal
from .model import Region, RegionKind
from .review import IN_ARGUMENTS
from .schema import ID_WITH_HYPHENS, ListOf, Reader
from .yamltext import compose

if TYPE_CHECKING:
    from yaml.nodes import Node

LARGEST_ORIGINAL_BYTES = 1_000_000_000
_BEFORE_PHOTO = ("title", "alt", "caption", "credit", "rights")


class PhotoMade(NamedTuple):
    """What came of the command."""

    master: str
    """The master's path from the root."""
    original: str
    """Where the original is kept, from the root."""
    left_at: str
    """Where another copy of the original remains; empty where none does."""
    to_do: tuple[str, ...]
    """What keeps the photograph from being published, or should be read again."""


class Redrawn(NamedTuple):
    """A change of exhibits.yaml that goes in with the master, in one step."""

    before: str
    """The whole file as it stood when the change was made."""
    after: str


class PhotoRefused(Exception):  # noqa: N818 - named by what happened
    """Why no master was made."""

    def __init__(self, found: list[Diagnostic]) -> None:
        super().__init__(found)
        self.found = found


class Entry(NamedTuple):
    """What exhibits.yaml says of one exhibit, so far as it matters here: the rest may be unfinished."""

    path: str
    at: Position
    text: str
    """Of the whole file, as it stands on the disk, or with what goes in with the master."""
    on_disk: str
    redactions: tuple[Region, ...]
    longest_side_px: int
    commitment: str | None
    digest: str | None
    """Of the master that is recorded."""
    schematic: tuple[str, ...]
    """The annotations whose regions were placed without having seen the picture."""
    data: dict[str, Any]


def make(
    root: str, exhibit: str, file: str | None, longest_side_px: int | None = None, redrawn: Redrawn | None = None
) -> PhotoMade:
    """Make the master of an exhibit's photograph, or make it anew.

    Args:
        exhibit: story/exhibit.
        file: the original; where none is named, the one kept for this exhibit.
        longest_side_px: by default as before, or `masters.LONGEST_SIDE_PX`.
        redrawn: another state of exhibits.yaml to make it by, and to write with it.

    Raises:
        PhotoRefused: no master was made, and nothing has changed but that the original may be in `originals/`.
        workfolder.Busy: another such command is at work.
    """
    with workfolder.lock(Path(root, ".microsite", "photo")):
        entry = read_entry(root, exhibit, redrawn)
        given = _given(root, exhibit, file)
        original = _original(given, entry.at)
        side_px = longest_side_px or entry.longest_side_px
        data = _mastered(original, entry, entry.redactions, side_px, f"`{Path(given).name}`")
        kept = _asking_for_salts(lambda: originals.keep(root, exhibit, original, given, entry.commitment), entry.at)
        return _publish(root, exhibit, entry, data, kept, side_px, given)


def keep(root: str, exhibit: str, file: str) -> None:
    """Take a file in as the original of an exhibit's next master, as `make` does, and make none yet.

    Raises:
        PhotoRefused: no master could be made of it, and it is not taken in.
        workfolder.Busy: another such command is at work.
    """
    with workfolder.lock(Path(root, ".microsite", "photo")):
        entry = read_entry(root, exhibit)
        original = _original(file, entry.at)
        _mastered(original, entry, (), 1, "this file")
        _asking_for_salts(lambda: originals.take_in(root, exhibit, original, file), entry.at)


def trial(root: str, exhibit: str, redactions: Sequence[Region], longest_side_px: int) -> bytes | None:
    """What the next master would be with these redactions and of this size; `None` where no original is at hand.

    Raises:
        PhotoRefused: none can be made.
    """
    entry = read_entry(root, exhibit)
    path = _asking_for_salts(lambda: originals.at_hand(root, exhibit), entry.at)
    return _mastered(_original(path, entry.at), entry, redactions, longest_side_px, "the original") if path else None


def proves(root: str, exhibit: str, file: str | None, salt: bytes | None = None) -> bool:
    """Whether a file, by default the original kept, is the one that an exhibit's master was made of.

    Args:
        salt: by default the one kept.

    Raises:
        PhotoRefused: there is nothing to compare.
    """
    entry = read_entry(root, exhibit)
    if entry.commitment is None:
        message = f"no master is recorded for `{exhibit}`, so there is no commitment to prove"
        raise PhotoRefused([problem(entry.at, "stale-master", message)])
    given = _given(root, exhibit, file)
    kept = None if salt else _asking_for_salts(lambda: originals.kept(root, exhibit), entry.at)
    if salt is None and kept is None:
        message = f"{originals.SALTS} has no salt for `{exhibit}`"
        raise PhotoRefused(
            [problem(IN_ARGUMENTS, "missing-file", message, "give it: --salt, and 64 hexadecimal digits")]
        )
    return masters.commitment(_original(given, entry.at), salt or kept.salt) == entry.commitment  # type: ignore[union-attr]


# --- What there is ---------------------------------------------------------------------------------------------------


def read_entry(root: str, exhibit: str, redrawn: Redrawn | None = None) -> Entry:
    """What exhibits.yaml says of an exhibit, named story/exhibit.

    Raises:
        PhotoRefused: there is none, or it cannot be read so far.
    """
    slug, _, id = exhibit.partition("/")
    path = f"content/{slug}/exhibits.yaml"
    stories = inventory.tree(root)[0].stories
    if slug not in stories:
        raise _usage("unknown-story", f"there is no story `{slug}` in content/", nearest(slug, stories))
    found, problems = authored.read_text(root, path)
    if found is None:
        raise PhotoRefused(problems)
    on_disk = Path(root, path).read_bytes().decode()
    plain = redrawn.after.removeprefix("\ufeff").replace("\r\n", "\n") if redrawn else found.value
    node, more = compose(plain, path)
    if more:
        raise PhotoRefused(more)
    exhibits = dict(_pairs(node))
    if id not in exhibits or not ID_WITH_HYPHENS.fullmatch(id):
        raise _usage("unknown-exhibit", f"there is no exhibit `{id}` in {path}", nearest(id, exhibits))
    reader = Reader(path, plain)
    keys = dict(_pairs(exhibits[id]))
    redactions = ListOf(RegionKind()).read(keys["redactions"], reader) if "redactions" in keys else ()
    if reader.problems:
        raise PhotoRefused(reader.problems)
    master = {name: value.value for name, value in _pairs(keys.get("master"))}
    side = master.get("longest_side", "")
    schematic = "positions" in keys
    return Entry(
        path,
        reader.at(exhibits[id]),
        redrawn.after if redrawn else on_disk,
        redrawn.before if redrawn else on_disk,
        redactions or (),
        int(side) if re.fullmatch(r"[1-9][0-9]{0,5}", str(side)) else masters.LONGEST_SIDE_PX,
        master.get("commitment"),
        master.get("sha256"),
        tuple(name for name, _ in _pairs(keys.get("annotations"))) if schematic else (),
        keys,
    )


def _pairs(node: Node | None) -> list[tuple[str, Node]]:
    from yaml.nodes import MappingNode, ScalarNode

    pairs = node.value if isinstance(node, MappingNode) else []
    return [(key.value, value) for key, value in pairs if isinstance(key, ScalarNode)]


def _usage(kind: str, message: str, hint: str = "") -> PhotoRefused:
    return PhotoRefused([problem(IN_ARGUMENTS, kind, message, hint)])


def _given(root: str, exhibit: str, file: str | None) -> str:
    """The original's absolute path."""
    if file is not None:
        return str(Path(file).absolute())
    kept = _asking_for_salts(lambda: originals.kept(root, exhibit), IN_ARGUMENTS)
    if kept is None:
        message = f"{originals.SALTS} does not say which original `{exhibit}` was made of"
        raise _usage("missing-file", message, f"name it: python build.py photo FILE --exhibit {exhibit}")
    return str(Path(root, kept.path).absolute())


def _asking_for_salts(ask: Any, at: Position) -> Any:
    try:
        return ask()
    except ValueError as error:
        raise PhotoRefused([problem(at, "unreadable-file", str(error))]) from error


def _original(path: str, at: Position) -> bytes:
    if not Path(path).is_file():
        raise _usage("missing-file", f"there is no file {path}", "name the original")
    if Path(path).stat().st_size > LARGEST_ORIGINAL_BYTES:
        message = f"`{Path(path).name}` has more than {LARGEST_ORIGINAL_BYTES:,} bytes"
        raise PhotoRefused([problem(at, "oversized-file", message, "export a smaller version of it")])
    return files.read(path)


def _mastered(original: bytes, entry: Entry, redactions: Sequence[Region], side_px: int, name: str) -> bytes:
    try:
        return masters.master(original, redactions, side_px)
    except UnusableOriginal as error:
        message = f"no master can be made of {name}: {error}"
        raise PhotoRefused([problem(entry.at, "unusable-original", message, error.hint)]) from error


# --- Into place ------------------------------------------------------------------------------------------------------


def _publish(
    root: str, exhibit: str, entry: Entry, data: bytes, kept: originals.Kept, side_px: int, given: str
) -> PhotoMade:
    slug, _, id = exhibit.partition("/")
    digest = files.sha256(data)
    name = f"{id}-{digest.removeprefix('sha256-')[:8]}.jpg"
    record = {
        "recipe": masters.RECIPE,
        "longest_side": side_px,
        "redactions": masters.fingerprint(entry.redactions),
        "sha256": digest,
        "commitment": masters.commitment(Path(root, kept.path).read_bytes(), kept.salt),
        "colour": derivatives.colour(data),
    }
    text = _recorded(entry, id, name, record, is_new=digest != entry.digest)
    files.write_within(root, f"content/{slug}/photos/{name}", data)
    if Path(root, entry.path).read_bytes().decode() != entry.on_disk:
        message = f"{entry.path} was changed while the master was made"
        raise PhotoRefused([problem(entry.at, "stale-master", message, "run the command again")])
    if text != entry.on_disk:
        files.write_within(root, entry.path, text.encode())
    _remove_former_masters(root, slug, id, text)
    return PhotoMade(f"content/{slug}/photos/{name}", kept.path, _remaining(root, given, kept.path), _to_do(entry))


def _recorded(entry: Entry, id: str, name: str, record: dict[str, Any], *, is_new: bool) -> str:
    """The file with the photograph in place of its placeholder; schematic regions are left behind with that.

    So is what somebody said of another master: a place that was shown there may be hidden in this one.
    """
    try:
        text = writeback.with_value(entry.text, (id, "photo"), name, after=_BEFORE_PHOTO)
        text = writeback.with_value(text, (id, "master"), record, after=("photo",))
        if is_new:
            text = writeback.without_key(text, (id, "looked_for"))
        for annotation in entry.schematic:
            text = writeback.without_key(text, (id, "annotations", annotation, "region"))
        return writeback.without_key(writeback.without_key(text, (id, "absent")), (id, "positions"))
    except writeback.CannotWriteBack as error:
        message = f"the photograph cannot be recorded in the entry `{id}`: {error}"
        hint = "write the entry with each key on a line of its own"
        raise PhotoRefused([problem(entry.at, "yaml-syntax", message, hint)]) from error


def _remove_former_masters(root: str, slug: str, id: str, text: str) -> None:
    """Those of this exhibit that no exhibit shows any more: what they show is what a redaction since may hide."""
    node, _ = compose(text.removeprefix("\ufeff").replace("\r\n", "\n"), "")
    shown = {getattr(dict(_pairs(entry)).get("photo"), "value", "") for _, entry in _pairs(node)}
    for path in Path(root, "content", slug, "photos").iterdir():
        if re.fullmatch(rf"{re.escape(id)}-[0-9a-f]{{8}}\.jpg", path.name) and path.name not in shown:
            path.unlink()


def _remaining(root: str, given: str, kept: str) -> str:
    """Where the file that was named remains, if that is not the one kept; within the site's folder it does not."""
    real, home = Path(given).resolve(), Path(root).resolve()
    if real == (home / kept).resolve():
        return ""
    if real.is_relative_to(home) and not real.is_relative_to(home / originals.PRIVATE):
        real.unlink()  # git might take it up there, and its bytes are in originals/ by now
        Path(given).unlink(missing_ok=True)  # a link that led to it
        return ""
    return given


def _to_do(entry: Entry) -> tuple[str, ...]:
    placed = ", ".join(entry.schematic)
    return (
        *([f"draw the regions of {placed} anew: those of the placeholder were not carried over"] if placed else []),
        *(
            ["read `alt`, `caption` and `credit` again: they were written for the placeholder"]
            if "absent" in entry.data
            else []
        ),
        *(f"add `{key}`" for key in ("alt", "credit", "rights") if key not in entry.data),
    )
