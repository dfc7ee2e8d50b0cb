"""Folders as the tests of writing lay them out and find them, with links unfollowed."""

from __future__ import annotations

import os
from pathlib import Path

Tree = dict[str, bytes | str | None]
"""By path: a file's bytes, where a link points, or None for an empty folder."""


def tree(folder: Path) -> Tree:
    """All that a folder holds, links unfollowed."""
    found: Tree = {}
    for place, folders, names in os.walk(folder):
        if not folders and not names and Path(place) != folder:
            found[Path(place).relative_to(folder).as_posix()] = None
        for name in (*names, *(name for name in folders if Path(place, name).is_symlink())):
            path = Path(place, name)
            found[path.relative_to(folder).as_posix()] = (
                str(path.readlink()) if path.is_symlink() else path.read_bytes()
            )
    return found


def lay(folder: Path, entries: Tree) -> None:
    """Make what `tree` would find, leaving out what stands in another entry's way."""
    for path, data in entries.items():
        target = folder / path
        if any(above.is_symlink() or above.is_file() for above in (target, *target.parents)) or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            target.mkdir()
        elif isinstance(data, str):
            target.symlink_to(data)
        else:
            target.write_bytes(data)
