"""`check --links`: every address of a site is visited once, and told at each place where it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from textwrap import dedent

import pytest

from microsite import command, linkcheck
from microsite.diagnostics import Diagnostic
from microsite.maker import Maker
from microsite.newsroom import open_newsroom
from microsite.outbound import outbound
from microsite.reaching import Manners
from tests import helpers, trees
from tests.hosts import Host, Told, host

MANNERS = Manners(pause_s=0, most_wait_s=0.01, may_ask=lambda _address: True)
DOCUMENT = b"A shop opened.\n"
REPORT = """\
    title: A report
    publisher: A paper
    kind: news report
    url: {web}/report
    sha256: sha256-{sha256}
    archive: {{url: "{web}/kept/report"}}
    consulted: in full
    voices:
      witness: {{described_as: A witness, named: true}}
    statements:
      opening: {{voice: witness, locator: paragraph 1, says: A shop opened., reading: testimony}}
      price: {{voice: witness, locator: paragraph 2, says: A shirt costs 200., reading: testimony}}
    """


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def web() -> Iterator[Host]:
    with host() as served:
        yield served


@pytest.fixture
def root(web: Host, tmp_path: Path) -> Path:
    """A site with addresses in its site file, its seed, its prose in two languages and a caption."""
    prose = f"\nSee [the notice]({web.address}/notice) and <{web.address}/notice#2>.\n"
    digest = sha256(DOCUMENT).hexdigest()
    caption = f"caption: The shop, [as it opened](seed:paper/opening), [they say]({web.address}/shop)."
    return helpers.write_site(
        tmp_path,
        {
            "content/site.yaml": f"{dedent(helpers.SITE)}url: https://ours.example/\ncontact: {web.address}/write\n",
            "content/story/index.md": dedent(helpers.STORY) + prose,
            "content/story/exhibits.yaml": helpers.EXHIBITS.replace(
                "caption: The shop, [as it opened](seed:paper/opening).", caption
            ),
            "seeds/paper.yaml": REPORT.format(web=web.address, sha256=digest),
        },
    )


ALL = ("/kept/report", "/notice", "/report", "/shop", "/write")


def there(**others: Told) -> dict[str, Told]:
    """All of the site's addresses as they should be, but for some."""
    good = {path: Told(200, DOCUMENT) for path in ALL}
    return good | {f"/{name}": told for name, told in others.items()}


def look(root: Path) -> list[str]:
    """What is said, each as `place kind`."""
    return [f"{found.at} {found.kind}" for found in told(root)]


def told(root: Path) -> tuple[Diagnostic, ...]:
    order = command.order_for(str(root), drafts=True)
    return linkcheck.check_links(order, [], lambda _line: None, lambda _what, _done, _all: None, MANNERS)


def place(root: Path, path: str, words: str) -> str:
    """Where some words stand in a file."""
    before = (root / path).read_text().partition(words)[0]
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_a_site_whose_addresses_hold_is_told_nothing_of_and_each_is_asked_for_once(root: Path, web: Host) -> None:
    web.tell(there())
    assert look(root) == []
    assert sorted(web.paths()) == [*ALL]
    assert web.most_at_once == 1
    assert web.asked[-1].agent.startswith("Microsite/")
    assert web.asked[-1].agent.endswith("(link check; +https://ours.example/)")


def test_what_is_gone_is_told_wherever_it_is_written(root: Path, web: Host) -> None:
    web.tell(there(notice=Told(404), shop=Told(410), write=Told(404)))
    prose = "content/story/index.md"
    assert look(root) == [
        f"{place(root, 'content/site.yaml', web.address + '/write')} dead-link",
        f"{place(root, 'content/story/exhibits.yaml', web.address + '/shop')} dead-link",
        f"{place(root, prose, web.address + '/notice)')} dead-link",
        f"{place(root, prose, web.address + '/notice#2')} dead-link",
    ]
    assert web.paths().count("/notice") == 2  # by its head, and whole


def test_a_source_that_vanished_or_changed_leads_to_its_archive(root: Path, web: Host) -> None:
    web.tell(there(report=Told(404)))
    (found,) = told(root)
    assert (str(found.at), found.kind) == (place(root, "seeds/paper.yaml", f"{web.address}/report"), "dead-link")
    assert found.hint.endswith(f"{web.address}/kept/report")
    web.tell(there(report=Told(200, b"No shop opened.\n")))
    (found,) = told(root)
    assert found.kind == "altered-source"
    assert sha256(b"No shop opened.\n").hexdigest() in found.message
    assert f"{web.address}/kept/report" in found.hint
    web.tell(there(report=Told(503)))
    assert [(found.kind, found.severity) for found in told(root)] == [("unreached-link", "warning")]


def test_what_moved_for_good_is_told_with_its_new_address(root: Path, web: Host) -> None:
    web.tell(there(notice=Told(301, b"", {"Location": "/news/notice"})) | {"/news/notice": Told()})
    first, second = told(root)
    assert (first.kind, first.severity) == ("moved-link", "warning")
    assert first.hint.endswith(f"{web.address}/news/notice")
    assert second.hint.endswith(f"{web.address}/news/notice#2")


def test_an_address_that_only_begins_as_ours_does_is_visited(root: Path, web: Host) -> None:
    site = root / "content/site.yaml"
    site.write_text(site.read_text().replace("https://ours.example/", f"{web.address}/no"))
    web.tell(there())
    assert look(root) == []
    assert "/notice" in web.paths()


def test_addresses_of_this_network_are_never_asked(root: Path, web: Host, capsys: pytest.CaptureFixture[str]) -> None:
    status = command.main(["check", "--links", "--json", "--root", str(root)])
    said = capsys.readouterr()
    assert status == command.CONTENT_HAS_ERRORS
    assert said.err == "Visiting 5 addresses at 1 host; each learns who asks.\n"
    found = json.loads(said.out)["diagnostics"]
    assert {each["kind"] for each in found} == {"dead-link"}
    assert all("127.0.0.1, which is not on the public network" in each["message"] for each in found)
    assert web.asked == []


def test_nothing_goes_past_a_proxy(
    root: Path, web: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:9050")
    assert command.main(["check", "--links", "--root", str(root)]) == command.WRONG_USAGE
    assert "a proxy is set" in capsys.readouterr().err
    assert web.asked == []


def test_what_is_found_comes_in_all_three_forms(
    root: Path, web: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linkcheck, "MANNERS", MANNERS)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    web.tell(there(shop=Told(301, b"", {"Location": "/write"})))
    assert command.main(["check", "--links", "--root", str(root)]) == command.FINE
    said = capsys.readouterr()
    at = place(root, "content/story/exhibits.yaml", f"{web.address}/shop")
    assert f"{at}: warning: {web.address}/shop has moved for good [moved-link]\n" in said.err
    assert "[they say](" in said.err  # the line is quoted
    assert "::warning file=content/story/exhibits.yaml,line=" in said.out


def test_no_build_and_no_check_without_the_option_asks_anybody(
    compiled_once: None, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr("socket.getaddrinfo", asked)
    monkeypatch.setattr("socket.socket.connect", asked)
    assert command.main(["check", "--root", str(root)]) == command.FINE
    assert command.main(["build", "--root", str(root)]) == command.FINE


def test_the_addresses_of_our_own_site_are_found_in_a_fixed_order() -> None:
    order = command.order_for(str(trees.ROOT), drafts=True)
    newsroom, _ = open_newsroom(order)
    assert newsroom
    found = outbound(newsroom, Maker(newsroom, None))
    assert found == tuple(sorted(found))
    assert {"https://undocs.org/S/RES/2375(2017)", "https://undocs.org/S/RES/2397(2017)"} <= {
        each.address for each in found
    }
    for each in found:
        line = (trees.ROOT / each.at.file).read_text(encoding="utf-8").split("\n")[each.at.line - 1]
        assert line[each.at.column - 1 :].lstrip("'\"").startswith(each.address)
