"""What packed files hold: members of archives, compressed streams, what a web archive keeps as it was sent, PDF.

Office documents, EPUB and WACZ are ZIP archives. Nothing is trusted to be as large as it says: all that comes of one
file, however deep, is taken from one `Allowance`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Protocol

from .allowance import CHUNK_BYTES, Allowance, CannotUnpack, inflated
from .pdf import held_in_pdf

_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_END_OF_ZIP = 22 + 65_535
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED = {
    b"7z\xbc\xaf\x27\x1c": "it is a 7z archive",
    b"Rar!\x1a\x07": "it is a RAR archive",
    b"MSCF\0\0\0\0": "it is a CAB archive",
    b"\x28\xb5\x2f\xfd": "it is compressed with Zstandard",
    b"\x04\x22\x4d\x18": "it is compressed with LZ4",
    b"\x1f\x9d": "it is compressed with `compress`",
    b"wOF2": "it is a compressed font (WOFF2)",
}
"""How files begin that nothing here can open."""


def is_packed(data: bytes) -> bool:
    """Whether a file holds more than its bytes show."""
    return bool(_opener(data)) or _is_zip(data) or data.startswith((*_SEALED, _OFFICE))


def is_noise(data: bytes) -> bool:
    """Whether all that a packed file's bytes may say stands in what it holds, or is nothing but compressed."""
    return data.startswith((b"BZh", b"\xfd7zXZ\0", b"wOFF"))


def unpacked(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    """Each thing that a packed file holds, one after another; nothing of any other file.

    Raises:
        CannotUnpack: not all of it can be looked at.
    """
    for start, what in _SEALED.items():
        if data.startswith(start):
            raise CannotUnpack(what)
    if data.startswith(_OFFICE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise CannotUnpack("it has a password")
    with _broken_is_sealed():
        if opener := _opener(data):
            yield from opener(data, allowance)
        if _is_zip(data):
            yield from _unzipped(data, allowance)


def _opener(data: bytes) -> Callable[[bytes, Allowance], Iterator[bytes]] | None:
    openers = {
        b"\x1f\x8b\x08": _gunzipped,
        b"BZh": _unbzipped,
        b"\xfd7zXZ\0": _unxzed,
        b"\x89PNG\r\n\x1a\n": _texts_of_png,
        b"WARC/": _sent,
        b"wOFF": _words_of_font,
    }
    if b"%PDF-" in data[:1024]:
        return held_in_pdf
    return next((opener for start, opener in openers.items() if data.startswith(start)), None)


@contextmanager
def _broken_is_sealed() -> Iterator[None]:
    """A context in which whatever an unpacker raises says that a file cannot be looked into."""
    from lzma import LZMAError
    from zipfile import BadZipFile

    try:
        yield
    except (zlib.error, LZMAError, BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise CannotUnpack(f"it cannot be unpacked ({error})") from None


# --- Compressed streams ----------------------------------------------------------------------------------------------


class _Opened(Protocol):
    """A file that is read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """So many bytes at most; none at its end."""


def _whole(file: _Opened, allowance: Allowance) -> bytes:
    whole = bytearray()
    while chunk := file.read(CHUNK_BYTES):
        allowance.take(len(chunk))
        whole += chunk
    return bytes(whole)


def _gunzipped(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    """All streams of a gzip file as one: WARC packs each record by itself."""
    from gzip import GzipFile

    with GzipFile(fileobj=BytesIO(data)) as file:
        yield _whole(file, allowance)


def _unbzipped(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    from bz2 import BZ2File

    with BZ2File(BytesIO(data)) as file:
        yield _whole(file, allowance)


def _unxzed(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    from lzma import LZMAFile

    with LZMAFile(BytesIO(data)) as file:
        yield _whole(file, allowance)


def _texts_of_png(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    at = 8
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        keyword, _, rest = body.partition(b"\0")
        if name in (b"zTXt", b"iCCP"):
            yield keyword + b"\n" + inflated(rest[1:], allowance)
        elif name == b"iTXt" and rest[:1] == b"\1":
            yield keyword + b"\n" + inflated(rest[2:].split(b"\0", 2)[-1], allowance)
        at += 12 + length


_OUTLINES = (b"glyf", b"CFF ", b"CFF2", b"loca", b"hmtx", b"vmtx", b"GSUB", b"GPOS", b"cmap", b"gvar", b"VORG")
"""Tables of a font that hold numbers alone, in which any short word turns up by chance."""


def _words_of_font(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    """What a web font of the first kind says of itself: the tables but for outlines, its metadata and private data."""
    count, (metadata, size) = int.from_bytes(data[12:14], "big"), _numbers(data, 24, 2)
    for number in range(count):
        name = data[44 + 20 * number : 48 + 20 * number]
        start, packed, whole = _numbers(data, 48 + 20 * number, 3)
        if name not in _OUTLINES:
            table = data[start : start + packed]
            yield inflated(table, allowance) if packed < whole else table
    if size:
        yield inflated(data[metadata : metadata + size], allowance)
    private, size = _numbers(data, 36, 2)
    yield data[private : private + size]


def _numbers(data: bytes, at: int, count: int) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[each : each + 4], "big") for each in range(at, at + 4 * count, 4))


# --- Archives --------------------------------------------------------------------------------------------------------


def _is_zip(data: bytes) -> bool:
    """Told by its end too: before an archive anything may stand."""
    return data.startswith(b"PK\x03\x04") or _END_OF_ZIP in data[-_LONGEST_END_OF_ZIP:]


def _unzipped(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    from zipfile import ZipFile

    with ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        yield "\n\n\n\n".join(member.filename for member in members).encode("utf-8", "replace")
        yield archive.comment
        for member in members:
            if not member.flag_bits & 1:
                with archive.open(member) as file:
                    yield _whole(file, allowance)
        if any(member.flag_bits & 1 for member in members):
            raise CannotUnpack("it has a password")


_RESPONSE = re.compile(rb"\r\n\r\n(HTTP/[\d.]+ \d{3}[^\r\n]*\r\n(?:[^\r\n]+\r\n)*)\r\n")
_CHUNKS_LENGTH = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r\n")
_RECORDS_LENGTH = re.compile(rb"(?i)^content-length: *(\d+)", re.MULTILINE)


def _sent(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    """The bodies of a web archive's responses that were sent in chunks or compressed."""
    sealed = ""
    for response in _RESPONSE.finditer(data):
        head = response[1].lower()
        record = data[data.rfind(b"WARC/", 0, response.start()) : response.start()]
        length = _RECORDS_LENGTH.search(record)
        body = data[response.end() : response.start(1) + int(length[1]) if length else len(data)]
        coding = re.search(rb"\ncontent-encoding: *([\w-]+)", head)
        if is_chunked := b"\ntransfer-encoding: chunked" in head:
            body = _joined(body)
        if coding and coding[1] in (b"gzip", b"x-gzip", b"deflate") and body:
            yield _decoded(body, allowance)
        elif coding and coding[1] not in (b"identity", b"gzip", b"x-gzip", b"deflate"):
            sealed = coding[1].decode()
        elif is_chunked:
            yield body
    if sealed:
        raise CannotUnpack(f"it keeps an answer that was compressed as {sealed}")


def _joined(body: bytes) -> bytes:
    """A body sent in chunks; as it is where it is in none, as some archives keep it."""
    whole, at = bytearray(), 0
    while length := _CHUNKS_LENGTH.match(body, at):
        count = int(length[1], 16)
        whole += body[length.end() : length.end() + count]
        at = length.end() + count + 2
        if not count:
            break
    return bytes(whole) or body


def _decoded(body: bytes, allowance: Allowance) -> bytes:
    for bits in (zlib.MAX_WBITS + 32, -zlib.MAX_WBITS):  # with a head of gzip or zlib, or with none
        try:
            return inflated(body, allowance, bits)
        except zlib.error:
            continue
    return body
