"""What the board's decisions award: the facts that a certificate states."""

from datetime import datetime
from typing import Any

import msgspec

from exam_engine.delivery import store as delivery
from exam_engine.errors import SittingUnknown
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store
from exam_engine.registration import store as registrations
from exam_engine.registration.store import Session
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme
from kernel.clock import from_micros
from kernel.database import Tx
from people import store as persons
from people.store import Person


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """One sitting that the board found competent."""

    sitting_id: bytes
    handle: bytes
    session: Session
    scheme: Scheme
    person: Person
    result_digest: bytes
    result: dict[str, Any]
    decision_number: str
    decided_at: datetime
    signatory: Person
    sat_at: datetime


def awarded(tx: Tx) -> list[bytes]:
    """Every sitting decided as competent, in the order of the decisions."""
    return store.competent_sittings(tx)


def awarded_in(tx: Tx, session_id: bytes) -> int:
    """How many awards a session has."""
    return store.competent_in(tx, session_id)


def award(tx: Tx, sitting_id: bytes) -> Award:
    """The facts of one award; raises SittingUnknown, ResultUnknown, PersonErased."""
    sitting = delivery.sitting(tx, sitting_id)
    session = registrations.session(tx, sitting.exam_session_id)
    decided = store.decision_of(tx, sitting_id)
    if decided is None:
        raise SittingUnknown
    result = store.newest_result(tx, sitting_id, sitting.person_id)
    return Award(
        sitting_id=sitting_id,
        handle=sitting.handle,
        session=session,
        scheme=schemes.scheme(tx, session.scheme),
        person=persons.person(tx, sitting.person_id),
        result_digest=result.digest,
        result=results.read(result.document),
        decision_number=decided.number,
        decided_at=from_micros(decided.at),
        signatory=persons.person_of_account(tx, decided.account_id),
        sat_at=sitting.started_at,
    )
