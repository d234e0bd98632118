"""The room's console: who sits where and how far, what happened, and releasing a place."""

from datetime import datetime

import msgspec

from audit.log import record
from exam_engine.delivery import store as delivery
from exam_engine.delivery import time_store
from exam_engine.delivery.store import Progress
from exam_engine.errors import PlaceNotHeld, ReasonMissing, SittingClosed
from exam_engine.events import PlaceReleased
from exam_engine.proctoring import incident_store
from exam_engine.proctoring.incident_store import Incident
from exam_engine.proctoring.reasons import RELEASE, reason_of
from exam_engine.registration import pins
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.store import Room, Session
from kernel.database import Tx, emits, emits_nothing
from people import sign_ins
from people import store as persons
from people.roles import Principal


class SeatView(msgspec.Struct, frozen=True, kw_only=True):
    """One seat; `progress` is None before the sitting started."""

    registration_id: bytes
    seat: int
    candidate_no: str
    name: str
    progress: Progress | None


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sitting's timeline: `kind` names it, the rest says what it was."""

    at: datetime
    kind: str
    seconds: int = 0
    reason: str = ""
    sanction: str = ""
    text: str = ""
    hand: str = ""


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """A room with its session PIN and seats."""

    session: Session
    room: Room
    session_pin: str
    seats: list[SeatView]
    incidents: dict[bytes, list[Incident]]


def room_view(tx: Tx, *, room_id: bytes, by: Principal) -> RoomView:
    """A room as its proctor (or the agency's admin) sees it; to others it does not exist."""
    room = registrations.room(tx, room_id)
    session = registration.session_on_duty(tx, room.exam_session_id, by)
    progress = delivery.progress(tx, session.id)
    seats = [
        SeatView(
            registration_id=own.id,
            seat=own.seat + 1,
            candidate_no=own.candidate_no,
            name=persons.person(tx, own.person_id).name,
            progress=progress.get(own.id),
        )
        for own in registrations.registrations(tx, session.id)
        if own.room_id == room_id
    ]
    pin = pins.session_pin(tx.keys.secret("pepper"), room_id)
    incidents: dict[bytes, list[Incident]] = {}
    for incident in incident_store.of_session(tx, session.id):
        incidents.setdefault(incident.registration_id, []).append(incident)
    return RoomView(session=session, room=room, session_pin=pin, seats=seats, incidents=incidents)


def timeline(tx: Tx, *, registration_id: bytes, by: Principal) -> list[Happening]:
    """What happened to a candidate's time and what was noted, in order; for who is on duty."""
    own = registrations.registration(tx, registration_id)
    session = registration.session_on_duty(tx, own.exam_session_id, by)
    found = [
        Happening(
            at=one.at,
            kind="incident",
            reason=one.reason,
            sanction=one.sanction,
            text=one.note,
            hand=persons.person_of_account(tx, one.account_id).name,
        )
        for one in incident_store.of_session(tx, session.id)
        if one.registration_id == registration_id
    ]
    if sitting := delivery.of_registration(tx, registration_id):
        found += [
            Happening(
                at=entry.at,
                kind=str(entry.kind),
                seconds=entry.seconds,
                reason=entry.reason,
                hand=persons.person_of_account(tx, made.account_id).name if made.account_id else "",
            )
            for entry, made in time_store.rows(tx, sitting.id)
        ]
        found += [
            Happening(at=message.at, kind="message", text=message.text)
            for message in incident_store.messages(tx, sitting.id, own.person_id)
        ]
    return sorted(found, key=lambda one: one.at)


@emits_nothing("the guard at the door is told that this candidate was only clumsy")
def unlock_sign_in(tx: Tx, *, registration_id: bytes, by: Principal) -> None:
    """Let a candidate try its PINs again at once after too many failures."""
    own = registrations.registration(tx, registration_id)
    registration.session_on_duty(tx, own.exam_session_id, by)
    sign_ins.unlock(tx, number=own.candidate_no)


@emits("place.released")
def release_place(tx: Tx, *, registration_id: bytes, reason: str, by: Principal) -> None:
    """Let the sitting go on at another PC; the old place's saves are refused from here on.

    Raises ReasonMissing, PlaceNotHeld, SittingClosed.
    """
    own = registrations.registration(tx, registration_id)
    registration.session_on_duty(tx, own.exam_session_id, by)
    if reason_of(reason, RELEASE) is None:
        raise ReasonMissing
    sitting = delivery.of_registration(tx, registration_id, hold=True)
    if sitting is None or sitting.place is None:
        raise PlaceNotHeld
    if sitting.state.over:
        raise SittingClosed(state=str(sitting.state))
    delivery.set_place(tx, sitting.id, None, None)
    record(
        tx,
        PlaceReleased(reason=reason, by=registration.hand(by)),
        session=sitting.exam_session_id,
        handle=sitting.handle,
        sealer=persons.sealer(tx, sitting.person_id),
    )
