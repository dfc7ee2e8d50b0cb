"""What AVIF, WebP and JPEG take, in bytes and in time, at one likeness to the picture: on this the choice of formats rests.

`python -m benchmarks.formats` prints it. Likeness is SSIM of luma, in squares of 8 by 8 pixels. For each codec and width
the lowest quality is found that is as like as JPEG at its quality in the recipe.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from PIL import Image, ImageMath

from benchmarks.originals import original

CODECS: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("JPEG", {}),
    "JPEG progressive": ("JPEG", {"progressive": True}),
    "WebP, method 2": ("WEBP", {"method": 2}),
    "WebP, method 4": ("WEBP", {"method": 4}),
    "AVIF, speed 10": ("AVIF", {"speed": 10, "max_threads": 1}),
    "AVIF, speed 9": ("AVIF", {"speed": 9, "max_threads": 1}),
    "AVIF, speed 8": ("AVIF", {"speed": 8, "max_threads": 1}),
    "AVIF, speed 6": ("AVIF", {"speed": 6, "max_threads": 1}),
}


class Taken(NamedTuple):
    """What one picture took."""

    quality: int
    likeness: float
    kilobytes: float
    cpu_ms: float


def main() -> None:
    """Measure and print, a line for each width and codec."""
    parser = argparse.ArgumentParser(description="Compares picture formats at equal likeness.")
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--widths", type=int, nargs="+", default=[480, 960, 1600])
    parser.add_argument("--quality", type=int, default=80, help="of JPEG, which the others are to equal (default: 80)")
    parser.add_argument("--photographs", type=Path, nargs="*", default=[], help="real ones instead of made-up ones")
    options = parser.parse_args()
    if options.photographs:
        pictures = [Image.open(path).convert("RGB") for path in options.photographs]
    else:
        pictures = [original(number) for number in range(options.pictures)]
    print(f"{'width':>5}  {'codec':<17} {'quality':>7} {'SSIM':>7} {'KB':>7} {'of JPEG':>8} {'CPU ms':>7}")
    for width in options.widths:
        for line in _lines(width, pictures, options.quality):
            print(line, flush=True)


def _lines(width: int, pictures: Iterable[Image.Image], quality: int) -> Iterable[str]:
    reduced = [
        image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS) for image in pictures
    ]
    wanted = [_taken(image, *CODECS["JPEG"], quality) for image in reduced]
    for name, (format_, options) in CODECS.items():
        found = [
            _as_like(image, format_, options, standard.likeness)
            for image, standard in zip(reduced, wanted, strict=True)
        ]
        size = mean(each.kilobytes for each in found)
        of_jpeg = size / mean(each.kilobytes for each in wanted)
        yield (
            f"{width:>5}  {name:<17} {mean(each.quality for each in found):>7.0f} "
            f"{mean(each.likeness for each in found):>7.4f} {size:>7.0f} {of_jpeg:>8.0%} "
            f"{mean(each.cpu_ms for each in found):>7.0f}"
        )


def _as_like(image: Image.Image, format_: str, options: dict[str, Any], likeness: float) -> Taken:
    """The lowest quality that is as like, by halving."""
    low, high = 20, 99
    while low < high:
        middle = (low + high) // 2
        if _taken(image, format_, options, middle).likeness >= likeness:
            high = middle
        else:
            low = middle + 1
    return _taken(image, format_, options, low)


def _taken(image: Image.Image, format_: str, options: dict[str, Any], quality: int) -> Taken:
    written = BytesIO()
    start = time.process_time()
    image.save(written, format_, quality=quality, **options)
    cpu_ms = 1000 * (time.process_time() - start)
    with Image.open(written) as read:
        return Taken(quality, ssim(image, read.convert("RGB")), len(written.getvalue()) / 1000, cpu_ms)


def ssim(one: Image.Image, other: Image.Image) -> float:
    """How alike two pictures are to the eye, up to 1."""
    x, y = (image.convert("L").convert("F") for image in (one, other))

    def of(formula: Callable[[dict[str, Any]], Any], **values: Image.Image) -> Image.Image:
        made: Image.Image = ImageMath.lambda_eval(formula, **values)
        return made

    def average(image: Image.Image) -> Image.Image:
        return image.reduce(8)

    products = [of(lambda v: v["a"] * v["b"], a=a, b=b) for a, b in ((x, x), (y, y), (x, y))]
    mean_x, mean_y, xx, yy, xy = map(average, (x, y, *products))
    likeness = of(
        lambda v: (
            (2 * v["x"] * v["y"] + 6.5025)
            * (2 * (v["xy"] - v["x"] * v["y"]) + 58.5225)
            / (
                (v["x"] * v["x"] + v["y"] * v["y"] + 6.5025)
                * (v["xx"] - v["x"] * v["x"] + v["yy"] - v["y"] * v["y"] + 58.5225)
            )
        ),
        x=mean_x, y=mean_y, xx=xx, yy=yy, xy=xy,
    )  # fmt: skip
    total: Any = likeness.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return float(total)


if __name__ == "__main__":
    main()
