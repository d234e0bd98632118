"""The only reader of sessions, rooms, assignments and registrations."""

from datetime import datetime
from typing import Any

import msgspec

from exam_engine.errors import SessionUnknown
from exam_engine.registration.states import SessionState
from kernel.clock import from_micros, micros
from kernel.database import Tx


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An exam session."""

    id: bytes
    number: int
    agency_id: bytes
    title: str
    venue: str
    zone: str
    scheme: bytes
    state: SessionState
    opens_at: datetime
    closes_at: datetime


class Room(msgspec.Struct, frozen=True):
    """A room of a session."""

    id: bytes
    exam_session_id: bytes
    name: str


class Registration(msgspec.Struct, frozen=True):
    """A candidate's place in a session."""

    id: bytes
    exam_session_id: bytes
    room_id: bytes
    person_id: bytes
    handle: bytes
    candidate_no: str
    seat: int
    pin_hash: bytes


SESSION = (
    "SELECT id, number, agency_id, title, venue, zone, scheme, state, opens_at, closes_at"
    " FROM exam_session"
)
REGISTRATION = (
    "SELECT id, exam_session_id, room_id, person_id, handle, candidate_no, seat, pin_hash"
    " FROM registration"
)


def next_number(tx: Tx) -> int:
    row = tx.one("SELECT COALESCE(MAX(number), 0) + 1 FROM exam_session")
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return int(row[0])


def insert_session(tx: Tx, new: Session) -> None:
    tx.run(
        "INSERT INTO exam_session (id, number, agency_id, title, venue, zone, scheme, state,"
        " opens_at, closes_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.number,
        new.agency_id,
        new.title,
        new.venue,
        new.zone,
        new.scheme,
        str(new.state),
        micros(new.opens_at),
        micros(new.closes_at),
    )


def session(tx: Tx, session_id: bytes, *, hold: bool = False) -> Session:
    """One session; raises SessionUnknown. `hold` keeps others from moving it meanwhile."""
    row = tx.one(f"{SESSION} WHERE id = ?{tx.lock_row() if hold else ''}", session_id)
    if row is None:
        raise SessionUnknown
    return _session(row)


def sessions(tx: Tx) -> list[Session]:
    return [_session(row) for row in tx.run(f"{SESSION} ORDER BY number DESC")]


def set_state(tx: Tx, session_id: bytes, state: SessionState) -> None:
    tx.run("UPDATE exam_session SET state = ? WHERE id = ?", str(state), session_id)


def insert_room(tx: Tx, room: Room) -> None:
    tx.run(
        "INSERT INTO room (id, exam_session_id, name) VALUES (?, ?, ?)",
        room.id,
        room.exam_session_id,
        room.name,
    )


def rooms(tx: Tx, session_id: bytes) -> list[Room]:
    rows = tx.run(
        "SELECT id, exam_session_id, name FROM room WHERE exam_session_id = ? ORDER BY name, id",
        session_id,
    )
    return [Room(*row) for row in rows]


def room(tx: Tx, room_id: bytes) -> Room:
    """One room; raises SessionUnknown."""
    row = tx.one("SELECT id, exam_session_id, name FROM room WHERE id = ?", room_id)
    if row is None:
        raise SessionUnknown
    return Room(*row)


def insert_assignment(tx: Tx, session_id: bytes, account_id: bytes) -> None:
    tx.run(
        "INSERT INTO assignment (exam_session_id, account_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        session_id,
        account_id,
    )


def assigned(tx: Tx, session_id: bytes) -> set[bytes]:
    """Accounts on duty in a session."""
    rows = tx.run("SELECT account_id FROM assignment WHERE exam_session_id = ?", session_id)
    return {row[0] for row in rows}


def insert_registration(tx: Tx, new: Registration) -> None:
    tx.run(
        "INSERT INTO registration (id, exam_session_id, room_id, person_id, handle, candidate_no,"
        " seat, pin_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.exam_session_id,
        new.room_id,
        new.person_id,
        new.handle,
        new.candidate_no,
        new.seat,
        new.pin_hash,
    )


def registrations(tx: Tx, session_id: bytes) -> list[Registration]:
    """A session's candidates in seat order."""
    rows = tx.run(f"{REGISTRATION} WHERE exam_session_id = ? ORDER BY seat", session_id)
    return [Registration(*row) for row in rows]


def registration(tx: Tx, registration_id: bytes) -> Registration:
    """One registration; raises SessionUnknown."""
    row = tx.one(f"{REGISTRATION} WHERE id = ?", registration_id)
    if row is None:
        raise SessionUnknown
    return Registration(*row)


def set_pin(tx: Tx, registration_id: bytes, pin_hash: bytes) -> None:
    tx.run("UPDATE registration SET pin_hash = ? WHERE id = ?", pin_hash, registration_id)


def has_started(tx: Tx, registration_id: bytes) -> bool:
    """Whether the registration's sitting exists."""
    return tx.one("SELECT 1 FROM sitting WHERE registration_id = ?", registration_id) is not None


def registration_numbered(tx: Tx, candidate_no: str) -> Registration | None:
    if not candidate_no.isprintable():
        return None
    row = tx.one(f"{REGISTRATION} WHERE candidate_no = ?", candidate_no)
    return Registration(*row) if row else None


def registrations_of(tx: Tx, person_id: bytes) -> list[Registration]:
    """Every registration of a person."""
    rows = tx.run(f"{REGISTRATION} WHERE person_id = ? ORDER BY candidate_no", person_id)
    return [Registration(*row) for row in rows]


def person_registered(tx: Tx, session_id: bytes, person_id: bytes) -> bool:
    row = tx.one(
        "SELECT 1 FROM registration WHERE exam_session_id = ? AND person_id = ?",
        session_id,
        person_id,
    )
    return row is not None


def _session(row: tuple[Any, ...]) -> Session:
    session_id, number, agency_id, title, venue, zone, scheme, state, opens_at, closes_at = row
    return Session(
        id=session_id,
        number=number,
        agency_id=agency_id,
        title=title,
        venue=venue,
        zone=zone,
        scheme=scheme,
        state=SessionState(state),
        opens_at=from_micros(opens_at),
        closes_at=from_micros(closes_at),
    )


def registration_of_handle(tx: Tx, handle: bytes) -> Registration:
    """The registration behind a sitting's handle; raises SessionUnknown."""
    row = tx.one(f"{REGISTRATION} WHERE handle = ?", handle)
    if row is None:
        raise SessionUnknown
    return Registration(*row)
