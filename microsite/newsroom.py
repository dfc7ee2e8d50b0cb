"""What all stories of a site share: the site file, the list of stories, the seeds, the static files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from . import audit, check, derive, files, inventory, load, versions
from .check_editions import missing_translations
from .citations import Reference
from .copies import copy_problems
from .diagnostics import Diagnostic, Position, problem
from .evidence_data import SCHEMA_PATH
from .languages import has_own_table, languages_known, use_languages_of, what_is_wrong_with
from .ledger import changed_seeds
from .manifest import MANIFEST_PATH
from .memory import Forgetful, Memory
from .model import Seed, SiteFile
from .order import Order, generator_folders
from .rules import as_set
from .sourcewords import what_is_wrong_with_words
from .views import SiteView


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The site as read, with what is needed to make any of its stories."""

    order: Order
    site: SiteFile
    tree: inventory.Tree
    views: tuple[SiteView, ...]
    """One for each language."""
    assets: Mapping[str, str]
    """The published path of each static file, by name."""
    asset_data: Mapping[str, bytes]
    seeds: SeedShelf

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(view.language for view in self.views)

    def problems_of_seeds(self, names: Iterable[str]) -> list[Diagnostic]:
        """What is wrong with some seeds."""
        return [found for name in names for found in self.seeds.problems(name, self._problems_of_seed)]

    def _problems_of_seed(self, name: str) -> list[Diagnostic]:
        seed, problems, _ = self.seeds.take(name)
        if seed is None:
            return problems
        text, more = load.with_seed_text(self.order.root, seed)
        seeds, _digests = self.seeds.with_relayed([name])
        wrong = as_set(check.check_seed(seed, seeds, text, self.seeds.names), self.site)
        copies = copy_problems(self.order.root, seed, self.seeds.memory)
        return [*problems, *more, *wrong, *copies, *missing_translations(seed, self.site)]

    def shared_paths(self) -> set[str]:
        """What a story's pages may lead to beyond the story."""
        return {
            *self.assets.values(),
            SCHEMA_PATH,
            MANIFEST_PATH,
            *(path for view in self.views if view.several_stories for path in (view.index, view.sources)),
            *(view.feed for view in self.views if view.url),
            *(view.corrections for view in self.views),
        }

    def template_folders(self) -> tuple[str, ...]:
        """Where templates are looked for: the site's own first."""
        own, root = generator_folders()[1], str(Path(self.order.root, "templates"))
        return (root, own) if Path(root).is_dir() and root != own else (own,)


def open_newsroom(order: Order, memory: Memory | None = None) -> tuple[Newsroom | None, list[Diagnostic]]:
    """Read the site file and list what there is; where that is too little to go on, also what is wrong in each file.

    Args:
        memory: of what was read before in this process.
    """
    use_languages_of(order.root)
    tree, problems = inventory.tree(order.root)
    problems += [versions.gone_story(slug) for slug in tree.records if slug not in tree.stories]
    site, more = load.site_file(order.root)
    problems += more
    if site:
        problems += check.check_site(site, tree.stories, languages_known())
    broken = list(_broken_languages(site)) if site else []
    if site is None or broken or not {*site.language_codes} <= {*languages_known()}:
        return None, [*problems, *broken, *_problems_of_files(order.root, tree, site)]
    several = len(tree.stories) > 1 or not site.front
    views = tuple(derive.site_view(site, code, several) for code in site.language_codes)
    assets, asset_data, more = static_files(order.root)
    problems += more
    shelf = SeedShelf(order.root, tree.seeds, memory or Forgetful())
    return Newsroom(order, site, tree, views, assets, asset_data, shelf), problems


def _broken_languages(site: SiteFile) -> Iterator[Diagnostic]:
    """The languages of a site's own that have a table of phrases with which nothing can be written."""
    for code in dict.fromkeys(site.language_codes):
        if has_own_table(code) and (why := what_is_wrong_with(code) or what_is_wrong_with_words(code)):
            hint = "compare it with microsite/phrases/en.toml, which explains each part"
            yield problem(Position(f"languages/{code}.toml"), "broken-language", why, hint)


def _problems_of_files(root: str, tree: inventory.Tree, site: SiteFile | None) -> Iterator[Diagnostic]:
    """What is wrong with each file by itself, when nothing can be said of all together."""
    for name in tree.seeds:
        yield from load.seed(root, name)[1]
    for slug, names in tree.stories.items():
        yield from load.story(root, slug, names, site.first_language if site else "")[1]


def static_files(root: str) -> tuple[dict[str, str], dict[str, bytes], list[Diagnostic]]:
    """The published path and bytes of each static file, by name, and what is wrong with them."""
    written = dict(_assets(root))
    data = {name: as_published(found) if name.endswith(".css") else found for name, found in written.items()}
    return {name: _asset_path(name, found) for name, found in data.items()}, data, list(_asset_problems(written))


def _assets(root: str) -> Iterable[tuple[str, bytes]]:
    """Each static file, a site's own in place of the generator's."""
    found: dict[str, Path] = {}
    for folder in (Path(generator_folders()[2]), Path(root, "static")):
        with suppress(OSError):
            plain = (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
            found.update((path.name, path) for path in plain if not path.name.startswith("."))
    for name in sorted(found):
        yield name, found[name].read_bytes()


def as_published(css: bytes) -> bytes:
    """A style sheet as readers get it, without the comments and the line breaks that serve those who edit it."""
    return _CSS_STRING_OR_NEEDLESS.sub(
        lambda found: found["string"] or (b" " if found["comment"] else b""), css
    ).lstrip()


_CSS_STRING_OR_NEEDLESS = re.compile(
    rb"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<=[{};,])(?:[ \t]|/\*.*?\*/)*\n(?:\s|/\*.*?\*/)*(?=\S)|(?P<comment>/\*.*?\*/)""",
    re.DOTALL,
)


def _asset_problems(written: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """What is wrong with each static file as it was written."""
    for name, data in written.items():
        path = f"static/{name}"
        yield from (replace(found, at=Position(path)) for found in audit.picture_problems(name, data))
        if name.endswith(".css"):
            yield from _style_problems(path, data)


def _style_problems(path: str, data: bytes) -> Iterator[Diagnostic]:
    """What is wrong with a style sheet: it is no text, or fetches what it must not."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        at = Position(path, data[: error.start].count(b"\n") + 1)
        message = f"the byte 0x{data[error.start]:02x} in this line is not UTF-8"
        yield problem(at, "unreadable-file", message, "save the file with the encoding UTF-8")
        return
    for found in audit.css_problems(path, text):
        lines = (n for n, line in enumerate(text.split("\n"), 1) if found in audit.css_problems(path, line))
        yield problem(Position(path, next(lines, 1)), *found)


def _asset_path(name: str, data: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"static/{stem}-{files.short_digest(data)}{dot}{ending}"


class SeedShelf:
    """The site's seeds, each read at most once, when a story first needs it."""

    def __init__(self, root: str, names: tuple[str, ...], memory: Memory) -> None:
        self._root = root
        self.memory = memory
        self._known = frozenset(names)
        self.names = names
        self._read: dict[str, tuple[Seed | None, list[Diagnostic], str]] = {}
        self._contradictions: dict[str, list[Reference]] = {}
        self._contradicting: dict[Reference, list[str]] | None = None
        self._told: set[str] = set()
        self._problems: dict[str, list[Diagnostic]] = {}

    def take(self, name: str) -> tuple[Seed | None, list[Diagnostic], str]:
        """One seed, what is wrong with its file, and the digest of its bytes."""
        if name not in self._read:
            self._read[name] = load.seed(self._root, name, self.memory)
        return self._read[name]

    def not_yet_told(self, names: Iterable[str]) -> list[str]:
        """Those of the named seeds that were not asked for here before."""
        new = [name for name in dict.fromkeys(names) if name in self._known and name not in self._told]
        self._told.update(new)
        return new

    def problems(self, name: str, find: Callable[[str], list[Diagnostic]]) -> list[Diagnostic]:
        """What is wrong with a seed, found once; nothing of one that there is not."""
        if name in self._known and name not in self._problems:
            self._problems[name] = find(name)
        return self._problems.get(name, [])

    def with_relayed(self, names: Iterable[str]) -> tuple[dict[str, Seed], dict[str, str]]:
        """The named seeds that can be read and all that they pass on or contradict, with the digests of their files."""
        found: dict[str, Seed] = {}
        digests: dict[str, str] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name in found or name not in self._known:
                continue
            seed, _, digest = self.take(name)
            if seed:
                found[name] = seed
                digests[f"seeds/{name}.yaml"] = digest
                waiting += linked_seeds(seed)
        return found, digests

    def contradicting(self, references: Iterable[Reference]) -> list[str]:
        """The seeds that say otherwise than some of these statements, be they cited anywhere or not."""
        if self._contradicting is None:
            self._contradicting = {}
            for name in self.names:
                for reference in self._contradictions_of(name):
                    self._contradicting.setdefault(reference, []).append(name)
        known = self._contradicting
        return sorted({name for reference in references for name in known.get(reference, ())})

    def _contradictions_of(self, name: str) -> list[Reference]:
        """As `contradicted_by`, but that the file is only read where it has the word for it."""
        if name not in self._contradictions:
            may = name in self._read or load.seed_holds(self._root, name, "contradicts")
            self._contradictions[name] = self.contradicted_by(name) if may else []
        return self._contradictions[name]

    def without(self, names: Collection[str]) -> SeedShelf:
        """The shelf as it is once some seeds have changed: these are read anew, the others stand as they were read."""
        shelf = SeedShelf(self._root, self.names, self.memory)
        shelf._read = {name: read for name, read in self._read.items() if name not in names}
        shelf._contradictions = {name: found for name, found in self._contradictions.items() if name not in names}
        return shelf

    def contradicted_by(self, name: str) -> list[Reference]:
        """The statements of which a seed says otherwise."""
        seed = self.take(name)[0] if name in self._known else None
        statements = seed.statements.values() if seed else ()
        contradictions = (contradiction for statement in statements for contradiction in statement.contradicts)
        return [reference for each in contradictions for reference in each.statement.citation.references()]


def linked_seeds(seed: Seed) -> list[str]:
    """The seeds that a seed names: those it relays, whose voices its voices relay, or that it contradicts."""
    linked = [name.value for name in seed.relays]
    linked += [
        name.value.partition("@")[0] for voice in seed.voices.values() for name in voice.relays if "@" in name.value
    ]
    linked += [
        reference.seed
        for statement in seed.statements.values()
        for c in statement.contradicts
        for reference in c.statement.citation.references()
    ]
    return list(dict.fromkeys(linked))


def check_seeds(newsroom: Newsroom, stale: Iterable[str], changes: set[str]) -> list[Diagnostic]:
    """What is wrong with the seeds that changed, or with all of them where one came or went or every story is stale."""
    known = newsroom.seeds.names
    touched = changed_seeds(changes)
    all_of_them = len(set(stale)) == len(newsroom.tree.stories) or touched - set(known)
    return newsroom.problems_of_seeds(newsroom.seeds.not_yet_told(known if all_of_them else sorted(touched)))
