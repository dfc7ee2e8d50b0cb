"""`make hooks`: git runs `check` before a push, and what it finds stops the push."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a remote, whose Python is a stand-in that writes down what it is asked."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    root = tmp_path / "a clone"
    (root / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools/hooks.sh", root / "tools")
    run(root, "git", "init", "--quiet", "--initial-branch", "main")
    run(root, "git", "init", "--quiet", "--bare", str(tmp_path / "remote"))
    run(root, "git", "remote", "add", "origin", str(tmp_path / "remote"))
    python = root / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$PWD: $*" >>asked\nexit "$(cat status)"\n')
    python.chmod(0o755)
    (root / "status").write_text("0")
    run(root, "git", "add", "tools")
    run(root, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "One")
    return root


def run(root: Path, *command: str) -> str:
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def push(root: Path) -> subprocess.CompletedProcess[str]:
    command = ["git", "push", "--quiet", "origin", "main"]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)


def test_a_push_waits_for_check_and_a_mistake_stops_it(clone: Path) -> None:
    run(clone, "sh", "tools/hooks.sh")
    (clone / "status").write_text("1")
    refused = push(clone)
    assert refused.returncode != 0
    assert "Nothing was pushed" in refused.stderr
    assert run(clone, "git", "ls-remote", "origin") == ""
    assert (clone / "asked").read_text() == f"{clone}: build.py check\n"
    (clone / "status").write_text("0")
    assert push(clone).returncode == 0
    assert "refs/heads/main" in run(clone, "git", "ls-remote", "origin")


def test_without_an_environment_nothing_is_pushed_unchecked(clone: Path) -> None:
    run(clone, "sh", "tools/hooks.sh")
    shutil.rmtree(clone / ".venv")
    refused = push(clone)
    assert refused.returncode != 0
    assert "Run make" in refused.stderr


def test_it_can_be_installed_again_and_never_over_somebody_elses_hook(clone: Path) -> None:
    run(clone, "sh", "tools/hooks.sh")
    run(clone, "sh", "tools/hooks.sh")
    hook = clone / ".git/hooks/pre-push"
    assert os.access(hook, os.X_OK)
    hook.write_text("#!/bin/sh\n")
    with pytest.raises(subprocess.CalledProcessError):
        run(clone, "sh", "tools/hooks.sh")
    assert hook.read_text() == "#!/bin/sh\n"
