"""The only reader of the second factors' tables."""

import msgspec

from kernel.clock import micros
from kernel.database import Tx


class Factor(msgspec.Struct, frozen=True):
    """A sealed secret, whether its first code came, and the last step that was used."""

    sealed: bytes
    confirmed: bool
    last_step: int


def factor(tx: Tx, account_id: bytes) -> Factor | None:
    row = tx.one(
        "SELECT sealed, confirmed, last_step FROM second_factor WHERE account_id = ?", account_id
    )
    return Factor(row[0], confirmed=bool(row[1]), last_step=row[2]) if row else None


def put(tx: Tx, account_id: bytes, new: Factor) -> None:
    """Keep a factor, in place of an older one."""
    tx.run("DELETE FROM second_factor WHERE account_id = ?", account_id)
    tx.run(
        "INSERT INTO second_factor (account_id, sealed, confirmed, last_step) VALUES (?, ?, ?, ?)",
        account_id,
        new.sealed,
        int(new.confirmed),
        new.last_step,
    )


def delete(tx: Tx, account_id: bytes) -> None:
    """Forget factor and recovery codes."""
    tx.run("DELETE FROM recovery_code WHERE account_id = ?", account_id)
    tx.run("DELETE FROM second_factor WHERE account_id = ?", account_id)


def put_codes(tx: Tx, account_id: bytes, hashes: list[bytes]) -> None:
    for one in hashes:
        tx.run("INSERT INTO recovery_code (account_id, code_hash) VALUES (?, ?)", account_id, one)


def unused_codes(tx: Tx, account_id: bytes) -> list[bytes]:
    rows = tx.run(
        "SELECT code_hash FROM recovery_code WHERE account_id = ? AND used_at IS NULL", account_id
    )
    return [row[0] for row in rows]


def mark_used(tx: Tx, account_id: bytes, code_hash: bytes) -> None:
    tx.run(
        "UPDATE recovery_code SET used_at = ? WHERE account_id = ? AND code_hash = ?",
        micros(tx.at),
        account_id,
        code_hash,
    )
