"""Sets the first story, as we publish it, beside the same words under the default looks of Material for MkDocs and Pelican.

`python -m benchmarks.page_weights` prints bytes over the wire, requests, and the largest paint on a slow phone, each page
fetched from a server on this machine that packs text as hosts do. It takes the development environment and a browser.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import BUILD, ROOT, FailedError, python, scratch, timed
from benchmarks.peer_sites import put
from benchmarks.toolbox import Toolbox

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

PACKED = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
TEXTS = ("text/", "javascript", "json", "svg")
TRIES = 3


def story() -> tuple[str, str]:
    """Title and prose of the first story, without what only we read: claims, figures, exhibits."""
    source = next(iter(sorted((ROOT / "content").glob("*/index.md")))).read_text("utf-8")
    front, prose = source.split("---\n", 2)[1:]
    title = re.search(r"^title: *(.*)$", front, re.MULTILINE)
    words = re.sub(r"\[([^\]]+)\]\(seed:[^)]*\)", r"\1", prose)
    words = re.sub(r"\{\{.*?\}\}", "1,234", re.sub(r"!\[[^\]]*\]\(exhibit:[^)]*\)", "", words))
    return (title[1].strip("\"'") if title else "A story"), words


def write_material(folder: Path) -> None:
    """A site for Material for MkDocs, its fonts those of the system: it would fetch others from elsewhere."""
    title, words = story()
    put(
        folder / "mkdocs.yml",
        "site_name: A site\ntheme: {name: material, font: false}\nmarkdown_extensions: [tables, footnotes]\n",
    )
    put(folder / "docs/index.md", f"# {title}\n\n{words}")


def write_pelican(folder: Path) -> None:
    """A site for Pelican with its default theme."""
    title, words = story()
    put(
        folder / "pelicanconf.py",
        "SITENAME = 'A site'\nPATH = 'content'\nOUTPUT_PATH = 'site'\nTIMEZONE = 'UTC'\nPLUGINS = []\nRELATIVE_URLS = True\n"
        "MARKDOWN = {'extensions': ['tables', 'footnotes']}\n",
    )
    put(folder / "content/story.md", f"Title: {title}\nDate: 2024-05-01\nSlug: story\n\n{words}")


def measure(folder: Path, toolbox: Toolbox) -> dict[str, Any]:
    """Bytes, requests and paint of each page; who can't be had is absent."""
    from playwright.sync_api import sync_playwright

    pages, absent = _built(folder, toolbox)
    rows = []
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (site, path) in pages.items():
            with _served(site) as address:
                rows.append({"page": name, **_taken(browser, f"{address}/{path}")})
        browser.close()
    return {"absent": absent, "pages": rows}


def our_site(folder: Path) -> Path:
    """The site of this repository, built anew."""
    for name in ("content", "seeds"):
        shutil.copytree(ROOT / name, folder / "ours" / name)
    python(*BUILD, folder=folder / "ours")
    return folder / "ours/site"


def _built(folder: Path, toolbox: Toolbox) -> tuple[dict[str, tuple[Path, str]], dict[str, str]]:
    absent = {}
    pages = {"Microsite": (our_site(folder), "index.html")}
    material, pelican = folder / "material", folder / "pelican"
    jobs = (
        ("Material for MkDocs", "material", write_material, ("mkdocs", "build", "-q"), material, "index.html"),
        (
            "Pelican, default theme",
            "pelican",
            write_pelican,
            ("pelican", "-q", "-s", "pelicanconf.py"),
            pelican,
            "story.html",
        ),
    )
    for name, peer, write, (program, *options), place, path in jobs:
        if not toolbox.has(peer):
            absent[name] = toolbox.absent[peer]
            continue
        write(place)
        try:
            timed([toolbox.program(peer, program), *options], place, {"NO_MKDOCS_2_WARNING": "1"})
        except FailedError:
            absent[name] = "its build failed"
            continue
        pages[name] = (place / "site", path)
    return pages, absent


def _taken(browser: Browser, address: str) -> dict[str, Any]:
    from tools.budget import on_a_slow_phone

    responses: list[Response] = []
    page = browser.new_page()
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108  (it marks what it is given)
    page.goto(address, wait_until="networkidle")
    kinds = {"html": 0, "css": 0, "script": 0, "other": 0}
    for response in responses:
        kind = response.headers.get("content-type", "")
        sort = next((name for name in ("html", "css", "script") if name in kind), "other")
        kinds[sort] += _over_the_wire(response.body(), kind)
    page.close()
    paint = min(on_a_slow_phone(browser, address)[1] for _ in range(TRIES))
    return {**kinds, "bytes": sum(kinds.values()), "requests": len(responses), "paint_ms": round(paint)}


def _over_the_wire(body: bytes, kind: str) -> int:
    return len(gzip.compress(body, 9)) if any(each in kind for each in TEXTS) else len(body)


class _Packing(SimpleHTTPRequestHandler):
    """Serves files, text packed by gzip."""

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in PACKED or not path.is_file():
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), 9)
        self.send_response(200)
        self.send_header("Content-Type", PACKED[path.suffix])
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def _served(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Packing, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def table(report: dict[str, Any]) -> str:
    """The figures in Markdown."""
    kinds = ("html", "css", "script", "other", "bytes")
    lines = [
        "| story page | HTML | CSS | script | other | bytes in all | requests | largest paint, ms |",
        "|:--|" + "--:|" * 7,
    ]
    lines += [
        f"| {row['page']} | {' | '.join(f'{row[kind]:,}' for kind in kinds)} | {row['requests']} | {row['paint_ms']:,} |"
        for row in report["pages"]
    ]
    lines += [f"| {tool} | absent: {reason} |" for tool, reason in report["absent"].items()]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    with scratch() as folder:
        print(table(measure(folder, Toolbox())))


if __name__ == "__main__":
    main()
