"""The way into `site/`, also with a kill at every step."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite import files, publishing, workfolder
from microsite.workfolder import Staging
from tests.folders import Tree, lay, tree
from tests.forks import killed_at, needs_fork
from tests.trees import ROOT

# Hundreds of small sites are made and removed: in memory where that can be, for some disks grow slow at it.
QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def build(base: Path, outputs: Mapping[str, bytes], keep: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """A build as the pipeline runs it, but for making the outputs."""
    with workfolder.lock(base / ".microsite"):
        recover(base)
        staging = Staging(base / ".microsite")
        for path, data in outputs.items():
            staging.add(path, data)
        return publishing.publish(base / "site", staging, outputs, keep)


def recover(base: Path) -> str:
    return publishing.recover(base / "site", base / ".microsite")


def site_of(base: Path) -> Tree:
    return {path: data for path, data in tree(base / "site").items() if path != ".gitignore"}


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
        lay(base, {"outside/letters": b"dear", "site/.gitignore": publishing.SITE_GITIGNORE.encode()})
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
    assert publishing.foreign_site_folder(ROOT / "site") is None


def test_gitignore_of_the_site_is_left_alone(tmp_path: Path) -> None:
    own = f"# ours\r\n{publishing.MARKER}\r\n*\r\n".encode()
    lay(tmp_path, {"site/.gitignore": own})
    before = (tmp_path / "site/.gitignore").stat()
    build(tmp_path, {"index.html": b"1"})
    build(tmp_path, {})
    after = (tmp_path / "site/.gitignore").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert tree(tmp_path / "site") == {".gitignore": own}


def test_publishing_the_same_again_changes_nothing_on_disk(tmp_path: Path) -> None:
    build(tmp_path, {"index.html": b"1", "ko/index.html": b"2"})
    stamps, folders = publishing.listing(tmp_path / "site"), [tmp_path / "site", tmp_path / "site/ko"]
    changed = [folder.stat().st_mtime_ns for folder in folders]
    assert build(tmp_path, {"index.html": b"1"}, keep=("ko/index.html",)) == ([], [])
    assert publishing.listing(tmp_path / "site") == stamps
    assert [folder.stat().st_mtime_ns for folder in folders] == changed
    assert list(stamps) == ["index.html", "ko/index.html"]
    assert sorted(tree(tmp_path / ".microsite")) == [".gitignore", "lock"]


@pytest.mark.parametrize(
    "site",
    [
        {"site/letters": b"dear"},
        {"site/.gitignore": b"*\n", "site/letters": b"dear"},
        {"site/.gitignore": "/elsewhere/.gitignore"},
        {"site/.gitignore": publishing.SITE_GITIGNORE.encode(), "site/.git/HEAD": b"ref: refs/heads/main"},
        {"site/folder": None},
        {"site": b"a file"},
        {"home/.gitignore": publishing.SITE_GITIGNORE.encode(), "home/letters": b"dear", "site": "home"},
    ],
)
def test_folder_that_is_not_ours_is_never_emptied(tmp_path: Path, site: Tree) -> None:
    lay(tmp_path, site)
    reason = publishing.foreign_site_folder(tmp_path / "site")
    assert reason is not None
    with pytest.raises(publishing.ForeignSiteFolder) as refused:
        build(tmp_path, {"index.html": b"1"})
    assert (str(refused.value), refused.value.names) == (str(reason), reason.names)
    shutil.rmtree(tmp_path / ".microsite")
    assert tree(tmp_path) == site


def test_refusal_names_what_stands_in_the_folder(tmp_path: Path) -> None:
    lay(tmp_path, {f"site/{number}": b"" for number in range(7)})
    reason = publishing.foreign_site_folder(tmp_path / "site")
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
    with pytest.raises(publishing.KeptFileMissing, match="b, c"):
        build(tmp_path, {"d": b"4"}, keep=("a", "b", "c"))
    assert site_of(tmp_path) == before


@pytest.mark.parametrize("outputs", [["a.html", "A.html"], ["ko", "ko/index.html"], ["Ko", "ko/index.html"]])
def test_names_that_are_one_on_some_computers_are_refused(tmp_path: Path, outputs: list[str]) -> None:
    with pytest.raises(workfolder.PathTaken):
        publishing.publish(tmp_path / "site", Staging(tmp_path), outputs)
    with pytest.raises(workfolder.PathTaken):
        publishing.publish(tmp_path / "site", Staging(tmp_path), outputs[:1], outputs[:1])
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

    with workfolder.lock(tmp_path / ".microsite"):
        staging = Staging(tmp_path / ".microsite")
        staging.add("new/page", b"2")
        for name in ("replace", "unlink", "mkdir", "rmdir"):
            monkeypatch.setattr(os, name, note(name, getattr(os, name)))
        monkeypatch.setattr(files, "_fsync", note("fsync", files._fsync))
        monkeypatch.setattr(staging, "discard", lambda: None)
        publishing.publish(tmp_path / "site", staging, ["new/page"], ["page"])
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
    with pytest.raises(publishing.ForeignSiteFolder):
        build(tmp_path, {"a": b"1"})
    assert tree(tmp_path / "site") == {"letters": b"dear"}
    (tmp_path / "site/letters").rename(tmp_path / "letters")
    build(tmp_path, {"a": b"1"})
    assert site_of(tmp_path) == {"a": b"1"}


def test_worker_that_outlives_its_build_cannot_add_to_the_next(tmp_path: Path) -> None:
    outliving = Staging(tmp_path)
    assert publishing.recover(tmp_path / "site", tmp_path) == "discarded"
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
        lay(base, {"site/.gitignore": publishing.SITE_GITIGNORE.encode(), ".microsite/.gitignore": b"*\n"})
        lay(base / "site", old)


def recover_though_killed(base: Path) -> None:
    """Recover; and where a journal stands be killed at it, at step 1, then 3, then 9, until it reaches its end."""
    step = 1
    while (base / ".microsite/journal").exists() and killed_at(step, lambda: recover(base)):
        step *= 3
    recover(base)


def outside_of(base: Path) -> Tree:
    return {path: data for path, data in tree(base).items() if not path.startswith(("site", ".microsite"))}
