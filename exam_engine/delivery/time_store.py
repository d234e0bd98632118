"""The only reader of time ledgers."""

import msgspec

from exam_engine.delivery.time_ledger import Entry, EntryKind, Ledger
from kernel.clock import from_micros, micros
from kernel.database import Tx


class Made(msgspec.Struct, frozen=True):
    """By whose hand (None: the system's) and under which leaf of the sitting's chain."""

    account_id: bytes | None
    k: int
    leaf_hash: bytes


def add(tx: Tx, sitting_id: bytes, number: int, entry: Entry, made: Made) -> None:
    tx.run(
        "INSERT INTO time_entry (sitting_id, number, kind, at, seconds, reason, account_id, k,"
        " leaf_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sitting_id,
        number,
        str(entry.kind),
        micros(entry.at),
        entry.seconds,
        entry.reason,
        made.account_id,
        made.k,
        made.leaf_hash,
    )


def rows(tx: Tx, sitting_id: bytes) -> list[tuple[Entry, Made]]:
    """A sitting's entries with where they are logged, in order."""
    found = tx.run(
        "SELECT kind, at, seconds, reason, account_id, k, leaf_hash FROM time_entry"
        " WHERE sitting_id = ? ORDER BY number",
        sitting_id,
    )
    return [
        (
            Entry(kind=EntryKind(kind), at=from_micros(at), seconds=seconds, reason=reason),
            Made(account_id, k, leaf_hash),
        )
        for kind, at, seconds, reason, account_id, k, leaf_hash in found
    ]


def ledger(tx: Tx, sitting_id: bytes) -> Ledger:
    """A sitting's time ledger."""
    return Ledger(tuple(entry for entry, _ in rows(tx, sitting_id)))
