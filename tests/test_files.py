"""Whole files, the cache, the lock and the way into `site/`, each also with a kill at every step."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite import files
from microsite.files import Staging, Store

ROOT = Path(__file__).parent.parent
Tree = dict[str, bytes | str | None]
"""By path: a file's bytes, where a link points, or None for an empty folder."""

# Hundreds of small sites are made and removed: in memory where that can be, for some disks grow slow at it.
QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked builds")


def build(base: Path, outputs: Mapping[str, bytes], keep: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """A build as the pipeline runs it, but for making the outputs."""
    with files.lock(base / ".microsite"):
        recover(base)
        staging = Staging(base / ".microsite")
        for path, data in outputs.items():
            staging.add(path, data)
        return files.publish(base / "site", staging, outputs, keep)


def recover(base: Path) -> str:
    return files.recover(base / "site", base / ".microsite")


def tree(folder: Path) -> Tree:
    """All that a folder holds, links unfollowed."""
    found: Tree = {}
    for place, folders, names in os.walk(folder):
        if not folders and not names and Path(place) != folder:
            found[Path(place).relative_to(folder).as_posix()] = None
        for name in (*names, *(name for name in folders if Path(place, name).is_symlink())):
            path = Path(place, name)
            found[path.relative_to(folder).as_posix()] = (
                str(path.readlink()) if path.is_symlink() else path.read_bytes()
            )
    return found


def site_of(base: Path) -> Tree:
    return {path: data for path, data in tree(base / "site").items() if path != ".gitignore"}


def lay(folder: Path, entries: Tree) -> None:
    """Make what `tree` would find, leaving out what stands in another entry's way."""
    for path, data in entries.items():
        target = folder / path
        if any(above.is_symlink() or above.is_file() for above in (target, *target.parents)) or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            target.mkdir()
        elif isinstance(data, str):
            target.symlink_to(data)
        else:
            target.write_bytes(data)


# Names made from content


def test_digests_are_written_with_their_kind() -> None:
    assert files.digest(b"") == "sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert files.short_digest(b"") == "e3b0c44298"


def test_cache_key_tells_apart_parts_that_join_to_the_same_text() -> None:
    keys = {files.cache_key(*parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["ab", b"d"])}
    assert len(keys) == 5
    assert files.cache_key("a", b"b") == files.cache_key("a", "b")


# Whole files


def test_whole_file_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    files.write_whole(tmp_path / "a", b"old")
    files.write_whole(tmp_path / "a", b"new")
    assert tree(tmp_path) == {"a": b"new"}


def test_whole_file_replaces_a_link_instead_of_writing_through_it(tmp_path: Path) -> None:
    lay(tmp_path, {"precious": b"mine", "a": "precious"})
    files.write_whole(tmp_path / "a", b"new")
    assert tree(tmp_path) == {"precious": b"mine", "a": b"new"}


def test_failed_write_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_whole(tmp_path / "a", b"old")

    def full_disk(handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        files.write_whole(tmp_path / "a", b"new")
    assert tree(tmp_path) == {"a": b"old"}


def test_write_within_makes_folders_but_never_leaves_its_root(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    lay(tmp_path, {"elsewhere": None, "root/link": str(elsewhere)})
    files.write_within(root, "content/story/index.md", b"text")
    for path in ("../elsewhere/a", "/a", "link/a", "a\\b", "a//b", "", "C:a", "./a", "a\0b"):
        with pytest.raises(files.UnsafePath):
            files.write_within(root, path, b"text")
    assert tree(tmp_path) == {"elsewhere": None, "root/link": str(elsewhere), "root/content/story/index.md": b"text"}


# The cache


def test_store_gives_back_what_was_put(tmp_path: Path) -> None:
    store, key = Store(tmp_path / "work" / "cache"), files.cache_key("text")
    assert store.get(key) is None
    for data in (b"", b"rendered"):
        store.put(key, data)
        assert Store(tmp_path / "work" / "cache").get(key) == data


@pytest.mark.parametrize("spoilt", ["cut short", "grown", "empty", "changed"])
def test_spoilt_store_entry_counts_as_absent(tmp_path: Path, spoilt: str) -> None:
    store, key = Store(tmp_path), files.cache_key("text")
    store.put(key, b"rendered")
    path = tmp_path / key[:2] / key[2:]
    whole = path.read_bytes()
    path.write_bytes(
        {"cut short": whole[:-1], "grown": whole + b"!", "empty": b"", "changed": whole[:-1] + b"D"}[spoilt]
    )
    assert store.get(key) is None
    store.put(key, b"rendered")
    assert store.get(key) == b"rendered"


def test_store_entry_under_another_key_counts_as_absent(tmp_path: Path) -> None:
    store, one, other = Store(tmp_path), files.cache_key("one"), files.cache_key("other")
    store.put(one, b"data")
    store.put(other, b"data")
    shutil.copy(tmp_path / one[:2] / one[2:], tmp_path / other[:2] / other[2:])
    assert store.get(other) is None


def test_store_refuses_a_key_that_could_be_a_path(tmp_path: Path) -> None:
    for key in ("../../etc/passwd", "short", ""):
        with pytest.raises(ValueError, match="cache key"):
            Store(tmp_path).get(key)


@needs_fork
def test_processes_storing_at_once_never_spoil_an_entry(tmp_path: Path) -> None:
    keys = [files.cache_key(str(number)) for number in range(4)]
    values = [bytes([letter]) * 50_000 for letter in b"ab"]

    def fill(value: bytes) -> None:
        for _ in range(50):
            for key in keys:
                Store(tmp_path).put(key, value)

    writers = [start(lambda value=value: fill(value)) for value in values]  # type: ignore[misc]
    read = [Store(tmp_path).get(key) for _ in range(100) for key in keys]
    assert [outcome_of(writer) for writer in writers] == [0, 0]
    read += [Store(tmp_path).get(key) for key in keys]
    assert set(read[-len(keys) :]) <= set(values)
    assert set(read) <= {None, *values}
    assert len(tree(tmp_path)) == len(keys)


# One build at a time


@needs_fork
def test_second_build_is_told_that_another_is_at_work(tmp_path: Path) -> None:
    busy = pytest.raises(files.Busy, match="another build is at work")
    with held_by_another(tmp_path / ".microsite"), busy, files.lock(tmp_path / ".microsite", 0.1):
        pass
    with files.lock(tmp_path / ".microsite", 0):
        pass


def test_lock_counts_within_one_process_too_and_can_be_taken_again(tmp_path: Path) -> None:
    with files.lock(tmp_path), pytest.raises(files.Busy), files.lock(tmp_path, 0):
        pass
    with files.lock(tmp_path, 0):
        pass


@needs_fork
def test_worker_that_let_go_does_not_hold_the_lock_of_a_killed_build(tmp_path: Path) -> None:
    said, say = os.pipe()

    def outlive(let_go: Callable[[], None]) -> None:
        let_go()
        os.write(say, b".")
        signal.pause()

    def killed_build() -> None:
        with files.lock(tmp_path) as let_go:
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
        with files.lock(tmp_path, 0):
            pass
    finally:
        os.kill(int(heard.replace(b".", b"")), signal.SIGKILL)
        os.close(said)
        os.close(say)


@needs_fork
def test_lock_is_free_after_the_build_although_its_workers_live(tmp_path: Path) -> None:
    with files.lock(tmp_path):
        worker = start(signal.pause)
    try:
        with files.lock(tmp_path, 0):
            pass
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def test_work_folder_hides_itself_from_git(tmp_path: Path) -> None:
    with files.lock(tmp_path / ".microsite"):
        assert (tmp_path / ".microsite/.gitignore").read_text() == "*\n"


def test_work_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    lay(tmp_path, {"home/letters": b"dear", ".microsite": "home"})
    with pytest.raises(files.UnsafePath), files.lock(tmp_path / ".microsite"):
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
    with pytest.raises(files.PathTaken, match=r"ko/index\.html"):
        staging.add("ko/index.html", b"2")
    with pytest.raises(files.PathTaken):
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


# Publishing

NAMES = st.sampled_from(["a", "b", "A", "index.html"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
DATA = st.sampled_from([b"", b"one", b"two", b"three"])
OLD_TREES = st.dictionaries(PATHS, DATA | st.none() | st.just("/outside"), max_size=8)


def can_be_published(outputs: Mapping[str, bytes]) -> bool:
    folded = {path.casefold() for path in outputs}
    return len(folded) == len(outputs) and not any(
        f"{path}/".startswith(f"{other}/") for path in folded for other in folded - {path}
    )


@settings(max_examples=80, deadline=None)
@given(OLD_TREES, st.dictionaries(PATHS, DATA, max_size=8).filter(can_be_published))
def test_any_site_becomes_exactly_any_other(old: Tree, new: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as name:
        base = Path(name)
        old = {path: str(base / "outside") if isinstance(data, str) else data for path, data in old.items()}
        lay(base, {"outside/letters": b"dear", "site/.gitignore": files.SITE_GITIGNORE.encode()})
        lay(base / "site", old)
        before = site_of(base)
        stamps = {path: (base / "site" / path).lstat() for path, data in before.items() if isinstance(data, bytes)}
        same = sorted(path for path in new if before.get(path) == new[path])
        keep = tuple(same[::2])
        staged = {path: data for path, data in new.items() if path not in keep}
        written, deleted = build(base, staged, keep)
        assert site_of(base) == new
        assert (base / "outside/letters").read_bytes() == b"dear"
        assert written == sorted(new.keys() - set(same))
        assert deleted == sorted(path for path in before.keys() - new.keys() if before[path] is not None)
        for path in same:
            now = (base / "site" / path).lstat()
            assert (now.st_ino, now.st_mtime_ns) == (stamps[path].st_ino, stamps[path].st_mtime_ns)


def test_site_folder_is_made_with_the_same_gitignore_as_in_the_repository(tmp_path: Path) -> None:
    build(tmp_path, {"index.html": b"1"})
    assert (tmp_path / "site/.gitignore").read_bytes() == (ROOT / "site/.gitignore").read_bytes()
    assert files.foreign_site_folder(ROOT / "site") is None


def test_gitignore_of_the_site_is_left_alone(tmp_path: Path) -> None:
    own = f"# ours\r\n{files.MARKER}\r\n*\r\n".encode()
    lay(tmp_path, {"site/.gitignore": own})
    before = (tmp_path / "site/.gitignore").stat()
    build(tmp_path, {"index.html": b"1"})
    build(tmp_path, {})
    after = (tmp_path / "site/.gitignore").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert tree(tmp_path / "site") == {".gitignore": own}


def test_publishing_the_same_again_changes_nothing_on_disk(tmp_path: Path) -> None:
    build(tmp_path, {"index.html": b"1", "ko/index.html": b"2"})
    stamps, folders = files.listing(tmp_path / "site"), [tmp_path / "site", tmp_path / "site/ko"]
    changed = [folder.stat().st_mtime_ns for folder in folders]
    assert build(tmp_path, {"index.html": b"1"}, keep=("ko/index.html",)) == ([], [])
    assert files.listing(tmp_path / "site") == stamps
    assert [folder.stat().st_mtime_ns for folder in folders] == changed
    assert list(stamps) == ["index.html", "ko/index.html"]
    assert sorted(tree(tmp_path / ".microsite")) == [".gitignore", "lock"]


@pytest.mark.parametrize(
    "site",
    [
        {"site/letters": b"dear"},
        {"site/.gitignore": b"*\n", "site/letters": b"dear"},
        {"site/.gitignore": "/elsewhere/.gitignore"},
        {"site/.gitignore": files.SITE_GITIGNORE.encode(), "site/.git/HEAD": b"ref: refs/heads/main"},
        {"site/folder": None},
        {"site": b"a file"},
        {"home/.gitignore": files.SITE_GITIGNORE.encode(), "home/letters": b"dear", "site": "home"},
    ],
)
def test_folder_that_is_not_ours_is_never_emptied(tmp_path: Path, site: Tree) -> None:
    lay(tmp_path, site)
    reason = files.foreign_site_folder(tmp_path / "site")
    assert reason is not None
    with pytest.raises(files.ForeignSiteFolder) as refused:
        build(tmp_path, {"index.html": b"1"})
    assert (str(refused.value), refused.value.names) == (str(reason), reason.names)
    shutil.rmtree(tmp_path / ".microsite")
    assert tree(tmp_path) == site


def test_refusal_names_what_stands_in_the_folder(tmp_path: Path) -> None:
    lay(tmp_path, {f"site/{number}": b"" for number in range(7)})
    reason = files.foreign_site_folder(tmp_path / "site")
    assert reason is not None
    assert reason.names == tuple("0123456")
    assert "holds 0, 1, 2, 3, 4 and 2 more" in str(reason)


def test_kept_file_that_is_gone_stops_the_publish_before_any_change(tmp_path: Path) -> None:
    lay(tmp_path, {"letters": b"dear"})
    build(tmp_path, {"a": b"1", "b": b"2", "c": b"3"})
    (tmp_path / "site/b").unlink()
    (tmp_path / "site/c").unlink()
    (tmp_path / "site/c").symlink_to(tmp_path / "letters")
    before = site_of(tmp_path)
    with pytest.raises(files.KeptFileMissing, match="b, c"):
        build(tmp_path, {"d": b"4"}, keep=("a", "b", "c"))
    assert site_of(tmp_path) == before


@pytest.mark.parametrize("outputs", [["a.html", "A.html"], ["ko", "ko/index.html"], ["Ko", "ko/index.html"]])
def test_names_that_are_one_on_some_computers_are_refused(tmp_path: Path, outputs: list[str]) -> None:
    with pytest.raises(files.PathTaken):
        files.publish(tmp_path / "site", Staging(tmp_path), outputs)
    with pytest.raises(files.PathTaken):
        files.publish(tmp_path / "site", Staging(tmp_path), outputs[:1], outputs[:1])
    assert not (tmp_path / "site").exists()


def test_links_and_pipes_planted_in_the_site_are_removed_and_not_followed(tmp_path: Path) -> None:
    precious: Tree = {"home/index.html": b"mine", "home/letters": b"dear"}
    lay(tmp_path, precious)
    build(tmp_path, {"ko/index.html": b"1", "about.html": b"2"})
    home, site = str(tmp_path / "home"), tmp_path / "site"
    shutil.rmtree(site / "ko")
    (site / "about.html").unlink()
    lay(site, {"ko": home, "about.html": f"{home}/letters", "stray": home})
    if hasattr(os, "mkfifo"):
        os.mkfifo(site / "pipe")
    new: Tree = {"ko/index.html": b"3", "about.html": b"4"}
    build(tmp_path, {"ko/index.html": b"3", "about.html": b"4"})
    assert site_of(tmp_path) == new
    assert tree(tmp_path / "home") == {"index.html": b"mine", "letters": b"dear"}


def test_site_on_another_disk_is_published_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really_replace = os.replace

    def replace(source: str, target: str) -> None:
        if "/staging/" in source and "/site/" in target:
            raise OSError(errno.EXDEV, "another disk")
        really_replace(source, target)

    monkeypatch.setattr(os, "replace", replace)
    build(tmp_path, {"a/b": b"1", "c": b"2"})
    build(tmp_path, {"a/b": b"3"})
    assert site_of(tmp_path) == {"a/b": b"3"}


def test_journal_is_on_disk_before_the_first_change_and_goes_after_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, {"old/page": b"1", "page": b"1"})
    did: list[str] = []

    def note(name: str, act: Callable[..., object]) -> Callable[..., object]:
        def noted(*paths: str) -> object:
            local = [Path(path).relative_to(tmp_path).as_posix() for path in paths]
            did.append(" ".join([name, *("STAGED" if "/staging/" in path else path for path in local)]))
            return act(*paths)

        return noted

    with files.lock(tmp_path / ".microsite"):
        staging = Staging(tmp_path / ".microsite")
        staging.add("new/page", b"2")
        for name in ("replace", "unlink", "mkdir", "rmdir"):
            monkeypatch.setattr(os, name, note(name, getattr(os, name)))
        monkeypatch.setattr(files, "_fsync", note("fsync", files._fsync))
        monkeypatch.setattr(staging, "discard", lambda: None)
        files.publish(tmp_path / "site", staging, ["new/page"], ["page"])
    assert did == [
        "fsync STAGED",
        "replace STAGED .microsite/journal",
        "fsync .microsite",
        "mkdir site",
        "mkdir site/new",
        "replace STAGED site/new/page",
        "unlink site/old/page",
        "rmdir site/old",
        "fsync site",
        "fsync site/new",
        "unlink .microsite/journal",
    ]


# Recovery


def test_recovery_without_trouble_finds_nothing(tmp_path: Path) -> None:
    assert recover(tmp_path) == "nothing"
    build(tmp_path, {"a": b"1"})
    assert recover(tmp_path) == "nothing"


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b'{"staging": "x", "fresh": ["../a"], "wanted": []}', b"\xff"]
)
def test_journal_we_did_not_write_is_dropped_with_its_staging(tmp_path: Path, text: bytes) -> None:
    build(tmp_path, {"a": b"1"})
    Staging(tmp_path / ".microsite").add("b", b"2")
    (tmp_path / ".microsite/journal").write_bytes(text)
    assert recover(tmp_path) == "discarded"
    assert site_of(tmp_path) == {"a": b"1"}
    assert recover(tmp_path) == "nothing"


def test_planted_journal_cannot_bring_in_files_from_elsewhere(tmp_path: Path) -> None:
    lay(tmp_path, {"home/x/key": b"secret", ".microsite/staging": "../home"})
    journal = {"staging": "x", "fresh": ["key"], "wanted": ["key"]}
    (tmp_path / ".microsite/journal").write_text(json.dumps(journal))
    with pytest.raises(files.UnsafePath):
        recover(tmp_path)
    (tmp_path / ".microsite/staging").unlink()
    lay(tmp_path, {".microsite/staging/x/key": "../../../home/x/key"})
    recover(tmp_path)
    assert site_of(tmp_path) == {}
    assert (tmp_path / "home/x/key").read_bytes() == b"secret"


def test_recovery_leaves_a_folder_alone_that_is_not_ours_any_more(tmp_path: Path) -> None:
    lay(tmp_path, {"site/letters": b"dear", ".microsite/staging/x/a": b"1"})
    (tmp_path / ".microsite/journal").write_text(json.dumps({"staging": "x", "fresh": ["a"], "wanted": ["a"]}))
    with pytest.raises(files.ForeignSiteFolder):
        build(tmp_path, {"a": b"1"})
    assert tree(tmp_path / "site") == {"letters": b"dear"}
    (tmp_path / "site/letters").rename(tmp_path / "letters")
    build(tmp_path, {"a": b"1"})
    assert site_of(tmp_path) == {"a": b"1"}


def test_worker_that_outlives_its_build_cannot_add_to_the_next(tmp_path: Path) -> None:
    outliving = Staging(tmp_path)
    assert files.recover(tmp_path / "site", tmp_path) == "discarded"
    following = Staging(tmp_path)
    for path in ("index.html", "other/index.html"):
        with pytest.raises(FileNotFoundError):
            outliving.add(path, b"stale")
    assert tree(Path(following.folder)) == {}


CHANGES: dict[str, tuple[Tree, dict[str, bytes], tuple[str, ...]]] = {
    "plain": (
        {"index.html": b"old page", "ko/index.html": b"kept", "gone/a": b"old"},
        {"index.html": b"new page", "new/a": b"new"},
        ("ko/index.html",),
    ),
    "in each other's way": (
        {"a": b"file", "b/c": b"folder", "d": "../outside", "E": b"case", "f/g": None},
        {"a/x": b"below a file", "b": b"over a folder", "d/x": b"over a link", "e": b"case", "f": b"over nothing"},
        (),
    ),
    "first": ({}, {"index.html": b"first"}, ()),
}


@needs_fork
@pytest.mark.parametrize("case", CHANGES)
def test_build_killed_at_any_step_leaves_the_old_site_or_is_completed(case: str) -> None:
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as folder:
        start_from, base = Path(folder, "before"), Path(folder, "base")
        old, staged, keep = CHANGES[case]
        lay_before_the_kill(start_from, old)
        new: Tree = {**staged, **{path: old[path] for path in keep}}
        ends = []
        for step in count(1):
            shutil.rmtree(base, ignore_errors=True)
            shutil.copytree(start_from, base, symlinks=True)
            if not killed_at(step, lambda: build(base, staged, keep)):
                break
            for path, data in site_of(base).items():
                assert data is None or path.startswith(".microsite-") or data in (old.get(path), staged.get(path))
            recover_though_killed(base)
            assert outside_of(base) == outside_of(start_from)
            assert site_of(base) in (old, new)
            assert not [path for path in tree(base / ".microsite") if path.startswith(("journal", "staging"))]
            ends.append(site_of(base) == new)
            build(base, staged, keep)
            assert site_of(base) == new
        assert site_of(base) == new
    assert ends == sorted(ends), "old until the journal stands, new ever after"
    assert ends.count(False) > 5
    assert ends.count(True) > 5


def lay_before_the_kill(base: Path, old: Tree) -> None:
    lay(base, {"outside/letters": b"dear", "content/index.md": b"text"})
    if old:
        lay(base, {"site/.gitignore": files.SITE_GITIGNORE.encode(), ".microsite/.gitignore": b"*\n"})
        lay(base / "site", old)


def recover_though_killed(base: Path) -> None:
    """Recover; and where a journal stands be killed at it, at step 1, then 3, then 9, until it reaches its end."""
    step = 1
    while (base / ".microsite/journal").exists() and killed_at(step, lambda: recover(base)):
        step *= 3
    recover(base)


def outside_of(base: Path) -> Tree:
    return {path: data for path, data in tree(base).items() if not path.startswith(("site", ".microsite"))}


def test_start_up_needs_no_heavy_module() -> None:
    code = "import sys, microsite.files; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"typing", "re", "json", "hashlib", "shutil", "pathlib", "dataclasses"} & {*run.stdout.split()}


# Processes to be killed

FAILED = 70
CHANGING = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def start(act: Callable[[], object]) -> int:
    """Run `act` in a forked process and give its id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the test runner may have threads; the child needs none
        child = os.fork()
    if child:
        return child
    try:
        act()
    except BaseException:  # noqa: BLE001  (a child must end here, whatever happened)
        traceback.print_exc()
        os._exit(FAILED)
    os._exit(0)


def outcome_of(child: int, *, quiet: bool = False) -> int:
    """The exit status of a process; below zero, the signal that ended it."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert quiet or status != FAILED, "the child failed: see its traceback"
    return status


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Run `act`, killed just before its `step`th change to the disk, or halfway through it where that is a write.

    The interpreter itself reports each opening, renaming and removing, so none can be missed. False if `act` came to
    its end with fewer changes.
    """
    return outcome_of(start(lambda: act_until(step, act))) == -signal.SIGKILL


def act_until(step: int, act: Callable[[], object]) -> None:
    steps = count(1)
    really_write, really_fsync = os.write, os.fsync

    def die_in_time() -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, args: tuple[object, ...]) -> None:
        flags = args[2] if event == "open" else 0
        if event in CHANGING or (isinstance(flags, int) and flags & WRITING):
            die_in_time()

    def write(handle: int, data: memoryview) -> int:
        half = really_write(handle, data[: (len(data) + 1) // 2])
        die_in_time()
        return half

    def fsync(handle: int) -> None:
        die_in_time()
        really_fsync(handle)

    os.write, os.fsync = write, fsync  # type: ignore[assignment]
    sys.addaudithook(watch)
    act()


@contextmanager
def held_by_another(work_folder: Path) -> Iterator[None]:
    """The lock of `work_folder` in the hands of another process."""
    held, tell = os.pipe()

    def hold() -> None:
        with files.lock(work_folder):
            os.write(tell, b".")
            signal.pause()

    child = start(hold)
    os.read(held, 1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(held)
        os.close(tell)
