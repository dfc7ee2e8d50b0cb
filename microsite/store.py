"""The cache: results of costly work, each under a key made from everything that shaped it."""

# Part of start-up, where pathlib would take a third of the time:
# ruff: noqa: PTH108, PTH120

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from .files import make_folder, make_way, put, read

_CHECKSUM_BYTES = 16


def cache_key(*parts: bytes | str) -> str:
    """A key for `Store`, different whenever any part is: give it the inputs, the recipe and the versions."""
    from hashlib import blake2b

    state = blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))  # so that ("ab", "c") is not ("a", "bc")
        state.update(data)
    return state.hexdigest()


class Store:
    """Results of costly work, such as a rendered text or a drawn plate, so that it is done once.

    Each stands in a file of its own under a key that `cache_key` made from everything that shaped it; nothing is ever
    changed in place, and what changed has another key. A file whose checksum is wrong counts as absent. Builds at the
    same time may share a store. To throw it away, delete the folder: the next build fills it again.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)
        self._known: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """What was stored under `key`; None when there is nothing sound."""
        try:
            path = f"{self.folder}/{_place(key)}"
            entry = read(path)
        except OSError:
            return None
        data = entry[_CHECKSUM_BYTES:]
        if entry[:_CHECKSUM_BYTES] != _checksum(key, data):
            return None
        with suppress(OSError):
            os.utime(path)  # by which `prune` knows what is still used
        return data

    def put(self, key: str, data: bytes) -> None:
        """Store `data` under `key`."""
        if not self._known:
            for folder in (os.path.dirname(self.folder) or ".", self.folder):
                make_folder(folder)
        # Not forced to the disk: the checksum finds what a power cut tore.
        put(make_way(self.folder, _place(key), self._known), _checksum(key, data) + data, durable=False)


def prune(folder: str, unused_s: float, most_bytes: int) -> tuple[int, int]:
    """Remove what was not used for so long, then what was used longest ago, until no more than so much is left.

    It may run beside a build, which makes anew what it misses. Gives how many files were removed and their bytes.
    """
    import time

    found = sorted(_entries(folder), reverse=True)
    oldest, kept_bytes, removed, freed = time.time() - unused_s, 0, 0, 0
    for used, size, path in found:
        if used >= oldest and kept_bytes + size <= most_bytes:
            kept_bytes += size
            continue
        most_bytes = min(most_bytes, kept_bytes)  # what was used before this goes too
        with suppress(OSError):
            os.unlink(path)
            removed, freed = removed + 1, freed + size
    return removed, freed


def _entries(folder: str) -> Iterator[tuple[float, int, str]]:
    """When each file was last used, its size, and where it is."""
    for shelf in _listed(folder):
        if shelf.is_dir(follow_symlinks=False):
            for entry in _listed(shelf.path):
                if entry.is_file(follow_symlinks=False):
                    found = entry.stat(follow_symlinks=False)
                    yield found.st_mtime, found.st_size, entry.path


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _place(key: str) -> str:
    if not (len(key) > 8 and key.isascii() and key.isalnum()):
        raise ValueError(f"not a cache key: {key!r}")
    return f"{key[:2]}/{key[2:]}"


def _checksum(key: str, data: bytes) -> bytes:
    from hashlib import blake2b

    state = blake2b(key.encode(), digest_size=_CHECKSUM_BYTES)
    state.update(data)
    return state.digest()
