"""The cache: results of costly work, each under a key made from everything that shaped it."""

# Part of start-up, where pathlib would take a third of the time:
# ruff: noqa: PTH120

from __future__ import annotations

import os

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
            entry = read(f"{self.folder}/{_place(key)}")
        except OSError:
            return None
        data = entry[_CHECKSUM_BYTES:]
        return data if entry[:_CHECKSUM_BYTES] == _checksum(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        """Store `data` under `key`."""
        if not self._known:
            for folder in (os.path.dirname(self.folder) or ".", self.folder):
                make_folder(folder)
        # Not forced to the disk: the checksum finds what a power cut tore.
        put(make_way(self.folder, _place(key), self._known), _checksum(key, data) + data, durable=False)


def _place(key: str) -> str:
    if not (len(key) > 8 and key.isascii() and key.isalnum()):
        raise ValueError(f"not a cache key: {key!r}")
    return f"{key[:2]}/{key[2:]}"


def _checksum(key: str, data: bytes) -> bytes:
    from hashlib import blake2b

    state = blake2b(key.encode(), digest_size=_CHECKSUM_BYTES)
    state.update(data)
    return state.digest()
