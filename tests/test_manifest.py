"""The manifest lists every other file of the site as it is, after any build, and others' tools can check it."""

from __future__ import annotations

import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import __version__, command, manifest
from tests import trees
from tests.pictures import noise, saved

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = Path(__file__).parent / "sites"
CHECK_ALL = r"""sed -n 's/^ "\(.*\)": "\([0-9a-f]\{64\}\)",\{0,1\}$/\2  \1/p' manifest.json | sha256sum -c --quiet"""
"""As docs/verify.md has it."""


def build(root: Path) -> dict[str, Any]:
    assert command.main(["build", "--root", str(root)]) == 0
    return dict(json.loads((root / "site/manifest.json").read_bytes()))


def digests(root: Path) -> dict[str, str]:
    made = trees.bytes_of(root / "site")
    return {
        path: sha256(data).hexdigest() for path, data in made.items() if path not in {".gitignore", "manifest.json"}
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return trees.lay_over(tmp_path / "root", SITES / "two-stories")


def test_it_lists_every_other_file_with_its_digest(root: Path) -> None:
    assert build(root)["files"] == digests(root)


def test_it_stays_right_when_only_some_stories_are_made_anew(root: Path) -> None:
    before = build(root)
    (root / "content/older/index.md").open("a").write("\nOne word more.\n")
    after = build(root)
    assert after["files"] == digests(root)
    changed = {path for path, digest in after["files"].items() if before["files"].get(path) != digest}
    assert changed
    assert all(path.startswith("older/") for path in changed)
    (root / "site/newer/index.html").unlink()
    assert build(root)["files"] == digests(root)
    shutil.rmtree(root / "content/older")
    assert build(root)["files"] == digests(root)


def test_it_lists_pictures_that_were_made_now_or_stand(root: Path, tmp_path: Path) -> None:
    sheet = "shop:\n  title: The shop\n  alt: A shop.\n  caption: The shop.\n  credit: Ha Na\n  rights: By leave.\n"
    (root / "content/older/exhibits.yaml").write_text(sheet)
    (tmp_path / "shop.png").write_bytes(saved("PNG", noise((300, 200), 1)))
    arguments = [str(tmp_path / "shop.png"), "--exhibit", "older/shop", "--root", str(root)]
    assert command.main(["photo", *arguments]) == 0
    pictures = [path for path in build(root)["files"] if path.startswith("images/older-")]
    assert pictures
    for path in (root / "content/older/index.md", root / "content/newer/index.md"):
        path.open("a").write("\nOne word more.\n")
        assert build(root)["files"] == digests(root)
    (root / "site" / pictures[0]).write_bytes(b"Not ours")
    assert build(root)["files"] == digests(root)


def test_it_shows_the_fingerprints_that_pages_show(root: Path) -> None:
    told = build(root)
    assert {story["story"] for story in told["stories"]} == {"newer", "older"}
    for story in told["stories"]:
        page = LexborHTMLParser((root / "site" / story["story"] / "about.html").read_bytes())
        assert {node.text() for node in page.css(".digest")} == {story["fingerprint"]}


def test_the_digest_of_the_content_is_that_of_the_list_of_fingerprints(root: Path) -> None:
    told = build(root)
    lines = "".join(f"{story['fingerprint']}  {story['story']}\n" for story in told["stories"])
    assert told["content"] == sha256(lines.encode()).hexdigest()


def test_it_says_by_what_the_site_was_made(root: Path) -> None:
    pins = sha256((trees.ROOT / "requirements.txt").read_bytes()).hexdigest()
    assert build(root)["generator"] == {"name": "microsite", "version": __version__, "requirements": pins}


def test_drafts_are_not_named_in_it(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, SITES / "draft")
    assert "unfinished" not in json.dumps(build(root))


@pytest.mark.skipif(not (shutil.which("sha256sum") and shutil.which("sed")), reason="needs sed and sha256sum")
def test_sha256sum_alone_can_check_it(root: Path) -> None:
    assert CHECK_ALL in (trees.ROOT / "docs/verify.md").read_text("utf-8")
    build(root)
    assert subprocess.run(["sh", "-c", CHECK_ALL], cwd=root / "site", check=False).returncode == 0
    (root / "site/older/about.html").write_text("Not ours")
    run = subprocess.run(["sh", "-c", CHECK_ALL], cwd=root / "site", capture_output=True, text=True, check=False)
    assert run.returncode
    assert run.stdout == "older/about.html: FAILED\n"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"files": []}', b'{"files": {"a": 1}}', b"\xff"])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        manifest.read_manifest(data)
