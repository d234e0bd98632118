"""The only reader of signatures under minutes."""

from datetime import datetime

import msgspec

from kernel.clock import from_micros, micros
from kernel.database import Tx


class Signature(msgspec.Struct, frozen=True):
    """One signature: as what, under which digest, by which account, and its leaf."""

    duty: str
    digest: bytes
    account_id: bytes
    at: datetime
    k: int
    leaf_hash: bytes


def add(tx: Tx, session_id: bytes, number: int, new: Signature) -> None:
    tx.run(
        "INSERT INTO minutes_signature (exam_session_id, number, duty, digest, account_id, at, k,"
        " leaf_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        session_id,
        number,
        new.duty,
        new.digest,
        new.account_id,
        micros(new.at),
        new.k,
        new.leaf_hash,
    )


def signatures(tx: Tx, session_id: bytes) -> list[Signature]:
    """A session's signatures in order."""
    rows = tx.run(
        "SELECT duty, digest, account_id, at, k, leaf_hash FROM minutes_signature"
        " WHERE exam_session_id = ? ORDER BY number",
        session_id,
    )
    return [Signature(row[0], row[1], row[2], from_micros(row[3]), *row[4:]) for row in rows]
