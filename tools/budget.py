"""Prints what each kind of page of the built site weighs in each language: `make budget`.

Bytes by kind as a host sends them (text packed by gzip, pictures as they are), requests, and, in Chromium on a slow
phone, the layout shift and the largest paint.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # run as a file, this sees only its own folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KIB = 1024
TEXT = (".html", ".css", ".svg")
PAGES = {
    "story": "index.html",
    "text only": "text.html",
    "evidence": "evidence.html",
    "prices": "prices.html",
    "exhibits": "exhibits/index.html",
    "exhibit": "exhibits/interior.html",
    "sources": "sources.html",
    "about": "about.html",
}
EDITIONS = {"en": "", "ko": "ko/", "zh-Hans": "zh-Hans/"}
PHONE = {"width": 360, "height": 740}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 675_000 / 8}
"""A slow phone's line: 150 ms there and back, 1.6 Mbit/s down, as Lighthouse throttles it."""
SLOWER_PROCESSOR = 4
PAINT_AND_SHIFT = """() => new Promise(resolve => {
    let shift = 0, paint = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value))
        .observe({type: 'layout-shift', buffered: true});
    new PerformanceObserver(list => list.getEntries().forEach(entry => paint = entry.startTime))
        .observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => resolve([shift, paint]), 300);
})"""


class Weight(NamedTuple):
    """What a reader gets with a page: bytes over the wire by kind, and how many requests that takes."""

    html: int
    css: int
    images: int
    requests: int


def over_the_wire(path: Path) -> int:
    """The bytes of a file as a host sends it."""
    data = path.read_bytes()
    return len(gzip.compress(data, 9)) if path.suffix in TEXT else len(data)


def weight(site: Path, page: str) -> Weight:
    """The weight of a page with all that it names, from the files alone."""
    from selectolax.lexbor import LexborHTMLParser

    opened = LexborHTMLParser((site / page).read_bytes())
    names = [node.attributes[name] for query, name in PARTS.items() for node in opened.css(query)]
    parts = {(site / page).parent.joinpath(str(name)).resolve() for name in names}
    css = sum(over_the_wire(part) for part in parts if part.suffix == ".css")
    images = sum(over_the_wire(part) for part in parts if part.suffix != ".css")
    return Weight(over_the_wire(site / page), css, images, 1 + len(parts))


PARTS = {"link[rel=stylesheet]": "href", "link[rel=icon]": "href", "img": "src"}


def pages(site: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, language and path of each page there is."""
    for kind, page in PAGES.items():
        for language, folder in EDITIONS.items():
            if (site / folder / page).exists():
                yield kind, language, folder + page


def on_a_slow_phone(browser: Browser, address: str) -> tuple[float, float]:
    """The cumulative layout shift of a page and when its largest part is painted, in milliseconds."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2)  # type: ignore[arg-type]
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    page.goto(address)
    shift, paint = page.evaluate(PAINT_AND_SHIFT)
    context.close()
    return shift, paint


def main() -> int:
    """Measure every page of `site/`."""
    from playwright.sync_api import sync_playwright

    from tests.browser.browsing import served

    site = ROOT / "site"
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    print(
        f"{'page':<11}{'edition':<9}{'HTML':>8}{'CSS':>8}{'both':>8}{'images':>8}{'requests':>10}{'shift':>7}{'paint':>9}"
    )
    with sync_playwright() as playwright, served({"/": site}) as address:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for kind, language, path in pages(site):
            html, css, images, requests = weight(site, path)
            shift, paint = on_a_slow_phone(browser, f"{address}/{path}")
            sizes = "".join(f"{size:>8,}" for size in (html, css, html + css, images))
            print(f"{kind:<11}{language:<9}{sizes}{requests:>10}{shift:>7.3f}{paint:>6.0f} ms")
        browser.close()
    print(
        f"Budget of the story: {14 * KIB:,} bytes of HTML and CSS, {60 * KIB:,} with its pictures; of text only: {14 * KIB:,} in all."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
