"""From a checked story to its pages: what they show together, and what is told of each story."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from textwrap import dedent

from microsite import derive, manuscript
from microsite.citations import Reference
from microsite.views import BlockView, StoryView
from tests import helpers
from tests.derived import story_of

WORDS = "Words and more words. " * 20
"""A paragraph of some four hundred characters."""


def prose(*paragraphs: str) -> dict[str, str]:
    front = dedent(helpers.STORY).partition("---\n\n")[0]
    return {"content/story/index.md": f"{front}---\n\n" + "\n\n".join(paragraphs) + "\n"}


def blocks(story: StoryView) -> list[BlockView]:
    return [block for stretch in story.stretches for block in stretch.blocks]


def test_prices_stand_at_their_first_mention_with_the_text_up_to_the_last_beside_them(tmp_path: Path) -> None:
    story = story_of(tmp_path, prose(WORDS, "First {{ shirt }}.", WORDS, "Last {{ shirt }}.", *[WORDS] * 9))
    assert [block.prices_here for block in blocks(story)].index(True) == 1
    assert [stretch.beside_prices for stretch in story.stretches] == [False, True, False]
    before, beside, after = (len(stretch.blocks) for stretch in story.stretches)
    assert (before, before + beside + after) == (1, 13)
    text = "".join(piece.markup for block in story.stretches[1].blocks for piece in block.pieces)
    assert "Last" in text
    assert derive.LEAST_BESIDE_PRICES <= len(text) < derive.LEAST_BESIDE_PRICES + 2 * len(WORDS)
    assert not story.prices_at_end


def test_prices_that_the_prose_never_mentions_stand_at_its_end(tmp_path: Path) -> None:
    story = story_of(tmp_path, prose(WORDS, "Nothing is priced."))
    assert story.prices_at_end
    assert [stretch.beside_prices for stretch in story.stretches] == [False]


def test_number_in_an_expression_is_no_mention_of_a_price(tmp_path: Path) -> None:
    assert story_of(tmp_path, prose("Two and two are {{ 2 + 2 }}.")).prices_at_end


def test_exhibit_is_shown_where_it_is_placed_or_else_at_the_end(tmp_path: Path) -> None:
    placed = story_of(tmp_path)
    assert [block.exhibit.id for block in blocks(placed) if block.exhibit] == ["shop"]
    assert placed.unplaced == ()
    left_out = story_of(tmp_path, prose("See [the door](exhibit:shop/door)."))
    assert [exhibit.id for exhibit in left_out.unplaced] == ["shop"]
    (link,) = (piece.href for block in blocks(left_out) for piece in block.pieces if piece.kind == "reference")
    assert link == "exhibits/shop.html#n-shop-door"


def test_each_formula_is_explained_once_in_reading_order(tmp_path: Path) -> None:
    prices = helpers.PRICES.replace("price: 200", "price: 200..300")
    text = prose("{{ shirt / 2 }}, {{ shirt }}, {{ shirt/2 }}, {{ (shirt + shirt) * 2 }}, {{ shirt / 2 | short }}.")
    story = story_of(tmp_path, {**text, "content/story/prices.yaml": prices.replace("single", "range")})
    assert story.prices
    assert [(formula.text, formula.spelt_out, formula.result) for formula in story.prices.formulas] == [
        ("shirt / 2", "A shirt (200 to 300 yuan) ÷ 2", "100 to 150 yuan"),
        (
            "(shirt + shirt) * 2",
            "(A shirt (200 to 300 yuan) + A shirt (200 to 300 yuan)) × 2",
            "800 to 1,200 yuan",
        ),
    ]


def test_what_a_story_rests_on_is_gathered_from_all_of_its_files(tmp_path: Path) -> None:
    helpers.write_site(tmp_path)
    story = helpers.read_story(tmp_path)
    edition, _ = manuscript.read(story, "en", "en", manuscript.convert_plainly)
    assert derive.cited_references(story, edition) == (Reference("paper", "opening"), Reference("paper", "price"))
    assert derive.cited_seeds(story, edition) == ("paper",)


def test_documents_of_the_story_come_as_they_are_met(tmp_path: Path) -> None:
    story = story_of(tmp_path)
    assert [document.id for document in story.documents] == ["paper"]
    used = {statement.anchor: len(statement.used_by) for statement in story.documents[0].statements}
    assert used == {"d-paper": 0, "s-paper--opening": 2, "s-paper--price": 1}


def test_fingerprint_can_be_computed_with_tools_that_everybody_has(tmp_path: Path) -> None:
    story = story_of(tmp_path)
    paths = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    paths.remove("content/site.yaml")
    listed = "".join(f"{sha256((tmp_path / path).read_bytes()).hexdigest()}  {path}\n" for path in paths)
    assert story.fingerprint == sha256(listed.encode()).hexdigest()


def test_fingerprint_changes_with_any_letter_of_any_file(tmp_path: Path) -> None:
    files = [path for path in helpers.FILES if path != "content/site.yaml"]
    changed = {story_of(tmp_path, {path: dedent(helpers.FILES[path]) + "\n"}).fingerprint for path in files}
    assert len(changed | {story_of(tmp_path).fingerprint}) == len(files) + 1 == 5
