"""How the preview answers requests: for this computer alone, with files of the preview and with livereload's socket."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from livereload.handlers import LiveReloadHandler
from tornado.httpserver import HTTPServer
from tornado.routing import Rule
from tornado.web import Application, HTTPError, RequestHandler

from . import preview
from .preview import DESK_FOLDER

LOOPBACK = "127.0.0.1"
LARGEST_REQUEST_BYTES = 16 * 1024
"""Of a request's body and of a message on the socket: neither has anything long to say to us."""
LONGEST_SENDING_S = 60.0
"""What is sent comes from this computer, so that whatever takes longer has stalled, and must not keep others out."""

TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif",
    ".json": "application/json", ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml", ".pdf": "application/pdf", ".zip": "application/zip",
}  # fmt: skip
"""Our own table: the computer's differs from one to the next."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    # Drafts are for this page's own origin: no other site may embed or frame them.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


_KEEPABLE = re.compile(r"/static/[\w.-]+-[0-9a-f]{10}\.(?:css|svg)")
"""The style sheets and the icon, whose names change with their content and which hold nothing of a story: a page is
there sooner when the browser keeps them."""
_KEPT = "private, max-age=86400, immutable"


@dataclass(slots=True, eq=False)
class Served:
    """What is served at this moment, and to which open pages."""

    site_folder: str
    port: int
    showing: preview.Showing
    bar: Callable[[str], str] = lambda _page: ""
    """The editor's bar for the page at a path in the site; empty for pages that have none."""
    opened: Callable[[OpenPage], None] = lambda _page: None
    """Called when somebody has opened a page."""
    pages: set[OpenPage] = field(default_factory=set)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """Whoever has it may write, and see what is not published; it is made anew with each preview."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """By what names a browser on this computer reaches us; another name means that somebody else's leads here."""
        names = (LOOPBACK, "localhost")
        return (*(f"{name}:{self.port}" for name in names), *(names if self.port == 80 else ()))

    def found(self, address: str) -> tuple[HTTPStatus, str, bytes]:
        """What an address's path leads to: status, ending and bytes; the site's own page for it where that is nothing."""
        for status, each in ((HTTPStatus.OK, address), (HTTPStatus.NOT_FOUND, "/404.html")):
            if path := preview.file_at(self.site_folder, each):
                with suppress(FileNotFoundError):  # a build may just have removed it
                    return status, path.suffix, path.read_bytes()
        return HTTPStatus.INTERNAL_SERVER_ERROR, ".html", (DESK_FOLDER / "empty.html").read_bytes()

    def looked_at(self, pages: Iterable[OpenPage] | None = None) -> set[str]:
        """The paths in the site of some pages, or of all that are open."""
        folder = Path(self.site_folder).resolve()
        files = (preview.file_at(self.site_folder, page.address) for page in (self.pages if pages is None else pages))
        return {file.relative_to(folder).as_posix() for file in files if file}

    def show(self, showing: preview.Showing) -> None:
        """Serve another state, and bring every open page that shows something else up to date at once."""
        self.showing = showing
        for page in tuple(self.pages):
            if not page.catch_up():
                page.renew_bar()


def application(served: Served, before: Sequence[Rule] = ()) -> Application:
    """Everything the preview's address answers to, by these rules first."""
    shared = {"served": served}
    return Application(
        [
            *before,
            ("/livereload", OpenPage, shared),
            (r"/-/desk\.js", DeskFile, {**shared, "name": "desk.js"}),
            (r"/-/bar\.css", DeskFile, {**shared, "name": "bar.css"}),
            (r"/-/bar", Bar, shared),
            (r"/overlay\.css", DeskFile, {**shared, "name": "overlay.css"}),
            ("/.*", SiteFile, shared),
        ],
        log_function=lambda _handler: None,
        websocket_max_message_size=LARGEST_REQUEST_BYTES,
    )


def server(application: Application) -> HTTPServer:
    """What takes in requests, within limits."""
    return HTTPServer(application, max_body_size=LARGEST_REQUEST_BYTES, body_timeout=LONGEST_SENDING_S)


class Guarded(RequestHandler):
    """Answers reading requests from pages of ours and from the address bar; anybody else is refused."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    served: Served

    def initialize(self, served: Served) -> None:
        self.served = served

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Turn away other names for this computer (DNS rebinding) and requests that another site's page makes."""
        asked = self.request.headers
        ours = self.served.hosts
        elsewhere = (
            asked.get("Sec-Fetch-Site") in ("cross-site", "same-site") and asked.get("Sec-Fetch-Mode") != "navigate"
        )
        if asked.get("Host") not in ours or elsewhere or not self.is_ours(asked.get("Origin")):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def is_ours(self, origin: str | None) -> bool:
        """Whether a page of this origin may ask; a plain request names none."""
        return origin is None or origin in {f"http://{host}" for host in self.served.hosts}

    def compute_etag(self) -> None:
        """None: nothing of a preview is kept."""

    def write_error(self, status_code: int, **_about: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")


class SiteFile(Guarded):
    """A built file; a page comes dressed, and an unknown address gets the site's own page for that."""

    def get(self) -> None:
        status, ending, data = self.served.found(self.request.path)
        self.set_status(status)
        self.set_header("Content-Type", TYPES.get(ending, "application/octet-stream"))
        if status == HTTPStatus.OK and _KEEPABLE.fullmatch(self.request.path):
            self.set_header("Cache-Control", _KEPT)
        self.finish(self.dressed(data) if ending == ".html" else data)

    head = get

    def dressed(self, page: bytes) -> str:
        return preview.dressed(page, self.served.showing, self.request.headers["Host"])


class DeskFile(Guarded):
    """A script or style sheet of the preview's own."""

    def initialize(self, served: Served, name: str = "") -> None:
        super().initialize(served)
        self._name = name

    def get(self) -> None:
        self.set_header("Content-Type", TYPES[Path(self._name).suffix])
        if self.request.query:  # a digest of what the file holds
            self.set_header("Cache-Control", _KEPT)
        self.finish((DESK_FOLDER / self._name).read_bytes())

    head = get


class Bar(Guarded):
    """The editor's bar for one page."""

    def get(self) -> None:
        path = preview.file_at(self.served.site_folder, self.get_query_argument("page", ""))
        name = path.relative_to(Path(self.served.site_folder).resolve()).as_posix() if path else ""
        self.set_header("Content-Type", TYPES[".html"])
        self.finish(self.served.bar(name))

    head = get


class OpenPage(Guarded, LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """The socket to one open page. livereload's own handler speaks the protocol; whom to tell is kept by `Served`."""

    address = ""
    """The path of the page's address, percent-encoded."""
    edition = preview.Edition("", "")
    """What the page shows."""

    def is_ours(self, origin: str | None) -> bool:
        return origin is not None and super().is_ours(origin)

    def check_origin(self, origin: str) -> bool:
        return self.is_ours(origin)

    def on_close(self) -> None:
        self.served.pages.discard(self)
        super().on_close()

    def on_message(self, message: str | bytes) -> None:
        """Take part in the handshake, and bring a page up to date that was sent before the last change."""
        try:
            said = json.loads(message)
            super().on_message(message)
            greets = said.get("command") == "hello"
        except (ValueError, AttributeError):
            self.close(1002, "not the protocol of livereload")
            return
        if greets:
            self.address, whole, unstyled = (str(said.get(name, "")) for name in ("page", "whole", "unstyled"))
            self.edition = preview.Edition(whole, unstyled)
            self.served.pages.add(self)
            self.catch_up()
            self.served.opened(self)

    def catch_up(self) -> bool:
        """Have the page fetch itself anew where it is another now, or its style sheets where it differs in nothing else.

        Returns:
            Whether it fetches itself.
        """
        _, _, page = self.served.found(self.address)
        now, before = preview.edition(page, self.served.showing), self.edition
        self.edition = now
        if now.unstyled != before.unstyled:
            self.send_message({"command": "reload", "path": "/", "liveCSS": False, "liveImg": False})
            return True
        if now.whole != before.whole:
            for path in preview.styles(page):
                self.send_message(
                    {"command": "reload", "path": path, "liveCSS": True, "liveImg": False, "whole": now.whole}
                )
        return False

    def renew_bar(self) -> None:
        """Have the page fetch the editor's bar anew."""
        self.send_message({"command": "bar"})
