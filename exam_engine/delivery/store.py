"""The only reader of sittings, responses and answers. The save path is measured: keep it lean."""

from datetime import datetime
from typing import Any

import msgspec

from exam_engine.delivery.sitting import Incoming, Sitting, SittingState, Stored
from exam_engine.errors import SittingUnknown
from kernel.clock import from_micros, micros
from kernel.database import Tx

COLUMNS = (
    "s.id, s.exam_session_id, s.person_id, s.handle, s.state, s.started_at, s.deadline, s.place,"
    " s.place_sign_in,"
    " (SELECT e.state FROM exam_session e WHERE e.id = s.exam_session_id)"
)


class Place(msgspec.Struct, frozen=True):
    """Who holds a sitting, and when it last showed a sign of life."""

    token: str | None
    sign_in: bytes | None
    seen_at: int


class Revision(msgspec.Struct, frozen=True):
    """One acknowledged save."""

    revision: int
    position: int
    choice: str | None
    flagged: int
    at: int
    k: int
    leaf_hash: bytes


class Answer(msgspec.Struct, frozen=True):
    """The newest response to an item."""

    position: int
    choice: str | None
    flagged: int
    counter: int


class Tally(msgspec.Struct, frozen=True):
    """How many items are answered, and flagged, after the revision with this leaf."""

    revision: int
    leaf_hash: bytes
    answered: int
    flagged: int


class Progress(msgspec.Struct, frozen=True):
    """How far a sitting is, for the room's console."""

    registration_id: bytes
    sitting_id: bytes
    state: SittingState
    answered: int
    flagged: int
    seen_at: int
    deadline: int
    held: bool


def insert_sitting(tx: Tx, new: Sitting, registration_id: bytes) -> None:
    tx.run(
        "INSERT INTO sitting (id, registration_id, exam_session_id, person_id, handle, state,"
        " started_at, deadline, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        registration_id,
        new.exam_session_id,
        new.person_id,
        new.handle,
        str(new.state),
        micros(new.started_at),
        micros(new.deadline),
        micros(new.started_at),
    )


def sitting(tx: Tx, sitting_id: bytes, *, hold: bool = False) -> Sitting:
    """One sitting; raises SittingUnknown."""
    row = tx.one(
        f"SELECT {COLUMNS} FROM sitting s WHERE s.id = ?{tx.lock_row() if hold else ''}",
        sitting_id,
    )
    if row is None:
        raise SittingUnknown
    return _sitting(row)


def of_registration(tx: Tx, registration_id: bytes, *, hold: bool = False) -> Sitting | None:
    """The sitting of a registration, None before it started."""
    row = tx.one(
        f"SELECT {COLUMNS} FROM sitting s WHERE s.registration_id = ?"
        f"{tx.lock_row() if hold else ''}",
        registration_id,
    )
    return _sitting(row) if row else None


def with_answer(
    tx: Tx, registration_id: bytes, position: int
) -> tuple[Sitting, Stored | None] | None:
    """A sitting, held until the end, with the newest response to one item."""
    lock = " FOR UPDATE OF s" if tx.engine == "postgresql" else ""
    row = tx.one(
        f"SELECT {COLUMNS}, a.revision, a.choice, a.flagged, a.place, a.counter FROM sitting s"
        " LEFT JOIN answer a ON a.sitting_id = s.id AND a.position = ?"
        f" WHERE s.registration_id = ?{lock}",
        position,
        registration_id,
    )
    if row is None:
        return None
    return _sitting(row[:10]), _stored(row[10:])


def place(tx: Tx, sitting_id: bytes) -> Place:
    """Who holds a sitting; raises SittingUnknown."""
    row = tx.one("SELECT place, place_sign_in, seen_at FROM sitting WHERE id = ?", sitting_id)
    if row is None:
        raise SittingUnknown
    return Place(*row)


def set_place(tx: Tx, sitting_id: bytes, token: str | None, sign_in: bytes | None) -> None:
    tx.run(
        "UPDATE sitting SET place = ?, place_sign_in = ?, seen_at = ? WHERE id = ?",
        token,
        sign_in,
        micros(tx.at),
        sitting_id,
    )


def set_time(tx: Tx, sitting_id: bytes, state: SittingState, deadline: datetime) -> None:
    """What the time ledger gives now."""
    tx.run(
        "UPDATE sitting SET state = ?, deadline = ? WHERE id = ?",
        str(state),
        micros(deadline),
        sitting_id,
    )


def close(tx: Tx, sitting_id: bytes, state: SittingState, closed_at: int) -> None:
    tx.run(
        "UPDATE sitting SET state = ?, closed_at = ? WHERE id = ?",
        str(state),
        closed_at,
        sitting_id,
    )


def closed_at(tx: Tx, sitting_id: bytes) -> datetime | None:
    """When a sitting ended, None while it is active."""
    row = tx.one("SELECT closed_at FROM sitting WHERE id = ?", sitting_id)
    return from_micros(row[0]) if row and row[0] is not None else None


def insert_response(tx: Tx, sitting_id: bytes, new: Incoming, made: Revision) -> None:
    """Append a revision and make it the newest answer to its item."""
    said = (new.choice, int(new.flagged), new.place, new.counter)
    response = (sitting_id, made.revision, new.position, *said, made.at, made.k, made.leaf_hash)
    answer = (sitting_id, new.position, made.revision, *said)
    if tx.engine == "postgresql":  # it waits for each statement
        tx.run(f"WITH response_made AS ({INSERT_RESPONSE}) {UPSERT_ANSWER}", *response, *answer)
    else:
        tx.run(INSERT_RESPONSE, *response)
        tx.run(UPSERT_ANSWER, *answer)


INSERT_RESPONSE = (
    "INSERT INTO response (sitting_id, revision, position, choice, flagged, place, counter, at,"
    " k, leaf_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
UPSERT_ANSWER = (
    "INSERT INTO answer (sitting_id, position, revision, choice, flagged, place, counter)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sitting_id, position) DO UPDATE SET"
    " revision = excluded.revision, choice = excluded.choice, flagged = excluded.flagged,"
    " place = excluded.place, counter = excluded.counter"
)


def revision(tx: Tx, sitting_id: bytes, number: int) -> Revision:
    """One revision of a sitting; raises SittingUnknown."""
    row = tx.one(f"{REVISION} WHERE sitting_id = ? AND revision = ?", sitting_id, number)
    if row is None:
        raise SittingUnknown
    return Revision(*row)


REVISION = "SELECT revision, position, choice, flagged, at, k, leaf_hash FROM response"


def newest_revision(tx: Tx, sitting_id: bytes, position: int) -> Revision | None:
    """The newest acknowledged save of one item, None while there is none."""
    row = tx.one(
        f"{REVISION} WHERE sitting_id = ? AND position = ? ORDER BY revision DESC LIMIT 1",
        sitting_id,
        position,
    )
    return Revision(*row) if row else None


def revisions(tx: Tx, sitting_id: bytes) -> list[Revision]:
    """Every acknowledged save, in order."""
    rows = tx.run(f"{REVISION} WHERE sitting_id = ? ORDER BY revision", sitting_id)
    return [Revision(*row) for row in rows]


def last_response(tx: Tx, sitting_id: bytes) -> tuple[int, bytes]:
    """The number and leaf hash of the newest revision; (0, b"") before the first."""
    row = tx.one(
        "SELECT revision, leaf_hash FROM response WHERE sitting_id = ?"
        " ORDER BY revision DESC LIMIT 1",
        sitting_id,
    )
    return (row[0], row[1]) if row else (0, b"")


def answers(tx: Tx, sitting_id: bytes) -> dict[int, Answer]:
    """The newest response to each item that has one, by position."""
    rows = tx.run(
        "SELECT position, choice, flagged, counter FROM answer WHERE sitting_id = ?", sitting_id
    )
    return {row[0]: Answer(*row) for row in rows}


def counts(tx: Tx, sitting_id: bytes) -> tuple[int, int]:
    """How many items are answered, and flagged."""
    row = tx.one(
        "SELECT COUNT(choice), COALESCE(SUM(flagged), 0) FROM answer WHERE sitting_id = ?",
        sitting_id,
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


def is_any_active(tx: Tx, session_id: bytes) -> bool:
    """Whether a sitting of the session has not ended, be it paused."""
    found = tx.one(
        "SELECT 1 FROM sitting WHERE exam_session_id = ? AND state IN ('active', 'paused') LIMIT 1",
        session_id,
    )
    return found is not None


def overdue(tx: Tx, limit: int) -> list[bytes]:
    """Sittings past their deadline, or not ended in a session that is closed."""
    rows = tx.run(
        "SELECT s.id FROM sitting s JOIN exam_session e ON e.id = s.exam_session_id"
        " WHERE (s.state = 'active' AND s.deadline <= ?)"
        " OR (s.state IN ('active', 'paused') AND e.state = 'closed') LIMIT ?",
        micros(tx.at),
        limit,
    )
    return [row[0] for row in rows]


def progress(tx: Tx, session_id: bytes) -> dict[bytes, Progress]:
    """Every sitting of a session by registration."""
    rows = tx.run(
        "SELECT s.registration_id, s.id, s.state, COUNT(a.choice), COALESCE(SUM(a.flagged), 0),"
        " COALESCE((SELECT MAX(r.at) FROM response r WHERE r.sitting_id = s.id), s.seen_at),"
        " s.deadline, s.place FROM sitting s LEFT JOIN answer a ON a.sitting_id = s.id"
        " WHERE s.exam_session_id = ?"
        " GROUP BY s.registration_id, s.id, s.state, s.seen_at, s.deadline, s.place",
        session_id,
    )
    return {
        row[0]: Progress(
            row[0], row[1], SittingState(row[2]), row[3], int(row[4]), row[5], row[6],
            row[7] is not None,
        )
        for row in rows
    }  # fmt: skip


def _sitting(row: tuple[Any, ...]) -> Sitting:
    sitting_id, session_id, person_id, handle, state, started_at, deadline, *held, session = row
    return Sitting(
        id=sitting_id,
        exam_session_id=session_id,
        person_id=person_id,
        handle=handle,
        state=SittingState(state),
        started_at=from_micros(started_at),
        deadline=from_micros(deadline),
        place=held[0],
        place_sign_in=held[1],
        session_open=session == "open",
    )


def _stored(row: tuple[Any, ...]) -> Stored | None:
    number, choice, flagged, place_token, counter = row
    if number is None:
        return None
    return Stored(
        revision=number, choice=choice, flagged=bool(flagged), place=place_token, counter=counter
    )


def sittings_in(tx: Tx, states: tuple[SittingState, ...]) -> list[bytes]:
    """Ids of sittings in the states, in the order of starting."""
    marks = ", ".join("?" for _ in states)
    rows = tx.run(
        f"SELECT id FROM sitting WHERE state IN ({marks}) ORDER BY started_at, id",
        *(str(state) for state in states),
    )
    return [row[0] for row in rows]


def sitting_of_handle(tx: Tx, handle: bytes) -> bytes | None:
    row = tx.one("SELECT id FROM sitting WHERE handle = ?", handle)
    return row[0] if row else None
