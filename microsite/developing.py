"""The pictures of the stories that a build makes: staged where none stands yet, and put into what has waited for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import files, ledger, offline
from .diagnostics import Diagnostic
from .ledger import Ledger, States
from .newsroom import Newsroom
from .order import Order, Progress
from .store import Store
from .storymade import StoryMade
from .timings import Unwatched
from .workfolder import Staging

Record = Mapping[str, Any]
"""What the ledger keeps of a story."""


def standing_pictures(told: Mapping[str, Record], before: Ledger, now: States) -> set[str]:
    """The pictures in `site/` that are as they were made: those of the same name need not be brought again."""
    spoilt = ledger.changed(before.states.site, now.site)
    made = {path for record in told.values() for path in record["outputs"] if path.startswith("images/")}
    return made - spoilt


def stage_pictures(
    newsroom: Newsroom,
    made: list[StoryMade],
    standing: set[str],
    staging: Staging,
    progress: Progress,
    watch: Unwatched,
) -> list[Diagnostic]:
    """Stage the pictures that the pages of stories made now ask for, but for those that stand."""
    photographs = [photograph for story in made for photograph in story.photographs]
    if not photographs:
        return []
    from .pictures import Darkroom, stage_all

    asked_for = {path for photograph in photographs for path in photograph.all()}
    developed: list[str] = []
    darkroom = Darkroom(newsroom.order.root, Store(newsroom.order.cache_folder), staging, developed.append)
    problems = stage_all(darkroom, photographs, asked_for - standing, progress)
    watch.count("pictures", len(developed), len(asked_for) - len(developed))
    return problems


def stage_cards(
    order: Order,
    made: list[StoryMade],
    standing: set[str],
    staging: Staging,
    let_go: Callable[[], None],
    progress: Progress,
) -> None:
    """Stage the cards of stories made now, but for those that stand."""
    cards = {path: card for story in made for path, card in story.pictures.items() if path not in standing}
    if cards:
        from .cardpress import stage_all

        stage_all(cards, Store(order.cache_folder), staging, let_go, progress, order.processes)


def complete_offline_editions(order: Order, made: list[StoryMade], standing: set[str], staging: Staging) -> None:
    """Put pictures into what holds them, which had to wait until they were made."""

    def picture(path: str) -> bytes:
        return files.read(f"{order.site_folder}/{path}") if path in standing else staging.read(path)

    for path in (path for story in made for path in story.waiting):
        staging.complete(path, offline.filled(staging.read(path).decode(), picture).encode())


def with_digests_of_pictures(
    records: Mapping[str, Record], told: Mapping[str, Record], staging: Staging
) -> dict[str, Record]:
    """The records once the pictures are there too: made now, or standing as the last build told them."""
    known = {path: at for record in told.values() for path, at in record["outputs"].items()} | staging.digests

    def digests(outputs: Mapping[str, str]) -> dict[str, str]:
        return {path: at or known[path] for path, at in outputs.items()}

    return {slug: {**record, "outputs": digests(record["outputs"])} for slug, record in records.items()}
