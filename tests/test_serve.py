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
from tornado.httpserver import HTTPServer
from tornado.websocket import WebSocketClientConnection, websocket_connect

from microsite import command, handlers, pipeline, preview, rebuild, serve, watch, workfolder
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

    async def open_page(self, edition: str = "") -> WebSocketClientConnection:
        """The socket of a page, after the greeting; the page as it is now, unless another edition is named."""
        socket = await self.connect({"Origin": self.origin})
        edition = edition or edition_of(await self.text())
        await socket.write_message(json.dumps({"command": "hello", "protocols": [], "extver": edition}))
        assert (await heard(socket))["command"] == "hello"
        return socket


async def heard(socket: WebSocketClientConnection, seconds: float = SECONDS) -> Any:
    message = await asyncio.wait_for(socket.read_message(), seconds)
    return None if message is None else json.loads(message)


def edition_of(html: str) -> str:
    found = re.search(r"extver=(\w+)", html)
    assert found
    return found[1]


def showing(*notices: Notice, port: int = 80, made: int = 1) -> preview.Showing:
    return preview.showing(make_environment((generator_folders()[1],), None, {}), port, made, notices)


@contextmanager
def served(site: Path, *notices: Notice) -> Iterator[tuple[Browser, handlers.Served]]:
    """A folder as served, with nobody building."""
    listener = serve.listen(0)
    port = listener.getsockname()[1]
    state = handlers.Served(str(site), port, showing(*notices, port=port))
    server = HTTPServer(handlers.application(state))
    server.add_socket(listener)
    yield Browser(port), state
    server.stop()


@asynccontextmanager
async def previewed(root: Path) -> AsyncIterator[Browser]:
    """A site as `serve` shows it."""
    order = command.order_for(str(root), drafts=True)
    listener = serve.listen(0)
    port = listener.getsockname()[1]
    builder = rebuild.Builder(order, port)
    state = handlers.Served(order.site_folder, port, serve.first_build(builder))
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
async def test_a_page_comes_with_livereload_and_a_policy_that_lets_it_work_and_the_file_stays_as_built(
    site: Path,
) -> None:
    with served(site) as (browser, _):
        html = await browser.text()
        script = re.search(r'<script src="(/livereload\.js\?[^"]*)"></script>\n</body>', html)
        assert script
        assert f"port={browser.port}&amp;" in script[1]
        assert "script-src &#x27;self&#x27;" in html
        assert f"connect-src &#x27;self&#x27; ws://127.0.0.1:{browser.port};" in html
        assert "LiveReload" in await browser.text("/livereload.js")
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
    assert b"/livereload.js" in answer.body


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
    assert b"/livereload.js" in answer.body
    assert (style.code, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")


def test_the_list_of_errors_quotes_the_line_marks_the_place_and_escapes_everything(tmp_path: Path) -> None:
    write(tmp_path / STORY, "ok\nA <b>bad</b> line")
    found = problem(Position(STORY, 2, 6), "bad-value", "<script>alert(1)</script>", 'use "<i>"')
    html = showing(*preview.notices_of([found], str(tmp_path))).addition
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
        for path in ("/", "/livereload.js", "/overlay.css"):
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
        late = await browser.open_page("e0")
        assert (await heard(late))["command"] == "reload"
        current = await browser.open_page()
        with pytest.raises(asyncio.TimeoutError):
            await heard(current, 0.05)
        state.show(showing(port=browser.port, made=2))
        assert (await heard(late))["command"] == "reload"


@in_a_loop
async def test_a_socket_that_talks_nonsense_is_closed_and_the_others_stay(site: Path) -> None:
    with served(site) as (browser, state):
        page = await browser.open_page()
        for nonsense in ("{", "[]", "{}", "1"):
            socket = await browser.connect({"Origin": browser.origin})
            await socket.write_message(nonsense)
            assert await heard(socket) is None
        state.show(showing(port=browser.port, made=2))
        assert (await heard(page))["command"] == "reload"


# --- Saving ----------------------------------------------------------------------------------------------------------


@in_a_loop
async def test_a_save_reloads_every_page_and_a_mistake_lies_over_the_last_good_one_until_it_is_mended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    helpers.write_site(tmp_path, {STORY: helpers.STORY.replace("published", "draft")})
    story = tmp_path / STORY
    good = story.read_text()
    async with previewed(tmp_path) as browser:
        pages = [await browser.open_page(), await browser.open_page()]
        save(story, good + "\nNew words?\n")
        assert [(await heard(page))["command"] for page in pages] == ["reload", "reload"]
        assert "New words?" in await browser.text("/story/")
        save(story, good + "\nNewer words {{ nothing }}.\n")
        assert [(await heard(page))["command"] for page in pages] == ["reload", "reload"]
        html = await browser.text("/story/")
        assert "New words?" in html
        line = len(good.splitlines()) + 2
        assert f"<code>{STORY}:{line}:16</code>" in html
        save(story, good + "\nNewer words?\n")
        assert (await heard(pages[0]))["command"] == "reload"
        html = await browser.text("/story/")
    assert "Newer words?" in html
    assert "shadowrootmode" not in html
    assert not (tmp_path / "site").exists()
    out, err = capfd.readouterr()
    assert re.search(rf"^{STORY} → \d+ pages in \d+ ms$", out, re.MULTILINE)
    assert f"{STORY}:{line}:16: error: " in err
    assert "    Newer words {{ nothing }}." in err


def test_a_draft_is_in_the_preview_and_not_in_the_site(tmp_path: Path) -> None:
    helpers.write_site(tmp_path, {STORY: helpers.STORY.replace("published", "draft")})
    order = command.order_for(str(tmp_path), drafts=True)
    serve.first_build(rebuild.Builder(order, 80))
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
    builder = rebuild.Builder(command.order_for(str(root), drafts=True), 80)
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


@pytest.mark.browser
def test_an_open_page_follows_the_writer(tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    helpers.write_site(tmp_path)
    story = tmp_path / STORY
    good = story.read_text()
    with serving(tmp_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(os.environ), args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{address}story/")
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
        browser.close()
