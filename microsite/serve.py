"""The preview: builds with drafts, serves the pages to this computer only, and rebuilds and reloads at each save.

`pipeline.build` makes the pages and `handlers` hands them out; here is the loop that joins the two. A build that stops
leaves the last good pages where they are, and every open page says what is wrong.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from . import annotator_handlers, handlers, publishing, report, watch, workfolder
from .order import Order
from .preview import Showing
from .rebuild import Builder, Superseded

ENDED, IN_THE_WAY = 0, 2
HIGHEST_PORT = 65535
QUIET_S = 0.25
"""A build follows a proof once nothing more was saved for so long."""
SETTLE_S = 0.03
"""An editor that moves the old file away before it writes the new one is done with that by then."""


def serve(order: Order, port: int, editor: str = "") -> int:
    """Preview a site until interrupted.

    Args:
        order: what to build, and where the preview's own pages go.
        port: on this computer; 0 for any that is free.
        editor: the address by which places are opened in the reporter's editor, as `editors` has it; empty for none.

    Returns:
        The exit status: 0 when interrupted, 2 when the port cannot be had.
    """
    try:
        listener = listen(port)
    except (OSError, ValueError) as error:
        print(f"microsite: {_why_not(port, error)}; choose another with --port", file=sys.stderr)
        return IN_THE_WAY
    with listener:
        try:
            _preview(order, listener, editor)
        except KeyboardInterrupt:
            report.say("")
    return ENDED


def _preview(order: Order, listener: socket.socket, editor: str) -> None:
    _warn_of_foreign_site_folder(order.root)
    port = listener.getsockname()[1]
    builder = Builder(order, editor)
    served = handlers.Served(order.site_folder, port, first_build(builder), builder.bar)
    report.say_at_once(
        f"Preview with drafts at http://{handlers.LOOPBACK}:{port}/?desk={served.token} (Ctrl-C ends it)"
    )
    asyncio.run(keep_up(builder, served, listener))


def listen(port: int) -> socket.socket:
    """A socket that only this computer can reach."""
    if not 0 <= port <= HIGHEST_PORT:
        raise ValueError(f"they go from 0 to {HIGHEST_PORT}")
    listener = socket.create_server((handlers.LOOPBACK, port), backlog=128)
    listener.setblocking(False)
    return listener


def _why_not(port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} is busy"
    return f"port {port} cannot be used: {error}"


def _warn_of_foreign_site_folder(root: str) -> None:
    if foreign := publishing.foreign_site_folder(Path(root, "site")):
        print(f"microsite: a published build would stop: {foreign}", file=sys.stderr)


def first_build(builder: Builder) -> Showing:
    """Build before anything is served, in as many processes as are worth it: once threads run, nothing may fork."""
    while True:
        try:
            with report.progress() as progress:
                return builder.build((), progress)
        except workfolder.Busy as busy:
            print(f"microsite: {busy}; still waiting", file=sys.stderr)


class Burst(NamedTuple):
    """What happened at once: files were saved, or a page was opened."""

    paths: frozenset[str] = frozenset()
    """Of files that were saved."""
    is_whole: bool = True
    """Whether these are all; not so after the watch has missed something."""

    @property
    def is_save(self) -> bool:
        """Whether there is anything to build."""
        return bool(self.paths) or not self.is_whole

    def joined(self, other: Burst) -> Burst:
        """Both bursts as one."""
        return Burst(self.paths | other.paths, self.is_whole and other.is_whole)


UNKNOWN = Burst(is_whole=False)


async def keep_up(builder: Builder, served: handlers.Served, listener: socket.socket) -> None:
    """Serve on this socket, and build and reload at each save, until cancelled."""
    desk = annotator_handlers.rules(served, builder.order.root)
    server = handlers.server(handlers.application(served, desk))
    server.add_socket(listener)
    bursts: asyncio.Queue[Burst] = asyncio.Queue()
    bursts.put_nowait(UNKNOWN)  # for what was saved after the first build, before the watch began

    def opened(page: handlers.OpenPage) -> None:
        if builder.has_read(served.looked_at((page,))):
            page.renew_bar()
        else:
            bursts.put_nowait(Burst())

    served.opened = opened
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_collect(watch.saves(builder.order.root), bursts))
            tasks.create_task(_rebuild(builder, served, bursts))
    finally:
        server.stop()
        for page in tuple(served.pages):
            page.close()


async def _collect(saves: AsyncIterator[set[str]], bursts: asyncio.Queue[Burst]) -> None:
    async for paths in saves:
        bursts.put_nowait(Burst(frozenset(paths)) if paths else UNKNOWN)


async def _rebuild(builder: Builder, served: handlers.Served, bursts: asyncio.Queue[Burst]) -> None:
    """At each burst a proof of the pages that are open; once it is quiet, one build for all that was saved."""
    unbuilt = Burst()
    while True:
        burst = await _next(bursts, QUIET_S if unbuilt.is_save else None)
        if burst:
            unbuilt = unbuilt.joined(burst)
            if await _show_proof(builder, served, burst, bursts):
                continue
        if unbuilt.is_save and await _show_build(builder, served, unbuilt, bursts):
            unbuilt = Burst()


async def _next(bursts: asyncio.Queue[Burst], patience_s: float | None) -> Burst | None:
    """All that has happened since the last call, once something has; nothing where patience ends first."""
    try:
        async with asyncio.timeout(patience_s):
            burst = await bursts.get()
    except TimeoutError:
        return None
    while not bursts.empty():
        burst = burst.joined(bursts.get_nowait())
    return burst


async def _show_proof(builder: Builder, served: handlers.Served, burst: Burst, bursts: asyncio.Queue[Burst]) -> bool:
    """Show a proof, if one can be pulled; what is wrong only if it was not the middle of a save."""
    if not burst.is_whole:
        builder.forget()
        return False
    showing = await asyncio.to_thread(builder.proof, burst.paths, served.looked_at())
    if showing is None:
        return False
    if showing.notices:
        await asyncio.sleep(SETTLE_S)
    if not showing.notices or bursts.empty():
        served.show(showing)
    return True


async def _show_build(builder: Builder, served: handlers.Served, unbuilt: Burst, bursts: asyncio.Queue[Burst]) -> bool:
    """Build and show what comes of it, unless something else is saved in the meantime or another build is in the way."""
    paths = unbuilt.paths if unbuilt.is_whole else ()
    try:
        showing = await asyncio.to_thread(builder.build, paths, None, lambda: not bursts.empty())
    except Superseded:
        return False
    except workfolder.Busy as busy:
        print(f"microsite: {busy}; still waiting", file=sys.stderr)
        return False
    served.show(showing)
    return True
