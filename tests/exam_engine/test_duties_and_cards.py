"""Nobody sits and watches in one session; lost cards get new PINs; lists are read as written."""

from datetime import timedelta

import pytest

from exam_engine.errors import CandidateRefused, DutyConflict, RosterInvalid, SessionPast
from exam_engine.registration import pins, service, store
from exam_engine.registration.roster import Candidate, decode
from kernel.clock import ManualClock
from kernel.database import Database, Tx, emits_nothing
from people import store as persons
from tests.cast import Cast, hire, publish_small_scheme
from tests.conftest import START

GOOD = Candidate("Ni Luh Contoh", "199102022016022991", "Dinas Contoh")


@pytest.fixture
def cast(database: Database) -> Cast:
    """The staff of two agencies."""
    return hire(database)


@pytest.fixture
def session(database: Database, cast: Cast) -> bytes:
    """A planned session with one room."""
    return database.write_sync(
        service.create_session,
        title="Sesi",
        venue="Gedung",
        zone="Asia/Jakarta",
        scheme=publish_small_scheme(database),
        opens_at=START,
        closes_at=START + timedelta(hours=4),
        rooms=("Ruang A",),
        by=cast["admin"],
    )


def register(
    database: Database, session: bytes, cast: Cast, candidate: Candidate
) -> tuple[service.Admission, ...]:
    """Register one candidate in the session's room."""
    room = database.read_sync(store.rooms, session_id=session)[0]
    return database.write_sync(
        service.register_candidates,
        session_id=session,
        room_id=room.id,
        candidates=(candidate,),
        by=cast["admin"],
    )


def as_candidate(database: Database, cast: Cast, username: str) -> Candidate:
    """A staff member as a row of a candidates' file."""
    person = database.read_sync(persons.person, person_id=cast[username].person_id)
    return Candidate(person.name, person.nip, person.unit)


def test_proctor_on_duty_is_refused_as_candidate(
    database: Database, session: bytes, cast: Cast
) -> None:
    account = cast["pengawas"].account_id
    assert account is not None
    database.write_sync(
        service.assign_proctor, session_id=session, account_id=account, by=cast["admin"]
    )

    with pytest.raises(DutyConflict):
        register(database, session, cast, as_candidate(database, cast, "pengawas"))


def test_candidate_is_refused_as_proctor(database: Database, session: bytes, cast: Cast) -> None:
    register(database, session, cast, as_candidate(database, cast, "pengawas"))
    account = cast["pengawas"].account_id
    assert account is not None

    with pytest.raises(DutyConflict):
        database.write_sync(
            service.assign_proctor, session_id=session, account_id=account, by=cast["admin"]
        )


def test_known_person_takes_the_name_of_the_newest_list(
    database: Database, session: bytes, cast: Cast
) -> None:
    register(database, session, cast, GOOD)

    register(database, session, cast, Candidate("Ni Luh Contoh, S.H.", GOOD.nip, "Dinas Lain"))

    own = database.read_sync(store.registrations, session_id=session)[0]
    person = database.read_sync(persons.person, person_id=own.person_id)
    assert (person.name, person.unit) == ("Ni Luh Contoh, S.H.", "Dinas Lain")


def test_renewed_pin_replaces_the_lost_one(database: Database, session: bytes, cast: Cast) -> None:
    (lost,) = register(database, session, cast, GOOD)
    own = database.read_sync(store.registrations, session_id=session)[0]

    (card,) = database.write_sync(
        service.renew_pins, session_id=session, registration_ids=(own.id,), by=cast["admin"]
    )

    assert card.registration_pin != lost.registration_pin
    kept = database.read_sync(store.registration, registration_id=own.id).pin_hash
    pepper = database.keys.secret("pepper")
    assert kept == pins.registration_pin_hash(pepper, own.id, card.registration_pin)
    with pytest.raises(CandidateRefused):
        database.read_sync(check_with, number=card.candidate_no, pin=lost.registration_pin)


def check_with(tx: Tx, *, number: str, pin: str) -> None:
    """Sign in with the room's right PIN."""
    own = store.registration_numbered(tx, number)
    assert own is not None
    right = pins.session_pin(tx.keys.secret("pepper"), own.room_id)
    service.check_candidate(tx, candidate_no=number, registration_pin=pin, session_pin=right)


def test_session_past_its_time_is_not_opened(
    database: Database, session: bytes, cast: Cast, clock: ManualClock
) -> None:
    database.write_sync(freeze_without_pool, session_id=session)
    clock.advance(5 * 3600)

    with pytest.raises(SessionPast):
        database.write_sync(service.open_session, session_id=session, by=cast["admin"])


@emits_nothing("a short cut of this test")
def freeze_without_pool(tx: Tx, *, session_id: bytes) -> None:
    """Bring the session into the state from which it is opened."""
    tx.run("UPDATE exam_session SET state = 'frozen' WHERE id = ?", session_id)


def test_list_of_a_windows_spreadsheet_keeps_its_names() -> None:
    assert decode("René".encode("cp1252")) == "René"
    assert decode("\ufeffRené".encode()) == "René"
    with pytest.raises(RosterInvalid):
        decode(b"Ren\x81\x8d")
