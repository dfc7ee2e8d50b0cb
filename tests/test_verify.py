"""`verify` builds anew and says, file by file, whether what is published is what the repository makes."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial, partialmethod
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from microsite import command
from tests import helpers, trees

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


@pytest.fixture(scope="module")
def pictured(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = helpers.write_site(tmp_path_factory.mktemp("pictured"))
    assert command.main(["build", "--root", str(root)]) == 0
    return root


def test_pictures_are_told_apart_from_what_no_encoder_shapes(
    pictured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = Path(shutil.copytree(pictured / "site", tmp_path / "published"))
    picture = next(published.rglob("*.png"))
    for path in (picture, published / "manifest.json", published / "story/offline.html"):
        path.write_bytes(path.read_bytes() + b" ")
    assert verify(pictured, published) == 1
    said = capsys.readouterr().out
    assert "note: nothing differs but pictures and what lists or holds them" in said
    assert " files not as made here (1 of 1 picture, 2 of " in said
    (published / "story/index.html").write_text("Something else")
    verify(pictured, published)
    assert "note: nothing differs but" not in capsys.readouterr().out


def test_pictures_under_other_names_are_put_down_to_other_encoders(
    pictured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = Path(shutil.copytree(pictured / "site", tmp_path / "published"))
    picture = next(published.rglob("*.png"))
    picture.rename(picture.with_stem("plate-of-another-encoder"))
    assert verify(pictured, published) == 1
    assert "note: pictures are there under other names" in capsys.readouterr().out


def test_a_folder_of_a_site_has_no_list_of_its_own(
    built: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(built, f"{address}/older/") == 1
    assert "note: there is no manifest.json: it stands at the top of a site" in capsys.readouterr().out


def test_a_link_in_a_folder_is_told(built: Path, published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (published / "elsewhere").symlink_to("/")
    (published / "older/index.html").rename(published / "older/moved.html")
    (published / "older/index.html").symlink_to("moved.html")
    assert verify(built, published) == 1
    expected = ["unknown elsewhere", "differs older/index.html", "unknown older/moved.html"]
    assert wrong(capsys.readouterr().out) == expected


def test_the_address_of_a_page_will_do(built: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(built, f"{address}/stories.html?from=mail#top") == 0


# --- A host that means ill -------------------------------------------------------------------------------------------


class HostileHandler(QuietHandler):
    """Lists what is none of its own, and notes down what it is asked for."""

    manifest: bytes = b""
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.endswith("/about.html"):
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/")
            self.end_headers()
        elif self.path.endswith("/manifest.json"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.manifest)))
            self.end_headers()
            self.wfile.write(self.manifest)
        else:
            self.send_error(404)


@pytest.fixture
def hostile(request: pytest.FixtureRequest) -> Iterator[str]:
    asked: list[str] = []
    handler = type("Handler", (HostileHandler,), {"manifest": request.param, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    assert not [path for path in asked if "admin" in path], "only what we make is asked for"


LISTS_TOO_MUCH = json.dumps({"files": {"a/../../admin": "", "../admin": "", "a\x1b[2Jb": "", "\ud800": ""}}).encode()


@pytest.mark.parametrize("hostile", [LISTS_TOO_MUCH, b"[" * 200_000, b"\xff", b"[]"], indirect=True)
def test_a_hostile_host_gets_no_more_than_its_answers_read(
    hostile: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(built, hostile) == 2  # for it sends us out of the web
    assert "leads to ftp://127.0.0.1/" in capsys.readouterr().err


@pytest.mark.parametrize("hostile", [LISTS_TOO_MUCH], indirect=True)
def test_what_a_host_lists_is_told_in_plain_signs(
    hostile: str, built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(HostileHandler, "do_GET", partialmethod(_without_redirects, HostileHandler.do_GET))
    assert verify(built, hostile) == 1
    output = capsys.readouterr().out
    assert "unknown  ../admin\n" in output
    assert r"unknown  a\x1b[2Jb" in output


def _without_redirects(handler: HostileHandler, answer: Callable[[HostileHandler], None]) -> None:
    if handler.path.endswith("/about.html"):
        handler.send_error(410)
    else:
        answer(handler)


@pytest.mark.parametrize("there", ["/no/such/folder", "http://127.0.0.1:9/", "http://[", "http://a:b@127.0.0.1:9"])
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
@pytest.mark.parametrize("names", ["desk@paper.example,news@paper.example", "*@paper.example", "-I", '"the desk"'])
def test_a_signer_may_be_listed_under_any_name(names: str, signed: Path, key: Path) -> None:
    assert verify(signed, "--signers", signers(key, names)) == 0


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


def test_a_list_of_signers_that_is_not_there_is_wrong_usage(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(built, "--signers", tmp_path / "none") == 2
    assert "there is no file" in capsys.readouterr().err


def test_a_key_that_is_not_there_is_wrong_usage(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["sign", "--key", str(tmp_path / "none"), "--root", str(built)]) == 2
    assert "microsite: " in capsys.readouterr().err
