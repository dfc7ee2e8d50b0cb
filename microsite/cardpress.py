"""The cards that pages name, drawn on all cores, from the cache where they were drawn before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from .order import Progress
from .socialcard import Card, drawn, key
from .store import Store
from .workfolder import Staging

CARDS_WORTH_A_SECOND_PROCESS = 24
"""To draw one takes some hundredths of a second."""


def stage_all(
    cards: Mapping[str, Card],
    store: Store,
    staging: Staging,
    let_go: Callable[[], None],
    progress: Progress,
    processes: int = 0,
) -> None:
    """Stage cards under their paths.

    Args:
        let_go: called in forked processes, so that they do not hold the lock.
        processes: how many at the most; as many as there are cores where it is 0.
    """

    def bring(path: str) -> str:
        staging.add(path, _card(cards[path], store))
        return staging.digests[path]

    paths = sorted(cards)
    workers = min(processes or os.cpu_count() or 1, len(paths) // CARDS_WORTH_A_SECOND_PROCESS + 1)
    if workers > 1 and hasattr(os, "fork"):
        from .workers import in_processes

        made = in_processes(bring, paths, workers, let_go, partial(progress, "cards"))
        staging.digests.update(zip(paths, made, strict=True))
        return
    for done, path in enumerate(paths, 1):
        bring(path)
        progress("cards", done, len(paths))


def _card(card: Card, store: Store) -> bytes:
    at = key(card)
    if (stored := store.get(at)) is not None:
        return stored
    data = drawn(card)
    store.put(at, data)
    return data
