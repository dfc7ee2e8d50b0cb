"""Whatever is changed, and in whatever order: a build that makes only what changed ends where a first build would."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import corpus
from microsite import images, pipeline
from microsite.command import order_for
from tests import trees

pytestmark = pytest.mark.usefixtures("compiled_once")

QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

EXHIBITS = """\
yard:
  title: The yard
  alt: A drawn plate in place of a photograph.
  caption: The yard, as it may look.
  credit: Our drawing
  absent: not in hand
  shape: 3:2
"""


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    drawn_at_once(monkeypatch)
    with small_site() as root:
        yield root


def drawn_at_once(patch: pytest.MonkeyPatch) -> None:
    """Drawing takes longer than all the rest of so small a site, and each first build would draw anew."""
    patch.setattr(images, "plate", lambda shape, reason: f"{shape} {reason}".encode())


@contextmanager
def small_site() -> Iterator[Path]:
    """A site of four short stories."""
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as folder:
        root = Path(folder, "site-with-stories")
        corpus.write(root, 4)
        for story in (root / "content").glob("*/index.md"):
            shorten(story)
        yield root


def shorten(story: Path) -> None:
    """Leave a story its first section, as this is about what is made anew and not about long stories."""
    before, first, *_ = story.read_text("utf-8").split("\n## ")
    story.write_text(f"{before}\n## {first}", "utf-8")


def build(root: Path) -> pipeline.Result:
    return pipeline.build(order_for(str(root)))


def pages_of(root: Path) -> dict[str, bytes]:
    return {path: data for path, data in trees.bytes_of(root / "site").items() if path != ".gitignore"}


def from_scratch(root: Path) -> tuple[pipeline.Result, dict[str, bytes]]:
    """What a build of the same content gives that knows of no other."""
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as folder:
        fresh = Path(folder, "fresh")
        shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("site", ".microsite"))
        return build(fresh), pages_of(fresh)


# --- What may change -------------------------------------------------------------------------------------------------


def a_story(root: Path, random: Random) -> Path:
    return random.choice(sorted(path for path in (root / "content").iterdir() if path.is_dir()))


def replace(path: Path, old: str, new: str) -> None:
    """Change one place of a file, if there is one."""
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


def change_prose(root: Path, random: Random) -> None:
    replace(a_story(root, random) / "index.md", "\n\n", f"\n\n{random.choice(('Zwel', 'Bim', 'Plo'))} ")


def change_headline(root: Path, random: Random) -> None:
    replace(a_story(root, random) / "index.md", "title: ", f"title: {random.choice(('Zwel', 'Bim', 'Plo'))} ")


def change_price(root: Path, random: Random) -> None:
    path = a_story(root, random) / "prices.yaml"
    replace(path, "    price: ", f"    price: {random.randrange(1, 9)}")


def change_series(root: Path, random: Random) -> None:
    """A story comes into a series, goes into another, or leaves it."""
    without_line(path := a_story(root, random) / "index.md", "series: ")
    if series := random.choice(("", "Zwel", "Bim")):
        replace(path, "status: ", f"series: {series}\nstatus: ")


def change_tags(root: Path, random: Random) -> None:
    without_line(path := a_story(root, random) / "index.md", "tags: ")
    replace(path, "status: ", f"tags: [{random.choice(('Kren', 'Plo', 'Kren, Plo'))}]\nstatus: ")


def without_line(path: Path, start: str) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(start)), "utf-8")


def change_source(root: Path, random: Random) -> None:
    replace(random.choice(sorted((root / "seeds").iterdir())), "title: ", "title: Kren ")


def add_source(root: Path, random: Random) -> None:
    shutil.copy(root / "seeds/shared-0.yaml", root / f"seeds/another-{random.randrange(9)}.yaml")


def change_site(root: Path, random: Random) -> None:
    replace(root / "content/site.yaml", "title: ", f"title: {random.choice(('Our', 'Your'))} ")


def change_address(root: Path, random: Random) -> None:
    """Where the site stands becomes known, or is no longer."""
    path = root / "content/site.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("url:")]
    address = random.choice(("url: https://one.example/", "url: https://two.example/site", None))
    path.write_text("\n".join([*lines, *([address] if address else [])]) + "\n")


def change_front(root: Path, random: Random) -> None:
    """The first published story of some order, or none, becomes the front."""
    path = root / "content/site.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("front:")]
    published = [story for story in (root / "content").glob("*/index.md") if "status: published" in story.read_text()]
    front = random.choice([None, *sorted(published)])
    path.write_text("\n".join([*lines, *([f"front: {front.parent.name}"] if front else [])]) + "\n")


def change_template(root: Path, random: Random) -> None:
    own = root / "templates/about.html"
    own.parent.mkdir(exist_ok=True)
    shutil.copy(trees.ROOT / "templates/about.html", own)
    replace(own, "<h1>", f"<h1>{random.choice(('More ', 'Less '))}")


def remove_templates(root: Path, random: Random) -> None:
    shutil.rmtree(root / "templates", ignore_errors=True)


def change_style(root: Path, random: Random) -> None:
    (root / "static").mkdir(exist_ok=True)
    (root / "static/style.css").write_text(f"body {{ margin: {random.randrange(9)}px }}\n")


def add_exhibit(root: Path, random: Random) -> None:
    shape = random.choice(("3:2", "4:3", "1:1"))
    (a_story(root, random) / "exhibits.yaml").write_text(EXHIBITS.replace("3:2", shape))


def remove_exhibit(root: Path, random: Random) -> None:
    (a_story(root, random) / "exhibits.yaml").unlink(missing_ok=True)


def add_story(root: Path, random: Random) -> None:
    shutil.copytree(a_story(root, random), root / f"content/new-{random.randrange(1000)}")


def remove_story(root: Path, random: Random) -> None:
    story = a_story(root, random)
    if len(list((root / "content").glob("*/index.md"))) > 1:
        shutil.rmtree(story)
        replace(root / "content/site.yaml", f"front: {story.name}\n", "")


def rename_story(root: Path, random: Random) -> None:
    story = a_story(root, random)
    new = f"renamed-{random.randrange(1000)}"
    story.rename(story.with_name(new))
    replace(root / "content/site.yaml", f"front: {story.name}\n", f"front: {new}\n")


def change_status(root: Path, random: Random) -> None:
    story = a_story(root, random)
    old, new = random.choice((("published", "draft"), ("draft", "published")))
    replace(story / "index.md", f"status: {old}", f"status: {new}")
    if new == "draft":
        replace(root / "content/site.yaml", f"front: {story.name}\n", "")


def touch(root: Path, random: Random) -> None:
    random.choice(sorted(path for path in (root / "content").rglob("*") if path.is_file())).touch()


def remove_page(root: Path, random: Random) -> None:
    random.choice(
        sorted(path for path in (root / "site").rglob("*") if path.is_file() and path.name[0] != ".")
    ).unlink()


def spoil_page(root: Path, random: Random) -> None:
    path = random.choice(sorted((root / "site").rglob("*.html")))
    path.write_text(path.read_text("utf-8").replace("a", "b"), "utf-8")


def add_stray_files(root: Path, random: Random) -> None:
    stray = root / f"site/stray-{random.randrange(9)}"
    stray.mkdir(exist_ok=True)
    (stray / "page.html").write_text("Not ours")


def leave_unknown_file(root: Path, random: Random) -> None:
    (a_story(root, random) / "notes.txt").write_text("Nothing reads this, and a warning says so")


def lose_ledger(root: Path, random: Random) -> None:
    kept = [folder for name in ("build", "cache") if (folder := root / ".microsite" / name).is_dir()]  # or a preview's
    shutil.rmtree(random.choice(kept))


CHANGES: tuple[Callable[[Path, Random], None], ...] = (
    change_prose,
    change_headline,
    change_price,
    change_series,
    change_tags,
    change_source,
    add_source,
    change_site,
    change_address,
    change_front,
    change_template,
    change_style,
    add_exhibit,
    remove_exhibit,
    add_story,
    remove_story,
    rename_story,
    change_status,
    touch,
    remove_page,
    spoil_page,
    add_stray_files,
    leave_unknown_file,
    lose_ledger,
)


# --- Where it leads --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2))
def test_every_change_leads_where_a_first_build_would(number: int, root: Path) -> None:
    random = Random(number)
    if number:
        change_address(root, random)
    build(root)
    for change in random.sample(CHANGES, len(CHANGES)):
        remove_templates(root, random)  # those of the last round, for a site's own templates make all tests slow
        others = random.choices((change_prose, change_source, change_status, change_series), k=random.choice((0, 0, 1)))
        for each in (change, *others):
            each(root, random)
        story = f"after {change.__name__} and {[each.__name__ for each in others]}"
        result, (expected, pages) = build(root), from_scratch(root)
        assert expected.outcome == "built", story
        assert result.outcome != "stopped", story
        assert result.diagnostics == expected.diagnostics, story
        assert pages_of(root) == pages, story
        assert build(root).outcome == "unchanged", story


@pytest.mark.slow
@settings(max_examples=6)
@given(changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4), number=st.integers(0, 9))
def test_any_changes_at_once_lead_where_a_first_build_would(
    changes: list[Callable[[Path, Random], None]], number: int
) -> None:
    with small_site() as root, pytest.MonkeyPatch.context() as patch:
        drawn_at_once(patch)
        build(root)
        for change in changes:
            change(root, Random(number))
        result, (expected, pages) = build(root), from_scratch(root)
        assert (result.outcome != "stopped") == (expected.outcome == "built")
        assert result.diagnostics == expected.diagnostics
        if expected.outcome == "built":
            assert pages_of(root) == pages


@pytest.mark.parametrize("change", [change_prose, change_price])
def test_a_change_of_one_story_makes_that_story_alone(change: Callable[[Path, Random], None], root: Path) -> None:
    build(root)
    before = pages_of(root)
    change(root, Random(1))
    result, (_, pages) = build(root), from_scratch(root)
    story = a_story(root, Random(1)).name
    assert result.stories_made == (story,)
    others = {slug for slug in corpus.slugs(4) if slug != story}
    assert not [path for path in result.written if others & {*path.split("/")}], "no other story's files are touched"
    assert pages_of(root) == pages != before


def test_a_change_of_a_seed_makes_the_stories_that_rest_on_it(root: Path) -> None:
    build(root)
    replace(root / "seeds/story-0002-notes.yaml", "title: ", "title: Kren ")
    result, (_, pages) = build(root), from_scratch(root)
    assert result.stories_made == ("story-0002",)
    assert pages_of(root) == pages


@pytest.mark.parametrize("change", [change_template, change_style])
def test_a_change_of_looks_makes_every_story(change: Callable[[Path, Random], None], root: Path) -> None:
    build(root)
    change(root, Random(1))
    result, (_, pages) = build(root), from_scratch(root)
    assert result.stories_made == tuple(corpus.slugs(4))
    assert pages_of(root) == pages


def test_a_change_of_a_translation_makes_that_story_alone_in_every_language(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path / "site-with-stories", trees.ROOT / "tests/sites/two-languages")
    shutil.copytree(root / "content/story", root / "content/another")
    build(root)
    before = pages_of(root)
    translation = root / "content/another/index.ko.md"
    translation.write_text(translation.read_text("utf-8").replace("항구", "시장"), "utf-8")
    result, (_, pages) = build(root), from_scratch(root)
    assert result.stories_made == ("another",)
    assert pages_of(root) == pages
    changed = {path for path in pages if pages[path] != before[path]}
    assert "ko/another/index.html" in changed
    assert not {path for path in changed if "story/" in path}
