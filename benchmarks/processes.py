"""CPU that a process and everything under it have used, by /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, TIMES = 1, slice(11, 15)  # of what follows the name: utime, stime, cutime, cstime


def cpu_seconds(root: int) -> float:
    """User and system time of the tree under `root`, children that ended included."""
    found = _all()
    tree = {root}
    while more := {pid for pid, (_, parent, _) in found.items() if parent in tree} - tree:
        tree |= more
    return sum(found[pid][2] for pid in tree if pid in found) / TICKS


def child_named(name: str) -> int:
    """The process id of this process's child with that name; raises LookupError."""
    for pid, (called, parent, _) in _all().items():
        if parent == os.getpid() and called == name:
            return pid
    raise LookupError(name)


def _all() -> dict[int, tuple[str, int, int]]:
    """Name, parent and used ticks of every process."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            start, _, rest = path.read_text(encoding="latin-1").rpartition(")")
        except OSError:  # it ended meanwhile
            continue
        fields = rest.split()
        ticks = sum(int(field) for field in fields[TIMES])
        found[int(path.parent.name)] = (start.partition("(")[2], int(fields[PARENT]), ticks)
    return found
