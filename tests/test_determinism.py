"""The same content gives the same bytes, wherever, whenever and however it is built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import trees

SITES = Path(__file__).parent / "sites"
STORIES = 44
"""Beside the one with everything: enough for two processes to share."""

BUILDER = """\
import os, sys
from microsite import assembly, pipeline, workers
from microsite.command import order_for
shared = []
share = workers.in_processes
workers.in_processes = lambda *given: shared.append(given[2]) or share(*given)
result = pipeline.build(order_for(sys.argv[1])._replace(processes=int(sys.argv[2])))
print(result.outcome, *shared)
"""

# As an English reader's computer may be, and as unlike it as an environment can make another.
PLAIN = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
FOREIGN = {
    "TZ": "Asia/Pyongyang",
    "LC_ALL": "POSIX",
    "LANGUAGE": "ko",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONHASHSEED": "2",
}


def write_many(root: Path, *, backwards: bool) -> None:
    """Many stories and the one with everything, their files made in one order or the other."""
    sources = {f"{path}": data for path, data in trees.bytes_of(SITES / "everything").items()}
    contents = {path: data for path, data in sources.items() if path.startswith(("content/", "seeds/"))}
    page = (SITES / "minimal/content/story/index.md").read_bytes()
    contents |= {
        f"content/story-{n}/index.md": page.replace(b"seed:paper/place", b"seed:own/place") for n in range(STORIES)
    }
    contents["seeds/own.yaml"] = (SITES / "minimal/seeds/paper.yaml").read_bytes()
    for path in sorted(contents, reverse=backwards):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(contents[path])


def build(root: Path, processes: int, environment: dict[str, str]) -> str:
    run = subprocess.run(
        [sys.executable, "-c", BUILDER, root, str(processes)],
        cwd=trees.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process is all there is")
def test_same_content_gives_the_same_bytes_everywhere(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "quite" / "another place"
    write_many(one, backwards=False)
    write_many(other, backwards=True)
    umask = os.umask(0o077)
    try:
        assert build(one, 1, PLAIN) == "built"
        os.umask(0o022)
        assert build(other, 2, FOREIGN) == "built 2 2"  # stories, and then their cards
    finally:
        os.umask(umask)
    made = trees.bytes_of(one / "site")
    assert len(made) > 4 * STORIES
    assert made == trees.bytes_of(other / "site")
    # What is kept of a build leads to the same bytes as making everything again.
    (other / "content/story-7/index.md").touch()
    assert build(other, 2, PLAIN) == "built"
    assert made == trees.bytes_of(other / "site")
