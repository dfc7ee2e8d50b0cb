"""The editor's bar counts: sentences with and without a source, length, standings, and what a withdrawal would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsite import bar
from microsite.claimviews import Words, sentences
from microsite.command import order_for
from microsite.proofs import Proofs, Read
from tests import helpers

pytestmark = pytest.mark.usefixtures("compiled_once")

STORY = """\
    ---
    title: A title
    standfirst: Nobody says so.
    status: published
    ---

    ## A heading that is no sentence

    [A shop opened](seed:paper/opening). It rained! Then [a shirt cost {{ shirt }}](seed:paper/price), they say.

    | A | table |
    |---|---|
    | of | words |
    """


def read(root: Path, story: str = STORY, seed: str | None = None) -> Read:
    files = {"content/story/index.md": story}
    helpers.write_site(root, files | ({"seeds/paper.yaml": seed} if seed else {}))
    proofs = Proofs(order_for(str(root), drafts=True))
    pulled = proofs.pull([], ["story/index.html"])
    found = proofs.last_read("story/index.html")
    assert found, pulled
    return found


def facts(found: Read) -> bar.Bar:
    return bar.bar(found.view, found.edition, found.seeds.evidence, found.first, ())


def test_a_sentence_is_sourced_where_a_claim_stands_in_it_and_headings_and_tables_are_none(tmp_path: Path) -> None:
    story = facts(read(tmp_path))
    captions = sum(len(exhibit.caption) > 0 for exhibit in read(tmp_path).view.exhibits)
    assert story.unsourced == ("Nobody says so.", "It rained!")
    assert story.sourced == 2 + captions
    assert story.sentences == 4 + captions


@pytest.mark.parametrize(
    ("text", "words", "minutes"),
    [
        ("", 0, 1),
        ("Two words.", 2, 1),
        ("It’s 1,200 yuan-denominated.", 3, 1),
        ("word " * 714, 714, 3),
        ("店 里 的 200 元", 5, 1),
        ("字" * 800, 800, 2),
        ("단둥 매장이 문을 열었다", 4, 1),
    ],
)
def test_words_are_counted_and_chinese_characters_one_by_one(text: str, words: int, minutes: int) -> None:
    assert bar.length(text) == (words, minutes)


def test_each_source_that_claims_rest_on_says_what_its_withdrawal_would_do(tmp_path: Path) -> None:
    consequences = {each.source: each for each in facts(read(tmp_path)).consequences}
    whole = consequences["paper"]
    assert [claim.anchor for claim in whole.falls][:2] == ["c-opening", "c-price"]
    assert whole.prices == ("shirt",)
    assert (whole.weakens, whole.strengthens) == ((), ())


def test_a_claim_across_two_sentences_sources_both(tmp_path: Path) -> None:
    found = read(
        tmp_path, STORY.replace("[A shop opened](seed:paper/opening). It", "[A shop opened. It](seed:paper/opening)")
    )
    said = list(sentences(found.edition.body, Words("en", "en")))
    assert [bool(marks) for _, marks in said] == [True, True, True]
