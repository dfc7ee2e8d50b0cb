"""Proofs: the few pages that somebody is looking at, made and put in their places before all the rest of a build.

A proof goes through the same stages as in a build, with what the last save did not touch kept at hand. It is never the
last word: the build that follows looks at everything anew, and comes to the same bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from . import audit, files, inventory, ledger, series, workfolder
from .audit import PageFacts
from .diagnostics import Diagnostic, has_errors, in_order
from .maker import Maker, SeedsOfStory, templates_in
from .manuscript import Manuscript
from .memory import Memory
from .newsroom import Newsroom, open_newsroom, static_files
from .order import Order, generator_folders, has_tripwires
from .pages import edition_folder, story_folder

if TYPE_CHECKING:
    from jinja2 import Environment

    from .views import PartView, StoryView


class Proof(NamedTuple):
    """What came of a proof."""

    stories: tuple[str, ...]
    """Those that were read for it."""
    diagnostics: tuple[Diagnostic, ...]
    """What is wrong in their folders and in what was saved; pages are put in their places only where nothing is."""
    written: tuple[str, ...] = ()
    """The files of the preview that are now others."""


class _Pulled:
    """Pages as they come, in place of the staging area of a build."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}

    def add(self, path: str, data: bytes) -> None:
        self.pages[files.checked_output(path)] = data


class _Place(NamedTuple):
    """Whose page an address is."""

    slug: str
    language: str


class Read(NamedTuple):
    """An edition of a story as the last proof read it."""

    view: StoryView
    edition: Manuscript
    seeds: SeedsOfStory
    home: str
    """The folder of its pages in the site, empty or with a slash at its end."""
    first: str
    """The site's first language."""


class Proofs:
    """Pulls proofs, one after another, of one site.

    It keeps the newsroom (the site file, which stories and seeds there are, the static files), the templates, and a
    memory of what was read and converted. Each proof is told which files were saved since the one before, and keeps
    what does not come from them; `forget` throws everything away, as after a save of which nobody knows what it was.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._root = os.path.realpath(order.root)
        self._memory = Memory()
        self._newsroom: Newsroom | None = None
        self._templates: dict[str, Environment] = {}
        self._read: dict[_Place, Read] = {}
        self._as_it_is: set[_Place] = set()

    def last_read(self, page: str) -> Read | None:
        """The edition of the story that a page in the preview belongs to, as it last was without a mistake."""
        place = self._place(page)
        return self._read.get(place) if place else None

    def knows(self, page: str) -> bool:
        """Whether the edition of the story that a page belongs to has been read as it is now."""
        return self._place(page) in self._as_it_is

    def _place(self, page: str) -> _Place | None:
        return _place(page, self._newsroom) if self._newsroom else None

    def forget(self) -> None:
        """Keep nothing but the answers that content alone decides."""
        self._newsroom = None
        self._templates = {}
        self._as_it_is = set()

    def pull(self, saved: Collection[str], looked_at: Collection[str]) -> Proof | None:
        """Make the pages that are looked at, and put those in place that have changed.

        Args:
            saved: every file that was saved since the last proof.
            looked_at: paths of pages in the preview. Where none of them is of a story that was saved, the first page
                of that story is made.

        Returns:
            Nothing where only a whole build can tell.
        """
        touched = list(self._touched(saved))
        newsroom = self._newsroom = self._brought_up_to_date(touched)
        if newsroom is None:
            return None
        stories = {slug for slug in map(_slug, touched) if slug in newsroom.tree.stories}
        only_stories = bool(touched) and all(_slug(path) for path in touched)
        self._as_it_is = {place for place in self._as_it_is if only_stories and place.slug not in stories}
        places = {path: place for path in looked_at if (place := _place(path, newsroom))}
        if only_stories:
            places = {path: place for path, place in places.items() if place.slug in stories}
        for slug in stories - {place.slug for place in places.values()}:
            first = newsroom.site.first_language
            places[story_folder(newsroom.site, slug, first) + "index.html"] = _Place(slug, first)
        return self._pulled(newsroom, touched, places)

    # --- What is kept ---

    def _touched(self, saved: Iterable[str]) -> Iterator[str]:
        """The paths of what was saved from the site's root; the generator's own files as if they were the site's."""
        own = [(os.path.realpath(folder), name) for folder, name in zip(generator_folders(), _OWN, strict=True)]
        for path in saved:
            for folder, name in ((self._root, ""), *reversed(own)):
                if path.startswith(folder + os.sep):
                    yield Path(name, os.path.relpath(path, folder)).as_posix()
                    break

    def _brought_up_to_date(self, touched: Collection[str]) -> Newsroom | None:
        newsroom = self._newsroom
        for path in touched if newsroom else ():
            newsroom = self._after(path, newsroom) if newsroom else None
        if newsroom is None:
            newsroom, problems = open_newsroom(self._order, self._memory)
            newsroom = None if has_errors(problems) else newsroom
            self._templates = {}
        if newsroom and not self._templates:
            self._templates = {language: templates_in(newsroom, language) for language in newsroom.languages}
        return newsroom

    def _after(self, path: str, newsroom: Newsroom) -> Newsroom | None:
        """The newsroom once a file was saved; nothing where it is to be opened anew."""
        kind, _, rest = path.partition("/")
        slug, name = _slug(path), rest.removesuffix(".yaml")
        if slug in newsroom.tree.stories:
            problems: list[Diagnostic] = []
            names = inventory.story_files(self._order.root, slug, problems)
            known = newsroom.tree.stories[slug]
            if not problems and names == known:
                return newsroom
            stories = MappingProxyType({**newsroom.tree.stories, slug: names})
            return None if problems else replace(newsroom, tree=replace(newsroom.tree, stories=stories))
        if kind == "seeds" and name in newsroom.seeds.names and files.is_plain_file(f"{self._order.root}/{path}"):
            return replace(newsroom, seeds=newsroom.seeds.without({name}))
        if kind == "static":
            assets, data, problems = static_files(self._order.root)
            self._templates = {}  # they know where static files are
            return None if problems else replace(newsroom, assets=assets, asset_data=data)
        if kind == "templates":
            self._templates = {}  # a file may stand in place of another from now on
            return newsroom
        return None

    # --- Pulling ---

    def _pulled(self, newsroom: Newsroom, touched: Collection[str], places: Mapping[str, _Place]) -> Proof | None:
        pulled, facts = _Pulled(), dict[str, PageFacts]()
        maker = Maker(newsroom, None, self._memory, self._templates, place_of=self._place_in_series)
        seeds = [path.removeprefix("seeds/").removesuffix(".yaml") for path in touched if path.startswith("seeds/")]
        problems = newsroom.problems_of_seeds(seeds)
        stories = dict.fromkeys(place.slug for place in places.values())
        for slug in stories:
            wanted = {path: place.language for path, place in places.items() if place.slug == slug}
            translated = {language for path in touched if (language := _language(path, slug))}
            problems += self._lay_out(maker, newsroom, slug, wanted, translated, pulled, facts)
        if not self._has_pictures_for(facts, newsroom):
            return None
        problems += audit.across(facts, {path for each in facts.values() for path, _ in (*each.links, *each.assets)})
        problems += self._tripped(pulled)
        made = () if has_errors(problems) else self._put(newsroom, pulled)
        return Proof(tuple(stories), in_order(problems), tuple(made))

    def _lay_out(
        self,
        maker: Maker,
        newsroom: Newsroom,
        slug: str,
        wanted: Mapping[str, str],
        translated: set[str],
        pulled: _Pulled,
        facts: dict[str, PageFacts],
    ) -> list[Diagnostic]:
        """Read a story, and lay out those of its pages that are wanted, given as language by path.

        Args:
            translated: languages whose editions are to be looked at besides, for they were saved.
        """
        languages = set(wanted.values())
        site, views = newsroom.site, {view.language: view for view in newsroom.views}
        story, editions, problems, seeds = maker.read(slug, languages | translated)
        if story is None or has_errors(problems):
            return problems
        for edition in (each for each in editions if each.language in languages):
            made = maker.pages(views[edition.language], story, edition, seeds)
            view, all_pages = made.telling.view, (*made.own, *made.moved)
            home, place = story_folder(site, slug, edition.language), _Place(slug, edition.language)
            self._as_it_is.add(place)
            self._read[place] = Read(view, edition, seeds, home, site.first_language)
            for page in all_pages:
                if page.path in wanted:
                    problems += maker.lay_out(page, pulled, facts)
        return problems

    def _place_in_series(self, slug: str) -> Mapping[str, PartView]:
        """As the last build had it: only a build reads the other parts."""
        kept = ledger.read(self._order.ledger_path).stories().get(slug)
        return series.from_plain(kept["place"]) if kept else {}

    def _has_pictures_for(self, facts: Mapping[str, PageFacts], newsroom: Newsroom) -> bool:
        """Whether the pictures and the like that pages show are all there. What they lead to, the build will look at."""
        wanted = {path for each in facts.values() for path, _ in each.assets} - set(newsroom.assets.values())
        return all(files.is_plain_file(f"{self._order.site_folder}/{path}") for path in wanted)

    def _tripped(self, pulled: _Pulled) -> list[Diagnostic]:
        if not has_tripwires(self._order.root):
            return []
        from . import tripwires

        wires, problems = tripwires.read(self._order.root)
        return [
            *problems,
            *(found for path, data in pulled.pages.items() for found in tripwires.in_file(wires, path, data)),
        ]

    def _put(self, newsroom: Newsroom, pulled: _Pulled) -> list[str]:
        """Put what has changed in its place, style sheets and the like before the pages that ask for them."""
        statics = {path: newsroom.asset_data[name] for name, path in newsroom.assets.items()}
        changed = [*_changed(self._order.site_folder, {**statics, **pulled.pages})]
        if not changed or not Path(self._order.site_folder, ".gitignore").is_file():
            return []
        with workfolder.lock(self._order.work_folder, 0.0):
            for path, data in changed:
                files.put(files.make_way(self._order.site_folder, path, set()), data, durable=False)
        return [path for path, _ in changed]


_OWN = ("generator", "templates", "static")


def _slug(path: str) -> str:
    """The story whose file this is, or nothing."""
    folder, _, rest = path.partition("/")
    return rest.partition("/")[0] if folder == "content" and "/" in rest else ""


def _language(path: str, slug: str) -> str:
    """The language whose edition of a story this file is; nothing for other files."""
    found = re.fullmatch(r"index\.([\w-]+)\.md", path.removeprefix(f"content/{slug}/"))
    return found[1] if found else ""


def _place(path: str, newsroom: Newsroom) -> _Place | None:
    """Whose page stands at a path; nothing for those that are no story's."""
    site = newsroom.site
    views = sorted(newsroom.views, key=lambda view: -len(edition_folder(site, view.language)))
    view = next(view for view in views if path.startswith(edition_folder(site, view.language)))
    rest = path.removeprefix(edition_folder(site, view.language))
    slug = rest.partition("/")[0]
    if slug not in newsroom.tree.stories:
        slug = site.front.value if site.front else ""
    return _Place(slug, view.language) if slug in newsroom.tree.stories else None


def _changed(folder: str, made: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of what is not in a folder as it was made."""
    for path, data in made.items():
        there = None
        with suppress(OSError):
            there = files.read(f"{folder}/{path}")
        if there != data:
            yield path, data
