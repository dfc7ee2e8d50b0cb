"""The pictures that pages ask for, made of their masters on all cores, from the cache where they were made before.

Threads serve: the codecs let go of Python's lock, so that they keep as many cores busy as processes would. A core has
one photograph in hand at a time, and each picture is in the cache as soon as it is made, so a killed build has lost
little and the memory does not grow with the number of photographs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from . import audit, derivatives, files, load
from .derivatives import Derivative, Derived
from .diagnostics import Diagnostic, Position, problem
from .order import Progress
from .store import Store
from .workfolder import Staging


class Darkroom(NamedTuple):
    """Where masters come from and pictures go."""

    root: str
    store: Store
    staging: Staging
    developed: Callable[[str], None]
    """Told the path of each picture that is made, and not taken from the store; by several threads."""

    def stage(self, photograph: Derived, wanted: Collection[str]) -> list[Diagnostic]:
        """Stage those pictures of a photograph whose paths are wanted; what is wrong with the master or with them."""
        problems: list[Diagnostic] = []
        missing = []
        for path, derivative in photograph.all().items():
            if path in wanted:
                data = self.store.get(derivatives.key(photograph.master, derivative))
                if data is None:
                    missing.append(path)
                else:
                    problems += self._add(derivative, data)
        return problems + (self._develop(photograph, missing) if missing else [])

    def _develop(self, photograph: Derived, wanted: Collection[str]) -> list[Diagnostic]:
        master = photograph.master
        data = load.photo_bytes(self.root, master.path)
        if isinstance(data, Diagnostic):
            return [data]
        if files.sha256(data) != master.sha256:
            message = f"`{master.path}` changed while the site was built"
            return [problem(Position(master.path), "stale-master", message, "build again")]
        problems: list[Diagnostic] = []
        try:
            for derivative, made in derivatives.made(data, photograph, wanted):
                self.store.put(derivatives.key(master, derivative), made)
                self.developed(derivative.path)
                problems += self._add(derivative, made)
        except derivatives.BrokenMaster as error:
            hint = "run `python build.py photo` again: it makes the master anew"
            problems.append(problem(Position(master.path), "stale-master", f"`{master.path}` {error}", hint))
        return problems

    def _add(self, derivative: Derivative, data: bytes) -> list[Diagnostic]:
        self.staging.add(derivative.path, data)
        return audit.picture_problems(derivative.path, data)


def stage_all(
    darkroom: Darkroom, photographs: Sequence[Derived], wanted: Collection[str], progress: Progress
) -> list[Diagnostic]:
    """Stage the wanted pictures of all photographs, the largest first, so that no core is left with one at the end."""
    in_hand = [each for each in photographs if not each.all().keys().isdisjoint(wanted)]
    in_hand.sort(key=lambda each: -each.master.width * each.master.height)
    if not in_hand:
        return []
    problems: list[Diagnostic] = []
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, len(in_hand)))
    try:
        tasks = [pool.submit(darkroom.stage, each, wanted) for each in in_hand]
        for done, task in enumerate(as_completed(tasks), 1):
            problems += task.result()
            progress("photographs", done, len(tasks))
    finally:
        pool.shutdown(cancel_futures=True)
    return problems
