"""One build of the preview after another: says in the terminal what came of each, and what is to be shown then."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Collection
from pathlib import Path

from . import pipeline, preview, report, templating, workfolder
from .diagnostics import Diagnostic
from .order import Order, Progress, Result, generator_folders
from .preview import Notice, Showing


class Builder:
    """Builds the same site again and again in one process, remembering what it has already said."""

    def __init__(self, order: Order, port: int) -> None:
        self.order = order
        self._port = port
        self._code = _state_of_code()
        self._environment = templating.make_environment((generator_folders()[1],), None, {})
        self._environment.auto_reload = True
        self._said: frozenset[Diagnostic] = frozenset()

    def build(self, saved: Collection[str], progress: Progress | None = None) -> Showing:
        """Build once.

        Args:
            saved: the paths that were saved; none when it is not known what was.
            progress: told how far the build is. Without it the build forks no processes, and may run in a thread.

        Raises:
            workfolder.Busy: another build of this preview takes long.
        """
        notices = self._attempt(saved, progress) if _state_of_code() == self._code else (_restart(),)
        return preview.showing(self._environment, self._port, _made_at(self.order), notices)

    def _attempt(self, saved: Collection[str], progress: Progress | None) -> tuple[Notice, ...]:
        began = time.perf_counter()
        try:
            result = self._run(progress)
        except workfolder.Busy:
            raise
        except Exception as error:  # noqa: BLE001 - a template can raise anything, and must not end a writer's preview
            traceback.print_exc()
            return (_breakage(error),)
        milliseconds = (time.perf_counter() - began) * 1000
        self._report(saved, result, milliseconds)
        return preview.notices_of(result.diagnostics, self.order.root) if result.outcome == "stopped" else ()

    def _run(self, progress: Progress | None) -> Result:
        if progress:
            return pipeline.build(self.order, progress)
        return pipeline.build(self.order._replace(processes=1))

    def _report(self, saved: Collection[str], result: Result, milliseconds: float) -> None:
        """A line for the build, and the text of what is wrong; warnings that were said before are only counted."""
        stopped = result.outcome == "stopped"
        fresh = [diagnostic for diagnostic in result.diagnostics if stopped or diagnostic not in self._said]
        report.diagnostics(fresh, self.order.root, as_json=False)
        self._said = frozenset(result.diagnostics)
        if result.outcome != "unchanged":
            warnings = "" if stopped or not self._said else f" ({report.counted(len(self._said), 'warning')})"
            report.say_at_once(f"{_names(saved, self.order.root)} → {_outcome(result, milliseconds)}{warnings}")


def _breakage(error: Exception) -> Notice:
    return Notice("", "error", f"The build broke off: {type(error).__name__}: {error}", "The terminal says where.")


def _restart() -> Notice:
    message, hint = "Microsite itself has changed since the preview began", "End it with Ctrl-C and start it again."
    print(f"microsite: {message}. {hint}", file=sys.stderr)
    return Notice("", "error", message, hint)


def _state_of_code() -> frozenset[tuple[str, int, int]]:
    """Of the generator's modules. Once they change, what this process makes is not what they say."""
    with os.scandir(generator_folders()[0]) as entries:
        stats = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".py")]
    return frozenset((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def _made_at(order: Order) -> int:
    """When the site was last made, in nanoseconds, by whichever process; 0 for never."""
    try:
        return Path(order.ledger_path).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _names(saved: Collection[str], root: str) -> str:
    """The saved files for one line, in words when they are many or unknown."""
    names = sorted(os.path.relpath(path, os.path.realpath(root)).replace(os.sep, "/") for path in saved)
    if not names:
        return "The site"
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _outcome(result: Result, milliseconds: float) -> str:
    if result.outcome == "stopped":
        return f"stopped after {milliseconds:.0f} ms; the last good pages stay"
    changed = (*result.written, *result.removed)
    pages = [path for path in changed if path.endswith(".html")]
    what = (
        report.counted(len(pages), "page")
        if pages
        else report.counted(len(changed), "file")
        if changed
        else "no change"
    )
    return f"{what} in {milliseconds:.0f} ms"
