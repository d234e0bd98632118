"""The status of one stored certificate, now, and which one came after it."""

from typing import Final

from certificates import store
from certificates.status import Status, derive
from certificates.store import Held
from exam_engine.outcomes import store as outcomes
from exam_engine.registration import store as registrations
from exam_engine.schemes import store as schemes
from kernel.database import Tx

_HELD_AGAIN: Final = {Status.VALID, Status.RENEWED}


def standing(tx: Tx, held: Held) -> Status:
    """Derive it from the history, the newest result and the clock; opens nothing.

    An expired certificate is renewed when its holder earned another one for the same scheme.
    """
    status = derive(
        store.history(tx, held.id),
        result_digest=held.result_digest,
        newest_result=outcomes.newest_digest(tx, held.sitting_id),
        valid_until=held.valid_until,
        at=tx.at,
    )
    if status is Status.EXPIRED and renewal(tx, held):
        return Status.RENEWED
    return status


def renewal(tx: Tx, held: Held) -> bytes | None:
    """The holder's newest certificate for the same scheme from a later exam, if it stands.

    The older one keeps its own end: a renewal takes nothing away.
    """
    later = [
        each
        for each in store.held_by(tx, held.person_id)
        if each.issued_at > held.issued_at and each.sitting_id != held.sitting_id
    ]
    if not later:
        return None
    own = _scheme_code(tx, held)
    for each in reversed(later):
        if _scheme_code(tx, each) == own and standing(tx, each) in _HELD_AGAIN:
            return each.id
    return None


def _scheme_code(tx: Tx, held: Held) -> str:
    session = registrations.session(tx, held.exam_session_id)
    return schemes.scheme(tx, session.scheme).code
