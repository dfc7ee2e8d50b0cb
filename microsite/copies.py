"""The copies that are kept of source documents: where they are, whether they are as recorded, which of them readers get."""

from __future__ import annotations

from collections.abc import Iterator

from . import load
from .authored import read_bytes
from .diagnostics import Diagnostic, Position, problem
from .files import sha256
from .memory import Forgetful, Memory
from .model import COPIES_TO_KEEP, COPIES_TO_PUBLISH, COPY_FORMATS, Archive, CopyFile, Seed

PRIVATE = "private/"
LARGEST_COPY_BYTES = 100_000_000
"""As much as the largest file that GitHub takes."""
_BEGINNINGS = {
    ".warc": (b"WARC/",),
    ".warc.gz": (b"\x1f\x8b",),
    ".wacz": (b"PK\x03\x04",),
    ".pdf": (b"%PDF-",),
}
"""How a file of each format begins that is published."""


def copy_problems(root: str, seed: Seed, memory: Memory | None = None) -> list[Diagnostic]:
    """What is wrong with how a document is kept, as far as a build may look: not into `private/`."""
    if seed.archive is None:
        return []
    found = _found(root, seed, memory or Forgetful())
    return [*_record_problems(seed, seed.archive), *_file_problems(seed, seed.archive, found)]


def private_copy_problems(root: str, seed: Seed) -> list[Diagnostic]:
    """What is wrong with a copy in `private/`."""
    path = path_of(seed)
    if seed.archive is None or path is None or not path.startswith(PRIVATE):
        return []
    return list(_file_problems(seed, seed.archive, _at(root, path)))


def is_altered(seed: Seed, data: bytes) -> bool:
    """Whether a copy's bytes are not those that were recorded."""
    return seed.archive is None or sha256(data) != seed.archive.sha256


def published_ending(seed: Seed) -> str:
    """How the name of a document's copy ends, where readers may download it; else nothing.

    A document of which anything was withdrawn is not repeated as a whole either.
    """
    archive = seed.archive
    withdrawn = seed.withdrawn or any(voice.withdrawn for voice in seed.voices.values())
    if archive is None or not archive.publish or withdrawn or not archive.sha256:
        return ""
    return _ending(archive, COPIES_TO_PUBLISH)


def published_path(seed: Seed) -> str:
    """Where readers find a document's copy, from the story's folder in the first language; else nothing."""
    ending, archive = published_ending(seed), seed.archive
    if not ending or archive is None or archive.sha256 is None:
        return ""
    return f"sources/{seed.id}-{archive.sha256.removeprefix('sha256-')[:10]}{ending}"


def _ending(archive: Archive, endings: tuple[str, ...]) -> str:
    name = archive.file.value.lower() if archive.file else ""
    return next((ending for ending in endings if name.endswith(ending)), "")


def path_of(seed_: Seed) -> str | None:
    """Where the copy of a document is kept, from the root; nothing where its seed names no file that it may be."""
    written = seed_.archive.file.value if seed_.archive and seed_.archive.file else ""
    name = written.removeprefix(PRIVATE)
    if not load.FILE_NAME.fullmatch(name):
        return None
    return written if written.startswith(PRIVATE) else f"seeds/{name}"


def _found(root: str, seed_: Seed, memory: Memory) -> CopyFile | Diagnostic | None:
    """What is found at the copy of a document; nothing where there is none to be found, or only in `private/`.

    Megabytes are read again only where the file's state is another.
    """
    path = path_of(seed_)
    if path is None or path.startswith(PRIVATE):
        return None
    return load.remembered(root, path, lambda: _at(root, path), memory)


def _at(root: str, path: str) -> CopyFile | Diagnostic:
    """What is found at a path where a copy is kept."""
    data = bytes_at(root, path)
    return data if isinstance(data, Diagnostic) else CopyFile(path, sha256(data), data[:8])


def bytes_at(root: str, path: str) -> bytes | Diagnostic:
    """A copy of a document, whole."""
    return read_bytes(root, path, LARGEST_COPY_BYTES)


# --- What is written -------------------------------------------------------------------------------------------------


def _record_problems(seed: Seed, archive: Archive) -> Iterator[Diagnostic]:
    if archive.file is None:
        yield from _without_file(archive)
        return
    at, name = archive.file.at, archive.file.value
    if path_of(seed) is None:
        message = f"`file: {ascii(name)[1:-1][:80]}` names no file beside the seed, and none in private/"
        yield problem(
            at, "bad-name", message, "write `NAME`, or `private/NAME` for a copy that is not in the repository"
        )
    elif not _ending(archive, COPIES_TO_KEEP):
        yield problem(at, "bad-value", f"`{name[:80]}` is no copy of a known format", _lower(COPY_FORMATS))
    if archive.publish:
        yield from _publication_problems(archive, at, name)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _without_file(archive: Archive) -> Iterator[Diagnostic]:
    if archive.url is None:
        message = "`archive` says neither at what address nor in what file the document is kept"
        yield problem(archive.at, "missing-key", message, "add `url:` or `file:`")
    for key, value in (("sha256", archive.sha256), ("publish", archive.publish)):
        if value:
            message = f"`{key}` is about our copy, and no `file` is named"
            yield problem(archive.at, "missing-key", message, f"add `file:`, or take `{key}` out")


def _publication_problems(archive: Archive, at: Position, name: str) -> Iterator[Diagnostic]:
    if archive.rights is None:
        message = f"`{name[:80]}` is to be published, and nothing says by what right"
        yield problem(archive.at, "missing-key", message, "add `rights:`, in a sentence for readers")
    if name.startswith(PRIVATE):
        message = f"`{name[:80]}` is in private/, of which nothing is ever published"
        yield problem(at, "unpublishable-copy", message, "move it beside the seed, or take `publish` out")
    elif _ending(archive, COPIES_TO_KEEP) and not _ending(archive, COPIES_TO_PUBLISH):
        message = f"`{name[:80]}` is a page as it was saved: on our site its scripts would run as ours"
        yield problem(at, "unpublishable-copy", message, "save the page as a WACZ or a PDF, or take `publish` out")


# --- What is there ---------------------------------------------------------------------------------------------------


def _file_problems(seed: Seed, archive: Archive, found: CopyFile | Diagnostic | None) -> Iterator[Diagnostic]:
    at = archive.file.at if archive.file else archive.at
    if isinstance(found, Diagnostic):
        yield problem(at, found.kind, found.message, _REMEDIES.get(found.kind, found.hint))
    elif found and archive.sha256 is None:
        message = f"the fingerprint of `{found.path}` is not recorded"
        yield problem(archive.at, "missing-key", message, f"add `sha256: {found.sha256}`")
    elif found and found.sha256 != archive.sha256:
        message = f"`{found.path}` is not the copy that was recorded: its fingerprint is {found.sha256}"
        yield problem(at, "altered-copy", message, "put the recorded file back, or look at what changed and record it")
    elif found and (ending := published_ending(seed)) and not found.begins.startswith(_BEGINNINGS[ending]):
        message = f"`{found.path}` does not begin as a file of the format {ending} does"
        yield problem(at, "unpublishable-copy", message, "give it the ending of what it is, or save the document anew")


_REMEDIES = {
    "missing-file": "put the copy there, or correct the name",
    "oversized-file": "split it, or keep it elsewhere and write down its address as `url`",
}
