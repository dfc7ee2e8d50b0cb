"""Whole builds: what is made anew and what is kept, what stops one, and what is left of one that was killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from microsite import command, pipeline, publishing, workfolder
from microsite.command import order_for
from tests import trees

SITES = Path(__file__).parent / "sites"
WRONG = SITES / "wrong"
BUILD = trees.ROOT / "build.py"
QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

pytestmark = pytest.mark.usefixtures("compiled_once")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked builds")


def site(root: Path, *cases: str) -> Path:
    return trees.lay_over(root, *(SITES / case for case in cases))


def build(root: Path, *, drafts: bool = False) -> pipeline.Result:
    return pipeline.build(order_for(str(root), drafts=drafts))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def pages_of(root: Path) -> dict[str, bytes]:
    return {path: data for path, data in trees.bytes_of(root / "site").items() if path != ".gitignore"}


def built_from_scratch(root: Path) -> dict[str, bytes]:
    """The pages that the same content gives a build that knows of no other."""
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as folder:
        fresh = Path(folder, "fresh")
        shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("site", ".microsite"))
        assert build(fresh).outcome == "built"
        return pages_of(fresh)


# --- What is made anew -----------------------------------------------------------------------------------------------


def test_second_build_of_an_unchanged_site_touches_nothing(tmp_path: Path) -> None:
    root = site(tmp_path, "everything")
    assert build(root).outcome == "built"
    before = publishing.listing(root / "site")
    result = build(root)
    assert (result.outcome, result.written, result.removed, result.stories_reused) == ("unchanged", (), (), 1)
    assert publishing.listing(root / "site") == before


def test_second_build_of_an_unchanged_site_needs_no_heavy_module(tmp_path: Path) -> None:
    root = site(tmp_path, "minimal")
    code = (
        "import sys; from microsite import pipeline; from microsite.command import order_for\n"
        "print(pipeline.build(order_for(sys.argv[1])).outcome, *sys.modules)"
    )

    def outcome_and_modules() -> tuple[str, set[str]]:
        run = [sys.executable, "-c", code, str(root)]
        said, *modules = subprocess.check_output(run, cwd=trees.ROOT, text=True).split()
        return said, {*modules}

    assert outcome_and_modules()[0] == "built"
    said, modules = outcome_and_modules()
    assert said == "unchanged"
    assert not {"jinja2", "markdown", "nh3", "babel", "PIL", "yaml", "selectolax", "rich"} & modules


def test_edit_makes_only_its_own_story_anew(tmp_path: Path) -> None:
    root = site(tmp_path, "two-stories")
    build(root)
    edit(root / "content/older/index.md", "happened first", "happened very first")
    result = build(root)
    assert (result.outcome, result.stories_made, result.stories_reused) == ("built", ("older",), 1)
    assert {path.split("/")[0] for path in result.written} == {"older", "index.html", "manifest.json"}
    assert pages_of(root) == built_from_scratch(root)


def test_source_makes_anew_the_stories_that_rest_on_it(tmp_path: Path) -> None:
    root = site(tmp_path, "front-and-another")
    build(root)
    edit(root / "seeds/paper.yaml", "paragraph 1", "paragraph 2")
    assert build(root).stories_made == ("front-story",)
    (root / "seeds/another.yaml").write_bytes((root / "seeds/paper.yaml").read_bytes())
    assert build(root).stories_made == ()
    assert pages_of(root) == built_from_scratch(root)


def test_source_behind_a_source_makes_the_story_anew(tmp_path: Path) -> None:
    root = site(tmp_path, "contested")
    build(root)
    edit(root / "seeds/paper.yaml", "paragraph 1", "paragraph 3")
    assert build(root).stories_made == ("story",)
    edit(
        root / "content/story/index.md", "[Its door is red](seed:paper/door)", "[It is licensed](seed:register/licence)"
    )
    build(root)
    edit(root / "seeds/register.yaml", "entry 7", "entry 8")
    assert build(root).stories_made == ("story",)
    assert b"entry 8" in pages_of(root)["story/sources.html"]


def test_source_that_says_otherwise_contests_a_claim_though_nothing_cites_it(tmp_path: Path) -> None:
    root = site(tmp_path, "contested")
    register = root / "seeds/register.yaml"
    says_otherwise = register.read_bytes()
    register.unlink()
    build(root)
    for contested in (True, False, True):
        assert (b"Contradicted by" in pages_of(root)["story/evidence.html"]) is not contested
        register.write_bytes(says_otherwise) if contested else register.unlink()
        assert build(root).stories_made == ("story",)
        assert (b"Contradicted by" in pages_of(root)["story/evidence.html"]) is contested
        assert pages_of(root) == built_from_scratch(root)


EDITS: dict[str, Callable[[Path], object]] = {
    "a word": lambda root: edit(root / "content/older/index.md", "Something", "Anything"),
    "a source": lambda root: edit(root / "seeds/paper.yaml", "A witness", "Two witnesses"),
    "a new story": lambda root: shutil.copytree(root / "content/older", root / "content/third"),
    "a story less": lambda root: shutil.rmtree(root / "content/newer"),
    "a front": lambda root: edit(root / "content/site.yaml", "languages: [en]", "languages: [en]\nfront: third"),
    "another front": lambda root: edit(root / "content/site.yaml", "front: third", "front: older"),
    "a draft": lambda root: edit(root / "content/third/index.md", "published\n", "draft\n"),
    "no draft": lambda root: edit(root / "content/third/index.md", "draft\n", "published\n"),
    "a title": lambda root: edit(root / "content/site.yaml", "title: A site", "title: The site"),
    "an address": lambda root: edit(root / "content/site.yaml", "front", "url: https://example.org\nfront"),
    "own looks": lambda root: trees.rewrite(root / "static", {"style.css": "body { margin: 0 }\n"}),
    "the same looks": lambda root: shutil.rmtree(root / "static"),
    "nothing": lambda root: root.joinpath("content/older/index.md").touch(),
}


def test_any_change_leads_where_a_first_build_would(tmp_path: Path) -> None:
    root = site(tmp_path, "two-stories")
    build(root)
    for name, change in EDITS.items():
        change(root)
        assert build(root).outcome == "built", name
        assert pages_of(root) == built_from_scratch(root), name


@pytest.mark.parametrize("harm", ["deleted", "edited", "added"])
def test_site_folder_is_put_right_again(harm: str, tmp_path: Path) -> None:
    root = site(tmp_path, "two-stories")
    build(root)
    right = pages_of(root)
    if harm == "deleted":
        (root / "site/older/about.html").unlink()
    else:
        (root / "site" / ("newer/index.html" if harm == "edited" else "newer/stray.html")).write_text("Hello")
    assert build(root).outcome == "built"
    assert pages_of(root) == right
    assert build(root).outcome == "unchanged"


def test_gitignore_of_the_site_folder_is_left_alone(tmp_path: Path) -> None:
    root = site(tmp_path, "minimal")
    build(root)
    ours = root / "site/.gitignore"
    ours.write_text(f"# ours\n{publishing.MARKER}\n*.map\n")
    before = (ours.read_bytes(), ours.stat().st_mtime_ns)
    edit(root / "content/story/index.md", "A shop", "The shop")
    assert build(root).outcome == "built"
    assert (ours.read_bytes(), ours.stat().st_mtime_ns) == before


def test_lost_work_folder_costs_time_and_nothing_else(tmp_path: Path) -> None:
    root = site(tmp_path, "everything")
    build(root)
    before = publishing.listing(root / "site")
    shutil.rmtree(root / ".microsite")
    assert build(root).outcome == "built"
    assert publishing.listing(root / "site") == before


@pytest.mark.parametrize("kept", [0, 0.5, 0.99])
def test_spoilt_ledger_counts_as_none(kept: float, tmp_path: Path) -> None:
    root = site(tmp_path, "minimal")
    build(root)
    ledger = Path(order_for(str(root)).ledger_path)
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[: int(len(whole) * kept)])
    assert build(root).outcome == "built"
    assert build(root).outcome == "unchanged"


# --- Other places ----------------------------------------------------------------------------------------------------


def test_site_with_templates_and_looks_of_its_own(tmp_path: Path) -> None:
    root = site(tmp_path, "two-stories")
    trees.rewrite(
        root / "templates",
        {
            "stories.html": '{% extends "base.html" %}\n{% block title %}Ours{% endblock %}\n'
            "{% block content %}<h1>Our own index</h1>{% endblock %}\n"
        },
    )
    trees.rewrite(root / "static", {"style.css": "h1 { color: red }\n", "logo.svg": "<svg/>\n", ".hidden": "no\n"})
    assert build(root).outcome == "built"
    made = pages_of(root)
    assert b"<h1>Our own index</h1>" in made["index.html"]
    assert b"<h1>The older story</h1>" in made["older/index.html"], "other templates are the generator's"
    assert b"<style>h1 { color: red }\n" in made["404.html"]
    static = {path.rpartition("-")[0]: data for path, data in made.items() if path.startswith("static/")}
    assert static["static/style"] == b"h1 { color: red }\n"
    assert static.keys() == {"static/style", "static/pages", "static/logo", "static/icon"}


def test_style_sheet_that_is_no_text_is_told(tmp_path: Path) -> None:
    root = site(tmp_path, "minimal")
    (root / "static").mkdir()
    (root / "static/style.css").write_bytes(b"a {}\n/* caf\xe9 */")
    (found,) = build(root).diagnostics
    assert (str(found.at), found.kind) == ("static/style.css:2:1", "unreadable-file")


def test_style_sheet_that_asks_another_origin_is_told_at_its_line(tmp_path: Path) -> None:
    root = site(tmp_path, "minimal")
    (root / "static").mkdir()
    (root / "static/own.css").write_text("/* two\nlines */\nb { background: url(https://x.example/a.png) }\n")
    (found,) = build(root).diagnostics
    assert (str(found.at), found.kind) == ("static/own.css:3:1", "outside-request")


def test_style_sheet_is_published_without_what_serves_those_who_edit_it(tmp_path: Path) -> None:
    root = site(tmp_path, "minimal")
    (root / "static").mkdir()
    written = '/* our */\na {\n  b: c; /* own */\n}\n\nd/**/e::after { content: "/* kept */;\\"\\\n"; }\n'
    (root / "static/own.css").write_text(written)
    assert build(root).outcome == "built"
    (published,) = (root / "site/static").glob("own-*.css")
    assert published.read_text() == 'a {b: c;}d e::after { content: "/* kept */;\\"\\\n"; }\n'


def test_draft_is_built_in_a_preview_only(tmp_path: Path) -> None:
    root = site(tmp_path, "draft")
    assert build(root, drafts=True).outcome == "built"
    assert not (root / "site").exists()
    preview = root / ".microsite/preview/site"
    assert b"Not part of a published build" in (preview / "unfinished/index.html").read_bytes()
    assert build(root).outcome == "built"
    assert not (root / "site/unfinished").exists()


def test_story_that_becomes_a_draft_again_leaves_the_site(tmp_path: Path) -> None:
    root = site(tmp_path, "two-stories")
    build(root)
    edit(root / "content/newer/index.md", "status: published", "status: draft")
    assert build(root).outcome == "built"
    assert not (root / "site/newer").exists()
    assert b"newer" not in pages_of(root)["index.html"]


def test_mistakes_in_a_draft_stop_a_preview_and_not_a_published_build(tmp_path: Path) -> None:
    root = site(tmp_path, "draft")
    edit(root / "content/unfinished/index.md", "seed:paper/place", "seed:paper/plaec")
    for drafts, outcome, severity in ((False, "built", "warning"), (True, "stopped", "error")):
        result = build(root, drafts=drafts)
        (found,) = result.diagnostics
        assert (result.outcome, found.kind, found.severity) == (outcome, "unknown-statement", severity)


def test_warnings_are_told_by_an_unchanged_build_too(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, WRONG / "_base", WRONG / "unknown-file", WRONG / "typed-price")
    first, second = build(root), build(root)
    assert (first.outcome, second.outcome) == ("built", "unchanged")
    assert [found.kind for found in first.diagnostics] == ["typed-price", "unknown-file"]
    assert second.diagnostics == first.diagnostics


# --- All that is wrong, at once --------------------------------------------------------------------------------------


def told(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert command.main(["build", "--json", "--root", str(root)]) == command.CONTENT_HAS_ERRORS
    return [f"{d['file']}:{d['line']}:{d['column']}" for d in json.loads(capsys.readouterr().out)["diagnostics"]]


def expected(*cases: str) -> list[str]:
    lines = [line for case in cases for line in (WRONG / case / "expected.txt").read_text("utf-8").splitlines()]
    return sorted(line.split(": ")[0] for line in lines)


@pytest.mark.parametrize(
    "cases",
    [
        # one mistake in each file, and one in no file
        ("duplicate-key", "unknown-key", "missing-alt", "bad-price", "unknown-voice", "bad-name"),
        # files that cannot be read at all
        ("yaml-syntax", "yaml-syntax-in-front-matter", "yaml-alias", "wrong-type-of-a-seed", "unknown-story"),
        ("yaml-depth", "yaml-syntax", "front-matter", "yaml-alias", "wrong-type-of-a-seed"),
    ],
)
def test_mistakes_of_all_files_are_told_in_one_run(
    cases: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = trees.lay_over(tmp_path, WRONG / "_base", *(WRONG / case for case in cases))
    assert told(root, capsys) == expected(*cases)


def test_front_matter_that_cannot_be_read_hides_nothing_in_the_prose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = trees.lay_over(tmp_path, WRONG / "_base", WRONG / "bad-value")
    edit(root / "content/story/index.md", "seed:paper/opening", "seed:paper/openning")
    assert told(root, capsys) == ["content/story/index.md:4:9", "content/story/index.md:7:17"]


# --- Builds that are killed, and two at once -------------------------------------------------------------------------


@needs_fork
def test_build_killed_at_any_step_is_put_right_by_the_next() -> None:
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as folder:
        before, root = site(Path(folder, "before"), "two-stories"), Path(folder, "root")
        build(before)
        for name in ("a new story", "a story less", "a word"):
            EDITS[name](before)
        old, new = pages_of(before), built_from_scratch(before)
        ends, step = [], 1
        while is_killed(step, before, root):
            is_publishing = (root / ".microsite/build/journal").exists() or pages_of(root) == new
            for path, data in pages_of(root).items():
                assert data in (old.get(path), new.get(path)), f"{path} is half a page after step {step}"
            assert (root / "site/.gitignore").read_text() == publishing.SITE_GITIGNORE
            ends.append(pages_of(root) == new)
            assert build(root).outcome == "built"
            assert pages_of(root) == new
            step += 1 if is_publishing else 5  # what is staged is out of sight
        assert pages_of(root) == new, "the build that nobody killed"
    assert ends == sorted(ends), "old until all is there, new ever after"
    assert ends.count(False) > 10
    assert ends.count(True) > 2


def is_killed(step: int, before: Path, root: Path) -> bool:
    """Whether a build of a copy of a site comes as far as a step, at which it is killed."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(before, root)
    return killed_at(step, lambda: build(root))


CHANGING = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Run `act` in a forked process that is killed just before its `step`th change to the disk.

    Python itself reports each opening, renaming and removing, so none is missed. False if it came to its end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the runner may have threads; the child needs none
        child = os.fork()
    if not child:
        try:
            die_at(step)
            act()
        except BaseException:  # noqa: BLE001  (a child must end here, whatever happened)
            os._exit(70)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def die_at(step: int) -> None:
    steps = count(1)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if (event in CHANGING or writes) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def test_two_builds_at_once_wait_for_each_other_and_both_are_fine(tmp_path: Path) -> None:
    root = site(tmp_path, "two-stories")
    with workfolder.lock(root / ".microsite/build"):
        both = [subprocess.Popen([sys.executable, BUILD, "--root", root]) for _ in range(2)]
        with pytest.raises(subprocess.TimeoutExpired):
            both[0].wait(0.5)
        assert not (root / "site").exists()
    assert [one.wait(30) for one in both] == [command.FINE, command.FINE]
    assert pages_of(root) == built_from_scratch(root)
    assert build(root).outcome == "unchanged"
