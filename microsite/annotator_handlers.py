"""How the annotator answers requests: its page, what there is to draw on, and what the page sends back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import BinaryIO, TypeVar
from urllib.parse import urlencode

from tornado.routing import Rule
from tornado.web import HTTPError, stream_request_body, url

from . import easel, originals, photo, sketches, workfolder
from .desk_guard import DESK, AtDesk, Desk, Door, Invited, Telling, Writing
from .handlers import TYPES, Guarded, Served, SiteFile
from .order import generator_folders
from .preview import DESK_FOLDER

R = TypeVar("R")
LARGEST_PHOTOGRAPH_BYTES = 200_000_000
_EXHIBIT = r"([a-z0-9-]{1,100}/[a-z0-9-]{1,100})"
_POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'"),
        *("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"),
    )
)
_FIGURE = re.compile(r'<figure class="exhibit [^"]*" id="x-([a-z0-9-]+)"[^>]*>.*?(?=</figcaption>)', re.DOTALL)


def rules(served: Served, root: str) -> list[Rule]:
    """What the preview's address answers to besides the site."""
    shared = {"served": served, "desk": Desk(served, root)}
    return [
        Rule(Invited(), Door, shared),
        url(rf"{DESK}/(annotator\.css|annotator\.js|icon\.svg)", Asset, {"served": served}),
        url(rf"{DESK}/annotate", Way, shared),
        url(rf"{DESK}/annotate/{_EXHIBIT}", AnnotatorPage, shared),
        url(rf"{DESK}/exhibit/{_EXHIBIT}", ExhibitState, shared),
        url(rf"{DESK}/picture/{_EXHIBIT}", Picture, shared),
        url(rf"{DESK}/preview/{_EXHIBIT}", RedactedPicture, shared),
        url(rf"{DESK}/save/{_EXHIBIT}", Save, shared),
        url(rf"{DESK}/import", Import, shared),
        url(rf"{DESK}/photograph/{_EXHIBIT}", Photograph, shared),
        url(r"/(?:.*/)?(?:[^/]*\.html)?", LinkedFile, {"served": served}),
    ]


# --- The way to it ---------------------------------------------------------------------------------------------------


class LinkedFile(SiteFile):
    """A built file, as the preview shows it; at each exhibit of a page a link leads to the annotator."""

    def dressed(self, page: bytes) -> str:
        return linked(super().dressed(page), self.request.path)


def linked(html: str, path: str) -> str:
    """A page with a link at the end of each exhibit."""
    link = Template((DESK_FOLDER / "link.html").read_text("utf-8"))

    def with_link(figure: re.Match[str]) -> str:
        return figure[0] + link.substitute(where=escape(urlencode({"page": path, "exhibit": figure[1]})))

    return _FIGURE.sub(with_link, html)


class Way(AtDesk):
    """From an exhibit on a page to its annotator."""

    def prepare(self) -> None:
        Guarded.prepare(self)

    def get(self) -> None:
        page = self.get_query_argument("page", "/")
        story = easel.story_of(self.desk.root, page)
        name = f"{story}/{self.get_query_argument('exhibit', '')}"
        if not re.fullmatch(_EXHIBIT, name):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.redirect(f"{DESK}/annotate/{name}?{urlencode({'page': page})}", status=HTTPStatus.SEE_OTHER)


# --- What is shown ---------------------------------------------------------------------------------------------------


async def at_work(handler: AtDesk, do: Callable[[], R]) -> R | None:
    """What comes of something that reads and writes files; `None` once it has been answered why nothing does."""
    try:
        return await asyncio.to_thread(do)
    except easel.NothingThere:
        raise HTTPError(HTTPStatus.NOT_FOUND) from None
    except photo.PhotoRefused as refusal:
        handler.answer({"problems": easel.told(refusal.found)}, HTTPStatus.UNPROCESSABLE_ENTITY)
    except sketches.NotADrawing as error:
        problem = {"place": "", "message": str(error), "hint": ""}
        handler.answer({"problems": [problem]}, HTTPStatus.UNPROCESSABLE_ENTITY)
    except easel.FileChanged as changed:
        entries = {"theirs": changed.theirs, "mine": changed.mine, "digest": changed.digest}
        handler.answer(entries, HTTPStatus.CONFLICT)
    except workfolder.Busy:
        raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None
    return None


class Asset(Guarded):
    """The page's style sheet, its script, and the site's icon."""

    def get(self, name: str) -> None:
        self.set_header("Content-Type", TYPES[Path(name).suffix])
        folder = Path(generator_folders()[2]) if name == "icon.svg" else DESK_FOLDER
        self.finish((folder / name).read_bytes())

    head = get


class AnnotatorPage(AtDesk):
    """The page itself; without the token, where to find that."""

    def prepare(self) -> None:
        Guarded.prepare(self)
        self.set_header("Content-Security-Policy", _POLICY)

    def get(self, _name: str) -> None:
        is_ours = self.is_right(self.get_cookie(self.desk.cookie) or "")
        self.set_status(HTTPStatus.OK if is_ours else HTTPStatus.FORBIDDEN)
        self.set_header("Content-Type", TYPES[".html"])
        self.finish((DESK_FOLDER / ("annotator.html" if is_ours else "locked.html")).read_bytes())


class ExhibitState(AtDesk):
    """What there is to draw on, and what is drawn."""

    async def get(self, name: str) -> None:
        if found := await at_work(self, lambda: easel.state(self.desk.root, name)):
            self.answer(found)


class Picture(AtDesk):
    """The picture to draw on, scaled and without metadata."""

    async def get(self, name: str) -> None:
        async with self.desk.turn:
            data = await at_work(self, lambda: easel.picture(self.desk.root, name))
        if data:
            self.set_header("Content-Type", TYPES[".jpg"])
            self.finish(data)


# --- What is sent ----------------------------------------------------------------------------------------------------


class RedactedPicture(Telling):
    """What readers would get of the picture, made as `photo` makes it."""

    async def post(self, name: str) -> None:
        data = self.told()
        async with self.desk.turn:
            shown = await at_work(self, lambda: easel.picture(self.desk.root, name, sketches.shapes(data)))
        if shown:
            self.set_header("Content-Type", TYPES[".jpg"])
            self.finish(shown)


class Save(Telling):
    """Puts a drawing into exhibits.yaml."""

    async def post(self, name: str) -> None:
        data = self.told()
        if not isinstance(data, dict) or not isinstance(data.get("digest"), str):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        async with self.desk.turn:
            saved = await at_work(
                self,
                lambda: easel.save(
                    self.desk.root,
                    name,
                    sketches.from_json(data.get("drawing")),
                    data["digest"],
                    on_photograph=data.get("on_photograph") is True,
                ),
            )
        if saved:
            self.answer(saved._asdict())


class Import(Telling):
    """Reads another tool's Web Annotations."""

    async def post(self) -> None:
        data = self.told()
        if found := await at_work(self, lambda: easel.imported(data)):
            notes = sketches.as_json(sketches.Drawing(found.notes, ()))["annotations"]
            self.answer({"annotations": notes, "refused": found.refused})


@stream_request_body
class Photograph(Writing):
    """Takes in an exhibit's original, straight into the folder where it stays."""

    SUPPORTED_METHODS = ("PUT",)  # type: ignore[assignment]
    LARGEST_BYTES = LARGEST_PHOTOGRAPH_BYTES
    KINDS = re.compile(r"image/[a-z0-9.+-]+|application/octet-stream")
    _arriving: Path | None = None
    _file: BinaryIO | None = None

    def prepare(self) -> None:
        super().prepare()
        if self.desk.arriving:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        self._arriving = originals.arrival(self.desk.root)
        self._file = self._arriving.open("xb")
        self.desk.arriving = True

    def data_received(self, chunk: bytes) -> None:
        if self._file:
            self._file.write(chunk)

    async def put(self, name: str) -> None:
        async with self.desk.turn:
            await at_work(self, lambda: self._keep(name))
        if not self._finished:
            self.answer({})

    def _keep(self, name: str) -> None:
        """Nothing stays where it arrived, whatever comes of it."""
        try:
            if self._file and self._arriving:
                self._file.close()
                photo.keep(self.desk.root, name, str(self._arriving))
        finally:
            self._clear()

    def on_finish(self) -> None:
        self._clear()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._clear()

    def _clear(self) -> None:
        if self._file and self._arriving:
            self._file.close()
            self._file, self.desk.arriving = None, False
            with suppress(OSError):
                self._arriving.unlink()
