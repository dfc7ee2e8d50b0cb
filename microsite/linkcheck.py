"""Which addresses that lead out of a site are dead, have moved for good, or no longer hold what was fetched from there."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from queue import SimpleQueue
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

from . import __version__
from .diagnostics import Diagnostic, in_order, problem
from .maker import Maker
from .newsroom import open_newsroom
from .order import Order, Progress
from .outbound import Outbound, outbound
from .reaching import Manners
from .report import counted
from .visiting import Visit, Visitor

MANNERS = Manners()
HOSTS_AT_ONCE = 4
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class NotThroughProxy(Exception):  # noqa: N818 (what happened, not what sort of error)
    """Whoever set a proxy wants nothing to go past it, and we would."""


class _Errand(NamedTuple):
    """An address to be visited once, wherever it is written."""

    address: str
    fingerprint: bool


def check_links(
    order: Order,
    found: Iterable[Diagnostic],
    say: Callable[[str], None],
    progress: Progress,
    manners: Manners | None = None,
) -> tuple[Diagnostic, ...]:
    """Visit every address that leads out of the site, and add what came of that to what was found before.

    Args:
        say: told once, before anything is asked, how many addresses at how many hosts will be.
        manners: other than `MANNERS`.

    Raises:
        NotThroughProxy: nothing was asked.
    """
    newsroom, _ = open_newsroom(order)
    if newsroom is None:
        return in_order(found)
    _refuse_proxies()
    links = outbound(newsroom, Maker(newsroom, None))
    errands = _errands(links)
    hosts = {_host(errand) for errand in errands}
    say(f"Visiting {_number(len(errands), 'address', 'es')} at {counted(len(hosts), 'host')}; each learns who asks.")
    manners = (manners or MANNERS)._replace(agent=_agent(newsroom.site.url))
    visits = _visit_all(errands, Visitor(manners), progress)
    told = (each for link in links for each in _problems(link, visits[urldefrag(link.address).url]))
    return in_order([*found, *told])


def _number(number: int, noun: str, ending: str) -> str:
    return f"{number} {noun}{'' if number == 1 else ending}"


def _refuse_proxies() -> None:
    if any(os.environ.get(name) or os.environ.get(name.upper()) for name in _PROXIES):
        raise NotThroughProxy(
            "a proxy is set, past which --links would go: run it where it may connect directly, with the variables "
            "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY unset"
        )


def _agent(url: str | None) -> str:
    return f"Microsite/{__version__} (link check{f'; +{url}' if url and url.isascii() else ''})"


# --- Visits ----------------------------------------------------------------------------------------------------------


def _errands(links: Iterable[Outbound]) -> list[_Errand]:
    """What to visit, in the order in which it is first written."""
    wanted: dict[str, bool] = {}
    for link in links:
        address = urldefrag(link.address).url
        wanted[address] = wanted.get(address, False) or bool(link.sha256)
    return [_Errand(address, fingerprint) for address, fingerprint in wanted.items()]


def _host(errand: _Errand) -> str:
    try:
        return urlsplit(errand.address).hostname or ""
    except ValueError:
        return ""


def _visit_all(errands: list[_Errand], visitor: Visitor, progress: Progress) -> Mapping[str, Visit]:
    """What came of each, by address; hosts side by side, the addresses of one after another.

    The threads are daemons, so that whoever breaks off need not wait for the slowest host.
    """
    by_host: dict[str, list[_Errand]] = {}
    for errand in errands:
        by_host.setdefault(_host(errand), []).append(errand)
    waiting: SimpleQueue[list[_Errand] | None] = SimpleQueue()
    done: SimpleQueue[tuple[str, Visit | Exception]] = SimpleQueue()
    for of_host in [*by_host.values(), *[None] * HOSTS_AT_ONCE]:
        waiting.put(of_host)
    for _ in range(HOSTS_AT_ONCE):
        threading.Thread(target=_work_through, args=(waiting, done, visitor), daemon=True).start()
    visits: dict[str, Visit] = {}
    while len(visits) < len(errands):
        address, came = done.get()
        if isinstance(came, Exception):
            raise came
        visits[address] = came
        progress("addresses", len(visits), len(errands))
    return visits


def _work_through(
    waiting: SimpleQueue[list[_Errand] | None], done: SimpleQueue[tuple[str, Visit | Exception]], visitor: Visitor
) -> None:
    while (of_host := waiting.get()) is not None:
        for errand in of_host:
            try:
                done.put((errand.address, visitor.visit(errand.address, fingerprint=errand.fingerprint)))
            except Exception as bug:  # noqa: BLE001 - or the main thread would wait for ever
                done.put((errand.address, bug))


# --- In words --------------------------------------------------------------------------------------------------------


def _problems(link: Outbound, visit: Visit) -> Iterator[Diagnostic]:
    """What is to be said of an address at one place; of what has moved and is gone or another, only that."""
    at, shown = link.at, link.address[:200]
    kept = f"lead readers to the copy in the web archive: {link.archive}" if link.archive else ""
    if visit.outcome == "gone":
        hint = kept or "find where it is now, or a copy in a web archive"
        yield problem(at, "dead-link", f"{shown} {visit.why}", hint)
    elif visit.outcome == "refused":
        yield problem(at, "dead-link", f"{shown} {visit.why}", "lead readers to an address that they can open")
    elif link.sha256 and visit.sha256 and visit.sha256 != link.sha256:
        message = f"{shown} no longer holds what was fetched from there: its fingerprint is sha256-{visit.sha256}"
        compare = f"compare it with {link.archive}" if link.archive else "compare it with the copy that you kept"
        yield problem(at, "altered-source", message, f"{compare}, and tell readers what changed")
    elif visit.outcome == "unsaid":
        yield problem(at, "unreached-link", f"{shown} {visit.why}", "try again another day, or look yourself")
    elif link.sha256 and not visit.sha256:
        message = f"{shown} could not be compared with what was fetched: it {visit.why}"
        yield problem(at, "unreached-link", message, "fetch it, and compare its fingerprint yourself")
    if visit.outcome == "there" and visit.moved_to and visit.moved_to != urldefrag(link.address).url:
        fragment = urldefrag(link.address).fragment
        new = visit.moved_to + (f"#{fragment}" if fragment else "")
        yield problem(
            at, "moved-link", f"{shown} has moved for good", f"look whether it is the same, and write {new[:300]}"
        )
