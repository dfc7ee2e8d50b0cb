"""Whole files and paths: the old file or the new, and never out of the folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from microsite import files
from tests.folders import lay, tree
from tests.trees import ROOT


def test_short_digest_is_the_beginning_of_the_whole() -> None:
    assert files.short_digest(b"") == "e3b0c44298"


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


def test_start_up_needs_no_heavy_module() -> None:
    code = "import sys, microsite.files, microsite.store, microsite.publishing; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"typing", "re", "json", "hashlib", "shutil", "pathlib", "dataclasses"} & {*run.stdout.split()}
