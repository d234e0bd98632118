"""What auditors do with sittings: list them, replay one, compare tables with the log."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from audit import log
from exam_engine import columns
from exam_engine.delivery import store as delivery
from exam_engine.delivery.sitting import SittingState
from exam_engine.evidence import Evidence, OfSession, gather, of_session
from exam_engine.outcomes import result as results
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Session
from exam_engine.replay import Check, replay
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme
from kernel.database import Tx
from kernel.errors import UjikomError
from people.errors import PersonErased


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A sitting's replay with what it was made from."""

    sitting_id: bytes
    session: Session
    scheme: Scheme
    seat: int
    started_at: datetime
    closed_at: datetime | None
    evidence: Evidence
    checks: list[Check]

    @property
    def result(self) -> dict[str, Any]:
        """The newest result's fields; empty while there is none."""
        signed = self.evidence.signed_results
        return results.read(results.verify(signed[-1], self.evidence.result_key)) if signed else {}

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


def replay_sitting(tx: Tx, *, sitting_id: bytes, shared: OfSession | None = None) -> Replayed:
    """Replay one sitting; raises SittingUnknown, PersonErased. `shared` is as in `gather`."""
    sitting = delivery.sitting(tx, sitting_id)
    session = registrations.session(tx, sitting.exam_session_id)
    evidence = gather(tx, sitting_id, shared=shared)
    return Replayed(
        sitting_id=sitting_id,
        session=session,
        scheme=schemes.scheme(tx, session.scheme),
        seat=evidence.seat + 1,
        started_at=sitting.started_at,
        closed_at=delivery.closed_at(tx, sitting_id),
        evidence=evidence,
        checks=replay(evidence),
    )


def closed_sittings(tx: Tx) -> list[bytes]:
    """Every sitting that ended, in the order of starting."""
    return delivery.sittings_in(tx, tuple(state for state in SittingState if state.over))


def sitting_called(tx: Tx, *, name: str) -> bytes | None:
    """A sitting by the hex of its handle, or by a candidate number."""
    try:
        return delivery.sitting_of_handle(tx, bytes.fromhex(name))
    except ValueError:
        own = registrations.registration_numbered(tx, name)
        return delivery.sitting_of_handle(tx, own.handle) if own else None


def is_registered(tx: Tx, *, number: str) -> bool:
    """Whether a candidate has this number, started or not."""
    return registrations.registration_numbered(tx, number) is not None


def open_sessions(tx: Tx) -> int:
    """How many exam sessions are open."""
    return sum(one.state is SessionState.OPEN for one in registrations.sessions(tx))


def chain_end_of(tx: Tx, *, name: str) -> bytes | None:
    """The newest leaf hash of a sitting, called as in `sitting_called`."""
    sitting_id = sitting_called(tx, name=name)
    if sitting_id is None:
        return None
    return log.chain_end(tx, delivery.sitting(tx, sitting_id).handle)[1]


def differences(tx: Tx) -> Iterator[tuple[str, str]]:
    """Where the exam's tables contradict the log: (sitting handle, fault)."""
    yield from _vanished(tx)
    shared: OfSession | None = None
    for sitting_id in delivery.sittings_in(tx, tuple(SittingState)):
        sitting = delivery.sitting(tx, sitting_id)
        handle = sitting.handle.hex()
        try:
            if shared is None or shared.session != sitting.exam_session_id:
                shared = of_session(tx, sitting.exam_session_id)
            replayed = replay_sitting(tx, sitting_id=sitting_id, shared=shared)
        except PersonErased:
            continue
        except UjikomError as error:
            yield handle, f"evidence unreadable: {error.code}"
            continue
        faults = [fault for check in replayed.checks for fault in check.faults]
        for fault in [*faults, *columns.differences(tx, sitting_id, replayed.evidence)]:
            yield handle, fault


def _vanished(tx: Tx) -> Iterator[tuple[str, str]]:
    """Registrations whose chain says that a sitting started, but no sitting is stored."""
    for session in registrations.sessions(tx):
        for own in registrations.registrations(tx, session.id):
            started = log.chain_end(tx, own.handle)[0] > 0
            if started and delivery.of_registration(tx, own.id) is None:
                yield own.handle.hex(), "sitting: logged, but not stored"
