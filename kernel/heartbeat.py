"""The heartbeat: the newest stored time, so that the clock never starts before it."""

from datetime import datetime, timedelta

from kernel.clock import from_micros, micros
from kernel.database import Tx, emits_nothing


@emits_nothing("a sign of life, rewritten every few seconds")
def beat(tx: Tx) -> None:
    """Store the present moment."""
    tx.run(
        "INSERT INTO heartbeat (id, at) VALUES (1, ?)"
        " ON CONFLICT (id) DO UPDATE SET at = excluded.at",
        micros(tx.at),
    )


def last_beat(tx: Tx) -> datetime | None:
    """The newest stored moment, None before the first."""
    row = tx.one("SELECT at FROM heartbeat WHERE id = 1")
    return from_micros(row[0]) if row else None


def late_by(tx: Tx, *, at: datetime) -> timedelta:
    """How long ago the last sign of life was."""
    last = last_beat(tx)
    return at - last if last else timedelta()
