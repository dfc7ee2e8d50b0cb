"""Runs a program and prints what it took: wall and CPU seconds, and the memory of its largest process in MiB.

Apart from `measuring`, because a system never counts less memory for a process than for the one that started it: this one
is as small as Python can be. Given `--together` first, the memory is that of all its processes at once, what they share
counted once; that takes Linux.
"""

import os
import sys
import time

SILENT = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024
A_LOOK_EVERY_S = 0.1


def family(first: int) -> set[int]:
    """A process and all that come of it."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  (pathlib would make this process larger)
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue
    found = {first}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def together(first: int) -> float:
    """What all its processes hold now, in MiB; of what is shared, each its share."""
    kilobytes = 0
    for process in family(first):
        try:
            with open(f"/proc/{process}/smaps_rollup", "rb") as file:  # noqa: PTH123
                kilobytes += int(file.read().partition(b"\nPss:")[2].split()[0])
        except (OSError, IndexError):
            continue
    return kilobytes / 1024


command = sys.argv[1:]
watching = command[0] == "--together"
if watching:
    command = command[1:]
start = time.perf_counter()
process = os.posix_spawn(command[0], command, os.environ, file_actions=SILENT)
peak = 0.0
if watching:
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, together(process))
        time.sleep(A_LOOK_EVERY_S if time.perf_counter() - start > 1 else 0.005)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
largest = usage.ru_maxrss * BYTES_OF_MAXRSS / 2**20
print(wall, usage.ru_utime + usage.ru_stime, peak if watching and peak else largest)
sys.exit(os.waitstatus_to_exitcode(status))
