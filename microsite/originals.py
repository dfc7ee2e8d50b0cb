"""Unpublished originals and what is known of them: `originals/`, and the salts in `private/`. No build reads this.

An original gets a neutral name, since the one a camera or a source gave it may tell where it comes from. It is never
overwritten. The salt of each exhibit's commitment stands beside its original's name in one file, with no more rights
than its owner needs; both folders tell git to leave them alone, whatever the site's own .gitignore says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from . import files
from .masters import SALT_BYTES
from .metadata import picture_format

ORIGINALS, PRIVATE = "originals", "private"
ARRIVING = f"{ORIGINALS}/.arriving"
"""Where a photograph stands while it is on its way here; nothing stays there."""
SALTS = f"{PRIVATE}/originals.json"
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WebP": "webp", "AVIF": "avif", "HEIC": "heic", "TIFF": "tif"}


class Kept(NamedTuple):
    """What is kept of an exhibit's original."""

    path: str
    """From the site's root, in `originals/`."""
    salt: bytes


def kept(root: str, exhibit: str) -> Kept | None:
    """The original and salt of an exhibit, named story/exhibit; nothing where none is kept.

    Raises:
        ValueError: the file of salts cannot be read.
    """
    entry = _salts(root).get(exhibit)
    return Kept(entry["original"], bytes.fromhex(entry["salt"])) if entry else None


def keep(root: str, exhibit: str, original: bytes, given: str, committed: str | None) -> Kept:
    """See to it that an original stands in `originals/` and has a salt.

    Args:
        given: the file that was named, as an absolute path.
        committed: the digest recorded for this exhibit: with the same original, its salt stays.

    Raises:
        ValueError: the file of salts cannot be read.
    """
    from .masters import commitment

    before = kept(root, exhibit)
    path = _place(root, exhibit, original, given)
    salt = before.salt if before and commitment(original, before.salt) == committed else os.urandom(SALT_BYTES)
    _note(root, exhibit, {"original": path, "salt": salt.hex()})
    return Kept(path, salt)


def take_in(root: str, exhibit: str, original: bytes, given: str) -> None:
    """See to it that an original stands in `originals/`, for a master that is still to be made.

    Where a master was made of another one, the salt that proves that stays until the new master is made.

    Raises:
        ValueError: the file of salts cannot be read.
    """
    path = _place(root, exhibit, original, given)
    entry = _salts(root).get(exhibit)
    if entry is None:
        _note(root, exhibit, {"original": path, "salt": os.urandom(SALT_BYTES).hex()})
    elif entry["original"] != path:
        _note(root, exhibit, {**entry, "arrived": path})
    elif "arrived" in entry:
        _note(root, exhibit, {"original": path, "salt": entry["salt"]})


def at_hand(root: str, exhibit: str) -> str | None:
    """Where the original stands that an exhibit's next master is to be made of; `None` where there is none.

    Raises:
        ValueError: the file of salts cannot be read.
    """
    entry = _salts(root).get(exhibit, {})
    paths = (str(Path(root, entry[key]).absolute()) for key in ("arrived", "original") if key in entry)
    return next((path for path in paths if Path(path).is_file()), None)


def _note(root: str, exhibit: str, entry: dict[str, str]) -> None:
    _make_private_folder(root, PRIVATE)
    text = json.dumps({**_salts(root), exhibit: entry}, indent=1, sort_keys=True) + "\n"
    files.put(str(Path(root, SALTS)), text.encode(), durable=True, rights=0o600)


def arrival(root: str) -> Path:
    """Where a photograph that is arriving may be written; what an interrupted one before it left there is removed."""
    _make_private_folder(root, ORIGINALS)
    folder = Path(root, ARRIVING)
    files.make_folder(str(folder))
    for left in folder.iterdir():
        with suppress(OSError):
            left.unlink()
    return folder / os.urandom(8).hex()


def _salts(root: str) -> dict[str, dict[str, str]]:
    path = str(Path(root, SALTS))
    if not files.is_plain_file(path):
        return {}
    try:
        salts: dict[str, dict[str, str]] = json.loads(files.read(path))
        for entry in salts.values():
            _ = bytes.fromhex(entry["salt"]), (entry["original"] + entry.get("arrived", "")).removeprefix(ORIGINALS)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{SALTS} cannot be read: mend it, or bring it back from a copy") from error
    return salts


def _place(root: str, exhibit: str, original: bytes, given: str) -> str:
    """Where the original stands from now on: where it is, if that is in `originals/`, else in a copy of it there."""
    _make_private_folder(root, ORIGINALS)
    home, real = Path(root).resolve(), Path(given).resolve()
    if real.is_relative_to(home / ORIGINALS) and not real.is_relative_to(home / ARRIVING):
        return real.relative_to(home).as_posix()
    for path in _names(exhibit, _ENDINGS.get(picture_format(original), "bin")):
        target = str(Path(root, path))
        if not os.path.lexists(target):
            files.make_folder(str(Path(target).parent))
            files.put(target, original, durable=True, rights=0o600)
            return path
        if files.is_plain_file(target) and files.read(target) == original:
            return path
    raise AssertionError  # there is always another name


def _names(exhibit: str, ending: str) -> Iterable[str]:
    from itertools import count

    yield f"{ORIGINALS}/{exhibit}.{ending}"
    yield from (f"{ORIGINALS}/{exhibit}-{number}.{ending}" for number in count(2))


def _make_private_folder(root: str, name: str) -> None:
    folder = str(Path(root, name))
    if not os.path.lexists(folder):
        Path(folder).mkdir(0o700)
    files.make_folder(folder)
    if not os.path.lexists(f"{folder}/.gitignore"):
        files.put(f"{folder}/.gitignore", b"*\n", durable=False)
