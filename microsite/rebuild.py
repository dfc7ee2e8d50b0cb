"""One proof and one build of the preview after another: says what came of each, and what is to be shown then."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from . import bar, pipeline, preview, report, templating, workfolder
from .diagnostics import Diagnostic, has_errors
from .order import Order, Progress, Result, generator_folders
from .preview import Notice, Showing
from .proofs import Proof, Proofs


class Builder:
    """Builds the same site again and again in one process, remembering what it has already said."""

    def __init__(self, order: Order, editor: str = "") -> None:
        self.order = order
        self._editor = editor
        self._code = _state_of_code()
        self._environment = templating.make_environment((generator_folders()[1], str(preview.DESK_FOLDER)), None, {})
        self._environment.auto_reload = True
        self._said: frozenset[Diagnostic] = frozenset()
        self._found: tuple[Diagnostic, ...] = ()
        self._stopped = False
        self._said_by_build: tuple[Notice, ...] = ()
        self._is_built = False
        """Whether the last build was for all that was saved, so that no proof knows better."""
        self._proofs = Proofs(order)
        self._proofed: set[str] = set()

    # --- Proofs ---

    def proof(self, saved: Collection[str], looked_at: Collection[str]) -> Showing | None:
        """Make the pages that are looked at before all the rest; a build must follow.

        Args:
            saved: the paths that were saved since the last proof; none where a page was only opened.
            looked_at: paths of pages in the preview.

        Returns:
            What to show until the build is done; nothing where only a build can tell.
        """
        self._is_built = self._is_built and not saved
        if any(path.endswith(".py") for path in saved):
            self.forget()
            return None
        try:
            pulled = self._proofs.pull(saved, looked_at)
        except Exception:  # noqa: BLE001 - whatever it is, the build that follows meets it too and says so
            self.forget()
            return None
        if pulled is None:
            return None
        self._proofed.update(pulled.written)
        if self._is_built:
            return self._showing(self._said_by_build)
        return self._showing(self._notices(tuple(_in_the_meantime(pulled, self._still_found(saved, pulled)))))

    def forget(self) -> None:
        """Keep nothing for proofs, as after something was saved of which nobody knows what it was."""
        self._proofs.forget()

    def _still_found(self, saved: Collection[str], pulled: Proof) -> list[Diagnostic]:
        """What stopped the last build, but for what lies in files that the proof has read."""
        if not self._stopped:
            return []
        root = os.path.realpath(self.order.root)
        read = {os.path.relpath(path, root).replace(os.sep, "/") for path in saved}
        folders = tuple(f"content/{slug}/" for slug in pulled.stories)
        return [found for found in self._found if found.at.file not in read and not found.at.file.startswith(folders)]

    def has_read(self, pages: Iterable[str]) -> bool:
        """Whether proofs know the stories of all these pages as they are now."""
        return all(map(self._proofs.knows, pages))

    def bar(self, page: str) -> str:
        """The editor's bar for a page, as HTML; empty where no proof was pulled of it."""
        read = self._proofs.last_read(page)
        if read is None:
            return ""
        folder = f"content/{read.view.slug}/"
        seeds = tuple(read.seeds.digests)
        warnings = [found for found in self._said if found.severity == "warning"]
        warnings = [found for found in warnings if found.at.file.startswith(folder) or found.at.file in seeds]
        warnings.sort(key=lambda found: found.at)
        facts = bar.bar(read.view, read.edition, read.seeds.evidence, read.first, warnings)
        template = self._environment.get_template("bar.html")
        return template.render(bar=facts, warnings=self._notices(warnings), home=f"/{read.home}")

    # --- Builds ---

    def build(
        self,
        saved: Collection[str],
        progress: Progress | None = None,
        is_superseded: Callable[[], bool] = lambda: False,
    ) -> Showing:
        """Build once.

        Args:
            saved: the paths that were saved; none when it is not known what was.
            progress: told how far the build is. Without it the build forks no processes, and may run in a thread.
            is_superseded: asked from time to time whether something else has been saved.

        Raises:
            workfolder.Busy: another build of this preview takes long.
            Superseded: the build was given up.
        """

        def go_on(what: str, done: int, whole: int) -> None:
            if is_superseded():
                raise Superseded
            if progress:
                progress(what, done, whole)

        order = self.order if progress else self.order._replace(processes=1)
        notices = self._attempt(saved, order, go_on) if _state_of_code() == self._code else (_restart(),)
        self._said_by_build, self._is_built = notices, True
        return self._showing(notices)

    def _showing(self, notices: tuple[Notice, ...]) -> Showing:
        return Showing(self._environment.get_template("overlay.html"), notices, Path(self.order.ledger_path).is_file())

    def _notices(self, found: Iterable[Diagnostic]) -> tuple[Notice, ...]:
        return preview.notices_of(found, self.order.root, self._editor)

    def _attempt(self, saved: Collection[str], order: Order, progress: Progress) -> tuple[Notice, ...]:
        began = time.perf_counter()
        try:
            result = pipeline.build(order, progress)
        except (workfolder.Busy, Superseded):
            raise
        except Exception as error:  # noqa: BLE001 - a template can raise anything, and must not end a writer's preview
            traceback.print_exc()
            return (_breakage(error),)
        milliseconds = (time.perf_counter() - began) * 1000
        self._report(saved, result, milliseconds)
        self._found, self._stopped = result.diagnostics, result.outcome == "stopped"
        self._compare_with_proofs(saved, result)
        return self._notices(result.diagnostics) if self._stopped else ()

    def _compare_with_proofs(self, saved: Collection[str], result: Result) -> None:
        """Have nothing kept for proofs where a build made something else of them, or where who knows what was saved."""
        if not saved or not self._proofed.isdisjoint((*result.written, *result.removed)):
            self.forget()
        self._proofed.clear()

    def _report(self, saved: Collection[str], result: Result, milliseconds: float) -> None:
        """A line for the build, and the text of what is wrong; warnings that were said before are only counted."""
        stopped = result.outcome == "stopped"
        fresh = [diagnostic for diagnostic in result.diagnostics if stopped or diagnostic not in self._said]
        report.diagnostics(fresh, self.order.root, as_json=False)
        self._said = frozenset(result.diagnostics)
        if result.outcome != "unchanged":
            warnings = "" if stopped or not self._said else f" ({report.counted(len(self._said), 'warning')})"
            report.say_at_once(f"{_names(saved, self.order.root)} → {_outcome(result, milliseconds)}{warnings}")


class Superseded(Exception):  # noqa: N818 (what happened, not what sort of error)
    """Something was saved while a build was under way, which starts anew with that."""


def _in_the_meantime(pulled: Proof, still: list[Diagnostic]) -> list[Diagnostic]:
    """What is known to be wrong before the build has looked at everything; nothing where there are only warnings."""
    found = [*still, *pulled.diagnostics]
    return found if has_errors(found) else []


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
