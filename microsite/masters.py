"""From the bytes of an original to those of its master: upright, sRGB, capped in size, painted over, nothing else kept.

What a redaction hides must have no influence on a single byte of the master. So it is painted over twice: at the size
of the original, before any pixel is mixed with its neighbours, and again at the master's own size, outward to the grid
of blocks that JPEG codes each for itself. Chroma is kept at full size, since halving it would mix across that grid.
"""

# Our exceptions are named by what happened:
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil, cos, floor, pi, sin
from typing import TYPE_CHECKING, Any

from .metadata import picture_format
from .model import Region

if TYPE_CHECKING:
    from PIL.Image import Image

RECIPE = "jpeg-1"
"""The name of what is done here, kept with each master; another whenever the same original would look different."""
LONGEST_SIDE_PX = 3000
LARGEST_ORIGINAL_PX = 150_000_000
FORMATS = ("JPEG", "PNG", "WebP", "AVIF", "TIFF", "HEIC")
SALT_BYTES = 32

_QUALITY = 92
_BLOCK_PX = 8
_PAINT = (0, 0, 0)
_MARGIN_PX = 16
"""Of the original: what is hidden may have smeared this far in its own compression, whose blocks are no larger."""
_KERNEL_PX = 3
"""As far as reducing a picture mixes its pixels, in pixels of the result."""
_FACETS = 128
_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)
"""The tag of Exif that says which way up a picture is, and its values for a quarter turn."""


class UnusableOriginal(ValueError):
    """Why no master can be made of a file, in one line for a reporter, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def master(original: bytes, redactions: Sequence[Region] = (), longest_side_px: int = LONGEST_SIDE_PX) -> bytes:
    """The master of an original, as JPEG without metadata.

    Args:
        original: a file in one of `FORMATS`.
        redactions: in fractions of the upright picture.
        longest_side_px: what the longer side has at most.

    Raises:
        UnusableOriginal: the file is not one picture that can be shown as it is.
    """
    upright = _plain_colours(_upright(original))
    _paint(upright, covered(upright.size, redactions, _MARGIN_PX))
    size = capped(upright.size, longest_side_px)
    margin_px = ceil(_MARGIN_PX * size[0] / upright.width) + _KERNEL_PX
    capped_ = upright.resize(size, _lanczos()) if size != upright.size else upright
    _paint(capped_, _whole_blocks(covered(size, redactions, margin_px)))
    return _bare_jpeg(capped_)


def upright_size(original: bytes) -> tuple[int, int]:
    """Width and height in pixels of an original, turned as its camera says it should be seen.

    Raises:
        UnusableOriginal: the file is not a picture that can be shown as it is.
    """
    opened = _opened(original)
    with _undecodable_is_unusable():
        is_turned = opened.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
    return (opened.height, opened.width) if is_turned else (opened.width, opened.height)


def capped(size: tuple[int, int], longest_side_px: int) -> tuple[int, int]:
    """Width and height in pixels of a picture reduced to a longest side; never enlarged."""
    longest = max(size)
    if longest <= longest_side_px:
        return size
    width, height = (max(1, (2 * side * longest_side_px + longest) // (2 * longest)) for side in size)
    return width, height


def commitment(original: bytes, salt: bytes) -> str:
    """What binds us to an original without giving it away: the SHA-256 of the salt followed by the file."""
    from hashlib import sha256

    return f"sha256-{sha256(salt + original).hexdigest()}"


def fingerprint(redactions: Sequence[Region]) -> str:
    """A digest of regions, by which a later change of them is seen; their order and spelling do not matter."""
    from hashlib import sha256

    lines = sorted(
        f"{region.shape} {' '.join(f'{number:.9f}' for number in region.numbers)}\n" for region in redactions
    )
    return f"sha256-{sha256(''.join(lines).encode()).hexdigest()}"


# --- Reading an original ---------------------------------------------------------------------------------------------


def _upright(original: bytes) -> Image:
    """The one picture of a file, turned as its camera says it should be seen."""
    from warnings import catch_warnings, simplefilter

    from PIL import ImageOps

    opened = _opened(original)
    with _undecodable_is_unusable():
        _refuse_several(opened)
        _refuse_unread_transparency(opened, original)
    if opened.width * opened.height > LARGEST_ORIGINAL_PX:
        raise _too_large(opened.width * opened.height)
    with _undecodable_is_unusable():
        opened.load()
    try:
        with catch_warnings():
            simplefilter("ignore")
            return ImageOps.exif_transpose(opened)
    except Exception as error:
        message = f"its Exif, which says which way up it is, cannot be read ({type(error).__name__})"
        raise UnusableOriginal(message, "save it once with a picture editor, upright") from error


def _opened(original: bytes) -> Any:
    from io import BytesIO

    from PIL import Image

    if not original:
        raise UnusableOriginal("it is empty", "copy it from the camera or the card once more")
    found = picture_format(original)
    if found not in FORMATS:
        what = "a camera's raw file" if found == "raw" else "not a picture in a format that is read here"
        raise UnusableOriginal(f"it is {what}", f"export it as one of {', '.join(FORMATS)}")
    if found == "HEIC":
        _register_heif()
    with _undecodable_is_unusable():
        return Image.open(BytesIO(original), formats=["HEIF" if found == "HEIC" else found.upper()])


def _register_heif() -> None:
    try:
        from pillow_heif import register_heif_opener  # type: ignore[import-not-found]
    except ImportError as error:
        message = "it is HEIC, and the plugin that reads it, pillow-heif, is not installed"
        hint = "run `.venv/bin/python -m pip install pillow-heif`, or export the picture as JPEG"
        raise UnusableOriginal(message, hint) from error
    register_heif_opener(thumbnails=False)


@contextmanager
def _undecodable_is_unusable() -> Iterator[None]:
    """A context in which whatever a decoder raises says that a file cannot be used, and what it warns of is left unsaid."""
    from warnings import catch_warnings, simplefilter

    from PIL import Image

    try:
        with catch_warnings():
            simplefilter("ignore")  # of large pictures too: we have a limit of our own
            yield
    except UnusableOriginal:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(0) from error
    except Exception as error:
        said = str(error).partition("<")[0].removesuffix(" file ").strip()[:120]  # not where it stood in our memory
        message = f"it is damaged or of a kind that cannot be decoded ({said or type(error).__name__})"
        hint = "copy it from the camera once more, or open it in a picture editor and export it as JPEG or PNG"
        raise UnusableOriginal(message, hint) from error


def _too_large(pixels: int) -> UnusableOriginal:
    has = f"{pixels / 1e6:.0f} megapixels" if pixels else "too many pixels"
    limit = f"{LARGEST_ORIGINAL_PX / 1e6:.0f} megapixels"
    return UnusableOriginal(f"it has {has}; the most that is read is {limit}", "export a smaller version of it")


def _refuse_several(opened: Any) -> None:
    """A camera's JPEG may hold further pictures, which stay behind; in any other format it is unclear which is meant."""
    pictures = getattr(opened, "n_frames", 1)
    if pictures > 1 and opened.format not in ("MPO", "HEIF"):
        raise UnusableOriginal(f"it holds {pictures} pictures", "export the one that you mean by itself")


_DEPTH, _COLOURS = 24, 25
"""Where a PNG says how many bits a colour has, and whether it is grey (0), coloured (2) or something else."""


def _refuse_unread_transparency(opened: Any, original: bytes) -> None:
    """Of 16 bits Pillow keeps 8, and can no longer tell which pixels have the colour that means nothing is to be seen."""
    is_deep = opened.format == "PNG" and original[_DEPTH] == 16 and original[_COLOURS] in (0, 2)
    if is_deep and "transparency" in opened.info:
        message = "it has 16 bits a colour, and one colour that is transparent, which cannot be told from others here"
        raise UnusableOriginal(message, "export it with 8 bits a colour, or without transparency")


# --- Colours ---------------------------------------------------------------------------------------------------------


def _plain_colours(image: Image) -> Image:
    """The picture in sRGB, eight bits a colour, on white where it was transparent."""
    from PIL import Image as Pictures

    profile = image.info.get("icc_profile")
    opaque, alpha = _without_alpha(_in_eight_bits(image))
    converted = _converted(opaque, profile) if profile else None
    rgb = converted or (_naively(opaque) if opaque.mode != "RGB" else opaque)
    if alpha is None:
        return rgb if rgb is not image else rgb.copy()
    white = Pictures.new("RGB", rgb.size, (255, 255, 255))
    white.paste(rgb, (0, 0), alpha)
    return white


def _in_eight_bits(image: Image) -> Image:
    from PIL import Image as Pictures

    if image.mode.startswith("I;16"):
        big_endian = image.mode == "I;16B"
        data = image.tobytes()[0 if big_endian else 1 :: 2]
        return Pictures.frombytes("L", image.size, data)
    if image.mode in ("I", "F"):
        raise UnusableOriginal("it has 32 bits a colour", "export it with 8 or 16 bits a colour")
    return image.convert("L") if image.mode == "1" else image


def _without_alpha(image: Image) -> tuple[Image, Image | None]:
    if image.mode in ("P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode in ("La", "RGBa"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    if image.mode == "RGBA":
        return image.convert("RGB"), image.getchannel("A")
    return (image.getchannel("L"), image.getchannel("A")) if image.mode == "LA" else (image, None)


def _converted(image: Image, profile: bytes) -> Image | None:
    """The picture from its profile's colours to sRGB; nothing where the profile is broken or is for other pictures."""
    from io import BytesIO

    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), intent, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _naively(image: Image) -> Image:
    if image.mode not in ("L", "CMYK", "YCbCr", "RGBX", "HSV"):
        message = f"its colours ({image.mode}) cannot be turned into sRGB without a profile"
        raise UnusableOriginal(message, "export it in sRGB")
    return image.convert("RGB")


# --- Painting over ---------------------------------------------------------------------------------------------------


def covered(size: tuple[int, int], regions: Sequence[Region], margin_px: int) -> Image:
    """A mask of every pixel that a region touches or that is within `margin_px` (3 or more) of one that it does."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for region in regions:
        if region.shape == "box":
            left, top, right, bottom = (edge * side for edge, side in zip(region.bounds(), (*size, *size), strict=True))
            box = floor(left) - margin_px, floor(top) - margin_px, ceil(right) + margin_px, ceil(bottom) + margin_px
            pen.rectangle((*box[:2], box[2] - 1, box[3] - 1), fill=255)
            continue
        # What Pillow leaves out at an edge, a pixel at most, is within the stroke along it.
        corners = [(x * size[0], y * size[1]) for x, y in _corners(region)]
        if len(corners) > 1:
            pen.polygon(corners, fill=255)
            pen.line([*corners, corners[0]], fill=255, width=2 * margin_px + 1)
        for x, y in corners:
            pen.ellipse((x - margin_px, y - margin_px, x + margin_px, y + margin_px), fill=255)
    return mask


def _corners(region: Region) -> Iterator[tuple[float, float]]:
    """Those of a polygon, or of one drawn around an ellipse."""
    numbers = region.numbers
    if region.shape != "ellipse":
        yield from zip(numbers[0::2], numbers[1::2], strict=True)
        return
    x, y, across, down = numbers
    outward = 1 / cos(pi / _FACETS)
    for facet in range(_FACETS):
        turn = 2 * pi * facet / _FACETS
        yield x + across * outward * cos(turn), y + down * outward * sin(turn)


def _whole_blocks(mask: Image) -> Image:
    """The mask grown to every block of the codec's grid in which it has a pixel."""
    from PIL import Image

    across, down = (ceil(side / _BLOCK_PX) for side in mask.size)
    padded = Image.new("L", (across * _BLOCK_PX, down * _BLOCK_PX))
    padded.paste(mask)
    touched = padded.reduce(_BLOCK_PX).point([0, *[255] * 255])  # one pixel of 64 still makes an average of 4
    grown = touched.resize(padded.size, Image.Resampling.NEAREST)
    return grown.crop((0, 0, *mask.size))


def _paint(image: Image, mask: Image) -> None:
    image.paste(_PAINT, (0, 0, *image.size), mask)


def _lanczos() -> Any:
    from PIL.Image import Resampling

    return Resampling.LANCZOS


def _bare_jpeg(image: Image) -> bytes:
    """The pixels alone: saved from the picture they came in, Pillow would keep comments and profiles."""
    from io import BytesIO

    from PIL import Image as Pictures

    canvas = Pictures.new("RGB", image.size)
    canvas.paste(image)
    written = BytesIO()
    # Not optimised: Pillow then codes into a buffer that a picture of much detail overruns.
    canvas.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return written.getvalue()
