"""What the last build read and made, so that the next one does only what is needed.

One JSON file in the work folder. It holds the state of every input (time of change, size and inode), of every file in
`site/`, and for each story the seeds it rests on, its outputs and its card on the index. A changed state makes stale
whatever depends on the file; deleting the work folder makes everything stale. Nothing is imported here that an
unchanged site does not need.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from . import files

FORMAT = 1
GENERATOR_ENDINGS = (".py", ".html", ".css", ".svg", ".toml", ".txt")
State = tuple[int, int, int, int]
"""Of a file: time of change of content and of entry (nanoseconds), size (bytes), inode."""


class Ledger:
    """The record of one successful build, or an empty one."""

    def __init__(self, inputs: Mapping[str, State], site: Mapping[str, tuple[int, int]], stories: Mapping[str, Mapping[str, Any]], warnings: list[list[Any]]) -> None:
        self.inputs = inputs
        self.site = site
        self.stories = stories
        self.warnings = warnings

    def describes(self, inputs: Mapping[str, State], site: Mapping[str, tuple[int, int]]) -> bool:
        """Whether nothing has changed since, neither what was read nor what was made."""
        return bool(self.inputs) and self.inputs == inputs and self.site == site


def read(path: str) -> Ledger:
    """The record at a path; an empty one where there is none or it is of another format."""
    try:
        with open(path, "rb") as file:
            data = json.load(file)
        if data["format"] == FORMAT:
            inputs = {name: tuple(state) for name, state in data["inputs"].items()}
            return Ledger(inputs, {name: (size, time) for name, (size, time) in data["site"].items()}, data["stories"], data["warnings"])  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return Ledger({}, {}, {}, [])


def write(path: str, ledger: Ledger) -> None:
    """Keep a record."""
    data = {"format": FORMAT, "inputs": ledger.inputs, "site": ledger.site, "stories": ledger.stories, "warnings": ledger.warnings}
    files.write_whole(path, json.dumps(data, separators=(",", ":")).encode())


def scan(root: str, generator: Iterable[str]) -> dict[str, State]:
    """The state of every file that a build of this site may read.

    Args:
        root: the folder of the site.
        generator: the folders of the generator's own code, templates and static files.
    """
    states: dict[str, State] = {}
    for name in ("content", "seeds", "templates", "static"):
        _scan_into(states, os.path.join(root, name), name)
    for number, folder in enumerate(generator):
        _scan_into(states, folder, f"generator/{number}", GENERATOR_ENDINGS)
    return states


def _scan_into(states: dict[str, State], folder: str, prefix: str, endings: tuple[str, ...] = ()) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name = f"{prefix}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                _scan_into(states, entry.path, name, endings)
        elif not endings or entry.name.endswith(endings):
            facts = entry.stat(follow_symlinks=False)
            states[name] = (facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size, facts.st_ino)


def changed(before: Mapping[str, State], now: Mapping[str, State]) -> set[str]:
    """The paths added, removed or altered between two scans."""
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


def stale_stories(ledger: Ledger, changes: set[str], slugs: Iterable[str]) -> set[str]:
    """The stories that must be made anew: those touched themselves or through a seed, all where the site or the generator changed."""
    slugs = set(slugs)
    shared = ("templates/", "static/", "generator/", "content/site.yaml")
    if not ledger.inputs or any(path.startswith(shared) for path in changes) or slugs != ledger.stories.keys():
        return slugs
    touched = {path.split("/")[1] for path in changes if path.startswith("content/")}
    seeds = {path.removeprefix("seeds/").removesuffix(".yaml") for path in changes if path.startswith("seeds/")}
    return {slug for slug in slugs if slug in touched or not seeds.isdisjoint(ledger.stories[slug]["seeds"])}
