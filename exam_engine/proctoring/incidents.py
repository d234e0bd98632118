"""Incidents, messages and the sanction ladder: note, warn, end the sitting."""

from enum import StrEnum
from typing import Final

import msgspec

from audit.log import record
from exam_engine.delivery import store as delivery
from exam_engine.delivery.closing import end
from exam_engine.delivery.sitting import Sitting, SittingState
from exam_engine.errors import NoteMissing, ReasonMissing, SittingClosed, SittingUnknown
from exam_engine.events import IncidentNoted, MessageSent
from exam_engine.proctoring import incident_store
from exam_engine.proctoring.incident_store import Incident
from exam_engine.proctoring.reasons import Reason, reason_of
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.store import Registration
from kernel import ids
from kernel.database import Tx, emits
from people import store as persons
from people.roles import Principal

LONGEST: Final = 500


class Sanction(StrEnum):
    """A step of the ladder."""

    NONE = ""
    WARNING = "warning"
    TERMINATED = "terminated"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a proctor writes: why, the words, and the step of the ladder."""

    reason: str
    note: str
    sanction: Sanction = Sanction.NONE


@emits("incident.noted", "message.sent", "sitting.auto_closed", "graded.auto", "result.computed")
def note_incident(tx: Tx, *, registration_id: bytes, told: Told, by: Principal) -> None:
    """Note an incident of one candidate, started or not.

    A warning also stands on the candidate's screen; the last step ends the sitting, which is
    graded as it is and never certified. Raises ReasonMissing, NoteMissing, SittingUnknown,
    SittingClosed.
    """
    own = registrations.registration(tx, registration_id)
    registration.session_on_duty(tx, own.exam_session_id, by)
    if reason_of(told.reason, tuple(Reason)) is None:
        raise ReasonMissing
    words = _words(told.note)
    sitting = None
    if told.sanction is not Sanction.NONE:
        sitting = _running(tx, registration_id)
    _note(tx, own, told, words, by=by)
    if sitting and told.sanction is Sanction.WARNING:
        _send(tx, sitting, words, by)
    elif sitting:
        end(tx, sitting, SittingState.TERMINATED, "terminated", at=tx.at)


@emits("message.sent")
def send_message(tx: Tx, *, registration_ids: tuple[bytes, ...], text: str, by: Principal) -> int:
    """Put words on the screens of the candidates who sit; gives how many.

    Raises NoteMissing.
    """
    words, sent = _words(text), 0
    for registration_id in registration_ids:
        own = registrations.registration(tx, registration_id)
        registration.session_on_duty(tx, own.exam_session_id, by)
        sitting = delivery.of_registration(tx, registration_id, hold=True)
        if sitting is not None and not sitting.state.over:
            _send(tx, sitting, words, by)
            sent += 1
    return sent


def _running(tx: Tx, registration_id: bytes) -> Sitting:
    sitting = delivery.of_registration(tx, registration_id, hold=True)
    if sitting is None:
        raise SittingUnknown
    if sitting.state.over:
        raise SittingClosed(state=str(sitting.state))
    return sitting


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST:
        raise NoteMissing(most=LONGEST)
    return words


def _note(tx: Tx, own: Registration, told: Told, words: str, *, by: Principal) -> None:
    """In the candidate's chain once it has one, in the session's before."""
    assert by.account_id is not None  # noqa: S101 - duties belong to accounts
    started = delivery.of_registration(tx, own.id) is not None
    record(
        tx,
        IncidentNoted(
            reason=told.reason,
            sanction=str(told.sanction),
            note=words,
            by=registration.hand(by),
        ),
        session=own.exam_session_id,
        handle=own.handle if started else own.exam_session_id,
        sealer=persons.sealer(tx, own.person_id),
    )
    incident_store.add(
        tx,
        Incident(
            id=ids.new_id(),
            registration_id=own.id,
            reason=told.reason,
            sanction=str(told.sanction),
            note=words,
            account_id=by.account_id,
            at=tx.at,
        ),
        session_id=own.exam_session_id,
        sealer=persons.sealer(tx, own.person_id),
    )


def _send(tx: Tx, sitting: Sitting, words: str, by: Principal) -> None:
    assert by.account_id is not None  # noqa: S101 - duties belong to accounts
    sealer = persons.sealer(tx, sitting.person_id)
    event = MessageSent(text=words, by=registration.hand(by))
    record(tx, event, session=sitting.exam_session_id, handle=sitting.handle, sealer=sealer)
    incident_store.add_message(
        tx, ids.new_id(), sitting.id, words, account_id=by.account_id, sealer=sealer
    )
