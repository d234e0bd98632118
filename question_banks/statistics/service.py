"""Keeping figures: annotations in chunks, then the bank's row, which makes them visible."""

from collections.abc import Sequence

from audit.log import record
from kernel import ids
from kernel.canonical import b64
from kernel.database import Database, Tx, emits, emits_nothing
from people.roles import Principal, Role
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.events import StatisticsComputed
from question_banks.statistics import store
from question_banks.statistics.analysis import Analysis, ItemAnalysis, item_bytes, summary_bytes

CHUNK = 100


@emits_nothing(
    "figures in chunks; the bank's row that closes them is logged with their data's hash"
)
def annotate(tx: Tx, *, data: bytes, items: Sequence[ItemAnalysis], by: Principal) -> None:
    """Append the figures of some item versions."""
    by.require(Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)
    made = [
        (bytes.fromhex(own.figures.version), Kind.STATISTICS, data, item_bytes(own))
        for own in items
    ]
    annotations.append(tx, made, _account(by))


@emits("statistics.computed")
def close_analysis(
    tx: Tx, *, bank_id: bytes, data: bytes, body: bytes, papers: int, by: Principal
) -> None:
    """Append the bank's own figures."""
    by.require(Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)
    store.insert_analysis(tx, bank_id, data, body, _account(by))
    record(
        tx,
        StatisticsComputed(
            papers=papers, data=b64(data), bank=ids.text(bank_id), by=ids.text(_account(by))
        ),
    )


def keep_analysis(database: Database, *, bank_id: bytes, analysis: Analysis, by: Principal) -> None:
    """Keep an analysis in short jobs; killed and run again, it only appends the same figures."""
    data = bytes.fromhex(analysis.data)
    for start in range(0, len(analysis.items), CHUNK):
        chunk = analysis.items[start : start + CHUNK]
        database.write_sync(annotate, data=data, items=chunk, by=by)
    database.write_sync(
        close_analysis,
        bank_id=bank_id,
        data=data,
        body=summary_bytes(analysis),
        papers=analysis.test.papers,
        by=by,
    )


def _account(by: Principal) -> bytes:
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    return by.account_id
