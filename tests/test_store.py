"""The cache gives back what was put, or nothing: also spoilt, and with several at it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from microsite.store import Store, cache_key
from tests.folders import tree
from tests.forks import needs_fork, outcome_of, start


def test_cache_key_tells_apart_parts_that_join_to_the_same_text() -> None:
    keys = {cache_key(*parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["ab", b"d"])}
    assert len(keys) == 5
    assert cache_key("a", b"b") == cache_key("a", "b")


def test_store_gives_back_what_was_put(tmp_path: Path) -> None:
    store, key = Store(tmp_path / "work" / "cache"), cache_key("text")
    assert store.get(key) is None
    for data in (b"", b"rendered"):
        store.put(key, data)
        assert Store(tmp_path / "work" / "cache").get(key) == data


@pytest.mark.parametrize("spoilt", ["cut short", "grown", "empty", "changed"])
def test_spoilt_store_entry_counts_as_absent(tmp_path: Path, spoilt: str) -> None:
    store, key = Store(tmp_path), cache_key("text")
    store.put(key, b"rendered")
    path = tmp_path / key[:2] / key[2:]
    whole = path.read_bytes()
    path.write_bytes(
        {"cut short": whole[:-1], "grown": whole + b"!", "empty": b"", "changed": whole[:-1] + b"D"}[spoilt]
    )
    assert store.get(key) is None
    store.put(key, b"rendered")
    assert store.get(key) == b"rendered"


def test_store_entry_under_another_key_counts_as_absent(tmp_path: Path) -> None:
    store, one, other = Store(tmp_path), cache_key("one"), cache_key("other")
    store.put(one, b"data")
    store.put(other, b"data")
    shutil.copy(tmp_path / one[:2] / one[2:], tmp_path / other[:2] / other[2:])
    assert store.get(other) is None


def test_store_refuses_a_key_that_could_be_a_path(tmp_path: Path) -> None:
    for key in ("../../etc/passwd", "short", ""):
        with pytest.raises(ValueError, match="cache key"):
            Store(tmp_path).get(key)


@needs_fork
def test_processes_storing_at_once_never_spoil_an_entry(tmp_path: Path) -> None:
    keys = [cache_key(str(number)) for number in range(4)]
    values = [bytes([letter]) * 50_000 for letter in b"ab"]

    def fill(value: bytes) -> None:
        for _ in range(50):
            for key in keys:
                Store(tmp_path).put(key, value)

    writers = [start(lambda value=value: fill(value)) for value in values]  # type: ignore[misc]
    read = [Store(tmp_path).get(key) for _ in range(100) for key in keys]
    assert [outcome_of(writer) for writer in writers] == [0, 0]
    read += [Store(tmp_path).get(key) for key in keys]
    assert set(read[-len(keys) :]) <= set(values)
    assert set(read) <= {None, *values}
    assert len(tree(tmp_path)) == len(keys)
