"""Measures 40 photographs made into the same widths and formats by us, Pelican with image-process, and Eleventy.

`python -m benchmarks.peer_photos` builds each site cold, all beside each other in one run. Eleventy is asked for our
quality and its quickest AVIF; Pelican’s plug-in knows no such choice and takes its library's own.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import photos
from benchmarks.measuring import BUILD, FailedError, Sample, least_and_median, machine, python, say, scratch, set_aside
from benchmarks.measuring import timed as run
from benchmarks.peer_sites import PAGE, put
from benchmarks.toolbox import Toolbox
from microsite.derivatives import WIDTHS_PX

MOST = {"Pelican, image-process": 0.3, "Eleventy, eleventy-img": 0.7}
SUFFIXES = {".avif", ".jpg", ".jpeg"}
NEEDS = {"Pelican, image-process": "pelican", "Eleventy, eleventy-img": "eleventy"}


def pelican(folder: Path, pictures: list[Path]) -> None:
    """A site for Pelican whose pictures its plug-in makes."""
    sources = [
        (f"{width}w", [f"scale_in {width} {width} False"], format_)
        for width in WIDTHS_PX
        for format_ in ("avif", "jpeg")
    ]
    process = {"all": {"type": "responsive-image", "srcset": sources, "default": "480w"}}
    settings = {
        "SITENAME": "Benchmark",
        "PATH": "content",
        "OUTPUT_PATH": "output",
        "THEME": "theme",
        "TIMEZONE": "UTC",
        "STATIC_PATHS": ["images"],
        "DIRECT_TEMPLATES": [],
        "AUTHOR_SAVE_AS": "",
        "CATEGORY_SAVE_AS": "",
        "TAG_SAVE_AS": "",
        "PLUGINS": ["image_process"],
        "IMAGE_PROCESS": process,
    }
    put(folder / "pelicanconf.py", "".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    put(folder / "theme/templates/article.html", PAGE.format(title="{{ article.title }}", body="{{ article.content }}"))
    (folder / "theme/static").mkdir(parents=True)
    _stories(folder, pictures, '<img class="image-process-all" alt="A street" src="{{static}}/images/{}">')


def eleventy(folder: Path, pictures: list[Path]) -> None:
    """A site for Eleventy whose pictures its own plug-in makes."""
    put(
        folder / "eleventy.config.cjs",
        "module.exports = async c => {\n"
        'const Image = require("@11ty/eleventy-img");\n'
        'c.addAsyncShortcode("photo", async name => Image.generateHTML(await Image("content/images/" + name, {\n'
        f'widths: {[*WIDTHS_PX]}, formats: ["avif", "jpeg"], outputDir: "out/img", urlPath: "/img",\n'
        "sharpAvifOptions: {quality: 67, effort: 0}, sharpJpegOptions: {quality: 80}\n"
        '}), {alt: "A street", sizes: "100vw"}));\n};\n'
        'module.exports.config = {dir: {input: "content", output: "out"}};\n',
    )
    _stories(folder, pictures, '{{% photo "{}" %}}')


def _stories(folder: Path, pictures: list[Path], mark: str) -> None:
    for index, picture in enumerate(pictures):
        target = folder / f"content/images/{picture.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture.read_bytes())
        if index % photos.PHOTOGRAPHS == 0:
            two = "\n\n".join(mark.format(each.name) for each in pictures[index : index + photos.PHOTOGRAPHS])
            put(
                folder / f"content/story-{index:02}.md",
                f"---\ntitle: Story {index}\ndate: 2024-05-01\n---\n\nWords.\n\n{two}\n",
            )


def measure(folder: Path, stories: int, rounds: int, toolbox: Toolbox) -> dict[str, Any]:
    """The least wall times, how many pictures came out, and the marks."""
    ours = folder / "microsite"
    photos.write(ours, stories)
    pictures = sorted((ours / "content").rglob("*.jpg"))
    present = {name: peer for name, peer in NEEDS.items() if toolbox.has(peer)}
    absent = {name: toolbox.absent[peer] for name, peer in NEEDS.items() if name not in present}
    sites: dict[str, tuple[Path, tuple[str, ...], Callable[[Path], Sample]]] = {
        "Microsite": (ours, ("site", ".microsite"), lambda site: python(*BUILD, folder=site))
    }
    if "Pelican, image-process" in present:
        pelican(folder / "pelican", pictures)
        command: list[str | Path] = [toolbox.program("pelican", "pelican"), "-q", "-s", "pelicanconf.py"]
        sites["Pelican, image-process"] = (folder / "pelican", ("output",), lambda site: run(command, site))
    if "Eleventy, eleventy-img" in present:
        eleventy(folder / "eleventy", pictures)
        words: list[str | Path] = [toolbox.program("eleventy", "eleventy"), "--quiet", "--config=eleventy.config.cjs"]
        environment = {"NODE_PATH": str(toolbox.modules("eleventy"))}
        sites["Eleventy, eleventy-img"] = (
            folder / "eleventy",
            ("out", ".cache"),
            lambda site: run(words, site, environment),
        )
    return _measured(sites, absent, rounds)


def _measured(
    sites: dict[str, tuple[Path, tuple[str, ...], Callable[[Path], Sample]]], absent: dict[str, str], rounds: int
) -> dict[str, Any]:
    samples: dict[str, list[Sample]] = {}
    out: dict[str, int] = {}
    for number in range(rounds):
        for name, (site, leaves, build) in sites.items():
            say(f"round {number + 1} of {rounds}, photographs, {name}")
            set_aside(site, number, leaves)
            os.sync()
            try:
                samples.setdefault(name, []).append(build(site))
            except FailedError as problem:
                absent[name] = f"it failed: {type(problem).__name__}"
                continue
            out[name] = sum(path.suffix in SUFFIXES for path in (site / leaves[0]).rglob("*"))
    rows: list[dict[str, Any]] = [
        {"tool": name, **least_and_median(each), "pictures": out[name]} for name, each in samples.items() if each
    ]
    least = {row["tool"]: row["least_s"] for row in rows}
    marks = [
        {"peer": peer, "most": most, "found": round(least["Microsite"] / least[peer], 3)}
        for peer, most in MOST.items()
        if peer in least
    ]
    return {"machine": machine(), "rounds": rounds, "absent": absent, "builds": rows, "marks": marks}


def table(report: dict[str, Any]) -> str:
    """The figures and the marks in Markdown."""
    lines = ["| | wall s, least (median) | CPU s | peak MiB | pictures out |", "|:--|--:|--:|--:|--:|"]
    lines += [
        f"| {row['tool']} | {row['least_s']:.2f} ({row['median_s']:.2f}) | {row['cpu_s']:.1f} | {row['peak_mib']:.0f} | {row['pictures']} |"
        for row in report["builds"]
    ]
    lines += [f"| {tool} | absent: {reason} |" for tool, reason in report["absent"].items()]
    lines += ["", "| mark | at most | found | |", "|:--|--:|--:|:--|"]
    lines += [
        f"| Microsite of {mark['peer']} | {mark['most']:g} × | {mark['found']:.2f} × | {'met' if mark['found'] <= mark['most'] else '**missed**'} |"
        for mark in report["marks"]
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures photographs beside other generators.")
    parser.add_argument("--stories", type=int, default=photos.STORIES)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures here")
    options = parser.parse_args()
    with scratch() as folder:
        report = measure(folder, options.stories, options.rounds, Toolbox())
        print(table(report), flush=True)
        if options.json:
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
