"""Which authored files there are, by their names alone; what is out of place is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .authored import irregular
from .diagnostics import Diagnostic, Position, nearest, problem
from .record import RECORDS_FOLDER
from .schema import ID_WITH_HYPHENS

RESERVED_SLUGS = frozenset(
    {
        "404",
        "about",
        "all-sources",
        "corrections",
        "evidence",
        "exhibits",
        "feed",
        "images",
        "index",
        "manifest",
        "offline",
        "prices",
        "robots",
        "schemas",
        "series",
        "sitemap",
        "sources",
        "static",
        "stories",
        "tags",
        "text",
    }
)
"""Names of pages and folders of the built site; any two-letter name is kept for a language besides."""
STORY_FILES = ("index.md", "exhibits.yaml", "prices.yaml")
IGNORED_NAMES = ("README.md", "LICENSE.md", "LICENCE.md")


@dataclass(frozen=True, slots=True)
class Tree:
    """Which authored files there are, before any is read."""

    stories: Mapping[str, tuple[str, ...]]
    """By slug, the names of the files in the story's folder."""
    seeds: tuple[str, ...]
    """The names of the seeds."""
    records: tuple[str, ...] = ()
    """The slugs of the stories of which a publication is recorded, whether they are still there or not."""


def tree(root: str) -> tuple[Tree, list[Diagnostic]]:
    """List the authored files under a root folder."""
    problems: list[Diagnostic] = []
    stories = {}
    for name, is_folder in _entries(root, "content", problems):
        if is_folder:
            stories[name] = story_files(root, name, problems)
        elif name != "site.yaml" and name not in IGNORED_NAMES:
            problems.append(unknown_file(f"content/{name}", ["site.yaml"], "a story is a folder of content/"))
    for slug in stories:
        problems.extend(_slug_problems(slug))
    records = tuple(_record_names(root, problems))
    return Tree(MappingProxyType(stories), tuple(_seed_names(root, problems)), records), problems


def _record_names(root: str, problems: list[Diagnostic]) -> Iterator[str]:
    for name, is_folder in _entries(root, RECORDS_FOLDER, problems):
        stem, _, ending = name.rpartition(".")
        if ending == "yaml" and not is_folder:
            yield stem
        elif name not in IGNORED_NAMES:
            why = "what is recorded of a story stands in SLUG.yaml"
            problems.append(unknown_file(f"{RECORDS_FOLDER}/{name}", [], why))


def _seed_names(root: str, problems: list[Diagnostic]) -> Iterator[str]:
    for name, is_folder in _entries(root, "seeds", problems):
        stem, dot, ending = name.rpartition(".")
        if ending == "yaml" and not is_folder:
            if not ID_WITH_HYPHENS.fullmatch(stem):
                problems.append(_badly_named(f"seeds/{name}", stem))
            yield stem
        elif is_folder or ending == "yml" or not dot:
            # Other files may be texts that seeds store a copy of.
            problems.append(unknown_file(f"seeds/{name}", [], "a seed is a file named NAME.yaml"))


def _entries(root: str, folder: str, problems: list[Diagnostic]) -> list[tuple[str, bool]]:
    """Names in a folder and whether each is a folder, sorted; special files are reported and left out."""
    plain = []
    met: dict[str, str] = {}
    for entry in _scanned(root, folder, problems):
        path = f"{folder}/{entry.name}"
        other = met.setdefault(entry.name.casefold(), entry.name)
        if other != entry.name:
            message = f"`{entry.name}` and `{other}` differ only in case"
            problems.append(problem(Position(path), "clashing-names", message, "rename one of them"))
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder or entry.is_file(follow_symlinks=False):
            plain.append((entry.name, is_folder))
        else:
            problems.append(irregular(path, "a symlink" if entry.is_symlink() else "neither a file nor a folder"))
    return plain


def _scanned(root: str, folder: str, problems: list[Diagnostic]) -> Iterator[os.DirEntry[str]]:
    """What stands in a folder under names that can be written down, but for hidden and half-written files."""
    try:
        if os.path.islink(os.path.join(root, folder)):
            problems.append(irregular(folder, "a symlink"))
            return
        found = sorted(os.scandir(os.path.join(root, folder)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(irregular(folder, f"no folder that can be opened ({error.strerror})"))
        return
    for entry in found:
        if entry.name.startswith(".") or entry.name.endswith(("~", ".swp", ".tmp")):
            continue
        if entry.name.isprintable():
            yield entry
        else:
            name = ascii(entry.name)[1:-1]
            problems.append(_badly_named(f"{folder}/{name}", name))


def story_files(root: str, slug: str, problems: list[Diagnostic]) -> tuple[str, ...]:
    """The names of a story's files, and what else is in its folder among the problems."""
    files: list[str] = []
    for name, is_folder in _entries(root, f"content/{slug}", problems):
        if is_folder and name == "photos":
            files.extend(f"photos/{photo}" for photo, _ in _entries(root, f"content/{slug}/photos", problems))
        elif not is_folder and (
            name in STORY_FILES or name.endswith(".csv") or name.startswith(("index.", "reviewed."))
        ):
            files.append(name)
        elif name not in IGNORED_NAMES:
            problems.append(unknown_file(f"content/{slug}/{name}", [*STORY_FILES, "photos"], ""))
    return tuple(files)


def unknown_file(path: str, valid: list[str], why: str) -> Diagnostic:
    """That nothing reads a file, with the nearest name that something would read."""
    return problem(
        Position(path),
        "unknown-file",
        f"nothing reads `{path}`" + (f"; {why}" if why else ""),
        nearest(path.rsplit("/", 1)[-1], valid),
    )


def _badly_named(path: str, name: str) -> Diagnostic:
    return problem(
        Position(path),
        "bad-name",
        f"`{name[:80]}` cannot be part of an address",
        "use small letters a to z, digits and hyphens",
    )


def is_reserved(slug: str) -> bool:
    """Whether a name is that of a page or a folder of every site, or may be a language's."""
    return slug in RESERVED_SLUGS or len(slug) == 2


def _slug_problems(slug: str) -> list[Diagnostic]:
    path = f"content/{slug}"
    if is_reserved(slug):
        message = f"`{slug}` is the name of a page or a language, so no story can have it"
        return [problem(Position(path), "reserved-name", message, "rename the folder")]
    return [] if ID_WITH_HYPHENS.fullmatch(slug) else [_badly_named(path, slug)]
