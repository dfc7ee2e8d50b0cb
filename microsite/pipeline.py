"""The way to a site: decide whether anything changed, and only then assemble. The command and the server call `build`.

What an unchanged site does not need (Markdown, templates, pictures) is imported with `assembly`, after the decision.
"""

from __future__ import annotations

from . import ledger, publishing, workfolder
from .order import Order, Progress, Result, generator_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .timings import Unwatched

# Who wants a build needs these as well, and need not know that they stand elsewhere.
__all__ = ["Order", "Progress", "Result", "build", "generator_folders"]


def build(order: Order, progress: Progress = lambda _what, _done, _all: None, watch: Unwatched | None = None) -> Result:
    """Build the site, doing only what the last build's ledger does not already account for.

    Args:
        watch: told where the time goes, where anybody wants to know.

    Raises:
        workfolder.Busy: another build is under way.
    """
    with workfolder.lock(order.work_folder) as let_go:
        publishing.recover(order.site_folder, order.work_folder)
        before, now = ledger.read(order.ledger_path), ledger.look(order)
        if before.describes(now):
            return Result("unchanged", before.diagnostics(), stories_reused=before.number_of_stories)
        from .assembly import assemble

        return assemble(order, before, now, let_go, progress, *((watch,) if watch else ()))
