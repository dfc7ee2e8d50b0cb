"""What packed files hold: the members of ZIP archives (WACZ among them), and gzip'd streams such as those of WARC."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from gzip import GzipFile
from io import BytesIO
from zipfile import BadZipFile, ZipFile

MOST_BYTES = 400_000_000
"""Of one packed file, once unpacked: what holds more is made to fill memories, or beyond looking through."""
_GZIP, _ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"
_CHUNK_BYTES = 1_000_000


class CannotUnpack(ValueError):  # noqa: N818 (what happened, not what sort of error)
    """A packed file holds more than anybody can look through, or is broken."""


def unpacked(data: bytes) -> Iterator[bytes]:
    """Each member of a packed file, one after another; nothing of any other file.

    Raises:
        CannotUnpack: not all of it can be looked at.
    """
    try:
        if data.startswith(_GZIP):
            yield _gunzipped(data)
        elif data.startswith(_ZIP):
            yield from _unzipped(data)
    except (zlib.error, BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise CannotUnpack(f"it cannot be unpacked ({error})") from None


def _gunzipped(data: bytes) -> bytes:
    """All streams of a gzip file as one: WARC packs each record by itself."""
    whole = bytearray()
    with GzipFile(fileobj=BytesIO(data)) as file:
        while chunk := file.read(_CHUNK_BYTES):
            whole += chunk
            if len(whole) > MOST_BYTES:
                raise CannotUnpack(f"it holds more than {MOST_BYTES:,} bytes")
    return bytes(whole)


def _unzipped(data: bytes) -> Iterator[bytes]:
    with ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise CannotUnpack(f"it holds more than {MOST_BYTES:,} bytes")
        yield "\n\n\n\n".join(member.filename for member in members).encode()
        yield archive.comment
        for member in members:
            with archive.open(member) as file:  # which never gives more than the member says that it holds
                yield file.read()
