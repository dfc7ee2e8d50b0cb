"""One wrong site for every kind of diagnostic, and what is said about it.

`sites/wrong/<case>/` is named by a kind. It holds one mistake, a file or two that are laid over `sites/wrong/_base`,
which has none, and `expected.txt` with what is then said: `pytest tests/test_wrong_sites.py --update` writes that anew,
to be read as a reporter would read it. Mistakes that a repository cannot hold are made at the end of this file.
"""

from __future__ import annotations

import json
import os
import socket
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from microsite import command, publishing
from microsite.diagnostics import KINDS
from tests import trees

WRONG = Path(__file__).parent / "sites" / "wrong"
CASES = sorted(path.name for path in WRONG.iterdir() if path.name != "_base")
ELSEWHERE = {
    "unreadable-file": "bytes that are no text",
    "oversized-file": "too much for a repository",
    "irregular-file": "links, pipes and sockets, which git or Windows cannot hold",
    "clashing-names": "two names that are one where case does not count",
    "foreign-site-folder": "a folder that no build has made",
    "tripwire": "a list that is never in git",
    "unsearched-file": "likewise: see test_tripwires.py",
    "tracked-original": "a repository of its own: see test_repository.py",
    "tracked-metadata": "a repository of its own: see test_repository.py",
    "unasked-git": "a repository of its own: see test_repository.py",
    "likely-face": "only `check` looks for faces: see test_lookout.py",
    "unanswered-checklist": "only `check` asks: see test_lookout.py",
    "unusable-original": "what the photo command is given, not content: see test_photo.py",
    "dead-link": "only `check --links` looks beyond the site: see test_linkcheck.py",
    "altered-source": "likewise",
    "moved-link": "likewise",
    "unreached-link": "likewise",
    "untranslated-words": "a catalogue of the generator's own: see test_catalogues.py",
}
"""Kinds that are tried at the end of this file, and what they take."""

needs_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files, or asks for a privilege")


class Attempt:
    """A site that was built well once, and what a second build says after a mistake was made in it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self.good = self.state()

    def state(self) -> dict[str, Any]:
        """All there is in the built site, when it changed, and whether something waits to get there."""
        waits = [name for name in ("journal", "staging") if (self.root / ".microsite/build" / name).exists()]
        return {
            "site": trees.bytes_of(self.root / "site"),
            "times": publishing.listing(self.root / "site"),
            "waits": waits,
        }

    def build(self) -> tuple[int, list[str]]:
        """The exit status and what was said, a line for each diagnostic."""
        self._capsys.readouterr()
        status = command.main(["build", "--json", "--root", str(self.root)])
        said = self._capsys.readouterr()
        assert said.err == ""
        return status, [_line(found) for found in json.loads(said.out)["diagnostics"]]

    def fails(self) -> list[str]:
        """What was said by a build that came to nothing and changed nothing."""
        status, said = self.build()
        assert status == command.CONTENT_HAS_ERRORS
        assert self.state() == self.good
        return said

    def write(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _line(found: dict[str, Any]) -> str:
    at = f"{found['file']}:{found['line']}:{found['column']}"
    hint = f" → {found['hint']}" if found["hint"] else ""
    return f"{at}: {found['severity']}: {found['message']} [{found['kind']}]{hint}"


@pytest.fixture(scope="module")
def base(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The right site, built."""
    root = trees.lay_over(tmp_path_factory.mktemp("base"), WRONG / "_base")
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root


@pytest.fixture
def attempt(base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Attempt:
    return Attempt(trees.lay_over(tmp_path, base), capsys)


def test_base_of_the_wrong_sites_is_right(attempt: Attempt) -> None:
    assert attempt.build() == (command.FINE, [])


@pytest.mark.parametrize("case", CASES)
def test_mistake_is_told_at_its_place_and_changes_nothing(case: str, attempt: Attempt, update: bool) -> None:
    trees.lay_over(attempt.root, WRONG / case)
    status, said = attempt.build()
    golden = WRONG / case / "expected.txt"
    if update:
        golden.write_bytes("".join(f"{line}\n" for line in said).encode())
    assert said == golden.read_text(encoding="utf-8").splitlines(), "--update writes it anew"
    if KINDS[kind_of(case)].severity == "warning":
        assert status == command.FINE
    else:
        assert status == command.CONTENT_HAS_ERRORS
        assert attempt.state() == attempt.good


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_is_told_as_one_kind(case: str) -> None:
    lines = (WRONG / case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert {line.split("] → ")[0].removesuffix("]").rpartition(" [")[2] for line in lines} == {kind_of(case)}


def test_every_kind_of_diagnostic_has_a_wrong_site() -> None:
    tried = {kind_of(case) for case in CASES}
    assert tried.isdisjoint(ELSEWHERE)
    assert {*KINDS} == tried | {*ELSEWHERE}


def kind_of(case: str) -> str:
    """The kind that a case is named by: `missing-key` of `missing-key-of-an-exhibit`."""
    return max((kind for kind in KINDS if f"{case}-".startswith(f"{kind}-")), key=len)


# --- Mistakes that a repository cannot hold --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data", "line"),
    [
        ("seeds/paper.yaml", b"title: Caf\xe9\n", "1:11: error: the byte 0xe9 here is not UTF-8"),
        ("content/story/index.md", b"\xef\xbb\xbf---\n\xff", "2:1: error: the byte 0xff here is not UTF-8"),
        ("content/site.yaml", b"a: b\nc: \0", "2:4: error: there is a NUL byte here, so this is not a text file"),
    ],
)
def test_bytes_that_are_no_text_are_told_at_their_place(path: str, data: bytes, line: str, attempt: Attempt) -> None:
    attempt.write(path, data)
    (said,) = attempt.fails()
    assert said.startswith(f"{path}:{line} [unreadable-file] → save ")


def test_line_of_five_megabytes_is_refused_unread(attempt: Attempt) -> None:
    attempt.write("content/story/index.md", b"a" * 5_000_000)
    (said,) = attempt.fails()
    path = "content/story/index.md"
    assert said.startswith(f"{path}:1:1: error: `{path}` has 5,000,000 bytes; the most that is read is 1,000,000 ")
    assert said.endswith("[oversized-file] → split it, or move data out of it")


def test_long_line_in_the_prose_is_told_at_its_place(attempt: Attempt) -> None:
    with (attempt.root / "content/story/index.md").open("a") as prose:
        prose.write("\n" + "word " * 5_000)
    (said,) = attempt.fails()
    assert said.startswith("content/story/index.md:11:1: error: this line has 25,000 characters; ")
    assert said.endswith(" [oversized-file] → break it into paragraphs")


def test_number_of_almost_a_million_digits_is_refused(attempt: Attempt) -> None:
    prices = (attempt.root / "content/story/prices.yaml").read_bytes()
    attempt.write("content/story/prices.yaml", prices.replace(b"price: 20", b"price: " + b"9" * 999_000))
    (said,) = attempt.fails()
    assert said.startswith("content/story/prices.yaml:10:12: error: ")
    assert "[bad-price]" in said
    assert len(said) < 300


def test_ten_thousand_nested_quotes_are_refused(attempt: Attempt) -> None:
    with (attempt.root / "content/story/index.md").open("a") as prose:
        prose.write("\n" + ">" * 10_000 + " Deep.\n")
    (said,) = attempt.fails()
    assert said.startswith("content/story/index.md:11:1: error: quotes and lists are nested more than 12 deep here ")


def test_aliases_that_would_fill_the_memory_are_refused(attempt: Attempt) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijklm"))
    attempt.write("seeds/bomb.yaml", bomb.encode())
    said = attempt.fails()
    assert said[0].startswith("seeds/bomb.yaml:1:4: error: ")
    assert {line.split(" [")[-1].split("]")[0] for line in said} == {"yaml-alias"}


@needs_posix
@pytest.mark.parametrize("path", ["content/story/index.md", "content/site.yaml", "seeds/paper.yaml", "content/story"])
def test_link_is_refused_wherever_it_leads(path: str, attempt: Attempt) -> None:
    real = attempt.root / path
    real.rename(attempt.root / "moved")
    real.symlink_to(attempt.root / "moved")
    assert f"{path}:1:1: error: `{path}` is a symlink [irregular-file] → put a plain file or folder in its place" in (
        attempt.fails()
    )


@needs_posix
def test_pipe_is_refused_and_does_not_hold_up_the_build(attempt: Attempt) -> None:
    for path in ("content/pipe", "content/story/notes.csv", "seeds/pipe.yaml"):
        os.mkfifo(attempt.root / path)
    assert [line.split(" [")[0] for line in attempt.fails()] == [
        "content/pipe:1:1: error: `content/pipe` is neither a file nor a folder",
        "content/story/notes.csv:1:1: error: `content/story/notes.csv` is neither a file nor a folder",
        "seeds/pipe.yaml:1:1: error: `seeds/pipe.yaml` is neither a file nor a folder",
    ]


@needs_posix
def test_socket_is_refused(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(attempt.root / "seeds")  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s")
        (said,) = attempt.fails()
    assert said.startswith("seeds/s:1:1: error: `seeds/s` is neither a file nor a folder [irregular-file]")


def test_names_that_differ_only_in_case_are_refused(attempt: Attempt) -> None:
    sheet = attempt.root / "content/story/sheet.csv"
    sheet.write_text("a\n")
    if (sheet.parent / "Sheet.csv").exists():
        pytest.skip("this disk does not tell them apart")
    (sheet.parent / "Sheet.csv").write_text("b\n")
    (said,) = attempt.fails()
    clash = "content/story/sheet.csv:1:1: error: `sheet.csv` and `Sheet.csv` differ only in case [clashing-names]"
    assert said == f"{clash} → rename one of them"


def test_site_folder_that_no_build_made_is_left_alone(attempt: Attempt) -> None:
    (attempt.root / "site/.gitignore").unlink()
    attempt.write("site/letters.txt", b"Dear")
    attempt.good = attempt.state()
    (said,) = attempt.fails()
    assert said.startswith("site:1:1: error: site/ holds .nojekyll, 404.html, ")
    assert said.endswith("[foreign-site-folder] → move them away: a build would delete them")


def test_marks_of_other_editors_are_accepted(attempt: Attempt) -> None:
    for path in ("content/site.yaml", "content/story/index.md", "content/story/prices.yaml", "seeds/paper.yaml"):
        attempt.write(path, b"\xef\xbb\xbf" + (attempt.root / path).read_bytes().replace(b"\n", b"\r\n"))
    assert attempt.build() == (command.FINE, [])
    page = (attempt.root / "site/story/index.html").read_bytes()
    assert b"\r" not in page
    assert b"\xef\xbb\xbf" not in page


def test_tripwire_is_told_without_its_words(attempt: Attempt) -> None:
    attempt.write("private/tripwires.txt", b"# Words\nIt sells shirts\n")
    said = attempt.fails()
    assert said[0].startswith(
        "site/index.html:1:1: error: the file holds line 2 of private/tripwires.txt of the tripwires [tripwire] → "
    )
    assert not [line for line in said if "shirts" in line]
