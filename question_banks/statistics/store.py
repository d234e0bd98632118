"""The only reader of bank analyses."""

import msgspec

from kernel import ids
from kernel.clock import micros
from kernel.database import Tx
from question_banks.statistics.analysis import Summary, summary_from


class BankAnalysis(msgspec.Struct, frozen=True):
    """An analysis of a whole bank: the hash of its data, its figures, when."""

    data: bytes
    summary: Summary
    at: int


def insert_analysis(tx: Tx, bank_id: bytes, data: bytes, body: bytes, account_id: bytes) -> None:
    tx.run(
        "INSERT INTO bank_analysis (id, bank_id, data, body, account_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ids.new_id(),
        bank_id,
        data,
        body,
        account_id,
        micros(tx.at),
    )


def newest_analysis(tx: Tx, bank_id: bytes) -> BankAnalysis | None:
    """A bank's newest analysis, None before the first."""
    row = tx.one(
        "SELECT data, body, at FROM bank_analysis WHERE bank_id = ?"
        " ORDER BY at DESC, id DESC LIMIT 1",
        bank_id,
    )
    return BankAnalysis(row[0], summary_from(row[1]), row[2]) if row else None
