"""An address as a QR code, drawn as one path, so that it prints sharply at any size."""

from __future__ import annotations

from typing import NamedTuple

QUIET = 4
"""Modules that stay empty on each side, as the standard asks."""


class Code(NamedTuple):
    """A QR code to draw: dark on light in every scheme, for not every reader knows a light one on dark."""

    size: int
    """Of its side with the quiet zone, in modules."""
    path: str
    """The dark modules, as the `d` of a path."""


def code(address: str) -> Code:
    """The QR code of an address; a seventh of it may be lost to dirt or a fold."""
    import segno

    matrix = segno.make(address, micro=False, error="m", boost_error=False).matrix
    return Code(len(matrix) + 2 * QUIET, "".join(_runs(row, y) for y, row in enumerate(matrix, QUIET)))


def version() -> str:
    """What shapes a code besides its address."""
    from importlib.metadata import version as of

    return f"segno {of('segno')}"


def _runs(row: bytes | bytearray, y: int) -> str:
    """The dark modules of a row, each run of them as one rectangle."""
    runs, start = [], 0
    while (start := row.find(1, start)) >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        runs.append(f"M{start + QUIET} {y}h{end - start}v1h-{end - start}z")
        start = end
    return "".join(runs)
