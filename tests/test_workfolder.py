"""One build at a time, and its outputs in a folder of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from microsite import files, workfolder
from microsite.workfolder import Staging
from tests.folders import lay, tree
from tests.forks import FAILED, held_by_another, needs_fork, outcome_of, start

# One build at a time


@needs_fork
def test_second_build_is_told_that_another_is_at_work(tmp_path: Path) -> None:
    busy = pytest.raises(workfolder.Busy, match="another build is at work")
    with held_by_another(tmp_path / ".microsite"), busy, workfolder.lock(tmp_path / ".microsite", 0.1):
        pass
    with workfolder.lock(tmp_path / ".microsite", 0):
        pass


def test_lock_counts_within_one_process_too_and_can_be_taken_again(tmp_path: Path) -> None:
    with workfolder.lock(tmp_path), pytest.raises(workfolder.Busy), workfolder.lock(tmp_path, 0):
        pass
    with workfolder.lock(tmp_path, 0):
        pass


@needs_fork
def test_worker_that_let_go_does_not_hold_the_lock_of_a_killed_build(tmp_path: Path) -> None:
    said, say = os.pipe()

    def outlive(let_go: Callable[[], None]) -> None:
        let_go()
        os.write(say, b".")
        signal.pause()

    def killed_build() -> None:
        with workfolder.lock(tmp_path) as let_go:
            worker = start(lambda: outlive(let_go))
            os.write(say, f"{worker}\n".encode())
            signal.pause()

    builder = start(killed_build)
    heard = b""
    while not (b"." in heard and b"\n" in heard):
        heard += os.read(said, 100)
    os.kill(builder, signal.SIGKILL)
    os.waitpid(builder, 0)
    try:
        with workfolder.lock(tmp_path, 0):
            pass
    finally:
        os.kill(int(heard.replace(b".", b"")), signal.SIGKILL)
        os.close(said)
        os.close(say)


@needs_fork
def test_lock_is_free_after_the_build_although_its_workers_live(tmp_path: Path) -> None:
    with workfolder.lock(tmp_path):
        worker = start(signal.pause)
    try:
        with workfolder.lock(tmp_path, 0):
            pass
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def test_work_folder_hides_itself_from_git(tmp_path: Path) -> None:
    with workfolder.lock(tmp_path / ".microsite"):
        assert (tmp_path / ".microsite/.gitignore").read_text() == "*\n"


def test_work_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, {"home/letters": b"dear", ".microsite": "home"})
    with pytest.raises(files.UnsafePath), workfolder.lock(tmp_path / ".microsite"):
        pass
    assert tree(tmp_path) == {"home/letters": b"dear", ".microsite": "home"}


# Staging


@pytest.mark.parametrize(
    "path",
    ["/a", "../a", "a/../b", "a\\b", "a/", "", ".", ".gitignore", ".GitIgnore", "a:b", "é", "a.", ".microsite-x"],
)
def test_path_that_is_not_a_plain_relative_one_is_not_staged(tmp_path: Path, path: str) -> None:
    staging = Staging(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(files.UnsafePath):
        staging.add(path, b"")
    assert tree(tmp_path) == before


def test_same_path_is_not_staged_twice(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    staging.add("ko/index.html", b"1")
    with pytest.raises(workfolder.PathTaken, match=r"ko/index\.html"):
        staging.add("ko/index.html", b"2")
    with pytest.raises(workfolder.PathTaken):
        staging.add("ko", b"2")
    with pytest.raises(files.UnsafePath):
        staging.add("ko/index.html/more", b"2")
    assert list(tree(Path(staging.folder)).values()) == [b"1"]


@needs_fork
def test_forked_workers_stage_together_and_only_one_gets_a_path(tmp_path: Path) -> None:
    staging = Staging(tmp_path)

    def work(number: int) -> None:
        for page in range(20):
            staging.add(f"{number}/{page}/index.html", b"own")
        staging.add("shared/index.html", b"%d" % number)

    workers = [start(lambda number=number: work(number)) for number in range(2)]  # type: ignore[misc]
    assert sorted(outcome_of(worker, quiet=True) for worker in workers) == [0, FAILED]
    assert len(tree(Path(staging.folder))) == 41


def test_discarded_staging_leaves_no_trace(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    staging.add("a/b", b"")
    staging.discard()
    assert tree(tmp_path) == {}
