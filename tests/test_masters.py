"""From original to master: what a redaction hides leaves no trace, and nothing rides along."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable, Sequence
from hashlib import sha256
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from microsite.diagnostics import Position
from microsite.masters import UnusableOriginal, capped, commitment, fingerprint, master
from microsite.model import Region
from tests.pictures import FORMATS, RIDERS, SECRET, independent_tags, noise, png_chunk, saved, segment, with_riders

HERE = Position("made-up.yaml")
ORIENTATION = 0x0112


def region(shape: Any, *numbers: float) -> Region:
    return Region(HERE, shape, numbers)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@st.composite
def regions(draw: Any) -> list[Region]:
    """One to three redactions, each inside the picture."""

    def fractions(most: float = 1) -> st.SearchStrategy[float]:
        return st.integers(0, int(most * 1000)).map(lambda thousandths: thousandths / 1000)

    def one() -> Region:
        shape = draw(st.sampled_from(["box", "ellipse", "polygon"]))
        if shape == "polygon":
            return region("polygon", *(draw(fractions()) for _ in range(2 * draw(st.integers(3, 6)))))
        x, y = draw(fractions()), draw(fractions())
        if shape == "box":
            return region("box", x, y, draw(fractions(1 - x)), draw(fractions(1 - y)))
        return region("ellipse", x, y, draw(fractions(min(x, 1 - x))), draw(fractions(min(y, 1 - y))))

    return [one() for _ in range(draw(st.integers(1, 3)))]


def pixels_under(size: tuple[int, int], hidden: Sequence[Region]) -> list[tuple[int, int]]:
    """Pixels whose square a region surely reaches into, found by trying points, without the code that paints."""
    fine = [0.02, 0.5, 0.98]
    return [
        (x, y)
        for x in range(size[0])
        for y in range(size[1])
        if any(_holds(each, (x + dx) / size[0], (y + dy) / size[1]) for each in hidden for dx in fine for dy in fine)
    ]


def _holds(each: Region, x: float, y: float) -> bool:
    n = each.numbers
    if each.shape == "box":
        return n[0] <= x <= n[0] + n[2] and n[1] <= y <= n[1] + n[3]
    if each.shape == "ellipse":
        return bool(n[2] and n[3]) and ((x - n[0]) / n[2]) ** 2 + ((y - n[1]) / n[3]) ** 2 <= 1
    corners = list(zip(n[0::2], n[1::2], strict=True))
    inside = False
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


# --- Non-interference ------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(
    hidden=regions(),
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    longest=st.integers(1, 90),
    orientation=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_originals_that_differ_only_under_a_redaction_give_the_same_bytes(
    hidden: list[Region], size: tuple[int, int], longest: int, orientation: int, seed: int
) -> None:
    one = noise(size, seed)
    other = one.copy()
    changed = random.Random(seed)
    under = pixels_under(size, hidden)
    for at in under:
        other.putpixel(at, tuple(changed.randbytes(3)))
    first, second = (master(as_held(image, orientation), hidden, longest) for image in (one, other))
    assert first == second
    result = opened(first)
    assert result.size == capped(size, longest)
    scale_x, scale_y = result.width / size[0], result.height / size[1]
    for x, y in under:
        cell = floor(x * scale_x), floor(y * scale_y), ceil((x + 1) * scale_x), ceil((y + 1) * scale_y)
        assert result.crop(cell).getextrema() == ((0, 0), (0, 0), (0, 0)), "the master is uniform inside"


def as_held(image: Image.Image, orientation: int) -> bytes:
    """The picture as a camera would store it that was held so: upright again only by its Exif."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    held = image.transpose(back[orientation]) if orientation in back else image
    return saved("PNG", held, exif=exif.tobytes())


def test_a_large_picture_is_capped_before_the_last_fill_and_nothing_bleeds() -> None:
    hidden = [region("ellipse", 0.4, 0.5, 0.1, 0.2), region("box", 0.7, 0.1, 0.05, 0.05)]
    one, other = noise((1400, 900), 3), noise((1400, 900), 3)
    other.paste((255, 255, 255), (980, 90, 1050, 135))
    other.paste((255, 0, 0), (500, 400, 620, 500))
    assert one.tobytes() != other.tobytes()
    assert master(saved("PNG", one), hidden, 500) == master(saved("PNG", other), hidden, 500)


def test_what_is_derived_of_masters_that_are_the_same_is_the_same() -> None:
    """Widths, crops and preview colours are made of the master's bytes, so that equal bytes are all there is to show."""
    hidden = [region("box", 0.2, 0.2, 0.4, 0.4)]
    other = noise()
    other.paste((9, 9, 9), (14, 11, 36, 27))
    made = [master(saved("PNG", image), hidden) for image in (noise(), other)]
    assert made[0] == made[1]
    small = [saved("JPEG", opened(data).resize((20, 15)), quality=70) for data in made]
    assert small[0] == small[1]


def test_the_fill_ends_at_the_codecs_blocks_and_leaves_the_rest_as_it_was() -> None:
    hidden = [region("box", 0.5, 0.5, 0.01, 0.01)]
    painted, plain = (
        opened(master(saved("PNG", noise((400, 400))), hidden)),
        opened(master(saved("PNG", noise((400, 400))))),
    )
    box = painted.point(lambda value: 255 if value == 0 else 0).convert("L").point(lambda v: 255 if v == 255 else 0)
    left, top, right, bottom = box.crop((160, 160, 248, 248)).getbbox() or (0, 0, 0, 0)
    assert {side % 8 for side in (left, top, right, bottom)} == {0}
    assert painted.crop((0, 0, 160, 400)).tobytes() == plain.crop((0, 0, 160, 400)).tobytes()


# --- Nothing rides along ---------------------------------------------------------------------------------------------


def test_nothing_of_a_cameras_jpeg_survives(tmp_path: Path) -> None:
    original = with_riders(RIDERS)
    assert original.count(SECRET) > 5
    assert_bare(master(original), tmp_path)


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_survives_from_any_format(format_: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    original = saved(format_, exif=exif.tobytes(), icc_profile=profile, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    assert SECRET in original
    assert_bare(master(original), tmp_path)


def test_text_in_a_png_does_not_survive(tmp_path: Path) -> None:
    bare = saved("PNG")
    text = png_chunk(b"tEXt", b"Comment\0" + SECRET) + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET)
    assert_bare(master(bare[:33] + text + bare[33:] + SECRET), tmp_path)


def assert_bare(data: bytes, folder: Path) -> None:
    assert SECRET not in data
    path = folder / "master.jpg"
    path.write_bytes(data)
    assert independent_tags(path) == set()


# --- Every sort of picture -------------------------------------------------------------------------------------------


def test_a_rotated_picture_is_turned_upright() -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste("red", (0, 0, 20, 20))
    for orientation in range(1, 9):
        upright = opened(master(as_held(image, orientation)))
        assert upright.size == (40, 20)
        assert upright.getpixel((3, 10)) != upright.getpixel((36, 10))
        assert near(upright, (3, 10), (255, 0, 0))


def test_transparency_lies_on_white_and_what_is_fully_transparent_leaves_no_trace() -> None:
    one, other = Image.new("RGBA", (16, 16), (0, 0, 0, 0)), Image.new("RGBA", (16, 16), (255, 0, 0, 0))
    assert master(saved("PNG", one)) == master(saved("PNG", other))
    assert near(opened(master(saved("PNG", one))), (8, 8), (255, 255, 255))


@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(format_: str) -> None:
    deep = Image.frombytes("I;16", (16, 16), b"\x34\x80" * 256)
    assert near(opened(master(saved(format_, deep))), (8, 8), (128, 128, 128))


def test_other_modes_come_out_in_their_colours() -> None:
    red = Image.new("RGB", (16, 16), (200, 30, 30))
    palette = saved("PNG", red.quantize(4))
    clear = red.quantize(4)
    for data in (
        palette,
        saved("PNG", clear, transparency=255),
        saved("JPEG", red.convert("CMYK")),
        saved("TIFF", red.convert("CMYK")),
        saved("WEBP", red.convert("RGBA"), lossless=True),
        saved("AVIF", red),
        saved("TIFF", red.convert("YCbCr")),
    ):
        assert near(opened(master(data)), (8, 8), (200, 30, 30))
    grey = Image.new("L", (16, 16), 77)
    for data in (saved("PNG", grey), saved("JPEG", grey), saved("PNG", grey.convert("LA")), saved("TIFF", grey)):
        assert near(opened(master(data)), (8, 8), (77, 77, 77))
    assert near(opened(master(saved("PNG", Image.new("1", (16, 16), 1)))), (8, 8), (255, 255, 255))


def _png(depth: int, colours: int, pixels: tuple[bytes, bytes], *chunks: bytes) -> bytes:
    """A PNG of 16 by 16 pixels, the upper half one colour and the lower half another."""
    head = (16).to_bytes(4, "big") * 2 + bytes([depth, colours, 0, 0, 0])
    rows = b"".join(b"\0" + pixels[row // 8] * 16 for row in range(16))
    parts = [png_chunk(b"IHDR", head), *chunks, png_chunk(b"IDAT", zlib.compress(rows)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _clear(*numbers: int) -> bytes:
    return png_chunk(b"tRNS", b"".join(number.to_bytes(2, "big") for number in numbers))


@pytest.mark.parametrize(
    "original",
    [
        _png(8, 0, (b"\x40", b"\x20"), _clear(0x40)),
        _png(8, 2, (b"\x40\x10\x10", b"\x20\x20\x20"), _clear(0x40, 0x10, 0x10)),
        _png(8, 3, (b"\0", b"\1"), png_chunk(b"PLTE", b"\xff\0\0\x20\x20\x20"), png_chunk(b"tRNS", b"\0\xff")),
        _png(8, 4, (b"\x40\0", b"\x20\xff")),
        _png(16, 4, (b"\x40\1\0\0", b"\x20\0\xff\xff")),
        _png(16, 6, (b"\x40\1\x10\0\x10\0\0\0", b"\x20\0\x20\0\x20\0\xff\xff")),
    ],
    ids=["one grey", "one colour", "of a palette", "grey and alpha", "16 bits, grey and alpha", "16 bits and alpha"],
)
def test_each_way_of_being_transparent_is_seen(original: bytes) -> None:
    made = opened(master(original))
    assert near(made, (8, 3), (255, 255, 255))
    assert near(made, (8, 13), (32, 32, 32))


def test_sixteen_bits_of_each_colour_become_eight() -> None:
    assert near(opened(master(_png(16, 2, (b"\x40\1\x10\0\x10\0",) * 2))), (8, 8), (64, 16, 16))


def test_colours_of_a_profile_are_converted() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    image = Image.new("LAB", (16, 16), (128, 128, 128))
    grey = opened(master(saved("TIFF", image, icc_profile=lab))).getpixel((8, 8))
    assert isinstance(grey, tuple)
    assert max(grey) - min(grey) < 30


def test_a_broken_profile_is_taken_for_srgb() -> None:
    red = Image.new("RGB", (16, 16), (200, 30, 30))
    assert near(opened(master(saved("PNG", red, icc_profile=b"no profile at all"))), (8, 8), (200, 30, 30))


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(a - b) <= 4 for a, b in zip(found, colour, strict=True))


def test_one_pixel_is_a_picture() -> None:
    for format_ in FORMATS:
        assert opened(master(saved(format_, Image.new("RGB", (1, 1), "red")))).size == (1, 1)
    hidden = [region("box", 0, 0, 1, 1)]
    assert opened(master(saved("PNG", Image.new("RGB", (1, 1), "red")), hidden)).getpixel((0, 0)) == (0, 0, 0)


def test_a_hundred_megapixels_are_handled() -> None:
    huge = saved("PNG", Image.new("L", (10_000, 10_000), 90), compress_level=1)
    assert opened(master(huge, [region("box", 0.1, 0.1, 0.1, 0.1)])).size == (3000, 3000)


def test_a_picture_is_never_enlarged() -> None:
    assert opened(master(saved("PNG"))).size == (64, 48)
    assert capped((6000, 4000), 3000) == (3000, 2000)
    assert capped((10, 9000), 3000) == (3, 3000)
    assert capped((1, 90_000), 3000) == (1, 3000)


def test_the_main_picture_of_several_in_a_cameras_jpeg_is_taken() -> None:
    written = io.BytesIO()
    noise().save(written, "MPO", save_all=True, append_images=[noise(seed=2)])
    assert opened(master(written.getvalue())).size == (64, 48)


# --- What is refused, in one line ------------------------------------------------------------------------------------


def _header_of(width: int, height: int) -> bytes:
    body = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", body) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")


def _animated(format_: str) -> bytes:
    return saved(format_, save_all=True, append_images=[noise(seed=2)])


def _with_a_page_of_nothing(tiff: bytes) -> bytes:
    """A little-endian TIFF whose only directory leads to another, which is empty."""
    start = int.from_bytes(tiff[4:8], "little")
    link = start + 2 + 12 * int.from_bytes(tiff[start : start + 2], "little")
    return tiff[:link] + len(tiff).to_bytes(4, "little") + tiff[link + 4 :] + bytes(6)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "it is empty"),
    "words": (lambda: b"Dear reader", "it is not a picture in a format that is read here"),
    "a GIF": (lambda: b"GIF89a", "it is not a picture in a format that is read here"),
    "a raw file": (lambda: b"FUJIFILMCCD-RAW 0201", "it is a camera's raw file"),
    "HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "pillow-heif, is not installed"),
    "an animated WebP": (lambda: _animated("WEBP"), "it holds 2 pictures"),
    "an animated PNG": (lambda: _animated("PNG"), "it holds 2 pictures"),
    "an animated AVIF": (lambda: _animated("AVIF"), "it holds 2 pictures"),
    "a TIFF of two pages": (lambda: _animated("TIFF"), "it holds 2 pictures"),
    "too large": (lambda: _header_of(13_000, 12_000), "it has 156 megapixels; the most that is read is 150 megapixels"),
    "far too large": (lambda: _header_of(60_000, 60_000), "too many pixels"),
    "a torn JPEG": (lambda: saved("JPEG")[:700], "it is damaged"),
    "a broken JPEG": (lambda: b"\xff\xd8\xff\xe0 no more", "it is damaged"),
    "a torn AVIF": (lambda: saved("AVIF")[:700], "cannot be decoded (cannot identify image)"),
    "a TIFF whose next page is none": (lambda: _with_a_page_of_nothing(saved("TIFF")), "it is damaged"),
    "16 bits with a transparent grey": (
        lambda: _png(16, 0, (b"\x40\1", b"\x20\0"), _clear(0x4001)),
        "one colour that is transparent",
    ),
    "16 bits with a transparent colour": (
        lambda: _png(16, 2, (b"\x40\1\x10\0\x10\0",) * 2, _clear(0x4001, 0x1000, 0x1000)),
        "one colour that is transparent",
    ),
    "32 bits": (lambda: saved("TIFF", Image.new("F", (9, 9))), "it has 32 bits a colour"),
    "Lab without a profile": (lambda: saved("TIFF", Image.new("LAB", (9, 9))), "cannot be turned into sRGB"),
}


@pytest.mark.parametrize("sort", REFUSED)
def test_what_cannot_be_used_is_refused_in_one_line(sort: str) -> None:
    original, said = REFUSED[sort]
    with pytest.raises(UnusableOriginal) as refusal:
        master(original())
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value) + refusal.value.hint
    assert " at 0x" not in str(refusal.value)
    assert refusal.value.hint


def test_what_a_decoder_warns_of_is_kept_from_the_terminal() -> None:
    torn_exif = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03\0\0\0\x01\xff\xff"
    original = saved("JPEG")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert opened(master(original[:2] + segment(0xE1, torn_exif) + original[2:])).size == (64, 48)


def test_heic_is_read_where_its_plugin_is_installed(tmp_path: Path) -> None:
    """A stand-in for the plugin, in a process of its own: the real one is nothing that everybody may install."""
    (tmp_path / "pillow_heif.py").write_text(
        "from PIL import Image, ImageFile\n"
        "class Heif(ImageFile.StubImageFile):\n"
        "    format = 'HEIF'\n"
        "    def _open(self):\n"
        "        self._mode, self._size = 'RGB', (8, 8)\n"
        "    def load(self):\n"
        "        loaded = Image.new('RGB', (8, 8), 'red')\n"
        "        self.im, self._mode = loaded.im, 'RGB'\n"
        "        return None\n"
        "def register_heif_opener(thumbnails):\n"
        "    Image.register_open('HEIF', Heif, lambda start: start[4:8] == b'ftyp')\n"
    )
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from microsite.masters import master\n"
        "print(len(master(b'\\0\\0\\0\\x18ftypheic\\0\\0\\0\\0mif1heic')) > 100)"
    )
    root = Path(__file__).parent.parent
    said = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    assert said.stdout == "True\n"


# --- What is recorded ------------------------------------------------------------------------------------------------


def test_a_commitment_is_what_any_sha256_tool_says_of_salt_and_original() -> None:
    salt, original = bytes(range(32)), saved("JPEG")
    assert commitment(original, salt) == "sha256-" + sha256(salt + original).hexdigest()
    assert commitment(original, bytes(32)) != commitment(original, salt)


def test_a_fingerprint_of_redactions_changes_with_any_of_them_and_not_with_their_order() -> None:
    one, other = region("box", 0.1, 0.2, 0.3, 0.4), region("ellipse", 0.1, 0.2, 0.1, 0.1)
    assert fingerprint([one, other]) == fingerprint([other, one])
    distinct = [[], [one], [other], [one, other], [region("box", 0.1, 0.2, 0.3, 0.400001)], [one, one]]
    assert len({fingerprint(each) for each in distinct}) == len(distinct)
