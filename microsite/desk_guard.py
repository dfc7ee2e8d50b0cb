"""Who may ask for more than the preview shows: whoever holds its token, and to write only pages of our own.

The token comes with the address that the terminal prints, and from then on in a cookie that no script can read and no
other site's page can have sent. A request's body is taken in only after its sender, its kind and its length have been
looked at.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import HTTPError, stream_request_body

from .handlers import TYPES, Guarded, Served

DESK = "/_desk"
"""Where all that stands which is no page of the site: none can have this name, as it has an underscore."""
LARGEST_JSON_BYTES = 1_000_000


@dataclass(slots=True, eq=False)
class Desk:
    """What the annotator's requests share."""

    served: Served
    root: str
    """The site's."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One picture at a time: each takes the memory of a whole photograph."""
    arriving: bool = False
    """Whether a photograph is on its way in."""

    @property
    def cookie(self) -> str:
        """By port, since cookies know no ports and two previews may be open."""
        return f"desk-{self.served.port}"


class Invited(Matcher):
    """A request that brings the token in its address."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        return {} if "desk" in request.query_arguments else None


class AtDesk(Guarded):
    """Something only whoever holds the token may ask for."""

    desk: Desk

    def initialize(self, served: Served, desk: Desk) -> None:  # type: ignore[override]
        super().initialize(served)
        self.desk = desk

    def prepare(self) -> None:
        super().prepare()
        if not self.is_right(self.get_cookie(self.desk.cookie) or ""):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def is_right(self, token: str) -> bool:
        """Whether this is the token, told in the same time whatever it is."""
        return hmac.compare_digest(token.encode(), self.served.token.encode())

    def answer(self, data: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self.set_status(status)
        self.set_header("Content-Type", TYPES[".json"])
        self.finish(json.dumps(data, ensure_ascii=False))


class Door(AtDesk):
    """Takes the token out of the address and puts it into the cookie."""

    def prepare(self) -> None:
        Guarded.prepare(self)
        if not self.is_right(self.get_query_argument("desk", "")):
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def get(self) -> None:
        self.set_cookie(self.desk.cookie, self.served.token, path=DESK, httponly=True, samesite="Strict")
        self.redirect("/" + quote(self.request.path.lstrip("/")), status=HTTPStatus.SEE_OTHER)


class Writing(AtDesk):
    """Takes a body from a page of our own, if it is of the right kind and not too long."""

    LARGEST_BYTES = LARGEST_JSON_BYTES
    KINDS = re.compile(r"application/json")

    def prepare(self) -> None:
        super().prepare()
        asked = self.request.headers
        length = asked.get("Content-Length", "")
        if asked.get("Origin") is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if not self.KINDS.fullmatch(asked.get("Content-Type", "").partition(";")[0].strip()):
            raise HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if not length.isascii() or not length.isdigit() or "Transfer-Encoding" in asked:
            raise HTTPError(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > self.LARGEST_BYTES:
            raise HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.request.connection.set_max_body_size(self.LARGEST_BYTES)  # type: ignore[union-attr]


@stream_request_body
class Telling(Writing):
    """Takes JSON."""

    SUPPORTED_METHODS = ("POST",)  # type: ignore[assignment]

    def prepare(self) -> None:
        self._taken = bytearray()
        super().prepare()

    def data_received(self, chunk: bytes) -> None:
        self._taken += chunk

    def told(self) -> Any:
        """What was sent."""
        try:
            return json.loads(self._taken)
        except (ValueError, RecursionError):
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
