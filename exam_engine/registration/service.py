"""Planning sessions, assigning proctors, registering candidates, signing candidates in."""

from datetime import datetime

import msgspec

from audit.log import record
from exam_engine.errors import (
    CandidateRefused,
    DutyConflict,
    SessionNotOpen,
    SessionPast,
    SessionPinRefused,
    SessionStateWrong,
    SessionUnknown,
)
from exam_engine.events import (
    CandidateRegistered,
    PinsRenewed,
    SessionClosed,
    SessionCreated,
    SessionOpened,
)
from exam_engine.registration import pins, store
from exam_engine.registration.roster import Candidate
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Registration, Room, Session
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.database import Tx, emits, emits_nothing
from people import service as people
from people import store as persons
from people.errors import RoleMissing
from people.roles import Principal, Role


class Admission(msgspec.Struct, frozen=True):
    """What a candidate gets on its admission card; the PIN exists nowhere else."""

    candidate_no: str
    name: str
    seat: int
    room: str
    registration_pin: str
    former_name: str = ""


@emits("session.created")
def create_session(
    tx: Tx,
    *,
    title: str,
    venue: str,
    zone: str,
    scheme: bytes,
    opens_at: datetime,
    closes_at: datetime,
    rooms: tuple[str, ...],
    by: Principal,
) -> bytes:
    """Plan a session of one's own agency; raises SchemeUnknown, RoleMissing."""
    by.require(Role.AGENCY_ADMIN)
    schemes.scheme(tx, scheme)
    session = Session(
        id=ids.new_id(),
        number=store.next_number(tx),
        agency_id=by.agency_id,
        title=title,
        venue=venue,
        zone=zone,
        scheme=scheme,
        state=SessionState.PLANNED,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    store.insert_session(tx, session)
    for name in rooms:
        store.insert_room(tx, Room(ids.new_id(), session.id, name))
    record(tx, SessionCreated(scheme=scheme.hex()), session=session.id, handle=session.id)
    return session.id


@emits_nothing("a duty roster; every deed on duty is logged with its hand")
def assign_proctor(tx: Tx, *, session_id: bytes, account_id: bytes, by: Principal) -> None:
    """Put a proctor on duty; raises RoleMissing, or DutyConflict for a candidate of the session."""
    own_session(tx, session_id, by)
    if Role.PROCTOR not in persons.roles_of(tx, account_id):
        raise RoleMissing(needed=[str(Role.PROCTOR)])
    person_id = persons.person_of_account(tx, account_id).id
    if store.person_registered(tx, session_id, person_id):
        raise DutyConflict(duty="candidate")
    store.insert_assignment(tx, session_id, account_id)


@emits("candidate.registered", "person.corrected")
def register_candidates(
    tx: Tx, *, session_id: bytes, room_id: bytes, candidates: tuple[Candidate, ...], by: Principal
) -> tuple[Admission, ...]:
    """Give each candidate a number, a seat and a PIN; those already registered are left alone.

    A known person takes the name and unit of the file, which is logged; the card tells the former
    name. Who holds a staff account keeps its name. Raises DutyConflict for a proctor on duty.
    """
    session = own_session(tx, session_id, by, hold=True)
    require_state(session, SessionState.PLANNED)
    room = next((room for room in store.rooms(tx, session_id) if room.id == room_id), None)
    if room is None:
        raise SessionUnknown
    seat = len(store.registrations(tx, session_id))
    on_duty = {persons.person_of_account(tx, a).id for a in store.assigned(tx, session_id)}
    cards = []
    for candidate in candidates:
        person_id = people.create_person(
            tx,
            agency_id=session.agency_id,
            name=candidate.name,
            nip=candidate.nip,
            unit=candidate.unit,
        )
        if person_id in on_duty:
            raise DutyConflict(duty="proctor")
        renamed = people.correct_person(
            tx, person_id=person_id, name=candidate.name, unit=candidate.unit, by=hand(by)
        )
        if not store.person_registered(tx, session_id, person_id):
            card = _register(tx, session, room, person_id, seat=seat)
            card = msgspec.structs.replace(card, former_name=renamed[0] if renamed else "")
            cards.append(card)
            seat += 1
    return tuple(cards)


@emits("pins.renewed")
def renew_pins(
    tx: Tx, *, session_id: bytes, registration_ids: tuple[bytes, ...], by: Principal
) -> tuple[Admission, ...]:
    """New registration PINs for lost cards; the old ones are dead at once.

    Only before a sitting started, so that a renewed card never opens a running exam. Raises
    SessionStateWrong when the session is closed.
    """
    session = own_session(tx, session_id, by, hold=True)
    require_state(session, SessionState.PLANNED, SessionState.FROZEN, SessionState.OPEN)
    rooms = {room.id: room.name for room in store.rooms(tx, session_id)}
    cards = []
    for registration_id in registration_ids:
        own = store.registration(tx, registration_id)
        if own.exam_session_id != session_id or store.has_started(tx, registration_id):
            continue
        pin = pins.new_registration_pin()
        pepper = tx.keys.secret("pepper")
        store.set_pin(tx, own.id, pins.registration_pin_hash(pepper, own.id, pin))
        name = persons.person(tx, own.person_id).name
        cards.append(Admission(own.candidate_no, name, own.seat, rooms[own.room_id], pin))
    if cards:
        renewed = [card.candidate_no for card in cards]
        event = PinsRenewed(by=hand(by), candidates=renewed)
        record(tx, event, session=session_id, handle=session_id)
    return tuple(cards)


@emits("session.opened")
def open_session(tx: Tx, *, session_id: bytes, by: Principal) -> None:
    """Let candidates start; the session must be frozen, and its time not over."""
    session = session_on_duty(tx, session_id, by, hold=True)
    require_state(session, SessionState.FROZEN)
    if tx.at >= session.closes_at:
        raise SessionPast
    store.set_state(tx, session_id, SessionState.OPEN)
    record(tx, SessionOpened(by=hand(by)), session=session_id, handle=session_id)


@emits("session.closed")
def close_session(tx: Tx, *, session_id: bytes, by: Principal) -> None:
    """Let nobody start or go on; open sittings are ended by the sweep that follows."""
    session = session_on_duty(tx, session_id, by, hold=True)
    require_state(session, SessionState.OPEN)
    store.set_state(tx, session_id, SessionState.CLOSED)
    record(tx, SessionClosed(by=hand(by)), session=session_id, handle=session_id)


def check_candidate(
    tx: Tx, *, candidate_no: str, registration_pin: str, session_pin: str
) -> Registration:
    """The registration that number and PINs fit; raises CandidateRefused, never saying why.

    Raises SessionNotOpen when all fit before the session was opened.
    """
    registration = store.registration_numbered(tx, candidate_no.strip())
    if registration is None:
        raise CandidateRefused
    pepper = tx.keys.secret("pepper")
    given = pins.registration_pin_hash(pepper, registration.id, registration_pin.strip())
    own_fits = pins.same(given, registration.pin_hash)
    room_fits = pins.same(session_pin.strip(), pins.session_pin(pepper, registration.room_id))
    if not own_fits:
        raise CandidateRefused
    if not room_fits:
        raise SessionPinRefused
    state = store.session(tx, registration.exam_session_id).state
    if state in {SessionState.PLANNED, SessionState.FROZEN}:
        raise SessionNotOpen
    return registration


def own_session(tx: Tx, session_id: bytes, by: Principal, *, hold: bool = False) -> Session:
    """A session of the admin's own agency; to others it does not exist."""
    by.require(Role.AGENCY_ADMIN)
    session = store.session(tx, session_id, hold=hold)
    if session.agency_id != by.agency_id:
        raise SessionUnknown
    return session


def session_on_duty(tx: Tx, session_id: bytes, by: Principal, *, hold: bool = False) -> Session:
    """A session that the account runs: as its agency's admin, or as a proctor on duty."""
    session = store.session(tx, session_id, hold=hold)
    if Role.AGENCY_ADMIN in by.roles and session.agency_id == by.agency_id:
        return session
    by.require(Role.PROCTOR, Role.AGENCY_ADMIN)
    if by.account_id not in store.assigned(tx, session_id):
        raise SessionUnknown
    return session


def require_state(session: Session, *allowed: SessionState) -> None:
    """Raise SessionStateWrong unless the session is in one of the states."""
    if session.state not in allowed:
        raise SessionStateWrong(state=str(session.state), needed=[str(s) for s in allowed])


def hand(by: Principal) -> str:
    """How an event's opening names an account."""
    return ids.text(by.account_id or by.person_id)


def _register(tx: Tx, session: Session, room: Room, person_id: bytes, *, seat: int) -> Admission:
    registration_id, pin = ids.new_id(), pins.new_registration_pin()
    registration = Registration(
        registration_id,
        session.id,
        room.id,
        person_id,
        ids.new_id(),
        f"{session.number:04d}-{seat + 1:04d}",
        seat,
        pins.registration_pin_hash(tx.keys.secret("pepper"), registration_id, pin),
    )
    store.insert_registration(tx, registration)
    record(
        tx,
        CandidateRegistered(person=ids.text(person_id), seat=seat),
        session=session.id,
        handle=session.id,
        sealer=persons.sealer(tx, person_id),
    )
    name = persons.person(tx, person_id).name
    return Admission(registration.candidate_no, name, seat, room.name, pin)
