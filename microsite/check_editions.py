"""Whether translations keep to the original: no text lacks a language, and editions cite and compute the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .diagnostics import Diagnostic, Position, nearest, problem
from .manuscript import Manuscript, Passage
from .model import Seed, SiteFile, Story
from .prose import HEADINGS
from .translations import stale, texts


def declared_languages(story: Story, site: SiteFile) -> Iterator[Diagnostic]:
    """Editions in a language that the site does not declare, and languages without an edition."""
    languages = site.language_codes
    for language, prose in story.editions.items():
        if language not in languages:
            message = f"the site does not declare the language `{language}`"
            declared = ", ".join(languages)
            hint = f"add it to `languages` in content/site.yaml, or rename the file; declared: {declared}"
            yield problem(prose.at._replace(line=1), "unknown-language", message, hint)
    for language in languages[1:]:
        if language not in story.editions:
            path = f"content/{story.slug}/index.{language}.md"
            message = f"the site has an edition in `{language}`, and this story has no `{path}`"
            hint = "add it, or take the language out of site.yaml"
            yield problem(Position(path), "missing-translation", message, hint)


def missing_translations(record: Any, site: SiteFile) -> Iterator[Diagnostic]:
    """Texts of a record, however deep, that lack one of the site's languages or have one it does not declare."""
    first = site.first_language
    languages = site.language_codes
    for text in texts(record):
        for language in languages:
            if not text.wording(language, first):
                message = f"this text has no wording in `{language}`"
                hint = f"write a map: `{first}: …` and `{language}: …`"
                yield problem(text.at, "missing-translation", message, hint)
        for language, wording in text.wordings.items():
            if language and language not in languages:
                message = f"the site does not declare the language `{language}`"
                yield problem(wording.at, "unknown-language", message, nearest(language, languages))


def stale_passages(
    story: Story, seeds: Mapping[str, Seed], site: SiteFile, languages: Iterable[str]
) -> Iterator[Diagnostic]:
    """Passages of translations into some languages whose original has changed since they were reviewed."""
    for language in languages:
        hint = f"bring it up to date, then `python build.py reviewed {language} --by native` (or `machine`)"
        for passage in stale(story, seeds, language, site.first_language):
            message = "the original of this passage has changed since the translation was reviewed"
            yield problem(passage.at, "stale-translation", message, hint)


def differences(original: Manuscript, translation: Manuscript) -> Iterator[Diagnostic]:
    """Where a translation cites, computes, shows or is divided into other things than the original, or in another order."""
    for ours, theirs in zip(original.passages(), translation.passages(), strict=True):
        for (what, wanted), (_, found) in zip(_sequences(ours), _sequences(theirs), strict=True):
            if difference := _first_difference(what, [text for text, _ in wanted], found, theirs.at):
                yield difference


def _sequences(passage: Passage) -> tuple[tuple[str, list[tuple[str, Position]]], ...]:
    """What a passage cites, computes and shows, and how it is divided, each in order and with its place."""
    exhibits = zip(passage.converted.exhibits, passage.places, strict=False)
    return (
        ("citation", [(str(claim.written), claim.at) for claim in passage.claims]),
        ("expression", [(figure.expression.text, figure.at) for figure in passage.figures]),
        ("exhibit", [(use.text, at) for use, at in exhibits]),
        ("heading", _headings(passage)),
    )


def _headings(passage: Passage) -> list[tuple[str, Position]]:
    """Each heading as the signs that make it one, since its words are the translator's."""
    tags = [block.tag for block in passage.converted.blocks if block.tag in HEADINGS]
    lines = [number for number, line in enumerate(passage.words.split("\n")) if line.lstrip().startswith("##")]
    found = lines if len(lines) == len(tags) else [0] * len(tags)
    return [
        ("#" * int(tag[1]), passage.at._replace(line=passage.at.line + number))
        for tag, number in zip(tags, found, strict=True)
    ]


def _first_difference(
    what: str, wanted: list[str], found: list[tuple[str, Position]], start: Position
) -> Diagnostic | None:
    hint = f"keep every {what} of the original, in the same order"
    for index, (text, at) in enumerate(found):
        if index >= len(wanted) or text != wanted[index]:
            expected = f"`{wanted[index]}`" if index < len(wanted) else "nothing more"
            message = f"the original has {expected} as {what} {index + 1} here, the translation `{text}`"
            return problem(at, "translation-differs", message, hint)
    if len(found) < len(wanted):
        at = found[-1][1] if found else start
        message = f"from here on the original has {what} `{wanted[len(found)]}`, which the translation lacks"
        return problem(at, "translation-differs", message, hint)
    return None
