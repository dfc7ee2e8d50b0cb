"""What git must not have: originals and pictures of a camera, tracked now or in any commit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from microsite import command, repository
from microsite.repository import guard
from tests.helpers import write_site
from tests.pictures import exif_block, saved, with_riders

CAMERA = with_riders(["Exif with a place (GPS)"])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site in a repository of its own, as somebody without any settings has it."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    root = write_site(tmp_path / "site")
    git(root, "init", "--quiet")
    commit(root)
    return root


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A reporter", "-c", "user.email=reporter@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--message", "A change")


def put(root: Path, path: str, data: bytes) -> Path:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)
    return root / path


def found(root: Path) -> list[tuple[str, str]]:
    return [(problem.at.file, problem.kind) for problem in guard(str(root))]


def test_clean_repository_is_passed(site: Path) -> None:
    put(site, "content/story/photos/shop.jpg", saved("JPEG"))
    put(site, "originals/.gitignore", b"*\n")
    commit(site)
    assert guard(str(site)) == []


@pytest.mark.parametrize("name", ["photo.jpg", "IMG.JPG", "photo.png", "photo.webp", "photo.avif", "photo.tif"])
def test_picture_of_a_camera_is_found_in_the_index(name: str, site: Path) -> None:
    formats = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "tif": "TIFF"}
    put(site, f"docs/{name}", saved(formats[name.lower().rpartition(".")[2]], exif=exif_block()))
    git(site, "add", "--all")
    assert found(site) == [(f"docs/{name}", "tracked-metadata")]
    (problem,) = guard(str(site))
    assert "git tracks it" in problem.message
    assert f"git rm --cached 'docs/{name}'" in problem.hint


def test_picture_of_a_camera_is_found_in_the_history_however_long_gone(site: Path) -> None:
    path = put(site, "content/story/photos/shop.jpg", CAMERA)
    commit(site)
    path.write_bytes(saved("JPEG"))
    commit(site)
    path.unlink()
    commit(site)
    (problem,) = guard(str(site))
    assert (problem.at.file, problem.kind) == ("content/story/photos/shop.jpg", "tracked-metadata")
    assert "Exif with a place (GPS), and it is in the history" in problem.message
    assert "git filter-repo --invert-paths --path 'content/story/photos/shop.jpg'" in problem.hint


def test_picture_on_another_branch_is_found(site: Path) -> None:
    git(site, "checkout", "--quiet", "-b", "other")
    put(site, "a.jpg", CAMERA)
    commit(site)
    git(site, "checkout", "--quiet", "-")
    assert found(site) == [("a.jpg", "tracked-metadata")]


def test_picture_on_a_branch_that_was_merged_away_is_found(site: Path) -> None:
    git(site, "checkout", "--quiet", "-b", "side")
    path = put(site, "a.jpg", CAMERA)
    commit(site)
    path.unlink()
    commit(site)
    git(site, "checkout", "--quiet", "-")
    put(site, "note.txt", b"A note.")
    commit(site)
    git(site, "merge", "--quiet", "--no-edit", "side")
    git(site, "branch", "--quiet", "--delete", "side")
    assert found(site) == [("a.jpg", "tracked-metadata")]


def test_copy_of_an_original_is_found_under_each_name_it_had(site: Path) -> None:
    put(site, "private/a.jpg", saved("JPEG"))
    commit(site)
    (site / "private/a.jpg").rename(site / "b.jpg")
    commit(site)
    assert found(site) == [("private/a.jpg", "tracked-original")]


def test_original_is_found_by_its_place_and_by_its_bytes(site: Path) -> None:
    original = saved("JPEG")
    put(site, "originals/shop.jpg", original)
    commit(site)
    git(site, "rm", "--quiet", "--cached", "originals/shop.jpg")
    git(site, "commit", "--quiet", "--message", "Gone")
    put(site, "content/story/photos/copy.dat", original)
    git(site, "add", "content")
    assert sorted(found(site)) == [
        ("content/story/photos/copy.dat", "tracked-original"),
        ("originals/shop.jpg", "tracked-original"),
    ]


def test_salts_in_git_are_found(site: Path) -> None:
    put(site, "private/originals.json", b"{}")
    commit(site)
    assert found(site) == [("private/originals.json", "tracked-original")]


def test_site_below_the_repositorys_top_looks_at_its_own_files(tmp_path: Path, site: Path) -> None:
    nested = tmp_path / "outer"
    shutil.copytree(site, nested / "inner site", ignore=shutil.ignore_patterns(".git"))
    git(nested, "init", "--quiet")
    put(nested, "elsewhere.jpg", CAMERA)
    put(nested, "inner site/here.jpg", CAMERA)
    put(nested, "inner site/originals/a.jpg", CAMERA)
    commit(nested)
    assert sorted(found(nested / "inner site")) == [
        ("here.jpg", "tracked-original"),
        ("originals/a.jpg", "tracked-original"),
    ]


def test_names_that_git_would_quote_are_told_whole(site: Path) -> None:
    put(site, "사진 1.jpg", CAMERA)
    commit(site)
    assert found(site) == [("사진 1.jpg", "tracked-metadata")]


def test_many_pictures_are_read_in_batches(site: Path) -> None:
    for number in range(120):
        put(site, f"p/{number}.jpg", saved("JPEG", comment=str(number)))
    put(site, "p/x.jpg", CAMERA)
    commit(site)
    assert found(site) == [("p/x.jpg", "tracked-metadata")]


def test_folder_that_is_in_no_repository_is_not_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "_git", None)
    assert guard(str(write_site(tmp_path / "site"))) == []


def test_git_that_cannot_answer_is_no_silence(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(site))
    (problem,) = guard(str(site))
    assert (problem.kind, problem.severity) == ("unasked-git", "warning")
    monkeypatch.undo()
    (site / ".git/HEAD").write_text("broken")
    (problem,) = guard(str(site))
    assert problem.kind == "unasked-git"


def test_variables_of_a_hook_do_not_lead_elsewhere(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(site, "a.jpg", CAMERA)
    commit(site)
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert found(site) == [("a.jpg", "tracked-metadata")]


def test_check_stops_at_what_git_must_not_have(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(site, "a.jpg", CAMERA)
    commit(site)
    assert command.main(["check", "--root", str(site)]) == command.CONTENT_HAS_ERRORS
    assert "a.jpg:1:1: error: `a.jpg` carries Exif with a place (GPS)" in capsys.readouterr().err
