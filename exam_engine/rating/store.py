"""The only reader of rating tasks and ratings."""

from collections.abc import Iterable, Sequence

import msgspec

from exam_engine.errors import TaskUnknown
from kernel import ids
from kernel.clock import micros
from kernel.database import Tx
from people import store as persons
from question_banks.families.rubric import Levels


class Task(msgspec.Struct, frozen=True):
    """An answer to rate: where it is, whose session, and whether its ratings suffice."""

    id: bytes
    sitting_id: bytes
    position: int
    settled: bool
    session_id: bytes
    agency_id: bytes


class Rating(msgspec.Struct, frozen=True):
    """One rating: which answer, which of its ratings, by which account, the levels, and its
    place in the sitting's chain."""

    position: int
    number: int
    account_id: bytes
    levels: Levels
    k: int
    leaf_hash: bytes


TASKS = (
    "SELECT t.id, t.sitting_id, t.position, t.settled, s.exam_session_id, e.agency_id"
    " FROM rating_task t JOIN sitting s ON s.id = t.sitting_id"
    " JOIN exam_session e ON e.id = s.exam_session_id"
)


def open_tasks(tx: Tx, sitting_id: bytes, positions: Iterable[int]) -> None:
    """Keep a task for each position; those that are there stay as they are."""
    tx.run_many(
        "INSERT INTO rating_task (id, sitting_id, position, settled) VALUES (?, ?, ?, 0)"
        " ON CONFLICT (sitting_id, position) DO NOTHING",
        [(ids.new_id(), sitting_id, position) for position in positions],
    )


def task(tx: Tx, task_id: bytes) -> Task:
    """One task; raises TaskUnknown."""
    row = tx.one(f"{TASKS} WHERE t.id = ?", task_id)
    if row is None:
        raise TaskUnknown
    return _task(row)


def waiting(
    tx: Tx, agency_id: bytes, account_id: bytes, *, after: bytes = b"", limit: int = 50
) -> list[Task]:
    """An agency's answers that need a rating of another account than those that gave one.

    In the order of random ids, which tells nothing of the candidates.
    """
    rows = tx.run(
        f"{TASKS} WHERE t.settled = 0 AND e.agency_id = ? AND t.id > ?"
        " AND NOT EXISTS (SELECT 1 FROM answer_rating r WHERE r.task_id = t.id"
        " AND r.account_id = ?) ORDER BY t.id LIMIT ?",
        agency_id,
        after,
        account_id,
        limit,
    )
    return [_task(row) for row in rows]


def count_waiting(tx: Tx, agency_id: bytes, account_id: bytes) -> int:
    """How many answers wait for this account."""
    row = tx.one(
        "SELECT COUNT(*) FROM rating_task t JOIN sitting s ON s.id = t.sitting_id"
        " JOIN exam_session e ON e.id = s.exam_session_id"
        " WHERE t.settled = 0 AND e.agency_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM answer_rating r WHERE r.task_id = t.id"
        " AND r.account_id = ?)",
        agency_id,
        account_id,
    )
    return int(row[0]) if row else 0


def add_rating(tx: Tx, task: Task, new: Rating, remark: str, person_id: bytes) -> None:
    """Append a rating; the remark is sealed under the candidate's key."""
    sealed = persons.sealer(tx, person_id).seal(remark.encode(), task.id)
    tx.run(
        "INSERT INTO answer_rating (task_id, number, account_id, levels, remark, at, k, leaf_hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        task.id,
        new.number,
        new.account_id,
        msgspec.json.encode(new.levels).decode(),
        sealed,
        micros(tx.at),
        new.k,
        new.leaf_hash,
    )


def settle(tx: Tx, task_id: bytes) -> None:
    """Note that the answer needs no further rating."""
    tx.run("UPDATE rating_task SET settled = 1 WHERE id = ?", task_id)


def unsettled(tx: Tx, sitting_id: bytes) -> int:
    """How many answers of a sitting still need ratings."""
    row = tx.one(
        "SELECT COUNT(*) FROM rating_task WHERE sitting_id = ? AND settled = 0", sitting_id
    )
    return int(row[0]) if row else 0


def of_sitting(tx: Tx, sitting_id: bytes) -> list[Rating]:
    """Every rating of a sitting's answers, in the order they were given."""
    rows = tx.run(
        "SELECT t.position, r.number, r.account_id, r.levels, r.k, r.leaf_hash FROM answer_rating r"
        " JOIN rating_task t ON t.id = r.task_id WHERE t.sitting_id = ?"
        " ORDER BY r.k",
        sitting_id,
    )
    return [
        Rating(row[0], row[1], row[2], msgspec.json.decode(row[3], type=Levels), row[4], row[5])
        for row in rows
    ]


def raters_of_session(tx: Tx, session_id: bytes) -> set[bytes]:
    """Accounts that rated an answer of a session."""
    rows = tx.run(
        "SELECT DISTINCT r.account_id FROM answer_rating r JOIN rating_task t ON t.id = r.task_id"
        " JOIN sitting s ON s.id = t.sitting_id WHERE s.exam_session_id = ?",
        session_id,
    )
    return {row[0] for row in rows}


def levels_by_position(given: Sequence[Rating]) -> dict[int, list[Levels]]:
    """Levels by position, in the order they were given."""
    found: dict[int, list[Levels]] = {}
    for own in given:
        found.setdefault(own.position, []).append(own.levels)
    return found


def _task(row: tuple[bytes, bytes, int, int, bytes, bytes]) -> Task:
    return Task(row[0], row[1], row[2], bool(row[3]), row[4], row[5])
