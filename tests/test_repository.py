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


@pytest.mark.parametrize("name", ["IMG_0042", "photo.jpg.bak", "notes.txt", "사진"])
def test_picture_of_a_camera_is_found_whatever_it_is_named(name: str, site: Path) -> None:
    put(site, f"docs/{name}", CAMERA)
    commit(site)
    assert found(site) == [(f"docs/{name}", "tracked-metadata")]


def test_another_repository_within_this_one_is_left_to_itself(site: Path) -> None:
    git(site, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    git(site, "commit", "--quiet", "--message", "A change")
    assert found(site) == []


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


def test_site_below_the_repositorys_top_looks_at_its_own_files_and_for_its_originals_everywhere(
    tmp_path: Path, site: Path
) -> None:
    nested = tmp_path / "outer"
    shutil.copytree(site, nested / "inner site", ignore=shutil.ignore_patterns(".git"))
    git(nested, "init", "--quiet")
    put(nested, "somebody.jpg", with_riders(["XMP"]))
    put(nested, "elsewhere.jpg", CAMERA)
    put(nested, "inner site/here.jpg", CAMERA)
    put(nested, "inner site/originals/a.jpg", CAMERA)
    commit(nested)
    assert sorted(found(nested / "inner site")) == [
        ("../elsewhere.jpg", "tracked-original"),
        ("here.jpg", "tracked-original"),
        ("originals/a.jpg", "tracked-original"),
    ]
    said = {each.at.file: each.hint for each in guard(str(nested / "inner site"))}
    assert "git rm --cached 'here.jpg'" in said["here.jpg"]
    assert "filter-repo --invert-paths --path 'inner site/here.jpg'" in said["here.jpg"]
    git(nested, "mv", "inner site", "moved")
    commit(nested)
    before = {"../inner site/here.jpg", "../inner site/originals/a.jpg"}  # for these are still in the history
    assert {path for path, _ in found(nested / "moved")} == {"../elsewhere.jpg", "here.jpg", "originals/a.jpg", *before}


def test_names_that_git_would_quote_are_told_whole(site: Path) -> None:
    put(site, "사진 1.jpg", CAMERA)
    commit(site)
    assert found(site) == [("사진 1.jpg", "tracked-metadata")]


def test_many_pictures_are_read(site: Path) -> None:
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


# --- Words that must not be said --------------------------------------------------------------------------------------

CANARY = "Okhotsk Canary"


@pytest.fixture
def guarded(site: Path) -> Path:
    """A site with a list of words, which another computer has as it is now."""
    put(site, "private/tripwires.txt", f"{CANARY}\n".encode())
    put(site, "private/.gitignore", b"*\n")
    git(site, "clone", "--quiet", "--bare", ".", str(site.parent / "remote"))
    git(site, "remote", "add", "origin", str(site.parent / "remote"))
    git(site, "fetch", "--quiet", "origin")
    return site


def commit_of(site: Path, message: str = "A change") -> None:
    git(site, "add", "--all")
    git(site, "commit", "--quiet", "--allow-empty", "--message", message)


def said_of(site: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `check` says: of a list that trips, never the words."""
    status = command.main(["check", "--root", str(site)])
    said = capsys.readouterr().err
    assert "canary" not in said.lower()
    assert (status == command.CONTENT_HAS_ERRORS) == ("[tripwire]" in said)
    return said


def test_words_of_the_list_are_found_in_what_git_tracks_at_their_line(
    guarded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(guarded, "notes.md", f"One\nMet by {CANARY}.\n".encode())
    assert said_of(guarded, capsys) == ""
    git(guarded, "add", "notes.md")
    said = said_of(guarded, capsys)
    assert "notes.md:2:1: error: the file holds line 1 of private/tripwires.txt" in said
    assert "git tracks it" in said


def test_words_that_a_later_commit_took_out_would_still_be_pushed(
    guarded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (f"Met by {CANARY}.\n", "Met by somebody.\n"):
        put(guarded, "notes.md", text.encode())
        commit_of(guarded)
    said = said_of(guarded, capsys)
    assert "notes.md:1:1: error: the file holds line 1 of private/tripwires.txt of the tripwires, and a commit" in said
    assert "git reset --soft @{upstream}" in said


def test_each_version_of_a_file_is_read_where_it_differs(guarded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"Line {number}." for number in range(40)]
    for words in ("Nobody", "Okhotsk <b\n\nclass=a>Canary</b>", "Somebody"):
        put(guarded, "notes.md", "\n".join([*lines[:20], words, *lines[20:]]).encode())
        commit_of(guarded)
    assert said_of(guarded, capsys).count("[tripwire]") == 1


@pytest.mark.parametrize("carrier", ["name", "message", "author"])
def test_names_of_files_and_commits_are_looked_at_too(
    carrier: str, guarded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if carrier == "name":
        put(guarded, "okhotsk-canary.md", b"Nothing.\n")
    if carrier == "author":
        git(guarded, "config", "user.name", "x")
        git(guarded, "commit", "--quiet", "--allow-empty", "--message", "x", "--author", f"{CANARY} <a@example.org>")
    commit_of(guarded, f"As {CANARY} told us" if carrier == "message" else "A change")
    assert ".:1:1: error: " in said_of(guarded, capsys)


def test_what_the_world_has_already_stops_no_push(guarded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(guarded, "notes.md", f"Met by {CANARY}.\n".encode())
    commit_of(guarded)
    git(guarded, "push", "--quiet", "origin", "HEAD")
    put(guarded, "notes.md", b"Met by somebody.\n")
    commit_of(guarded)
    assert said_of(guarded, capsys) == ""
