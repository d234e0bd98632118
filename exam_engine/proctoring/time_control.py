"""What proctors do to the time of sittings, and what an outage gives back by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from audit.log import record
from exam_engine.delivery import store as delivery
from exam_engine.delivery import time_store
from exam_engine.delivery.sitting import Sitting, SittingState
from exam_engine.delivery.time_ledger import Entry, EntryKind, Ledger
from exam_engine.errors import (
    PauseMissing,
    ReasonMissing,
    SittingClosed,
    SittingPaused,
    SittingUnknown,
    TooLate,
)
from exam_engine.events import TimeAdjusted
from exam_engine.proctoring.reasons import EXTENSION, Reason, reason_of
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from kernel.database import Database, Tx, emits
from kernel.heartbeat import last_beat
from people import store as persons
from people.roles import Principal

SITTINGS_A_JOB: Final = 8
SHORTEST_OUTAGE: Final = timedelta(minutes=1)  # what is shorter is not credited
LONGEST_CREDIT: Final = timedelta(minutes=15)  # after a longer one a proctor lets each go on

SYSTEM: Final = "system"
UNMOVED: Final = (SittingUnknown, SittingClosed, SittingPaused, PauseMissing, TooLate)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to the time: `seconds` for an extension, 0 otherwise."""

    kind: EntryKind
    reason: str
    seconds: int = 0


@emits("time.adjusted")
def adjust_time(tx: Tx, *, registration_id: bytes, change: Change, by: Principal) -> None:
    """Pause a sitting, let it run again, or extend it.

    Raises ReasonMissing, SittingUnknown, SittingClosed, SittingPaused, PauseMissing, TooLate,
    TimeOutOfRange.
    """
    own = registrations.registration(tx, registration_id)
    registration.session_on_duty(tx, own.exam_session_id, by)
    _adjust(tx, registration_id, change, by)


@emits("time.adjusted")
def adjust_times(
    tx: Tx, *, registration_ids: tuple[bytes, ...], change: Change, by: Principal
) -> int:
    """The same for several sittings at once; those that it does not fit stay as they are.

    Gives how many were changed. Raises ReasonMissing, TimeOutOfRange.
    """
    changed = 0
    for registration_id in registration_ids:
        own = registrations.registration(tx, registration_id)
        registration.session_on_duty(tx, own.exam_session_id, by)
        try:
            _adjust(tx, registration_id, change, by)
        except UNMOVED:
            continue
        changed += 1
    return changed


def _adjust(tx: Tx, registration_id: bytes, change: Change, by: Principal) -> None:
    if reason_of(change.reason, EXTENSION) is None:
        raise ReasonMissing
    sitting = delivery.of_registration(tx, registration_id, hold=True)
    if sitting is None:
        raise SittingUnknown
    if sitting.state.over or not sitting.session_open:
        raise SittingClosed(state=str(sitting.state))
    ledger = time_store.ledger(tx, sitting.id)
    make: dict[EntryKind, Callable[[], Entry]] = {
        EntryKind.PAUSE: lambda: ledger.pause(tx.at, change.reason),
        EntryKind.RESUME: lambda: ledger.resume(tx.at, change.reason),
        EntryKind.EXTENSION: lambda: ledger.extend(tx.at, change.seconds, change.reason),
    }
    _append(tx, sitting, ledger, make[change.kind](), by=by)


@emits("time.adjusted")
def credit_outage(tx: Tx, *, sitting_ids: tuple[bytes, ...], since: datetime) -> None:
    """Give sittings back what ran while the server was away since a moment.

    After a long outage they are paused as of that moment instead: people have left their places,
    and a proctor lets each of them go on.
    """
    for sitting_id in sitting_ids:
        sitting = delivery.sitting(tx, sitting_id, hold=True)
        ledger = time_store.ledger(tx, sitting_id)
        entry = ledger.credit(since, tx.at, str(Reason.POWER))
        if sitting.state is not SittingState.ACTIVE or entry is None:
            continue
        _append(tx, sitting, ledger, entry, by=None)
        if tx.at - since > LONGEST_CREDIT:
            after = ledger.with_(entry)
            pause = after.pause(tx.at, str(Reason.POWER))
            _append(tx, delivery.sitting(tx, sitting_id), after, pause, by=None)


def credit_after_outage(database: Database) -> None:
    """At the start of the server: credit every running sitting since the last sign of life.

    Before the sweep, which would end what ran out meanwhile.
    """
    since = database.read_sync(last_beat)
    if since is None or database.clock.now() - since < SHORTEST_OUTAGE:
        return
    running = database.read_sync(delivery.sittings_in, states=(SittingState.ACTIVE,))
    for start in range(0, len(running), SITTINGS_A_JOB):
        part = tuple(running[start : start + SITTINGS_A_JOB])
        database.write_sync(credit_outage, sitting_ids=part, since=since)


def _append(
    tx: Tx, sitting: Sitting, ledger: Ledger, entry: Entry, *, by: Principal | None
) -> None:
    made = record(
        tx,
        TimeAdjusted(
            kind=str(entry.kind),
            seconds=entry.seconds,
            reason=entry.reason,
            by=registration.hand(by) if by else SYSTEM,
        ),
        session=sitting.exam_session_id,
        handle=sitting.handle,
        sealer=persons.sealer(tx, sitting.person_id),
    )
    hand = time_store.Made(by.account_id if by else None, made.k, made.leaf_hash)
    time_store.add(tx, sitting.id, len(ledger.entries) + 1, entry, hand)
    after = ledger.with_(entry)
    state = SittingState.PAUSED if after.paused else SittingState.ACTIVE
    delivery.set_time(tx, sitting.id, state, after.deadline())
