"""The only reader of incidents and proctors' messages; their words are sealed per person."""

from contextlib import suppress
from datetime import datetime

import msgspec

from kernel.clock import from_micros, micros
from kernel.database import Tx
from kernel.sealed import Sealer
from people import store as persons
from people.errors import PersonErased

ERASED = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One incident; `note` is empty once its person is erased."""

    id: bytes
    registration_id: bytes
    reason: str
    sanction: str
    note: str
    account_id: bytes
    at: datetime


class Message(msgspec.Struct, frozen=True):
    """What a proctor wrote, and when."""

    text: str
    at: datetime


def add(tx: Tx, new: Incident, *, session_id: bytes, sealer: Sealer) -> None:
    tx.run(
        "INSERT INTO incident (id, registration_id, exam_session_id, reason, sanction, note,"
        " account_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.registration_id,
        session_id,
        new.reason,
        new.sanction,
        sealer.seal(new.note.encode(), new.id),
        new.account_id,
        micros(new.at),
    )


def of_session(tx: Tx, session_id: bytes) -> list[Incident]:
    """A session's incidents in the order they were noted."""
    rows = tx.run(
        "SELECT i.id, i.registration_id, i.reason, i.sanction, i.note, i.account_id, i.at,"
        " g.person_id FROM incident i JOIN registration g ON g.id = i.registration_id"
        " WHERE i.exam_session_id = ? ORDER BY i.at, i.id",
        session_id,
    )
    return [
        Incident(
            id=row[0],
            registration_id=row[1],
            reason=row[2],
            sanction=row[3],
            note=_opened(tx, row[7], row[4], row[0]),
            account_id=row[5],
            at=from_micros(row[6]),
        )
        for row in rows
    ]


def add_message(
    tx: Tx, message_id: bytes, sitting_id: bytes, text: str, *, account_id: bytes, sealer: Sealer
) -> None:
    tx.run(
        "INSERT INTO proctor_message (id, sitting_id, text, account_id, at) VALUES (?, ?, ?, ?, ?)",
        message_id,
        sitting_id,
        sealer.seal(text.encode(), message_id),
        account_id,
        micros(tx.at),
    )


def messages(tx: Tx, sitting_id: bytes, person_id: bytes) -> list[Message]:
    """What was written to a sitting, newest first."""
    rows = tx.run(
        "SELECT id, text, at FROM proctor_message WHERE sitting_id = ? ORDER BY at DESC", sitting_id
    )
    return [Message(_opened(tx, person_id, row[1], row[0]), from_micros(row[2])) for row in rows]


def _opened(tx: Tx, person_id: bytes, sealed: bytes, context: bytes) -> str:
    with suppress(PersonErased):
        return persons.sealer(tx, person_id).open(sealed, context).decode()
    return ERASED
