"""Outside experts: a time that ends, and a statement about conflicts of interest per bank."""

from datetime import datetime

from audit.log import record
from kernel import ids
from kernel.clock import micros, stamp
from kernel.database import Tx, emits
from people.roles import Principal, Role
from question_banks.errors import ConflictStatementMissing, ExpertTermOver
from question_banks.events import ConflictStated, ExpertTermSet
from question_banks.review import store


@emits("expert.term_set")
def set_term(tx: Tx, *, account_id: bytes, ends_at: datetime, by: Principal) -> None:
    """Make a reviewer an outside expert until a time; the newest term counts."""
    by.require(Role.AGENCY_ADMIN)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.add_term(tx, account_id, ends_at=micros(ends_at), by=by.account_id)
    record(
        tx,
        ExpertTermSet(
            ends=stamp(ends_at), account=ids.text(account_id), by=ids.text(by.account_id)
        ),
    )


@emits("expert.conflict_stated")
def state_conflict(tx: Tx, *, bank_id: bytes, conflict: bool, text: str, by: Principal) -> None:
    """An expert declares, for one bank, whether a conflict of interest exists."""
    by.require(Role.REVIEWER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.add_statement(tx, by.account_id, bank_id, conflict=conflict, text=text)
    record(
        tx,
        ConflictStated(account=ids.text(by.account_id), bank=ids.text(bank_id), conflict=conflict),
    )


def require_fit(tx: Tx, bank_id: bytes, account_id: bytes) -> None:
    """Let people of the house pass; raises ExpertTermOver, ConflictStatementMissing for others."""
    ends_at = store.term_end(tx, account_id)
    if ends_at is None:
        return
    if micros(tx.at) >= ends_at:
        raise ExpertTermOver
    if store.statement(tx, account_id, bank_id) is not False:
        raise ConflictStatementMissing
