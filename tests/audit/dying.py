"""A process that kills itself just before its n-th step: statement, commit, fsync or rename.

`die_sequencing` and `die_exporting` end with exit code 0 when they took fewer steps than that.
"""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.export import export
from kernel.clock import SystemClock
from kernel.database import Database, Tx
from tests.audit.trial import KEYS, sequencer


def open_database(url: str) -> Database:
    clock = SystemClock(datetime(2026, 11, 22, tzinfo=UTC))
    return Database(url, clock=clock, keys=KEYS).start()


def die_sequencing(url: str, folder: str, steps: int) -> None:
    """Turn until nothing waits, or die."""
    database = open_database(url)
    one = sequencer(database, Path(folder))
    light_the_fuse(steps)
    one.drain()


def die_exporting(url: str, folder: str, steps: int) -> None:
    """Export, or die."""
    database = open_database(url)
    light_the_fuse(steps)
    export(database, Path(folder))


def light_the_fuse(steps: int) -> None:
    """Count every step from now on; the one after `steps` is never taken."""
    left = steps

    def step() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            step()
            return call(*args, **kwargs)

        return run

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            step()
            done = call(*args, **kwargs)
            step()  # committed, but nobody was told
            return done

        return run

    for owner, name, wrap in (
        (Tx, "run", counted),
        (Tx, "run_many", counted),
        (Database, "write_sync", around),
        (os, "fsync", around),
        (Path, "replace", around),
    ):
        setattr(owner, name, wrap(getattr(owner, name)))
