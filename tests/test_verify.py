"""`verify` builds anew and says, file by file, whether what is published is what the repository makes."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from microsite import command
from tests import trees

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = Path(__file__).parent / "sites"
needs_ssh_keygen = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")


class QuietHandler(SimpleHTTPRequestHandler):
    """A host that says nothing of whom it served."""

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def built(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = trees.lay_over(tmp_path_factory.mktemp("verify"), SITES / "two-stories")
    assert command.main(["build", "--root", str(root)]) == 0
    return root


@pytest.fixture
def published(built: Path, tmp_path: Path) -> Path:
    """A copy of the site, as it may have come to stand elsewhere."""
    return Path(shutil.copytree(built / "site", tmp_path / "published"))


@pytest.fixture
def address(published: Path) -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(published.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/published"
        server.shutdown()


def verify(root: Path, *arguments: str | Path) -> int:
    return command.main(["verify", *map(str, arguments), "--root", str(root)])


def wrong(output: str) -> list[str]:
    lines = [line.split(maxsplit=1) for line in output.splitlines()]
    return [" ".join(line) for line in lines if line[0] in {"differs", "missing", "unknown"}]


def spoil(published: Path) -> list[str]:
    (published / "older/index.html").write_text("Something else")
    (published / "newer/about.html").unlink()
    return ["missing newer/about.html", "differs older/index.html"]


def test_a_site_as_it_was_built_is_the_same(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(built) == 0
    output = capsys.readouterr().out
    assert "same     older/index.html\n" in output
    assert wrong(output) == []


def test_a_folder_elsewhere_is_compared_file_by_file(
    built: Path, published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = spoil(published)
    (published / "newer/added.html").write_text("Not ours")
    assert verify(built, published) == 1
    assert wrong(capsys.readouterr().out) == sorted([*expected, "unknown newer/added.html"], key=lambda s: s.split()[1])


def test_an_address_is_compared_file_by_file(
    built: Path, published: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(built, address) == 0
    capsys.readouterr()
    expected = spoil(published)
    assert verify(built, address) == 1
    assert wrong(capsys.readouterr().out) == sorted(expected, key=lambda s: s.split()[1])


def test_what_the_content_has_become_since_is_told(
    built: Path, published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = trees.lay_over(tmp_path / "later", SITES / "two-stories")
    (root / "content/older/index.md").open("a").write("\nOne word more.\n")
    assert verify(root, published) == 1
    found = wrong(capsys.readouterr().out)
    assert "differs manifest.json" in found
    assert "differs older/index.html" in found
    assert not [line for line in found if " newer/" in line]


def test_verifying_leaves_the_site_as_it_was(built: Path, published: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*")}
    assert verify(built, published) == 0
    assert {path: path.stat().st_mtime_ns for path in built.rglob("*")} == before


def test_another_generator_is_named_as_a_reason(
    built: Path, published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = published / "manifest.json"
    path.write_text(path.read_text().replace('"version": "', '"version": "9.'))
    assert verify(built, published) == 1
    assert "note: it was made by another version of the generator" in capsys.readouterr().out


@pytest.mark.parametrize("there", ["/no/such/folder", "http://127.0.0.1:9/"])
def test_what_cannot_be_reached_is_wrong_usage(there: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(built, there) == 2
    assert capsys.readouterr().err.startswith("microsite: ")


# --- Signatures ------------------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "desk", "-f", path], check=True)
    return path


def signers(key: Path, name: str = "desk@paper.example") -> Path:
    path = key.with_name(f"signers-of-{key.name}")
    path.write_text(f"{name} {key.with_suffix('.pub').read_text()}")
    return path


@pytest.fixture
def signed(tmp_path: Path, key: Path) -> Path:
    root = trees.lay_over(tmp_path / "signed", SITES / "two-stories")
    assert command.main(["sign", "--key", str(key), "--root", str(root)]) == 0
    return root


@needs_ssh_keygen
def test_a_signature_is_published_and_checked(signed: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (signed / "site/manifest.json.sig").is_file()
    assert verify(signed, "--signers", signers(key)) == 0
    assert "signature: sound: Good" in capsys.readouterr().out
    assert command.main(["build", "--root", str(signed)]) == 0
    assert (signed / "site/manifest.json.sig").is_file()


@needs_ssh_keygen
def test_a_signature_is_of_one_state_of_the_site(signed: Path, key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (signed / "content/older/index.md").open("a").write("\nOne word more.\n")
    assert command.main(["build", "--root", str(signed)]) == 0
    assert not (signed / "site/manifest.json.sig").exists()
    assert verify(signed) == 0
    assert verify(signed, "--signers", signers(key)) == 1
    assert "NOT SOUND: it is not signed" in capsys.readouterr().out


@needs_ssh_keygen
def test_a_strangers_or_a_broken_signature_is_refused(
    signed: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = tmp_path / "stranger"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger], check=True)
    assert verify(signed, "--signers", signers(stranger)) == 1
    assert "none of those" in capsys.readouterr().out
    manifest = signed / "site/manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format":  1'))
    assert verify(signed, "--signers", signers(key)) == 1
    assert "NOT SOUND" in capsys.readouterr().out


def test_a_key_that_is_not_there_is_wrong_usage(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["sign", "--key", str(tmp_path / "none"), "--root", str(built)]) == 2
    assert "microsite: " in capsys.readouterr().err
