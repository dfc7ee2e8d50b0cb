"""Claims as pages show them: who is counted, what is still to be withdrawn, and words without markup."""

from __future__ import annotations

from pathlib import Path

from microsite import manuscript
from microsite.claimviews import Words, plain
from microsite.evidence import Speaker, contest_leaves, outcomes, standing
from tests import helpers
from tests.helpers import cite, evidence, make_seed

PROSE = """\
---
title: A title
standfirst: A standfirst.
status: published
---

Tea & cake[^one], *twice*, cost {{ shirt }}.[^two]

[^one]: At four.
[^two]: At five.
"""


def test_voice_that_passes_another_on_is_not_counted_among_the_unnamed() -> None:
    seed = make_seed("a", ["x/one", "y/two"], voice_relays={"y": ["x"]})
    stands = standing(cite("a/one+/two"), evidence(seed))
    assert (stands.voices, stands.unnamed) == (1, 1)


def test_withdrawn_voice_is_not_counted() -> None:
    ends = evidence(make_seed("a", ["x/one"]), make_seed("b", ["y/two"]))
    stands = standing(cite("a/one+b/two"), ends, [Speaker("a", "x")])
    assert (stands.voices, stands.unnamed, stands.documents) == (1, 1, 1)


def test_after_a_withdrawal_only_what_is_left_can_still_fall() -> None:
    ends = evidence(make_seed("a", ["x/one"]), make_seed("b", ["y/two"]))
    claim = cite("a/one+b/two")
    assert [outcome.support for outcome in outcomes(claim, ends)] == ["one-voice", None]
    gone = [Speaker("a", "x")]
    assert outcomes(claim, ends, gone) == outcomes(cite("b/two"), ends)
    assert outcomes(claim, ends, ["a", "b"]) == ()


def test_what_is_withdrawn_already_need_not_be_withdrawn_again() -> None:
    relaying = make_seed("a", ["x/one", "y/two", "desk/three"], voice_relays={"desk": ["x", "y"]})
    (falls,) = outcomes(cite("a/three"), evidence(relaying), [Speaker("a", "x")])
    assert (Speaker("a", "y"),) in falls.breakers
    contradicting = make_seed("b", ["v/no", "w/never"], contradicts={"no": "a/one", "never": "a/one"})
    both = evidence(relaying, contradicting)
    assert (Speaker("b", "w"),) in contest_leaves(cite("a/one"), both, [Speaker("b", "v")])
    assert contest_leaves(cite("a/one"), both, ["b"]) == ()


def test_plain_words_have_neither_markup_nor_the_numbers_of_footnotes(tmp_path: Path) -> None:
    root = helpers.write_site(tmp_path, {"content/story/index.md": PROSE})
    edition, problems = manuscript.read(helpers.read_story(root), "en", "en", manuscript.convert_plainly)
    assert problems == []
    assert plain(edition.body, Words("en", "en")).startswith("Tea & cake, twice, cost 200 yuan.")
