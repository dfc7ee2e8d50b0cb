"""The preview over real sockets: what it shows and to whom, and what a save, a mistake and its mending do to it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.simple_httpclient import HTTPStreamClosedError
from tornado.websocket import WebSocketClientConnection, websocket_connect

from microsite import command, editors, handlers, pipeline, preview, rebuild, serve, watch, workfolder
from microsite.diagnostics import Position, problem
from microsite.order import Order, Progress, Result, generator_folders
from microsite.preview import Notice
from microsite.templating import make_environment
from tests import helpers
from tests.browser.browsing import chromium_path

REPOSITORY = Path(__file__).resolve().parents[1]
STORY = "content/story/index.md"
POLICY = "default-src 'none'; style-src 'self'; connect-src 'self'"
PAGE = f'<html><head><meta http-equiv="Content-Security-Policy" content="{POLICY}"></head><body>Words</body></html>'
SECONDS = 20.0
"""Longer than anything here may take on a busy machine."""
P = ParamSpec("P")

pytestmark = pytest.mark.usefixtures("compiled_once")


def in_a_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    @wraps(test)
    def run(*arguments: P.args, **named: P.kwargs) -> None:
        asyncio.run(test(*arguments, **named))

    return run


# --- A browser and things to look at ---------------------------------------------------------------------------------


@dataclass
class Browser:
    """Asks a preview for pages, and opens sockets to it as its pages do."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str = "/", method: str = "GET", headers: dict[str, str] | None = None) -> HTTPResponse:
        request = HTTPRequest(self.origin + path, method=method, headers=headers, allow_nonstandard_methods=True)
        return await AsyncHTTPClient().fetch(request, raise_error=False)

    async def text(self, path: str = "/") -> str:
        return (await self.get(path)).body.decode()

    async def connect(self, headers: dict[str, str]) -> WebSocketClientConnection:
        return await websocket_connect(HTTPRequest(f"ws://127.0.0.1:{self.port}/livereload", headers=headers))

    async def open_page(self, path: str = "/", edition: str = "") -> WebSocketClientConnection:
        """The socket of a page, after the greeting; the page as it is now, unless another edition is named."""
        socket = await self.connect({"Origin": self.origin})
        editions = {"whole": edition, "unstyled": edition} if edition else edition_of(await self.text(path))
        await socket.write_message(json.dumps({"command": "hello", "protocols": [], "page": path, **editions}))
        assert (await heard(socket))["command"] == "hello"
        return socket


async def heard(socket: WebSocketClientConnection, seconds: float = SECONDS) -> Any:
    """What a page is told next, the editor's bar apart."""
    async with asyncio.timeout(seconds):
        while True:
            message = await socket.read_message()
            said = None if message is None else json.loads(message)
            if said is None or said["command"] != "bar":
                return said


def edition_of(html: str) -> dict[str, str]:
    """What a page's script says to the socket of the page it stands in."""
    found = re.search(r'data-whole="(\w+)" data-unstyled="(\w+)"', html)
    assert found
    return {"whole": found[1], "unstyled": found[2]}


def showing(*notices: Notice) -> preview.Showing:
    environment = make_environment((generator_folders()[1],), None, {})
    return preview.Showing(environment.get_template("overlay.html"), notices)


@contextmanager
def served(site: Path, *notices: Notice) -> Iterator[tuple[Browser, handlers.Served]]:
    """A folder as served, with nobody building."""
    listener = serve.listen(0)
    port = listener.getsockname()[1]
    state = handlers.Served(str(site), port, showing(*notices))
    server = handlers.server(handlers.application(state))
    server.add_socket(listener)
    yield Browser(port), state
    server.stop()


@asynccontextmanager
async def previewed(root: Path) -> AsyncIterator[Browser]:
    """A site as `serve` shows it."""
    order = command.order_for(str(root), drafts=True)
    listener = serve.listen(0)
    port = listener.getsockname()[1]
    builder = rebuild.Builder(order)
    state = handlers.Served(order.site_folder, port, serve.first_build(builder), builder.bar)
    running = asyncio.create_task(serve.keep_up(builder, state, listener))
    try:
        yield Browser(port)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@dataclass
class QuickBuild:
    """In place of `pipeline.build`: the story's text is the page, and can stop the build or break it off."""

    seen: list[str] = field(default_factory=list)
    busy: int = 0
    """How many times another build is in the way."""
    seconds: float = 0.0
    """How long a build takes."""
    _built: str = ""

    def __call__(self, order: Order, *_: Progress) -> Result:
        story = Path(order.root, STORY)
        text = story.read_text() if story.exists() else "No story"
        self.seen.append(text)
        time.sleep(self.seconds)
        if self.busy and text.startswith("Busy"):
            self.busy -= 1
            raise workfolder.Busy("another build is at work")
        if "breaks off" in text:
            raise TypeError("no such <thing>")
        if "mistake" in text:
            return Result("stopped", (problem(Position(STORY, 1, 3), "bad-value", "that is <wrong>"),))
        if text == self._built:
            return Result("unchanged")
        self._built = text
        write(Path(order.site_folder, "index.html"), f"<html><body>{text}</body></html>")
        write(Path(order.ledger_path), "{}")
        warnings = (problem(Position(STORY), "typed-price", "typed"),) if "200 yuan" in text else ()
        return Result("built", warnings, ("index.html",))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> QuickBuild:
    built = QuickBuild()
    monkeypatch.setattr(pipeline, "build", built)
    return built


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / STORY, "First words")
    return tmp_path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name in ("index.html", "ko/index.html"):
        write(folder / name, PAGE)
    write(folder / "404.html", PAGE.replace("Words", "Nowhere"))
    write(folder / "prices.json", "{}")
    write(folder / ".nojekyll", "")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def save(path: Path, text: str) -> None:
    """As most editors do: whole, in one step."""
    path.with_name(".new").write_text(text, encoding="utf-8")
    path.with_name(".new").replace(path)


# --- What is shown ---------------------------------------------------------------------------------------------------


@in_a_loop
async def test_a_page_comes_with_a_script_and_a_policy_that_lets_it_work_and_the_file_stays_as_built(
    site: Path,
) -> None:
    with served(site) as (browser, _):
        html = await browser.text()
        assert re.search(
            r'<script src="/-/desk\.js\?\w+" data-whole="\w+" data-unstyled="\w+"></script>\n</body>', html
        )
        assert "script-src &#x27;self&#x27;" in html
        assert f"connect-src &#x27;self&#x27; ws://127.0.0.1:{browser.port};" in html
        script = await browser.get("/-/desk.js")
        assert (script.code, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert b"WebSocket" in script.body
    assert (site / "index.html").read_text() == PAGE


@pytest.mark.parametrize(
    ("policy", "wide"),
    [
        ("", "script-src 'self'; style-src 'self'; connect-src 'self' ws://h"),
        (
            "default-src 'self' x.org",
            "default-src 'self' x.org; script-src x.org 'self'; style-src x.org 'self'; connect-src x.org 'self' ws://h",
        ),
        (
            "SCRIPT-SRC 'none';; style-src 'sha256-a='; connect-src 'self'",
            "script-src 'self'; style-src 'sha256-a=' 'self'; connect-src 'self' ws://h",
        ),
    ],
)
def test_a_policy_is_widened_by_our_own_files_and_the_socket_and_nothing_else(policy: str, wide: str) -> None:
    assert preview.widened(policy, "ws://h") == wide


@in_a_loop
async def test_folders_show_their_index_and_other_files_come_as_they_are(site: Path) -> None:
    with served(site) as (browser, _):
        assert "Words" in await browser.text("/ko/")
        data = await browser.get("/prices.json")
        assert (data.code, data.body, data.headers["Content-Type"]) == (200, b"{}", "application/json")
        head = await browser.get("/prices.json", "HEAD")
        assert (head.code, head.body, head.headers["Content-Length"]) == (200, b"", "2")


@in_a_loop
async def test_an_unknown_address_gets_the_sites_page_for_it_which_reloads_too(site: Path) -> None:
    with served(site) as (browser, _):
        answer = await browser.get("/nothing/here.html")
    assert answer.code == 404
    assert b"Nowhere" in answer.body
    assert b"/-/desk.js" in answer.body


@in_a_loop
async def test_a_file_that_a_build_removes_while_it_is_asked_for_counts_as_unknown(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = preview.file_at
    monkeypatch.setattr(
        preview, "file_at", lambda folder, at: there(folder, at) if at == "/404.html" else site / "gone.html"
    )
    with served(site) as (browser, _):
        assert (await browser.get("/gone.html")).code == 404


@in_a_loop
async def test_before_anything_was_built_there_is_a_page_with_nothing_but_the_errors(tmp_path: Path) -> None:
    notice = Notice("content/site.yaml:2:1", "error", "a key is missing")
    with served(tmp_path / "nowhere", notice) as (browser, _):
        answer = await browser.get("/")
        style = await browser.get("/overlay.css")
    assert answer.code == 500
    assert b"Nothing has been built yet" in answer.body
    assert b"content/site.yaml:2:1" in answer.body
    assert b"/-/desk.js" in answer.body
    assert (style.code, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")


def test_the_list_of_errors_quotes_the_line_marks_the_place_and_escapes_everything(tmp_path: Path) -> None:
    write(tmp_path / STORY, "ok\nA <b>bad</b> line")
    found = problem(Position(STORY, 2, 6), "bad-value", "<script>alert(1)</script>", 'use "<i>"')
    html = preview.dressed(PAGE.encode(), showing(*preview.notices_of([found], str(tmp_path))), "h")
    assert f"<code>{STORY}:2:6</code>" in html
    assert "A &lt;b&gt;<mark>b</mark>ad&lt;/b&gt; line" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "use &#34;&lt;i&gt;&#34;" in html


def test_errors_come_before_warnings_and_beyond_a_hundred_only_their_number(tmp_path: Path) -> None:
    found = [problem(Position(STORY, line), "typed-price", "typed") for line in range(1, 150)]
    found.append(problem(Position(STORY, 200), "bad-value", "wrong"))
    notices = preview.notices_of(found, str(tmp_path))
    assert notices[0].message == "wrong"
    assert notices[-1].message == "And 50 more"
    assert len(notices) == 101


# --- Who is shown it -------------------------------------------------------------------------------------------------


@in_a_loop
async def test_only_requests_that_name_this_computer_are_answered(site: Path) -> None:
    with served(site) as (browser, _):
        codes = {host: (await browser.get("/", headers={"Host": host})).code for host in (
            f"127.0.0.1:{browser.port}", f"localhost:{browser.port}", "127.0.0.1", f"evil.example:{browser.port}",
            f"127.0.0.1:{browser.port}.evil.example", f"127.0.0.1:{browser.port + 1}", "")}  # fmt: skip
    assert list(codes.values()) == [200, 200, 403, 403, 403, 403, 403]


@in_a_loop
async def test_another_sites_page_can_neither_read_nor_embed_anything(site: Path) -> None:
    with served(site) as (browser, _):
        for path in ("/", "/-/desk.js", "/-/bar?page=/", "/-/bar.css", "/overlay.css"):
            assert (await browser.get(path, headers={"Origin": "http://evil.example"})).code == 403
            assert (
                await browser.get(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
            ).code == 403
            answer = await browser.get(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
            assert answer.code == 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert answer.headers["X-Frame-Options"] == "DENY"


@in_a_loop
async def test_the_socket_is_for_our_own_pages(site: Path) -> None:
    with served(site) as (browser, _):
        strangers: tuple[dict[str, str], ...] = (
            {},
            {"Origin": "null"},
            {"Origin": "http://evil.example"},
            {"Origin": f"http://127.0.0.1:{browser.port + 1}"},
            {"Origin": browser.origin, "Host": f"evil.example:{browser.port}"},
        )
        for headers in strangers:
            with pytest.raises(HTTPClientError, match="403"):
                await browser.connect(headers)
        (await browser.connect({"Origin": f"http://localhost:{browser.port}"})).close()


@in_a_loop
async def test_nothing_but_reading_is_allowed(site: Path) -> None:
    with served(site) as (browser, _):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            assert (await browser.get("/", method)).code == 405


OUTSIDE = [
    "/../secret.html",
    "/%2e%2e/secret.html",
    "/ko/..%2f..%2fsecret.html",
    "/..%5csecret.html",
    "/C:/secret.html",
]
THROUGH_LINKS = ["/link.html", "/linked/secret.html"]
NO_PAGE = ["/.nojekyll", "/.git/config", "/ko", "/ko//", "//index.html", "/index.html%00", "/pipe", "/é.html"]


@pytest.mark.parametrize("address", [*OUTSIDE, *THROUGH_LINKS, *NO_PAGE])
def test_only_plain_files_of_the_preview_can_be_named(address: str, site: Path) -> None:
    write(site.parent / "secret.html", "Secret")
    (site / "link.html").symlink_to(site.parent / "secret.html")
    (site / "linked").symlink_to(site.parent)
    os.mkfifo(site / "pipe")
    assert preview.file_at(str(site), address) is None


@in_a_loop
async def test_a_page_that_was_sent_before_the_last_build_reloads_as_soon_as_it_connects(site: Path) -> None:
    with served(site) as (browser, state):
        late = await browser.open_page(edition="e0")
        assert (await heard(late))["command"] == "reload"
        current = await browser.open_page()
        with pytest.raises(asyncio.TimeoutError):
            await heard(current, 0.05)
        write(site / "index.html", PAGE.replace("Words", "More words"))
        state.show(showing())
        assert (await heard(late))["command"] == "reload"


@in_a_loop
async def test_a_socket_that_talks_nonsense_is_closed_and_the_others_stay(site: Path) -> None:
    with served(site) as (browser, state):
        page = await browser.open_page()
        for nonsense in ("{", "[]", "{}", "1"):
            socket = await browser.connect({"Origin": browser.origin})
            await socket.write_message(nonsense)
            assert await heard(socket) is None
        write(site / "index.html", PAGE.replace("Words", "More words"))
        state.show(showing())
        assert (await heard(page))["command"] == "reload"


@in_a_loop
async def test_a_page_that_shows_the_same_as_before_is_left_alone(site: Path) -> None:
    with served(site) as (browser, state):
        pages = [await browser.open_page(path) for path in ("/", "/ko/")]
        write(site / "ko/index.html", PAGE.replace("Words", "More words"))
        state.show(showing())
        assert (await heard(pages[1]))["command"] == "reload"
        with pytest.raises(asyncio.TimeoutError):
            await heard(pages[0], 0.05)


@in_a_loop
async def test_a_page_that_differs_in_its_style_sheets_only_is_told_which_and_not_to_reload(site: Path) -> None:
    def styled(digest: str, words: str = "Words") -> None:
        link = f'<link rel="stylesheet" href="static/style-{digest}.css">'
        write(site / "index.html", PAGE.replace("</head>", f"{link}</head>").replace("Words", words))

    styled("0123456789")
    with served(site) as (browser, state):
        page = await browser.open_page()
        styled("abcdef0123")
        state.show(showing())
        said = await heard(page)
        assert (said["command"], said["path"], said["liveCSS"]) == ("reload", "static/style-abcdef0123.css", True)
        assert said["whole"] == edition_of(await browser.text())["whole"]
        styled("9876543210", "More words")
        state.show(showing())
        assert (await heard(page))["liveCSS"] is False


@in_a_loop
async def test_long_requests_and_messages_are_refused(site: Path) -> None:
    long = "x" * (handlers.LARGEST_REQUEST_BYTES + 1)
    with served(site) as (browser, _):
        for request in (
            HTTPRequest(browser.origin, method="POST", body=long),
            HTTPRequest(f"{browser.origin}/?{'x' * 100_000}"),
        ):
            with pytest.raises((HTTPClientError, HTTPStreamClosedError)):
                await AsyncHTTPClient().fetch(request)
        socket = await browser.connect({"Origin": browser.origin})
        await socket.write_message(json.dumps({"command": "hello", "protocols": [long]}))
        assert await heard(socket) is None
        assert (await browser.get()).code == 200


def test_a_place_opens_the_reporters_editor_where_one_is_known(tmp_path: Path) -> None:
    write(tmp_path / STORY, "ok\nA bad line")
    found = problem(Position(STORY, 2, 3), "bad-value", "wrong")
    known, unknown = (
        preview.dressed(PAGE.encode(), showing(*preview.notices_of([found], str(tmp_path), editor)), "h")
        for editor in (editors.ADDRESSES["vscode"], "")
    )
    assert f'<a href="vscode://file{tmp_path}/{STORY}:2:3"' in known
    assert "--editor" not in known
    assert "vscode://" not in unknown
    assert "--editor <code>bbedit</code>, <code>cursor</code>" in unknown.replace(
        "<code>--editor bbedit", "--editor <code>bbedit"
    )


# --- Saving ----------------------------------------------------------------------------------------------------------


@in_a_loop
async def test_a_save_reloads_every_page_and_a_mistake_lies_over_the_last_good_one_until_it_is_mended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    helpers.write_site(tmp_path, {STORY: helpers.STORY.replace("published", "draft")})
    story = tmp_path / STORY
    good = story.read_text()
    line = len(good.splitlines()) + 2
    async with previewed(tmp_path) as browser:
        pages = [await browser.open_page("/story/"), await browser.open_page("/story/")]
        save(story, good + "\nNew words?\n")
        assert [(await heard(page))["command"] for page in pages] == ["reload", "reload"]
        assert "New words?" in await browser.text("/story/")
        # A save so early may have met the build that looks for what was saved before the watch began.
        await printed(capfd, rf"^({STORY}|The site) → \d+ pages in \d+ ms$")
        save(story, good + "\nNewer words {{ nothing }}.\n")
        assert [(await heard(page))["command"] for page in pages] == ["reload", "reload"]
        html = await browser.text("/story/")
        assert "New words?" in html
        assert f"<code>{STORY}:{line}:16</code>" in html
        await printed(capfd, rf"{STORY}:{line}:16: error: [^☃]*    Newer words {{{{ nothing }}}}\.")
        save(story, good + "\nNewer words?\n")
        assert (await heard(pages[0]))["command"] == "reload"
        html = await browser.text("/story/")
    assert "Newer words?" in html
    assert "shadowrootmode" not in html
    assert not (tmp_path / "site").exists()


async def printed(capfd: pytest.CaptureFixture[str], pattern: str) -> None:
    """Wait until the preview's terminal says something."""
    said = ""
    async with asyncio.timeout(SECONDS):
        while not re.search(pattern, said, re.MULTILINE):
            said += "".join(capfd.readouterr())
            await asyncio.sleep(0.01)


@in_a_loop
async def test_the_middle_of_a_save_is_not_taken_for_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "SETTLE_S", 0.5)
    helpers.write_site(tmp_path)
    story = tmp_path / STORY
    good = story.read_text()
    async with previewed(tmp_path) as browser:
        page = await browser.open_page("/story/")
        save(story, good + "\nFirst words.\n")
        assert (await heard(page))["command"] == "reload"
        assert "First words." in await browser.text("/story/")
        page = await browser.open_page("/story/")
        story.rename(story.with_name("index.md~"))
        await asyncio.sleep(0.1)
        write(story, good + "\nSecond words.\n")
        assert (await heard(page))["command"] == "reload"
        html = await browser.text("/story/")
    assert "Second words." in html
    assert "shadowrootmode" not in html


def test_a_page_that_is_opened_shows_what_the_build_has_said_of_editions_that_it_does_not_show(tmp_path: Path) -> None:
    root = Path(shutil.copytree(Path(__file__).parent / "sites/corrected", tmp_path / "site"))
    builder = rebuild.Builder(command.order_for(str(root), drafts=True))
    assert builder.build(()).notices == ()
    for language in ("en", "ko"):
        edition = root / f"content/story/index{'.ko' if language == 'ko' else ''}.md"
        save(edition, edition.read_text() + "\n{{ nothing }}\n")
    said = builder.build((str(root),)).notices
    assert len(said) > 1
    opened = builder.proof((), {"story/index.html"})
    assert opened
    assert opened.notices == said


def test_a_build_is_given_up_at_the_next_page_when_something_is_saved(tmp_path: Path) -> None:
    helpers.write_site(tmp_path)
    builder = rebuild.Builder(command.order_for(str(tmp_path), drafts=True))
    builder.build(())
    page = Path(builder.order.site_folder, "story/index.html")
    before = page.read_bytes()
    save(tmp_path / STORY, (tmp_path / STORY).read_text() + "\nNew words.\n")
    asked = iter((False, False, True))
    with pytest.raises(rebuild.Superseded):
        builder.build((), is_superseded=lambda: next(asked))
    assert page.read_bytes() == before
    builder.build(())
    assert b"New words." in page.read_bytes()


def test_a_draft_is_in_the_preview_and_not_in_the_site(tmp_path: Path) -> None:
    helpers.write_site(tmp_path, {STORY: helpers.STORY.replace("published", "draft")})
    order = command.order_for(str(tmp_path), drafts=True)
    serve.first_build(rebuild.Builder(order))
    assert command.main(["build", "--root", str(tmp_path)]) == 0
    assert preview.file_at(order.site_folder, "/story/")
    assert preview.file_at(str(tmp_path / "site"), "/")
    assert not preview.file_at(str(tmp_path / "site"), "/story/")


@in_a_loop
async def test_a_site_whose_first_build_stops_recovers_by_itself(root: Path, quick: QuickBuild) -> None:
    save(root / STORY, "A mistake")
    async with previewed(root) as browser:
        answer = await browser.get("/")
        assert answer.code == 500
        assert f"{STORY}:1:3" in answer.body.decode()
        page = await browser.open_page()
        save(root / STORY, "Mended")
        assert (await heard(page))["command"] == "reload"
        assert "Mended" in await browser.text()


@in_a_loop
async def test_a_burst_of_saves_is_one_build_or_two(root: Path, quick: QuickBuild) -> None:
    async with previewed(root) as browser:
        page = await browser.open_page()
        await until(lambda: len(quick.seen) == 2)  # the first, and the one that catches up
        for number in range(10):
            (root / STORY).write_text(f"Words {number}")
        await shows("Words 9", browser, page)
    assert len(quick.seen) - 2 in (1, 2)


@in_a_loop
async def test_all_that_is_saved_during_a_build_is_in_the_next(root: Path, quick: QuickBuild) -> None:
    async with previewed(root) as browser:
        page = await browser.open_page()
        await until(lambda: len(quick.seen) == 2)
        quick.seconds = 0.2
        for number in range(5):
            save(root / STORY, f"Words {number}")
            await asyncio.sleep(0.03)
        await shows("Words 4", browser, page)
        quick.seconds = 0
        await asyncio.sleep(0.3)
    assert len(quick.seen) - 2 in (2, 3)


@in_a_loop
async def test_what_no_build_reads_starts_none(root: Path, quick: QuickBuild) -> None:
    async with previewed(root) as browser:
        page = await browser.open_page()
        await until(lambda: len(quick.seen) == 2)
        for name in (".index.md.swp", "index.md~", ".hidden", "__pycache__/x.pyc"):
            write(root / "content/story" / name, "x")
        write(root / "site/index.html", "x")
        with pytest.raises(asyncio.TimeoutError):
            await heard(page, 0.15)
    assert len(quick.seen) == 2


@in_a_loop
async def test_folders_that_go_and_come_are_watched_again(
    root: Path, quick: QuickBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "FOLDER_CHECK_MS", 50)
    async with previewed(root) as browser:
        page = await browser.open_page()
        await until(lambda: len(quick.seen) == 2)
        shutil.rmtree(root / "content")
        assert (await heard(page))["command"] == "reload"
        assert "No story" in await browser.text()
        for words in ("Back again", "Replaced at once"):
            shutil.rmtree(root / "content", ignore_errors=True)
            write(root / STORY, words)
            await shows(words, browser, page)
            await asyncio.sleep(0.2)  # until the folders that came are watched
            write(root / STORY, f"{words} and on")
            await shows(f"{words} and on", browser, page)


@in_a_loop
async def test_a_folder_made_while_watching_is_watched_and_one_behind_a_link_is_not(
    root: Path, quick: QuickBuild, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / "content/link").symlink_to(elsewhere)
    async with previewed(root):
        await until(lambda: len(quick.seen) == 2)
        write(root / "content/new/notes.md", "x")
        await until(lambda: len(quick.seen) > 2)
        await asyncio.sleep(0.15)  # until it is watched
        builds = len(quick.seen)
        write(elsewhere / "far.md", "x")
        await asyncio.sleep(0.15)
        assert len(quick.seen) == builds
        write(root / "content/new/notes.md", "y")
        await until(lambda: len(quick.seen) > builds)


@in_a_loop
async def test_a_build_that_breaks_off_is_told_and_does_not_end_the_preview(
    root: Path, quick: QuickBuild, capfd: pytest.CaptureFixture[str]
) -> None:
    async with previewed(root) as browser:
        page = await browser.open_page()
        save(root / STORY, "It breaks off")
        assert (await heard(page))["command"] == "reload"
        html = await browser.text()
        assert "First words" in html
        assert "TypeError: no such &lt;thing&gt;" in html
        save(root / STORY, "Mended")
        assert (await heard(page))["command"] == "reload"
        assert "Mended" in await browser.text()
    assert "Traceback" in capfd.readouterr().err


@in_a_loop
async def test_a_build_waits_for_another_to_end(
    root: Path, quick: QuickBuild, capfd: pytest.CaptureFixture[str]
) -> None:
    async with previewed(root) as browser:
        page = await browser.open_page()
        quick.busy = 2
        save(root / STORY, "Busy at first")
        assert (await heard(page))["command"] == "reload"
        assert "Busy at first" in await browser.text()
    assert capfd.readouterr().err.count("another build is at work; still waiting") == 2


@in_a_loop
async def test_a_changed_generator_is_not_built_with_but_asks_to_be_started_again(
    root: Path, quick: QuickBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with previewed(root) as browser:
        page = await browser.open_page()
        await until(lambda: len(quick.seen) == 2)
        monkeypatch.setattr(rebuild, "_state_of_code", frozenset)
        save(root / STORY, "New words")
        assert (await heard(page))["command"] == "reload"
        assert "start it again" in await browser.text()
    assert len(quick.seen) == 2


def test_a_warning_is_said_once_and_then_counted(
    root: Path, quick: QuickBuild, capfd: pytest.CaptureFixture[str]
) -> None:
    builder = rebuild.Builder(command.order_for(str(root), drafts=True))
    for number in range(2):
        save(root / STORY, f"It costs 200 yuan, number {number}")
        builder.build([str(root / STORY)])
    out, err = capfd.readouterr()
    assert err.count("warning: typed") == 1
    assert len(re.findall(r"1 page in \d+ ms \(1 warning\)", out)) == 2


async def shows(words: str, browser: Browser, page: WebSocketClientConnection) -> None:
    """Wait until the page has been told to reload often enough to show these words."""
    while words not in await browser.text():
        assert (await heard(page))["command"] == "reload"


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not reached():  # noqa: ASYNC110 - what is waited for happens in a thread
            await asyncio.sleep(0.005)


# --- The command -----------------------------------------------------------------------------------------------------


def test_a_port_that_cannot_be_had_is_one_clear_line(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serve.listen(0) as taken:
        port = taken.getsockname()[1]
        for number, says in ((port, f"port {port} is busy"), (65536, "port 65536 cannot be used")):
            assert command.main(["serve", "--root", str(root), "--port", str(number)]) == 2
            out, err = capfd.readouterr()
            assert says in err
            assert "--port" in err
            assert (out, err.count("\n")) == ("", 1)


def test_an_editor_that_nobody_knows_is_one_clear_line(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert command.main(["serve", "--root", str(root), "--port", "0", "--editor", "quill"]) == 2
    out, err = capfd.readouterr()
    assert "there is no editor `quill`: name one of bbedit, " in err
    assert (out, err.count("\n")) == ("", 1)


def test_only_this_computer_can_reach_the_preview() -> None:
    with serve.listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_the_preview_says_what_would_stop_a_published_build(
    root: Path, quick: QuickBuild, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "keep_up", interrupted)
    write(root / "site/mine.html", "x")
    assert command.main(["serve", "--root", str(root), "--port", "0"]) == 0
    out, err = capfd.readouterr()
    assert re.search(r"http://127\.0\.0\.1:\d+/", out)
    assert "a published build would stop: site/ holds mine.html" in err


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The address of `build.py serve` as a writer runs it, ended by Ctrl-C."""
    run = [sys.executable, str(REPOSITORY / "build.py"), "serve", "--port", "0", "--root", str(root)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield next(found[0] for line in server.stdout if (found := re.search(r"http://\S+/", line)))
            server.send_signal(signal.SIGINT)
            _, err = server.communicate(timeout=SECONDS)
            assert (server.returncode, "Traceback" in err) == (0, False)
        finally:
            server.kill()


@contextmanager
def reading(address: str) -> Iterator[tuple[Any, list[str]]]:
    """A page in a real browser, and what it complains of."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(os.environ), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(SECONDS * 1000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        yield page, complaints
        browser.close()


def top(thing: Any) -> float:
    return float((thing.bounding_box() or {"y": float("inf")})["y"])


def tries(page: Any) -> Iterator[int]:
    """Some seconds, in steps, for what is soon to be so."""
    for number in range(100):
        yield number
        page.wait_for_timeout(50)


@pytest.mark.browser
def test_a_reload_keeps_the_readers_place_and_a_style_sheet_needs_none(tmp_path: Path) -> None:
    from playwright.sync_api import expect

    long = "\n\n".join(f"Paragraph {number} of some length." for number in range(80))
    helpers.write_site(tmp_path)
    story = tmp_path / STORY
    story.write_text(f"{story.read_text()}\n{long}\n\n[The last claim](seed:paper/price){{#last}}.\n")
    with serving(tmp_path) as address, reading(f"{address}story/") as (page, complaints):
        bar = page.locator("[data-desk=bar]")
        bar.locator("#bar > summary").click()
        expect(bar.locator(".panel")).to_be_visible()
        claim = page.locator("#last")
        claim.scroll_into_view_if_needed()
        claim.locator("[popovertarget]").first.click()
        note = page.locator("[popover]:popover-open")
        expect(note).to_be_visible()
        before = top(claim)
        save(
            story,
            story.read_text().replace(
                "Paragraph 3 of", "Zwel.\n\nAnother [claim](seed:paper/opening).\n\nParagraph 3 of"
            ),
        )
        expect(page.locator("main")).to_contain_text("Zwel.")
        expect(note).to_be_visible()
        expect(bar.locator(".panel")).to_be_visible()
        assert any(abs(top(claim) - before) < 3 for _ in tries(page))
        page.evaluate("window.unreloaded = true")
        write(tmp_path / "static/style.css", "main{letter-spacing:7px}")
        expect(page.locator("main")).to_have_css("letter-spacing", "7px")
        assert page.evaluate("window.unreloaded")
        expect(note).to_be_visible()
        assert complaints == []


@pytest.mark.browser
def test_the_editors_bar_says_how_the_story_stands_and_its_claims_can_be_gone_to(tmp_path: Path) -> None:
    from playwright.sync_api import expect

    helpers.write_site(tmp_path)
    with serving(tmp_path) as address, reading(f"{address}story/") as (page, complaints):
        bar = page.locator("[data-desk=bar]")
        expect(bar.locator("#bar > summary")).to_contain_text("sourced")
        bar.locator("#bar > summary").focus()
        page.keyboard.press("Enter")
        bar.get_by_text("If a source withdrew").click()
        expect(bar).to_contain_text("paper: ")
        bar.get_by_text("claims stand").click()
        bar.get_by_role("link", name="A shop opened").first.click()
        expect(page).to_have_url(re.compile("#c-opening$"))
        page.keyboard.press("Escape")
        save(tmp_path / STORY, (tmp_path / STORY).read_text() + "\nNobody says so. It costs 200 yuan.\n")
        expect(bar.locator("#bar > summary")).to_contain_text("2 warnings", timeout=SECONDS * 1000)
        assert complaints == []
    assert "/-/" not in (tmp_path / ".microsite/preview/site/story/index.html").read_text()


@pytest.mark.browser
def test_an_open_page_follows_the_writer(tmp_path: Path) -> None:
    from playwright.sync_api import expect

    helpers.write_site(tmp_path)
    story = tmp_path / STORY
    good = story.read_text()
    with serving(tmp_path) as address, reading(f"{address}story/") as (page, complaints):
        text, errors = page.locator("main"), page.get_by_role("region", name="What stopped the build")

        def follows(saved: str, shown: str, error: str = "") -> None:
            save(story, f"{good}\n{saved}\n")
            expect(errors).to_have_count(1 if error else 0, timeout=SECONDS * 1000)
            if error:
                expect(errors).to_contain_text(error)
            expect(text).to_contain_text(shown, timeout=SECONDS * 1000)

        follows("New words.", shown="New words.")
        follows("Newer words {{ nothing }}.", shown="New words.", error=f"{STORY}:{len(good.splitlines()) + 2}:16")
        expect(errors.locator("mark").first).to_be_in_viewport()
        assert errors.evaluate("list => getComputedStyle(list).position") == "fixed"
        follows("Newer words.", shown="Newer words.")
        assert complaints == []
