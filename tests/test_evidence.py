"""How claims stand, and what withdrawals do to them: the rules, properties of them, and the Dandong story."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite import inventory, load, manuscript
from microsite.citations import Citation, Reference
from microsite.evidence import (
    RANK,
    SUPPORTS,
    Evidence,
    Source,
    Speaker,
    change,
    contest_leaves,
    outcomes,
    speaker_named,
    standing,
)
from microsite.model import READINGS, Seed

from .helpers import cite, evidence, make_seed

ROOT = Path(__file__).resolve().parent.parent
quick = settings(max_examples=40, deadline=None)


def support(citation: str, *seeds: Seed, without: Iterable[Source] = ()) -> str | None:
    return standing(cite(citation), evidence(*seeds), without).support


# --- The levels ------------------------------------------------------------------------------------------------------


def test_the_levels_are_ordered_from_inference_to_the_document_itself() -> None:
    names = [level.name for level in SUPPORTS]
    assert names == ["analysis", "one-voice", "several-voices", "corroborated", "on-record", "document"]
    assert all(level.rule.endswith(".") for level in SUPPORTS)


@pytest.mark.parametrize("reading", ["observation", "testimony"])
def test_one_voice_is_one_voice_however_often_it_speaks(reading: str) -> None:
    seed = make_seed("a", [f"x/one/{reading}", f"x/two/{reading}"])
    assert support("a/one", seed) == support("a/one+/two", seed) == "one-voice"


def test_two_voices_in_one_report_are_several_voices() -> None:
    assert support("a/one+/two", make_seed("a", ["x/one", "y/two"])) == "several-voices"


def test_two_outlets_corroborate() -> None:
    assert support("a/one+b/two", make_seed("a", ["x/one"]), make_seed("b", ["y/two"])) == "corroborated"


def test_two_documents_of_one_publisher_are_several_voices() -> None:
    a, b = make_seed("a", ["x/one"], publisher="The Paper"), make_seed("b", ["y/two"], publisher="the paper")
    assert support("a/one+b/two", a, b) == "several-voices"


def test_analyses_never_add_up_to_more() -> None:
    seeds = [make_seed(name, ["x/one/analysis"]) for name in "abc"]
    assert support("a/one+b/one+c/one", *seeds) == "analysis"


def test_an_official_record_is_on_record_and_a_document_speaks_for_itself() -> None:
    record = make_seed("a", ["council/rule/record", "x/hearsay"])
    assert support("a/rule", record) == support("a/rule+/hearsay", record) == "on-record"
    assert support("a", record) == "document"


def test_a_claim_stands_as_its_weakest_part() -> None:
    a, b = make_seed("a", ["x/one", "analyst/view/analysis"]), make_seed("b", ["y/two"])
    assert support("a/one+b/two&a/view", a, b) == "analysis"
    assert support("a&a/one", a, b) == "one-voice"


def test_every_kind_of_reading_is_kept() -> None:
    seed = make_seed("a", ["x/one/testimony", "y/two/analysis", "z/three/observation"])
    stands = standing(cite("a/one+/two+/three"), evidence(seed))
    assert stands.kinds == ("observation", "testimony", "analysis")
    assert (stands.voices, stands.documents, stands.publishers) == (3, 1, 1)


def test_what_leads_nowhere_supports_nothing() -> None:
    seed = make_seed("a", ["x/one"])
    assert [support(text, seed) for text in ("b", "b/one", "a/two", "a/one&b")] == [None] * 4
    assert support("a/one+b/one", seed) == "one-voice"
    assert standing(Citation(()), evidence(seed)).support is None


# --- Relaying --------------------------------------------------------------------------------------------------------


def test_a_newsroom_that_relays_its_source_counts_for_nothing_beside_it() -> None:
    seed = make_seed("a", ["x/one", "newsroom/two"], voice_relays={"newsroom": ["x", "y"], "y": []})
    stands = standing(cite("a/one+/two"), evidence(seed))
    assert (stands.support, stands.voices) == ("one-voice", 1)


def test_two_voices_that_pass_on_a_common_third_are_one() -> None:
    seed = make_seed("a", ["x/one", "y/two"], voice_relays={"x": ["z"], "y": ["z"], "z": []})
    assert support("a/one+/two", seed) == "one-voice"


def test_five_rewrites_of_one_story_are_one_report() -> None:
    original = make_seed("a", ["x/it"])
    rewrites = [make_seed(f"r{n}", ["source/it"], relays=["a"] if n < 3 else [f"r{n - 1}"]) for n in range(1, 6)]
    seeds = [original, *rewrites]
    assert support("+".join(f"{seed.id}/it" for seed in rewrites), *seeds) == "one-voice"
    stands = standing(cite("+".join(f"{seed.id}/it" for seed in seeds)), evidence(*seeds))
    assert (stands.support, stands.voices, stands.documents) == ("one-voice", 1, 6)


def test_passing_on_another_outlets_source_corroborates_nobody_of_that_outlet() -> None:
    a = make_seed("a", ["x/one", "y/two"])
    b = make_seed("b", ["newsroom/one"], voice_relays={"newsroom": ["a@x"]})
    assert support("a/one+b/one", a, b) == "one-voice"
    assert support("a/two+b/one", a, b) == "several-voices"


def test_a_third_outlet_does_not_corroborate_by_passing_on_what_one_publisher_printed() -> None:
    first, second = make_seed("a", ["x/one"], publisher="P"), make_seed("b", ["y/two"], publisher="P")
    rewrite = make_seed("c", ["newsroom/one"], publisher="Q", voice_relays={"newsroom": ["a@x"]})
    assert support("a/one+b/two", first, second, rewrite) == "several-voices"
    assert support("a/one+b/two+c/one", first, second, rewrite) == "several-voices"


def test_a_rewrite_with_two_sources_of_its_own_has_several_voices() -> None:
    rewrite = make_seed("b", ["y/one", "z/two"], relays=["a"])
    assert support("b/one+/two", make_seed("a", ["x/one"]), rewrite) == "several-voices"


def test_a_chain_of_a_thousand_links_ends_at_once() -> None:
    links = 1000
    seeds = [make_seed("s0", ["v/it"])]
    seeds += [make_seed(f"s{n}", ["v/it"], voice_relays={"v": [f"s{n - 1}@v"]}) for n in range(1, links)]
    started = time.process_time()
    ends = evidence(*seeds)
    claim = cite(f"s0/it+s{links - 1}/it")
    assert standing(claim, ends).support == "one-voice"
    assert standing(claim, ends, ["s0"]).support is None
    assert (("s0",) in outcomes(claim, ends)[-1].breakers) or len(outcomes(claim, ends)[-1].breakers) == 256
    assert time.process_time() - started < 10


def test_a_layered_net_of_relays_takes_no_exponential_time() -> None:
    relays = {f"v{n}": [f"v{n - 2}", f"v{n - 3}"] if n % 2 == 0 else [f"v{n - 3}", f"v{n - 4}"] for n in range(4, 60)}
    seed = make_seed("a", [f"v{n}/s{n}" for n in range(60)], voice_relays=relays)
    started = time.process_time()
    assert outcomes(cite("a/s59+/s58"), evidence(seed))[-1].support is None
    assert time.process_time() - started < 10


def test_circles_end() -> None:
    a = make_seed("a", ["x/one"], relays=["b"], voice_relays={"x": ["b@y"]})
    b = make_seed("b", ["y/two"], relays=["a"], voice_relays={"y": ["a@x"]})
    assert support("a/one+b/two", a, b) == "one-voice"
    assert support("a/one+b/two", a, b, without=["a"]) is None
    assert outcomes(cite("a/one"), evidence(a, b))[-1].support is None


# --- Withdrawal ------------------------------------------------------------------------------------------------------


def test_a_voice_falls_with_its_document_and_with_the_last_of_those_it_relays() -> None:
    seed = make_seed("a", ["x/one", "y/two", "newsroom/three"], voice_relays={"newsroom": ["x", "y"]})
    x, y = Speaker("a", "x"), Speaker("a", "y")
    assert support("a/three", seed, without=[x]) == "one-voice"
    assert support("a/three", seed, without=[x, y]) is None
    assert support("a/one", seed, without=["a"]) is None
    assert support("a/two", seed, without=[x]) == "one-voice"


def test_a_document_that_only_passes_on_another_falls_with_it() -> None:
    a, b = make_seed("a", ["x/one"]), make_seed("b", ["y/two"], relays=["a"])
    assert support("b/two", a, b, without=["a"]) is None
    assert support("b", a, b, without=["a"]) is None
    assert support("b/two", a, b, without=[Speaker("a", "x")]) == "one-voice"


def test_seeds_and_voices_say_themselves_what_is_withdrawn() -> None:
    a, b = make_seed("a", ["x/one"], withdrawn=True), make_seed("b", ["y/two"])
    voice = replace(b.voices["y"], withdrawn=a.withdrawn)
    assert evidence(a, replace(b, voices={"y": voice})).withdrawn() == {"a", Speaker("b", "y")}


def test_outcomes_tell_what_weakens_and_what_fells() -> None:
    a, b = make_seed("a", ["x/one", "y/two"]), make_seed("b", ["z/three"])
    found = outcomes(cite("a/one+/two+b/three"), evidence(a, b))
    assert [outcome.support for outcome in found] == ["several-voices", "one-voice", None]
    assert found[0].breakers == (("a",), ("b",), (Speaker("b", "z"),), (Speaker("a", "x"), Speaker("a", "y")))
    assert found[-1].breakers[:2] == (("a", "b"), ("a", Speaker("b", "z")))


def test_what_is_without_support_has_no_outcomes() -> None:
    assert outcomes(cite("b"), evidence(make_seed("a", ["x/one"]))) == ()


def test_a_contradiction_is_known_from_both_sides() -> None:
    a, b = make_seed("a", ["x/one"]), make_seed("b", ["y/two"], contradicts={"two": "a/one"})
    both = evidence(a, b)
    (contest,) = standing(cite("a/one"), both).contests
    assert (contest.statement, contest.by) == (Reference("a", "one"), Reference("b", "two"))
    (contest,) = standing(cite("b/two"), both).contests
    assert (contest.statement, contest.by) == (Reference("b", "two"), Reference("a", "one"))


def test_a_claim_strengthens_when_its_contradiction_leaves() -> None:
    a, b = make_seed("a", ["x/one"]), make_seed("b", ["y/two"], contradicts={"two": "a/one"})
    claim, both = cite("a/one"), evidence(a, b)
    before, after = standing(claim, both), standing(claim, both, ["b"])
    assert change(before, after) == "strengthens"
    assert change(after, before) == ""
    assert contest_leaves(claim, both) == (("a",), (Speaker("a", "x"),), ("b",), (Speaker("b", "y"),))


def test_changes_have_names() -> None:
    a, b = make_seed("a", ["x/one"]), make_seed("b", ["y/two"])
    both, claim = evidence(a, b), cite("a/one+b/two")
    whole, half, nothing = (standing(claim, both, without) for without in ([], ["a"], ["a", "b"]))
    assert change(whole, half) == "weakens"
    assert change(half, nothing) == change(whole, nothing) == "falls"
    assert change(nothing, half) == change(half, whole) == "strengthens"
    assert change(whole, whole) == change(nothing, nothing) == ""


def test_a_speaker_is_named_within_its_seed_or_with_it() -> None:
    assert speaker_named("x", "a") == Speaker("a", "x")
    assert speaker_named("b@x", "a") == Speaker("b", "x")
    assert str(Speaker("b", "x")) == "b@x"


# --- Properties ------------------------------------------------------------------------------------------------------


class World(NamedTuple):
    """Seeds that relay and contradict each other, without circles, and a claim that rests on them."""

    seeds: tuple[Seed, ...]
    claim: Citation

    @property
    def evidence(self) -> Evidence:
        return evidence(*self.seeds)

    @property
    def sources(self) -> list[Source]:
        return [*(seed.id for seed in self.seeds), *(Speaker(s.id, voice) for s in self.seeds for voice in s.voices)]

    def adding(self, reference: Reference, *seeds: Seed, part: int = 0) -> World:
        """The same with one more reference joined to a part by `+`, and more seeds."""
        parts = list(self.claim.parts)
        parts[part] = (*parts[part], reference)
        return World((*self.seeds, *seeds), Citation(tuple(parts)))


@st.composite
def worlds(draw: st.DrawFn, most_seeds: int = 3, most_voices: int = 3) -> World:
    seeds: list[Seed] = []
    speakers: list[str] = []
    spoken: list[str] = []
    for name in "abcd"[: draw(st.integers(1, most_seeds))]:
        here: list[str] = []
        voice_relays = {}
        statements = []
        for voice in "xyz"[: draw(st.integers(1, most_voices))]:
            known = [*speakers, *here]
            voice_relays[voice] = draw(st.lists(st.sampled_from(known), max_size=2, unique=True)) if known else []
            here.append(f"{name}@{voice}")
            statements.append(f"{voice}/{voice}-says/{draw(st.sampled_from(READINGS))}")
        contradicted = draw(st.sampled_from([None, *spoken]))
        contradicts = {"x-says": contradicted} if contradicted else {}
        earlier = [seed.id for seed in seeds]
        relays = draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else []
        publisher = draw(st.sampled_from(["P", "Q", "R"]))
        seeds.append(
            make_seed(
                name, statements, publisher=publisher, relays=relays, voice_relays=voice_relays, contradicts=contradicts
            )
        )
        speakers += here
        spoken += [f"{name}/{voice.partition('@')[2]}-says" for voice in here]
    references = [Reference(*statement.split("/")) for statement in spoken] + [Reference(seed.id) for seed in seeds]
    part = st.lists(st.sampled_from(references), min_size=1, max_size=3, unique=True).map(tuple)
    return World(tuple(seeds), Citation(tuple(draw(st.lists(part, min_size=1, max_size=2)))))


def rank(support: str | None) -> int:
    return -1 if support is None else RANK[support]


def subsets(sources: list[Source]) -> Iterator[tuple[Source, ...]]:
    return chain.from_iterable(combinations(sources, size) for size in range(len(sources) + 1))


@quick
@given(worlds(), st.sampled_from(READINGS), st.sampled_from(["P", "S"]), st.data())
def test_an_independent_uncontradicting_voice_never_lowers_a_support(
    world: World, reading: str, publisher: str, data: st.DataObject
) -> None:
    new = make_seed("new", [f"v/it/{reading}"], publisher=publisher)
    part = data.draw(st.integers(0, len(world.claim.parts) - 1))
    before, fuller = standing(world.claim, world.evidence), world.adding(Reference("new", "it"), new, part=part)
    after = standing(fuller.claim, fuller.evidence)
    assert rank(after.support) >= rank(before.support)
    assert after.voices == before.voices + 1


@quick
@given(worlds(), st.data())
def test_a_voice_that_relays_another_adds_nothing_however_long_the_chain(world: World, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, len(world.claim.parts) - 1))
    told = [reference for reference in world.claim.parts[part] if reference.statement]
    if not told:
        return
    relayed = data.draw(st.sampled_from(told))
    statement = world.evidence.statement(relayed)
    assert statement
    before = standing(world.claim, world.evidence)
    behind, fuller = (relayed.seed, statement.voice.value), world
    for number in range(data.draw(st.integers(1, 5))):
        publisher = data.draw(st.sampled_from(["P", "Q", "S", "T"]))
        by_document = data.draw(st.booleans())
        relays = [behind[0]] if by_document else []
        voice_relays = {"v": [] if by_document else ["@".join(behind)]}
        link = make_seed(
            f"new-{number}",
            [f"v/it/{statement.reading}"],
            publisher=publisher,
            voice_relays=voice_relays,
            relays=relays,
        )
        fuller = World((*fuller.seeds, link), fuller.claim)
        if data.draw(st.booleans()):
            fuller = fuller.adding(Reference(link.id, "it"), part=part)
        behind = (link.id, "v")
    fuller = fuller.adding(Reference(behind[0], "it"), part=part)
    after = standing(fuller.claim, fuller.evidence)
    assert (after.support, after.voices) == (before.support, before.voices)


@quick
@given(worlds(), st.data())
def test_a_newsroom_of_the_same_report_adds_nothing_to_its_sources(world: World, data: st.DataObject) -> None:
    told = [reference for reference in world.claim.parts[0] if reference.statement]
    if not told:
        return
    relayed = data.draw(st.sampled_from(told))
    statement = world.evidence.statement(relayed)
    assert statement
    room = make_seed(relayed.seed, [f"room/it/{statement.reading}"], voice_relays={"room": [statement.voice.value]})
    seeds = tuple(
        replace(
            seed, voices={**seed.voices, "room": room.voices["room"]}, statements={**seed.statements, **room.statements}
        )
        if seed.id == relayed.seed
        else seed
        for seed in world.seeds
    )
    fuller = World(seeds, world.claim).adding(Reference(relayed.seed, "it"))
    before, after = standing(world.claim, world.evidence), standing(fuller.claim, fuller.evidence)
    assert (after.support, after.voices) == (before.support, before.voices)


@quick
@given(worlds(), st.data())
def test_withdrawing_and_then_restoring_changes_nothing(world: World, data: st.DataObject) -> None:
    ends = world.evidence
    before, withdrawn = standing(world.claim, ends), data.draw(st.sets(st.sampled_from(world.sources)))
    during = standing(world.claim, ends, withdrawn)
    assert standing(world.claim, ends) == before == standing(world.claim, world.evidence)
    assert standing(world.claim, ends, sorted(withdrawn, key=str)) == during


@quick
@given(worlds(), st.data())
def test_withdrawing_more_never_lifts_a_support(world: World, data: st.DataObject) -> None:
    less = data.draw(st.sets(st.sampled_from(world.sources)))
    more = less | data.draw(st.sets(st.sampled_from(world.sources)))
    supports = [standing(world.claim, world.evidence, withdrawn).support for withdrawn in (less, more)]
    assert rank(supports[0]) >= rank(supports[1])


@quick
@given(worlds(), st.data())
def test_either_falls_only_when_both_fall_and_both_when_either_does(world: World, data: st.DataObject) -> None:
    references = st.sampled_from([Reference(s.id, id_) for s in world.seeds for id_ in s.statements])
    one, other = data.draw(references), data.draw(references)
    withdrawn = data.draw(st.sets(st.sampled_from(world.sources)))

    def falls(*parts: tuple[Reference, ...]) -> bool:
        return standing(Citation(parts), world.evidence, withdrawn).support is None

    assert falls((one, other)) == (falls((one,)) and falls((other,)))
    assert falls((one,), (other,)) == (falls((one,)) or falls((other,)))


@quick
@given(worlds(), st.data())
def test_a_contradiction_never_hides_a_support(world: World, data: st.DataObject) -> None:
    peaceful = [
        replace(s, statements={k: replace(v, contradicts=()) for k, v in s.statements.items()}) for s in world.seeds
    ]
    withdrawn = data.draw(st.sets(st.sampled_from(world.sources)))
    contested = standing(world.claim, world.evidence, withdrawn)
    uncontested = standing(world.claim, evidence(*peaceful), withdrawn)
    assert replace(contested, contests=()) == uncontested


@quick
@given(worlds(most_seeds=3, most_voices=2))
def test_outcomes_agree_with_trying_every_withdrawal(world: World) -> None:
    ends = world.evidence
    found = outcomes(world.claim, ends)
    whole = standing(world.claim, ends).support
    for withdrawn in subsets(world.sources):
        brought_about = [o for o in found if any(set(breaker) <= set(withdrawn) for breaker in o.breakers)]
        expected = brought_about[-1].support if brought_about else whole
        assert standing(world.claim, ends, withdrawn).support == expected, withdrawn


@quick
@given(worlds(), st.data())
def test_outcomes_name_no_withdrawal_beyond_what_is_needed_whatever_is_withdrawn_already(
    world: World, data: st.DataObject
) -> None:
    withdrawn = data.draw(st.sets(st.sampled_from(world.sources)))
    for outcome in outcomes(world.claim, world.evidence, withdrawn):
        needed = [set(breaker) for breaker in outcome.breakers]
        assert not any(one < other for one in needed for other in needed)


def test_what_is_withdrawn_already_is_not_asked_for_again() -> None:
    # `x` passes on `p` and `q`, `p` passes on `c`: once `p` is withdrawn, `q` alone is wanting.
    seeds = (make_seed("c", []), make_seed("p", [], relays=("c",)), make_seed("q", []))
    ends = evidence(*seeds, make_seed("x", ["v/one"], relays=("p", "q")))
    (falls,) = outcomes(cite("x/one"), ends, ["p"])
    assert falls.breakers == (("q",), ("x",), (Speaker("x", "v"),))


@quick
@given(worlds(most_seeds=3, most_voices=2))
def test_a_source_falls_exactly_when_one_of_its_breakers_is_withdrawn(world: World) -> None:
    relays = world.evidence.relays
    for withdrawn in subsets(world.sources):
        fallen = relays.fallen(withdrawn)
        for source in world.sources:
            assert (source in fallen) == any(breaker <= set(withdrawn) for breaker in relays.breakers(source))


@quick
@given(worlds(most_seeds=3, most_voices=2))
def test_contradictions_leave_exactly_when_one_of_their_breakers_is_withdrawn(world: World) -> None:
    ends = world.evidence
    leaves = contest_leaves(world.claim, ends)
    contested = standing(world.claim, ends).contests
    assert bool(leaves) == bool(contested)
    for withdrawn in subsets(world.sources) if contested else ():
        after = standing(world.claim, ends, withdrawn).contests
        assert bool(after) != any(set(breaker) <= set(withdrawn) for breaker in leaves)


def test_a_claim_on_ten_independent_sources_stays_cheap() -> None:
    seeds = [make_seed(f"s{n}", ["v/it"]) for n in range(10)]
    started = time.process_time()
    found = outcomes(cite("+".join(f"s{n}/it" for n in range(10))), evidence(*seeds))
    assert found[-1].support is None
    assert time.process_time() - started < 10


# --- The Dandong story -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dandong() -> Evidence:
    tree, _ = inventory.tree(str(ROOT))
    seeds = {}
    for name in tree.seeds:
        seed, problems, _ = load.seed(str(ROOT), name)
        assert seed and not problems, problems  # noqa: PT018
        seeds[name] = seed
    return Evidence(seeds)


@pytest.fixture(scope="module")
def dandong_claims() -> tuple[manuscript.Claim, ...]:
    tree, _ = inventory.tree(str(ROOT))
    story, problems = load.story(str(ROOT), "dandong-store", tree.stories["dandong-store"], "en")
    assert story and not problems, problems  # noqa: PT018
    edition, problems = manuscript.read(story, "en", "en", manuscript.convert_plainly)
    assert problems == []
    return edition.claims()


def of_the_article(statements: str) -> Citation:
    return cite("&".join(f"dailynk-dandong-store/{statement}" for statement in statements.split()))


def test_nothing_in_the_dandong_story_is_corroborated_or_contested(
    dandong: Evidence, dandong_claims: tuple[manuscript.Claim, ...]
) -> None:
    stands = [standing(claim.citation, dandong) for claim in dandong_claims]
    assert {one.support for one in stands} == {"analysis", "one-voice", "several-voices", "on-record", "document"}
    assert all(one.contests == () for one in stands)


def test_the_brands_of_one_factory_are_told_by_several_voices_in_one_report(
    dandong: Evidence, dandong_claims: tuple[manuscript.Claim, ...]
) -> None:
    several = [claim for claim in dandong_claims if standing(claim.citation, dandong).support == "several-voices"]
    assert [str(claim.written) for claim in several] == [
        "dailynk-dandong-store/brands-first+dailynk-dandong-store/brands-second"
    ]
    stands = standing(several[0].citation, dandong)
    assert (stands.voices, stands.documents, stands.publishers) == (2, 1, 1)


@pytest.mark.parametrize(
    "statement", ["opening", "made-by", "staff", "defects-some", "defects-second", "defects-price"]
)
def test_opening_staff_and_defects_rest_on_one_voice(dandong: Evidence, statement: str) -> None:
    stands = standing(of_the_article(statement), dandong)
    assert (stands.support, stands.kinds, stands.voices) == ("one-voice", ("testimony",), 1)


def test_the_newsroom_and_its_source_together_are_one_voice(dandong: Evidence) -> None:
    stands = standing(cite("dailynk-dandong-store/defects-some+/defects-second"), dandong)
    assert (stands.support, stands.voices) == ("one-voice", 1)


@pytest.mark.parametrize("statement", ["average-price", "online-multiple", "boxes"])
def test_average_price_six_times_and_boxes_are_the_newsrooms_own_account(dandong: Evidence, statement: str) -> None:
    reference = Reference("dailynk-dandong-store", statement)
    assert standing(Citation(((reference,),)), dandong).support == "one-voice"
    assert dandong.speaker(reference) == Speaker("dailynk-dandong-store", "newsroom")


@pytest.mark.parametrize(
    ("statement", "voice"),
    [
        ("evasion", "observers"),
        ("outside-sanctions-observers", "observers"),
        ("hired-only", "analyst"),
        ("wages", "analyst"),
    ],
)
def test_observers_and_analyst_infer_and_are_unnamed(dandong: Evidence, statement: str, voice: str) -> None:
    stands = standing(of_the_article(statement), dandong)
    assert (stands.support, stands.kinds) == ("analysis", ("analysis",))
    assert dandong.speaker(Reference("dailynk-dandong-store", statement)) == Speaker("dailynk-dandong-store", voice)
    assert not dandong.seeds["dailynk-dandong-store"].voices[voice].named


def test_the_resolutions_are_on_record_only_for_what_they_say(
    dandong: Evidence, dandong_claims: tuple[manuscript.Claim, ...]
) -> None:
    on_record = [claim for claim in dandong_claims if standing(claim.citation, dandong).support == "on-record"]
    assert on_record
    for claim in on_record:
        assert {reference.seed for reference in claim.citation.references()} <= {
            "unsc-resolution-2375",
            "unsc-resolution-2397",
        }
        assert standing(claim.citation, dandong).kinds == ("record",)


def test_every_claim_of_the_story_falls_with_its_one_report_or_its_resolution(
    dandong: Evidence, dandong_claims: tuple[manuscript.Claim, ...]
) -> None:
    everything = list(dandong.seeds)
    assert all(standing(claim.citation, dandong, everything).support is None for claim in dandong_claims)
    without = [standing(claim.citation, dandong, ["dailynk-dandong-store"]).support for claim in dandong_claims]
    assert set(without) == {None, "on-record", "document"}
