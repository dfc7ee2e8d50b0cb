"""How the preview answers requests: for this computer alone, with files of the preview and with livereload's socket."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from tornado.routing import Rule
from tornado.web import Application, HTTPError, RequestHandler

from . import preview

DESK_FOLDER = Path(__file__).parent / "desk"
"""What only the preview shows."""
LOOPBACK = "127.0.0.1"
LARGEST_REQUEST_BYTES = 16 * 1024
"""Of a request's body and of a message on the socket: neither has anything long to say to us."""

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


@dataclass(slots=True, eq=False)
class Served:
    """What is served at this moment, and to which open pages."""

    site_folder: str
    port: int
    showing: preview.Showing
    pages: set[OpenPage] = field(default_factory=set)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """Whoever has it may write, and see what is not published; it is made anew with each preview."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """By what names a browser on this computer reaches us; another name means that somebody else's leads here."""
        names = (LOOPBACK, "localhost")
        return (*(f"{name}:{self.port}" for name in names), *(names if self.port == 80 else ()))

    def show(self, showing: preview.Showing) -> None:
        """Serve another state, and have every open page that shows an older one reload at once."""
        if showing != self.showing:
            self.showing = showing
            for page in tuple(self.pages):
                page.reload()


def application(served: Served, before: Sequence[Rule] = ()) -> Application:
    """Everything the preview's address answers to, by these rules first."""
    shared = {"served": served}
    return Application(
        [
            *before,
            ("/livereload", OpenPage, shared),
            (r"/livereload\.js", Script, shared),
            (r"/overlay\.css", OverlayStyle, shared),
            ("/.*", SiteFile, shared),
        ],
        log_function=lambda _handler: None,
        websocket_max_message_size=LARGEST_REQUEST_BYTES,
    )


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
        ending, data = self._found()
        self.set_header("Content-Type", TYPES.get(ending, "application/octet-stream"))
        self.finish(self.dressed(data) if ending == ".html" else data)

    head = get

    def _found(self) -> tuple[str, bytes]:
        for status, address in ((HTTPStatus.OK, self.request.path), (HTTPStatus.NOT_FOUND, "/404.html")):
            if path := preview.file_at(self.served.site_folder, address):
                self.set_status(status)
                with suppress(FileNotFoundError):  # a build may just have removed it
                    return path.suffix, path.read_bytes()
        self.set_status(HTTPStatus.INTERNAL_SERVER_ERROR)
        return ".html", (DESK_FOLDER / "empty.html").read_bytes()

    def dressed(self, page: bytes) -> str:
        return preview.dressed(page.decode(), self.served.showing.addition, self.request.headers["Host"])


class OverlayStyle(Guarded):
    """The style sheet of the list of errors."""

    def get(self) -> None:
        self.set_header("Content-Type", TYPES[".css"])
        self.finish((DESK_FOLDER / "overlay.css").read_bytes())

    head = get


class Script(Guarded, LiveReloadJSHandler):  # type: ignore[misc]  # livereload has no types
    """livereload's script for the browser."""


class OpenPage(Guarded, LiveReloadHandler):  # type: ignore[misc]  # livereload has no types
    """The socket to one open page. livereload's own handler speaks the protocol; whom to tell is kept by `Served`."""

    def is_ours(self, origin: str | None) -> bool:
        return origin is not None and super().is_ours(origin)

    def check_origin(self, origin: str) -> bool:
        return self.is_ours(origin)

    def on_close(self) -> None:
        self.served.pages.discard(self)
        super().on_close()

    def on_message(self, message: str | bytes) -> None:
        """Take part in the handshake, and reload a page that was sent before the last change."""
        try:
            said = json.loads(message)
            super().on_message(message)
            greets = said.get("command") == "hello"
        except (ValueError, AttributeError):
            self.close(1002, "not the protocol of livereload")
            return
        if greets:
            self.served.pages.add(self)
            if said.get("extver") != self.served.showing.edition:
                self.reload()

    def reload(self) -> None:
        """Have the page fetch itself anew; the browser keeps the place it was scrolled to."""
        self.send_message({"command": "reload", "path": "/", "liveCSS": False, "liveImg": False})
