"""A story that is taken down leaves an honest page, and docs/takedown.md takes it out of a repository's history."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

import feedparser
import pytest

from microsite import command
from tests import helpers, trees

pytestmark = pytest.mark.usefixtures("compiled_once")

URL = "https://paper.example/coats"
SECRET = "Kim Someone opened it"  # no real name: helpers' stories are about nobody
STORY = f"""\
    ---
    title: The shop of Someone
    standfirst: A standfirst.
    status: published
    published: 2026-11-20
    ---

    [{SECRET}](seed:paper/opening).

    ![](exhibit:shop)
    """
NOTICE = """\
    ---
    title: The shop of Someone
    standfirst: Withdrawn.
    status: withdrawn
    withdrawn:
      date: 2026-11-24
      reason: It could have harmed somebody.
    ---
    """


def build(root: Path, *more: str) -> int:
    return command.main(["publish", "--root", str(root), "--date", "2026-11-24", *more])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with one story, published."""
    site = helpers.FILES["content/site.yaml"].rstrip(" ") + f"    url: {URL}/\n"
    helpers.write_site(tmp_path / "site", {"content/site.yaml": site, "content/story/index.md": STORY})
    assert build(tmp_path / "site") == command.FINE
    return tmp_path / "site"


def take_down(root: Path, notice: str = NOTICE) -> None:
    for name in ("exhibits.yaml", "prices.yaml"):
        (root / "content/story" / name).unlink()
    (root / "content/story/index.md").write_text(dedent(notice), "utf-8")


# --- The page in its place -------------------------------------------------------------------------------------------


def test_the_addresses_say_that_it_was_withdrawn_and_nothing_of_it(root: Path) -> None:
    take_down(root)
    assert build(root) == command.FINE
    for name in ("index", "evidence", "sources", "about", "text", "offline"):
        page = (root / f"site/story/{name}.html").read_text("utf-8")
        assert "It could have harmed somebody." in page
        assert "24 November 2026" in page
        assert '<meta name="robots" content="noindex">' in page
    assert sorted(path.name for path in (root / "site/story").iterdir()) == [
        f"{name}.html" for name in ("about", "evidence", "index", "offline", "sources", "text")
    ]
    for path, data in trees.bytes_of(root / "site").items():
        assert b"Someone" not in data, path
        assert b"A standfirst" not in data, path


def test_its_headline_is_named_only_if_that_is_said(root: Path) -> None:
    take_down(root, NOTICE.replace("      reason:", "      show_title: true\n      reason:"))
    assert build(root) == command.FINE
    assert "The shop of Someone" in (root / "site/story/index.html").read_text("utf-8")


def test_only_the_notice_stands_in_the_feed_and_nothing_in_the_sitemap(root: Path) -> None:
    (before,) = feedparser.parse((root / "site/feed.xml").read_bytes()).entries
    take_down(root)
    assert build(root) == command.FINE
    (after,) = feedparser.parse((root / "site/feed.xml").read_bytes()).entries
    assert after.id == before.id
    assert after.updated > before.updated
    assert (after.title, after.summary) == ("This story has been withdrawn", "It could have harmed somebody.")
    assert f"{URL}/story/" not in (root / "site/sitemap.xml").read_text("utf-8")


def test_a_front_story_leaves_the_notice_at_both_its_addresses(root: Path) -> None:
    settings = root / "content/site.yaml"
    settings.write_text(settings.read_text("utf-8") + "front: story\n", "utf-8")
    take_down(root)
    assert build(root) == command.FINE
    for path in ("index.html", "story/index.html"):
        assert "It could have harmed somebody." in (root / "site" / path).read_text("utf-8")


def test_the_record_keeps_no_word_of_it(root: Path) -> None:
    take_down(root)
    assert build(root) == command.FINE
    record = (root / "published/story.yaml").read_text("utf-8")
    assert "kinds: [withdrawn]" in record
    assert "Someone" not in record
    assert record.endswith("texts: {}\n")
    before = record
    assert build(root) == command.FINE
    assert (root / "published/story.yaml").read_text("utf-8") == before


def test_what_is_wrong_with_the_rest_does_not_keep_it_up(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "content/story/index.md").write_text(dedent(NOTICE) + "\n[x](seed:nobody/said)\n", "utf-8")
    (root / "content/story/prices.yaml").write_text("currency: [\n", "utf-8")
    assert build(root) == command.FINE
    assert ": error:" not in capsys.readouterr().err
    assert "It could have harmed somebody." in (root / "site/story/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    withdrawn:\n      date: 2026-11-24\n      reason: It could have harmed somebody.\n", "", "missing-key"),
        ("status: withdrawn", "status: published", "bad-value"),
    ],
)
def test_when_and_why_go_with_the_status(
    old: str, new: str, said: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_down(root, NOTICE.replace(old, new))
    assert build(root) == command.CONTENT_HAS_ERRORS
    assert f"[{said}]" in capsys.readouterr().err


def test_a_story_may_come_back(root: Path) -> None:
    take_down(root)
    assert build(root) == command.FINE
    helpers.write_site(root, {"content/site.yaml": None, "content/story/index.md": STORY})
    assert build(root) == command.FINE
    assert "kinds: [update]" in (root / "published/story.yaml").read_text("utf-8")


# --- The rehearsal ---------------------------------------------------------------------------------------------------

needs_tools = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("git") or not shutil.which("bash"), reason="the recipe is for git and a shell"
)
RECIPE = (trees.ROOT / "docs/takedown.md").read_text("utf-8")


def step(begins: str) -> str:
    """The commands of the recipe that begin so, as it has them, with the names of the rehearsal put in."""
    fenced = re.findall(r"^ *```\w*\n(.*?)^ *```$", RECIPE, re.DOTALL | re.MULTILINE)
    blocks = [dedent(block).strip() for block in fenced]
    (found,) = (block for block in blocks if block.startswith(begins))
    return found.replace("SLUG", "story").replace("NAME", "letter").replace("THE WORDS", SECRET)


class Shell:
    """Runs what the recipe says, as somebody whose settings are nobody's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@paper.example", "FILTER_BRANCH_SQUELCH_WARNING": "1"}
        names |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@paper.example", "GIT_CONFIG_GLOBAL": os.devnull}
        self._environment = {**os.environ, **names, "GIT_CONFIG_NOSYSTEM": "1"}

    def run(self, commands: str, folder: Path | None = None) -> str:
        done = subprocess.run(
            ["bash", "-c", commands],
            cwd=folder or self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr  # the last grep may find nothing
        return done.stdout


@needs_tools
def test_the_recipe_takes_a_story_out_of_every_object_of_a_repository(root: Path, tmp_path: Path) -> None:
    shell = Shell(root)
    commit = "git add -A content seeds published && git commit -qm"
    shell.run(f"git init -q -b main && {commit} 'A story'")
    (root / "content/story/index.md").write_text(f"{dedent(STORY)}\nMore.\n", "utf-8")
    shell.run(f"{commit} 'More' && git tag -a v1 -m 'A version' && git branch other HEAD~1")
    shell.run("git update-ref refs/pull/1/head HEAD")  # as the host keeps it
    take_down(root)
    assert build(root) == command.FINE
    shell.run(f"{commit} 'Withdraw'")
    shell.run(f"git clone -q --mirror . {tmp_path}/away.git")

    away = tmp_path / "away.git"
    look = step("git cat-file --batch-all-objects")
    assert len(shell.run(look, away).split()) >= 2, "the search finds what is there"
    shell.run(step("git filter-branch"), away)
    assert shell.run(look, away), "objects stay while anything points at them"
    shell.run(step("git for-each-ref"), away)
    assert shell.run(look, away) == ""
    assert shell.run("git rev-list --objects --all | grep -E 'content/story|published/story'", away) == ""
    assert shell.run("git for-each-ref --format='%(refname)'", away).split() == [
        "refs/heads/main",
        "refs/heads/other",
        "refs/tags/v1",
    ]
    assert "seeds/paper.yaml" in shell.run("git ls-tree -r --name-only main", away), "the rest stays"

    shell.run(f"git clone -q {away} {tmp_path}/fresh")
    page = tmp_path / "fresh/content/story/index.md"
    page.parent.mkdir(parents=True)
    page.write_text(dedent(NOTICE), "utf-8")
    assert build(tmp_path / "fresh") == command.FINE, "the honest page can be published from what is left"


def test_the_page_of_the_recipe_can_be_published(root: Path) -> None:
    (notice,) = re.findall(r"```markdown\n(.*?)```", RECIPE, re.DOTALL)
    take_down(root, notice)
    assert build(root) == command.FINE
    assert "24 November 2026" in (root / "site/story/text.html").read_text("utf-8")
