"""Plates: facts about size, colour, transparency and weight; how they look is for eyes."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from functools import cache
from hashlib import sha256
from itertools import pairwise

import pytest
from PIL import Image, ImageChops

from microsite import images
from microsite.images import REASONS, plate, plate_name, plate_size

SHAPES = ((3, 2), (1, 1), (2, 3), (16, 9), (8, 1), (1, 8), (99_999, 12_500))
LIGHT = (((0xFB, 0xF9, 0xF4), (0xF3, 0xEF, 0xE5)), (0xB3, 0x31, 0x1C))
DARK = (((0x15, 0x14, 0x0F), (0x1E, 0x1C, 0x16)), (0xFF, 0x8A, 0x6B))
"""The page's paper and its sheets, with the red of its marks."""

PIXELS = {"1": "7248bd91fa136cff"}
"""By recipe: a digest of how the plates look, so that no cache can keep plates that have come to look different."""

Colour = tuple[int, int, int]

every_reason = pytest.mark.parametrize("reason", REASONS)
every_shape = pytest.mark.parametrize("shape", SHAPES)


@cache
def png(shape: tuple[int, int], reason: str, width_px: int = 1200) -> bytes:
    return plate(shape, reason, width_px)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["PNG"])


def strengths(shape: tuple[int, int], reason: str, width_px: int = 1200) -> Image.Image:
    """The opacity of each pixel."""
    return opened(png(shape, reason, width_px)).convert("RGBA").getchannel("A")


def chunk_names(data: bytes) -> list[str]:
    names, at = [], 8
    while at < len(data):
        names.append(data[at + 4 : at + 8].decode())
        at += 12 + int.from_bytes(data[at : at + 4])
    return names


def luminance(colour: Colour) -> float:
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def laid_over(paper: Colour, opacity: int) -> Colour:
    red, green, blue = (round(p + (g - p) * opacity / 255) for p, g in zip(paper, images.WARM_GREY, strict=True))
    return red, green, blue


@every_reason
@every_shape
def test_a_plate_has_the_size_that_was_foretold(shape: tuple[int, int], reason: str) -> None:
    for width_px in (480, 321):
        assert opened(png(shape, reason, width_px)).size == plate_size(shape, width_px)


def test_size_keeps_the_shape_and_bounds_the_height() -> None:
    assert plate_size((3, 2)) == (1200, 800)
    assert plate_size((2, 3)) == (1200, 1800)
    assert plate_size((1, 8)) == (225, 1800)
    assert plate_size((8, 1), 320) == (320, 40)
    assert plate_size((16, 9), 640) == (640, 360)


def test_size_and_name_are_told_without_pillow() -> None:
    code = (
        "import sys; sys.modules['PIL'] = None\n"
        "from microsite import images\n"
        "assert images.plate_size((3, 2)) == (1200, 800)\n"
        "assert images.plate_name((3, 2), 'withheld')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_equal_shapes_have_one_name() -> None:
    assert plate_name((3, 2), "not in hand") == "plate-3x2-not-in-hand"
    assert plate_name((6, 4), "licence pending") == "plate-3x2-licence-pending"
    assert len({plate_name(shape, reason) for shape in SHAPES for reason in REASONS}) == len(SHAPES) * len(REASONS)


@every_reason
def test_equal_shapes_are_one_picture(reason: str) -> None:
    assert png((6, 4), reason, 320) == png((3, 2), reason, 320)


@every_reason
@every_shape
def test_a_plate_carries_nothing_but_its_picture(shape: tuple[int, int], reason: str) -> None:
    names = chunk_names(png(shape, reason, 480))
    assert sorted(set(names)) == ["IDAT", "IEND", "IHDR", "PLTE", "tRNS"]


@every_reason
def test_a_plate_is_one_grey_in_several_strengths(reason: str) -> None:
    picture = opened(png((3, 2), reason))
    assert picture.mode == "P"
    assert {*zip(*[iter(picture.getpalette() or [])] * 3, strict=True)} == {images.WARM_GREY}
    assert len(strengths((3, 2), reason).getcolors() or []) >= 4


def test_the_grey_is_no_red() -> None:
    red, green, blue = images.WARM_GREY
    assert red - green <= 10
    assert red - blue <= 30


@every_reason
@every_shape
def test_paper_shows_through_everywhere(shape: tuple[int, int], reason: str) -> None:
    seen = set(strengths(shape, reason, 480).tobytes())
    assert 0 < min(seen) < max(seen) <= images.OPACITIES[-1]


@pytest.mark.parametrize(("papers", "red"), [LIGHT, DARK], ids=["light", "dark"])
def test_a_mark_keeps_its_contrast_over_every_part_of_a_plate(papers: tuple[Colour, ...], red: Colour) -> None:
    assert min(contrast(red, laid_over(paper, opacity)) for paper in papers for opacity in images.OPACITIES) >= 3


@pytest.mark.parametrize("papers", [LIGHT[0], DARK[0]], ids=["light", "dark"])
def test_the_drawing_itself_can_be_seen(papers: tuple[Colour, ...]) -> None:
    assert all(contrast(paper, laid_over(paper, images.OPACITIES[-1])) > 1.6 for paper in papers)


@every_reason
def test_a_plate_of_a_common_shape_is_light(reason: str) -> None:
    assert len(png((3, 2), reason)) <= 12_000
    assert len(png((16, 9), reason)) <= 12_000
    assert len(png((3, 2), reason, 640)) <= 6_000


@every_reason
def test_no_plate_is_heavy(reason: str) -> None:
    assert len(png((2, 3), reason)) <= 20_000, "the largest there is"


@every_shape
def test_each_reason_has_a_picture_of_its_own(shape: tuple[int, int]) -> None:
    for one, other in pairwise((*REASONS, REASONS[0])):
        differing = ImageChops.difference(strengths(shape, one, 480), strengths(shape, other, 480)).histogram()
        assert sum(differing[1:]) > 0.02 * sum(differing)


@every_reason
def test_the_same_plate_has_the_same_bytes_in_another_process(reason: str) -> None:
    code = f"import zlib; from microsite.images import plate; print(zlib.crc32(plate((3, 2), {reason!r}, 320)))"
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Pyongyang", "LC_ALL": "C"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert int(told.stdout) == zlib.crc32(png((3, 2), reason, 320))


def test_a_plate_looks_different_only_with_a_new_recipe_version() -> None:
    seen = sha256()
    for shape in SHAPES:
        for reason in REASONS:
            seen.update(strengths(shape, reason, 480).tobytes())
    assert PIXELS.get(images.RECIPE_VERSION) == seen.hexdigest()[:16]


@every_shape
def test_a_blind_hangs_level(shape: tuple[int, int]) -> None:
    seen = strengths(shape, "withheld", 480)
    assert seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes() == seen.tobytes()


@every_shape
def test_an_empty_mount_is_the_same_on_all_four_sides(shape: tuple[int, int]) -> None:
    seen = strengths(shape, "not in hand", 480)
    for turn in (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM):
        assert seen.transpose(turn).tobytes() == seen.tobytes()


@every_reason
@every_shape
def test_the_smallest_plate_can_be_drawn(shape: tuple[int, int], reason: str) -> None:
    assert opened(png(shape, reason, 64)).size == plate_size(shape, 64)


@pytest.mark.parametrize(("reason", "width_px"), [("lost", 1200), ("", 1200), ("withheld", 63), ("withheld", 0)])
def test_what_cannot_be_drawn_is_refused(reason: str, width_px: int) -> None:
    with pytest.raises(ValueError, match="no plate for"):
        plate((3, 2), reason, width_px)


def test_the_encoder_names_its_versions() -> None:
    from PIL import __version__

    told = images.encoder_version()
    assert __version__ in told
    assert "zlib" in told
