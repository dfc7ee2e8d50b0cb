"""Measures the desk: from the save of a file to the new page on the disk, and to its load event in a real browser.

`python benchmarks/desk.py` runs `build.py serve` on the first story and on sites of made-up ones. README.md beside this
says how to read the table. Every save is one rename, as editors do it, and changes words that stand on the open page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
PATIENCE_S = 120.0
POLL_S = 0.0005
"""How often the disk is looked at: no figure is finer than that."""
PAUSE_S = 2.0
"""Between two saves, so that the build has mostly ended before the next."""


class Site(NamedTuple):
    """A site to edit and the page that is open meanwhile."""

    root: Path
    story: str
    page: str
    """Its path in the site."""


def main() -> None:
    """Measure and print a table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="microsite-desk-", dir=options.folder) as folder:
        sites = {"the first story": first_story(Path(folder, "first"))}
        sites |= {f"among {number:,} stories": made_up(Path(folder, str(number)), number) for number in options.stories}
        print("| site | saved | to the disk, ms | p90 | to the load event, ms | p90 |\n|---|---|--:|--:|--:|--:|")
        for name, site in sites.items():
            for what in options.edits:
                print(f"| {name} | {what} | {measured(site, what, options.saves)} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures how long a save takes to be seen.")
    parser.add_argument("--stories", type=int, nargs="*", default=[1000], metavar="N", help="sizes of made-up sites")
    parser.add_argument("--saves", type=int, default=20, help="how many of each kind (default: 20)")
    parser.add_argument("--edits", nargs="+", choices=EDITS, default=["prose"], help="what is saved")
    parser.add_argument("--folder", type=Path, help="where to make the sites (default: the temporary folder)")
    return parser.parse_args()


def first_story(root: Path) -> Site:
    """The repository's own site, copied."""
    for name in ("content", "seeds"):
        shutil.copytree(ROOT / name, root / name)
    return Site(root, "dandong-store", "index.html")


def made_up(root: Path, stories: int) -> Site:
    """A site of made-up stories, of which one is edited."""
    from benchmarks import corpus

    corpus.write(root, stories)
    story = corpus.slugs(stories)[stories // 2]
    return Site(root, story, f"{story}/index.html")


# --- Edits -----------------------------------------------------------------------------------------------------------


def _prose(site: Site, number: int) -> tuple[Path, str]:
    """Another word at the start of the prose."""
    path = site.root / f"content/{site.story}/index.md"
    front, prose = path.read_text("utf-8").split("\n---\n", 1)
    paragraphs = re.sub(r"\bWord\d+ ", "", prose).split("\n\n")
    first = next(index for index, each in enumerate(paragraphs) if each.strip() and each.strip()[0] not in "#!|")
    paragraphs[first] = re.sub(r"\S", f"Word{number} \\g<0>", paragraphs[first], count=1)
    return path, f"{front}\n---\n" + "\n\n".join(paragraphs)


def _source(site: Site, number: int) -> tuple[Path, str]:
    """Another publisher of the first document that the story rests on."""
    story = (site.root / f"content/{site.story}/index.md").read_text("utf-8")
    named = re.search(r"^based_on: \[([a-z0-9-]+)", story, re.MULTILINE)
    path = site.root / f"seeds/{named[1] if named else sys.exit('the story names no document')}.yaml"
    return path, re.sub(r"(?m)^(publisher: .*?)(?: N\d+)?$", f"\\1 N{number}", path.read_text("utf-8"), count=1)


def _template(site: Site, number: int) -> tuple[Path, str]:
    """Another class name in the story's template."""
    text = (ROOT / "templates/story.html").read_text("utf-8")
    return site.root / "templates/story.html", text.replace("{% block kind %}", f"{{% block kind %}}k{number} ", 1)


def _style(site: Site, number: int) -> tuple[Path, str]:
    """Another rule at the end of the style sheet."""
    text = (ROOT / "static/style.css").read_text("utf-8")
    return site.root / "static/style.css", f"{text}\n.k{number}{{order:{number}}}\n"


EDITS: dict[str, Callable[[Site, int], tuple[Path, str]]] = {
    "prose": _prose,
    "source": _source,
    "template": _template,
    "style": _style,
}


MARKS = {"prose": "Word{} ", "source": " N{}", "template": "k{} "}
"""What a page has once it shows an edit, by kind; a style sheet shows on no page."""


def save(path: Path, text: str) -> float:
    """Put a file in place by one rename; gives when that was, in seconds since 1970."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    now = time.time()
    new.replace(path)
    return now


# --- Measuring -------------------------------------------------------------------------------------------------------


def measured(site: Site, what: str, saves: int) -> str:
    """Four cells of the table."""
    with serving(site.root) as (address, preview), browsing(address, site.page) as page:
        disk: list[float] = []
        load: list[float] = []
        for number in range(-2, 2 * saves):  # the first two warm the server up
            time.sleep(PAUSE_S)
            edit = what, 100 + number, *EDITS[what](site, 100 + number)
            ms = _to_disk(preview / site.page, *edit[2:]) if number % 2 else _to_load(page, *edit)
            if number >= 0:
                (disk if number % 2 else load).append(ms)
    return " | ".join(f"{each:.0f}" for times in (disk, load) for each in (median(times), quantiles(times, n=10)[-1]))


def _to_disk(made: Path, path: Path, text: str) -> float:
    before = made.stat().st_ino
    began = save(path, text)
    while _inode(made) == before:
        if time.time() > began + PATIENCE_S:
            sys.exit(f"{made} did not change")
        time.sleep(POLL_S)
    return (time.time() - began) * 1000


def _inode(path: Path) -> int:
    return path.stat().st_ino


def _to_load(page: Any, what: str, number: int, path: Path, text: str) -> float:
    """By the browser's own clock, which is this computer's."""
    if what == "style":
        sheet = 'performance.getEntriesByType("resource").filter((each) => /style-\\w+\\.css$/.test(each.name)).at(-1)'
        before = page.evaluate(f"{sheet}?.name")
        began = save(path, text)
        _wait(page, f"{sheet}?.name !== {before!r}", began)
        return float(page.evaluate(f"performance.timeOrigin + {sheet}.responseEnd")) - began * 1000
    began = save(path, text)
    loaded = 'performance.getEntriesByType("navigation")[0].loadEventStart'
    shown = f"document.documentElement.outerHTML.includes({MARKS[what].format(number)!r})"
    _wait(page, f"{shown} && {loaded} > 0", began)
    return float(page.evaluate(f"performance.timeOrigin + {loaded}")) - began * 1000


def _wait(page: Any, expression: str, began: float) -> None:
    """Until something is so on the page, which may be another one each time it is asked."""
    from playwright.sync_api import Error

    while time.time() < began + PATIENCE_S:
        time.sleep(0.05)
        with suppress(Error):
            if page.evaluate(expression):
                return
    sys.exit("an edit did not show")


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, Path]]:
    """The address of a preview, and where its pages are."""
    run = [sys.executable, str(ROOT / "build.py"), "serve", "--port", "0", "--root", str(root), "--editor", "none"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            address = next(found[0] for line in server.stdout or () if (found := re.search(r"http://\S+/", line)))
            Thread(target=list, args=(server.stdout,), daemon=True).start()  # or the pipe would be full some day
            time.sleep(PAUSE_S)
            yield address, root / ".microsite/preview/site"
        finally:
            server.terminate()


@contextmanager
def browsing(address: str, path: str) -> Iterator[Any]:
    """The page in a real browser, with everything that the preview adds to it."""
    from playwright.sync_api import sync_playwright

    from tests.browser.browsing import chromium_path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(os.environ), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address + path)
        page.wait_for_timeout(2000)  # until everything is known of the page and its story
        yield page
        browser.close()


if __name__ == "__main__":
    main()
