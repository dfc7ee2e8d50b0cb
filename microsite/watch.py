"""What is saved in the folders that builds read, told burst by burst.

Each folder is watched on its own: a watch that goes down by itself would follow links, and a link may lead to a whole
disk.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, suppress
from pathlib import Path

from watchfiles import Change, awatch

from .order import generator_folders

STEP_MS = 2
"""A burst is over when nothing more has been saved for one such step, or two at most."""
LONGEST_BURST_MS = 200
"""A burst is told even if saving does not end."""
FOLDER_CHECK_MS = 1000
"""How often to look whether one of the folders at the top has come or gone."""


async def saves(root: str) -> AsyncIterator[set[str]]:
    """The paths saved in each burst, for ever; none when it is not known what was saved."""
    while True:
        tops = _top_folders(root)
        watched = _folders(tops)
        with suppress(FileNotFoundError):  # a folder has gone since it was listed
            changes = awatch(
                *watched,
                watch_filter=_is_read_by_builds,
                step=STEP_MS,
                debounce=LONGEST_BURST_MS,
                rust_timeout=FOLDER_CHECK_MS,
                yield_on_timeout=True,
                recursive=False,
                ignore_permission_denied=True,
            )
            async with aclosing(changes):
                async for burst in changes:
                    if burst:
                        yield {path for _, path in burst}
                    if _top_folders(root) != tops or any(_alters(watched, *change) for change in burst):
                        break
        yield set()  # for what was saved before the next watch begins


def _top_folders(root: str) -> list[Path]:
    authored = (
        Path(root).resolve() / name for name in ("content", "seeds", "published", "templates", "static", "languages")
    )
    own = (Path(folder).resolve() for folder in generator_folders())
    return sorted({path for path in (*authored, *own) if path.is_dir() and not path.is_symlink()})


def _folders(tops: Iterable[Path]) -> frozenset[str]:
    """These folders and all below them, but what builds never read."""
    found: set[str] = set()
    for top in tops:
        for folder, below, _ in os.walk(top):
            below[:] = [name for name in below if name != "__pycache__" and not name.startswith(".")]
            found.add(folder)
    return frozenset(found)


def _alters(watched: frozenset[str], change: Change, path: str) -> bool:
    """Whether this makes the watch incomplete: a folder came, or one that is watched went or was replaced."""
    if change is Change.added:
        return Path(path).is_dir()
    return change is Change.deleted and path in watched


def _is_read_by_builds(_change: Change, path: str) -> bool:
    name = Path(path).name
    return not name.startswith(".") and name != "__pycache__" and not name.endswith(("~", ".swp", ".tmp"))
