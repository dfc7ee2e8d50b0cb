"""What a build is asked for and what it comes to."""

# An unchanged build has some twenty milliseconds: neither pathlib nor typing is worth five of them.
# ruff: noqa: PTH100, PTH112, PTH118, PTH120, PYI024

from __future__ import annotations

import os
from collections import namedtuple
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from .diagnostics import Diagnostic

TRIPWIRES = "private/tripwires.txt"
"""What must stand nowhere in a site, a line each; from the site's root."""
TRIPWIRES_VARIABLE = "MICROSITE_TRIPWIRES"
"""The same in the environment, for builds that have no private/."""

Progress = Callable[[str, int, int], None]
"""Told what is made (`stories`, `photographs` or `cards`; `addresses` are visited), how many are done, and of how many; before each page, uncounted,
`pages`. What it raises ends the build."""


class Order(
    namedtuple("Order", "root site_folder work_folder cache_folder drafts processes", defaults=(False, 0)),
):
    """What to build, from where to where."""

    __slots__ = ()
    root: str
    """The folder that holds content/ and seeds/."""
    site_folder: str
    work_folder: str
    """For staging, the journal and the ledger of this kind of build."""
    cache_folder: str
    """For what may be shared between kinds of build."""
    drafts: bool
    """Whether drafts are built, and errors in them stop the build."""
    processes: int
    """How many to use at most; 0 for as many as there are processors."""

    @property
    def ledger_path(self) -> str:
        """Where the ledger of this kind of build stands."""
        return os.path.join(self.work_folder, "ledger")


class Result(
    namedtuple(
        "Result", "outcome diagnostics written removed stories_made stories_reused", defaults=((), (), (), (), 0)
    ),
):
    """What a build came to."""

    __slots__ = ()
    outcome: Literal["unchanged", "built", "stopped"]
    diagnostics: tuple[Diagnostic, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    stories_made: tuple[str, ...]
    stories_reused: int


def generator_folders() -> tuple[str, str, str]:
    """The generator's own code, templates and static files, these beside the package or, once installed, within it."""
    package = os.path.dirname(os.path.abspath(__file__))
    home = package if os.path.isdir(os.path.join(package, "templates")) else os.path.dirname(package)
    return package, os.path.join(home, "templates"), os.path.join(home, "static")


def requirements_path() -> str:
    """Where the generator's pinned libraries are listed, in its repository; nothing is there once it is installed."""
    return os.path.join(os.path.dirname(generator_folders()[1]), "requirements.txt")


def has_tripwires(root: str) -> bool:
    """Whether there is a list of what must stand nowhere in the site."""
    return bool(os.environ.get(TRIPWIRES_VARIABLE)) or os.path.lexists(os.path.join(root, TRIPWIRES))
