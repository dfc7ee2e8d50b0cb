"""The editor's two questions: what is wrong anywhere, and what would fall if a source withdrew?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import catalogues, evidence, files, repository, translations, tripwires
from .check_photos import lookout_problems
from .citations import Citation
from .claimviews import Words, plain_claim
from .copies import private_copy_problems
from .diagnostics import Diagnostic, Position, has_errors, in_order, nearest, problem
from .evidence import Evidence, Source, Speaker, change, standing
from .languages import quantity_words
from .maker import Maker
from .manuscript import Manuscript
from .model import Story
from .newsroom import Newsroom, check_seeds, open_newsroom
from .order import Order, has_tripwires
from .rules import as_set
from .series import Part, part_of, part_problems
from .subjects import clashes, subjects
from .unused import unused_statements

IN_ARGUMENTS = Position("arguments")
"""Where a source is named that is not there."""


def check_everything(order: Order, withdraw: Iterable[str] = ()) -> tuple[tuple[Diagnostic, ...], list[str]]:
    """Every problem of every file, drafts included; and, for sources named in `withdraw`, what their withdrawal would do."""
    newsroom, problems = open_newsroom(order)
    wires, more = tripwires.read(order.root) if has_tripwires(order.root) else (tripwires.Wires(), [])
    problems += [*more, *repository.guard(order.root, wires)]
    if newsroom is None:
        return in_order(problems), []
    problems += check_seeds(newsroom, newsroom.tree.stories, set())
    problems += _untranslated_words(newsroom)
    problems += _private_copies(newsroom)
    maker = Maker(newsroom, None)
    withdraw = list(withdraw)
    sources = [_source(name, newsroom, problems) for name in withdraw]
    consequences: list[str] = []
    all_uses, all_subjects = [], []
    parts: list[Part] = []
    for slug in newsroom.tree.stories:
        story, editions, more, seeds = maker.read(slug)
        problems += more
        all_uses.append(seeds.uses)
        problems += _lookout(order.root, story) if story else ()
        if story and story.front.status != "withdrawn":
            all_subjects.append(subjects(story, newsroom.site.first_language))
            parts += filter(None, [part_of(story, editions, newsroom.site.first_language)])
        if story is not None and editions and withdraw and None not in sources:
            consequences += _consequences(
                story, editions[0], Evidence(seeds.found), [s for s in sources if s], newsroom.site.first_language
            )
    if not has_errors(problems):  # what cannot be read may cite anything
        problems += as_set(unused_statements(all_uses), newsroom.site)
        problems += (*clashes(all_subjects, newsroom.site.first_language), *part_problems(parts))
    return in_order(problems), consequences


def _lookout(root: str, story: Story) -> Iterator[Diagnostic]:
    """What should still be looked for in a story's photographs, where they are the masters that were recorded."""
    for exhibit in story.exhibits.values():
        file = story.photographs.get(exhibit.id)
        if file and exhibit.master and file.sha256 == exhibit.master.sha256:
            master = files.read(str(Path(root, file.path)))
            yield from lookout_problems(exhibit, master, file.sha256, f"{story.slug}/{exhibit.id}")


def _private_copies(newsroom: Newsroom) -> Iterator[Diagnostic]:
    """What is wrong with the copies of documents in private/, on computers that have one."""
    if Path(newsroom.order.root, "private").is_dir():
        for name in newsroom.seeds.names:
            if seed := newsroom.seeds.take(name)[0]:
                yield from private_copy_problems(newsroom.order.root, seed)


def _untranslated_words(newsroom: Newsroom) -> Iterator[Diagnostic]:
    """One diagnostic for each language whose catalogue lacks fixed words."""
    for name in newsroom.site.languages:
        if missing := catalogues.untranslated(name.value):
            message = f"{len(missing)} of the pages’ fixed words have no `{name.value}`, such as “{missing[0].words}”"
            hint = f"translate them in {catalogues.shown_path(name.value)}, the first at line {missing[0].line}"
            yield problem(name.at, "untranslated-words", message, hint)


def record_review(
    order: Order, language: str, read_by: str, slugs: Iterable[str]
) -> tuple[list[str], list[Diagnostic]]:
    """Record that the translations of some stories (all, where none is named) render their originals as these are now.

    Returns:
        The files written, and what stood in the way.
    """
    newsroom, problems = open_newsroom(order)
    if newsroom is None or has_errors(problems):
        return [], list(in_order(problems))
    if language not in newsroom.languages[1:]:
        translated = newsroom.site.language_codes[1:]
        message = f"the site has no translation into `{language}`"
        return [], [problem(IN_ARGUMENTS, "unknown-language", message, nearest(language, translated))]
    written = []
    maker, first = Maker(newsroom, None), newsroom.site.first_language
    for slug in list(slugs) or newsroom.tree.stories:
        if slug not in newsroom.tree.stories:
            hint = nearest(slug, newsroom.tree.stories)
            problems.append(problem(IN_ARGUMENTS, "unknown-story", f"there is no story `{slug}`", hint))
            continue
        story, _, _, seeds = maker.read(slug)
        if story and story.front.status != "withdrawn" and language in story.editions:
            written.append(f"content/{slug}/reviewed.{language}.yaml")
            text = translations.review_file(story, seeds.found, language, first, read_by)
            files.write_within(order.root, written[-1], text.encode())
    return written, list(in_order(problems))


def _source(name: str, newsroom: Newsroom, problems: list[Diagnostic]) -> Source | None:
    """The seed or voice that an argument of `--withdraw` names."""
    seed_name, at, voice = name.partition("@")
    if seed_name not in newsroom.seeds.names:
        problems.append(
            problem(
                IN_ARGUMENTS,
                "unknown-seed",
                f"there is no seed `{seed_name}`",
                nearest(seed_name, newsroom.seeds.names),
            )
        )
        return None
    seed = newsroom.seeds.take(seed_name)[0]
    if at and seed and voice not in seed.voices:
        problems.append(
            problem(
                IN_ARGUMENTS,
                "unknown-voice",
                f"the seed `{seed_name}` has no voice `{voice}`",
                nearest(voice, seed.voices),
            )
        )
        return None
    return Speaker(seed_name, voice) if at else seed_name


def _consequences(
    story: Story, edition: Manuscript, evidence_: Evidence, withdrawn: list[Source], first: str
) -> Iterator[str]:
    """What happens to a story's claims, prices and annotations, in lines for a terminal."""
    words = Words(edition.language, first)
    then = evidence_.withdrawn() | set(withdrawn)
    changes = list(_changed_claims(edition, evidence_, then, words))
    counted = Counter(what for what, _ in changes)
    yield (
        f"{story.slug}: without {', '.join(map(str, withdrawn))}, of {len(edition.claims())} claims "
        f"{counted['falls']} fall, {counted['weakens']} weaken and {counted['strengthens']} strengthen."
    )
    yield from (line for _, line in changes)
    yield from _fallen_dependants(story, edition, evidence_, then)


def _changed_claims(
    edition: Manuscript, evidence_: Evidence, then: frozenset[Source], words: Words
) -> Iterator[tuple[str, str]]:
    """What becomes of each claim that a withdrawal changes, and a line that says so."""
    for passage in edition.passages():
        for mark, claim in enumerate(passage.claims):
            before = standing(claim.citation, evidence_, evidence_.withdrawn())
            after = standing(claim.citation, evidence_, then)
            if what := change(before, after):
                quoted = plain_claim(passage, mark, words)
                yield what, f"  {what:<12}{claim.at}  “{quoted}” ({_how(before)} → {_how(after)})"


def _fallen_dependants(
    story: Story, edition: Manuscript, evidence_: Evidence, then: frozenset[Source]
) -> Iterator[str]:
    """A line for each price and annotation that goes with what is withdrawn."""

    def goes(citation: Citation) -> bool:
        now = standing(citation, evidence_, evidence_.withdrawn()).support
        return bool(now) and not standing(citation, evidence_, then).support

    for id, citation in edition.prices.citations.items():
        if goes(citation):
            value = quantity_words(edition.prices.quantities[id], edition.language)
            yield f"  price       {story.price_rows[id].at}  {id}: {value}"
    for exhibit in story.exhibits.values():
        for note in exhibit.annotations.values():
            if note.seed and goes(note.seed.citation):
                yield f"  annotation  {note.at}  {exhibit.id}/{note.id}"


def _how(stands: evidence.Standing) -> str:
    return (stands.support or "nothing left") + (", contested" if stands.contests else "")
