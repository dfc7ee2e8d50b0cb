"""Forked processes for tests of what several do at once, or of what one leaves that is killed at any step."""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from microsite import workfolder

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked builds")
FAILED = 70
CHANGING = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def start(act: Callable[[], object]) -> int:
    """Run `act` in a forked process and give its id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the test runner may have threads; the child needs none
        child = os.fork()
    if child:
        return child
    try:
        act()
    except BaseException:  # noqa: BLE001  (a child must end here, whatever happened)
        traceback.print_exc()
        os._exit(FAILED)
    os._exit(0)


def outcome_of(child: int, *, quiet: bool = False) -> int:
    """The exit status of a process; below zero, the signal that ended it."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert quiet or status != FAILED, "the child failed: see its traceback"
    return status


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Run `act`, killed just before its `step`th change to the disk, or halfway through it where that is a write.

    The interpreter itself reports each opening, renaming and removing, so none can be missed. False if `act` came to
    its end with fewer changes.
    """
    return outcome_of(start(lambda: act_until(step, act))) == -signal.SIGKILL


def act_until(step: int, act: Callable[[], object]) -> None:
    steps = count(1)
    really_write, really_fsync = os.write, os.fsync

    def die_in_time() -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, args: tuple[object, ...]) -> None:
        flags = args[2] if event == "open" else 0
        if event in CHANGING or (isinstance(flags, int) and flags & WRITING):
            die_in_time()

    def write(handle: int, data: memoryview) -> int:
        half = really_write(handle, data[: (len(data) + 1) // 2])
        die_in_time()
        return half

    def fsync(handle: int) -> None:
        die_in_time()
        really_fsync(handle)

    os.write, os.fsync = write, fsync  # type: ignore[assignment]
    sys.addaudithook(watch)
    act()


@contextmanager
def held_by_another(work_folder: Path) -> Iterator[None]:
    """The lock of `work_folder` in the hands of another process."""
    held, tell = os.pipe()

    def hold() -> None:
        with workfolder.lock(work_folder):
            os.write(tell, b".")
            signal.pause()

    child = start(hold)
    os.read(held, 1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(held)
        os.close(tell)
