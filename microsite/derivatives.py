"""What readers get of a master: its derivatives, planned and named from its header alone, then made of its pixels.

A name holds a digest of the master's bytes, of the recipe and of the encoders' versions, so that it is known before a
pixel is made and the same name never stands for other bytes. A master is decoded once, and each width is reduced from
the next larger one. Nothing but the master's pixels goes in: what its redactions hide cannot come out.
"""

# Our exceptions are named by what happened:
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .drawings import Frame
from .files import short_digest
from .model import PhotoFile
from .store import cache_key

if TYPE_CHECKING:
    from PIL.Image import Image

RECIPE = "1"
"""Part of every name and key; raised whenever the same master would give other bytes."""
WIDTHS_PX = (480, 960, 1600, 2400)
"""Of what a page may show, as far as the master has them; docs/decisions says why these."""
CROP_WIDTH_PX = 720
"""The most that a crop is wide: one is shown beside a note, or as wide as a phone."""

_Format = Literal["AVIF", "JPEG"]
_ENDINGS: Mapping[_Format, str] = {"AVIF": "avif", "JPEG": "jpg"}
_OPTIONS: Mapping[_Format, Mapping[str, Any]] = {
    "AVIF": {"quality": 67, "speed": 10, "max_threads": 1},
    # Not progressive and not optimised, which both need a buffer that a picture of much detail overruns.
    "JPEG": {"quality": 80},
}
_WORTH_ANOTHER = 1.25
"""A width is left out where the master is hardly wider."""

Size = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in the master's pixels."""


class BrokenMaster(ValueError):
    """A master cannot be decoded; the message goes on from its name."""


class Derivative(NamedTuple):
    """One picture that is made of a master."""

    path: str
    """In the site."""
    format: _Format
    box: Box
    """The part of the master that it shows."""
    size: Size
    """In pixels, never more than the box has."""


class Derived(NamedTuple):
    """All that is made of one master."""

    master: PhotoFile
    whole: tuple[Derivative, ...]
    """The whole picture in its widths, the narrowest first, each in both formats."""
    crops: Mapping[str, Derivative]
    """By the name of the annotation."""

    def of(self, format_: _Format) -> tuple[Derivative, ...]:
        """The whole picture in one format."""
        return tuple(each for each in self.whole if each.format == format_)

    def all(self) -> dict[str, Derivative]:
        """Every picture by its path."""
        return {each.path: each for each in (*self.whole, *self.crops.values())}


# --- Names and sizes -------------------------------------------------------------------------------------------------


def planned(stem: str, master: PhotoFile, crops: Mapping[str, Frame] = {}) -> Derived:
    """What is to be made of a master.

    Args:
        stem: how file names begin: story-exhibit.
        crops: the part to show for each annotation that has one.
    """
    full = (0, 0, master.width, master.height)
    digest = _digest(master, "")
    whole = tuple(
        Derivative(f"images/{stem}-{size[0]}w-{digest}.{_ENDINGS[format_]}", format_, full, size)
        for size in sizes((master.width, master.height))
        for format_ in _ENDINGS
    )
    return Derived(master, whole, {name: _crop(stem, master, name, frame) for name, frame in crops.items()})


def sizes(master: Size) -> list[Size]:
    """Those in which a picture is shown, from narrow to wide; none is wider than the master."""
    width, height = master
    widest = min(width, WIDTHS_PX[-1])
    widths = [*(each for each in WIDTHS_PX if each * _WORTH_ANOTHER <= widest), widest]
    return [(each, max(1, (2 * height * each + width) // (2 * width))) for each in widths]


def _crop(stem: str, master: PhotoFile, name: str, frame: Frame) -> Derivative:
    box = crop_box((master.width, master.height), frame)
    width, height = box[2] - box[0], box[3] - box[1]
    shown = min(width, CROP_WIDTH_PX)
    size = shown, max(1, (2 * height * shown + width) // (2 * width))
    # As JPEG, which every browser shows in a drawing; there is no second choice there.
    return Derivative(f"images/{stem}-{name}-{_digest(master, repr(box))}.jpg", "JPEG", box, size)


def crop_box(size: Size, frame: Frame) -> Box:
    """The whole pixels that a part of a picture of this size touches."""
    scale = size[0] / 1000
    left, top, width, height = (float(value) * scale for value in frame)
    return (
        min(max(0, floor(left)), size[0] - 1),
        min(max(0, floor(top)), size[1] - 1),
        max(1, min(size[0], ceil(left + width - 1e-6))),
        max(1, min(size[1], ceil(top + height - 1e-6))),
    )


def _digest(master: PhotoFile, part: str) -> str:
    return short_digest(f"{master.sha256} {RECIPE} {encoder_versions()} {part}".encode())


@lru_cache(maxsize=1)
def encoder_versions() -> str:
    """Of all that shapes the bytes besides the recipe: Pillow, which reduces, and the codecs."""
    from PIL import __version__, features

    codecs = ("jpg", "libjpeg_turbo", "avif")
    return f"pillow {__version__} " + " ".join(f"{codec} {features.version(codec)}" for codec in codecs)


def key(master: PhotoFile, derivative: Derivative) -> str:
    """Where the store keeps a derivative, whatever its story and exhibit are called."""
    shaped_by = (derivative.format, derivative.box, derivative.size)
    return cache_key("derivative", RECIPE, encoder_versions(), master.sha256, repr(shaped_by))


# --- Pixels ----------------------------------------------------------------------------------------------------------


def made(data: bytes, derived: Derived, wanted: Collection[str]) -> Iterator[tuple[Derivative, bytes]]:
    """Those derivatives of a master whose paths are wanted, the largest first.

    Whichever are wanted, each is made in the same way and so is the same to the byte.

    Raises:
        BrokenMaster: it cannot be decoded.
    """
    image = _decoded(data)
    for derivative in derived.crops.values():
        if derivative.path in wanted:
            yield derivative, _encoded(_reduced(image.crop(derivative.box), derivative.size), derivative.format)
    for derivative in sorted(derived.whole, key=lambda each: -each.size[0]):
        image = _reduced(image, derivative.size)
        if derivative.path in wanted:
            yield derivative, _encoded(image, derivative.format)


def colour(master: bytes) -> str:
    """The average of a master's pixels as six hexadecimal digits, to stand in its place while it is on its way."""
    pixel = _decoded(master).resize((1, 1), _resampling().BOX).tobytes()
    return pixel.hex()


def _decoded(data: bytes) -> Image:
    from io import BytesIO

    from PIL import Image

    try:
        image = Image.open(BytesIO(data), formats=["JPEG"])
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BrokenMaster(f"cannot be decoded ({error})") from error
    return image if image.mode == "RGB" else image.convert("RGB")


def _reduced(image: Image, size: Size) -> Image:
    return image if image.size == size else image.resize(size, _resampling().LANCZOS)


def _resampling() -> Any:
    from PIL.Image import Resampling

    return Resampling


def _encoded(image: Image, format_: _Format) -> bytes:
    """The pixels alone: whatever came with the file they were read from is left behind."""
    from io import BytesIO

    from PIL import Image as Pictures

    bare = Pictures.new("RGB", image.size)
    bare.paste(image)
    written = BytesIO()
    bare.save(written, format_, **_OPTIONS[format_])
    return written.getvalue()
