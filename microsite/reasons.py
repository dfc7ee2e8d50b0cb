"""Why stories are made anew, in words: which files were added, changed or removed that each depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .ledger import SHARED, Ledger, States

FIRST_BUILD = "first build"
_IN_WORDS = {"generator/": "the generator changed", "libraries/": "Python or its libraries changed"}
_Story = Mapping[str, Any]
"""What the ledger keeps of one."""


def why_made(
    before: Ledger,
    told: Mapping[str, _Story],
    now: States,
    slugs: Iterable[str],
    contested: Iterable[str] = (),
    moved: Iterable[str] = (),
) -> dict[str, tuple[str, ...]]:
    """The reasons for which `ledger.stale_stories` has these stories made anew, by slug.

    Args:
        told: the stories of the ledger.
        contested: those that a changed seed may contradict, without their resting on it.
        moved: those whose place in their series is another, or their neighbours.
    """
    slugs, contested = sorted(slugs), set(contested)
    if not before.states.inputs:
        return dict.fromkeys(slugs, (FIRST_BUILD,))
    inputs = _changes(before.states.inputs, now.inputs)
    site = _changes(before.states.site, now.site)
    shared = tuple(dict.fromkeys(_of_all(inputs)))
    whole = {slug: tuple(_of_one(slug, told.get(slug), inputs, site)) for slug in slugs}
    if contested:
        seeds = tuple(_named(inputs, ("seeds/",)))
        whole |= {slug: (*whole[slug], *seeds) for slug in slugs if slug in contested and not whole[slug]}
    whole |= {slug: ("its series changed",) for slug in moved if not whole[slug]}
    # What remains is stale as the site has become one of several stories, or of one.
    return {slug: (*shared, *why) or ("the number of stories changed",) for slug, why in whole.items()}


def _changes(before: str, now: str) -> dict[str, str]:
    """What became of each path of which the state is another: `added`, `removed`, `changed`."""
    old, new = ({line.rpartition("\t")[0]: line for line in text.split("\n")} for text in (before, now))
    found = {path: "changed" if path in old else "added" for path, line in new.items() if old.get(path) != line}
    return found | dict.fromkeys(old.keys() - new.keys(), "removed")


def _of_all(inputs: Mapping[str, str]) -> Iterator[str]:
    """What every page may depend on."""
    for prefix in SHARED:
        if prefix in _IN_WORDS:
            yield from [_IN_WORDS[prefix]] if any(path.startswith(prefix) for path in inputs) else []
        elif prefix == "environment/":
            yield from (f"{path.removeprefix(prefix)} changed" for path in inputs if path.startswith(prefix))
        else:
            yield from _named(inputs, (prefix,))


def _of_one(slug: str, story: _Story | None, inputs: Mapping[str, str], site: Mapping[str, str]) -> Iterator[str]:
    if story is None:
        yield "new story"
        return
    seeds = tuple(f"seeds/{name}.yaml" for name in story["seeds"])
    yield from _named(inputs, (f"content/{slug}/", f"published/{slug}.yaml"))
    yield from _named(inputs, seeds)
    for path in sorted(site.keys() & story["outputs"].keys()):
        yield f"site/{path} was {site[path]} by something else"


def _named(changes: Mapping[str, str], prefixes: tuple[str, ...]) -> Iterator[str]:
    """Each file among the changes whose path begins so; folders tell nothing that their files do not."""
    for path in sorted(path for path in changes if path.startswith(prefixes) and not path.endswith("/")):
        yield f"{path} {changes[path]}"
