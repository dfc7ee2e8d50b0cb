"""Tripwires: what private/ lists stands nowhere in site/, whatever carries it; and only what it lists is found."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import subprocess
import sys
import zlib
from base64 import a85encode, b64encode
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL.PngImagePlugin import PngInfo

from microsite import command, pipeline, tripwires
from microsite.command import order_for
from microsite.order import TRIPWIRES, TRIPWIRES_VARIABLE
from tests import trees
from tests.helpers import replaced, write_site
from tests.packed import answer, deflated, in_chunks, pdf, with_password, woff, zipped
from tests.pictures import noise, saved, segment

CANARY = "Okhotsk Canary"


@pytest.fixture
def site(compiled_once: None, tmp_path: Path) -> Path:
    return write_site(tmp_path, {TRIPWIRES: f"# Who must not be named\n\n{CANARY}\n"})


def wires(*words: str, monkeypatch: pytest.MonkeyPatch) -> tripwires.Wires:
    monkeypatch.setenv(TRIPWIRES_VARIABLE, "\n".join(words))
    found, problems = tripwires.read("nowhere")
    assert problems == []
    return found


def hits(words: str, data: str | bytes, monkeypatch: pytest.MonkeyPatch) -> bool:
    raw = data if isinstance(data, bytes) else data.encode()
    return bool(tripwires.in_file(wires(words, monkeypatch=monkeypatch), "index.html", raw))


# --- A canary in each carrier ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "Met by Okhotsk Canary at the door.",
        "OKHOTSK  CANARY",
        "Okhotsk\nCanary",
        "Okh&#111;tsk&nbsp;Can&#x61;ry",
        "Okhotsk&amp;nbsp;Canary",
        '<img alt="okhotsk canary">',
        "Okhotsk <em>Can</em>ary",
        "Okh\u00adotsk\u200b Can\u2060ary",
        "Okh&shy;otsk Can<wbr>ary",
        "\uff2fkhotsk\u3000\uff23anary",
        "%4fkhotsk%20Canary",
        "mailto:okhotsk.canary@example.org",
        "okhotsk_canary.jpg",
        "okhotskcanary",
        json.dumps({"name": "Okhotsk\nCanary"}),
        '{"name": "\\u004fkhotsk Can\\u0061ry"}',
        '<script type="application/json">{"a": "{\\"b\\": \\"Okhotsk\\\\u0020Canary\\"}"}</script>',
        "<svg><title>Okhotsk Canary</title></svg>",
        "<svg><text><tspan>Okhotsk</tspan> <tspan>Canary</tspan></text></svg>",
        "<?xml version='1.0'?><feed><entry><title>Okhotsk&#32;Canary</title></entry></feed>",
        "id,name\n1,Okhotsk Canary\n",
        "<!-- Okhotsk Canary -->",
        '<meta name="description" content="Okhotsk Canary">',
    ],
)
def test_canary_is_found_however_it_is_written(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hits(CANARY, written, monkeypatch)


def test_canary_is_found_in_the_metadata_of_a_picture_and_not_in_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = saved("JPEG", noise())
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        carrying = bare[:2] + segment(0xFE, f"by {CANARY}".encode(encoding)) + bare[2:]
        assert hits(CANARY, carrying, monkeypatch), encoding
    for letter in "abcdefghij":
        assert not hits(letter, bare, monkeypatch)


@pytest.mark.parametrize(
    ("listed", "written", "found"),
    [
        ("Kim", "a kimono", False),
        ("Kim", "Kim's, and <b>Kim</b>ono", True),
        ("Li", "Literature, daily, alibi", False),
        ("Kim Su", "bookim suited", False),
        ("김철수", "김철수는 말했다", True),
        ("김 철수", "김철수는", True),
        ("金哲洙", "据金哲洙说", True),
        ("José", "JOSE\u0301", True),
        ("+86 139 1234 5678", "tel:+8613912345678", True),
        ("13912345678", "139-1234-5678", True),
        ("13912345678", "8613912345678", False),
        ("12000", "12,000 yuan", True),
        ("3.5", "35 yuan", False),
        ("3.5", "3.5 yuan", True),
        ("IMG_0042.JPG", "photos/img_0042.jpg", True),
        ("IMG_0042", "img-00421", False),
    ],
)
def test_words_and_numbers_are_found_as_words_and_numbers(
    listed: str, written: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hits(listed, written, monkeypatch) is found


# --- What is packed, or written in numbers ----------------------------------------------------------------------------

TEXT = f"Met by {CANARY} at the door.".encode()
GLYPHS = {sign: 3 + number for number, sign in enumerate(sorted(set(TEXT.decode())))}
TABLE = "".join(f"<{glyph:04x}> <{ord(sign):04x}>\n" for sign, glyph in GLYPHS.items()).encode()
SPELT = "".join(f"{GLYPHS[sign]:04x}" for sign in TEXT.decode()).encode()


def office(text: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:t>" + text + b"</w:t>"})


def picture_with_packed_text() -> bytes:
    extra = PngInfo()
    extra.add_text("Comment", TEXT.decode(), zip=True)
    return saved("PNG", noise(), pnginfo=extra)


def gzip_named(name: str) -> bytes:
    held = BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=held) as file:
        file.write(b"Nothing.")
    return held.getvalue()


PACKED = {
    "zip": zipped({"notes.txt": TEXT}),
    "name in a zip": zipped({"okhotsk-canary.txt": b""}),
    "comment of a zip": zipped({"notes.txt": b"Nothing."}, TEXT),
    "docx": office(b"Okh</w:t><w:t>otsk Can</w:t><w:t>ary"),
    "xlsx": zipped({"xl/sharedStrings.xml": b"<si><t>" + TEXT + b"</t></si>"}),
    "epub": zipped({"mimetype": b"application/epub+zip", "text/1.xhtml": b"<p>Okh&#111;tsk Canary</p>"}),
    "zip behind a picture": saved("JPEG", noise()) + zipped({"notes.txt": TEXT}),
    "wacz": zipped({"archive/data.warc.gz": gzip.compress(answer(gzip.compress(TEXT), "Content-Encoding: gzip"))}),
    "warc in chunks": answer(in_chunks(TEXT), "Transfer-Encoding: chunked"),
    "warc in packed chunks": answer(
        in_chunks(gzip.compress(TEXT)), "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    ),
    "warc, bare deflate": answer(zlib.compress(TEXT)[2:-4], "Content-Encoding: deflate"),
    "gzip": gzip.compress(TEXT),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "gzip in gzip": gzip.compress(gzip.compress(TEXT)),
    "packed text of a picture": picture_with_packed_text(),
    "picture in a zip": zipped({"a.png": picture_with_packed_text()}),
    "pdf": pdf(deflated(b"BT /F1 12 Tf (Met by Okhotsk Canary) Tj ET")),
    "pdf, letters apart": pdf(deflated(b"BT [(Met b)-10(y)-300(Okh)12(o)(tsk)-250(Can)] TJ (ary) Tj ET")),
    "pdf, octal and broken off": pdf(deflated(b"BT (Okh\\157tsk\\\n \\103anary) Tj ET")),
    "pdf, hex": pdf(deflated(b"BT <" + b"Okhotsk Canary".hex().encode() + b"> Tj ET")),
    "pdf, numbers of glyphs": pdf(
        b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 2 0 R >>",
        deflated(b"begincmap\n%d beginbfchar\n%sendbfchar\nendcmap" % (len(GLYPHS), TABLE)),
        deflated(b"BT /F4 16 Tf <" + SPELT + b"> Tj ET"),
        b"<< /Font << /F4 1 0 R >> >>",
    ),
    "pdf, fonts by turns": pdf(
        deflated(b"1 0 2 60 << /Type /Font /Subtype /Type1 >>".ljust(70) + b"<< /Type /Font /ToUnicode 2 0 R >>"),
        deflated(b"begincmap 1 beginbfchar <03> <00430061> endbfchar endcmap"),
        deflated(b"BT /F1 9 Tf (Okhotsk) Tj /F2 9 Tf <03> Tj /F1 9 Tf (nary) Tj ET"),
        b"<< /F1 1 0 R /F2 2 0 R >>",
    ),
    "pdf, ranges of glyphs": pdf(
        b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 2 0 R >>",
        deflated(b"begincmap 1 beginbfrange <0100> <01ff> <0000> endbfrange endcmap"),
        deflated(b"BT /TT1.0 9 Tf <" + b"".join(b"01%02x" % sign for sign in TEXT) + b"> Tj ET"),
        b"<< /TT1.0 1 0 R >>",
    ),
    "title of a pdf": pdf(b"<< /Title <FEFF" + CANARY.encode("utf-16-be").hex().encode() + b"> >>"),
    "pdf, packed objects": pdf(deflated(b"1 0 << /Title (Okhotsk Canary) >>", b"/Type /ObjStm /N 1 /First 4")),
    "pdf, two filters": pdf((b"/Filter [/ASCII85Decode /FlateDecode]", a85encode(zlib.compress(b"(" + TEXT + b")Tj")))),
    "metadata of a pdf": pdf((b"/Type /Metadata /Subtype /XML", b"<dc:title>" + TEXT + b"</dc:title>")),
    "file in a pdf": pdf(deflated(zipped({"notes.txt": TEXT}), b"/Type /EmbeddedFile")),
    "name of a font": woff(name="Okhotsk Canary".encode("utf-16-be")),
    "metadata of a font": woff(metadata=TEXT),
    "name of a gzip": gzip_named("okhotsk-canary.txt"),
    "css": b'.a::after { content: "\\4f khotsk\\20 C\\000061nary" }',
    "css, any sign": b'.a::after { content: "\\Okhots\\k Can\\\nary" }',
    "style element": b'<style>.a::after{content:"Okhotsk \\43 anary"}</style>',
    "style attribute": b"<p style=\"--who:'Okhotsk&#32;\\43 anary'\">",
    "svg in css": b".a{background:url(data:image/svg+xml;base64," + b64encode(b"<svg>" + TEXT + b"</svg>") + b")}",
    "script": b'"Okhotsk\\x20\\u{43}anary"',
}


@pytest.mark.parametrize("carrier", PACKED)
def test_canary_is_found_in_what_is_packed(carrier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = tripwires.in_file(wires(CANARY, monkeypatch=monkeypatch), "a", PACKED[carrier])
    assert found.kind == "tripwire"
    assert tripwires.in_file(wires("Kurile Canary", monkeypatch=monkeypatch), "a", PACKED[carrier]) == []


SEALED = {
    "a password": (with_password(zipped({"notes.txt": TEXT})), "it has a password"),
    "an encrypted PDF": (pdf(b"<< /Encrypt 5 0 R >>"), "it is encrypted"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + TEXT[::-1], "it is a 7z archive"),
    "RAR": (b"Rar!\x1a\x07\x01\0", "it is a RAR archive"),
    "a font": (b"wOF2\0\1\0\0", "it is a compressed font (WOFF2)"),
    "too deep": (zipped({"a": zipped({"b": zipped({"c": zipped({"d": TEXT})})})}), "too deep within one another"),
    "broken": (gzip.compress(TEXT)[:-9], "it cannot be unpacked"),
    "sent as Brotli": (answer(b"\x0b\x02\x80", "Content-Encoding: br"), "compressed as br"),
    "a PDF packed otherwise": (pdf((b"/Filter /LZWDecode", b"\x80")), "packed as LZWDecode"),
    "glyphs without letters": (
        pdf(b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H >>"),
        "which glyphs it shows, not which letters",
    ),
}


@pytest.mark.parametrize("sort", SEALED)
def test_file_that_cannot_be_looked_into_is_an_error_until_somebody_has_searched_it(
    sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, why = SEALED[sort]
    (found,) = tripwires.in_file(wires("zyxwv", monkeypatch=monkeypatch), "a", data)
    assert (found.kind, found.severity) == ("unsearched-file", "error")
    assert why in found.message
    line = f"searched sha256-{sha256(data).hexdigest()}"
    assert f"`{line}`" in found.hint
    assert tripwires.in_file(wires("zyxwv", line, monkeypatch=monkeypatch), "a", data) == []
    assert len(tripwires.in_file(wires("zyxwv", line, monkeypatch=monkeypatch), "a", data + b"\0")) == 1


def test_what_can_be_read_of_such_a_file_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"notes.txt": TEXT, "more.7z": b"7z\xbc\xaf\x27\x1c"})
    found = tripwires.in_file(wires(CANARY, monkeypatch=monkeypatch), "a", data)
    assert [each.kind for each in found] == ["tripwire", "unsearched-file"]
    line = f"searched sha256-{sha256(data).hexdigest()}"
    (found_,) = tripwires.in_file(wires(CANARY, line, monkeypatch=monkeypatch), "a", data)
    assert found_.kind == "tripwire"


def test_file_that_would_fill_the_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microsite.allowance.MOST_BYTES", 3_000_000)
    once = gzip.compress(bytes(2_000_000))
    listed = wires("zyxwv", monkeypatch=monkeypatch)
    assert tripwires.in_file(listed, "a", once) == []
    for bomb in (zipped({"a": once, "b": once}), gzip.compress(bytes(4_000_000)), pdf(deflated(bytes(4_000_000)))):
        (found,) = tripwires.in_file(listed, "a", bomb)
        assert "it holds more than 3,000,000 bytes" in found.message


# --- In a build ------------------------------------------------------------------------------------------------------


def built(site: Path) -> pipeline.Result:
    return pipeline.build(order_for(str(site)))


@pytest.mark.parametrize(
    ("changes", "carrier"),
    [
        (replaced("content/story/index.md", "A shop opened", f"A shop of {CANARY} opened"), "site/story/index.html"),
        ({"static/note.txt": f"{CANARY}\n"}, "site/static/note-"),
        (
            {"static/sign.svg": f"<svg xmlns='http://www.w3.org/2000/svg'><title>{CANARY}</title></svg>"},
            "site/static/sign-",
        ),
        ({"static/okhotsk-canary.txt": "Nothing.\n"}, "site"),
        (replaced("seeds/paper.yaml", "title: ", f"title: {CANARY} "), "site/story/sources.html"),
    ],
    ids=["prose", "data", "drawing", "file name", "seed"],
)
def test_build_stops_at_a_tripwire_and_says_no_word_of_it(
    changes: dict[str, str], carrier: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert built(site).outcome == "built"
    before = trees.bytes_of(site / "site")
    write_site(site, changes)
    assert command.main(["build", "--root", str(site)]) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr()
    assert trees.bytes_of(site / "site") == before
    assert f"{carrier}" in said.err
    assert "line 3 of private/tripwires.txt" in said.err
    assert "canary" not in (said.err + said.out).lower()
    result = built(site)
    assert {found.kind for found in result.diagnostics} == {"tripwire"}


def test_sealed_file_stops_the_build_until_the_list_says_that_it_was_searched(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, _ = SEALED["a password"]
    (site / "static").mkdir(exist_ok=True)
    (site / "static/notes.zip").write_bytes(data)
    (found,) = built(site).diagnostics
    assert (found.kind, found.at.file.partition("-")[0]) == ("unsearched-file", "site/static/notes")
    line = found.hint.rpartition("`searched ")[2].rstrip("`")
    with (site / TRIPWIRES).open("a") as listed:
        listed.write(f"searched {line}\n")
    assert built(site).outcome == "built"
    (site / TRIPWIRES).unlink()
    assert built(site).outcome == "built"  # where nothing is to be found, nothing is looked into


def test_new_tripwire_is_looked_for_in_pages_that_have_not_changed(site: Path) -> None:
    (site / TRIPWIRES).unlink()
    assert built(site).outcome == "built"
    (site / "private").mkdir(exist_ok=True)
    (site / TRIPWIRES).write_text("shirt\n")
    assert {found.kind for found in built(site).diagnostics} == {"tripwire"}
    (site / TRIPWIRES).write_text("no such word\n")
    assert built(site).outcome == "built"
    assert built(site).outcome == "unchanged"


def test_list_of_the_environment_serves_as_well(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert built(site).outcome == "built"
    monkeypatch.setenv(TRIPWIRES_VARIABLE, "zyxwv\nshirt")
    found = built(site).diagnostics
    assert {each.kind for each in found} == {"tripwire"}
    assert all("line 2 of MICROSITE_TRIPWIRES" in each.message for each in found)
    monkeypatch.delenv(TRIPWIRES_VARIABLE)
    assert built(site).outcome == "unchanged"


def test_many_files_are_looked_through_in_several_processes(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microsite.assembly.FILES_WORTH_A_SECOND_PROCESS", 2)
    assert built(site).outcome == "built"
    write_site(site, replaced("content/story/index.md", "A shop opened", f"A shop of {CANARY} opened"))
    assert {found.kind for found in built(site).diagnostics} == {"tripwire"}


def test_list_that_cannot_be_read_or_means_nothing_stops_the_build(site: Path) -> None:
    (site / TRIPWIRES).write_bytes(b"\xff")
    assert [found.kind for found in built(site).diagnostics] == ["unreadable-file"]
    (site / TRIPWIRES).write_text("zyxwv\n---\n")
    (found,) = built(site).diagnostics
    assert (found.kind, str(found.at)) == ("bad-value", "private/tripwires.txt:2:1")


def test_build_says_where_they_did_not_run(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert command.main(["build", "--root", str(site)]) == 0
    assert "tripwires" not in capsys.readouterr().out
    (site / TRIPWIRES).unlink()
    for _ in range(2):
        assert command.main(["build", "--root", str(site)]) == 0
        assert capsys.readouterr().out.startswith("tripwires: not run (")


def test_unchanged_build_with_a_list_reads_its_state_alone(site: Path) -> None:
    built(site)
    code = "import sys\nfrom microsite.command import main\nassert main([], sys.argv[1]) == 0\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code, str(site)], cwd=trees.ROOT, capture_output=True, text=True, check=True
    )
    assert not {"microsite.tripwires", "hashlib", "re", "json"} & {*run.stdout.split()}
