"""Photograph-like pictures for benchmarks: light that falls off, surfaces of every roughness, hard edges, grain of a sensor."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (2400, 1600)
_OCTAVES = (3, 6, 12, 25, 50, 100, 200, 400, 800)
"""Patches of a surface across the picture. Each octave is fainter than the one before, as in what cameras see."""


def original(number: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture, the same for the same number: about as hard to compress as a sharp photograph of a street."""
    random = Random(number)
    image = _surface(random, size)
    image.paste(_surface(random, size), (0, 0), _things(random, size))
    return _grained(random, image.filter(ImageFilter.GaussianBlur(0.7)))


def as_jpeg(image: Image.Image, quality: int = 92) -> bytes:
    """The picture as a camera would write it, without what a camera adds."""
    written = BytesIO()
    image.save(written, "JPEG", quality=quality, subsampling=0)
    return written.getvalue()


def _surface(random: Random, size: tuple[int, int]) -> Image.Image:
    """Noise of many sizes in one pair of colours, lit from one side."""
    grey = Image.new("L", size, 128)
    for octave, across in enumerate(_OCTAVES):
        patches = across, max(2, across * size[1] // size[0])
        noise = Image.frombytes("L", patches, random.randbytes(patches[0] * patches[1]))
        strength = 0.5 * 0.78**octave
        flat = Image.new("L", size, 128)
        layer = Image.blend(flat, noise.resize(size, Image.Resampling.BICUBIC), strength)
        grey = ImageChops.add(grey, layer, offset=-128)
    light = Image.linear_gradient("L").resize(size).rotate(random.choice((0, 180)))
    lit = Image.blend(grey, light, 0.25)
    dark, bright = ([random.randrange(low, high) for _ in range(3)] for low, high in ((0, 90), (150, 256)))
    bands = (lit.point([d + (b - d) * v // 255 for v in range(256)]) for d, b in zip(dark, bright, strict=True))
    return Image.merge("RGB", tuple(bands))


def _things(random: Random, size: tuple[int, int]) -> Image.Image:
    """A mask of boxes, discs and posts of all sizes, a few of them out of focus."""
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for _ in range(400):
        x, y = random.randrange(size[0]), random.randrange(size[1])
        across, down = (int(side * random.uniform(0.002, 0.09)) + 1 for side in size)
        draw = random.choice((pen.rectangle, pen.ellipse))
        draw((x, y, x + across, y + down), fill=random.choice((0, 255)))
    soft = mask.filter(ImageFilter.GaussianBlur(size[0] / 150))
    return Image.composite(mask, soft, Image.linear_gradient("L").resize(size))


def _grained(random: Random, image: Image.Image) -> Image.Image:
    noise = Image.frombytes("L", image.size, random.randbytes(image.width * image.height))
    grain = noise.filter(ImageFilter.GaussianBlur(0.6)).point([112 + v // 8 for v in range(256)])
    return ImageChops.add(image, Image.merge("RGB", (grain, grain, grain)), offset=-128)
