"""Authored files as bytes and as text: plain files alone, within limits, and never through a link."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from .diagnostics import Diagnostic, Position, problem
from .files import sha256

LARGEST_TEXT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class AuthoredText:
    """An authored text and the digest of its bytes."""

    value: str
    sha256: str


def read_text(root: str, path: str) -> tuple[AuthoredText | None, list[Diagnostic]]:
    """Read an authored text: a plain file in UTF-8, at most `LARGEST_TEXT_BYTES` long.

    A byte-order mark is dropped, and CRLF becomes LF.
    """
    data = read_bytes(root, path, LARGEST_TEXT_BYTES)
    if isinstance(data, Diagnostic):
        return None, [data]
    if b"\0" in data:
        message = "there is a NUL byte here, so this is not a text file"
        at = _place_of_byte(data, data.index(b"\0"), path)
        return None, [problem(at, "unreadable-file", message, "save it as plain UTF-8 text")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Its own offset does not count a byte-order mark, and is 0 where the mark itself is cut short.
        start = error.start + (len(data) - len(error.object))
        message = f"the byte 0x{data[start]:02x} here is not UTF-8"
        at = _place_of_byte(data, start, path)
        return None, [problem(at, "unreadable-file", message, "save the file with the encoding UTF-8")]
    return AuthoredText(text.replace("\r\n", "\n").replace("\r", "\n"), sha256(data).removeprefix("sha256-")), []


def _place_of_byte(data: bytes, offset: int, path: str) -> Position:
    before = data[:offset].decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return Position(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def read_bytes(root: str, path: str, most: int) -> bytes | Diagnostic:
    """All bytes of a plain file that has at most so many, or why it cannot be read."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    full = os.path.join(root, path)
    if os.path.islink(full):
        return irregular(path, "a symlink")
    try:
        handle = os.open(full, flags)
    except FileNotFoundError:
        return problem(Position(path), "missing-file", f"there is no file `{path}`", "create it")
    except OSError as error:
        return irregular(path, f"no file that can be opened ({error.strerror})")
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        os.close(handle)
        return irregular(path, "not a plain file")
    with os.fdopen(handle, "rb") as file:
        if facts.st_size > most:
            message = f"`{path}` has {facts.st_size:,} bytes; the most that is read is {most:,}"
            return problem(Position(path), "oversized-file", message, "split it, or move data out of it")
        return file.read()


def irregular(path: str, what: str) -> Diagnostic:
    """That something other than a plain file or folder stands where one is wanted."""
    return problem(Position(path), "irregular-file", f"`{path}` is {what}", "put a plain file or folder in its place")
