"""A translation knows which state of the original it renders, and says so when that has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from microsite import command
from tests import trees


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site in two languages, whose translation nobody has reviewed."""
    shutil.copytree(
        (trees.ROOT / "tests" / "sites") / "two-languages",
        tmp_path / "site-source",
        ignore=shutil.ignore_patterns("expected"),
    )
    return tmp_path / "site-source"


def run(root: Path, *arguments: str) -> int:
    return command.main([*arguments, "--root", str(root)])


def page(root: Path) -> str:
    assert run(root, "build") == command.FINE
    return (root / "site" / "ko" / "story" / "index.html").read_text(encoding="utf-8")


def test_an_unreviewed_translation_says_that_no_native_reader_has_checked_it(root: Path) -> None:
    assert '<div class="notice">' in page(root)


def test_a_translation_read_by_a_machine_says_so_still(root: Path) -> None:
    run(root, "reviewed", "ko", "--by", "machine")
    assert '<div class="notice">' in page(root)


def test_a_translation_that_a_native_reader_checked_says_nothing(root: Path) -> None:
    run(root, "reviewed", "ko", "--by", "native")
    assert '<div class="notice">' not in page(root)


def test_the_original_edition_says_nothing(root: Path) -> None:
    page(root)
    assert '<div class="notice">' not in (root / "site" / "story" / "index.html").read_text(encoding="utf-8")


def test_a_changed_original_is_flagged_at_its_translation_and_on_the_page(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(root, "reviewed", "ko", "--by", "native")
    original = root / "content" / "story" / "index.md"
    prose = original.read_text(encoding="utf-8")
    original.write_text(prose.rstrip("\n") + " And it says more now.\n", encoding="utf-8")
    capsys.readouterr()
    html = page(root)
    assert "content/story/index.ko.md:" in capsys.readouterr().err
    assert '<div class="notice">' in html
    run(root, "reviewed", "ko", "--by", "native")
    assert '<div class="notice">' not in page(root)


def test_white_space_alone_makes_nothing_stale(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(root, "reviewed", "ko", "--by", "native")
    original = root / "content" / "story" / "index.md"
    original.write_text(original.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    capsys.readouterr()
    page(root)
    assert "stale-translation" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("xx",), ("en",), ("ko", "nowhere")])
def test_an_unknown_language_or_story_is_wrong_usage(root: Path, arguments: tuple[str, ...]) -> None:
    language, *stories = arguments
    assert run(root, "reviewed", language, *stories, "--by", "native") == command.WRONG_USAGE
