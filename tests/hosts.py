"""A web of our own for tests: a server on this computer that answers as told, and remembers who asked for what."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Told(NamedTuple):
    """What is to be answered."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    agent: str
    at: float


Answers = Callable[[str, str], Told]
"""What is answered to a method and a path."""


class Host:
    """The server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self.answers: Answers = lambda _method, path: Told(404) if path == "/robots.txt" else Told()

    def paths(self) -> list[str]:
        """What was asked for, robots.txt apart."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def tell(self, pages: Mapping[str, Told], robots: Told = Told(404)) -> None:  # noqa: B008 (it never changes)
        """Answer these paths so, and any other with 404."""
        self.answers = lambda _method, path: robots if path == "/robots.txt" else pages.get(path, Told(404))


@contextmanager
def host() -> Iterator[Host]:
    """A server on a free port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"
        now = 0

        def _answer(self) -> None:
            Handler.now += 1
            served.most_at_once = max(served.most_at_once, Handler.now)
            served.asked.append(Asked(self.command, self.path, self.headers["User-Agent"], time.monotonic()))
            told = served.answers(self.command, self.path)
            time.sleep(0.002)  # a second request would come in meanwhile
            Handler.now -= 1  # before whoever asked has the answer, and asks again
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(told.body)

        do_GET = do_HEAD = _answer  # noqa: N815 (their names are not ours)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Host(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
