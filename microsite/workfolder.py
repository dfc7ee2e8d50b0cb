"""The work folder: held by one build at a time, with that build's outputs before they reach `site/`."""

# Our exceptions are named by what happened:
# ruff: noqa: N818
# Part of start-up, where pathlib would take a third of the time:
# ruff: noqa: PTH106, PTH112, PTH120

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .files import NOFOLLOW, checked_output, create, make_folder, make_way, put, read, remove_folder

_LOCK_POLL_SECONDS = 0.05


class Busy(Exception):
    """Another build is at work in the same folder and did not end in time."""


class PathTaken(ValueError):
    """Two outputs want the same path, or paths that are one on some computers."""


# One build at a time


@contextmanager
def lock(work_folder: str | os.PathLike[str], timeout_seconds: float = 30.0) -> Iterator[Callable[[], None]]:
    """Hold the work folder for one build, waiting up to `timeout_seconds` for another to end.

    Yields a function for forked workers to call first thing: it drops their share, so that workers which outlive a
    killed build do not hold the lock. In the process that took the lock it does nothing.

    Raises:
        Busy: the other build took longer.
    """
    work, owner = os.fspath(work_folder), os.getpid()
    _make_work_folder(work)
    handle = os.open(f"{work}/lock", os.O_CREAT | os.O_RDWR | NOFOLLOW, 0o666)

    def let_go() -> None:
        if os.getpid() != owner:
            os.close(handle)

    try:
        _wait_for(handle, timeout_seconds, work)
        yield let_go
    finally:
        if os.getpid() == owner:
            _unlock(handle)


def _make_work_folder(work: str) -> None:
    """The folder and the one above it; git is told to leave alone whichever is ours."""
    above = os.path.dirname(work)
    if above and not os.path.isdir(above):
        make_folder(above)
    make_folder(work)
    ours = above if above.rpartition("/")[2].startswith(".microsite") else work
    if not os.path.lexists(f"{ours}/.gitignore"):
        put(f"{ours}/.gitignore", b"*\n", durable=False)


def _wait_for(handle: int, timeout_seconds: float, work: str) -> None:
    import time

    give_up = time.monotonic() + timeout_seconds
    while not _try_lock(handle):
        if time.monotonic() >= give_up:
            raise Busy(f"another build is at work in {work}; waited {timeout_seconds:g} seconds for it to end")
        time.sleep(_LOCK_POLL_SECONDS)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # PermissionError is how Windows says it
        return False
    return True


def _unlock(handle: int) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_UN)  # closing alone would leave it held while a forked worker lives
    os.close(handle)


# Staging


class Staging:
    """The outputs of one build before they reach `site/`, in a folder of its own in the work folder.

    Forked workers may add at the same time: the disk refuses a path that is taken. The folder is new for each build,
    so that a worker which outlives a killed build cannot add to the next.
    """

    def __init__(self, work_folder: str | os.PathLike[str]) -> None:
        self.work_folder = os.fspath(work_folder)
        self.name = f"{os.getpid()}-{os.urandom(4).hex()}"
        self.folder = f"{self.work_folder}/staging/{self.name}"
        self._known: set[str] = set()
        self.digests: dict[str, str] = {}
        """SHA-256 of what this process has staged, by path."""
        for folder in (self.work_folder, f"{self.work_folder}/staging", self.folder):
            make_folder(folder)

    def add(self, path: str, data: bytes) -> None:
        """Stage one output under its path in `site/`, with forward slashes.

        Raises:
            PathTaken: an output with this path is there already.
            UnsafePath: the path is not a plain relative one.
        """
        from hashlib import sha256

        target = make_way(self.folder, checked_output(path), self._known)
        try:
            create(target, data, durable=False)
        except FileExistsError:
            raise PathTaken(f"two outputs want the path `{path}`") from None
        self.digests[path] = sha256(data).hexdigest()

    def read(self, path: str) -> bytes:
        """What is staged under a path."""
        return read(f"{self.folder}/{checked_output(path)}")

    def complete(self, path: str, data: bytes) -> None:
        """Put the whole of an output in the place of what is staged of it."""
        os.remove(f"{self.folder}/{checked_output(path)}")  # noqa: PTH107 (paths are text here)
        self.add(path, data)

    def discard(self) -> None:
        """Drop everything staged, as after a build that found errors."""
        remove_folder(self.folder)
        with suppress(OSError):
            os.rmdir(f"{self.work_folder}/staging")
