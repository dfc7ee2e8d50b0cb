"""One way through: load → check → derive → render → audit → write. The command and the server both call `build`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from . import audit, check, derive, exports, files, images, ledger, load, manuscript, prose, render
from .audit import PageFacts
from .diagnostics import Diagnostic, Position, has_errors, in_order, problem
from .languages import languages_known
from .model import Seed, SiteFile
from .prose import Converted
from .views import CardView, CountView, Page, SiteView

Progress = Callable[[int, int], None]
"""Told how many stories are done, and of how many."""
STORIES_WORTH_A_SECOND_PROCESS = 40


@dataclass(frozen=True, slots=True)
class Order:
    """What to build, from where to where."""

    root: str
    """The folder that holds content/ and seeds/."""
    site_folder: str
    work_folder: str
    """For staging, the journal and the ledger of this kind of build."""
    cache_folder: str
    """For what may be shared between kinds of build."""
    drafts: bool = False
    """Whether drafts are built, and errors in them stop the build."""
    processes: int = 0
    """How many to use at most; 0 for as many as there are processors."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a build came to."""

    outcome: Literal["unchanged", "built", "stopped"]
    diagnostics: tuple[Diagnostic, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stories_made: tuple[str, ...] = ()
    stories_reused: int = 0


def build(order: Order, progress: Progress = lambda _done, _all: None) -> Result:
    """Build the site, doing only what the last build's ledger does not already account for.

    Raises:
        files.Busy: another build is under way.
    """
    with files.lock(order.work_folder) as let_go:
        files.recover(order.site_folder, order.work_folder)
        before = ledger.read(ledger_path(order))
        inputs = ledger.scan(order.root, generator_folders())
        if before.describes(inputs, files.listing(order.site_folder)):
            return Result("unchanged", tuple(_diagnostic(row) for row in before.warnings), stories_reused=len(before.stories))
        if foreign := files.foreign_site_folder(order.site_folder):
            return Result("stopped", (problem(Position("site"), "foreign-site-folder", str(foreign), "move them away: a build would delete them"),))
        newsroom, problems = open_newsroom(order)
        if newsroom is None:
            return Result("stopped", in_order(problems))
        kept, stale = _sort_stories(newsroom, before, inputs, order)
        problems += check_seeds(newsroom, stale, ledger.changed(before.inputs, inputs))
        staging = files.Staging(order.work_folder)
        made = _make_all(newsroom, sorted(stale), staging, let_go, progress, order.processes)
        problems += [found for story in made for found in story.diagnostics]
        if not has_errors(problems):
            problems += [_diagnostic(row) for record in kept.values() for row in record["warnings"]]
            records = {**kept, **{story.slug: story.record() for story in made}}
            shared, more = _stage_shared(newsroom, records, staging)
            problems += more
        if has_errors(problems):
            staging.discard()
            return Result("stopped", in_order(problems))
        staged = [*shared, *(path for story in made for path in story.outputs)]
        written, removed = files.publish(order.site_folder, staging, staged, [path for record in kept.values() for path in record["outputs"]])
        problems_ = in_order(problems)
        ledger.write(ledger_path(order), ledger.Ledger(inputs, files.listing(order.site_folder), records, [list(_plain(p)) for p in problems_]))
        return Result("built", problems_, tuple(written), tuple(removed), tuple(story.slug for story in made), len(kept))


def ledger_path(order: Order) -> str:
    """Where the ledger of this kind of build stands."""
    return os.path.join(order.work_folder, "ledger.json")


def generator_folders() -> tuple[str, str, str]:
    """The generator's own code, templates and static files: beside the package in the repository, within it when installed."""
    package = os.path.dirname(os.path.abspath(__file__))
    home = package if os.path.isdir(os.path.join(package, "templates")) else os.path.dirname(package)
    return package, os.path.join(home, "templates"), os.path.join(home, "static")


# --- The newsroom: what all stories share ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The site as read, with what is needed to make any of its stories."""

    order: Order
    site: SiteFile
    tree: load.Tree
    views: tuple[SiteView, ...]
    """One for each language."""
    assets: Mapping[str, str]
    """The published path of each static file, by name."""
    asset_data: Mapping[str, bytes]
    seeds: SeedShelf

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(view.language for view in self.views)


def open_newsroom(order: Order) -> tuple[Newsroom | None, list[Diagnostic]]:
    """Read the site file and list what there is."""
    tree, problems = load.tree(order.root)
    site, more = load.site_file(order.root)
    problems += more
    if site is None:
        return None, problems
    problems += check.check_site(site, tree.stories, languages_known())
    if has_errors(problems):
        return None, problems
    several = len(tree.stories) > 1 or not site.front
    views = tuple(derive.site_view(site, name.value, several) for name in site.languages)
    asset_data = dict(_assets(order.root))
    assets = {name: _asset_path(name, data) for name, data in asset_data.items()}
    return Newsroom(order, site, tree, views, assets, asset_data, SeedShelf(order.root, tree.seeds)), problems


def _assets(root: str) -> Iterable[tuple[str, bytes]]:
    """Each static file, a site's own in place of the generator's."""
    found = {}
    for folder in (generator_folders()[2], os.path.join(root, "static")):
        with suppress(OSError):
            for entry in os.scandir(folder):
                if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                    found[entry.name] = entry.path
    for name in sorted(found):
        with open(found[name], "rb") as file:
            yield name, file.read()


def _asset_path(name: str, data: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"static/{stem}-{files.short_digest(data)}{dot}{ending}"


class SeedShelf:
    """The site's seeds, each read at most once, when a story first needs it."""

    def __init__(self, root: str, names: tuple[str, ...]) -> None:
        self._root = root
        self.names = names
        self._read: dict[str, tuple[Seed | None, list[Diagnostic], str]] = {}

    def take(self, name: str) -> tuple[Seed | None, list[Diagnostic], str]:
        """One seed, what is wrong with its file, and the digest of its bytes."""
        if name not in self._read:
            self._read[name] = load.seed(self._root, name)
        return self._read[name]

    def with_relayed(self, names: Iterable[str]) -> tuple[dict[str, Seed], dict[str, str]]:
        """Those of the named seeds that can be read, and all that they pass on or contradict; with the digests of their files."""
        found: dict[str, Seed] = {}
        digests: dict[str, str] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name in found or name not in self.names:
                continue
            seed, _, digest = self.take(name)
            if seed:
                found[name] = seed
                digests[f"seeds/{name}.yaml"] = digest
                waiting += linked_seeds(seed)
        return found, digests


def linked_seeds(seed: Seed) -> list[str]:
    """The seeds that a seed names: those it relays, whose voices its voices relay, or that it contradicts."""
    linked = [name.value for name in seed.relays]
    linked += [name.value.partition("@")[0] for voice in seed.voices.values() for name in voice.relays if "@" in name.value]
    linked += [reference.seed for statement in seed.statements.values() for c in statement.contradicts for reference in c.statement.citation.references()]
    return list(dict.fromkeys(linked))


def check_seeds(newsroom: Newsroom, stale: Iterable[str], changes: set[str]) -> list[Diagnostic]:
    """What is wrong with the seeds that changed, or with all of them where one came or went or every story is stale."""
    shelf = newsroom.seeds
    touched = {path.removeprefix("seeds/").removesuffix(".yaml") for path in changes if path.startswith("seeds/")}
    names = shelf.names if len(set(stale)) == len(newsroom.tree.stories) or touched - set(shelf.names) else sorted(touched)
    found: list[Diagnostic] = []
    for name in names:
        seed, problems, _ = shelf.take(name)
        found += problems
        if seed:
            text, more = load.with_seed_text(newsroom.order.root, seed)
            seeds, _digests = shelf.with_relayed([name])
            found += [*more, *check.check_seed(seed, seeds, text)]
    return found


# --- Stories ---------------------------------------------------------------------------------------------------------


class StoryMade(NamedTuple):
    """What came of one story."""

    slug: str
    diagnostics: tuple[Diagnostic, ...]
    outputs: tuple[str, ...] = ()
    """Paths of what was staged."""
    seeds: tuple[str, ...] = ()
    cards: Mapping[str, CardView] = {}
    """By language; none for a story that is not in this build."""
    plates: tuple[tuple[str, tuple[int, int], str], ...] = ()
    """Path, shape and reason of the placeholders it shows."""

    def record(self) -> dict[str, Any]:
        """For the ledger."""
        return {"outputs": self.outputs, "seeds": self.seeds, "plates": self.plates, "warnings": [list(_plain(d)) for d in self.diagnostics],
                "cards": {language: _card_row(card) for language, card in self.cards.items()}}


def _sort_stories(newsroom: Newsroom, before: ledger.Ledger, inputs: Mapping[str, ledger.State], order: Order) -> tuple[dict[str, Mapping[str, Any]], set[str]]:
    """Which stories stand as the last build made them, and which must be made."""
    slugs = newsroom.tree.stories.keys()
    present = files.listing(order.site_folder)
    stale = ledger.stale_stories(before, ledger.changed(before.inputs, inputs), slugs)
    stale |= {slug for slug in slugs - stale if any(present.get(path) != before.site.get(path) for path in before.stories[slug]["outputs"])}
    return {slug: before.stories[slug] for slug in sorted(slugs - stale)}, stale


def _make_all(newsroom: Newsroom, slugs: list[str], staging: files.Staging, let_go: Callable[[], None], progress: Progress, processes: int) -> list[StoryMade]:
    """Make stories, in several processes where there are many."""
    workers = min(processes or os.cpu_count() or 1, len(slugs) // STORIES_WORTH_A_SECOND_PROCESS + 1)
    if workers > 1 and hasattr(os, "fork"):
        from .workers import in_processes

        return in_processes(Maker(newsroom, staging).make, slugs, workers, let_go, progress)
    maker = Maker(newsroom, staging)
    made = []
    for slug in slugs:
        made.append(maker.make(slug))
        progress(len(made), len(slugs))
    return made


class Maker:
    """Takes one story after another through all stages but the last, with templates and caches kept open."""

    def __init__(self, newsroom: Newsroom, staging: files.Staging | None) -> None:
        self._newsroom = newsroom
        self._staging = staging
        self._store = files.Store(newsroom.order.cache_folder)
        own, root = generator_folders()[1], os.path.join(newsroom.order.root, "templates")
        folders = (root, own) if os.path.isdir(root) and root != own else (own,)
        self._environment = render.make_environment(folders, None, newsroom.assets)

    def make(self, slug: str) -> StoryMade:
        """Load, check, derive, render, audit and stage one story."""
        story, editions, problems, seeds = self.read(slug)
        if story is None or (story.front.status == "draft" and not self._newsroom.order.drafts):
            return StoryMade(slug, tuple(problems), seeds=tuple(seeds.found))
        if has_errors(problems) or self._staging is None:
            return StoryMade(slug, tuple(problems))
        cards, outputs, facts = {}, [], {}
        for view, edition in zip(self._newsroom.views, editions, strict=True):
            story_view = derive.story_view(self._newsroom.site, story, edition, seeds.found, seeds.digests)
            cards[view.language] = derive.card(self._newsroom.site, view, story_view)
            pages = derive.story_pages(self._newsroom.site, view, story_view)
            for page in (*pages, *derive.moved_pages(self._newsroom.site, pages)):
                problems += self.stage_page(page, facts)
                outputs.append(page.path)
            if story_view.prices:
                folder = derive.story_folder(self._newsroom.site, slug, view.language)
                for name, data in exports.price_data(story, edition, story_view.prices):
                    self._staging.add(folder + name, data)
                    outputs.append(folder + name)
        plates = tuple(dict.fromkeys((derive.plate_path(e), e.shape, e.absent or "") for e in story.exhibits.values()))
        problems += audit.across(facts, {*outputs, *(plate[0] for plate in plates), *shared_paths(self._newsroom)})
        return StoryMade(slug, tuple(problems), tuple(outputs), tuple(seeds.found), cards, plates)

    def read(self, slug: str) -> tuple[Any, list[manuscript.Manuscript], list[Diagnostic], SeedsOfStory]:
        """Load and check one story; errors in a draft are warnings to a build that leaves it out."""
        newsroom = self._newsroom
        first = newsroom.site.first_language
        story, problems = load.story(newsroom.order.root, slug, newsroom.tree.stories[slug], first)
        if story is None:
            return None, [], problems, SeedsOfStory({}, {})
        editions = []
        for language in newsroom.languages:
            edition, more = manuscript.read(story, language, first, self._convert)
            editions.append(edition)
            problems += more
        seeds = SeedsOfStory(*newsroom.seeds.with_relayed(derive.cited_seeds(story, editions[0])))
        problems += check.check_story(check.Desk(newsroom.site, story, tuple(editions), seeds.found, newsroom.seeds.names))
        if story.front.status == "draft" and not newsroom.order.drafts:
            problems = [replace(found, severity="warning") for found in problems]
        return story, editions, list(in_order(problems)), seeds

    def _convert(self, text: str, one_paragraph: bool) -> Converted:
        """Markdown, from the cache where the same text was converted before."""
        if len(text) < 400 and "\n" not in text:
            return manuscript.convert_plainly(text, one_paragraph)
        key = files.cache_key("markdown", prose.VERSION, markdown_version(), str(one_paragraph), text)
        if (stored := self._store.get(key)) is not None:
            return prose.from_json(stored)
        converted = manuscript.convert_plainly(text, one_paragraph)
        self._store.put(key, prose.to_json(converted))
        return converted

    def stage_page(self, page: Page, facts: dict[str, PageFacts]) -> list[Diagnostic]:
        assert self._staging is not None
        html, problems = render.render(page, self._environment, self._newsroom.asset_data.get("style.css", b"").decode())
        if not problems:
            facts[page.path] = audit.page_facts(page.path, html, page.site.url or None)
            self._staging.add(page.path, html.encode())
        return problems


class SeedsOfStory(NamedTuple):
    """The seeds a story rests on, and the digests of their files by path."""

    found: dict[str, Seed]
    digests: dict[str, str]


def markdown_version() -> str:
    """Of the libraries that shape converted text."""
    from importlib.metadata import version

    return f"{version('markdown')} {version('nh3')}"


# --- What belongs to no story ----------------------------------------------------------------------------------------


def shared_paths(newsroom: Newsroom) -> set[str]:
    """What a story's pages may lead to beyond the story."""
    return {*newsroom.assets.values(), *(view.index for view in newsroom.views if view.several_stories)}


def _stage_shared(newsroom: Newsroom, records: Mapping[str, Mapping[str, Any]], staging: files.Staging) -> tuple[list[str], list[Diagnostic]]:
    """Stage style sheet, icon, placeholders, index and the page for missing addresses."""
    maker, facts, staged = Maker(newsroom, staging), {}, []
    for name, path in newsroom.assets.items():
        staging.add(path, newsroom.asset_data[name])
        staged.append(path)
    for path, shape, reason in sorted({(plate[0], tuple(plate[1]), plate[2]) for record in records.values() for plate in record["plates"]}):
        staging.add(path, _plate(files.Store(newsroom.order.cache_folder), shape, reason))  # type: ignore[arg-type]
        staged.append(path)
    staging.add(".nojekyll", b"")
    pages = [derive.missing_page(newsroom.views[0])]
    for view in newsroom.views:
        if view.several_stories:
            cards = tuple(_card(record["cards"][view.language]) for record in records.values() if view.language in record["cards"])
            pages.append(derive.index_page(newsroom.site, view, tuple(sorted(cards, key=lambda card: (card.published_iso, card.slug), reverse=True))))
    problems = [found for page in pages for found in maker.stage_page(page, facts)]
    stories = [path for record in records.values() for path in record["outputs"]]
    problems += [audit_problem for name in newsroom.assets if name.endswith(".css")
                 for audit_problem in _css_diagnostics(name, newsroom.asset_data[name].decode())]
    problems += audit.across(facts, {*staged, *stories, *(page.path for page in pages)})
    return [*staged, ".nojekyll", *(page.path for page in pages)], problems


def _css_diagnostics(name: str, text: str) -> list[Diagnostic]:
    return [problem(Position(f"static/{name}"), *found) for found in audit.css_problems(f"static/{name}", text)]


def _plate(store: files.Store, shape: tuple[int, int], reason: str) -> bytes:
    """A placeholder's drawing, from the cache where it was drawn before."""
    key = files.cache_key("plate", images.RECIPE_VERSION, images.encoder_version(), f"{shape[0]}:{shape[1]}", reason)
    if (stored := store.get(key)) is not None:
        return stored
    drawn = images.plate(shape, reason)
    store.put(key, drawn)
    return drawn


# --- Rows of the ledger ----------------------------------------------------------------------------------------------


def _plain(found: Diagnostic) -> tuple[Any, ...]:
    return (*found.at, found.kind, found.message, found.hint, found.severity)


def _diagnostic(row: list[Any]) -> Diagnostic:
    file, line, column, kind, message, hint, severity = row
    return Diagnostic(Position(file, line, column), kind, message, hint, severity)


def _card_row(card: CardView) -> list[Any]:
    return [card.slug, card.path, card.title, card.standfirst, card.place, card.published, card.published_iso, card.draft, [list(count) for count in card.counts]]


def _card(row: list[Any]) -> CardView:
    return CardView(*row[:-1], counts=tuple(CountView(*count) for count in row[-1]))
