"""Pictures for tests: bare ones, ones with stowaways of every sort, and an independent eye for what a file carries."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
SECRET = b"STOWAWAY-OF-A-CAMERA"
"""Stands in everything that a picture should not keep."""


def noise(size: tuple[int, int] = (64, 48), seed: int = 1) -> Image.Image:
    """A colourful picture that no two seeds share."""
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(3 * size[0] * size[1]))


def saved(format_: str, image: Image.Image | None = None, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A picture's file."""
    written = io.BytesIO()
    (image or noise(size)).save(written, format_, **options)
    return written.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def png_chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def exif_block() -> bytes:
    """Exif with a camera, a place, a maker's note and a thumbnail."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[0x9286] = SECRET
    exif.get_ifd(0x8769)[0x927C] = SECRET * 3
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (39.0, 57.0, 30.0), "E", (124.0, 20.0, 0.0)
    return exif.tobytes()


def _xmp() -> bytes:
    words = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="{SECRET.decode()}"/></rdf:RDF></x:xmpmeta>'
    return b"http://ns.adobe.com/xap/1.0/\0" + words.encode()


def _iptc() -> bytes:
    record = b"\x1c\x02\x78" + struct.pack(">H", len(SECRET)) + SECRET
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0" * (len(record) % 2)
    return b"Photoshop 3.0\0" + resource


def _profile() -> bytes:
    """A real profile of sRGB, with text in it."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return b"ICC_PROFILE\0\x01\x01" + profile


def _mpf() -> bytes:
    entries = struct.pack("<IIIHH", 0x030000, 4000, 0, 0, 0) + struct.pack("<IIIHH", 0, 4000, 4000, 0, 0)
    tags = struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 2)
    tags += struct.pack("<HHII", 0xB002, 7, 32, 8 + 2 + 36 + 4)
    return b"MPF\0II*\0" + struct.pack("<IH", 8, 3) + tags + struct.pack("<I", 0) + entries


RIDERS: dict[str, Callable[[], bytes]] = {
    "Exif with a place (GPS)": lambda: segment(0xE1, exif_block()),
    "XMP": lambda: segment(0xE1, _xmp()),
    "IPTC": lambda: segment(0xED, _iptc()),
    "a colour profile": lambda: segment(0xE2, _profile()),
    "a comment": lambda: segment(0xFE, SECRET),
    "further pictures (MPF)": lambda: segment(0xE2, _mpf()),
    "a gain map": lambda: segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + SECRET),
    "data of an application (APP7)": lambda: segment(0xE7, b"QVCI\0" + SECRET),
    "a thumbnail": lambda: segment(0xE0, b"JFXX\0\x10" + saved("JPEG", size=(16, 16), comment=SECRET)),
    "bytes after its end": lambda: b"",
}
"""By what we call it, each sort of thing that a camera's JPEG may carry."""


def with_riders(riders: Iterable[str] = RIDERS, image: Image.Image | None = None) -> bytes:
    """A JPEG with some of the `RIDERS`."""
    riders = list(riders)
    bare = saved("JPEG", image, quality=95)
    after = bare[:2] + bare[2:20]  # SOI and the JFIF segment
    carried = b"".join(RIDERS[name]() for name in riders)
    trailing = saved("JPEG", noise(seed=9), comment=SECRET) if "bytes after its end" in riders else b""
    return after + carried + bare[20:] + trailing


_OF_EVERY_FILE = {"", "ExifTool", "File", "System", "Composite", "JFIF"}
"""Groups of what exiftool says of a bare file too."""
_OF_A_BARE_JPEG = re.compile(r"JPEG (APP0 \(14 bytes\)|DQT|DHT|SOF[02]|SOS|EOI)")


def independent_tags(path: Path) -> set[str]:
    """What exiftool finds in a file beyond what every bare one has. It shares no code with us, nor with Pillow."""
    listed = json.loads(_exiftool("-json", "-G1", "-a", "-u", "-U", "-ee3", str(path)))[0]
    found = {name for name in listed if name.rpartition(":")[0] not in _OF_EVERY_FILE}
    found |= {name for name in listed if name in {"File:Comment", "JFIF:ThumbnailImage", "File:ExifByteOrder"}}
    parts = re.findall(r"^(JPEG .*|Unknown trailer.*)$", _exiftool("-v3", str(path)), re.MULTILINE)
    return found | {part for part in parts if not _OF_A_BARE_JPEG.match(part)}


def _exiftool(*arguments: str) -> str:
    program = shutil.which("exiftool")
    assert program, "exiftool is needed: apt-get install libimage-exiftool-perl, as .ci/run does"
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, errors="replace").stdout
