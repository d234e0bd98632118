"""The board's decision: by other hands than wrote, ran or sat the exam, with minutes."""

from typing import Any

import msgspec
import pytest

from audit import leaf as leaves
from audit import log
from exam_engine.delivery import store as delivery
from exam_engine.errors import (
    DutyConflict,
    MinutesMissing,
    NothingToDecide,
    SessionStateWrong,
    SessionUnknown,
)
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store
from exam_engine.outcomes.awards import award, awarded
from exam_engine.outcomes.decisions import (
    SITTINGS_A_JOB,
    BoardRow,
    OpenDecision,
    board_rows,
    confirm,
    open_decision,
)
from exam_engine.outcomes.result import ResultAltered
from exam_engine.registration import store as registrations
from kernel.canonical import encode
from kernel.errors import UjikomError
from people.errors import RoleMissing
from people.roles import Role
from tests.stage import MINUTES, Stage


def rows_of(stage: Stage) -> list[BoardRow]:
    _, rows = stage.database.read_sync(
        board_rows, session_id=stage.session, by=stage.cast["sidang"]
    )
    return rows


@pytest.fixture
def closed(stage: Stage) -> Stage:
    """One passed, one failed, one absent; the session is closed."""
    stage.open()
    stage.sat(0)
    stage.sat(1, well=False)
    stage.close()
    return stage


def test_board_sees_who_passed_failed_and_did_not_come(closed: Stage) -> None:
    rows = rows_of(closed)

    assert [r.result["outcome"] if r.result else None for r in rows] == ["passed", "failed", None]
    assert [r.result["total"] if r.result else None for r in rows] == ["40", "3", None]
    assert [r.decided for r in rows] == [None, None, None]


def test_decision_confirms_results_and_logs_each(closed: Stage) -> None:
    number = closed.decide()

    decided = [row.decided for row in rows_of(closed)]
    assert number == "BA-0001/1"
    assert [d.outcome if d else None for d in decided] == ["competent", "not_yet_competent", None]
    assert {d.number for d in decided if d} == {number}
    for row in rows_of(closed)[:2]:
        sitting = closed.database.read_sync(delivery.sitting, sitting_id=row.sitting_id or b"")
        chain = closed.database.read_sync(log.entries_of, handle=sitting.handle)
        assert leaves.decode(chain[-1]).type == "decision.made"
    minutes = closed.database.read_sync(store.last_decision, session_id=closed.session)
    assert minutes is not None
    assert (minutes.minutes, minutes.signatory) == (MINUTES, "Rohana Contoh, S.H.")


def test_decision_on_chosen_results_leaves_the_others_waiting(closed: Stage) -> None:
    first, second, _ = rows_of(closed)
    closed.decide(sitting_ids=(second.sitting_id,))
    assert [bool(row.decided) for row in rows_of(closed)] == [False, True, False]

    assert closed.decide(sitting_ids=(first.sitting_id, second.sitting_id)) == "BA-0001/2"

    assert [bool(row.decided) for row in rows_of(closed)] == [True, True, False]


def test_decision_twice_has_nothing_to_decide(closed: Stage) -> None:
    closed.decide()

    with pytest.raises(NothingToDecide):
        closed.decide()
    with pytest.raises(NothingToDecide):
        closed.decide(sitting_ids=())


def test_decision_without_minutes_is_refused(closed: Stage) -> None:
    for minutes in ("", " \n\t "):
        with pytest.raises(MinutesMissing):
            closed.decide(minutes=minutes)

    assert [row.decided for row in rows_of(closed)] == [None, None, None]


def test_decision_needs_a_closed_session(stage: Stage) -> None:
    stage.open()
    stage.sat(0)

    with pytest.raises(SessionStateWrong):
        stage.decide()


def test_decision_is_for_the_board_of_the_agency(closed: Stage) -> None:
    refusals: tuple[tuple[str, type[UjikomError]], ...] = (
        ("sidang-lain", SessionUnknown),
        ("admin", RoleMissing),
        ("pengawas", RoleMissing),
        ("auditor", RoleMissing),
    )
    for who, error in refusals:
        with pytest.raises(error):
            closed.decide(by=who)

    assert [row.decided for row in rows_of(closed)] == [None, None, None]


def test_decision_by_a_hand_that_wrote_ran_or_sat_the_exam_is_refused(closed: Stage) -> None:
    board = frozenset({Role.DECISION_BOARD})
    people = closed.cast.people
    for who in ("pengawas", "penyusun"):
        people[who] = msgspec.structs.replace(people[who], roles=board)
    seated = closed.seat(2).principal.person_id
    people["sidang-peserta"] = msgspec.structs.replace(people["sidang"], person_id=seated)

    for who, duty in (
        ("pengawas", "proctor"),
        ("penyusun", "item_writer"),
        ("sidang-peserta", "candidate"),
    ):
        with pytest.raises(DutyConflict) as refused:
            closed.decide(by=who)
        assert refused.value.data == {"duty": duty}

    assert [row.decided for row in rows_of(closed)] == [None, None, None]


@pytest.mark.parametrize(
    ("other", "duty"),
    [("pengawas", "proctor"), ("penyusun", "item_writer"), ("admin", "agency_admin")],
)
def test_second_account_of_who_wrote_or_ran_the_exam_is_the_same_hand(
    closed: Stage, other: str, duty: str
) -> None:
    people = closed.cast.people
    people["sidang"] = msgspec.structs.replace(people["sidang"], person_id=people[other].person_id)

    with pytest.raises(DutyConflict) as refused:
        closed.decide()

    assert refused.value.data == {"duty": duty}


def test_decision_killed_between_its_parts_is_completed_by_another(closed: Stage) -> None:
    by = closed.cast["sidang"]
    write = closed.database.write_sync
    opened = write(open_decision, session_id=closed.session, minutes=MINUTES, by=by)
    first, second = opened.sitting_ids
    assert list(opened.parts()) == [(first, second)]
    write(confirm, decision=opened, sitting_ids=(first,), by=by)
    write(confirm, decision=opened, sitting_ids=(first,), by=by)  # sent again: nothing twice

    assert [bool(row.decided) for row in rows_of(closed)] == [True, False, False]
    assert closed.decide() == "BA-0001/2"
    decided = [row.decided for row in rows_of(closed)]
    assert [d.number if d else None for d in decided] == ["BA-0001/1", "BA-0001/2", None]


def test_decision_on_many_sittings_is_confirmed_in_short_jobs() -> None:
    many = tuple(n.to_bytes(16, "big") for n in range(300))
    opened = OpenDecision(id=b"d", number="BA-0001/1", session_id=b"s", sitting_ids=many)

    parts = list(opened.parts())

    assert [sitting for part in parts for sitting in part] == list(many)
    assert max(map(len, parts)) == SITTINGS_A_JOB


def test_award_states_who_decided_on_which_result(closed: Stage) -> None:
    closed.decide()
    passed, failed, _ = rows_of(closed)

    (sitting_id,) = closed.database.read_sync(awarded)
    facts = closed.database.read_sync(award, sitting_id=sitting_id)

    assert sitting_id == passed.sitting_id != failed.sitting_id
    assert facts.person.name == "Teuku Contoh Satu, S.A.P., M.Si."
    assert facts.signatory.name == "Rohana Contoh, S.H."
    assert facts.decision_number == "BA-0001/1"
    assert facts.result["total"] == "40"
    newest = closed.database.read_sync(store.newest_digest, sitting_id=sitting_id)
    assert facts.result_digest == newest


def test_result_is_signed_and_no_field_of_it_can_be_changed(closed: Stage) -> None:
    own = closed.database.read_sync(registrations.registrations, session_id=closed.session)[0]
    sitting_id = rows_of(closed)[0].sitting_id or b""
    (signed,) = closed.database.read_sync(
        store.signed_results, sitting_id=sitting_id, person_id=own.person_id
    )
    public = closed.database.keys.verify_key("result")
    document = results.verify(signed, public)
    key = closed.database.keys.signing("result")

    for name, value in results.read(document).items():
        changed: dict[str, Any] = results.read(document) | {name: [value, "x"]}
        envelope = results.sign(encode(changed), key).replace(
            results.sign(encode(changed), key)[-120:], signed[-120:]
        )
        with pytest.raises(ResultAltered):
            results.verify(envelope, public)
    with pytest.raises(ResultAltered):
        results.verify(signed, closed.database.keys.verify_key("receipt"))
    for garbage in (b"", b"{}", b"[]", b'{"document":1,"signature":2}', signed[:-1]):
        with pytest.raises(ResultAltered):
            results.verify(garbage, public)
