"""Ending sittings: by the candidate, by the clock, by the session's end; each is graded at once."""

from datetime import datetime

from audit.log import chain_end, record
from exam_engine.delivery import store
from exam_engine.delivery.sitting import Sitting, SittingState
from exam_engine.errors import SittingUnknown, SubmissionUnconfirmed
from exam_engine.events import SittingAutoClosed, SittingSubmitted
from exam_engine.outcomes.service import compute_result
from kernel.clock import micros
from kernel.database import Database, Tx, emits
from people import store as persons
from people.roles import Principal

SWEEP = 4  # sittings a turn: grading must not hold the writer


@emits("sitting.submitted", "graded.auto", "result.computed")
def submit(tx: Tx, *, place: str, confirmed: bool, by: Principal) -> Sitting:
    """End one's own sitting and grade it; a second submission has no effect.

    Raises SubmissionUnconfirmed, NotYourPlace, TooLate (the sweep ends such a sitting).
    """
    sitting = own_sitting(tx, by, hold=True)
    if sitting.state.over:
        return sitting
    sitting.check_open(tx.at)
    sitting.check_place(place, by.sign_in)
    if not confirmed:
        raise SubmissionUnconfirmed
    answered, _ = store.counts(tx, sitting.id)
    sealer = persons.sealer(tx, sitting.person_id)
    k, last = chain_end(tx, sitting.handle)
    record(
        tx,
        SittingSubmitted(events=k + 1, answered=answered),
        session=sitting.exam_session_id,
        handle=sitting.handle,
        sealer=sealer,
        previous=(k, last),
    )
    store.close(tx, sitting.id, SittingState.SUBMITTED, micros(tx.at))
    compute_result(tx, sitting)
    return store.sitting(tx, sitting.id)


@emits("sitting.auto_closed", "graded.auto", "result.computed")
def close_overdue(tx: Tx) -> int:
    """End and grade a few sittings whose time is over; gives how many."""
    overdue = store.overdue(tx, SWEEP)
    for sitting_id in overdue:
        _auto_close(tx, store.sitting(tx, sitting_id, hold=True))
    return len(overdue)


def sweep(database: Database) -> int:
    """End everything that is overdue, a few sittings a job; for threads without a loop."""
    total = 0
    while done := database.write_sync(close_overdue):
        total += done
    return total


def own_sitting(tx: Tx, by: Principal, *, hold: bool = False) -> Sitting:
    """The candidate's own sitting; raises SittingUnknown before it started."""
    sitting = (
        store.of_registration(tx, by.registration_id, hold=hold) if by.registration_id else None
    )
    if sitting is None:
        raise SittingUnknown
    return sitting


def _auto_close(tx: Tx, sitting: Sitting) -> None:
    if sitting.state.over:
        return
    late = sitting.state is SittingState.ACTIVE and tx.at >= sitting.deadline
    if late:
        end(tx, sitting, SittingState.AUTO_CLOSED, "time_over", at=sitting.deadline)
    else:
        end(tx, sitting, SittingState.AUTO_CLOSED, "session_closed", at=tx.at)


def end(tx: Tx, sitting: Sitting, state: SittingState, reason: str, *, at: datetime) -> None:
    """End a sitting that its candidate did not end, as of a moment, and grade it."""
    answered, _ = store.counts(tx, sitting.id)
    k, last = chain_end(tx, sitting.handle)
    record(
        tx,
        SittingAutoClosed(events=k + 1, reason=reason, answered=answered),
        session=sitting.exam_session_id,
        handle=sitting.handle,
        sealer=persons.sealer(tx, sitting.person_id),
        previous=(k, last),
    )
    store.close(tx, sitting.id, state, micros(at))
    compute_result(tx, sitting)
