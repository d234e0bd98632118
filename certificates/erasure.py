"""Erasing a person: what could be read is destroyed, what proves others' exams stays."""

from datetime import datetime

from audit.log import erase_openings, record
from certificates import store
from certificates.standing import standing
from certificates.status import Status
from exam_engine.delivery import store as delivery
from exam_engine.outcomes.awards import awarded
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Registration
from kernel.clock import stamp
from kernel.database import Database, Tx, emits
from people import nip as nips
from people import store as persons
from people.errors import PersonUnknown, RetentionHolds
from people.events import PrivacyErased

HOLDING = frozenset({Status.VALID, Status.SUSPENDED})  # a suspension can still be lifted


def erase(database: Database, *, agency: str, nip: str, reason: str) -> int:
    """Erase the person with a NIP at an agency, in the tables and in the database's files.

    Gives the number of openings destroyed. Killed in between, run it again: for a person who is
    not (any more) there it still cleans the files. Raises PersonUnknown, NipInvalid,
    RetentionHolds, ScrubBlocked.
    """
    number = nips.normalise(nip)
    try:
        destroyed = database.write_sync(erase_person, agency=agency, nip=number, reason=reason)
    except PersonUnknown:
        database.scrub()
        raise
    database.scrub()
    return destroyed


@emits("privacy.erased")
def erase_person(tx: Tx, *, agency: str, nip: str, reason: str) -> int:
    """Destroy key, openings and names of a person, end its sign-ins and accounts, log the handles.

    Raises PersonUnknown, and RetentionHolds while a rule holds; nobody can go past that.
    """
    agency_id = persons.agency_named(tx, agency)
    person_id = persons.person_by_nip(tx, agency_id, nip) if agency_id else None
    if person_id is None:
        raise PersonUnknown
    own = registrations.registrations_of(tx, person_id)
    _check_retention(tx, person_id, own)
    destroyed = erase_openings(tx, person_id)
    persons.erase_person(tx, person_id)
    for registration in own:
        record(
            tx,
            PrivacyErased(reason=reason),
            session=registration.exam_session_id,
            handle=registration.handle,
        )
    if not own:
        record(tx, PrivacyErased(reason=reason))
    return destroyed


def _check_retention(tx: Tx, person_id: bytes, own: list[Registration]) -> None:
    """Raise RetentionHolds while an exam runs, a certificate is owed, or one is in force."""
    for registration in own:
        session = registrations.session(tx, registration.exam_session_id, hold=True)
        sitting = delivery.of_registration(tx, registration.id)
        ended = sitting is None or delivery.closed_at(tx, sitting.id) is not None
        if session.state is not SessionState.CLOSED or not ended:
            raise RetentionHolds(rule="session_not_closed", until=_day(session.closes_at))
    _check_certificates(tx, person_id)


def _check_certificates(tx: Tx, person_id: bytes) -> None:
    held = store.held_by(tx, person_id)
    owed = set(store.without_certificate(tx, awarded(tx)))
    if any(delivery.sitting(tx, sitting_id).person_id == person_id for sitting_id in owed):
        raise RetentionHolds(rule="certificate_pending", until="–")
    for certificate in held:
        if standing(tx, certificate) in HOLDING:
            raise RetentionHolds(rule="certificate_valid", until=_day(certificate.valid_until))
        if store.pdf(tx, certificate.id) is None:
            raise RetentionHolds(rule="certificate_pending", until="–")


def _day(moment: datetime) -> str:
    return stamp(moment)[:10]
