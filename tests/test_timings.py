"""`build --timings`: which stages there are, what was made and kept, and why; never how long it took, which no test knows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from microsite import assembly, command, pipeline, timings
from microsite.timings import COUNTED, STAGES, Spent, Unwatched, Watch
from tests import test_startup, trees
from tests.helpers import write_site


@pytest.fixture
def root(compiled_once: None, tmp_path: Path) -> Path:
    """Two stories that share a source, built."""
    root = trees.lay_over(tmp_path, trees.ROOT / "tests/sites/two-stories")
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root


def table(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is printed."""
    capsys.readouterr()
    command.main(["build", "--timings", "--root", str(root)])
    return capsys.readouterr().out.splitlines()


def counts(printed: list[str]) -> dict[str, tuple[int, int]]:
    rows = (re.match(r"(\w+) +(\d+) +(\d+)   ", line) for line in printed)
    return {row[1]: (int(row[2]), int(row[3])) for row in rows if row}


def why(printed: list[str]) -> list[str]:
    return printed[printed.index("why") + 1 :]


def touch(path: Path, more: str = "\n") -> None:
    with path.open("a") as file:
        file.write(more)


def test_first_build_makes_all_and_says_so(
    compiled_once: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = table(write_site(tmp_path), capsys)
    stages = [line.split()[0] for line in printed[1 : printed.index("")]]
    assert [*stages] == [name for name in (*STAGES, "all") if name in {*stages}]
    assert {"start", "load", "convert", "check", "derive", "render", "audit", "write", "all"} <= {*stages}
    assert [*counts(printed)] == [*COUNTED]
    assert counts(printed)["stories"] == (1, 0)
    made = [path for path in trees.bytes_of(tmp_path / "site") if path != ".gitignore"]
    assert counts(printed)["files"] == (len(made), 0)
    assert counts(printed)["pages"] == (sum(path.endswith(".html") for path in made), 0)
    assert why(printed) == ["story: first build"]


def test_changed_story_is_the_only_one_made(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = trees.bytes_of(root / "site")
    touch(root / "content/older/index.md", "\nOne word more.\n")
    printed = table(root, capsys)
    now = trees.bytes_of(root / "site")
    assert why(printed) == ["older: content/older/index.md changed"]
    assert counts(printed)["stories"] == (1, 1)
    made, kept = counts(printed)["pages"]
    assert made + kept == sum(path.endswith(".html") for path in now)
    assert counts(printed)["files"][0] == sum(before.get(path) != data for path, data in now.items())


def test_unchanged_site_has_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = table(root, capsys)
    assert line.startswith("timings: nothing had to be done, 2 stories stand as the last build left them (")


def test_unchanged_site_costs_one_module_more(root: Path) -> None:
    code = "import sys\nfrom microsite.command import main\nassert main(['build', '--timings', '--root', sys.argv[1]]) == 0"
    modules = test_startup.imported_by(code, root)
    test_startup.imported_by(code, root)
    assert "microsite.timings" in modules
    assert not modules & test_startup.HEAVY


def test_nobody_who_does_not_ask_has_a_clock_looked_at(
    compiled_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(timings, "time", None)
    assert command.main(["build", "--root", str(write_site(tmp_path))]) == command.FINE
    assert capsys.readouterr().out == ""


def test_nothing_of_it_reaches_the_site(
    compiled_once: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watched, unwatched = write_site(tmp_path / "a"), write_site(tmp_path / "b")
    table(watched, capsys)
    assert command.main(["build", "--root", str(unwatched)]) == command.FINE
    assert trees.bytes_of(watched / "site") == trees.bytes_of(unwatched / "site")


def test_reasons_name_what_each_story_depends_on(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = next((root / "seeds").glob("*.yaml"))
    touch(seed)
    (root / "site/older/text.html").write_text("Somebody else's.")
    (root / "site/older/about.html").unlink()
    printed = why(table(root, capsys))
    spoilt = "site/older/about.html was removed by something else, site/older/text.html was changed by something else"
    assert any(line.startswith("older: ") and line.endswith(spoilt) for line in printed)
    assert any(f"seeds/{seed.name} changed" in line for line in printed)


def test_what_all_stories_share_is_a_reason_for_all(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slugs = ", ".join(sorted(path.name for path in (root / "content").iterdir() if path.is_dir()))
    touch(root / "content/site.yaml")
    assert why(table(root, capsys)) == [f"{slugs}: content/site.yaml changed"]
    (root / "templates").mkdir()
    (root / "templates/note.html").write_text("")
    assert why(table(root, capsys)) == [f"{slugs}: templates/note.html added"]
    trees.lay_over(root / "content/third", root / "content/older")
    assert why(table(root, capsys)) == ["third: new story"]


def test_long_lists_of_reasons_are_cut(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        trees.lay_over(root / f"content/story-{number}", root / "content/older")
    for number in range(6):
        (root / "content/older" / f"rows-{number}.csv").write_text("a\n")
    printed = why(table(root, capsys))
    added = ", ".join(f"content/older/rows-{number}.csv added" for number in range(3))
    assert printed == [f"older: {added} and 3 more", "story-0, story-1, story-2, story-3 and 1 more: new story"]


def test_many_different_reasons_are_counted(root: Path) -> None:
    watch = Watch()
    watch.explain(lambda: {f"story-{number:02}": (f"file {number} changed",) for number in range(15)})
    printed = why([*watch.table()])
    assert len(printed) == 11
    assert printed[-1] == "and 5 more, for other reasons"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this computer forks no processes")
def test_what_other_processes_did_counts_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = counts(table(trees.lay_over(root.parent / "alone", trees.ROOT / "tests/sites/two-stories"), capsys))
    monkeypatch.setattr(assembly, "STORIES_WORTH_A_SECOND_PROCESS", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    printed = table(trees.lay_over(root.parent / "shared", trees.ROOT / "tests/sites/two-stories"), capsys)
    assert any(line.startswith("wait ") for line in printed)
    assert {what: sum(both) for what, both in counts(printed).items()} == {
        what: sum(both) for what, both in alone.items()
    }


def test_inner_stage_pauses_the_outer() -> None:
    watch = Watch()
    watch.begin()
    assert watch.time("check", lambda: watch.time("load", int, "7")) == 7
    watch.count("texts", made=1)
    spent = watch.drain()
    assert {"start", "rest", "check", "load"} == {*spent.seconds}
    assert spent.counts == {"texts": (1, 0)}
    other = Watch()
    other.add(spent)
    other.add(spent)
    assert other.drain().counts == {"texts": (2, 0)}
    assert Unwatched().drain() == Spent()


def test_timings_and_json_are_one_or_the_other(root: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["build", "--timings", "--json", "--root", str(root)])
    assert ended.value.code == command.WRONG_USAGE


def test_stopped_build_says_where_the_time_went_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    touch(root / "content/older/index.md", "\n# A second headline\n")
    printed = table(root, capsys)
    assert why(printed) == ["older: content/older/index.md changed"]
    assert counts(printed)["files"] == (0, 0)


def test_a_build_may_be_watched_from_elsewhere(root: Path) -> None:
    touch(root / "content/older/index.md")
    watch = Watch()
    assert pipeline.build(command.order_for(str(root)), watch=watch).outcome == "built"
    assert watch.drain().counts["stories"] == (1, 1)
