"""Small sites, seeds and claims for tests, from dedented texts or a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType
from typing import Any, NamedTuple

from microsite import check, inventory, load, manuscript, schema
from microsite.check_editions import missing_translations
from microsite.citations import Citation, parse_citation
from microsite.copies import copy_problems
from microsite.dates import parse_date
from microsite.diagnostics import Diagnostic, Position, in_order
from microsite.evidence import Evidence
from microsite.languages import languages_known
from microsite.model import Contradiction, Seed, Statement, Story, Voice, Withdrawal
from microsite.rules import as_set
from microsite.schema import Cited, Name, Text, Wording, read_record
from microsite.yamltext import compose

HERE = Position("made-up.yaml")

SITE = """\
    format: 1
    title: A site
    publisher: A publisher
    languages: [en]
    """
STORY = """\
    ---
    title: A title
    standfirst: A standfirst.
    status: published
    ---

    [A shop opened](seed:paper/opening), and [a shirt costs {{ shirt }}](seed:paper/price).

    ![](exhibit:shop)
    """
EXHIBITS = """\
    shop:
      title: The shop
      alt: A drawn plate.
      caption: The shop, [as it opened](seed:paper/opening).
      credit: Our drawing
      absent: not in hand
      positions: schematic
      annotations:
        door:
          region:
            box: [0.1, 0.2, 0.3, 0.4]
          label: Door
          note: The door.
          seed: paper/opening
    """
PRICES = """\
    currency: CNY
    unit: piece
    places:
      shop: The shop
    populations:
      goods: all goods
    prices:
      shirt:
        place: shop
        population: goods
        item: A shirt
        price: 200
        statistic: single
        seed: paper/price
    """
SEED = """\
    title: A report
    publisher: A paper
    kind: news report
    consulted: in full
    voices:
      witness:
        described_as: A witness
        named: true
    statements:
      opening:
        voice: witness
        locator: paragraph 1
        says: A shop opened.
        reading: testimony
      price:
        voice: witness
        locator: paragraph 2
        says: A shirt costs 200.
        reading: testimony
    """
FILES: Mapping[str, str] = MappingProxyType(
    {
        "content/site.yaml": SITE,
        "content/story/index.md": STORY,
        "content/story/exhibits.yaml": EXHIBITS,
        "content/story/prices.yaml": PRICES,
        "seeds/paper.yaml": SEED,
    }
)


# --- Whole sites -----------------------------------------------------------------------------------------------------


def write_site(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """A small site without mistakes, with some files changed, added or (`None`) left out; texts are dedented."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return root


def replaced(name: str, old: str, new: str) -> dict[str, str]:
    """One file of the small site with some words of it replaced."""
    text = dedent(FILES[name])
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    return {name: text.replace(old, new)}


def diagnose(root: Path) -> tuple[Diagnostic, ...]:
    """All that loading and checking find wrong with a site, as a build goes through it."""
    return in_order(_diagnostics(str(root)))


def found(root: Path) -> list[str]:
    """What is wrong with a site, each as `place kind`."""
    return [f"{problem.at} {problem.kind}" for problem in diagnose(root)]


def _diagnostics(root: str) -> Iterator[Diagnostic]:
    tree, problems = inventory.tree(root)
    site, more = load.site_file(root)
    yield from (*problems, *more)
    if site is None:
        return
    yield from check.check_site(site, tree.stories, languages_known())
    seeds: dict[str, Seed] = {}
    for name in tree.seeds:
        seed, problems, _ = load.seed(root, name)
        yield from problems
        seeds.update({name: seed} if seed else {})
    for seed in seeds.values():
        text, problems = load.with_seed_text(root, seed)
        yield from (
            *problems,
            *as_set(check.check_seed(seed, seeds, text, tree.seeds), site),
            *copy_problems(root, seed),
        )
        yield from missing_translations(seed, site)
    for slug, files in tree.stories.items():
        story, problems = load.story(root, slug, files, site.first_language)
        yield from problems
        if story:
            languages = site.language_codes
            editions = [
                manuscript.read(story, code, site.first_language, manuscript.convert_plainly) for code in languages
            ]
            yield from (problem for _, problems in editions for problem in problems)
            desk = check.Desk(
                site, story, tuple(edition for edition, _ in editions), seeds, tree.seeds, Evidence(seeds)
            )
            yield from check.check_story(desk)


def read_story(root: Path, slug: str = "story", first_language: str = "en") -> Story:
    """A story of a site that can be read without a mistake."""
    tree, _ = inventory.tree(str(root))
    story, problems = load.story(str(root), slug, tree.stories[slug], first_language)
    assert not problems, problems
    assert story
    return story


# --- Single values ---------------------------------------------------------------------------------------------------


class Read(NamedTuple):
    """What came of reading a text."""

    value: Any
    found: list[str]
    """What is wrong, each as `line:column kind`."""


def read_yaml(kind: schema.FieldKind, text: str) -> Read:
    """A text read as a kind of value."""
    text = dedent(text)
    node, problems = compose(text, "f")
    if node is None or problems:
        return Read(None, _places(problems))
    reader = schema.Reader("f", text)
    return Read(kind.read(node, reader), _places(reader.problems))


def read_as(record: type, text: str, **given: Any) -> Read:
    """A text read as a record."""
    text = dedent(text)
    node, problems = compose(text, "f")
    if node is None or problems:
        return Read(None, _places(problems))
    reader = schema.Reader("f", text)
    return Read(read_record(record, node, reader, **given), _places(reader.problems))


def _places(problems: Iterable[Diagnostic]) -> list[str]:
    return [f"{problem.at.line}:{problem.at.column} {problem.kind}" for problem in in_order(problems)]


def character_at(text: str, at: Position) -> str:
    """The rest of the line at a place."""
    return text.split("\n")[at.line - 1][at.column - 1 :]


# --- Evidence --------------------------------------------------------------------------------------------------------


def make_seed(
    name: str,
    statements: Iterable[str] = (),
    *,
    publisher: str | None = None,
    relays: Iterable[str] = (),
    voice_relays: Mapping[str, Iterable[str]] | None = None,
    contradicts: Mapping[str, str] | None = None,
    withdrawn: bool = False,
) -> Seed:
    """A seed from statements written `voice/statement` or `voice/statement/reading`; each publisher is its own.

    Args:
        voice_relays: by voice, those whose word it passes on.
        contradicts: by statement, the one that it contradicts.
    """
    voice_relays, contradicts = voice_relays or {}, contradicts or {}
    parts = [(*statement.split("/"), "testimony")[:3] for statement in statements]
    voices = dict.fromkeys([voice for voice, _, _ in parts] + list(voice_relays))
    return Seed(
        at=HERE,
        id=name,
        title=name,
        publisher=publisher or f"Publisher of {name}",
        kind="news report",
        consulted="in full",
        relays=tuple(Name(other, HERE) for other in relays),
        withdrawn=Withdrawal(HERE, date=parse_date("2020"), reason=text("It erred.")) if withdrawn else None,
        voices={voice: _voice(voice, voice_relays.get(voice, ())) for voice in voices},
        statements={id_: _statement(id_, voice, reading, contradicts.get(id_)) for voice, id_, reading in parts},
    )


def _voice(name: str, relays: Iterable[str]) -> Voice:
    return Voice(HERE, name, described_as=text(name), relays=tuple(Name(other, HERE) for other in relays))


def _statement(name: str, voice: str, reading: Any, contradicted: str | None) -> Statement:
    contradictions = (Contradiction(HERE, statement=cite_at(contradicted), why=text("Why.")),) if contradicted else ()
    return Statement(
        HERE,
        name,
        voice=Name(voice, HERE),
        locator=text("here"),
        says=text("says"),
        reading=reading,
        contradicts=contradictions,
    )


def text(words: str) -> Text:
    """A plain text in the site's first language."""
    return Text(HERE, {"": Wording(words, HERE, words)})


def cite_at(citation: str) -> Cited:
    """A citation as a field holds it."""
    return Cited(parse_citation(citation), HERE)


def cite(citation: str) -> Citation:
    """A citation."""
    return parse_citation(citation)


def evidence(*seeds: Seed) -> Evidence:
    """The evidence of some seeds."""
    return Evidence({seed.id: seed for seed in seeds})
