"""Publishing: check, build, and record what readers are shown, or stop where a change is told nowhere. Sends nothing anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from . import derive, files, inventory, load, pipeline, review, versions
from .diagnostics import Diagnostic, Position, has_errors, in_order, nearest, problem
from .maker import Maker
from .model import Story
from .newsroom import open_newsroom
from .order import Order, Progress
from .record import STANDING, Published, as_text, forgetting, record_path
from .versions import Change

IN_ARGUMENTS = Position("arguments")
"""Where something is named that is not there."""
NOT_TO_BE_PASSED_OVER = ("unrecorded-change", "vanished-story")
"""Kinds that a build warns of, and publishing stops at."""


class Publication(NamedTuple):
    """What came of publishing."""

    diagnostics: tuple[Diagnostic, ...]
    published: bool = False
    recorded: tuple[str, ...] = ()
    """The records written, from the root."""
    to_write: tuple[str, ...] = ()
    """Lines that the author may put into front matter, where a change is told nowhere."""


class _Edition(NamedTuple):
    """A story that readers are shown, or shown to be withdrawn."""

    story: Story
    now: versions.Present
    fingerprint: str


def publish(order: Order, day: str | None, reason: str, record_into: str | None, progress: Progress) -> Publication:
    """Check all files, build the site, and record what its stories show; nothing is sent anywhere.

    Args:
        day: of the publication; today where it is not given.
        reason: why changes are told in no correction; empty where none may be.
        record_into: the folder below which to record, in place of the site's root: the site is then what the root's
            records make, so that others who have the repository make the same.

    Raises:
        workfolder.Busy: a build is under way.
    """
    found = [_for_publishing(each, reason) for each in review.check_everything(order)[0]]
    problems = in_order(each for each in found if each)
    if has_errors(problems):
        return Publication(problems, to_write=tuple(_entries_to_write(order, day)) if not reason else ())
    built = pipeline.build(order, progress)
    if built.outcome == "stopped":
        return Publication(built.diagnostics)
    today = day or date.today().isoformat()  # noqa: DTZ011 (the author's day)
    recorded = tuple(_record(order, today, reason, record_into or order.root))
    if recorded and record_into is None:
        built = pipeline.build(order, progress)
    told = in_order((*problems, *built.diagnostics))
    return Publication(told, built.outcome != "stopped", recorded)


def _for_publishing(found: Diagnostic, reason: str) -> Diagnostic | None:
    """A diagnostic as publishing takes it: a change told nowhere is an error, or none where a reason is given."""
    if found.kind == "unrecorded-change" and reason:
        return None
    return replace(found, severity="error") if found.kind in NOT_TO_BE_PASSED_OVER else found


def _editions(order: Order) -> Iterator[_Edition]:
    newsroom, _ = open_newsroom(order)
    if newsroom is None:
        return
    maker = Maker(newsroom, None)
    for slug in newsroom.tree.stories:
        story, editions, found, seeds = maker.read(slug)
        if story and story.front.status != "draft" and not has_errors(found):
            fingerprint = derive.fingerprint({**story.digests, **seeds.digests})
            yield _Edition(story, versions.present(story, editions, seeds.found), fingerprint)


def _record(order: Order, day: str, reason: str, root: str) -> Iterator[str]:
    """Write the records that are not as they should be below a folder, and give their paths."""
    for story, now, fingerprint in _editions(order):
        untold = story.published and versions.unexplained(story, story.published, now)
        record = versions.next_record(story, now, day, fingerprint, reason if untold else "")
        if story.published is None or _differs(record, story.published):
            path = record_path(story.slug)
            Path(root).mkdir(parents=True, exist_ok=True)
            files.write_within(root, path, as_text(record).encode())
            yield path


def _differs(record: Published, before: Published) -> bool:
    return as_text(record) != as_text(before)


# --- What the author may write ---------------------------------------------------------------------------------------


def _entries_to_write(order: Order, day: str | None) -> Iterator[str]:
    """For each story with changes told nowhere, an entry of `corrections` to begin with."""
    for story, now, _ in _editions(order):
        changes = versions.unexplained(story, story.published, now) if story.published else []
        told = [change for change in changes if change.place != versions.CORRECTIONS]
        if told:
            yield f"For the front matter of content/{story.slug}/index.md, if readers should know:"
            yield from _entry(told, day or date.today().isoformat())  # noqa: DTZ011


def _entry(changes: list[Change], day: str) -> Iterator[str]:
    at_root = _not_following(changes)
    was, now = next(filter(all, map(_wordings, at_root)), ("…", "…"))
    yield "corrections:"
    yield f"  - date: {day}"
    yield "    kind: correction   # or clarification, or update"
    yield "    of:"
    yield from (f"      - {change.place}" for change in at_root)
    yield f"    was: {was}"
    yield f"    now: {now}"


def _not_following(changes: list[Change]) -> list[Change]:
    """The changes without those that follow from another among them."""
    places = {change.place for change in changes}
    return [change for change in changes if places.isdisjoint(change.bases)]


def _wordings(change: Change) -> tuple[str, str]:
    """What a place said and says, in the first language in which that differs."""
    name = next((name for name in change.was if name != STANDING and name in change.now), "")
    if not name or change.was[name].is_forgotten:
        return "", ""
    return _quoted(change.was[name].value), _quoted(change.now[name])


def _quoted(text: str) -> str:
    """A text in double quotes."""
    import json

    return json.dumps(text, ensure_ascii=False)


# --- Forgetting ------------------------------------------------------------------------------------------------------


def forget(root: str, places: Iterable[str]) -> tuple[list[str], list[Diagnostic]]:
    """Leave only digests of texts that were recorded, each named STORY/PLACE, or of all that a STORY has.

    Returns:
        The records written, and what was not found.
    """
    wanted: dict[str, set[str]] = {}
    for name in places:
        slug, slash, place = name.partition("/")
        wanted.setdefault(slug, set()).add(place if slash else "")
    written: list[str] = []
    problems: list[Diagnostic] = []
    known_stories = inventory.tree(root)[0].records
    for slug, named in wanted.items():
        record, found = load.published(root, slug) if slug in known_stories else (None, [])
        problems += found
        if record is None:
            message = f"nothing is recorded of a story `{slug}`"
            problems += [] if found else [_unknown(message, nearest(slug, known_stories))]
            continue
        problems += [
            _unknown(f"nothing is recorded of `{place}`", nearest(place, record.texts))
            for place in sorted(named - {"", *record.texts})
        ]
        known = {*record.texts} if "" in named else named & {*record.texts}
        kept = replace(record, texts=forgetting(record, known))
        if _differs(kept, record):
            files.write_within(root, record_path(slug), as_text(kept).encode())
            written.append(record_path(slug))
    return written, problems


def _unknown(message: str, hint: str) -> Diagnostic:
    return problem(IN_ARGUMENTS, "bad-value", message, hint)
