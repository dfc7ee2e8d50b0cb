"""Tripwires: what private/ lists stands nowhere in site/, whatever carries it; and only what it lists is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from microsite import command, pipeline, tripwires
from microsite.command import order_for
from microsite.order import TRIPWIRES, TRIPWIRES_VARIABLE
from tests import trees
from tests.helpers import replaced, write_site
from tests.pictures import noise, saved, segment

CANARY = "Okhotsk Canary"


@pytest.fixture
def site(compiled_once: None, tmp_path: Path) -> Path:
    return write_site(tmp_path, {TRIPWIRES: f"# Who must not be named\n\n{CANARY}\n"})


def wires(*words: str, monkeypatch: pytest.MonkeyPatch) -> tuple[tripwires.Tripwire, ...]:
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
