"""The cache gives back what was put, or nothing: also spoilt, and with several at it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from microsite import command
from microsite.store import Store, cache_key, prune
from tests.folders import tree
from tests.forks import needs_fork, outcome_of, start
from tests.helpers import write_site


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


def test_pruning_keeps_what_was_used_lately_and_no_more_than_is_allowed(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    keys = [cache_key(str(number)) for number in range(4)]
    for days, key in enumerate(keys):
        store.put(key, bytes(84))  # 100 with the checksum
        (entry,) = tmp_path.rglob(key[2:])
        os.utime(entry, (time.time() - days * 86_400 - 3_600,) * 2)
    assert prune(store.folder, 2.5 * 86_400, 10**9) == (1, 100)
    assert store.get(keys[3]) is None
    assert store.get(keys[2]), "this is a use"
    assert prune(store.folder, 10 * 86_400, 250) == (1, 100)
    assert [store.get(key) is not None for key in keys] == [True, False, True, False]
    assert prune(store.folder, 0, 0) == (2, 200)
    assert prune(str(tmp_path / "no cache"), 0, 0) == (0, 0)


def test_command_prunes_the_cache_and_the_next_build_fills_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_site(tmp_path)
    root_options = ["--root", str(root)]
    Store(root / ".microsite/cache").put(cache_key("unused"), b"x")
    assert command.main(["prune", "--days", "1", *root_options]) == 0
    assert capsys.readouterr().out == "Removed 0 files from the cache, 0.0 MB.\n"
    assert command.main(["prune", "--megabytes", "0", *root_options]) == 0
    assert capsys.readouterr().out == "Removed 1 file from the cache, 0.0 MB.\n"
    assert command.main(root_options) == 0
