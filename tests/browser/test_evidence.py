"""The evidence page, scripts off: its switches show what Python computes, for each source and each pair of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from microsite import derive, inventory, load, manuscript
from microsite.citations import Citation
from microsite.evidence import Evidence, Source, Speaker, change, standing
from tests.browser.browsing import Reader
from tests.browser.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CONSEQUENCES = ".consequences"


# --- What should be shown --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ledger:
    """What a story's evidence page speaks of: claims, and prices and annotations, each with what it rests on."""

    claims: Mapping[str, Citation]
    """By the id of its entry."""
    dependants: tuple[Citation, ...]
    evidence: Evidence

    @property
    def sources(self) -> tuple[Source, ...]:
        """Everything that can be withdrawn: each document and each voice."""
        seeds = self.evidence.seeds.values()
        return (*self.evidence.seeds, *(Speaker(seed.id, voice) for seed in seeds for voice in seed.voices))


def ledger(root: Path, slug: str) -> Ledger:
    """A story's ledger, from its content."""
    tree, _ = inventory.tree(str(root))
    story, problems = load.story(str(root), slug, tree.stories[slug], "en")
    assert story
    edition, more = manuscript.read(story, "en", "en", manuscript.convert_plainly)
    assert not problems + more
    seeds = {name: seed for name in derive.cited_seeds(story, edition) if (seed := load.seed(str(root), name)[0])}
    notes = [note.seed for exhibit in story.exhibits.values() for note in exhibit.annotations.values() if note.seed]
    return Ledger(
        claims={f"e-{claim.anchor}": claim.citation for claim in edition.claims()},
        dependants=(*edition.prices.citations.values(), *(cited.citation for cited in notes)),
        evidence=Evidence(seeds),
    )


class Shown(NamedTuple):
    """What an entry says of how it stands."""

    support: str
    """As its symbol names it."""
    contest: str = ""
    """`contested`, `no longer contested`, or nothing."""


class Sum(NamedTuple):
    """The bar at the foot of the window."""

    falls: int
    weakens: int
    strengthens: int
    goes: int


def expected(citation: Citation, evidence: Evidence, withdrawn: Iterable[Source]) -> Shown:
    before, after = standing(citation, evidence), standing(citation, evidence, withdrawn)
    if not after.support or not before.contests:
        return Shown(after.support or "fallen")
    return Shown(after.support, "contested" if after.contests else "no longer contested")


def expected_sum(ledger: Ledger, withdrawn: Iterable[Source]) -> Sum:
    def changes(citations: Iterable[Citation]) -> list[str]:
        evidence = ledger.evidence
        return [change(standing(it, evidence), standing(it, evidence, withdrawn)) for it in citations]

    claims, dependants = changes(ledger.claims.values()), changes(ledger.dependants)
    goes = sum(what in ("falls", "weakens") for what in dependants)
    return Sum(claims.count("falls"), claims.count("weakens"), claims.count("strengthens"), goes)


# --- What is shown ---------------------------------------------------------------------------------------------------

ENTRIES_SHOWN = """selector => [...document.querySelectorAll(selector)].map(entry => {
    const seen = selector => [...entry.querySelectorAll(selector)].filter(part => part.checkVisibility());
    const supports = seen('.now, .then').map(part => part.querySelector('use').getAttribute('href').replace('#m-', ''));
    return [entry.id, supports.join(), seen('.opposed, .unopposed').map(part => part.innerText.replace('·', '').trim()).join()];
})"""


def claims_shown(page: Page) -> dict[str, Shown]:
    return {id: Shown(support, contest) for id, support, contest in page.evaluate(ENTRIES_SHOWN, "ol.claims > li")}


def dependants_shown(page: Page) -> list[str]:
    return [support for _, support, _ in page.evaluate(ENTRIES_SHOWN, ".dependants > li")]


def sum_shown(page: Page) -> Sum | None:
    """The bar's figures, as assistive technology reads them: they stand in no element, CSS counts them."""
    if not page.locator(CONSEQUENCES).is_visible():
        return None
    session = page.context.new_cdp_session(page)
    whole = session.send("DOM.getDocument")["root"]["nodeId"]
    bar = session.send("DOM.querySelector", {"nodeId": whole, "selector": CONSEQUENCES})["nodeId"]
    tree = session.send("Accessibility.queryAXTree", {"nodeId": bar, "role": "StaticText"})["nodes"]
    session.detach()
    figures = [node["name"]["value"].strip() for node in tree if node["name"]["value"].strip().isdigit()]
    return Sum(*map(int, figures))


def switch(source: Source) -> str:
    return f"#w-{source.seed}--{source.voice}" if isinstance(source, Speaker) else f"#w-{source}"


def agrees(page: Page, ledger: Ledger, withdrawn: tuple[Source, ...]) -> None:
    """Check a page with these switches ticked against Python."""
    evidence = ledger.evidence
    assert claims_shown(page) == {id: expected(it, evidence, withdrawn) for id, it in ledger.claims.items()}
    assert dependants_shown(page) == [expected(it, evidence, withdrawn).support for it in ledger.dependants]
    assert sum_shown(page) == (expected_sum(ledger, withdrawn) if withdrawn else None)


# --- The switches ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="package")
def own_ledger() -> Ledger:
    return ledger(ROOT, "dandong-store")


@pytest.fixture(scope="package")
def made_up_ledger(made_up_root: Path) -> Ledger:
    return ledger(made_up_root, "bridge")


def test_every_source_has_a_switch_and_every_claim_an_entry(own_ledger: Ledger, reader: Reader) -> None:
    page = reader.open("evidence.html", scripts=False)
    switches = page.locator(".withdraw input").all()
    assert {f"#{box.get_attribute('id')}" for box in switches} == {switch(source) for source in own_ledger.sources}
    agrees(page, own_ledger, ())


def test_ticking_any_source_shows_what_python_computes_and_restoring_undoes_it(
    own_ledger: Ledger, reader: Reader
) -> None:
    page = reader.open("evidence.html", scripts=False)
    for source in own_ledger.sources:
        page.locator(switch(source)).check()
        agrees(page, own_ledger, (source,))
        page.locator(switch(source)).uncheck()
    agrees(page, own_ledger, ())


def test_ticking_any_two_sources_shows_what_python_computes(own_ledger: Ledger, reader: Reader) -> None:
    page = reader.open("evidence.html", scripts=False)
    for pair in combinations(own_ledger.sources, 2):
        tick(page, pair)
        agrees(page, own_ledger, pair)


def test_contradictions_and_several_steps_of_weakening_show_as_python_computes_them(
    made_up_ledger: Ledger, reader: Reader
) -> None:
    page = reader.open("made-up/bridge/evidence.html", scripts=False)
    sources = made_up_ledger.sources
    for withdrawn in (*combinations(sources, 1), *combinations(sources, 2), sources[1:], sources):
        tick(page, withdrawn)
        agrees(page, made_up_ledger, withdrawn)


def tick(page: Page, sources: Iterable[Source]) -> None:
    """Tick these switches and no others, without the clicks: for the many pairs."""
    page.evaluate(
        "ids => document.querySelectorAll('.withdraw input').forEach(it => { it.checked = ids.includes('#' + it.id) })",
        [switch(source) for source in sources],
    )


def test_the_made_up_story_has_what_the_test_above_is_for(made_up_ledger: Ledger) -> None:
    standings = [standing(it, made_up_ledger.evidence) for it in made_up_ledger.claims.values()]
    assert {"corroborated", "on-record", "one-voice", "analysis", "document"} <= {it.support for it in standings}
    assert any(it.contests for it in standings)


def test_restore_all_restores_all(own_ledger: Ledger, reader: Reader) -> None:
    page = reader.open("evidence.html", scripts=False)
    for source in own_ledger.sources:
        page.locator(switch(source)).check()
    agrees(page, own_ledger, own_ledger.sources)
    assert {shown.support for shown in claims_shown(page).values()} == {"fallen"}
    page.get_by_role("button", name="Restore all").click()
    assert not page.locator(".withdraw input:checked").count()
    agrees(page, own_ledger, ())


def test_the_switches_work_by_keyboard_and_with_scripts(own_ledger: Ledger, reader: Reader) -> None:
    page = reader.open("evidence.html")
    source = own_ledger.sources[-1]
    page.locator(switch(source)).focus()
    page.keyboard.press("Space")
    agrees(page, own_ledger, (source,))
    page.get_by_role("button", name="Restore all").focus()
    page.keyboard.press("Enter")
    agrees(page, own_ledger, ())
    assert page.url.endswith("evidence.html")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_sum_stays_in_sight_and_hides_nothing_that_has_the_focus(
    width: int, own_ledger: Ledger, reader: Reader
) -> None:
    page = reader.open("evidence.html", width=width, scripts=False)
    page.locator(switch(own_ledger.sources[0])).check()
    bar = page.locator(CONSEQUENCES)
    for link in page.locator("ol.claims > li .sentence a").all()[:12]:
        link.focus()
        page.keyboard.press("Tab")
        bar_box = bar.bounding_box()
        assert bar_box
        assert bar_box["y"] + bar_box["height"] <= 800
        bottom = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
        assert bottom <= bar_box["y"]


def test_what_falls_says_so_in_words(reader: Reader) -> None:
    page = reader.open("evidence.html", scripts=False)
    page.locator("#w-unsc-resolution-2397").check()
    entry = page.locator("ol.claims > li", has_text="Paragraph 8 of resolution 2397").first
    assert "falls" in entry.locator(".how").inner_text()
    assert "on record" not in entry.locator(".how").inner_text()
    page.get_by_role("button", name="Restore all").click()
    assert "on record" in entry.locator(".how").inner_text()


def test_the_table_of_claims_and_voices_is_scrolled_by_keyboard_on_a_narrow_window(reader: Reader) -> None:
    page = reader.open("evidence.html", width=320, scripts=False)
    region = page.get_by_role("region", name="Claims and voices", exact=True)
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert region.evaluate("it => it.scrollLeft") > 0
