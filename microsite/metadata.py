"""What a picture file carries besides its picture, told from its bytes alone.

Nothing is decoded and no picture library is asked: those skip what they do not know, and what they skip is what leaks.
Whatever is not known to make up the picture itself is reported. `struct.error` and `IndexError` mean a torn file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple


class Carried(NamedTuple):
    """One thing that a file carries besides its picture."""

    what: str
    """In words: `Exif with a place (GPS)`."""
    of_camera: bool
    """Whether it may tell of the camera, its owner, the place or another picture; a colour profile hardly does."""


class Picture(NamedTuple):
    """What a picture file is found to be."""

    format: str
    """`JPEG`, `PNG`, `WebP`, `AVIF`, `HEIC`, `TIFF` or `raw`."""
    width: int
    """In pixels, as stored; 0 where the file does not say."""
    height: int
    carried: tuple[Carried, ...]


_Found = Iterator[Carried | tuple[int, int]]
"""What is carried, and the picture's width and height where they are met."""
_TORN = Carried("an end that is torn off", of_camera=False)


def examined(data: bytes) -> Picture | None:
    """What a file is and carries; nothing where it is no picture of a known format."""
    format_ = picture_format(data)
    readers = {"JPEG": _jpeg, "PNG": _png, "WebP": _webp, "AVIF": _boxes, "HEIC": _boxes, "TIFF": _tiff, "raw": _raw}
    if format_ not in readers:
        return None
    carried: list[Carried] = []
    size = (0, 0)
    try:
        for found in readers[format_](data):
            if isinstance(found, Carried):
                carried.append(found)
            elif found > size:
                size = found
    except (struct.error, IndexError):
        carried.append(_TORN)
    return Picture(format_, *size, tuple(dict.fromkeys(carried)))


def picture_format(data: bytes) -> str:
    """The format that a file's first bytes tell; empty for any other kind of file."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        brands = data[8 : int.from_bytes(data[:4], "big")]
        if b"crx " in brands:
            return "raw"
        return "AVIF" if b"avif" in brands or b"avis" in brands else "HEIC" if _HEIF_BRANDS.search(brands) else ""
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    return "raw" if data[:15] == b"FUJIFILMCCD-RAW" or data[:4] in (b"IIRO", b"IIU\0") else ""


_HEIF_BRANDS = re.compile(rb"hei[cxms]|hev[cmsx]|mif1|msf1")


def _raw(_data: bytes) -> _Found:
    yield Carried("a camera's raw picture", of_camera=True)


def _after(data: bytes, end: int) -> Iterator[Carried]:
    if end < len(data):
        yield Carried(f"{len(data) - end:,} bytes after its end", of_camera=True)


# --- JPEG ------------------------------------------------------------------------------------------------------------

_SOI, _EOI, _SOS, _APP0, _ADOBE, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE, 0xFE
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_STRUCTURE = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, _SOS, *_FRAMES})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""Within a scan: not a stuffed byte, not a restart, not padding."""


def _jpeg(data: bytes) -> _Found:
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if marker == _EOI:
            yield from _after(data, at + 2)
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        yield from _segment(marker, body)
        at += 2 + length
        if marker == _SOS:
            scan_end = _NEXT_MARKER.search(data, at)
            if scan_end is None:
                raise IndexError
            at = scan_end.start()


def _segment(marker: int, body: bytes) -> _Found:
    if marker in _FRAMES:
        height, width = struct.unpack_from(">HH", body, 1)
        yield width, height
    elif marker == _COMMENT:
        yield Carried("a comment", of_camera=False)
    elif marker == _APP0 and body[:5] == b"JFIF\0":
        if len(body) > 14 or body[12:14] != b"\0\0":
            yield Carried("a thumbnail", of_camera=True)
    elif 0xE0 <= marker <= 0xEF and not (marker == _ADOBE and body[:5] == b"Adobe" and len(body) == 12):
        yield _application(marker, body)
    elif marker not in _STRUCTURE and marker != _ADOBE:
        yield Carried(f"a part of unknown use (FF{marker:02X})", of_camera=True)


_APPLICATIONS = (
    (0xE1, b"http://ns.adobe.com/xap/1.0/", "XMP"),
    (0xE1, b"http://ns.adobe.com/xmp/extension/", "XMP"),
    (0xE2, b"MPF\0", "further pictures (MPF)"),
    (0xE2, b"urn:iso:std:iso:ts:21496", "a gain map"),
    (0xED, b"Photoshop 3.0", "IPTC or Photoshop data"),
    (0xE0, b"JFXX", "a thumbnail"),
)


def _application(marker: int, body: bytes) -> Carried:
    if marker == 0xE1 and body[:4] == b"Exif":
        return _exif(body[6:])
    if marker == 0xE2 and body[:11] == b"ICC_PROFILE":
        return Carried("a colour profile", of_camera=False)
    for wanted, start, what in _APPLICATIONS:
        if marker == wanted and body.startswith(start):
            return Carried(what, of_camera=True)
    return Carried(f"data of an application (APP{marker - _APP0})", of_camera=True)


# --- Exif and TIFF ---------------------------------------------------------------------------------------------------

_GPS = 0x8825
_TELLING_TAGS = {
    270: "a description",
    271: "the camera's maker",
    272: "the camera's model",
    305: "the name of a program",
    306: "a time",
    315: "a name",
    316: "the name of a computer",
    700: "XMP",
    33432: "a name",
    33723: "IPTC or Photoshop data",
    34377: "IPTC or Photoshop data",
    34665: "Exif",
    _GPS: "a place (GPS)",
    37510: "a comment",
    50706: "a camera's raw picture",
}


def _exif(block: bytes) -> Carried:
    """Exif as a segment or chunk: the block is a small TIFF file, which may be anything but sound."""
    try:
        has_place = any(tag == _GPS for tag, *_ in _first_tags(block))
    except (struct.error, IndexError):
        has_place = False
    return Carried("Exif with a place (GPS)" if has_place else "Exif", of_camera=True)


def _tiff(data: bytes) -> _Found:
    size = {}
    for tag, value, following in _first_tags(data):
        if tag in (256, 257):
            size[tag] = value
        elif tag in _TELLING_TAGS:
            yield Carried(_TELLING_TAGS[tag], of_camera=True)
        elif tag == 34675:
            yield Carried("a colour profile", of_camera=False)
        elif tag in (0, 330) and following:
            yield Carried("further pictures", of_camera=True)
    yield size.get(256, 0), size.get(257, 0)


def _first_tags(data: bytes) -> Iterator[tuple[int, int, bool]]:
    """Tag and value of each entry of the first directory, and whether it leads on; last tag 0 for a next directory."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    for number in range(count):
        tag, kind, _ = struct.unpack_from(f"{order}HHI", data, start + 2 + 12 * number)
        (value,) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", data, start + 10 + 12 * number)
        yield tag, value, True
    (following,) = struct.unpack_from(f"{order}I", data, start + 2 + 12 * count)
    yield 0, following, following != 0


# --- PNG and WebP ----------------------------------------------------------------------------------------------------

_PNG_STRUCTURE = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"sBIT", b"bKGD", b"pHYs"}
)
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_TEXTS_OF_CAMERAS = re.compile(rb"XML:com\.adobe\.xmp|Raw profile type|exif|iptc|xmp", re.IGNORECASE)


def _png(data: bytes) -> _Found:
    at, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if at > len(data):
            raise IndexError
        if name == b"IHDR":
            yield struct.unpack_from(">II", body)
        elif name not in _PNG_STRUCTURE:
            yield _chunk(name, body)
    yield from _after(data, at)


def _chunk(name: bytes, body: bytes) -> Carried:
    if name == b"eXIf":
        return _exif(body)
    if name in _PNG_TEXTS:
        keyword = body.partition(b"\0")[0]
        is_camera = bool(_TEXTS_OF_CAMERAS.match(keyword))
        return Carried(f"text ({keyword[:40].decode('ascii', 'replace')})", of_camera=is_camera)
    known = {b"iCCP": "a colour profile", b"tIME": "a time", b"acTL": "further pictures", b"fcTL": "further pictures"}
    words = known.get(name, f"a part of unknown use ({name.decode('ascii', 'replace')})")
    return Carried(words, of_camera=name not in known)


_WEBP_STRUCTURE = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH")


def _webp(data: bytes) -> _Found:
    end = 8 + int.from_bytes(data[4:8], "little")
    at = 12
    while at < end:
        name, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise IndexError
        if name in _WEBP_STRUCTURE:
            yield from _webp_size(name, body)
        elif name == b"EXIF":
            yield _exif(body.removeprefix(b"Exif\0\0"))
        else:
            known = {
                b"XMP ": "XMP",
                b"ICCP": "a colour profile",
                b"ANIM": "further pictures",
                b"ANMF": "further pictures",
            }
            words = known.get(name, f"a part of unknown use ({name.decode('ascii', 'replace')})")
            yield Carried(words, of_camera=name != b"ICCP")
        at += 8 + length + length % 2
    yield from _after(data, end)


def _webp_size(name: bytes, body: bytes) -> Iterator[tuple[int, int]]:
    if name == b"VP8X":
        yield 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    elif name == b"VP8L":
        packed = int.from_bytes(body[1:5], "little")
        yield 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    elif name == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        yield width & 0x3FFF, height & 0x3FFF


# --- AVIF and HEIC ---------------------------------------------------------------------------------------------------

_BOX_STRUCTURE = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip"})
_NESTED = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"iref": 4}
"""Boxes that hold boxes, and how many bytes come before these."""
_ITEMS = {b"Exif": "Exif", b"mime": "XMP", b"uri ": "data of an application", b"tmap": "a gain map"}


def _boxes(data: bytes) -> _Found:
    for name, body in _each_box(data, 0, len(data)):
        if name not in _BOX_STRUCTURE:
            yield Carried(f"a part of unknown use ({name.decode('ascii', 'replace')})", of_camera=True)
        elif name in (b"free", b"skip") and body.strip(b"\0"):
            yield Carried("data in an unused part", of_camera=True)
        elif name == b"meta":
            yield from _meta(body[4:])


def _meta(data: bytes) -> _Found:
    for name, body in _each_box(data, 0, len(data)):
        if name in _NESTED:
            yield from _meta(body[_NESTED[name] :])
        elif name == b"iinf":
            start = 6 if body[0] == 0 else 8
            yield from (item for _, entry in _each_box(body, start, len(body)) for item in _item(entry))
        elif name == b"ispe":
            width, height = struct.unpack_from(">II", body, 4)
            yield width, height
        elif name == b"colr" and body[:4] != b"nclx":
            yield Carried("a colour profile", of_camera=False)
        elif name == b"thmb":
            yield Carried("a thumbnail", of_camera=True)


def _item(entry: bytes) -> Iterator[Carried]:
    """What an item's entry tells of it; the entry's version says how many bytes its number has."""
    if what := _ITEMS.get(entry[10:14] if entry[0] == 3 else entry[8:12]):
        yield Carried(what, of_camera=True)


def _each_box(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while at < end:
        length, name = struct.unpack_from(">I4s", data, at)
        header = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            header = 16
        elif length == 0:
            length = end - at
        if length < header or at + length > end:
            raise IndexError
        yield name, data[at + header : at + length]
        at += length
