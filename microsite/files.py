"""Whole files, and paths sure to stay in their folder: whatever is written to the disk is written through here.

Names are checked against links and special files before anything is written or removed. That guards against what a
repository or an earlier mishap left lying about, not against a hostile process at work at the same moment.
"""

# Our exceptions are named by what happened:
# ruff: noqa: N818
# An unchanged build has some twenty milliseconds, and neither pathlib nor typing is worth five of them:
# ruff: noqa: PTH102, PTH105, PTH108, PTH112, PTH114, PTH120, PTH123

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from contextlib import suppress

OUR_PREFIX = ".microsite-"
"""How temporary files are called; no output may be called so."""
NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
"""For `os.open`: fail at a link instead of following it."""

_UNPORTABLE = frozenset('\\:*?"<>|')  # characters that mean something else to some computer
_FEW = 64  # above this many files, one sync of everything is quicker than one for each
_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows would translate newlines without it


class UnsafePath(ValueError):
    """A path leaves its folder, leads through a link, or cannot be an address."""


# Whole files


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` at `path` in one step: a reader or a power cut finds the old file or the new, never a part.

    A link that stands at `path` is itself replaced; what it points to stays as it is.
    """
    put(os.fspath(path), data, durable=True)


def write_within(root: str | os.PathLike[str], path: str, data: bytes) -> None:
    """`write_whole` at a relative path below `root`, making the folders on the way.

    Raises:
        UnsafePath: the path leads out of `root`, or through something that is not a real folder.
    """
    write_whole(make_way(os.fspath(root), checked(path), set()), data)


def short_digest(data: bytes) -> str:
    """Ten hexadecimal digits for a file name that changes with its content."""
    from hashlib import sha256

    return sha256(data).hexdigest()[:10]


def sha256(data: bytes) -> str:
    """A fingerprint as authors write it: `sha256-` and 64 hexadecimal digits."""
    from hashlib import sha256 as digest

    return f"sha256-{digest(data).hexdigest()}"


def read(path: str) -> bytes:
    """All bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def put(path: str, data: bytes, *, durable: bool, rights: int = 0o666) -> None:
    """`write_whole`, forced to the disk only where `durable`: else a power cut may leave it torn."""
    folder = os.path.dirname(path) or "."
    temporary = f"{folder}/{OUR_PREFIX}{os.getpid()}-{os.urandom(4).hex()}.tmp"
    try:
        create(temporary, data, durable=durable, rights=rights)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if durable:
        _fsync(folder)


def create(path: str, data: bytes, *, durable: bool, rights: int = 0o666) -> None:
    """Write a file that must not be there yet, forced to the disk where `durable`."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW | _BINARY, rights)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def settle(paths: Collection[str]) -> None:
    """Return once these files and folders would outlast a power cut."""
    if len(paths) > _FEW and hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        _fsync(path)


def _fsync(path: str) -> None:
    windows = os.name == "nt"
    if windows and os.path.isdir(path):
        return  # Windows cannot open a folder, and keeps its own log of names
    handle = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# Paths and folders


def checked(path: str) -> str:
    """The same relative path, if it stays below its folder and means the same on every computer.

    Raises:
        UnsafePath: it does not.
    """
    for part in path.split("/"):
        plain = part.isascii() and part.isprintable() and _UNPORTABLE.isdisjoint(part)
        if not part or not plain or part.endswith((".", " ")) or part.startswith(OUR_PREFIX):
            raise UnsafePath(f"`{path}` is not a plain relative path")
    return path


def checked_output(path: str) -> str:
    """The same relative path, if it may be an output's: as `checked`, and not the `.gitignore` of `site/`."""
    if path.casefold() == ".gitignore":
        raise UnsafePath("site/.gitignore is not an output: it marks the folder")
    return checked(path)


def make_way(base: str, path: str, known: set[str]) -> str:
    """Where `path` lies below `base`, with the folders between made; `known` remembers those already seen to."""
    folder = path.rpartition("/")[0]
    if folder and folder not in known:
        make_folder(make_way(base, folder, known))
        known.add(folder)
    return f"{base}/{path}"


def make_folder(path: str) -> None:
    """Make a folder where none is yet; the one above it must be there.

    Raises:
        UnsafePath: a link or a file stands there.
    """
    try:
        os.mkdir(path)
    except FileExistsError:
        if not is_real_folder(os.lstat(path)):
            raise UnsafePath(f"{path} is a link or a file where a folder is wanted") from None


def is_plain_file(path: str) -> bool:
    """Whether a file is there that is neither a link nor a special file."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False


def is_real_folder(found: os.stat_result) -> bool:
    """Whether this is a folder itself and not a link to one."""
    if not stat.S_ISDIR(found.st_mode):
        return False
    is_junction = getattr(found, "st_reparse_tag", 0) == 0xA0000003  # Windows: a link that passes for a folder
    return not is_junction


def remove_folder(folder: str) -> None:
    """Remove one of our own folders with all it holds; a link in its place is itself removed."""
    import shutil

    if os.path.islink(folder):
        os.unlink(folder)
    shutil.rmtree(folder, ignore_errors=True)  # an outliving worker may still add: the next build comes by again
