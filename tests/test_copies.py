"""Copies of documents that may vanish: what is kept, what is published of it, and what is never."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from microsite import command
from microsite.files import sha256
from tests import helpers, trees

PAGE = b"WARC/1.1\r\nWARC-Type: response\r\n\r\nA shop opened.\r\n\r\n"
WARC = gzip.compress(PAGE, mtime=0) + gzip.compress(PAGE, mtime=0)
ARCHIVE = "https://archive.example/2019/https://paper.example/report"


def zipped(**members: bytes) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def site(root: Path, archive: str, **files: bytes) -> Path:
    """The small site in two languages, with something said of where its document is kept."""
    seed = helpers.replaced("seeds/paper.yaml", "voices:\n", f"archive: {{{archive}}}\nvoices:\n")
    return helpers.write_site(
        root, {**seed, **{f"seeds/{name.replace('_', '.')}": data for name, data in files.items()}}
    )


def build(root: Path) -> int:
    return command.main(["build", "--root", str(root)])


def published(data: bytes, name: str = "paper.warc.gz") -> str:
    return f"url: '{ARCHIVE}', file: {name}, sha256: {sha256(data)}, publish: true, rights: By leave of the paper."


def sources(root: Path) -> str:
    return (root / "site/story/sources.html").read_text(encoding="utf-8")


def test_copy_is_published_under_its_story_with_its_digest(compiled_once: None, tmp_path: Path) -> None:
    site(tmp_path, published(WARC), paper_warc_gz=WARC)
    assert build(tmp_path) == command.FINE
    digest = sha256(WARC).removeprefix("sha256-")
    path = f"sources/paper-{digest[:10]}.warc.gz"
    assert (tmp_path / "site/story" / path).read_bytes() == WARC
    assert json.loads((tmp_path / "site/manifest.json").read_bytes())["files"][f"story/{path}"] == digest
    (document,) = json.loads((tmp_path / "site/story/evidence.json").read_bytes())["documents"]
    assert document["archive"] == {"url": ARCHIVE, "sha256": digest, "file": path}
    page = sources(tmp_path)
    assert f'<a href="../story/{path}" download>' in page
    assert "By leave of the paper." in page
    assert f'<code class="digest">{digest}</code>' in page
    assert f'href="{ARCHIVE}" rel="noopener noreferrer"' in page


def test_copy_is_kept_to_ourselves_where_nothing_else_is_said(compiled_once: None, tmp_path: Path) -> None:
    site(tmp_path, f"file: paper.html, sha256: {sha256(PAGE)}", paper_html=PAGE)
    assert build(tmp_path) == command.FINE
    assert not [path for path, data in trees.bytes_of(tmp_path / "site").items() if data == PAGE or "/sources/" in path]
    assert "It is kept, and not published." in sources(tmp_path)
    assert sha256(PAGE).removeprefix("sha256-") in sources(tmp_path)


def test_copy_is_not_repeated_once_a_voice_in_it_has_withdrawn(compiled_once: None, tmp_path: Path) -> None:
    site(tmp_path, published(WARC), paper_warc_gz=WARC)
    assert build(tmp_path) == command.FINE
    seed = tmp_path / "seeds/paper.yaml"
    other = "  other:\n    described_as: Another\n    named: true\n    withdrawn: {date: 2020, reason: It erred.}\n"
    seed.write_text(seed.read_text().replace("statements:\n", f"{other}statements:\n"))
    assert build(tmp_path) == command.FINE
    assert not (tmp_path / "site/story/sources").exists()


def test_build_never_opens_a_private_copy_and_check_does(
    compiled_once: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site(tmp_path, f"file: private/paper.wacz, sha256: {sha256(PAGE)}")
    assert build(tmp_path) == command.FINE
    assert command.main(["check", "--root", str(tmp_path)]) == command.FINE  # as where there is no private/
    (tmp_path / "private").mkdir()
    capsys.readouterr()
    assert command.main(["check", "--json", "--root", str(tmp_path)]) == command.CONTENT_HAS_ERRORS
    assert [found["kind"] for found in json.loads(capsys.readouterr().out)["diagnostics"]] == ["missing-file"]
    (tmp_path / "private/paper.wacz").write_bytes(PAGE + b"more")
    assert command.main(["check", "--json", "--root", str(tmp_path)]) == command.CONTENT_HAS_ERRORS
    assert [found["kind"] for found in json.loads(capsys.readouterr().out)["diagnostics"]] == ["altered-copy"]
    (tmp_path / "private/paper.wacz").write_bytes(PAGE)
    assert command.main(["check", "--root", str(tmp_path)]) == command.FINE
    assert build(tmp_path) == command.FINE


@pytest.mark.parametrize(
    ("archive", "kinds"),
    [
        ("publish: true", ["missing-key", "missing-key"]),
        (f"file: paper.pdf, sha256: {sha256(PAGE)}, publish: true", ["missing-key", "unpublishable-copy"]),
        (published(PAGE, "paper.pdf"), ["unpublishable-copy"]),
        (f"url: '{ARCHIVE}', sha256: {sha256(PAGE)}", ["missing-key"]),
        ("file: /etc/passwd.pdf", ["bad-name"]),
        ("file: private/../seeds/paper.pdf", ["bad-name"]),
        (f"url: '{ARCHIVE}'", []),
    ],
)
def test_what_cannot_be_kept_or_published_is_an_error(archive: str, kinds: list[str], tmp_path: Path) -> None:
    site(tmp_path, archive, paper_pdf=PAGE)
    assert sorted(found.split(" ")[1] for found in helpers.found(tmp_path)) == kinds


def test_changed_copy_stops_the_build_that_follows(compiled_once: None, tmp_path: Path) -> None:
    site(tmp_path, published(WARC), paper_warc_gz=WARC)
    assert build(tmp_path) == command.FINE
    (tmp_path / "seeds/paper.warc.gz").write_bytes(WARC[:-1])
    assert build(tmp_path) == command.CONTENT_HAS_ERRORS
    (tmp_path / "seeds/paper.warc.gz").write_bytes(WARC)
    assert build(tmp_path) == command.FINE


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("paper.warc.gz", WARC + gzip.compress(b"Cookie: name=Grey%20Heron", mtime=0), "tripwire"),
        ("paper.wacz", zipped(**{"archive/data.warc.gz": gzip.compress(b"the grey heron", mtime=0)}), "tripwire"),
        ("paper.wacz", zipped(**{"pages/grey-heron.txt": b""}), "tripwire"),
        ("paper.warc.gz", WARC[:-3], "unsearched-file"),
        ("paper.wacz", zipped(a=zipped(b=zipped(c=zipped(d=b"heron")))), "unsearched-file"),
    ],
    ids=["a stream of its own", "packed twice", "a name", "broken", "too deep"],
)
def test_tripwires_are_looked_for_in_what_a_published_copy_holds(
    name: str, data: bytes, kind: str, compiled_once: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site(tmp_path, published(data, name), **{name.replace(".", "_"): data})
    assert build(tmp_path) == command.FINE
    (tmp_path / "private").mkdir()
    (tmp_path / "private/tripwires.txt").write_text("Grey Heron\n")
    capsys.readouterr()
    assert command.main(["build", "--json", "--root", str(tmp_path)]) == command.CONTENT_HAS_ERRORS
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert (found["kind"], found["file"].partition("-")[0]) == (kind, "site/story/sources/paper")
