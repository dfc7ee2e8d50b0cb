"""One story after another through all stages but the last: load, check, derive, render, audit, and into staging."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from . import (
    audit,
    cards,
    check,
    check_corrections,
    codes,
    copies,
    correctionviews,
    derive,
    exhibitviews,
    exports,
    iiif,
    load,
    manuscript,
    newsdata,
    offline,
    pages,
    prose,
    reach,
    render,
    series,
    socialcard,
    store,
    templating,
    versions,
    whereabouts,
)
from .audit import PageFacts
from .claimviews import Words
from .diagnostics import Diagnostic, Position, has_errors, in_order, problem
from .evidence import Evidence
from .evidence_data import DocumentRows, Telling
from .memory import Forgetful, Memory
from .model import Seed, SiteFile, Story
from .newsroom import Newsroom, linked_seeds
from .order import generator_folders
from .price_data import price_rows
from .prose import Converted
from .series import Part
from .socialcard import Card
from .storymade import StoryMade
from .subjects import subjects
from .timings import UNWATCHED, Unwatched
from .unused import Uses, uses
from .views import (
    CardPicture,
    CardView,
    ListedCorrection,
    Page,
    PartView,
    SiteView,
)
from .workfolder import Staging

if TYPE_CHECKING:
    from jinja2 import Environment

STYLE_SHEETS = ("style.css", "pages.css")
"""Those of a page beside the story, in their order."""


class SeedsOfStory(NamedTuple):
    """The seeds a story rests on."""

    names: tuple[str, ...]
    """Of those it cites and of those that they pass on or contradict, whether they can be read or not."""
    found: dict[str, Seed]
    digests: dict[str, str]
    """Of their files, by path."""
    evidence: Evidence
    """Of those found; it remembers what it was asked."""
    uses: Uses = Uses()


class EditionPages(NamedTuple):
    """One edition of a story as its pages show it."""

    telling: Telling
    own: tuple[Page, ...]
    offline: Page
    """Still without its parts, which the others are."""
    moved: tuple[Page, ...]
    """Pages at addresses where its own once were."""
    card: Card | None = None


class Tray(Protocol):
    """Where pages are put as they are made: a build's staging area, or the hand that holds a proof."""

    def add(self, path: str, data: bytes) -> None:
        """Put down one output under its path in `site/`."""


StoryRead: TypeAlias = tuple[Story | None, list[manuscript.Manuscript], list[Diagnostic], SeedsOfStory]
"""A story with its editions, what is wrong with it, and its seeds."""


class Maker:
    """Takes one story after another through all stages but the last, with templates and caches kept open."""

    def __init__(
        self,
        newsroom: Newsroom,
        staging: Staging | None,
        memory: Memory | None = None,
        templates: Mapping[str, Environment] | None = None,
        before_page: Callable[[], None] = lambda: None,
        watch: Unwatched = UNWATCHED,
        place_of: Callable[[str], Mapping[str, PartView]] = lambda _slug: {},
    ) -> None:
        self._newsroom = newsroom
        self._staging = staging
        self._store = store.Store(newsroom.order.cache_folder)
        self._documents = DocumentRows()
        self._memory = memory or Forgetful()
        self._before_page = before_page
        self._watch = watch
        self.place_of = place_of
        """Where in its series a story stands, by language; asked for those that are of one."""
        self._ahead: dict[str, StoryRead] = {}
        self._templates = templates or {language: templates_in(newsroom, language) for language in newsroom.languages}

    def part_ahead(self, slug: str) -> Part | None:
        """What a story is of its series, once it is read; nothing where it is of none or in no page of this build."""
        if not load.story_holds(self._newsroom.order.root, slug, "series"):
            return None
        story, editions, problems, _ = self._ahead[slug] = self.read(slug)
        if story is None or has_errors(problems) or not self._is_shown(story):
            return None
        return series.part_of(story, editions, self._newsroom.site.first_language)

    def _is_shown(self, story: Story) -> bool:
        status = story.front.status
        return status == "published" or (status == "draft" and self._newsroom.order.drafts)

    def make(self, slug: str) -> StoryMade:
        """Load, check, derive, render, audit and stage one story."""
        made = self._watch.time("rest", self._made, slug)
        return made._replace(spent=self._watch.drain())

    def _made(self, slug: str) -> StoryMade:
        watch = self._watch
        story, editions, problems, seeds = self._ahead.pop(slug) if slug in self._ahead else self.read(slug)
        problems += watch.time("check", self._newsroom.problems_of_seeds, seeds.names)
        staging = self._staging
        if story is None or has_errors(problems) or staging is None:
            return StoryMade(slug, tuple(problems), seeds=seeds.names, uses=seeds.uses)
        if story.front.status == "draft" and not self._newsroom.order.drafts:
            return StoryMade(slug, tuple(problems), seeds=seeds.names, uses=seeds.uses)
        if story.front.status == "withdrawn":
            return self._make_notices(story, problems, staging)
        site, shared = self._newsroom.site, self._newsroom.shared_paths()
        told: dict[str, CardView] = {}
        pictures: dict[str, Card] = {}
        corrections: dict[str, tuple[ListedCorrection, ...]] = {}
        outputs: list[str] = []
        facts: dict[str, PageFacts] = {}
        fingerprint = derive.fingerprint({**story.digests, **seeds.digests})
        own_pages: tuple[Page, ...] = ()
        sources: tuple[list[Any], ...] = ()
        voices: dict[str, Mapping[str, str]] = {}
        waiting: list[str] = []
        for view, edition in zip(self._newsroom.views, editions, strict=True):
            made = watch.time("derive", self.pages, view, story, edition, seeds)
            told[view.language] = pages.card(site, view, made.telling.view)
            sources, voices[view.language] = reach.source_rows(made.telling.view), reach.voice_words(made.telling.view)
            shared |= {label.path for page in made.own for label in pages.labels_on(page)}
            corrections[view.language] = correctionviews.listed(site, story, made.telling.view, view.language)
            problems += self._lay_out_all(made, staging, facts, waiting)
            outputs += [page.path for page in (*made.own, made.offline, *made.moved)]
            if made.card:
                pictures[socialcard.path(slug, made.card)] = made.card
            own_pages = made.own
            outputs += self._stage_data(made.telling, staging)
        problems += watch.time("write", tuple, self._stage_copies(slug, seeds, staging, outputs))
        photographs = exhibitviews.photographs(story)
        outputs += [*pictures, *(path for photograph in photographs for path in photograph.all())]
        plates = exhibitviews.plates(story)
        on_pages = watch.time("audit", audit.across, facts, {*outputs, *(plate[0] for plate in plates), *shared})
        problems += whereabouts.at_their_authors(on_pages, story, editions)
        digests = {path: "" if path in waiting else staging.digests.get(path, "") for path in outputs}
        names, days = tuple(page.name for page in own_pages), _days(story)
        return StoryMade(
            slug,
            tuple(problems),
            digests,
            seeds.names,
            told,
            corrections,
            plates=plates,
            uses=seeds.uses,
            fingerprint=fingerprint,
            days=days,
            subjects=subjects(story, site.first_language),
            part=series.part_of(story, editions, site.first_language),
            place=self.place_of(slug) if story.front.series else {},
            sources=sources,
            voices=voices,
            pages=names,
            photographs=photographs,
            pictures=pictures,
            waiting=tuple(waiting),
        )

    def _stage_data(self, telling: Telling, staging: Staging) -> Iterator[str]:
        """Stage what machines read of an edition; the paths of all that."""
        watch, site = self._watch, telling.site
        manifests = iiif.manifests(telling.story, telling.manuscript, site, telling.view, telling.words, telling.folder)
        found = chain(exports.data_files(telling, self._documents), manifests)
        for path, data in watch.time("derive", tuple, found):
            watch.time("write", staging.add, path, data)
            yield path

    def _stage_copies(
        self, slug: str, seeds: SeedsOfStory, staging: Staging, outputs: list[str]
    ) -> Iterator[Diagnostic]:
        """Stage the copies of documents that readers may download, once for all editions."""
        site, root = self._newsroom.site, self._newsroom.order.root
        folder = pages.story_folder(site, slug, site.first_language)
        for seed in seeds.found.values():
            path, kept = copies.published_path(seed), copies.path_of(seed)
            if path and kept:
                data = copies.bytes_at(root, kept)
                if isinstance(data, Diagnostic) or copies.is_altered(seed, data):
                    message = f"`{kept}` changed while the site was built"
                    yield problem(Position(kept), "altered-copy", message, "build again")
                else:
                    staging.add(folder + path, data)
                    outputs.append(folder + path)

    def _make_notices(self, story: Story, problems: list[Diagnostic], staging: Staging) -> StoryMade:
        """In the place of a story that was taken down: pages that say so, and nothing else of it."""
        site, notices = self._newsroom.site, {}
        facts: dict[str, PageFacts] = {}
        for view in self._newsroom.views:
            notice = correctionviews.notice_view(site, story, Words(view.language, site.first_language))
            notices[view.language] = notice
            for page in pages.withdrawn_pages(site, view, story.slug, notice):
                problems += self.lay_out(page, staging, facts)
        problems += audit.across(facts, {*facts, *self._newsroom.shared_paths()})
        digests = {path: staging.digests[path] for path in facts}
        day = notices[site.first_language].date_iso
        return StoryMade(story.slug, tuple(problems), digests, notices=notices, days=(day, day))

    def pages(self, view: SiteView, story: Story, edition: manuscript.Manuscript, seeds: SeedsOfStory) -> EditionPages:
        """One edition of a story, and all pages that show it or lead to it."""
        site = self._newsroom.site
        story_view = derive.story_view(site, story, edition, seeds.found, seeds.digests, seeds.evidence)
        words, folder = Words(view.language, site.first_language), pages.story_folder(site, story.slug, view.language)
        prices = price_rows(story, edition, story_view.prices) if story_view.prices else []
        telling = Telling(story, edition, story_view, view, seeds.found, words, folder, prices)
        structured, code, picture = "", None, None
        part = self.place_of(story.slug).get(view.language) if story.front.series else None
        card = cards.card_of(site, view, story.front, story_view, self._templates[view.language])
        if card:
            picture = CardPicture(socialcard.path(story.slug, card), card.headline)
        if view.url:
            structured = newsdata.structured_data(telling, picture, part)
            code = self._code(f"{view.url}/{folder}index.html")
        own_pages = pages.story_pages(site, view, story_view, structured, code, picture, part)
        single = pages.offline_page(site, view, story_view, code, part)
        return EditionPages(telling, own_pages, single, pages.moved_pages(site, own_pages), card)

    def read(
        self, slug: str, languages: Collection[str] | None = None
    ) -> tuple[Story | None, list[manuscript.Manuscript], list[Diagnostic], SeedsOfStory]:
        """Load and check one story; errors in a draft are warnings to a build that leaves it out.

        Args:
            languages: of the editions to be read besides the first; all of them where it does not say.
        """
        newsroom, watch = self._newsroom, self._watch
        first = newsroom.site.first_language
        files = newsroom.tree.stories[slug]
        story, problems = watch.time("load", load.story, newsroom.order.root, slug, files, first, self._memory)
        if story is None:
            return None, [], problems, SeedsOfStory((), {}, {}, Evidence({}))
        if story.front.status == "withdrawn":
            nothing = SeedsOfStory((), {}, {}, Evidence({}))
            return story, [], _problems_of_withdrawn(story, problems, newsroom.site), nothing
        editions = []
        for language in newsroom.languages:
            if languages is not None and language not in (first, *languages):
                continue
            edition, more = watch.time("convert", manuscript.read, story, language, first, self._convert)
            editions.append(edition)
            problems += more
        references = derive.cited_references(story, editions[0])
        contradicting = watch.time("load", newsroom.seeds.contradicting, references)
        cited = tuple(dict.fromkeys((*(reference.seed for reference in references), *contradicting)))
        found, digests = watch.time("load", newsroom.seeds.with_relayed, cited)
        evidence = self._memory.once(("evidence", *sorted(digests.items())), lambda: Evidence(found))
        desk = check.Desk(newsroom.site, story, tuple(editions), found, newsroom.seeds.names, evidence)
        problems += watch.time("check", check.check_story, desk)
        problems += watch.time("check", list, cards.sign_problems(newsroom.site, story, editions))
        # What a source that cannot be read does to a story is no change of the story's.
        legible = {*cited} & {*newsroom.seeds.names} <= found.keys()
        if languages is None and legible and not has_errors(problems):
            problems += watch.time("check", list, check_corrections.correction_problems(story, editions, found))
            problems += watch.time("check", versions.problems, story, editions, found) if story.published else []
        if story.front.status == "draft" and not newsroom.order.drafts:
            problems = [replace(each, severity="warning") for each in problems]
        linked = (name for seed in found.values() for name in linked_seeds(seed))
        names = tuple(dict.fromkeys((*cited, *found, *linked)))
        seeds = SeedsOfStory(names, found, digests, evidence, uses(references, found))
        return story, editions, list(in_order(problems)), seeds

    def _convert(self, text: str, one_paragraph: bool) -> Converted:
        """Markdown, from the cache where the same text was converted before."""
        return self._memory.once(("markdown", one_paragraph, text), lambda: self._converted(text, one_paragraph))

    def _converted(self, text: str, one_paragraph: bool) -> Converted:
        if len(text) < 400 and "\n" not in text:
            self._watch.count("texts", made=1)
            return manuscript.convert_plainly(text, one_paragraph)
        key = store.cache_key("markdown", prose.VERSION, converter_version(), str(one_paragraph), text)
        if (stored := self._store.get(key)) is not None:
            self._watch.count("texts", kept=1)
            return prose.from_json(stored)
        self._watch.count("texts", made=1)
        converted = manuscript.convert_plainly(text, one_paragraph)
        self._store.put(key, prose.to_json(converted))
        return converted

    def _code(self, address: str) -> codes.Code:
        """The QR code of an address, from the cache where it was made before."""
        key = store.cache_key("code", codes.version(), str(codes.QUIET), address)
        if (stored := self._store.get(key)) is not None:
            size, _, path = stored.decode().partition(" ")
            return codes.Code(int(size), path)
        code = codes.code(address)
        self._store.put(key, f"{code.size} {code.path}".encode())
        return code

    def _lay_out_all(
        self, edition: EditionPages, staging: Staging, facts: dict[str, PageFacts], waiting: list[str]
    ) -> list[Diagnostic]:
        """Lay out every page of an edition; add its offline page to `waiting` where that has pictures to come."""
        laid_out, problems = {}, []
        for page in edition.own:
            laid_out[page.name], more = self._laid_out(page, staging, facts)
            problems += more
        if not all(laid_out.values()):
            return problems  # where a page has failed, there is nothing to make the others of
        parts = self._watch.time("render", offline.parts, edition.offline, laid_out)
        single = replace(edition.offline, parts=parts)
        for page in (single, *edition.moved):
            problems += self.lay_out(page, staging, facts)
        if offline.waits(single.parts):
            waiting.append(single.path)
        return problems

    def lay_out(self, page: Page, tray: Tray, facts: dict[str, PageFacts]) -> list[Diagnostic]:
        """Render a page and put it down, and add what the audit must know of it to `facts`."""
        return self._laid_out(page, tray, facts)[1]

    def _laid_out(self, page: Page, tray: Tray, facts: dict[str, PageFacts]) -> tuple[str, list[Diagnostic]]:
        """The same, with the page as it was put down."""
        self._before_page()
        style = "".join(self._newsroom.asset_data.get(name, b"").decode() for name in STYLE_SHEETS)
        watch = self._watch
        html, problems = watch.time("render", render.render, page, self._templates[page.site.language], style)
        if not problems:
            watch.count("pages", made=1)
            facts[page.path] = watch.time("audit", audit.page_facts, page.path, html, page.site.url or None)
            watch.time("write", tray.add, page.path, html.encode())
        return html, problems


def templates_in(newsroom: Newsroom, language: str) -> Environment:
    """The templates in one language, which are kept compiled where Python keeps our modules compiled."""
    compiled = None if sys.dont_write_bytecode else str(Path(generator_folders()[0], "__pycache__", "templates"))
    return templating.make_environment(newsroom.template_folders(), compiled, newsroom.assets, language)


def converter_version() -> str:
    """Of the libraries that shape converted text."""
    import markdown
    import nh3

    return f"{markdown.__version__} {nh3.__version__}"  # type: ignore[attr-defined]


def _problems_of_withdrawn(story: Story, problems: list[Diagnostic], site: SiteFile) -> list[Diagnostic]:
    """What is wrong with a story that was taken down: what nobody will see must not keep it up."""
    of_no_weight = [replace(each, severity="warning") for each in problems if each.at.file != story.front.at.file]
    of_weight = [each for each in problems if each.at.file == story.front.at.file]
    return list(in_order((*of_weight, *of_no_weight, *check.withdrawal_problems(story, site))))


def _days(story: Story) -> tuple[str, str]:
    """When a story was published, and when it last changed in substance: by its own word, or by a correction."""
    front = story.front
    published = front.published.text if front.published else ""
    dates = [date.text for date in (front.updated, *(correction.date for correction in front.corrections)) if date]
    return published, max((date for date in (published, *dates) if "X" not in date), default="")
