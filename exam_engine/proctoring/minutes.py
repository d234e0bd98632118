"""A session's minutes (berita acara): their facts, and the signatures of proctor and witness.

The facts are one canonical JSON object, "ujikom-minutes/1", without names and without words: the
session, each seat with its state and count of answers, incidents and changes of time by moment,
candidate number and reason, and the leaf of the session's closing. Its digest is what is signed and
logged, so that erasing a person changes no signed minutes.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec

from audit.log import record
from exam_engine.delivery import store as delivery
from exam_engine.delivery import time_store
from exam_engine.delivery.time_ledger import EntryKind
from exam_engine.errors import MinutesChanged, MinutesSignedAlready, SittingsOpen
from exam_engine.events import MinutesSigned
from exam_engine.evidence import opened_chain
from exam_engine.proctoring import incident_store, minutes_store
from exam_engine.proctoring.minutes_store import Signature
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Session
from kernel import ids
from kernel.canonical import encode, sha256
from kernel.clock import stamp
from kernel.database import Tx, emits
from people import store as persons
from people.roles import Principal

FORMAT: Final = "ujikom-minutes/1"
DOMAIN: Final = b"ujikom/minutes/v1\0"
ABSENT: Final = "absent"


class Duty(StrEnum):
    """Who signs as what."""

    PROCTOR = "proctor"
    WITNESS = "witness"


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """The facts with their digest, and every signature so far, the newest last."""

    session: Session
    facts: dict[str, Any]
    digest: bytes
    signatures: list[Signature]

    def signed(self, duty: Duty) -> Signature | None:
        """The duty's signature under these very facts."""
        fitting = (s for s in self.signatures if (s.duty, s.digest) == (duty, self.digest))
        return next(fitting, None)


def minutes(tx: Tx, *, session_id: bytes, by: Principal) -> Minutes:
    """The minutes of a session that has ended, for who ran it.

    Raises SessionUnknown, SessionStateWrong before it is closed, SittingsOpen.
    """
    session = registration.session_on_duty(tx, session_id, by)
    registration.require_state(session, SessionState.CLOSED)
    if delivery.is_any_active(tx, session_id):
        raise SittingsOpen
    facts = _facts(tx, session)
    return Minutes(
        session=session,
        facts=facts,
        digest=digest(facts),
        signatures=minutes_store.signatures(tx, session_id),
    )


@emits("minutes.signed")
def sign_minutes(tx: Tx, *, session_id: bytes, duty: Duty, shown: bytes, by: Principal) -> None:
    """Sign the minutes whose digest was shown, as one duty; the caller has checked the password.

    A proctor on duty signs as proctor, another person who ran the session as witness. Raises
    MinutesChanged, MinutesSignedAlready, and as `minutes` does.
    """
    found = minutes(tx, session_id=session_id, by=by)
    if found.digest != shown:
        raise MinutesChanged
    assert by.account_id is not None  # noqa: S101 - duties belong to accounts
    if duty is Duty.PROCTOR and by.account_id not in registrations.assigned(tx, session_id):
        raise MinutesSignedAlready(duty=str(duty))
    current = [found.signed(each) for each in Duty]
    hands = persons.persons_of(tx, (one.account_id for one in current if one))
    if found.signed(duty) or by.person_id in hands:
        raise MinutesSignedAlready(duty=str(duty))
    event = MinutesSigned(digest=shown.hex(), duty=str(duty), by=registration.hand(by))
    made = record(tx, event, session=session_id, handle=session_id)
    signature = Signature(str(duty), shown, by.account_id, tx.at, made.k, made.leaf_hash)
    minutes_store.add(tx, session_id, len(found.signatures) + 1, signature)


def digest(facts: dict[str, Any]) -> bytes:
    """SHA-256 over the domain and the facts' canonical JSON (RFC 8785)."""
    return sha256(DOMAIN + encode(facts))


def _facts(tx: Tx, session: Session) -> dict[str, Any]:
    chain = opened_chain(tx, session.id, None)
    moments = {event.type: event for event in chain if event.at}
    opened, closed = moments.get("session.opened"), moments.get("session.closed")
    own = registrations.registrations(tx, session.id)
    numbers = {one.id: one.candidate_no for one in own}
    return {
        "format": FORMAT,
        "session": ids.text(session.id),
        "scheme": session.scheme.hex(),
        "opened_at": stamp(opened.at) if opened and opened.at else "",
        "closed_at": stamp(closed.at) if closed and closed.at else "",
        "closing_leaf": closed.leaf_hash.hex() if closed else "",
        "seats": [_seat(tx, one) for one in own],
        "incidents": [
            {
                "at": stamp(one.at),
                "candidate": numbers[one.registration_id],
                "id": ids.text(one.id),
                "reason": one.reason,
                "sanction": one.sanction,
            }
            for one in incident_store.of_session(tx, session.id)
        ],
        "time": [change for one in own for change in _changes(tx, one)],
    }


def _seat(tx: Tx, own: registrations.Registration) -> dict[str, Any]:
    sitting = delivery.of_registration(tx, own.id)
    return {
        "answered": delivery.counts(tx, sitting.id)[0] if sitting else 0,
        "candidate": own.candidate_no,
        "seat": own.seat + 1,
        "state": str(sitting.state) if sitting else ABSENT,
    }


def _changes(tx: Tx, own: registrations.Registration) -> list[dict[str, Any]]:
    sitting = delivery.of_registration(tx, own.id)
    rows = time_store.rows(tx, sitting.id) if sitting else []
    return [
        {
            "at": stamp(entry.at),
            "candidate": own.candidate_no,
            "kind": str(entry.kind),
            "reason": entry.reason,
            "seconds": entry.seconds,
        }
        for entry, _ in rows
        if entry.kind is not EntryKind.START
    ]
