"""The command line: what is typed, what is said and where, and the exit status; and the editor's question to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from microsite import command, pipeline, workfolder
from tests import trees

SITES = Path(__file__).parent / "sites"
WRONG = SITES / "wrong"
COMMANDS = ("build", "serve", "check", "new")

pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return trees.lay_over(tmp_path, SITES / "minimal")


def exit_status(*arguments: str) -> int:
    """Of the command, whether it returns or the parser of its arguments ends it."""
    try:
        return command.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


# --- What is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [(), *((name,) for name in COMMANDS)])
def test_help_shows_an_example(of: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status(*of, "--help") == command.FINE
    said = capsys.readouterr().out
    example = " ".join(said.rpartition("example")[2].split())
    assert " ".join(["build.py", *of]).removesuffix(" build") in example, "the command to build needs no name"
    assert all(name in said for name in COMMANDS if not of)


@pytest.mark.parametrize(
    "wrong",
    [
        ["nonsense"],
        ["build", "--nonsense"],
        ["--root"],
        ["--root", "/nowhere/at/all"],
        ["check", "--withdraw"],
        ["check", "--withdraw", "nobody"],
        ["check", "--withdraw", "paper@nobody"],
        ["new"],
        ["new", "Harbour Fees"],
        ["new", "story"],
        ["new", "about"],
        ["serve", "--port", "many"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_and_ends_with_two(
    wrong: list[str], root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    before = trees.bytes_of(root)
    assert exit_status(*wrong) == command.WRONG_USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err
    made = {path for path in trees.bytes_of(root) if not path.startswith(".microsite/")}
    assert made == before.keys()


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--root", "SITE"],
        ["--root", "SITE"],
        ["--root=SITE"],
        ["--root", "SITE", "build"],
        ["--root=SITE", "build", "--json"],
        ["--json", "--root", "SITE"],
    ],
    ids=" ".join,
)
def test_build_is_what_is_meant_and_the_folder_may_be_named_anywhere(arguments: list[str], root: Path) -> None:
    assert exit_status(*(word.replace("SITE", str(root)) for word in arguments)) == command.FINE
    assert (root / "site/story/index.html").is_file()


def test_without_arguments_the_site_around_is_built(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command.main([], root=str(root)) == command.FINE
    (root / "site/index.html").unlink()
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "argv", ["build.py"])
    assert command.main() == command.FINE
    assert (root / "site/index.html").is_file()


# --- What is said ----------------------------------------------------------------------------------------------------


def test_commands_are_quiet_when_piped(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("build", "build", "check"):
        assert exit_status(name, "--root", str(root)) == command.FINE
        assert capsys.readouterr() == ("", "")


def test_people_are_told_what_was_done(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, said in (("build", "Built 1 "), ("build", "Nothing changed"), ("check", "No mistakes found")):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert exit_status(name, "--root", str(root)) == command.FINE
        assert capsys.readouterr().out.startswith(said)
    trees.lay_over(root, WRONG / "_base", WRONG / "unknown-seed")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert exit_status("build", "--root", str(root)) == command.CONTENT_HAS_ERRORS
    assert capsys.readouterr().out == "Nothing was written: site/ is as it was.\n"


@pytest.mark.parametrize("name", ["build", "check"])
def test_mistakes_are_told_with_their_lines(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = trees.lay_over(tmp_path, WRONG / "_base", WRONG / "unknown-seed", WRONG / "unknown-file")
    assert exit_status(name, "--root", str(root)) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "content/story/index.md:7:17: error: there is no seed `papre` [unknown-seed]\n"
        "    [A shop opened](seed:papre/opening). [A shirt costs {{ shirt }}](seed:paper/price).\n"
        "                    ^\n"
        "    → did you mean `paper`?\n"
        "content/story/price.yaml:1:1: warning: nothing reads `content/story/price.yaml` [unknown-file]\n"
        "    currency: EUR\n"
        "    ^\n"
        "    → did you mean `prices.yaml`?\n"
        "1 error, 1 warning.\n"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_line_of_a_pipe_is_not_waited_for_nor_one_behind_a_link_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = trees.lay_over(tmp_path / "root", WRONG / "_base")
    os.mkfifo(root / "content/pipe")
    (tmp_path / "secret").write_text("never to be shown\n")
    (root / "seeds/link.yaml").symlink_to(tmp_path / "secret")
    assert exit_status("check", "--root", str(root)) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr().err
    assert "content/pipe:1:1: error: " in said
    assert "seeds/link.yaml:1:1: error: " in said
    assert "secret" not in said.replace(str(tmp_path), "")
    assert "never to be shown" not in said


def test_warnings_alone_are_told_and_are_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = trees.lay_over(tmp_path, WRONG / "_base", WRONG / "typed-price")
    for name in ("build", "build", "check"):
        assert exit_status(name, "--root", str(root)) == command.FINE
        assert capsys.readouterr().err.endswith("0 errors, 1 warning.\n")


def test_mistakes_are_told_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = trees.lay_over(tmp_path, WRONG / "_base", WRONG / "unknown-seed")
    assert exit_status("check", "--json", "--root", str(root)) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out) == {
        "diagnostics": [
            {
                "file": "content/story/index.md",
                "line": 7,
                "column": 17,
                "severity": "error",
                "kind": "unknown-seed",
                "message": "there is no seed `papre`",
                "hint": "did you mean `paper`?",
            }
        ],
        "consequences": [],
    }


def test_mistakes_are_shown_beside_their_lines_on_github(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    root = trees.lay_over(tmp_path, WRONG / "_base", WRONG / "unknown-seed")
    assert exit_status("build", "--root", str(root)) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr()
    assert said.out == (
        "::error file=content/story/index.md,line=7,col=17,title=unknown-seed"
        "::there is no seed `papre` → did you mean `paper`?\n"
    )
    assert said.err.startswith("content/story/index.md:7:17: error: ")


def test_terminal_that_lacks_a_character_is_shown_its_number(root: Path) -> None:
    # As where Windows pipes, or a server has no locale.
    environment = {**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    check = [sys.executable, str(trees.ROOT / "build.py"), "check", "--withdraw", "paper", "--root", str(root)]
    said = subprocess.check_output(check, env=environment, text=True)
    assert "\\u201cIt stands by the harbour\\u201d" in said
    said = subprocess.check_output([*check, "--json"], env=environment, text=True)
    assert "“It stands by the harbour”" in json.loads(said)["consequences"][1]


def test_busy_site_is_told_and_ends_with_two(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with workfolder.lock(root / ".microsite/build"):
        monkeypatch.setattr(workfolder, "lock", partial(workfolder.lock, timeout_seconds=0.05))
        assert exit_status("build", "--root", str(root)) == command.WRONG_USAGE
    assert capsys.readouterr().err.startswith("microsite: another build is at work in ")


def test_interrupted_command_ends_as_others_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "build", interrupted)
    assert exit_status("build", "--root", str(root)) == 130


def test_new_story_is_told_and_builds(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status("new", "harbour-fees", "--root", str(root)) == command.FINE
    said = capsys.readouterr().out
    assert "content/harbour-fees/index.md" in said
    assert "python build.py serve" in said
    assert exit_status("check", "--root", str(root)) == command.FINE
    assert exit_status("build", "--root", str(root)) == command.FINE


# --- What would fall -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dandong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first story, to be left as it is."""
    folder = tmp_path_factory.mktemp("dandong")
    for name in ("content", "seeds"):
        shutil.copytree(trees.ROOT / name, folder / name)
    return folder


def consequences(root: Path, capsys: pytest.CaptureFixture[str], *withdrawn: str) -> list[str]:
    """The lines that say what falls, weakens, strengthens or goes, the first of them a summary."""
    named = [word for source in withdrawn for word in ("--withdraw", source)]
    assert exit_status("check", "--root", str(root), *named) == command.FINE
    said = capsys.readouterr()
    assert said.err == ""
    return said.out.splitlines()


def of_sort(sort: str, lines: list[str]) -> list[str]:
    return [line.removeprefix(f"  {sort}").strip() for line in lines if line.startswith(f"  {sort} ")]


def test_withdrawing_the_second_source_of_the_dandong_story(dandong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary, *lines = consequences(dandong, capsys, "dailynk-dandong-store@second-source")
    fallen, weakened = of_sort("falls", lines), of_sort("weakens", lines)
    assert f"{len(fallen)} fall, {len(weakened)} weaken and 0 strengthen" in summary
    assert any("their usual price is more than 3.3 times the shop’s" in line for line in fallen)
    assert not any("200 yuan on average" in line for line in fallen), "that figure is the newsroom's"
    (brands,) = weakened
    assert "Kolon" in brands
    assert brands.endswith("(several-voices → one-voice)")
    assert [line.split("  ")[1] for line in of_sort("price", lines)] == [
        "defects_store: 200 to 300 yuan",
        "defects_usual: more than 1,000 yuan",
    ]
    assert of_sort("annotation", lines) == []


def test_withdrawing_the_first_source_of_the_dandong_story(dandong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, *lines = consequences(dandong, capsys, "dailynk-dandong-store@first-source")
    assert [line.split()[-1] for line in of_sort("annotation", lines)] == [
        "storefront/floor",
        "interior/staff",
        "interior/clothes",
    ]
    assert of_sort("price", lines) == []
    assert len(of_sort("weakens", lines)) == 1


def test_two_sources_may_bring_down_what_neither_does(dandong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ("dailynk-dandong-store@first-source", "dailynk-dandong-store@second-source")
    _, *lines = consequences(dandong, capsys, *both)
    apart = [line for source in both for line in of_sort("falls", consequences(dandong, capsys, source))]
    (more,) = set(of_sort("falls", lines)) - {*apart}
    assert "Kolon" in more
    assert of_sort("weakens", lines) == []


def test_withdrawing_the_document_leaves_only_the_resolutions(
    dandong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary, *lines = consequences(dandong, capsys, "dailynk-dandong-store")
    (claims,) = re.findall("of ([0-9]+) claims", summary)
    fallen = of_sort("falls", lines)
    assert 0 < int(claims) - len(fallen) < 12
    assert not any(line.endswith("(on-record → nothing left)") for line in fallen)
    assert len(of_sort("price", lines)) == 4
    assert len(of_sort("annotation", lines)) == 6


def test_claim_strengthens_when_who_contradicts_it_withdraws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = trees.lay_over(tmp_path, SITES / "contested")
    summary, *lines = consequences(root, capsys, "register@clerk")
    assert "of 3 claims 0 fall, 0 weaken and 2 strengthen" in summary
    assert of_sort("strengthens", lines)[0] == (
        "content/story/index.md:3:33  “It opened in May” (one-voice, contested → one-voice)"
    )


def test_consequences_come_as_data_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = trees.lay_over(tmp_path, SITES / "contested")
    lines = consequences(root, capsys, "paper")
    assert exit_status("check", "--json", "--withdraw", "paper", "--root", str(root)) == command.FINE
    assert json.loads(capsys.readouterr().out) == {"diagnostics": [], "consequences": lines}


@pytest.mark.parametrize("source", ["first-source", "second-source", ""])
def test_really_withdrawn_source_stops_the_build_at_each_claim_that_rested_on_it_alone(
    source: str, dandong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foretold = consequences(dandong, capsys, f"dailynk-dandong-store@{source}".removesuffix("@"))
    root = trees.lay_over(tmp_path, dandong)
    withdraw(root / "seeds/dailynk-dandong-store.yaml", source)
    assert exit_status("build", "--json", "--root", str(root)) == command.CONTENT_HAS_ERRORS
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert not (root / "site").exists()
    places = sorted(f"{d['file']}:{d['line']}:{d['column']}" for d in found if d["kind"] == "claim-without-support")
    assert places == sorted(line.split("  ")[0] for line in of_sort("falls", foretold))
    gone = of_sort("price", foretold) + of_sort("annotation", foretold)
    assert sorted(re.findall("`([a-z_]+)` rests", " ".join(d["message"] for d in found))) == sorted(
        line.split("  ")[1].split(":")[0].rpartition("/")[2] for line in gone
    )
    errors = {d["kind"] for d in found if d["severity"] == "error"}
    assert errors <= {"claim-without-support", "withdrawn-source"}


def withdraw(seed: Path, voice: str) -> None:
    """Record a withdrawal in a seed's file, of one voice or of the document."""
    text = seed.read_text(encoding="utf-8")
    before = f"  {voice}:\n" if voice else "voices:\n"
    assert text.count(before) == 1
    reason = "{en: It was withdrawn for a test., ko: 시험 삼아 철회했다., zh-Hans: 为测试而撤回。}"
    recorded = f"withdrawn: {{date: 2026-12-01, reason: {reason}}}\n"
    after = f"{before}    {recorded}" if voice else f"{recorded}{before}"
    seed.write_text(text.replace(before, after), encoding="utf-8")
