"""What stands at an address, asked politely: one request at a time for a host, as its robots.txt allows, by way of its redirects."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Literal, NamedTuple
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from .reaching import Answer, CannotAsk, Manners, NotPublic, as_sent, ask

LARGEST_DOCUMENT_BYTES = 100_000_000
LARGEST_ROBOTS_BYTES = 500_000
MOST_HOPS = 8
_FOR_GOOD = (301, 308)
_FOR_NOW = (302, 303, 307)
_GONE = (404, 410)
_LATER = (429, 503)


class Visit(NamedTuple):
    """What came of asking for an address."""

    outcome: Literal["there", "gone", "unsaid", "refused"]
    """`unsaid`: nobody knows, this time. `refused`: it leads where no reader gets, and nothing was asked there."""
    why: str = ""
    """In words that go on from the address; of what is there, why it has no fingerprint."""
    moved_to: str = ""
    """Where it has gone for good, if it has."""
    sha256: str = ""
    """Of the document, where that was wanted and could be read: 64 hexadecimal digits."""


class Visitor:
    """Asks many hosts, from several threads if need be."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._guard = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def visit(self, address: str, *, fingerprint: bool = False) -> Visit:
        """Ask for an address.

        Args:
            fingerprint: whether to read the document, rather than only to see whether it is there.
        """
        here, by_way, moved_to, is_for_good = address, "", "", True
        try:
            here = as_sent(address)
            for _hop in range(MOST_HOPS):
                answer = self._ask(here, fingerprint)
                leads = _leads(answer, here)
                if leads is None:
                    return _verdict(answer, by_way, moved_to, fingerprint)
                is_for_good = is_for_good and answer.status in _FOR_GOOD
                by_way = f"leads to {leads}, which "
                here = as_sent(leads)
                moved_to = here if is_for_good else moved_to
        except NotPublic as why:
            return Visit("refused", f"{by_way}{why}")
        except CannotAsk as why:
            return Visit("unsaid", f"{by_way}{why}")
        return Visit("unsaid", f"leads on {MOST_HOPS} times, and still not to a document")

    def _ask(self, address: str, fingerprint: bool) -> Answer:
        name = urlsplit(address).hostname or ""
        with self._guard:
            host = self._hosts.setdefault(name, _Host(self._manners))
        with host.lock:
            host.see_whether_allowed(address)
            # A server that does not know HEAD answers anything: only a good answer, or one that leads on, is believed.
            if not fingerprint:
                answer = host.ask("HEAD", address)
                if answer.status < 400:
                    return answer
            return host.ask("GET", address, LARGEST_DOCUMENT_BYTES if fingerprint else 0)


class _Host:
    """One host: when it may be asked next, and what it allows."""

    def __init__(self, manners: Manners) -> None:
        self.lock = threading.Lock()
        self._manners = manners
        self._pause_s = manners.pause_s
        self._next_at = 0.0
        self._rules: dict[str, RobotFileParser | CannotAsk] = {}

    def ask(self, method: str, address: str, most_bytes: int = 0) -> Answer:
        """Ask in its time; once more where the host names a time that can be waited for."""
        answer = self._in_turn(method, address, most_bytes)
        if answer.status in _LATER and (wait_s := _wait(answer)) is not None and wait_s <= self._manners.most_wait_s:
            self._next_at = max(self._next_at, time.monotonic() + wait_s)
            return self._in_turn(method, address, most_bytes)
        return answer

    def _in_turn(self, method: str, address: str, most_bytes: int) -> Answer:
        time.sleep(max(0.0, self._next_at - time.monotonic()))
        try:
            return ask(method, address, self._manners, most_bytes)
        finally:
            self._next_at = time.monotonic() + self._pause_s

    def see_whether_allowed(self, address: str) -> None:
        """Raise `CannotAsk` where robots.txt wants an address left alone, or does not say."""
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read_rules(f"{origin}/robots.txt")
        rules = self._rules[origin]
        if isinstance(rules, CannotAsk):
            raise rules
        if not rules.can_fetch(self._manners.agent, address):
            raise CannotAsk("was not asked for: the robots.txt of its host wants that")

    def _read_rules(self, address: str) -> RobotFileParser | CannotAsk:
        rules = RobotFileParser()
        try:
            answer = self._answer_for_rules(address)
        except CannotAsk as why:
            return why
        if answer.status >= 500 or answer.status in _LATER:
            return CannotAsk(
                f"was not asked for: its host does not say what it allows (robots.txt answers {answer.status})"
            )
        rules.parse(answer.body.decode("utf-8", "replace").splitlines() if answer.status < 300 else [])
        delay = rules.crawl_delay(self._manners.agent)
        self._pause_s = max(self._pause_s, min(float(delay or 0), self._manners.most_wait_s))
        return rules

    def _answer_for_rules(self, address: str) -> Answer:
        for _hop in range(MOST_HOPS):
            answer = self.ask("GET", address, LARGEST_ROBOTS_BYTES)
            leads = _leads(answer, address)
            if leads is None:
                return answer
            address = as_sent(leads)
        raise CannotAsk("was not asked for: the robots.txt of its host leads on and on")


def _leads(answer: Answer, here: str) -> str | None:
    """Where an answer sends whoever asks."""
    if answer.status not in (*_FOR_GOOD, *_FOR_NOW) or not (location := answer.headers.get("location")):
        return None
    written = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        return urljoin(here, written).partition("#")[0]
    except ValueError:
        raise CannotAsk("leads to what is no address") from None


def _wait(answer: Answer) -> float | None:
    """How long a host asks to be left alone, in seconds; nothing where it does not say."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _verdict(answer: Answer, by_way: str, moved_to: str, fingerprint: bool) -> Visit:
    if answer.status in _GONE:
        return Visit("gone", f"{by_way}answers {answer.status}", moved_to)
    if answer.status in _LATER:
        wait_s = _wait(answer)
        when = f"in {wait_s:.0f} seconds" if wait_s is not None else "later"
        return Visit("unsaid", f"{by_way}asks to come back {when} ({answer.status})", moved_to)
    if not 200 <= answer.status < 300:
        return Visit("unsaid", f"{by_way}answers {answer.status}", moved_to)
    if not fingerprint:
        return Visit("there", "", moved_to)
    if not answer.is_whole:
        return Visit("there", f"{by_way}holds more than {LARGEST_DOCUMENT_BYTES:,} bytes", moved_to)
    if answer.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        return Visit("there", f"{by_way}came compressed, unasked", moved_to)
    return Visit("there", "", moved_to, sha256(answer.body).hexdigest())
