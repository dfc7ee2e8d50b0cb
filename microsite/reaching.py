"""One request to a host on the public network: what a name leads to is looked at before anything is sent.

Addresses come from content, which a stranger may have proposed: none of them may have this computer ask a machine of its
own network. So a name is resolved once, all that it leads to is checked, and the connection goes to what was checked.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

IPAddress = IPv4Address | IPv6Address
_CHUNK_BYTES = 64_000
_UNRESERVED = "%/:=&?~#+!$,;'@()*[]|"


class CannotAsk(Exception):  # noqa: N818 (what happened, not what sort of error)
    """Nothing came back, or nothing was asked; the message says why, after the words “it”."""


class NotPublic(CannotAsk):
    """It leads somewhere that no reader reaches: nothing was asked."""


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the open internet: no loopback, no private network, nothing reserved."""
    inner = _inner(address) if isinstance(address, IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or is_public(inner))


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The address of the older sort that one of the newer stands for, to which a gateway hands what is sent."""
    if any(address in network for network in _HOLDING_OTHERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


_HOLDING_OTHERS = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class Manners(NamedTuple):
    """How hosts are asked."""

    agent: str = "Microsite"
    """The name given with each request."""
    pause_s: float = 1.0
    """Between two requests to one host."""
    timeout_s: float = 20.0
    """For each step of a request."""
    most_s: float = 120.0
    """For a whole answer."""
    most_wait_s: float = 60.0
    """As long is waited where a host asks to come back later, and for its pause in robots.txt."""
    may_ask: Callable[[IPAddress], bool] = is_public
    """Which machines may be asked at all. Only tests, which are hosts themselves, have another."""


class Answer(NamedTuple):
    """What a host answered."""

    status: int
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes
    """As much of it as was wanted."""
    is_whole: bool
    """Whether that was all."""


def as_sent(address: str) -> str:
    """An address without its fragment, in the signs that a request may hold.

    Raises:
        NotPublic: it is none of the web's, or carries a name and password.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        name = (host or "").encode("idna").decode() if host and not host.isascii() else host
    except ValueError:
        raise NotPublic("is no address") from None
    if parts.scheme not in ("http", "https") or not name or re.search(r"[\x00-\x20\x7f\\]", address):
        raise NotPublic("is no address of the web")
    if parts.username is not None or parts.password is not None:
        raise NotPublic("carries a name or a password, which are not sent")
    if port is not None and port < 1024 and port not in (80, 443):
        raise NotPublic(f"leads to the port {port}, on which no pages are served")
    shown = f"[{name}]" if ":" in name else name
    place = shown if port in (None, 443 if parts.scheme == "https" else 80) else f"{shown}:{port}"
    path, query = (quote(part, safe=_UNRESERVED) for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, place, path, query, ""))


def ask(method: str, address: str, manners: Manners, most_bytes: int = 0) -> Answer:
    """Ask once, and follow nothing.

    Args:
        address: as `as_sent` gives it.
        most_bytes: how much of the body to read at most.

    Raises:
        CannotAsk: there was no answer.
    """
    parts = urlsplit(address)
    connection = _Connection(parts.scheme, parts.hostname or "", parts.port, manners)
    headers = {"User-Agent": manners.agent, "Accept": "*/*", "Accept-Encoding": "identity"}
    try:
        with _given_up_after(manners.most_s, connection):
            connection.request(method, urlunsplit(("", "", parts.path, parts.query, "")), headers=headers)
            response = connection.getresponse()
            body, is_whole = _read(response, most_bytes)
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body, is_whole)
    except TimeoutError:
        raise CannotAsk("does not answer in time") from None
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or getattr(error, "reason", "") or "no common protocol"
        raise CannotAsk(f"cannot be reached safely (TLS: {why})") from None
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise CannotAsk(f"cannot be reached ({why})") from None
    finally:
        connection.close()


def _read(response: HTTPResponse, most_bytes: int) -> tuple[bytes, bool]:
    """As much of a body as is wanted, and whether that is all of it."""
    body = bytearray()
    while len(body) < most_bytes:
        chunk = response.read1(min(_CHUNK_BYTES, most_bytes - len(body)))
        if not chunk:
            if response.length:  # which counts down from what the host announced
                raise IncompleteRead(bytes(body))
            return bytes(body), True
        body += chunk
    return bytes(body), False


@contextmanager
def _given_up_after(most_s: float, connection: HTTPConnection) -> Iterator[None]:
    """Break a connection off from beside: a host that sends a sign now and then never runs into a timeout.

    Raises:
        TimeoutError: that happened.
    """
    late = threading.Event()

    def give_up() -> None:
        late.set()
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(most_s, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, ValueError):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError


class _Connection(HTTPConnection):
    """A connection to a machine that may be asked, and to no other: its name is not looked up a second time."""

    def __init__(self, scheme: str, host: str, port: int | None, manners: Manners) -> None:
        super().__init__(host, port or (443 if scheme == "https" else 80), timeout=manners.timeout_s)
        self._is_safe = scheme == "https"
        self._manners = manners

    def connect(self) -> None:
        found = _looked_up(self.host, self.port, self._manners)
        error: OSError = OSError()
        for family, place in found:
            plain = socket.socket(family, socket.SOCK_STREAM)
            plain.settimeout(self._manners.timeout_s)
            try:
                plain.connect(place)
                self.sock = _in_tls(plain, self.host) if self._is_safe else plain
            except OSError as failed:
                plain.close()
                error = failed
            else:
                return
        raise error


def _in_tls(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _looked_up(host: str, port: int, manners: Manners) -> Sequence[tuple[int, tuple[object, ...]]]:
    """Where a name leads: machines that may be asked, every one of them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise CannotAsk("has a host whose name leads nowhere from here") from None
    places = [(family, place) for family, _type, _protocol, _name, place in found]
    for _family, place in places:
        machine = ip_address(str(place[0]).partition("%")[0])
        if not manners.may_ask(machine):
            raise NotPublic(f"leads to {machine}, which is not on the public network")
    return places[:4]
