"""A reader in a real browser: opens pages from a small server or a folder, and notes what they ask for and report."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

WIDTHS_PX = (320, 768, 1280)
STORY_PAGES = ("index.html", "evidence.html", "prices.html", "sources.html", "about.html", "text.html")
EXHIBIT_PAGES = ("exhibits/index.html", "exhibits/storefront.html", "exhibits/interior.html")
OWN_PAGES = (*STORY_PAGES, *EXHIBIT_PAGES, "404.html")
"""The pages of the repository's own site in its first language that a reader stays on."""
EDITIONS = {"Korean": "ko/", "Chinese": "zh-Hans/"}
"""Where its other editions stand."""
EDITION_PAGES = tuple(
    folder + page for folder in EDITIONS.values() for page in ("index.html", "evidence.html", "prices.html")
)
MADE_UP_PAGES = (
    "made-up/index.html",
    "made-up/bridge/index.html",
    "made-up/bridge/evidence.html",
    "made-up/nothing/index.html",
    "made-up/series/the-crossing.html",
    "made-up/tags/bridges.html",
    "made-up/all-sources.html",
)
COUNTER = "counter/story/"
COUNTER_PAGES = tuple(
    f"{COUNTER}{page}.html"
    for page in ("index", "exhibits/index", "exhibits/crowd", "exhibits/portrait", "exhibits/square")
)
"""Of a site with thirty annotations in one picture, a portrait, a panorama and a picture with nothing marked."""
PAGES = (*OWN_PAGES, *EDITION_PAGES, *MADE_UP_PAGES, *COUNTER_PAGES)
TEMPLATES = {
    "story": "index.html",
    "evidence": "made-up/bridge/evidence.html",
    "prices": "prices.html",
    "exhibits": "exhibits/index.html",
    "exhibit": "exhibits/interior.html",
    "sources": "sources.html",
    "about": "about.html",
    "text": "text.html",
    "stories": "made-up/index.html",
    "series": "made-up/series/the-crossing.html",
    "tag": "made-up/tags/bridges.html",
    "all-sources": "made-up/all-sources.html",
    "missing": "404.html",
}
"""A page of each template, neither the longest nor without any of its parts."""
TEMPLATES_AND_EDITIONS = {**TEMPLATES, **{name: f"{folder}index.html" for name, folder in EDITIONS.items()}}
"""The story in each of the other languages as well."""


# --- The server ------------------------------------------------------------------------------------------------------


class _Handler(SimpleHTTPRequestHandler):
    """Serves folders by their prefix; like most hosts, an unknown address gets the site's own page for it."""

    def __init__(self, *args: Any, folders: Mapping[str, Path]) -> None:
        self._folders = folders
        super().__init__(*args)

    def do_GET(self) -> None:
        # Browsers ask every host for this by themselves where a page names no icon.
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        prefix = max((prefix for prefix in self._folders if path.startswith(prefix)), key=len)
        self.directory = str(self._folders[prefix])
        return super().translate_path("/" + path.removeprefix(prefix))

    def send_error(self, code: int, message: str | None = None, _explain: str | None = None) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folders: Mapping[str, Path]) -> Iterator[str]:
    """Serve folders, each under its prefix (`/`, `/repo/`), and give the server's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, folders=folders)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# --- The reader ------------------------------------------------------------------------------------------------------


Media = Mapping[str, Literal["null", "print", "screen", "light", "dark", "no-preference", "reduce", "active", "more"]]
AS_IT_COMES: Media = {
    "media": "null",
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "null",
    "contrast": "no-preference",
}
"""What a page is told about its medium where a test says nothing."""


@dataclass
class Reader:
    """Opens pages in two tabs, one with scripts and one without, and keeps what they ask for and complain of.

    A new tab costs more than a page, so tests share the two; `begin` and `end` stand around each test.
    """

    browser: Browser
    places: Mapping[str, str]
    """Where a site can be had: `root`, `repo` and `folder`, each an address that ends in a slash."""
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _tabs: dict[bool, Page] = field(default_factory=dict)
    _own_tabs: list[BrowserContext] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what was asked for before."""
        self.requests.clear()
        self.troubles.clear()

    def end(self) -> None:
        """Close what the test had to itself, and leave nothing pointed at."""
        while self._own_tabs:
            self._own_tabs.pop().close()
        for tab in self._tabs.values():
            tab.mouse.move(0, 0)

    def open(
        self,
        path: str,
        *,
        width: int = 1280,
        scripts: bool = True,
        at: str = "root",
        **media: Literal["light", "dark", "active", "more"],
    ) -> Page:
        """One page, loaded.

        Args:
            path: from the site's root.
            width: of the window, in pixels; it is 800 high.
            scripts: whether the browser runs scripts.
            at: from which of the places.
            media: what else the page is told, as Playwright's `emulate_media` names it.
        """
        if scripts not in self._tabs:
            self._tabs[scripts] = self._new_tab(scripts=scripts)
        tab = self._tabs[scripts]
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(**{**AS_IT_COMES, **media})  # type: ignore[arg-type]
        tab.goto(self.places[at] + path)
        return tab

    def own_tab(self, *, width: int = 1280) -> Page:
        """An empty tab with nothing in its cache, for a test that changes more than another could bear."""
        tab = self._new_tab(width=width)
        self._own_tabs.append(tab.context)
        return tab

    def _new_tab(self, *, width: int = 1280, scripts: bool = True) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        return context.new_page()

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith(tuple(self.places.values())):
            self.troubles.append(f"outside: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and "/nowhere/" not in response.url:
            self.troubles.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # A tab that goes on to another page gives up what the last one still waited for, such as its icon.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _said(self, message: ConsoleMessage) -> None:
        # A browser reports an address that leads nowhere; a test that goes there on purpose calls it /nowhere/.
        if message.type in ("error", "warning") and "/nowhere/" not in message.location["url"]:
            self.troubles.append(f"{message.type}: {message.text}")


def chromium_path(environment: Mapping[str, str]) -> str:
    """The browser to drive: as `CHROMIUM` says, else the first found.

    Raises:
        FileNotFoundError: there is none.
    """
    for name in (environment.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    raise FileNotFoundError("no Chromium on PATH: `make test` gets one, or name it: CHROMIUM=/path/to/chromium")


def site_path(url: str) -> str:
    """An address's path and fragment below its site, whichever place it was had from."""
    parts = urlsplit(url)
    return parts.path.removeprefix("/repo") + (f"#{parts.fragment}" if parts.fragment else "")


# --- What can be asked of a page -------------------------------------------------------------------------------------


def loads_its_pictures(page: Page) -> bool:
    """Have a page load every picture now, those far down too; whether each has come and is seen."""
    whole = page.evaluate("""async () => {
        const pictures = [...document.images];
        pictures.forEach(picture => { picture.loading = 'eager' });
        await Promise.all(pictures.map(picture => picture.decode()));
        return pictures.every(picture => picture.naturalWidth > 0 && picture.getBoundingClientRect().height > 0);
    }""")
    return bool(whole)


OUTSIDE_WINDOW = """() => {
    // The words that stand outside the window, save in a region that scrolls by itself or hidden from sight on purpose.
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || parent.closest('[role=region], .visually-hidden, .skip')) continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        for (const box of range.getClientRects()) {
            if (!box.width || (box.right <= innerWidth + 1 && box.left >= -1)) continue;
            found.push(walker.currentNode.data);
            break;
        }
    }
    return found;
}"""
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(element => {
    // The elements that hide a part of what they hold.
    const style = getComputedStyle(element);
    const hides = [style.overflowX, style.overflowY].some(value => value == 'hidden' || value == 'clip');
    return hides && !element.closest('svg, .visually-hidden') &&
        (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
}).map(element => element.outerHTML.slice(0, 80))"""
TEXT_OVER_TEXT = """() => {
    // Pairs of words of which one lies over the other, by two pixels and almost a third of a line.
    // What is meant to lie over the page may: an opened note, and the sum of a withdrawal at the foot of the window.
    // Of a region that scrolls by itself only what is in sight counts.
    const aside = '.visually-hidden, .skip, .consequences, :popover-open';
    const boxes = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.data.trim() || node.parentElement.closest(aside)) continue;
        if (!node.parentElement.checkVisibility({visibilityProperty: true})) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const sight = node.parentElement.closest('[role=region]')?.getBoundingClientRect();
        for (const box of range.getClientRects()) {
            if (sight && (box.top >= sight.bottom || box.bottom <= sight.top)) continue;
            const bottom = sight ? Math.min(box.bottom, sight.bottom) : box.bottom;
            if (box.width > 2) boxes.push([box.top, bottom, box.left, box.right, node]);
        }
    }
    boxes.sort((one, other) => one[0] - other[0]);
    const found = [];
    boxes.forEach(([top, bottom, left, right, node], index) => {
        for (const below of boxes.slice(index + 1)) {
            if (below[0] >= bottom) break;
            const depth = Math.min(bottom, below[1]) - below[0];
            const shared = Math.min(right, below[3]) - Math.max(left, below[2]);
            if (shared > 2 && depth > .3 * Math.min(bottom - top, below[1] - below[0]))
                found.push(node.data.trim().slice(0, 40) + ' / ' + below[4].data.trim().slice(0, 40));
        }
    });
    return found;
}"""
