"""The board's decision: by people who neither ran the exam nor wrote its items."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import msgspec

from audit.errors import QuorumMissing
from audit.log import chain_end, index_of, record
from audit.policy import SELF_SIGNED, Policy
from audit.witnessing import override, witnessed
from exam_engine.assembly import store as assembly
from exam_engine.delivery import store as delivery
from exam_engine.delivery.sitting import SittingState
from exam_engine.errors import (
    DutyConflict,
    MinutesMissing,
    NothingToDecide,
    SessionUnknown,
    SittingsOpen,
)
from exam_engine.events import DecisionMade
from exam_engine.evidence import opened_chain
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store
from exam_engine.outcomes.store import Decided
from exam_engine.rating.store import raters_of_session
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Session
from kernel import ids
from kernel.database import Database, Tx, emits
from people import store as persons
from people.errors import PersonErased
from people.roles import Principal, Role
from question_banks import store as banks

RAN = {"pins.renewed", "session.opened", "session.closed"}
SITTINGS_A_JOB: Final = 8  # a result is unsealed and its signature checked: about 1 ms each
COMPETENT = "competent"
NOT_YET_COMPETENT = "not_yet_competent"


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate as the board sees it. `result` is None for who did not sit."""

    registration_id: bytes
    sitting_id: bytes | None
    candidate_no: str
    name: str
    state: SittingState | None
    result: dict[str, Any] | None
    decided: Decided | None

    @property
    def waits(self) -> bool:
        """Whether there is a result to decide on: complete, not decided yet."""
        complete = self.result is not None and self.result["outcome"] != "pending"
        return complete and self.decided is None


class OpenDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision whose sittings are confirmed a few at a time."""

    id: bytes
    number: str
    session_id: bytes
    sitting_ids: tuple[bytes, ...]

    def parts(self) -> Iterator[tuple[bytes, ...]]:
        """The sittings of each write job."""
        for start in range(0, len(self.sitting_ids), SITTINGS_A_JOB):
            yield self.sitting_ids[start : start + SITTINGS_A_JOB]


@emits("override.used")
def open_decision(
    tx: Tx,
    *,
    session_id: bytes,
    minutes: str,
    by: Principal,
    sitting_ids: tuple[bytes, ...] | None = None,
    policy: Policy = SELF_SIGNED,
    without_quorum: str = "",
) -> OpenDecision:
    """Begin to confirm the results of a closed session's sittings (all, or those named) that wait.

    Enough witnesses of the policy must have cosigned the log up to these results;
    `without_quorum` is the reason for not waiting for them, and is logged. Raises DutyConflict when
    the person ran the session, wrote an item of its pool or sat in it, MinutesMissing,
    NothingToDecide, SittingsOpen, SessionStateWrong, QuorumMissing.
    """
    session = board_session(tx, session_id, by, hold=True)
    registration.require_state(session, SessionState.CLOSED)
    _check_duties(tx, session, by)
    if not minutes.strip():
        raise MinutesMissing
    if delivery.is_any_active(tx, session_id):
        raise SittingsOpen
    waiting = tuple(
        sitting_id
        for sitting_id, person_id in store.undecided(tx, session_id)
        if (sitting_ids is None or sitting_id in sitting_ids) and not _erased(tx, person_id)
    )
    if not waiting:
        raise NothingToDecide
    if lacks_quorum(tx, waiting, policy):
        _override(tx, session, without_quorum, policy, by)
    number = f"BA-{session.number:04d}/{store.decision_count(tx, session_id) + 1}"
    decision_id = ids.new_id()
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.insert_decision(
        tx,
        decision_id,
        session_id=session_id,
        number=number,
        minutes=minutes.strip(),
        account_id=by.account_id,
    )
    return OpenDecision(id=decision_id, number=number, session_id=session_id, sitting_ids=waiting)


@emits("decision.made")
def confirm(
    tx: Tx, *, decision: OpenDecision, sitting_ids: tuple[bytes, ...], by: Principal
) -> None:
    """Confirm some sittings of one's own open decision, each with its event.

    Killed between two parts, the sittings not reached still wait, and go into a further decision.
    Raises ResultAltered.
    """
    board_session(tx, decision.session_id, by)
    waiting = {sitting_id for sitting_id, _ in store.undecided(tx, decision.session_id)}
    for sitting_id in sitting_ids:
        if sitting_id in waiting:
            _confirm_one(tx, decision, sitting_id, by=by)


def decide(database: Database, *, by: Principal, **given: Any) -> str:
    """A whole decision in short write jobs, for threads without a loop; gives its number."""
    decision = database.write_sync(open_decision, by=by, **given)
    for part in decision.parts():
        database.write_sync(confirm, decision=decision, sitting_ids=part, by=by)
    return decision.number


def board_rows(tx: Tx, *, session_id: bytes, by: Principal) -> tuple[Session, list[BoardRow]]:
    """A session and its candidates with results, for the board of its agency."""
    session = board_session(tx, session_id, by)
    return session, _rows(tx, session)


def board_session(tx: Tx, session_id: bytes, by: Principal, *, hold: bool = False) -> Session:
    """A session of the board's own agency; to others it does not exist."""
    by.require(Role.DECISION_BOARD)
    session = registrations.session(tx, session_id, hold=hold)
    if session.agency_id != by.agency_id:
        raise SessionUnknown
    return session


def waiting_of(rows: list[BoardRow]) -> tuple[bytes, ...]:
    """The sittings among the rows whose results the board has not decided on."""
    return tuple(r.sitting_id for r in rows if r.result and not r.decided and r.sitting_id)


def lacks_quorum(tx: Tx, waiting: tuple[bytes, ...], policy: Policy) -> bool:
    """Whether too few witnesses have seen the results of these sittings."""
    if policy.self_signed or not waiting:
        return False
    ends = [chain_end(tx, delivery.sitting(tx, sitting).handle)[1] for sitting in waiting]
    indices = [index_of(tx, leaf_hash) for leaf_hash in ends]
    seen = [index for index in indices if index is not None]
    if len(seen) < len(indices):
        return True
    return witnessed(tx, policy, size=max(seen) + 1) is None


def _override(tx: Tx, session: Session, reason: str, policy: Policy, by: Principal) -> None:
    """Log why the board does not wait for the witnesses; without a reason it has to."""
    if not reason.strip():
        raise QuorumMissing(quorum=policy.quorum)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    override(tx, subject=ids.text(session.id), reason=reason, by=ids.text(by.account_id))


def _rows(tx: Tx, session: Session) -> list[BoardRow]:
    decided = store.decided(tx, session.id)
    return [_row(tx, own, decided) for own in registrations.registrations(tx, session.id)]


def _row(tx: Tx, own: registrations.Registration, decided: dict[bytes, Decided]) -> BoardRow:
    sitting = delivery.of_registration(tx, own.id)
    finished = sitting is not None and sitting.state.over
    result = None
    if sitting and finished:
        with suppress(PersonErased):  # the row stays, with nothing left to decide
            result = store.newest_result(tx, sitting.id, own.person_id)
    return BoardRow(
        registration_id=own.id,
        sitting_id=sitting.id if sitting else None,
        candidate_no=own.candidate_no,
        name=persons.person(tx, own.person_id).name,
        state=sitting.state if sitting else None,
        result=results.read(result.document) if result else None,
        decided=decided.get(sitting.id) if sitting else None,
    )


def _check_duties(tx: Tx, session: Session, by: Principal) -> None:
    """By person: another account of the same person is the same hand."""
    if by.person_id in persons.persons_of(tx, registrations.assigned(tx, session.id)):
        raise DutyConflict(duty="proctor")
    manifest = assembly.parse_manifest(assembly.freeze(tx, session.id).manifest)
    writers = banks.writers(tx, (bytes.fromhex(r.version) for r in manifest.rows))
    if by.person_id in persons.persons_of(tx, writers):
        raise DutyConflict(duty="item_writer")
    if registrations.person_registered(tx, session.id, by.person_id):
        raise DutyConflict(duty="candidate")
    if by.person_id in persons.persons_of(tx, raters_of_session(tx, session.id)):
        raise DutyConflict(duty="assessor")
    ran = [e for e in opened_chain(tx, session.id, None) if e.type in RAN]
    hands = {str(event.values["by"]) for event in ran if "by" in event.values}
    if by.person_id in persons.persons_of(tx, (ids.parse(hand) for hand in hands)):
        raise DutyConflict(duty="agency_admin")


def _erased(tx: Tx, person_id: bytes) -> bool:
    try:
        persons.sealer(tx, person_id)
    except PersonErased:
        return True
    return False


def _confirm_one(tx: Tx, decision: OpenDecision, sitting_id: bytes, *, by: Principal) -> None:
    sitting = delivery.sitting(tx, sitting_id)
    result = store.newest_result(tx, sitting_id, sitting.person_id)
    passed = results.read(result.document)["outcome"] == "passed"
    passed = passed and sitting.state is not SittingState.TERMINATED
    outcome = COMPETENT if passed else NOT_YET_COMPETENT
    store.insert_row(
        tx, decision.id, sitting_id=sitting_id, result_digest=result.digest, outcome=outcome
    )
    record(
        tx,
        DecisionMade(
            digest=result.digest.hex(),
            outcome=outcome,
            decision=decision.number,
            by=registration.hand(by),
        ),
        session=sitting.exam_session_id,
        handle=sitting.handle,
        sealer=persons.sealer(tx, sitting.person_id),
    )
