"""A proof is the page that the build comes to: whatever was saved, and with all that is kept from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from microsite import pipeline, proofs
from microsite.command import order_for
from microsite.order import Order
from tests import helpers, trees
from tests.test_incremental import CHANGES, remove_templates, root

__all__ = ["root"]

pytestmark = pytest.mark.usefixtures("compiled_once")

STORY = "content/story/index.md"
PAGE = "story/index.html"


@pytest.fixture
def site(tmp_path: Path) -> Order:
    """A small site, built."""
    helpers.write_site(tmp_path)
    order = order_for(str(tmp_path), drafts=True)
    result = pipeline.build(order)
    assert result.outcome == "built", result.diagnostics
    return order


def page(order: Order, path: str = PAGE) -> str:
    return Path(order.site_folder, path).read_text("utf-8")


def edit(order: Order, path: str, old: str, new: str) -> str:
    """Change a file; gives its path as a watch tells it."""
    file = Path(order.root, path)
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return str(file.resolve())


def test_a_saved_story_is_on_its_open_page_before_anything_else_is_made(site: Order) -> None:
    pulled = proofs.Proofs(site).pull([edit(site, STORY, "A shop opened", "A shop closed")], [PAGE])
    assert pulled
    assert pulled.written == (PAGE,)
    assert "A shop closed" in page(site)
    assert "A shop closed" not in page(site, "story/evidence.html")
    assert pipeline.build(site).outcome == "built"
    assert "A shop closed" in page(site, "story/evidence.html")


def test_where_no_page_of_the_story_is_open_its_first_is_made(site: Order) -> None:
    pulled = proofs.Proofs(site).pull([edit(site, STORY, "A shop opened", "A shop closed")], ["index.html"])
    assert pulled
    assert pulled.written == (PAGE,)


def test_a_page_that_an_edit_does_not_touch_is_not_written(site: Order) -> None:
    known = proofs.Proofs(site)
    assert known.pull([], [PAGE]) == proofs.Proof(("story",), ())
    pulled = known.pull([edit(site, STORY, "\n\n[A shop", "\n\n\n[A shop")], ["story/exhibits/index.html"])
    assert pulled
    assert [path for path in pulled.written if path != "story/exhibits/index.html"] == []


def test_a_mistake_is_told_and_leaves_the_page_as_it_was(site: Order) -> None:
    before = page(site)
    pulled = proofs.Proofs(site).pull([edit(site, STORY, "{{ shirt }}", "{{ skirt }}")], [PAGE])
    assert pulled
    assert [(found.kind, found.at.file) for found in pulled.diagnostics] == [("unknown-price", STORY)]
    assert (pulled.written, page(site)) == ((), before)


def test_a_mistake_in_a_translation_is_told_whatever_edition_is_open(tmp_path: Path) -> None:
    trees.lay_over(tmp_path, trees.ROOT / "tests/sites/two-languages")
    order = order_for(str(tmp_path), drafts=True)
    assert pipeline.build(order).outcome == "built"
    translation = next(Path(order.root, "content").glob("*/index.*.md"))
    translation.write_text(translation.read_text("utf-8") + "\n{{ nothing }}\n", "utf-8")
    first = f"{translation.parent.name}/index.html"
    pulled = proofs.Proofs(order).pull([str(translation.resolve())], [first])
    assert pulled
    assert {found.at.file.rpartition("/")[2] for found in pulled.diagnostics} == {translation.name}


def test_what_was_read_is_known_until_the_story_or_what_it_shares_is_saved(site: Order) -> None:
    known = proofs.Proofs(site)
    assert not known.knows(PAGE)
    known.pull([], [PAGE])
    assert known.knows("story/evidence.html")
    known.pull([edit(site, STORY, "A shop opened", "A {{ shop }} opened")], [])
    assert not known.knows(PAGE)
    read = known.last_read(PAGE)
    assert read
    assert read.view.slug == "story"


def test_an_edited_source_shows_on_the_page_that_cites_it(site: Order) -> None:
    known = proofs.Proofs(site)
    known.pull([], [PAGE])
    pulled = known.pull([edit(site, "seeds/paper.yaml", "publisher: A paper", "publisher: Another paper")], [PAGE])
    assert pulled
    assert pulled.written == (PAGE,)
    assert "Another paper" in page(site)


def test_an_edited_style_sheet_is_put_in_its_place_and_asked_for(site: Order) -> None:
    known = proofs.Proofs(site)
    known.pull([], [PAGE])
    style = Path(site.root, "static/style.css")
    style.parent.mkdir()
    style.write_text("body{margin:3px}")
    pulled = known.pull([str(style)], [PAGE])
    assert pulled
    sheet = next(path for path in pulled.written if path.endswith(".css"))
    assert sheet in page(site)
    assert Path(site.site_folder, sheet).read_text() == "body{margin:3px}"


def test_an_edited_template_shows(site: Order) -> None:
    known = proofs.Proofs(site)
    known.pull([], [PAGE])
    own = Path(site.root, "templates/story.html")
    own.parent.mkdir()
    own.write_text(
        (trees.ROOT / "templates/story.html").read_text().replace("{% block kind %}", "{% block kind %}own ")
    )
    pulled = known.pull([str(own)], [PAGE])
    assert pulled
    assert pulled.written == (PAGE,)
    assert '<body class="own ' in page(site)


def test_a_page_whose_picture_is_still_to_be_drawn_waits_for_the_build(site: Order) -> None:
    before = page(site)
    shape = edit(site, "content/story/exhibits.yaml", "absent: not in hand", "absent: not in hand\n  shape: 1:1")
    pulled = proofs.Proofs(site).pull([shape], [PAGE])
    assert pulled is None
    assert page(site) == before


def test_only_a_build_can_tell_what_a_broken_site_file_comes_to(site: Order) -> None:
    known = proofs.Proofs(site)
    known.pull([], [PAGE])
    assert known.pull([edit(site, "content/site.yaml", "languages:", "langages:")], [PAGE]) is None


def states(root: Path) -> Iterator[tuple[str, int, int]]:
    """What a watch would see change."""
    for folder in ("content", "seeds", "templates", "static"):
        for path in (root / folder).rglob("*"):
            if path.is_file():
                yield str(path.resolve()), path.stat().st_mtime_ns, path.stat().st_ino


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2))
def test_after_any_change_a_proof_is_what_the_build_comes_to(number: int, root: Path) -> None:
    random = Random(number)
    order = order_for(str(root), drafts=True)
    pipeline.build(order)
    known = proofs.Proofs(order)
    Path(root, "site").symlink_to(Path(order.site_folder), target_is_directory=True)  # where changes to made files look
    pulls = 0
    for change in random.sample(CHANGES, len(CHANGES)):
        if change is not remove_templates:
            remove_templates(root, random)
        made = sorted(path.relative_to(order.site_folder) for path in Path(order.site_folder).glob("*/*.html"))
        looked_at = [path.as_posix() for path in random.sample(made, 2)]
        before = set(states(root))
        change(root, random)
        saved = {path for path, _, _ in before ^ set(states(root))}
        pulled = known.pull(saved, looked_at)
        proofed = {path: Path(order.site_folder, path).read_bytes() for path in (pulled.written if pulled else ())}
        pulls += len(proofed)
        result = pipeline.build(order)
        assert result.outcome != "stopped", change.__name__
        assert {path: Path(order.site_folder, path).read_bytes() for path in proofed} == proofed, change.__name__
    assert pulls > 3
