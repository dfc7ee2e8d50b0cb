"""Whether the content holds together: names that lead nowhere, circles, withdrawn support, prices that would drift.

`CHECKS` lists the checks of a story in order; each is one function that takes what it needs and returns diagnostics.
Adding a check is adding a function and a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from .citations import Citation
from .diagnostics import Diagnostic, Position, nearest, problem
from .evidence import Evidence, Speaker, standing
from .intervals import decimal_places
from .manuscript import Manuscript
from .model import OFFICIAL_KINDS, Exhibit, Price, Seed, SiteFile, Story, Voice
from .schema import Text


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


def check_story(desk: Desk) -> list[Diagnostic]:
    """Everything wrong with a story, given that each of its files could be read."""
    return [found for check in CHECKS for found in check(desk)]


# --- The site --------------------------------------------------------------------------------------------------------


def check_site(site: SiteFile, slugs: Iterable[str], languages_known: tuple[str, ...]) -> list[Diagnostic]:
    """What is wrong with `site.yaml` in itself."""
    found = [
        problem(
            name.at,
            "unknown-language",
            f"there are no words for the language `{name.value}`",
            nearest(name.value, languages_known),
        )
        for name in site.languages
        if name.value not in languages_known
    ]
    names = list(slugs)
    if site.front and site.front.value not in names:
        found.append(
            problem(
                site.front.at,
                "unknown-story",
                f"there is no story `{site.front.value}` in content/",
                nearest(site.front.value, names),
            )
        )
    codes = [name.value for name in site.languages]
    found += [
        problem(name.at, "duplicate-key", f"the language `{name.value}` stands here twice")
        for index, name in enumerate(site.languages)
        if name.value in codes[:index]
    ]
    return found + list(_missing_translations(site, site))


# --- Seeds -----------------------------------------------------------------------------------------------------------


def check_seed(seed: Seed, seeds: Mapping[str, Seed], stored_text: str | None) -> list[Diagnostic]:
    """What is wrong with one source document."""
    return [*_seed_names(seed, seeds), *_seed_circles(seed, seeds), *_seed_statements(seed, stored_text)]


def _seed_names(seed: Seed, seeds: Mapping[str, Seed]) -> Iterator[Diagnostic]:
    for name in seed.relays:
        if name.value not in seeds:
            yield problem(name.at, "unknown-seed", f"there is no seed `{name.value}`", nearest(name.value, seeds))
    for voice in seed.voices.values():
        for name in voice.relays:
            yield from _speaker_problems(name.value, name.at, seed, seeds)
    for statement in seed.statements.values():
        if statement.voice.value not in seed.voices:
            yield problem(
                statement.voice.at,
                "unknown-voice",
                f"this seed has no voice `{statement.voice.value}`",
                nearest(statement.voice.value, seed.voices),
            )
        for contradiction in statement.contradicts:
            yield from citation_problems(contradiction.statement.citation, contradiction.statement.at, seeds, seeds)


def _speaker_problems(name: str, at: Position, seed: Seed, seeds: Mapping[str, Seed]) -> Iterator[Diagnostic]:
    other, in_other, voice = name.partition("@")
    if not in_other:
        other, voice = seed.id, name
    if other not in seeds:
        yield problem(at, "unknown-seed", f"there is no seed `{other}`", nearest(other, seeds))
    elif voice not in seeds[other].voices:
        yield problem(
            at, "unknown-voice", f"the seed `{other}` has no voice `{voice}`", nearest(voice, seeds[other].voices)
        )


def _seed_circles(seed: Seed, seeds: Mapping[str, Seed]) -> Iterator[Diagnostic]:
    for name in seed.relays:
        if seed.id in _reachable(name.value, lambda id: [n.value for n in seeds[id].relays] if id in seeds else []):
            yield problem(
                name.at,
                "circular-relays",
                f"`{seed.id}` relays `{name.value}`, which leads back to it",
                "somebody spoke first: remove one link",
            )
    for voice in seed.voices.values():
        here = Speaker(seed.id, voice.id)
        for name in voice.relays:
            there = _speaker(name.value, seed.id)
            if here in _reachable(there, lambda speaker: _relayed(speaker, seeds)):
                yield problem(
                    name.at,
                    "circular-relays",
                    f"the voice `{voice.id}` relays `{name.value}`, which leads back to it",
                    "somebody spoke first: remove one link",
                )


def _speaker(name: str, seed: str) -> Speaker:
    other, at, voice = name.partition("@")
    return Speaker(other, voice) if at else Speaker(seed, name)


def _relayed(speaker: Speaker, seeds: Mapping[str, Seed]) -> list[Speaker]:
    voice: Voice | None = seeds[speaker.seed].voices.get(speaker.voice) if speaker.seed in seeds else None
    return [_speaker(name.value, speaker.seed) for name in voice.relays] if voice else []


def _reachable(start: Any, following: Any) -> set[Any]:
    reached, waiting = {start}, [start]
    while waiting:
        for node in following(waiting.pop()):
            if node not in reached:
                reached.add(node)
                waiting.append(node)
    return reached


def _seed_statements(seed: Seed, stored_text: str | None) -> Iterator[Diagnostic]:
    for statement in seed.statements.values():
        if statement.reading == "record" and seed.kind not in OFFICIAL_KINDS:
            kinds = ", ".join(f"`{kind}`" for kind in OFFICIAL_KINDS)
            yield problem(
                statement.at,
                "record-by-outsider",
                f"`{statement.id}` is read as record, but a {seed.kind} only reports",
                f"use observation, testimony or analysis; only these kinds of document speak for themselves: {kinds}",
            )
        if statement.quote and (stored_text is None or statement.quote not in stored_text):
            why = (
                "this seed stores no `text` to check it against"
                if stored_text is None
                else "it does not occur in the stored text"
            )
            yield problem(
                statement.at,
                "quote-not-found",
                f"the quotation of `{statement.id}` cannot be confirmed: {why}",
                "correct it letter by letter, or take it out",
            )


# --- Names that lead nowhere -----------------------------------------------------------------------------------------


def citation_problems(
    citation: Citation, at: Position, seeds: Mapping[str, Seed], seed_names: Iterable[str]
) -> Iterator[Diagnostic]:
    """References of a citation that lead nowhere; a seed that is there but cannot be read is reported at its own place."""
    names = list(seed_names)
    for reference in citation.references():
        seed = seeds.get(reference.seed)
        if reference.seed not in names:
            yield problem(
                at, "unknown-seed", f"there is no seed `{reference.seed[:80]}`", nearest(reference.seed, names)
            )
        elif seed and reference.statement and reference.statement not in seed.statements:
            yield problem(
                at,
                "unknown-statement",
                f"the seed `{reference.seed}` has no statement `{reference.statement[:80]}`",
                nearest(reference.statement, seed.statements),
            )


def _citations(desk: Desk) -> Iterator[Diagnostic]:
    for manuscript in desk.manuscripts:
        for claim in manuscript.claims():
            yield from citation_problems(claim.written, claim.at, desk.seeds, desk.seed_names)
    for cited in _cited_in_files(desk.story):
        yield from citation_problems(cited.citation, cited.at, desk.seeds, desk.seed_names)
    for name in desk.story.front.based_on:
        if name.value not in desk.seed_names:
            yield problem(
                name.at, "unknown-seed", f"there is no seed `{name.value}`", nearest(name.value, desk.seed_names)
            )


def _cited_in_files(story: Story) -> Iterator[Any]:
    for exhibit in story.exhibits.values():
        yield from (note.seed for note in exhibit.annotations.values() if note.seed)
    yield from (row.seed for row in story.price_rows.values())
    if story.prices:
        yield from (rate.seed for rate in story.prices.rates)


def _price_names(desk: Desk) -> Iterator[Diagnostic]:
    prices = desk.story.prices
    if prices is None:
        return
    for row in desk.story.price_rows.values():
        if row.place.value not in prices.places:
            yield problem(
                row.place.at,
                "unknown-place",
                f"there is no place `{row.place.value}` under `places`",
                nearest(row.place.value, prices.places),
            )
        if row.population.value not in prices.populations:
            yield problem(
                row.population.at,
                "unknown-population",
                f"there is no population `{row.population.value}` under `populations`",
                nearest(row.population.value, prices.populations),
            )
        yield from _price_shape(row)
    for pair in prices.comparable:
        if len({name.value for name in pair.populations}) != 2:
            yield problem(
                pair.at,
                "bad-value",
                "`comparable` sets two different populations against each other",
                "name two of `populations`",
            )
        for name in pair.populations:
            if name.value not in prices.populations:
                yield problem(
                    name.at,
                    "unknown-population",
                    f"there is no population `{name.value}` under `populations`",
                    nearest(name.value, prices.populations),
                )


def _price_shape(row: Price) -> Iterator[Diagnostic]:
    if (
        row.price is not None
        and row.statistic == "single"
        and row.price.low != row.price.high
        and not row.price.approximate
        and None not in (row.price.low, row.price.high)
    ):
        yield problem(
            row.at,
            "bad-price",
            f"`{row.id}` is a single price but gives a range",
            "write `statistic: range`, or one number",
        )


def _exhibits(desk: Desk) -> Iterator[Diagnostic]:
    exhibits = desk.story.exhibits
    for manuscript in desk.manuscripts:
        placed: dict[str, Position] = {}
        uses = manuscript.body.converted
        for number, use in enumerate(uses.exhibits):
            at = manuscript.body.places[number]
            if use.text not in exhibits:
                yield problem(
                    at, "unknown-exhibit", f"there is no exhibit `{use.text[:80]}`", nearest(use.text, exhibits)
                )
            elif use.text in placed:
                yield problem(
                    at,
                    "misplaced-exhibit",
                    f"the exhibit `{use.text}` is placed twice, first at line {placed[use.text].line}",
                    "refer to it the second time: [words](exhibit:name)",
                )
            placed.setdefault(use.text, at)
        for passage in manuscript.passages():
            for number, use in enumerate(passage.converted.references):
                yield from _reference_problems(
                    use.text, passage.places[len(passage.converted.exhibits) + number], exhibits
                )
    for exhibit in exhibits.values():
        yield from _exhibit_shape(exhibit)


def _reference_problems(text: str, at: Position, exhibits: Mapping[str, Exhibit]) -> Iterator[Diagnostic]:
    name, slash, annotation = text.partition("/")
    if name not in exhibits:
        yield problem(at, "unknown-exhibit", f"there is no exhibit `{name[:80]}`", nearest(name, exhibits))
    elif slash and annotation not in exhibits[name].annotations:
        yield problem(
            at,
            "unknown-exhibit",
            f"the exhibit `{name}` has no annotation `{annotation[:80]}`",
            nearest(annotation, exhibits[name].annotations),
        )


def _exhibit_shape(exhibit: Exhibit) -> Iterator[Diagnostic]:
    if exhibit.photo:
        yield problem(
            exhibit.at,
            "photo-not-ready",
            f"`{exhibit.id}` names a photograph, and this version publishes placeholders only",
            "leave `photo` out until masters can be made",
        )
    elif exhibit.absent is None:
        yield problem(
            exhibit.at,
            "missing-key",
            f"`{exhibit.id}` has no photograph and does not say why",
            "add `absent: not in hand`, `withheld` or `licence pending`",
        )
    elif exhibit.annotations and exhibit.positions is None:
        yield problem(
            exhibit.at,
            "missing-key",
            f"the regions of `{exhibit.id}` were placed without having seen the picture",
            "add `positions: schematic`",
        )
    if exhibit.alt is None:
        yield problem(
            exhibit.at,
            "missing-alt",
            f"`{exhibit.id}` has no alternative text",
            "add `alt:` with what a reader who does not see it should know",
        )
    if exhibit.credit is None:
        yield problem(
            exhibit.at,
            "missing-key",
            f"`{exhibit.id}` does not say who made the picture that is shown",
            "add `credit:`",
        )


# --- Support ---------------------------------------------------------------------------------------------------------


def _support(desk: Desk) -> Iterator[Diagnostic]:
    evidence = Evidence(desk.seeds)
    withdrawn = evidence.withdrawn()
    if not withdrawn:
        return
    what = ", ".join(f"`{source}`" for source in sorted(map(str, withdrawn)))
    for claim in desk.manuscripts[0].claims():
        if (
            claim.citation.parts
            and standing(claim.citation, evidence).support
            and not standing(claim.citation, evidence, withdrawn).support
        ):
            yield problem(
                claim.at,
                "claim-without-support",
                f"this claim rests on `{claim.citation}`, of which too little stands; withdrawn: {what}",
                "find another source, or take the claim out",
            )
    for id, citation in desk.manuscripts[0].prices.citations.items():
        if not standing(citation, evidence, withdrawn).support:
            yield problem(
                desk.story.price_rows[id].seed.at,
                "withdrawn-source",
                f"the price `{id}` rests on what has been withdrawn: {what}",
                "find another source, or take it out",
            )
    for exhibit in desk.story.exhibits.values():
        for note in exhibit.annotations.values():
            if note.seed and not standing(note.seed.citation, evidence, withdrawn).support:
                yield problem(
                    note.seed.at,
                    "withdrawn-source",
                    f"the annotation `{note.id}` rests on what has been withdrawn: {what}",
                    "find another source, or take it out",
                )


# --- Prices that would drift -----------------------------------------------------------------------------------------

_TYPED_PRICE = re.compile(
    r"(?<![\w.,])(?:[¥€$£₩]\s?)?\d[\d,.]*\d?\s?(?:yuan|RMB|renminbi|won|dollars?|euros?|pounds?|USD|EUR|CNY|KRW|times\b(?! zone)|per ?cent|%|元|人民币|위안|원(?=[에을이은의 .,])|倍|배(?=[ .,가나의]))"
    r"|[¥€$£₩]\s?\d[\d,.]*",
    re.IGNORECASE,
)
_NOT_PROSE = re.compile(r"\{\{[^\n{}]*\}\}|\]\([^)\s]*\)|`[^`\n]*`")


def _typed_prices(desk: Desk) -> Iterator[Diagnostic]:
    for prose in desk.story.editions.values():
        for match in _TYPED_PRICE.finditer(_NOT_PROSE.sub(lambda m: " " * len(m[0]), prose.text)):
            before = prose.text[: match.start()]
            at = Position(prose.at.file, prose.at.line + before.count("\n"), match.start() - before.rfind("\n"))
            yield problem(
                at,
                "typed-price",
                f"`{match[0].strip()}` is typed by hand and will drift when the data changes",
                _computed_hint(desk, match[0]),
            )


def _computed_hint(desk: Desk, typed: str) -> str:
    digits = re.sub(r"[^\d.]", "", typed).rstrip(".")
    for id, quantity in desk.manuscripts[0].prices.quantities.items():
        low = quantity.amount.low
        if low is not None and decimal_places(low) == 0 and str(low) == digits:
            return f"compute it: {{{{ {id} }}}}"
    return "put the figure in prices.yaml and write {{ its_name }}"


# --- Editions --------------------------------------------------------------------------------------------------------


def _editions(desk: Desk) -> Iterator[Diagnostic]:
    languages = [name.value for name in desk.site.languages]
    for language, prose in desk.story.editions.items():
        if language not in languages:
            yield problem(
                prose.at._replace(line=1),
                "unknown-language",
                f"the site does not declare the language `{language}`",
                f"add it to `languages` in content/site.yaml, or rename the file; declared: {', '.join(languages)}",
            )
    for language in languages[1:]:
        if language not in desk.story.editions:
            path = f"content/{desk.story.slug}/index.{language}.md"
            yield problem(
                Position(path),
                "missing-translation",
                f"the site has an edition in `{language}`, and this story has no `{path}`",
                "add it, or take the language out of site.yaml",
            )
    for part in (
        desk.story.front,
        *desk.story.exhibits.values(),
        *([desk.story.prices] if desk.story.prices else []),
        *desk.story.price_rows.values(),
        *desk.seeds.values(),
    ):
        yield from _missing_translations(part, desk.site)
    original, *translations = desk.manuscripts
    for translation in translations:
        if translation.language in desk.story.editions:
            yield from _differences(original, translation)


def _missing_translations(part: Any, site: SiteFile) -> Iterator[Diagnostic]:
    """Texts of a record, however deep, that lack one of the site's languages."""
    first = site.first_language
    for text in _texts(part):
        for language in (name.value for name in site.languages):
            if not text.wording(language, first):
                yield problem(
                    text.at,
                    "missing-translation",
                    f"this text has no wording in `{language}`",
                    f"write a map: `{first}: …` and `{language}: …`",
                )
        for language, wording in text.wordings.items():
            if language and language not in {name.value for name in site.languages}:
                yield problem(
                    wording.at,
                    "unknown-language",
                    f"the site does not declare the language `{language}`",
                    nearest(language, [name.value for name in site.languages]),
                )


def _texts(part: Any) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, tuple) and not hasattr(part, "_fields"):
        for value in part:
            yield from _texts(value)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


def _differences(original: Manuscript, translation: Manuscript) -> Iterator[Diagnostic]:
    """Where a translation cites, computes or shows other things than the original, or in another order."""
    for ours, theirs in zip(original.passages(), translation.passages(), strict=True):
        pairs = (
            ("citation", [str(c.written) for c in ours.claims], [(str(c.written), c.at) for c in theirs.claims]),
            (
                "expression",
                [f.expression.text for f in ours.figures],
                [(f.expression.text, f.at) for f in theirs.figures],
            ),
            (
                "exhibit",
                [u.text for u in ours.converted.exhibits],
                [(u.text, at) for u, at in zip(theirs.converted.exhibits, theirs.places, strict=False)],
            ),
        )
        for what, wanted, found in pairs:
            for index, (text, at) in enumerate(found):
                if index >= len(wanted) or text != wanted[index]:
                    expected = f"`{wanted[index]}`" if index < len(wanted) else "nothing more"
                    yield problem(
                        at,
                        "translation-differs",
                        f"the original has {expected} as {what} {index + 1} here, the translation `{text}`",
                        "cite the same sources in the same order",
                    )
                    break
            else:
                if len(found) < len(wanted):
                    at = (
                        found[-1][1]
                        if found
                        else (theirs.places[0] if theirs.places else Position(f"content ({translation.language})"))
                    )
                    yield problem(
                        at,
                        "translation-differs",
                        f"after this the original has {what} `{wanted[len(found)]}`, which the translation lacks",
                    )


CHECKS = (_citations, _price_names, _exhibits, _support, _typed_prices, _editions)
