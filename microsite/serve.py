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

from tornado.httpserver import HTTPServer

from . import handlers, publishing, report, watch, workfolder
from .order import Order
from .preview import Showing
from .rebuild import Builder

ENDED, IN_THE_WAY = 0, 2
HIGHEST_PORT = 65535


def serve(order: Order, port: int) -> int:
    """Preview a site until interrupted.

    Args:
        order: what to build, and where the preview's own pages go.
        port: on this computer; 0 for any that is free.

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
            _preview(order, listener)
        except KeyboardInterrupt:
            report.say("")
    return ENDED


def _preview(order: Order, listener: socket.socket) -> None:
    _warn_of_foreign_site_folder(order.root)
    port = listener.getsockname()[1]
    builder = Builder(order, port)
    served = handlers.Served(order.site_folder, port, first_build(builder))
    report.say_at_once(f"Preview with drafts at http://{handlers.LOOPBACK}:{port}/ (Ctrl-C ends it)")
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


async def keep_up(builder: Builder, served: handlers.Served, listener: socket.socket) -> None:
    """Serve on this socket, and build and reload at each save, until cancelled."""
    server = HTTPServer(handlers.application(served), max_body_size=handlers.LARGEST_REQUEST_BYTES)
    server.add_socket(listener)
    bursts: asyncio.Queue[set[str]] = asyncio.Queue()
    bursts.put_nowait(set())  # for what was saved after the first build, before the watch began
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_collect(watch.saves(builder.order.root), bursts))
            tasks.create_task(_rebuild(builder, served, bursts))
    finally:
        server.stop()
        for page in tuple(served.pages):
            page.close()


async def _collect(saves: AsyncIterator[set[str]], bursts: asyncio.Queue[set[str]]) -> None:
    async for paths in saves:
        bursts.put_nowait(paths)


async def _rebuild(builder: Builder, served: handlers.Served, bursts: asyncio.Queue[set[str]]) -> None:
    """One build at a time, each for all that was saved since the one before began."""
    while True:
        paths = await bursts.get()
        while not bursts.empty():
            paths |= bursts.get_nowait()
        try:
            served.show(await asyncio.to_thread(builder.build, paths))
        except workfolder.Busy as busy:
            print(f"microsite: {busy}; still waiting", file=sys.stderr)
            bursts.put_nowait(paths)
