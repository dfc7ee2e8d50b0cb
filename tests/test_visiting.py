"""Visits: what stands at an address, asked politely, and never of a machine that no reader reaches."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address
from itertools import pairwise

import pytest

from microsite import reaching, visiting
from microsite.reaching import Manners, as_sent, is_public
from microsite.visiting import Visit, Visitor
from tests.hosts import Host, Told, host

MANNERS = Manners(pause_s=0, most_wait_s=0.01, timeout_s=5, may_ask=lambda _address: True)


@pytest.fixture
def web() -> Iterator[Host]:
    with host() as served:
        yield served


def visit(web: Host, path: str, *, fingerprint: bool = False, manners: Manners = MANNERS) -> Visit:
    return Visitor(manners).visit(web.address + path, fingerprint=fingerprint)


def test_a_document_that_is_there_is_asked_for_by_its_head_alone(web: Host) -> None:
    assert visit(web, "/there?a=b#place") == Visit("there")
    assert [(asked.method, asked.path) for asked in web.asked] == [("GET", "/robots.txt"), ("HEAD", "/there?a=b")]
    assert {asked.agent for asked in web.asked} == {"Microsite"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, "gone"), (410, "gone"), (403, "unsaid"), (451, "unsaid"), (500, "unsaid"), (304, "unsaid"), (429, "unsaid")],
)
def test_only_what_says_that_it_is_gone_is_gone(status: int, outcome: str, web: Host) -> None:
    web.tell({"/page": Told(status)})
    assert visit(web, "/page").outcome == outcome


def test_a_server_that_does_not_know_head_is_asked_once_more(web: Host) -> None:
    web.answers = lambda method, path: Told(404 if path == "/robots.txt" else 405 if method == "HEAD" else 200)
    assert visit(web, "/page") == Visit("there")


def test_a_fingerprint_is_of_the_bytes_as_they_came(web: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    document = b"\x1f\x8b whatever it is"
    web.tell({"/page": Told(200, document), "/packed": Told(200, document, {"Content-Encoding": "gzip"})})
    assert visit(web, "/page", fingerprint=True) == Visit("there", sha256=sha256(document).hexdigest())
    assert visit(web, "/packed", fingerprint=True) == Visit("there", "came compressed, unasked")
    monkeypatch.setattr(visiting, "LARGEST_DOCUMENT_BYTES", len(document) - 1)
    assert visit(web, "/page", fingerprint=True).sha256 == ""


# --- Redirects -------------------------------------------------------------------------------------------------------


def leading(**steps: tuple[int, str]) -> dict[str, Told]:
    return {f"/{name}": Told(status, b"", {"Location": to}) for name, (status, to) in steps.items()} | {"/end": Told()}


def test_what_moved_for_good_is_told_with_its_new_address(web: Host) -> None:
    web.tell(leading(a=(301, "b#there"), b=(308, "/end")))
    assert visit(web, "/a") == Visit("there", moved_to=f"{web.address}/end")


def test_what_is_elsewhere_for_now_has_not_moved(web: Host) -> None:
    web.tell(leading(a=(302, "/b"), b=(301, "/end"), c=(301, "/a")))
    assert visit(web, "/a") == Visit("there")
    assert visit(web, "/c") == Visit("there", moved_to=f"{web.address}/a")


def test_what_leads_to_nothing_is_gone_and_what_leads_round_is_given_up(web: Host) -> None:
    web.tell(leading(a=(301, "/lost"), round=(302, "/round")))
    assert visit(web, "/a") == Visit("gone", f"leads to {web.address}/lost, which answers 404", f"{web.address}/lost")
    assert visit(web, "/round").outcome == "unsaid"
    assert len(web.paths()) < 30


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/a", "http://u:p@example.org/", "//[bad"])
def test_a_redirect_out_of_the_web_is_not_followed(to: str, web: Host) -> None:
    web.tell(leading(a=(302, to)))
    assert visit(web, "/a").outcome in ("refused", "unsaid")
    assert web.paths() == ["/a"]


# --- Machines that no reader reaches -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "fe80::1", "fd00::1",
        "0.0.0.0", "::", "100.64.0.1", "224.0.0.1", "ff02::1", "255.255.255.255", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "192.0.2.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "::7f00:1", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_no_private_machine_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "8.8.8.8", "64:ff9b::808:808"])
def test_open_machines_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_nothing_is_sent_to_this_computer_under_any_of_its_names(web: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    port = web.address.rpartition(":")[2]
    monkeypatch.setattr("socket.getaddrinfo", _names_of_this_computer)
    for name in ("127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "0x7f.1", "innocent.example"):
        came = Visitor(Manners(pause_s=0)).visit(f"http://{name}:{port}/")
        assert came.outcome == "refused", name
        assert "not on the public network" in came.why
    assert web.asked == []


def _names_of_this_computer(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
    """As a host that names an open machine first would have it."""
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))
    ours = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    return [public, ours] if host == "innocent.example" else [ours]


def test_a_redirect_to_a_private_machine_is_refused_before_it_is_asked(web: Host) -> None:
    with host() as inside:
        port = int(inside.address.rpartition(":")[2])
        web.tell(leading(a=(302, f"http://127.0.0.2:{port}/secrets")))
        came = visit(web, "/a", manners=MANNERS._replace(may_ask=lambda machine: str(machine) == "127.0.0.1"))
        assert came == Visit(
            "refused",
            f"leads to http://127.0.0.2:{port}/secrets, which leads to 127.0.0.2, which is not on the public network",
        )
        assert inside.asked == []


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://Example.org", "https://example.org/"),
        ("http://example.org:80/a b".replace(" ", "%20"), "http://example.org/a%20b"),
        ("https://undocs.org/S/RES/2375(2017)", "https://undocs.org/S/RES/2375(2017)"),
        ("https://예.example/옷?q=옷#x", "https://xn--2j5b.example/%EC%98%B7?q=%EC%98%B7"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_addresses_are_sent_in_signs_that_a_request_may_hold(address: str, sent: str) -> None:
    assert as_sent(address) == sent


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "https://user@example.org/",
        "http://example.org:25/",
        "http://example.org:99999/",
        "http://a\r\nb/",
        "mailto:a@b",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(reaching.NotPublic):
        as_sent(address)


# --- Politeness --------------------------------------------------------------------------------------------------------


def test_what_robots_txt_keeps_to_itself_is_not_asked_for(web: Host) -> None:
    rules = b"User-agent: microsite\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
    web.tell({"/open": Told(), "/private/page": Told()}, Told(200, rules))
    visitor = Visitor(MANNERS)
    assert visitor.visit(f"{web.address}/open") == Visit("there")
    assert visitor.visit(f"{web.address}/private/page").outcome == "unsaid"
    assert web.paths() == ["/open"]
    assert len(web.asked) == 2  # the rules were read once


def test_a_host_whose_rules_cannot_be_read_is_left_alone(web: Host) -> None:
    web.tell({"/page": Told()}, Told(503))
    assert visit(web, "/page").outcome == "unsaid"
    assert web.paths() == []


def test_a_host_is_given_a_pause_between_requests(web: Host) -> None:
    visitor = Visitor(MANNERS._replace(pause_s=0.02))
    for page in "abc":
        visitor.visit(f"{web.address}/{page}")
    times = [asked.at for asked in web.asked]
    assert len(times) == 4
    assert min(later - sooner for sooner, later in pairwise(times)) >= 0.015


@pytest.mark.parametrize("wait", ["0", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_host_that_asks_for_a_while_is_asked_again_after_it(wait: str, web: Host) -> None:
    told = iter([Told(429, b"", {"Retry-After": wait}), Told()])
    web.answers = lambda _method, path: Told(404) if path == "/robots.txt" else next(told)
    assert visit(web, "/page") == Visit("there")


def test_a_host_that_asks_for_long_is_left_alone(web: Host) -> None:
    web.tell({"/page": Told(429, b"", {"Retry-After": "3600"})})
    assert visit(web, "/page") == Visit("unsaid", "asks to come back in 3600 seconds (429)")
    assert len(web.paths()) == 2  # by its head, and whole


# --- No answer -----------------------------------------------------------------------------------------------------------


def test_a_host_that_cannot_be_reached_is_not_called_dead(web: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        came = Visitor(MANNERS).visit(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (came.outcome, came.why.partition(" (")[0]) == ("unsaid", "cannot be reached")
    came = Visitor(MANNERS).visit(web.address.replace("http:", "https:"))
    assert (came.outcome, came.why.partition(":")[0]) == ("unsaid", "cannot be reached safely (TLS")

    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", nowhere)
    assert Visitor(MANNERS).visit("http://gone.example/").why == "has a host whose name leads nowhere from here"


def test_half_a_document_has_no_fingerprint(web: Host) -> None:
    web.tell({"/page": Told(200, b"half", {"Content-Length": "8"})})
    assert visit(web, "/page", fingerprint=True) == Visit("unsaid", "cannot be reached (IncompleteRead)")


def test_a_host_that_keeps_sending_a_little_is_given_up_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            held, _ = slow.accept()
            with held, suppress(OSError):
                while True:
                    held.sendall(b"HTTP/1.0 200 OK\r\nX: ")
                    time.sleep(0.005)

        threading.Thread(target=drip, daemon=True).start()
        manners = MANNERS._replace(most_s=0.05)
        came = Visitor(manners).visit(f"http://127.0.0.1:{slow.getsockname()[1]}/")
    assert came == Visit("unsaid", "does not answer in time")


def test_a_host_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        manners = MANNERS._replace(timeout_s=0.05)
        came = Visitor(manners).visit(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert came == Visit("unsaid", "does not answer in time")
