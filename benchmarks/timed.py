"""Runs a program and prints what it took: wall and CPU seconds, and the memory of its largest process in MiB.

Apart from `run`, because a system never counts less memory for a process than for the one that started it: this one is
as small as Python can be.
"""

import os
import sys
import time

SILENT = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024

start = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=SILENT)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * BYTES_OF_MAXRSS / 2**20)
sys.exit(os.waitstatus_to_exitcode(status))
