"""From the start to the end of a sitting, through services on both engines."""

from datetime import timedelta

import pytest

from audit import leaf as leaves
from audit import log
from exam_engine.assembly import store as assembly
from exam_engine.delivery import receipts, store
from exam_engine.delivery.closing import submit, sweep
from exam_engine.delivery.desk import item_view, outcome
from exam_engine.delivery.sitting import SittingState
from exam_engine.errors import (
    AnswerStale,
    NotYourItem,
    NotYourPlace,
    PlaceHeld,
    PlaceNotHeld,
    ReasonMissing,
    ResultUnknown,
    RulesNotAccepted,
    SessionStateWrong,
    SessionUnknown,
    SittingClosed,
    SittingUnknown,
    SubmissionUnconfirmed,
    TooLate,
)
from exam_engine.outcomes import store as outcomes
from exam_engine.proctoring.console import release_place, room_view
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from kernel.clock import stamp
from kernel.errors import UjikomError
from people import sign_ins
from people.errors import RoleMissing, SignInNeeded
from question_banks.errors import ChoiceInvalid
from tests.conftest import START
from tests.stage import NONCE, Seat, Stage


def events_of(stage: Stage, handle: bytes) -> list[leaves.Leaf]:
    """The decoded leaves of a sitting, in order."""
    return [leaves.decode(data) for data in stage.database.read_sync(log.entries_of, handle=handle)]


def release(
    stage: Stage, number: int, *, reason: str = "workstation", by: str = "pengawas"
) -> None:
    card = stage.cards[number]
    own = stage.database.read_sync(
        registrations.registration_numbered, candidate_no=card.candidate_no
    )
    assert own is not None
    stage.database.write_sync(
        release_place, registration_id=own.id, reason=reason, by=stage.cast[by]
    )


@pytest.fixture
def seat(stage: Stage) -> Seat:
    """The first candidate, started."""
    seat = stage.open().seat(0)
    seat.enter()
    return seat


def test_start_needs_the_rules_accepted(stage: Stage) -> None:
    seat = stage.open().seat(0)

    with pytest.raises(RulesNotAccepted):
        seat.enter(accepted=False)
    with pytest.raises(SittingUnknown):
        stage.database.read_sync(item_view, position=1, by=seat.principal)


def test_start_needs_an_open_session(stage: Stage) -> None:
    seat = stage.open().seat(0)
    stage.close()

    with pytest.raises(SessionStateWrong):
        seat.enter()


def test_start_after_the_session_s_end_is_too_late(stage: Stage) -> None:
    seat = stage.open().seat(0)
    stage.clock.advance(2 * 3600)

    with pytest.raises(TooLate):
        seat.enter()


def test_start_of_who_is_no_candidate_is_refused(stage: Stage) -> None:
    stage.open()
    from exam_engine.delivery.start import enter

    with pytest.raises(SittingUnknown):
        stage.database.write_sync(enter, nonce=NONCE, accepted=True, by=stage.cast["admin"])


def test_draw_is_in_the_log_before_the_first_item_is_shown(seat: Seat) -> None:
    sitting = seat.enter()

    chain = events_of(seat.stage, sitting.handle)
    assert [(leaf.type, leaf.chain.k) for leaf in chain if leaf.chain] == [
        ("sitting.started", 1),
        ("draw.made", 2),
    ]
    assert chain[0].clear == {"nonce_source": "candidate"}


def test_nonce_of_the_server_is_named_as_such(stage: Stage) -> None:
    sitting = stage.open().seat(0).enter(nonce=None)

    paper = stage.database.read_sync(assembly.paper, sitting_id=sitting.id)
    assert events_of(stage, sitting.handle)[0].clear == {"nonce_source": "server"}
    assert paper.nonce_source == "server"
    assert len(paper.nonce) == 32


def test_deadline_is_the_scheme_s_time_but_never_beyond_the_session(stage: Stage) -> None:
    first = stage.open().seat(0).enter()
    stage.clock.advance(90 * 60)
    late = stage.seat(1).enter()

    assert first.deadline - first.started_at == timedelta(minutes=60)
    end = START + timedelta(hours=2)
    assert end - timedelta(seconds=1) < late.deadline <= end  # granted in whole seconds


def test_entering_again_from_the_same_pc_changes_nothing(seat: Seat) -> None:
    before = seat.place

    again = seat.enter(accepted=False)

    assert again.place == before
    assert len(events_of(seat.stage, again.handle)) == 2


def test_second_pc_is_held_until_a_proctor_releases_the_place(seat: Seat) -> None:
    other = seat.stage.seat(0)
    with pytest.raises(PlaceHeld):
        other.enter()
    seat.save(1, "A")

    release(seat.stage, 0)
    with pytest.raises(NotYourPlace):
        seat.save(2, "A")
    other.enter()

    other.save(2, "B")
    with pytest.raises(NotYourPlace):
        seat.save(3, "A")
    with pytest.raises(PlaceHeld):
        seat.enter()
    types = [leaf.type for leaf in events_of(seat.stage, other.enter().handle)]
    assert types[2:] == ["answer.saved", "place.released", "sitting.resumed", "answer.saved"]
    assert other.place != seat.place


def test_second_pc_that_knows_the_place_s_token_may_neither_save_nor_submit(seat: Seat) -> None:
    seat.save(1, "A")
    other = seat.stage.seat(0)
    other.place = seat.place

    for attempt in (
        lambda: other.save(1, "B", counter=9),
        lambda: other.save(2, None),
        other.submit,
    ):
        with pytest.raises(NotYourPlace):
            attempt()

    assert len(events_of(seat.stage, seat.enter().handle)) == 3
    seat.save(2, "A")


def test_acknowledged_answer_is_confirmed_to_the_place_that_saved_it(seat: Seat) -> None:
    first = seat.save(1, "A", counter=1)
    release(seat.stage, 0)

    retry = seat.save(1, "A", counter=1)

    assert (retry.revision, retry.leaf_hash) == (first.revision, first.leaf_hash)


def test_release_is_for_proctors_on_duty_with_a_reason(seat: Seat) -> None:
    stage = seat.stage
    for who, error in (
        ("pengawas-lain", SessionUnknown),
        ("admin-lain", SessionUnknown),
        ("sidang", RoleMissing),
    ):
        with pytest.raises(error):
            release(stage, 0, by=who)
    with pytest.raises(ReasonMissing):
        release(stage, 0, reason="")
    with pytest.raises(PlaceNotHeld):
        release(stage, 1)

    release(stage, 0, by="admin")

    with pytest.raises(PlaceNotHeld):
        release(stage, 0)


def test_ended_sitting_has_no_place_to_release(seat: Seat) -> None:
    seat.submit()

    with pytest.raises(SittingClosed):
        release(seat.stage, 0)


def test_saved_answer_is_a_revision_with_its_event_and_receipt(seat: Seat) -> None:
    saved = seat.save(4, "B")

    sitting = seat.enter()
    key = seat.stage.database.keys
    said = receipts.verify(saved.receipt(key.signing("receipt")), key.verify_key("receipt"))
    chain = seat.stage.database.read_sync(log.entries_of, handle=sitting.handle)
    (row,) = seat.stage.database.read_sync(store.revisions, sitting_id=sitting.id)
    assert said["k"] == saved.k == row.k == 3
    assert said["a"] == sitting.handle.hex()
    assert said["at"] == stamp(saved.at)
    assert len(chain) == 3
    assert (row.revision, row.position, row.flagged) == (1, 4, 0)
    assert row.leaf_hash == saved.leaf_hash
    assert (saved.answered, saved.flagged, saved.blank, saved.counter) == (1, 0, 7, 2)
    assert saved.left_seconds > 3590


def test_repeated_save_gives_the_same_receipt_and_no_new_event(seat: Seat) -> None:
    first = seat.save(1, "C", counter=1)
    seat.stage.clock.advance(10)

    again = seat.save(1, "C", counter=1)

    key = seat.stage.database.keys.signing("receipt")
    assert again.receipt(key) == first.receipt(key)
    assert len(events_of(seat.stage, seat.enter().handle)) == 3


def test_change_of_mind_is_a_further_revision(seat: Seat) -> None:
    for letter, flagged in (("A", False), ("B", False), ("B", True), (None, True), (None, False)):
        seat.save(1, letter, flagged=flagged)

    sitting = seat.enter()
    rows = seat.stage.database.read_sync(store.revisions, sitting_id=sitting.id)
    types = [leaf.type for leaf in events_of(seat.stage, sitting.handle)][2:]
    assert [row.revision for row in rows] == [1, 2, 3, 4, 5]
    assert [row.choice is None for row in rows] == [False, False, False, True, True]
    assert types == ["answer.saved"] * 3 + ["answer.cleared"] * 2
    answers = seat.stage.database.read_sync(store.answers, sitting_id=sitting.id)
    assert (answers[1].choice, answers[1].flagged) == (None, 0)


def test_blank_on_an_item_never_answered_saves_nothing(seat: Seat) -> None:
    saved = seat.save(1, None)

    assert saved.receipt(seat.stage.database.keys.signing("receipt")) == ""
    assert len(events_of(seat.stage, seat.enter().handle)) == 2


def test_form_older_than_the_saved_answer_is_stale(seat: Seat) -> None:
    seat.save(1, "A", counter=5)

    with pytest.raises(AnswerStale):
        seat.save(1, "B", counter=4)

    assert seat.save(1, "B", counter=6).revision == 2


def test_counter_of_a_fresh_form_is_above_every_saved_one(seat: Seat) -> None:
    seat.save(1, "A", counter=41)

    view = seat.stage.database.read_sync(item_view, position=7, by=seat.principal)

    assert view.counter == 42


def test_save_that_does_not_fit_is_refused_and_leaves_no_trace(seat: Seat) -> None:
    other = seat.stage.seat(1)
    other.enter()
    refusals: list[tuple[int, str | None, dict[str, str], type[UjikomError]]] = [
        (0, "A", {}, NotYourItem),
        (9, "A", {}, NotYourItem),
        (1, "F", {}, ChoiceInvalid),
        (8, "E", {}, ChoiceInvalid),
        (1, "a", {}, ChoiceInvalid),
        (1, "AB", {}, ChoiceInvalid),
        (1, "A", {"place": ""}, NotYourPlace),
        (1, "A", {"place": other.place}, NotYourPlace),
        (1, None, {"place": other.place}, NotYourPlace),
    ]
    for position, letter, given, error in refusals:
        with pytest.raises(error):
            seat.save(position, letter, **given)

    assert len(events_of(seat.stage, seat.enter().handle)) == 2


def test_save_without_an_open_sign_in_is_refused(seat: Seat) -> None:
    seat.stage.database.write_sync(sign_ins.revoke, token=seat.token)

    with pytest.raises(SignInNeeded):
        seat.save(1, "A")


def test_save_before_the_start_is_refused(stage: Stage) -> None:
    with pytest.raises(SittingUnknown):
        stage.open().seat(0).save(1, "A")


def test_last_second_saves_and_the_deadline_refuses(seat: Seat) -> None:
    deadline = seat.enter().deadline
    seat.stage.clock.advance((deadline - seat.stage.clock.now()).total_seconds() - 0.001)
    assert seat.save(1, "A").left_seconds == 0

    seat.stage.clock.advance(0.001)

    with pytest.raises(TooLate):
        seat.save(2, "A")
    with pytest.raises(TooLate):
        seat.submit()


def test_submission_ends_grades_and_counts_the_chain(seat: Seat) -> None:
    seat.answer_all()
    with pytest.raises(SubmissionUnconfirmed):
        seat.submit(confirmed=False)
    with pytest.raises(NotYourPlace):
        seat.submit(place="elsewhere")

    sitting = seat.submit()

    assert sitting.state is SittingState.SUBMITTED
    chain = events_of(seat.stage, sitting.handle)
    assert [leaf.type for leaf in chain[-3:]] == [
        "sitting.submitted", "graded.auto", "result.computed",
    ]  # fmt: skip
    assert chain[-3].clear["events"] == 11 == len(chain) - 2
    shown = seat.stage.database.read_sync(outcome, by=seat.principal)
    assert shown.result is not None
    assert (shown.result["total"], shown.result["most"]) == ("40", "40")
    assert shown.result["outcome"] == "passed"
    with pytest.raises(SittingClosed):
        seat.save(1, seat.letter(1, 1), counter=99)


def test_second_submission_has_no_effect(seat: Seat) -> None:
    first = seat.submit()

    assert seat.submit(place="anything") == first

    assert len(events_of(seat.stage, first.handle)) == 5
    newest = seat.stage.database.read_sync(outcomes.last_version, sitting_id=first.id)
    assert newest == 1


def test_sweep_ends_who_is_overdue_at_the_deadline(stage: Stage) -> None:
    stage.open()
    seats = [stage.seat(n) for n in range(3)]
    for seat in seats:
        seat.enter()
        seat.save(1, seat.letter(1, 5))
    seats[2].submit()
    stage.clock.advance(30 * 60)
    assert sweep(stage.database) == 0

    stage.clock.advance(31 * 60)
    assert sweep(stage.database) == 2
    assert sweep(stage.database) == 0

    for seat in seats[:2]:
        shown = stage.database.read_sync(outcome, by=seat.principal)
        assert shown.sitting.state is SittingState.AUTO_CLOSED
        assert shown.closed_at == shown.sitting.deadline
        assert shown.result is not None
        assert shown.result["total"] == "5"
        end = events_of(stage, shown.sitting.handle)[-3]
        assert (end.type, end.clear) == (
            "sitting.auto_closed", {"events": 4, "reason": "time_over"},
        )  # fmt: skip
        with pytest.raises(SittingClosed):
            seat.save(2, "A")


def test_closing_the_session_ends_open_sittings(seat: Seat) -> None:
    seat.save(1, "A")

    seat.stage.close()

    shown = seat.stage.database.read_sync(outcome, by=seat.principal)
    end = events_of(seat.stage, shown.sitting.handle)[-3]
    assert shown.sitting.state is SittingState.AUTO_CLOSED
    assert end.clear == {"events": 4, "reason": "session_closed"}


def test_sweep_ends_more_sittings_than_one_turn_takes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exam_engine.delivery import closing

    monkeypatch.setattr(closing, "SWEEP", 1)
    stage.open()
    for number in range(3):
        stage.seat(number).enter()

    stage.database.write_sync(
        registration.close_session, session_id=stage.session, by=stage.cast["admin"]
    )

    assert sweep(stage.database) == 3


def test_candidate_without_a_sitting_has_no_outcome(stage: Stage) -> None:
    seat = stage.open().seat(0)

    for job in (outcome,):
        with pytest.raises(SittingUnknown):
            stage.database.read_sync(job, by=seat.principal)
    with pytest.raises(SittingUnknown):
        stage.database.write_sync(submit, place="", confirmed=True, by=seat.principal)
    with pytest.raises(ResultUnknown):
        stage.database.read_sync(
            outcomes.newest_result, sitting_id=bytes(16), person_id=seat.principal.person_id
        )


def test_room_is_seen_by_who_is_on_duty_only(seat: Seat) -> None:
    stage = seat.stage
    seat.save(1, "A", flagged=True)
    seen = stage.database.read_sync(room_view, room_id=stage.room.id, by=stage.cast["pengawas"])

    assert seen.session_pin == stage.pin
    assert [(s.seat, s.progress is not None) for s in seen.seats] == [
        (1, True), (2, False), (3, False),
    ]  # fmt: skip
    own = seen.seats[0].progress
    assert own is not None
    assert (own.answered, own.flagged, own.held) == (1, 1, True)
    for who, error in (("pengawas-lain", SessionUnknown), ("auditor", RoleMissing)):
        with pytest.raises(error):
            stage.database.read_sync(room_view, room_id=stage.room.id, by=stage.cast[who])
