"""The processes under measurement, seen from outside."""

import json
import subprocess
import sys
import time

from benchmarks.processes import cpu_seconds
from benchmarks.setting import events_wait
from kernel.database.engines import make_engine

SETTLE_SECONDS = 60.0
LOOK_SECONDS = 0.05


class Server:
    """A server in a process of its own; `others` are process trees that work for it."""

    def __init__(self, arguments: list[str], url: str = "", others: tuple[int, ...] = ()) -> None:
        self.url = url
        self._engine = make_engine(url, read_only=True) if url else None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._roots = (self._process.pid, *others)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def cpu(self) -> float:
        """CPU seconds used so far by everything that serves."""
        return sum(cpu_seconds(root) for root in self._roots)

    def settle(self) -> None:
        """Wait until every recorded event is in the log, so that its cost is counted."""
        end = time.monotonic() + SETTLE_SECONDS
        while self._engine is not None and events_wait(self._engine):
            assert time.monotonic() < end, "the log does not keep up"
            time.sleep(LOOK_SECONDS)

    def stop(self) -> dict[str, int]:
        """Stop the process; gives how many jobs its writer ran in how many commits."""
        if self._engine is not None:
            self._engine.dispose()
        said, _ = self._process.communicate()
        counts: dict[str, int] = json.loads(said.splitlines()[-1])  # its logs come before
        return counts
