"""Whether the content holds together: names that lead nowhere, circles, withdrawn support, prices that would drift.

`CHECKS` lists the checks of a story in order; each is one function that takes what it needs and returns diagnostics.
Adding a check is adding a function and a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from .check_editions import declared_languages, differences, missing_translations, stale_passages
from .check_figures import typed_prices, unused_prices
from .check_parties import party_problems
from .check_photos import photo_problems
from .check_seeds import check_seed, citation_problems
from .check_sourcing import paragraph_problems, read_passages, wording_problems
from .citations import Citation, Reference
from .diagnostics import Diagnostic, Position, nearest, problem
from .evidence import Evidence, standing
from .manuscript import Manuscript, Passage, cited_in_files
from .model import Exhibit, Price, Seed, SiteFile, Story
from .rules import as_set, rule_problems
from .schema import Name, Text, written
from .subjects import subject_problems

__all__ = ["CHECKS", "Desk", "check_seed", "check_site", "check_story"]


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the checks of one story look at."""

    site: SiteFile
    story: Story
    manuscripts: tuple[Manuscript, ...]
    """One for each language, the first language first."""
    seeds: Mapping[str, Seed]
    """The seeds it cites and those they pass on."""
    seed_names: tuple[str, ...]
    """All seeds there are."""
    evidence: Evidence
    """Of those that it cites; it remembers what it was asked."""


def withdrawal_problems(story: Story, site: SiteFile) -> Iterator[Diagnostic]:
    """What is wrong with how a story is taken down; where a translation is wanting, the first language stands."""
    front = story.front
    if front.status == "withdrawn" and front.withdrawn is None:
        hint = "add `withdrawn:` with `date:` and `reason:`"
        yield problem(front.at, "missing-key", "a withdrawn story says when and why it was taken down", hint)
    if front.status != "withdrawn" and front.withdrawn:
        message = f"`withdrawn` says why the story was taken down, and `status: {front.status}` that it was not"
        yield problem(front.withdrawn.at, "bad-value", message, "write `status: withdrawn`, or take `withdrawn` out")
    if front.status == "withdrawn" and front.withdrawn:
        for found in missing_translations(front.withdrawn, site):
            yield replace(found, severity="warning")


def check_story(desk: Desk) -> list[Diagnostic]:
    """Everything wrong with a story, given that each of its files could be read."""
    return as_set((found for check in CHECKS for found in check(desk)), desk.site)


# --- The site --------------------------------------------------------------------------------------------------------


def check_site(site: SiteFile, slugs: Iterable[str], languages_known: tuple[str, ...]) -> list[Diagnostic]:
    """What is wrong with `site.yaml` in itself, and with the names of stories in the light of it."""
    names = list(slugs)
    languages = list(_site_languages(site, languages_known))
    # Where a code is misspelt, no text can be blamed for lacking it.
    translations = () if languages else missing_translations(site, site)
    return [*languages, *_site_stories(site, names), *translations, *rule_problems(site)]


def _site_languages(site: SiteFile, languages_known: tuple[str, ...]) -> Iterator[Diagnostic]:
    codes = site.language_codes
    for index, name in enumerate(site.languages):
        if name.value not in languages_known:
            message = f"there are no words for the language `{name.value}`"
            yield problem(name.at, "unknown-language", message, nearest(name.value, languages_known))
        if name.value in codes[:index]:
            yield problem(name.at, "duplicate-key", f"the language `{name.value}` stands here twice", "remove one")


def _site_stories(site: SiteFile, slugs: list[str]) -> Iterator[Diagnostic]:
    if site.front and site.front.value not in slugs:
        message = f"there is no story `{site.front.value}` in content/"
        yield problem(site.front.at, "unknown-story", message, nearest(site.front.value, slugs))
    folders = {name.value.casefold(): name.value for name in site.languages}
    for slug in slugs:
        if slug.casefold() in folders and len(slug) > 2:
            message = f"`{slug}` is where the edition in `{folders[slug.casefold()]}` stands, so no story can have it"
            yield problem(Position(f"content/{slug}"), "reserved-name", message, "rename the folder")


# --- Names that lead nowhere -----------------------------------------------------------------------------------------


def _citations(desk: Desk) -> Iterator[Diagnostic]:
    names = frozenset(desk.seed_names)
    for manuscript in desk.manuscripts:
        for claim in manuscript.claims():
            yield from citation_problems(claim.written, claim.at, desk.seeds, names)
    for cited in cited_in_files(desk.story):
        yield from citation_problems(cited.citation, cited.at, desk.seeds, names)
    for name in desk.story.front.based_on:
        yield from citation_problems(Citation(((Reference(name.value),),)), name.at, desk.seeds, names)


def _price_names(desk: Desk) -> Iterator[Diagnostic]:
    prices = desk.story.prices
    if prices is None:
        return
    for row in desk.story.price_rows.values():
        if not written(row.place.value, prices.places):
            yield _undeclared("place", row.place, prices.places)
        if not written(row.population.value, prices.populations):
            yield _undeclared("population", row.population, prices.populations)
        yield from _price_shape(row)
    for pair in prices.comparable:
        if len({name.value for name in pair.populations}) != 2:
            message = "`comparable` sets two different populations against each other"
            yield problem(pair.at, "bad-value", message, "name two of `populations`")
        for name in pair.populations:
            if not written(name.value, prices.populations):
                yield _undeclared("population", name, prices.populations)


def _undeclared(what: str, name: Name, declared: Mapping[str, Text]) -> Diagnostic:
    message = f"there is no {what} `{name.value[:80]}` under `{what}s`"
    return problem(name.at, f"unknown-{what}", message, nearest(name.value, declared))


def _price_shape(row: Price) -> Iterator[Diagnostic]:
    amount = row.price
    if amount is None or amount.approximate or row.statistic != "single":
        return
    if amount.low is not None and amount.high is not None and amount.low != amount.high:
        message = f"`{row.id}` is a single price but gives a range"
        yield problem(row.at, "bad-price", message, "write `statistic: range`, or one number")


def _exhibits(desk: Desk) -> Iterator[Diagnostic]:
    exhibits = desk.story.exhibits
    for manuscript in desk.manuscripts:
        yield from _placements(manuscript.body, exhibits)
        for passage in manuscript.passages():
            places = passage.places[len(passage.converted.exhibits) :]
            for use, at in zip(passage.converted.references, places, strict=True):
                yield from _reference_problems(use.text, at, exhibits)
    for exhibit in exhibits.values():
        yield from _exhibit_shape(exhibit)
        yield from _picture(exhibit, desk)


def _placements(body: Passage, exhibits: Mapping[str, Exhibit]) -> Iterator[Diagnostic]:
    placed: dict[str, Position] = {}
    for use, at in zip(body.converted.exhibits, body.places, strict=False):
        if not written(use.text, exhibits):
            message = f"there is no exhibit `{use.text[:80]}`"
            yield problem(at, "unknown-exhibit", message, nearest(use.text, exhibits))
        elif use.text in placed:
            message = f"the exhibit `{use.text}` is placed twice, first at line {placed[use.text].line}"
            yield problem(at, "misplaced-exhibit", message, "refer to it the second time: [words](exhibit:name)")
        placed.setdefault(use.text, at)


def _reference_problems(text: str, at: Position, exhibits: Mapping[str, Exhibit]) -> Iterator[Diagnostic]:
    name, slash, annotation = text.partition("/")
    if not written(name, exhibits):
        yield problem(at, "unknown-exhibit", f"there is no exhibit `{name[:80]}`", nearest(name, exhibits))
    elif slash and name in exhibits and not written(annotation, exhibits[name].annotations):
        message = f"the exhibit `{name}` has no annotation `{annotation[:80]}`"
        yield problem(at, "unknown-exhibit", message, nearest(annotation, exhibits[name].annotations))


def _exhibit_shape(exhibit: Exhibit) -> Iterator[Diagnostic]:
    name, at = exhibit.id, exhibit.at
    if name == "index":
        message = "`index` is the page that lists the exhibits, so no exhibit can have this name"
        yield problem(at, "reserved-name", message, "rename the exhibit")
    for region in exhibit.redactions:
        if region.shape == "point":
            yield problem(region.at, "bad-region", "a point hides nothing", "write a box, an ellipse or a polygon")
    if exhibit.alt is None:
        hint = "add `alt:` with what a reader who does not see it should know"
        yield problem(at, "missing-alt", f"`{name}` has no alternative text", hint)
    if exhibit.credit is None:
        message = f"`{name}` does not say who made the picture that is shown"
        yield problem(at, "missing-key", message, "add `credit:`")


def _picture(exhibit: Exhibit, desk: Desk) -> Iterator[Diagnostic]:
    """Whether what is shown is either a placeholder that says so, or a photograph as `photo` left it."""
    name, at = exhibit.id, exhibit.at
    if exhibit.photo:
        yield from photo_problems(exhibit, desk.story.photographs.get(name), f"{desk.story.slug}/{name}")
    elif exhibit.absent is None:
        message = f"`{name}` has no photograph and does not say why"
        yield problem(at, "missing-key", message, "add `absent: not in hand`, `withheld` or `licence pending`")
    elif exhibit.annotations and exhibit.positions is None:
        message = f"the regions of `{name}` were placed without having seen the picture"
        yield problem(at, "missing-key", message, "add `positions: schematic`")


# --- Support ---------------------------------------------------------------------------------------------------------


class Rest(NamedTuple):
    """Something that rests on sources."""

    what: str
    citation: Citation
    at: Position
    kind: str = "withdrawn-source"
    """The kind of mistake it is to let it stand without them."""


def _support(desk: Desk) -> Iterator[Diagnostic]:
    withdrawn = desk.evidence.withdrawn()
    if not withdrawn:
        return
    names = ", ".join(f"`{source}`" for source in sorted(map(str, withdrawn)))
    for rest in _rests(desk):
        # What never had support cites names that lead nowhere, which is reported already.
        if (
            standing(rest.citation, desk.evidence).support
            and not standing(rest.citation, desk.evidence, withdrawn).support
        ):
            message = f"{rest.what} rests on `{rest.citation}`, of which too little stands; withdrawn: {names}"
            yield problem(rest.at, rest.kind, message, "find another source, or take it out")


def _rests(desk: Desk) -> Iterator[Rest]:
    story, manuscript = desk.story, desk.manuscripts[0]
    for claim in manuscript.claims():
        yield Rest("this claim", claim.citation, claim.at, "claim-without-support")
    for price, citation in manuscript.prices.citations.items():
        yield Rest(f"the price `{price}`", citation, story.price_rows[price].seed.at)
    for rate in story.prices.rates if story.prices else ():
        yield Rest(f"the rate of {rate.currency}", rate.seed.citation, rate.seed.at)
    for exhibit in story.exhibits.values():
        for note in exhibit.annotations.values():
            if note.seed:
                yield Rest(f"the annotation `{note.id}`", note.seed.citation, note.seed.at)


# --- Sourcing rules --------------------------------------------------------------------------------------------------


def _sourcing(desk: Desk) -> Iterator[Diagnostic]:
    """What docs/sourcing.md asks of the prose and of what it uses, each as grave as the site has it."""
    original = desk.manuscripts[0]
    editions = [(manuscript.language, tuple(read_passages(manuscript, original))) for manuscript in desk.manuscripts]
    for language, texts in editions:
        yield from wording_problems(language, texts, desk.evidence)
        yield from typed_prices(texts, original.prices)
    yield from paragraph_problems(editions[0][1])
    yield from party_problems(desk.story, (text for _, texts in editions for text in texts), desk.seeds)
    yield from unused_prices(desk.story, original)
    yield from _unused_exhibits(desk)


def _unused_exhibits(desk: Desk) -> Iterator[Diagnostic]:
    passages = [*desk.manuscripts[0].passages()]
    uses = [use.text for passage in passages for use in (*passage.converted.exhibits, *passage.converted.references)]
    shown = {name.partition("/")[0] for name in uses}
    if any(passage.converted.mistakes for passage in passages) or not all(
        written(name, desk.story.exhibits) for name in shown
    ):
        return  # reported already, and once it is mended nothing may be unused
    for exhibit in desk.story.exhibits.values():
        if exhibit.id not in shown:
            message = f"the exhibit `{exhibit.id}` is neither placed in the prose nor referred to"
            hint = f"place it: ![](exhibit:{exhibit.id}), or take it out; as it is, it stands at the end of the story"
            yield problem(exhibit.at, "unused-exhibit", message, hint)


# --- Editions --------------------------------------------------------------------------------------------------------


def _editions(desk: Desk) -> Iterator[Diagnostic]:
    story = desk.story
    yield from declared_languages(story, desk.site)
    front = [story.front] if story.front.title.wordings else []  # what stands in for a broken one says nothing
    prices = [story.prices] if story.prices else []
    for record in (*front, *story.exhibits.values(), *prices, *story.price_rows.values()):
        yield from missing_translations(record, desk.site)
    original, *translations = desk.manuscripts
    for translation in translations:
        if translation.language in story.editions:
            yield from differences(original, translation)
    yield from stale_passages(story, desk.seeds, desk.site, [each.language for each in translations])


def _withdrawal(desk: Desk) -> Iterator[Diagnostic]:
    yield from withdrawal_problems(desk.story, desk.site)


def _subjects(desk: Desk) -> Iterator[Diagnostic]:
    yield from subject_problems(desk.story, desk.site)


CHECKS = (_withdrawal, _subjects, _citations, _price_names, _exhibits, _support, _sourcing, _editions)
