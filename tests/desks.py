"""A desk for tests: a site's preview served on a socket of its own, and somebody who asks it for things."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from microsite import annotator_handlers, handlers, preview, serve
from microsite.order import generator_folders
from microsite.templating import make_environment


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """Asks as the annotator's page does, unless other headers are given; `None` leaves one out."""

    port: int
    token: str

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str | None] | None = None) -> Answer:
        is_json = body is not None and not isinstance(body, bytes)
        sent = json.dumps(body).encode() if is_json else body
        usual: dict[str, str | None] = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": f"desk-{self.port}={self.token}",
            **({} if method == "GET" else {"Origin": self.origin, "Content-Length": str(len(sent or b""))}),
            **({} if body is None else {"Content-Type": "application/json" if is_json else "image/jpeg"}),
            **(headers or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in usual.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(sent)
        answer = connection.getresponse()
        read = Answer(answer.status, dict(answer.headers.items()), answer.read())
        connection.close()
        return read

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def state(self, name: str = "story/shop") -> Any:
        return self.get(f"/_desk/exhibit/{name}").json

    def save(self, drawing: Any, digest: str = "", on_photograph: bool = False, name: str = "story/shop") -> Answer:
        sent = {"drawing": drawing, "digest": digest or self.state(name)["digest"], "on_photograph": on_photograph}
        return self.ask("POST", f"/_desk/save/{name}", sent)


@contextmanager
def desk(root: Path) -> Iterator[Client]:
    """The desk of a site, with nobody building."""
    with serve.listen(0) as listener:
        port = listener.getsockname()[1]
        folders = (generator_folders()[1],)
        overlay = make_environment(folders, None, {}).get_template("overlay.html")
        state = handlers.Served(str(root / "site"), port, preview.Showing(overlay))
        started = threading.Event()
        loop = asyncio.new_event_loop()

        async def run() -> None:
            rules = annotator_handlers.rules(state, str(root))
            server = handlers.server(handlers.application(state, rules))
            server.add_socket(listener)
            started.set()
            await stopped.wait()
            server.stop()

        stopped = asyncio.Event()
        thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
        thread.start()
        started.wait()
        try:
            yield Client(port, state.token)
        finally:
            loop.call_soon_threadsafe(stopped.set)
            thread.join()
            loop.close()
