"""Work shared out to forked processes: what each is to do is inherited, only results come back."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import connection, get_context
from typing import Any, TypeVar

T = TypeVar("T")


class WorkerDied(RuntimeError):  # noqa: N818 (what happened, not what sort of error)
    """A process ended without handing in its work: a bug of ours, or the machine's memory ran out."""


def in_processes(
    work: Callable[[str], T],
    names: list[str],
    workers: int,
    let_go: Callable[[], None],
    progress: Callable[[int, int], None],
) -> list[T]:
    """Do `work` for each name in several processes; results come in the order of the names, whoever did them.

    Args:
        let_go: called first in each process, so that it does not hold its parent's lock.

    Raises:
        WorkerDied: a process ended early.
    """
    fork = get_context("fork")
    running = {}
    for number in range(workers):
        receiver, sender = fork.Pipe(duplex=False)
        process = fork.Process(target=_work_through, args=(work, names[number::workers], sender, let_go), daemon=True)
        process.start()
        sender.close()
        running[receiver] = process
    done: dict[str, T] = {}
    while running:
        for receiver in [ready for ready in connection.wait(list(running)) if isinstance(ready, connection.Connection)]:
            try:
                name, result = receiver.recv()
            except EOFError:
                running.pop(receiver).join()
                continue
            done[name] = result
            progress(len(done), len(names))
    if len(done) != len(names):
        raise WorkerDied(f"{len(names) - len(done)} of {len(names)} were not done")
    return [done[name] for name in names]


def _work_through(work: Callable[[str], Any], names: list[str], sender: Any, let_go: Callable[[], None]) -> None:
    let_go()
    for name in names:
        sender.send((name, work(name)))
    sender.close()
