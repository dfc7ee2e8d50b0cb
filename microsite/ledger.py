"""What the last build read and made, so that the next one does only what is needed.

One file in the work folder. It holds the state of every input (time of change, size and inode) and of every file in
`site/`, and for each story the seeds it rests on, its outputs and its card on the index. A changed state makes stale
whatever depends on the file; deleting the work folder makes everything stale. States are text, a line for a file, which
an unchanged build compares as a whole: it imports nothing for that, not even JSON.
"""

# Nor pathlib or typing:
# ruff: noqa: PTH112, PTH113, PTH116, PTH118, PTH123, PTH208, PYI024

from __future__ import annotations

import os
import sys
from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Mapping

from . import files, publishing
from .order import TRIPWIRES, TRIPWIRES_VARIABLE, Order, generator_folders, requirements_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .diagnostics import Diagnostic

HEADING = "microsite ledger 5"
GENERATOR_ENDINGS = (".py", ".html", ".css", ".svg", ".toml", ".po", ".json", ".woff")
SHARED = (
    "templates/",
    "static/",
    "languages/",
    "generator/",
    "libraries/",
    "content/site.yaml",
    "private/",
    "environment/",
)
"""How the paths begin of what every page may depend on."""
_SECTION = "\0"
"""Stands in no path and in no JSON."""


class States(namedtuple("States", "inputs site", defaults=("", ""))):
    """The states of files, each text a line for a file: its path, a tab, and what is only ever compared."""

    __slots__ = ()
    inputs: str
    site: str


class Ledger(
    namedtuple(
        "Ledger",
        "states number_of_stories warnings_json stories_json pages_json",
        defaults=(States(), 0, "[]", "{}", "{}"),
    ),
):
    """The record of one successful build, or an empty one."""

    __slots__ = ()
    states: States
    number_of_stories: int
    warnings_json: str
    stories_json: str
    pages_json: str

    def describes(self, now: States) -> bool:
        """Whether nothing has changed since, neither what was read nor what was made."""
        return bool(self.states.inputs) and self.states == now

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The warnings that the build gave."""
        return tuple(map(diagnostic, _parsed(self.warnings_json, []))) if self.warnings_json != "[]" else ()

    def stories(self) -> dict[str, dict[str, Any]]:
        """What `record` kept of each story, by slug."""
        stories: dict[str, dict[str, Any]] = _parsed(self.stories_json, {})
        return stories

    def pages(self) -> dict[str, list[str]]:
        """Of each page that no story owns, by path: a digest of what it was made of, and its own SHA-256."""
        pages: dict[str, list[str]] = _parsed(self.pages_json, {})
        return pages


def _parsed(text: str, otherwise: Any) -> Any:
    import json

    try:
        return json.loads(text)
    except ValueError:
        return otherwise


def record(
    states: States,
    stories: Mapping[str, Mapping[str, Any]],
    warnings: Iterable[Diagnostic],
    pages: Mapping[str, Collection[str]],
) -> Ledger:
    """The record of a build.

    Args:
        stories: plain data by slug; `seeds` and `outputs` say what a story rests on and which files are its, these with their digests.
        pages: those that no story owns.
    """
    import json

    def as_json(data: Any) -> str:
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)

    return Ledger(states, len(stories), as_json([*map(row, warnings)]), as_json(stories), as_json(pages))


def row(found: Diagnostic) -> list[Any]:
    """A diagnostic as plain data."""
    return [*found.at, found.kind, found.message, found.hint, found.severity]


def diagnostic(row: list[Any]) -> Diagnostic:
    """The diagnostic that `row` made plain."""
    from .diagnostics import Diagnostic, Position

    return Diagnostic(Position(*row[:3]), *row[3:])


def read(path: str) -> Ledger:
    """The record at a path; an empty one where there is none or it is of another format."""
    try:
        with open(path, "rb") as file:
            sections = file.read().decode("utf-8", "surrogateescape").split(_SECTION)
        heading, number, warnings, stories, pages, inputs, site = sections
        return Ledger(States(inputs, site), int(number), warnings, stories, pages) if heading == HEADING else Ledger()
    except (OSError, ValueError):
        return Ledger()


def write(path: str, ledger: Ledger) -> None:
    """Keep a record."""
    states = ledger.states
    said = ledger.warnings_json, ledger.stories_json, ledger.pages_json
    sections = (HEADING, str(ledger.number_of_stories), *said, *states)
    files.write_whole(path, _SECTION.join(sections).encode("utf-8", "surrogateescape"))


# --- States ----------------------------------------------------------------------------------------------------------


def look(order: Order) -> States:
    """The state of everything that a build of this site may read, and of all that it has made."""
    inputs = [*_libraries(), *_requirements(), *_tripwires(order.root)]
    for name in ("content", "seeds", "templates", "static", "languages", "signatures", "published"):
        inputs += _states(os.path.join(order.root, name), name)
    for number, folder in enumerate(generator_folders()):
        inputs += _states(folder, f"generator/{number}", GENERATOR_ENDINGS)
    inputs.sort()
    site = (f"{path}\t{size} {time}" for path, (size, time) in publishing.listing(order.site_folder).items())
    return States("\n".join(inputs), "\n".join(site))


def look_again(states: States, site_folder: str, written: Collection[str], removed: Collection[str]) -> States:
    """The states once some files of `site/` have been written and others removed."""
    lines = ((line.rpartition("\t")[0], line) for line in states.site.split("\n"))
    site = {path: line for path, line in lines if path and path not in removed}
    for path in written:
        found = os.lstat(f"{site_folder}/{path}")
        site[path] = f"{path}\t{found.st_size} {found.st_mtime_ns}"
    return States(states.inputs, "\n".join(site[path] for path in sorted(site)))


def _libraries() -> Iterator[str]:
    """Python and every installed distribution: a name holds its version."""
    yield f"libraries/python\t{sys.hexversion}"
    for folder in sys.path:
        if folder.endswith("-packages") and os.path.isdir(folder):
            yield from (f"libraries/{name}\t" for name in os.listdir(folder) if name.endswith(".dist-info"))


def _requirements() -> Iterator[str]:
    """The list of pinned libraries, whose digest the manifest holds."""
    path = requirements_path()
    if os.path.isfile(path):
        yield _state("generator/requirements.txt", os.stat(path))


def _tripwires(root: str) -> Iterator[str]:
    """The list by which pages were checked: those that are kept were checked by the same one."""
    path = os.path.join(root, TRIPWIRES)
    if os.path.lexists(path):
        yield _state(TRIPWIRES, os.lstat(path))
    if given := os.environ.get(TRIPWIRES_VARIABLE):
        from hashlib import blake2b

        yield f"environment/{TRIPWIRES_VARIABLE}\t{blake2b(given.encode('utf-8', 'surrogateescape')).hexdigest()}"


def _states(folder: str, prefix: str, endings: tuple[str, ...] = ("",)) -> Iterator[str]:
    """A line for each file and each folder below a folder, links unfollowed."""
    waiting = [(folder, prefix)] if os.path.isdir(folder) else []
    while waiting:
        folder, prefix = waiting.pop()
        yield f"{prefix}/\t"
        with os.scandir(folder) as entries:
            for entry in entries:
                name = f"{prefix}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append((entry.path, name))
                elif name.endswith(endings):
                    yield _state(name, entry.stat(follow_symlinks=False))


def _state(name: str, found: os.stat_result) -> str:
    return f"{name}\t{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


def changed(before: str, now: str) -> set[str]:
    """The paths added, removed or altered between two looks."""
    lines = set(before.split("\n")) ^ set(now.split("\n"))
    return {path for line in lines if (path := line.rpartition("\t")[0])}


def changed_seeds(changes: Iterable[str]) -> set[str]:
    """The names of the seeds whose files are among these paths."""
    return {path.removeprefix("seeds/").removesuffix(".yaml") for path in changes if path.startswith("seeds/")}


def stale_stories(
    ledger: Ledger, stories: Mapping[str, Mapping[str, Any]], now: States, slugs: Iterable[str]
) -> set[str]:
    """The stories to be made anew: what they rest on or what was made of them is changed, or what all pages share.

    Args:
        stories: those of the ledger.
    """
    slugs = set(slugs)
    changes = changed(ledger.states.inputs, now.inputs)
    one_became_several = (len(slugs) > 1) != (len(stories) > 1)
    if not ledger.states.inputs or one_became_several or any(path.startswith(SHARED) for path in changes):
        return slugs
    touched = {path.split("/")[1] for path in changes if path.startswith("content/")} | (slugs - stories.keys())
    touched |= {path.split("/")[1].removesuffix(".yaml") for path in changes if path.startswith("published/")}
    seeds = changed_seeds(changes)
    spoilt = changed(ledger.states.site, now.site)
    touched |= {
        slug
        for slug in slugs & stories.keys()
        if not (seeds.isdisjoint(stories[slug]["seeds"]) and spoilt.isdisjoint(stories[slug]["outputs"]))
    }
    return touched & slugs
