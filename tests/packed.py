"""Files that hold others, made up: archives, streams, web archives, PDF."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile


def zipped(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return held.getvalue()


def with_password(archive: bytes) -> bytes:
    """An archive whose members say that they are encrypted."""
    data = bytearray(archive)
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(start)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(start, at + 4)
    return bytes(data)


def answer(body: bytes, *headers: str) -> bytes:
    """A web archive's record of what a server sent."""
    head = "".join(f"{header}\r\n" for header in ("HTTP/1.1 200 OK", "Content-Type: text/html", *headers)).encode()
    block = head + b"\r\n" + body
    return b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"


def in_chunks(body: bytes) -> bytes:
    parts = (body[at : at + 7] for at in range(0, len(body), 7))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def pdf(*objects: bytes | tuple[bytes, bytes]) -> bytes:
    """A file of these objects; one of two parts is a stream with what stands in its dictionary."""
    parts = [b"%PDF-1.7\n"]
    for number, each in enumerate(objects, 1):
        body = each if isinstance(each, bytes) else stream(*each)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    return b"".join(parts) + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def stream(about: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (about, len(data), data)


def deflated(data: bytes, about: bytes = b"") -> tuple[bytes, bytes]:
    return about + b" /Filter /FlateDecode", zlib.compress(data)


def woff(name: bytes = b"", metadata: bytes = b"") -> bytes:
    """A web font that consists of names."""
    table, about = zlib.compress(name), zlib.compress(metadata)
    start = 44 + 20
    numbers = (0x00010000, 0, 0x00010000, 0, 0, start + len(table), len(about), len(metadata), 0, 0)
    head = b"wOFF" + b"".join(number.to_bytes(4, "big") for number in numbers)
    entry = b"name" + b"".join(each.to_bytes(4, "big") for each in (start, len(table), max(len(name), 99), 0))
    return head + entry + table + about
