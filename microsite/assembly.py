"""A site made anew where it changed: which stories to make, what belongs to none of them, and the way into `site/`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

from . import announcing, audit, evidence_data, images, ledger, manifest, publishing, series, shared
from .developing import (
    complete_offline_editions,
    stage_cards,
    stage_pictures,
    standing_pictures,
    with_digests_of_pictures,
)
from .diagnostics import Diagnostic, Position, has_errors, in_order, problem
from .ledger import Ledger, States
from .maker import Maker
from .newsroom import Newsroom, check_seeds, open_newsroom
from .order import Order, Progress, Result, has_tripwires
from .reasons import why_made
from .rules import as_set
from .store import Store, cache_key
from .storymade import StoryMade
from .timings import UNWATCHED, Unwatched
from .unused import unused_statements
from .workfolder import Staging

STORIES_WORTH_A_SECOND_PROCESS = 40
FILES_WORTH_A_SECOND_PROCESS = 200
Record = Mapping[str, Any]
"""What the ledger keeps of a story."""


def assemble(
    order: Order,
    before: Ledger,
    now: States,
    let_go: Callable[[], None],
    progress: Progress,
    watch: Unwatched = UNWATCHED,
) -> Result:
    """Make the stories that changed, and publish them with those that stand.

    Args:
        before: the ledger of the last build.
        now: the states found at the start of this one.
        let_go: called in forked processes, so that they do not hold the lock.
        watch: told where the time goes.
    """
    watch.begin()
    if foreign := publishing.foreign_site_folder(order.site_folder):
        where, hint = Position("site"), "move them away: a build would delete them"
        return Result("stopped", (problem(where, "foreign-site-folder", str(foreign), hint),))
    newsroom, problems = watch.time("load", open_newsroom, order)
    if newsroom is None:
        return Result("stopped", in_order(problems))
    told, changes = before.stories(), ledger.changed(before.states.inputs, now.inputs)
    stale = ledger.stale_stories(before, told, now, newsroom.tree.stories)
    stale |= (contested := _newly_contested(newsroom, told, changes))
    staging = Staging(order.work_folder)
    unseen = has_errors(problems)  # pages that nobody will see need not be made
    maker = watch.time("render", _open_maker, newsroom, None if unseen else staging, progress, watch)
    moved = _find_places(newsroom, maker, told, stale)
    watch.explain(partial(why_made, before, told, now, stale | moved, contested, moved))
    stale |= moved
    kept = {slug: told[slug] for slug in newsroom.tree.stories if slug not in stale}
    made = _make_all(maker, sorted(stale), let_go, progress, order.processes, watch)
    watch.count("stories", len(made), len(kept))
    problems += [found for story in made for found in story.diagnostics]
    newsroom.seeds.not_yet_told(name for story in made for name in story.seeds)  # that is: they were, elsewhere
    problems += watch.time("check", check_seeds, newsroom, stale, changes := changes | _seeds_let_go(stale, told))
    common = Common()
    records: dict[str, Record] = {**kept, **{story.slug: story.record() for story in made}}
    if not has_errors(problems):
        problems += _problems_of_all(before, newsroom, records, changes, stale)
    if not has_errors(problems):
        standing_pages = _standing_pages(before, now, changes)
        common, more = watch.time("derive", _stage_shared, newsroom, maker, staging, records, standing_pages)
        problems += more
    standing = standing_pictures(told, before, now)
    if not has_errors(problems):
        problems += watch.time("pictures", stage_pictures, newsroom, made, standing, staging, progress, watch)
    if not has_errors(problems):
        watch.time("pictures", stage_cards, order, made, standing, staging, let_go, progress)
        complete_offline_editions(order, made, standing, staging)
    staged = [*common.staged, *(path for story in made for path in story.outputs if path not in standing)]
    keep = [*common.kept, *(path for record in kept.values() for path in record["outputs"])]
    keep += [path for story in made for path in story.outputs if path in standing]
    if not has_errors(problems):
        records = with_digests_of_pictures(records, told, staging)
        staged += _stage_manifest(order, staging, records, common)
    if not has_errors(problems) and has_tripwires(order.root):
        problems += watch.time("audit", _tripped, order, staging, staged, keep, let_go)
    if has_errors(problems):
        staging.discard()
        return Result("stopped", in_order(problems))
    pages = {path: (of, common.kept.get(path) or staging.digests[path]) for path, of in common.made_of.items()}
    written, removed = watch.time("write", publishing.publish, order.site_folder, staging, staged, keep)
    watch.time("write", _write_ledger, order, now, (written, removed), records, problems, pages)
    _count_files(watch, written, staged, keep)
    slugs = tuple(story.slug for story in made)
    return Result("built", in_order(problems), tuple(written), tuple(removed), slugs, len(kept))


def _open_maker(newsroom: Newsroom, staging: Staging | None, progress: Progress, watch: Unwatched) -> Maker:
    """A maker with its templates loaded."""
    return Maker(newsroom, staging, before_page=partial(progress, "pages", 0, 0), watch=watch)


def _make_all(
    maker: Maker, slugs: list[str], let_go: Callable[[], None], progress: Progress, processes: int, watch: Unwatched
) -> list[StoryMade]:
    """Make stories, or only look at them where pages need not be made; in several processes where there are many."""
    workers = min(processes or os.cpu_count() or 1, len(slugs) // STORIES_WORTH_A_SECOND_PROCESS + 1)
    until_now = watch.drain()  # or each process would hand it over once more
    if workers > 1 and hasattr(os, "fork"):
        from .workers import in_processes

        made = watch.time("wait", in_processes, maker.make, slugs, workers, let_go, partial(progress, "stories"))
    else:
        made = []
        for slug in slugs:
            made.append(maker.make(slug))
            progress("stories", len(made), len(slugs))
    for spent in (until_now, *(story.spent for story in made)):
        watch.add(spent)
    return made


def _write_ledger(
    order: Order,
    now: States,
    changed: tuple[list[str], list[str]],
    records: Mapping[str, Record],
    problems: list[Diagnostic],
    pages: Mapping[str, tuple[str, str]],
) -> None:
    """Keep a record of this build; `changed` are the files written and removed, `pages` those of no story."""
    written, removed = changed
    then = ledger.look_again(now, order.site_folder, written, set(removed))
    ledger.write(order.ledger_path, ledger.record(then, records, in_order(problems), pages))


def _count_files(watch: Unwatched, written: list[str], staged: list[str], keep: list[str]) -> None:
    watch.count("pages", kept=sum(path.endswith(".html") for path in keep))
    watch.count("files", len(written), len(staged) + len(keep) - len(written))


def _find_places(newsroom: Newsroom, maker: Maker, told: Mapping[str, Record], stale: set[str]) -> set[str]:
    """Tell the maker where stories stand in their series; the others whose pages then say otherwise."""
    ahead = [part for slug in sorted(stale) if (part := maker.part_ahead(slug))]
    kept = {slug: told[slug] for slug in newsroom.tree.stories if slug not in stale}
    places = series.places([*ahead, *shared.parts_of(kept)], newsroom.site)
    maker.place_of = lambda slug: places.get(slug, {})
    return {slug for slug, record in kept.items() if record["place"] != series.as_plain(places.get(slug, {}))}


def _problems_of_all(
    before: Ledger, newsroom: Newsroom, records: Mapping[str, Record], changes: set[str], stale: set[str]
) -> Iterator[Diagnostic]:
    """What was said of the stories that stand, and what only all stories together can show."""
    kept = (record for slug, record in records.items() if slug not in stale)
    yield from (ledger.diagnostic(row) for record in kept for row in record["warnings"])
    yield from _said_of_other_seeds(before, newsroom, records, changes, stale)
    yield from as_set(unused_statements(record["uses"] for record in records.values()), newsroom.site)
    yield from _front_problems(newsroom, records)
    yield from shared.problems(newsroom, records)


def _seeds_let_go(stale: set[str], told: Mapping[str, Record]) -> set[str]:
    """The paths of the seeds on which stories rested that are made anew, and may no longer rest on them."""
    return {f"seeds/{name}.yaml" for slug in stale & told.keys() for name in told[slug]["seeds"]}


def _said_of_other_seeds(
    before: Ledger, newsroom: Newsroom, records: Mapping[str, Record], changes: set[str], stale: set[str]
) -> list[Diagnostic]:
    """What the last build said of seeds that no story rests on, where this build had no reason to read them again."""
    if len(stale) == len(newsroom.tree.stories):
        return []
    rested_on = {name for record in records.values() for name in record["seeds"]}
    quiet = {f"seeds/{name}.yaml" for name in newsroom.seeds.names if name not in rested_on} - changes
    return [found for found in before.diagnostics() if found.at.file in quiet]


def _newly_contested(newsroom: Newsroom, told: Mapping[str, Record], changes: set[str]) -> set[str]:
    """The stories that rest on a seed of which a changed one may say otherwise, which they do not cite themselves."""
    if not told:
        return set()
    seeds = {
        reference.seed for name in ledger.changed_seeds(changes) for reference in newsroom.seeds.contradicted_by(name)
    }
    return {slug for slug in newsroom.tree.stories if slug in told and not seeds.isdisjoint(told[slug]["seeds"])}


def _front_problems(newsroom: Newsroom, records: Mapping[str, Record]) -> Iterator[Diagnostic]:
    front = newsroom.site.front
    if front and not records[front.value]["cards"] and not records[front.value]["notices"]:
        message = f"the front story `{front.value}` is a draft, so the site would have no first page"
        yield problem(front.at, "unpublished-front", message, "publish the story, or take `front` out")


def _tripped(
    order: Order, staging: Staging, staged: list[str], keep: list[str], let_go: Callable[[], None]
) -> list[Diagnostic]:
    """What the tripwires find in all that was staged, and in the names of all files; in several processes for many."""
    from . import tripwires

    wires, problems = tripwires.read(order.root)
    look = partial(tripwires.staged_problems, wires, staging.folder)
    problems += tripwires.in_names(wires, [*staged, *keep])
    workers = min(order.processes or os.cpu_count() or 1, len(staged) // FILES_WORTH_A_SECOND_PROCESS + 1)
    if workers > 1 and hasattr(os, "fork"):
        from .workers import in_processes

        found = in_processes(look, staged, workers, let_go, lambda _done, _all: None)
    else:
        found = [look(path) for path in staged]
    return [*problems, *(each for one in found for each in one)]


# --- What belongs to no story ----------------------------------------------------------------------------------------


class Common(NamedTuple):
    """What belongs to no story."""

    staged: tuple[str, ...] = ()
    """The paths of what was made now."""
    kept: Mapping[str, str] = {}
    """The SHA-256 of the pages that stand as they were made, by path."""
    made_of: Mapping[str, str] = {}
    """Of every page, a digest of what it was made of, by path."""


def _standing_pages(before: Ledger, now: States, changes: set[str]) -> dict[str, list[str]]:
    """The pages that no story owns and that stand as they were made, where nothing that all pages share has changed."""
    if any(path.startswith(ledger.SHARED) for path in changes):
        return {}
    spoilt = ledger.changed(before.states.site, now.site)
    return {path: told for path, told in before.pages().items() if path not in spoilt}


def _stage_shared(
    newsroom: Newsroom,
    maker: Maker,
    staging: Staging,
    records: Mapping[str, Record],
    standing: Mapping[str, Sequence[str]],
) -> tuple[Common, list[Diagnostic]]:
    """Stage style sheet, icon, placeholders, the pages that no story owns, and what is told to others.

    Args:
        standing: pages of the last build, which are kept where they would be made of the same.
    """
    staged = [".nojekyll", evidence_data.SCHEMA_PATH]
    staging.add(".nojekyll", b"")
    staging.add(evidence_data.SCHEMA_PATH, evidence_data.schema())
    for name, path in newsroom.assets.items():
        staging.add(path, newsroom.asset_data[name])
        staged.append(path)
    store = Store(newsroom.order.cache_folder)
    plates = ((path, tuple(shape), reason) for record in records.values() for path, shape, reason in record["plates"])
    for path, shape, reason in sorted(set(plates)):
        staging.add(path, _plate(store, shape, reason))
        staged.append(path)
    pages = [*shared.pages_of(newsroom, records)]
    made_of = {page.path: sha256(page.made_of.encode()).hexdigest() for page in pages}
    kept = {path: told[1] for path, told in standing.items() if made_of.get(path) == told[0]}
    fresh = [page for page in pages if page.path not in kept]
    facts: dict[str, audit.PageFacts] = {}
    problems = [found for each in fresh for found in maker.lay_out(each.page(), staging, facts)]
    announced = announcing.stage(newsroom, staging, records)
    facts |= {path: about for path, about in announced.items() if about}
    staged += announced
    stories = (path for record in records.values() for path in record["outputs"])
    problems += audit.across(facts, {*staged, manifest.MANIFEST_PATH, *stories, *(page.path for page in pages)})
    return Common((*staged, *(page.path for page in fresh)), kept, made_of), problems


def _stage_manifest(order: Order, staging: Staging, records: Mapping[str, Record], common: Common) -> list[str]:
    """Stage the list of all other files, and its signature where the author has signed this very list."""
    outputs = {
        **staging.digests,
        **common.kept,
        **{path: at for record in records.values() for path, at in record["outputs"].items()},
    }
    fingerprints = {slug: record["fingerprint"] for slug, record in records.items() if record["fingerprint"]}
    data = manifest.manifest(outputs, fingerprints)
    staging.add(manifest.MANIFEST_PATH, data)
    signature = manifest.signature_of(data, order.root)
    if signature is None:
        return [manifest.MANIFEST_PATH]
    staging.add(manifest.SIGNATURE_PATH, signature)
    return [manifest.MANIFEST_PATH, manifest.SIGNATURE_PATH]


def _plate(store: Store, shape: tuple[int, int], reason: str) -> bytes:
    """A placeholder's drawing, from the cache where it was drawn before."""
    key = cache_key("plate", images.RECIPE_VERSION, images.encoder_version(), f"{shape[0]}:{shape[1]}", reason)
    if (stored := store.get(key)) is not None:
        return stored
    drawn = images.plate(shape, reason)
    store.put(key, drawn)
    return drawn
