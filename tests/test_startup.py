"""What is imported before it is known to be needed: an unchanged site and a question wait for nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import trees

ONLY_AT_TIMES = frozenset({"PIL", "livereload", "rich", "selectolax", "tornado", "watchfiles"})
"""What only pictures, the preview, a terminal or a page less plain than ours need."""
HEAVY = ONLY_AT_TIMES | {"babel", "jinja2", "markdown", "microsite.assembly", "nh3", "yaml"}
"""What an unchanged site does not need."""
SLOW = frozenset({"argparse", "dataclasses", "inspect", "json", "pathlib", "re", "typing"})
"""Modules of Python's own, none of which takes long; together they take longer than Python's start."""

OURS_WHEN_UNCHANGED = frozenset(
    {"command", "files", "ledger", "order", "pipeline", "publishing", "report", "workfolder"}
)
MOST_OF_OTHERS = 24
"""How many other modules an unchanged site may cost, beyond those that Python starts with: small ones of its own."""


def imported_by(code: str, *arguments: str | Path) -> frozenset[str]:
    """What is imported once some code has run."""
    tell = "\nimport sys\nprint(*sys.modules, sep='\\n')"
    run = subprocess.run(
        [sys.executable, "-c", code + tell, *arguments], cwd=trees.ROOT, capture_output=True, text=True, check=True
    )
    return frozenset(run.stdout.split())


def built(root: Path) -> frozenset[str]:
    """What is imported by a build without arguments, as of the site in the working folder."""
    return imported_by("import sys\nfrom microsite.command import main\nassert main([], sys.argv[1]) == 0", root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return trees.lay_over(tmp_path, trees.ROOT / "tests/sites/two-stories")


def test_importing_the_command_imports_nothing_heavy() -> None:
    modules = imported_by("import microsite.command")
    assert "microsite.command" in modules
    assert not modules & HEAVY
    assert not modules & SLOW


def test_build_of_an_unchanged_site_imports_nothing_heavy(root: Path) -> None:
    assert HEAVY - built(root) == ONLY_AT_TIMES
    again = built(root)
    assert "microsite.ledger" in again
    assert not again & HEAVY
    assert not again & SLOW
    ours = {name for name in again if name.startswith("microsite")}
    assert ours == {"microsite", *(f"microsite.{name}" for name in OURS_WHEN_UNCHANGED)}
    others = {name.partition(".")[0] for name in again - ours - imported_by("pass")}
    assert others <= sys.stdlib_module_names
    assert len(others) <= MOST_OF_OTHERS, sorted(others)


def test_build_of_a_changed_site_without_pictures_imports_no_picture_library_and_no_server(root: Path) -> None:
    built(root)
    (root / "content/older/index.md").open("a").write("\nOne word more.\n")
    modules = built(root)
    assert "jinja2" in modules
    assert not modules & (ONLY_AT_TIMES | {"email", "importlib.metadata"})


def test_build_that_reads_options_imports_nothing_heavy_when_nothing_changed(root: Path) -> None:
    built(root)
    code = "import sys\nfrom microsite.command import main\nassert main(['build', '--root', sys.argv[1]]) == 0"
    assert not imported_by(code, root) & HEAVY


@pytest.mark.parametrize("arguments", [("--help",), ("build", "--help"), ("check", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "build.py", *arguments],
        cwd=trees.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
    assert "example" in run.stdout
    assert "microsite.command" in modules
    assert not modules & HEAVY


def test_check_imports_no_picture_library_and_no_server(root: Path) -> None:
    code = "import sys\nfrom microsite.command import main\nassert main(['check', '--root', sys.argv[1]]) == 0"
    assert not imported_by(code, root) & ONLY_AT_TIMES
