"""Whether source documents hold together: names that lead nowhere, circles of relaying, quotations not in the text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from .citations import Citation
from .diagnostics import Diagnostic, Position, nearest, problem
from .model import OFFICIAL_KINDS, Seed
from .relays import Speaker, reached, speaker_named
from .schema import written


def check_seed(
    seed: Seed, seeds: Mapping[str, Seed], stored_text: str | None, seed_names: Collection[str]
) -> list[Diagnostic]:
    """What is wrong with one source document.

    Args:
        seeds: it, those it passes on or contradicts, and those behind them.
        stored_text: the stored copy of its text, where it keeps one.
        seed_names: all seeds there are, so that one that cannot be read is not called missing.
    """
    return [
        *_names(seed, seeds, seed_names),
        *_circles(seed, seeds),
        *_statements(seed, stored_text),
        *_unnamed_voices(seed),
    ]


def _names(seed: Seed, seeds: Mapping[str, Seed], seed_names: Collection[str]) -> Iterator[Diagnostic]:
    for name in seed.relays:
        if name.value not in seed_names:
            yield _no_seed(name.value, name.at, seed_names)
    for voice in seed.voices.values():
        for name in voice.relays:
            yield from _speaker_problems(speaker_named(name.value, seed.id), name.at, seeds, seed_names)
    for statement in seed.statements.values():
        speaker = statement.voice
        if not written(speaker.value, seed.voices):
            message = f"this seed has no voice `{speaker.value[:80]}`"
            yield problem(speaker.at, "unknown-voice", message, nearest(speaker.value, seed.voices))
        for contradiction in statement.contradicts:
            other = contradiction.statement
            yield from citation_problems(other.citation, other.at, seeds, seed_names)


def _no_seed(name: str, at: Position, names: Collection[str]) -> Diagnostic:
    return problem(at, "unknown-seed", f"there is no seed `{name[:80]}`", nearest(name, names))


def _speaker_problems(
    speaker: Speaker, at: Position, seeds: Mapping[str, Seed], seed_names: Collection[str]
) -> Iterator[Diagnostic]:
    seed = seeds.get(speaker.seed)
    if speaker.seed not in seed_names:
        yield _no_seed(speaker.seed, at, seed_names)
    elif seed and not written(speaker.voice, seed.voices):
        message = f"the seed `{speaker.seed}` has no voice `{speaker.voice[:80]}`"
        yield problem(at, "unknown-voice", message, nearest(speaker.voice, seed.voices))


def citation_problems(
    citation: Citation, at: Position, seeds: Mapping[str, Seed], seed_names: Collection[str]
) -> Iterator[Diagnostic]:
    """References that lead nowhere; a seed that is there but cannot be read is reported at its own place."""
    for reference in citation.references():
        seed = seeds.get(reference.seed)
        if reference.seed not in seed_names:
            yield _no_seed(reference.seed, at, seed_names)
        elif seed and reference.statement and not written(reference.statement, seed.statements):
            message = f"the seed `{reference.seed}` has no statement `{reference.statement[:80]}`"
            yield problem(at, "unknown-statement", message, nearest(reference.statement, seed.statements))


def _circles(seed: Seed, seeds: Mapping[str, Seed]) -> Iterator[Diagnostic]:
    for name in seed.relays:
        if seed.id in reached(name.value, lambda other: _relayed_seeds(other, seeds)):
            yield _circle(f"`{seed.id}`", name.value, name.at)
    for voice in seed.voices.values():
        for name in voice.relays:
            first = speaker_named(name.value, seed.id)
            if Speaker(seed.id, voice.id) in reached(first, lambda speaker: _relayed_voices(speaker, seeds)):
                yield _circle(f"the voice `{voice.id}`", name.value, name.at)


def _circle(who: str, relayed: str, at: Position) -> Diagnostic:
    message = f"{who} relays `{relayed[:80]}`, which leads back to it"
    return problem(at, "circular-relays", message, "somebody spoke first: remove one link")


def _relayed_seeds(seed: str, seeds: Mapping[str, Seed]) -> list[str]:
    return [name.value for name in seeds[seed].relays] if seed in seeds else []


def _relayed_voices(speaker: Speaker, seeds: Mapping[str, Seed]) -> list[Speaker]:
    voice = seeds[speaker.seed].voices.get(speaker.voice) if speaker.seed in seeds else None
    return [speaker_named(name.value, speaker.seed) for name in voice.relays] if voice else []


def _statements(seed: Seed, stored_text: str | None) -> Iterator[Diagnostic]:
    for statement in seed.statements.values():
        if statement.reading == "record" and seed.kind not in OFFICIAL_KINDS:
            kinds = ", ".join(f"`{kind}`" for kind in OFFICIAL_KINDS)
            message = f"`{statement.id}` is read as record, but a {seed.kind} only reports"
            hint = f"use observation, testimony or analysis; only these kinds of document speak for themselves: {kinds}"
            yield problem(statement.at, "record-by-outsider", message, hint)
        if statement.quote and (stored_text is None or statement.quote not in stored_text):
            nowhere = "this seed stores no `text` to check it against"
            why = nowhere if stored_text is None else "it does not occur in the stored text"
            message = f"the quotation of `{statement.id}` cannot be confirmed: {why}"
            yield problem(statement.at, "quote-not-found", message, "correct it letter by letter, or take it out")
        if statement.locator is None:
            message = f"`{statement.id}` does not say where in the document it stands"
            yield problem(statement.at, "missing-locator", message, "add `locator:` with the page, paragraph or minute")


def _unnamed_voices(seed: Seed) -> Iterator[Diagnostic]:
    for voice in seed.voices.values():
        needed = {"how_they_know": voice.how_they_know, "why_unnamed": voice.why_unnamed}
        missing = [f"`{key}`" for key, value in needed.items() if value is None]
        if missing and not voice.named:
            message = f"the voice `{voice.id}` is not named, and lacks {' and '.join(missing)}"
            yield problem(voice.at, "unnamed-voice", message, 'add it, be it "the source does not say"')
