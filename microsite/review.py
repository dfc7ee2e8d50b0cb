"""The editor's two questions: what is wrong anywhere, and what would fall if a source withdrew?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import evidence
from .claimviews import Words, plain_claim
from .diagnostics import Diagnostic, Position, in_order, nearest, problem
from .evidence import Evidence, Source, Speaker, change, standing
from .languages import quantity_words
from .maker import Maker
from .manuscript import Manuscript
from .model import Story
from .newsroom import Newsroom, check_seeds, open_newsroom
from .order import Order

IN_ARGUMENTS = Position("--withdraw")
"""Where a source is named that is not there."""


def check_everything(order: Order, withdraw: Iterable[str] = ()) -> tuple[tuple[Diagnostic, ...], list[str]]:
    """Every problem of every file, drafts included; and, for sources named in `withdraw`, what their withdrawal would do."""
    newsroom, problems = open_newsroom(order)
    if newsroom is None:
        return in_order(problems), []
    problems += check_seeds(newsroom, newsroom.tree.stories, set())
    maker = Maker(newsroom, None)
    withdraw = list(withdraw)
    sources = [_source(name, newsroom, problems) for name in withdraw]
    consequences: list[str] = []
    for slug in newsroom.tree.stories:
        story, editions, more, seeds = maker.read(slug)
        problems += more
        if story is not None and withdraw and None not in sources:
            consequences += _consequences(story, editions[0], Evidence(seeds.found), [s for s in sources if s], newsroom.site.first_language)
    return in_order(problems), consequences


def _source(name: str, newsroom: Newsroom, problems: list[Diagnostic]) -> Source | None:
    """The seed or voice that an argument of `--withdraw` names."""
    seed_name, at, voice = name.partition("@")
    if seed_name not in newsroom.seeds.names:
        problems.append(problem(IN_ARGUMENTS, "unknown-seed", f"there is no seed `{seed_name}`", nearest(seed_name, newsroom.seeds.names)))
        return None
    seed = newsroom.seeds.take(seed_name)[0]
    if at and seed and voice not in seed.voices:
        problems.append(problem(IN_ARGUMENTS, "unknown-voice", f"the seed `{seed_name}` has no voice `{voice}`", nearest(voice, seed.voices)))
        return None
    return Speaker(seed_name, voice) if at else seed_name


def _consequences(story: Story, edition: Manuscript, evidence_: Evidence, withdrawn: list[Source], first: str) -> Iterator[str]:
    """What happens to a story's claims, prices and annotations, in lines for a terminal."""
    words = Words(edition.language, first)
    already = evidence_.withdrawn()
    lines: list[str] = []
    tally = dict.fromkeys(("falls", "weakens", "strengthens"), 0)
    for passage in edition.passages():
        for mark, claim in enumerate(passage.claims):
            before, after = standing(claim.citation, evidence_, already), standing(claim.citation, evidence_, [*already, *withdrawn])
            if what := change(before, after):
                tally[what] += 1
                lines.append(f"  {what:<12}{claim.at}  “{plain_claim(passage, mark, words)}” ({_how(before)} → {_how(after)})")
    for id, citation in edition.prices.citations.items():
        if not standing(citation, evidence_, [*already, *withdrawn]).support and standing(citation, evidence_, already).support:
            lines.append(f"  price       {story.price_rows[id].at}  {id}: {quantity_words(edition.prices.quantities[id], edition.language)}")
    for exhibit in story.exhibits.values():
        for note in exhibit.annotations.values():
            if note.seed and not standing(note.seed.citation, evidence_, [*already, *withdrawn]).support:
                lines.append(f"  annotation  {note.at}  {exhibit.id}/{note.id}")
    whole = len(edition.claims())
    yield (f"{story.slug}: without {', '.join(map(str, withdrawn))}, of {whole} claims {tally['falls']} fall, {tally['weakens']} weaken "
           f"and {tally['strengthens']} strengthen.")
    yield from lines


def _how(stands: evidence.Standing) -> str:
    return (stands.support or "nothing left") + (", contested" if stands.contests else "")


