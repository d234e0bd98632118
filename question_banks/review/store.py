"""The only reader of steps, comments, reviews, blind answers, and experts' papers."""

import msgspec

from kernel import ids
from kernel.clock import micros
from kernel.database import Tx
from question_banks.states import Deed, ItemState


class Step(msgspec.Struct, frozen=True):
    """One step of an item: the version then, deed, state after it, whose, why, when."""

    version: bytes
    deed: str
    state: ItemState
    account_id: bytes
    reason: str
    at: int


class Comment(msgspec.Struct, frozen=True):
    """A remark on a version."""

    version: bytes
    account_id: bytes
    text: str
    at: int


class Review(msgspec.Struct, frozen=True):
    """A reviewer's decision on a version, with the card's bytes."""

    version: bytes
    account_id: bytes
    decision: str
    card: bytes
    reason: str
    at: int


class Blind(msgspec.Struct, frozen=True):
    """A blind answer, and whether it is the key."""

    answer: str
    agrees: bool


def add_step(
    tx: Tx, item_id: bytes, version: bytes, *, deed: Deed | str, state: ItemState,
    account_id: bytes, reason: str = "",
) -> None:  # fmt: skip
    """Append a step."""
    tx.run(
        "INSERT INTO item_step (id, item_id, version, deed, state, account_id, reason, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ids.new_id(),
        item_id,
        version,
        str(deed),
        str(state),
        account_id,
        reason,
        micros(tx.at),
    )


def steps(tx: Tx, item_id: bytes) -> list[Step]:
    """An item's steps, newest first."""
    rows = tx.run(
        "SELECT version, deed, state, account_id, reason, at FROM item_step WHERE item_id = ?"
        " ORDER BY at DESC, id",
        item_id,
    )
    return [Step(row[0], row[1], ItemState(row[2]), *row[3:]) for row in rows]


def add_comment(tx: Tx, item_id: bytes, version: bytes, account_id: bytes, text: str) -> None:
    tx.run(
        "INSERT INTO item_comment (id, item_id, version, account_id, text, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ids.new_id(),
        item_id,
        version,
        account_id,
        text,
        micros(tx.at),
    )


def comments(tx: Tx, item_id: bytes) -> list[Comment]:
    """An item's remarks, newest first."""
    rows = tx.run(
        "SELECT version, account_id, text, at FROM item_comment WHERE item_id = ?"
        " ORDER BY at DESC, id",
        item_id,
    )
    return [Comment(*row) for row in rows]


def add_review(tx: Tx, item_id: bytes, made: Review) -> None:
    tx.run(
        "INSERT INTO item_review (id, item_id, version, account_id, decision, card, reason, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ids.new_id(),
        item_id,
        made.version,
        made.account_id,
        made.decision,
        made.card,
        made.reason,
        micros(tx.at),
    )


def reviews(tx: Tx, item_id: bytes) -> list[Review]:
    """An item's reviews, newest first."""
    rows = tx.run(
        "SELECT version, account_id, decision, card, reason, at FROM item_review"
        " WHERE item_id = ? ORDER BY at DESC, id",
        item_id,
    )
    return [Review(*row) for row in rows]


def approvers(tx: Tx, item_id: bytes, version: bytes) -> set[bytes]:
    """Accounts that approved a version since it was last submitted."""
    row = tx.one(
        "SELECT COALESCE(MAX(at), 0) FROM item_step WHERE item_id = ? AND deed = 'submit'", item_id
    )
    rows = tx.run(
        "SELECT account_id FROM item_review WHERE item_id = ? AND version = ?"
        " AND decision = 'approve' AND at >= ?",
        item_id,
        version,
        row[0] if row else 0,
    )
    return {found[0] for found in rows}


def keep_blind(
    tx: Tx, item_id: bytes, version: bytes, account_id: bytes, *, answer: str, agrees: bool
) -> None:
    """Keep the first blind answer; a later one changes nothing."""
    tx.run(
        "INSERT INTO blind_answer (item_id, version, account_id, answer, agrees, at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (item_id, version, account_id) DO NOTHING",
        item_id,
        version,
        account_id,
        answer,
        int(agrees),
        micros(tx.at),
    )


def blind(tx: Tx, item_id: bytes, version: bytes, account_id: bytes) -> Blind | None:
    """A reviewer's blind answer to a version, None before it."""
    row = tx.one(
        "SELECT answer, agrees FROM blind_answer WHERE item_id = ? AND version = ?"
        " AND account_id = ?",
        item_id,
        version,
        account_id,
    )
    return Blind(row[0], bool(row[1])) if row else None


def add_term(tx: Tx, account_id: bytes, *, ends_at: int, by: bytes) -> None:
    tx.run(
        "INSERT INTO expert_term (id, account_id, ends_at, by, at) VALUES (?, ?, ?, ?, ?)",
        ids.new_id(),
        account_id,
        ends_at,
        by,
        micros(tx.at),
    )


def term_end(tx: Tx, account_id: bytes) -> int | None:
    """When an outside expert's time ends; None for people of the house."""
    row = tx.one(
        "SELECT ends_at FROM expert_term WHERE account_id = ? ORDER BY at DESC, id LIMIT 1",
        account_id,
    )
    return row[0] if row else None


def add_statement(tx: Tx, account_id: bytes, bank_id: bytes, *, conflict: bool, text: str) -> None:
    tx.run(
        "INSERT INTO conflict_statement (id, account_id, bank_id, conflict, text, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ids.new_id(),
        account_id,
        bank_id,
        int(conflict),
        text,
        micros(tx.at),
    )


def statement(tx: Tx, account_id: bytes, bank_id: bytes) -> bool | None:
    """Whether the newest statement names a conflict with the bank; None without one."""
    row = tx.one(
        "SELECT conflict FROM conflict_statement WHERE account_id = ? AND bank_id = ?"
        " ORDER BY at DESC, id LIMIT 1",
        account_id,
        bank_id,
    )
    return bool(row[0]) if row else None
