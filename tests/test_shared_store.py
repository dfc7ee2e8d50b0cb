"""Builds that share a cache, at once or one after another, on one machine or by carrying it to the next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks import corpus
from microsite import pipeline
from microsite.command import order_for
from microsite.store import Store
from tests.forks import needs_fork, outcome_of, start
from tests.trees import bytes_of

pytestmark = pytest.mark.usefixtures("compiled_once")

STORIES = 4


def site(root: Path, stories: int = STORIES, only: slice = slice(None)) -> Path:
    """Some of the made-up stories, the same whichever site has them."""
    corpus.write(root, stories)
    for slug in {*corpus.slugs(stories)} - {*corpus.slugs(stories)[only]}:
        shutil.rmtree(root / "content" / slug)
    return root


def build(root: Path, cache: Path) -> None:
    result = pipeline.build(order_for(str(root))._replace(cache_folder=str(cache), processes=1))
    assert result.outcome == "built", result.diagnostics


def pages_of(root: Path) -> dict[str, bytes]:
    return bytes_of(root / "site")


def entries(cache: Path) -> set[str]:
    return {path.relative_to(cache).as_posix() for path in cache.rglob("*") if path.is_file()}


@needs_fork
@pytest.mark.slow
def test_two_builds_that_share_a_store_at_once_never_spoil_it(tmp_path: Path) -> None:
    alone = site(tmp_path / "alone")
    build(alone, tmp_path / "own-cache")
    both, cache = [site(tmp_path / name) for name in ("one", "other")], tmp_path / "shared/cache"
    children = [start(lambda root=root: build(root, cache)) for root in both]  # type: ignore[misc]
    assert [outcome_of(child) for child in children] == [0, 0]
    assert [pages_of(root) == pages_of(alone) for root in both] == [True, True]
    assert entries(cache) == entries(tmp_path / "own-cache"), (
        "the same work has the same keys, and nothing is left over"
    )
    assert all(Store(cache).get(name.replace("/", "")) is not None for name in entries(cache)), "every entry is sound"


@pytest.mark.slow
def test_a_site_is_joined_from_the_stores_of_jobs_that_built_parts_of_it(tmp_path: Path) -> None:
    for name, part in (("first", slice(2)), ("second", slice(2, None))):
        build(site(tmp_path / name, only=part), tmp_path / f"{name}-cache")
        shutil.copytree(tmp_path / f"{name}-cache", tmp_path / "joined-cache", dirs_exist_ok=True)
    brought = entries(tmp_path / "joined-cache")
    build(site(tmp_path / "whole"), tmp_path / "joined-cache")
    assert entries(tmp_path / "joined-cache") == brought, "nothing had to be converted again"
    build(site(tmp_path / "clean"), tmp_path / "clean-cache")
    assert pages_of(tmp_path / "whole") == pages_of(tmp_path / "clean")


@pytest.mark.slow
def test_a_store_that_lost_or_spoilt_entries_on_its_way_is_mended(tmp_path: Path) -> None:
    build(site(tmp_path / "one"), tmp_path / "cache")
    for index, name in enumerate(sorted(whole := entries(tmp_path / "cache"))):
        path = tmp_path / "cache" / name
        if index % 3 == 0:
            path.unlink()
        elif index % 3 == 1:
            path.write_bytes(path.read_bytes()[:-1])
    build(site(tmp_path / "other"), tmp_path / "cache")
    assert entries(tmp_path / "cache") == whole
    assert pages_of(tmp_path / "other") == pages_of(tmp_path / "one")
