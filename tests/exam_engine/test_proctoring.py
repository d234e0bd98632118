"""What proctors do to running sittings, and what an outage gives back: on both engines."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from exam_engine.auditing import differences, replay_sitting
from exam_engine.delivery import store as delivery
from exam_engine.delivery import time_store
from exam_engine.delivery.closing import sweep
from exam_engine.delivery.desk import standing
from exam_engine.delivery.sitting import Sitting, SittingState
from exam_engine.delivery.time_ledger import EntryKind
from exam_engine.errors import (
    NoteMissing,
    PauseMissing,
    ReasonMissing,
    SessionUnknown,
    SittingClosed,
    SittingPaused,
    SittingUnknown,
    TimeOutOfRange,
    TooLate,
)
from exam_engine.outcomes.awards import awarded
from exam_engine.proctoring.console import room_view, timeline
from exam_engine.proctoring.incidents import Sanction, Told, note_incident, send_message
from exam_engine.proctoring.time_control import (
    Change,
    adjust_time,
    adjust_times,
    credit_after_outage,
)
from exam_engine.registration import service as registering
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from kernel.heartbeat import beat
from people.errors import RoleMissing
from tests.conftest import LONG, START
from tests.stage import Seat, Stage, tampering

EXAMPLES = 60 if LONG else 4
STRANGERS = ("pengawas-lain", "admin-lain", "sidang", "penyusun")
PAUSE = Change(kind=EntryKind.PAUSE, reason="power")
RESUME = Change(kind=EntryKind.RESUME, reason="power")
TEN_MINUTES = Change(kind=EntryKind.EXTENSION, reason="network", seconds=600)


def registration(stage: Stage, number: int) -> bytes:
    card = stage.cards[number]
    own = stage.database.read_sync(
        registrations.registration_numbered, candidate_no=card.candidate_no
    )
    assert own is not None
    return own.id


def change(stage: Stage, number: int, what: Change, by: str = "pengawas") -> None:
    stage.database.write_sync(
        adjust_time,
        registration_id=registration(stage, number),
        change=what,
        by=stage.cast[by],
    )


def note(stage: Stage, number: int, **told: Any) -> None:
    stage.database.write_sync(
        note_incident,
        registration_id=registration(stage, number),
        told=Told(**{"reason": "behaviour", "note": "Melihat layar tetangga.", **told}),
        by=stage.cast["pengawas"],
    )


def sitting(stage: Stage, number: int) -> Sitting:
    found = stage.database.read_sync(
        delivery.of_registration, registration_id=registration(stage, number)
    )
    assert found is not None
    return found


def assert_sound(stage: Stage) -> None:
    """Log, ledger and tables agree, and every answer lies in granted time."""
    assert list(stage.database.read_sync(lambda tx: list(differences(tx)))) == []


def seated(stage: Stage, number: int = 0) -> Seat:
    seat = stage.open().seat(number)
    seat.enter()
    return seat


def test_pause_stops_the_clock_and_refuses_saves_until_it_ends(stage: Stage) -> None:
    seat = seated(stage)
    seat.save(1, "A")
    before = sitting(stage, 0).deadline
    change(stage, 0, PAUSE)
    stage.clock.advance(3 * 3600)
    assert sweep(stage.database) == 0
    with pytest.raises(SittingPaused):
        seat.save(2, "A")
    with pytest.raises(SittingPaused):
        seat.submit()

    change(stage, 0, RESUME)

    assert seat.save(2, "A").revision == 2
    moved = sitting(stage, 0).deadline - before
    assert timedelta() <= moved - timedelta(hours=3) < timedelta(seconds=1)
    assert_sound(stage)


def test_extension_is_told_to_the_candidate_and_lasts_to_its_last_second(stage: Stage) -> None:
    seat = seated(stage)
    stage.clock.advance(59 * 60)
    change(stage, 0, TEN_MINUTES)
    now = stage.database.read_sync(standing, by=seat.principal)
    assert (now.news, round(now.left.total_seconds() / 60)) == (1, 11)

    stage.clock.advance(10 * 60 + 55)
    seat.save(1, "A")
    stage.clock.advance(10)

    with pytest.raises(TooLate):
        seat.save(2, "A")
    assert sweep(stage.database) == 1
    assert_sound(stage)


def test_deed_that_does_not_fit_is_refused_with_its_reason(stage: Stage) -> None:
    seat = seated(stage)
    for what, error in [
        (RESUME, PauseMissing),
        (Change(kind=EntryKind.PAUSE, reason=""), ReasonMissing),
        (Change(kind=EntryKind.PAUSE, reason="because"), ReasonMissing),
        (Change(kind=EntryKind.EXTENSION, reason="power"), TimeOutOfRange),
    ]:
        with pytest.raises(error):
            change(stage, 0, what)
    with pytest.raises(SittingUnknown):
        change(stage, 1, PAUSE)
    seat.submit()
    with pytest.raises(SittingClosed):
        change(stage, 0, TEN_MINUTES)
    assert stage.database.read_sync(time_store.rows, sitting_id=sitting(stage, 0).id)[1:] == []


def test_stranger_changes_no_time_and_notes_nothing(stage: Stage) -> None:
    seated(stage)
    own = registration(stage, 0)
    told = Told(reason="noise", note="Bising")
    deeds: list[tuple[Any, dict[str, Any]]] = [
        (adjust_time, {"registration_id": own, "change": PAUSE}),
        (adjust_times, {"registration_ids": (own,), "change": PAUSE}),
        (note_incident, {"registration_id": own, "told": told}),
        (send_message, {"registration_ids": (own,), "text": "Halo"}),
    ]
    for stranger, (job, given_) in product(STRANGERS, deeds):
        with pytest.raises((SessionUnknown, RoleMissing)):
            stage.database.write_sync(job, by=stage.cast[stranger], **given_)
    assert sitting(stage, 0).state is SittingState.ACTIVE


def test_pause_of_all_leaves_out_who_has_not_started_or_has_ended(stage: Stage) -> None:
    seated(stage)
    done = stage.sat(1)
    everybody = tuple(registration(stage, n) for n in range(3))
    by = stage.cast["admin"]

    changed = [
        stage.database.write_sync(adjust_times, registration_ids=everybody, change=PAUSE, by=by)
        for _ in range(2)
    ]

    assert changed == [1, 0]

    assert sitting(stage, 0).state is SittingState.PAUSED
    assert done.submit().state is SittingState.SUBMITTED


def test_closed_session_ends_a_paused_sitting_too(stage: Stage) -> None:
    seated(stage)
    change(stage, 0, PAUSE)

    stage.close()

    assert sitting(stage, 0).state is SittingState.AUTO_CLOSED
    assert_sound(stage)


@pytest.mark.parametrize(
    ("minutes", "state"), [(2, SittingState.ACTIVE), (40, SittingState.PAUSED)]
)
def test_outage_gives_back_what_ran_meanwhile(
    stage: Stage, minutes: int, state: SittingState
) -> None:
    """Also when the deadline passed while the server was away; after long ones all wait."""
    seat = seated(stage)
    stage.clock.advance(59 * 60)
    stage.database.write_sync(beat)
    left = stage.database.read_sync(standing, by=seat.principal).left
    stage.clock.advance(minutes * 60)

    credit_after_outage(stage.database)

    assert sweep(stage.database) == 0
    assert sitting(stage, 0).state is state
    now = stage.database.read_sync(standing, by=seat.principal).left
    assert abs(now - left) < timedelta(seconds=2)
    if state is SittingState.PAUSED:
        change(stage, 0, RESUME)
    seat.save(1, "A")
    assert_sound(stage)


def test_outage_of_seconds_and_ended_sittings_get_nothing(stage: Stage) -> None:
    seat = seated(stage)
    stage.database.write_sync(beat)
    stage.clock.advance(50)
    credit_after_outage(stage.database)
    seat.submit()
    stage.clock.advance(600)
    credit_after_outage(stage.database)

    assert stage.database.read_sync(time_store.rows, sitting_id=sitting(stage, 0).id)[1:] == []


def test_warning_stands_on_the_screen_and_the_last_step_ends_without_certificate(
    stage: Stage,
) -> None:
    seat = seated(stage)
    seat.answer_all()
    note(stage, 0, sanction=Sanction.WARNING)
    assert stage.database.read_sync(standing, by=seat.principal).news == 1
    note(stage, 0, note="Membuka contekan.", sanction=Sanction.TERMINATED)

    with pytest.raises(SittingClosed):
        seat.save(1, None)
    assert sitting(stage, 0).state is SittingState.TERMINATED
    assert_sound(stage)
    stage.sat(1)
    stage.close()
    stage.decide()
    assert stage.database.read_sync(awarded) == [sitting(stage, 1).id]


def test_incident_needs_words_and_a_reason_and_is_noted_before_the_start_too(
    stage: Stage,
) -> None:
    stage.open()
    with pytest.raises(NoteMissing):
        note(stage, 2, note=" \n ")
    with pytest.raises(NoteMissing):
        note(stage, 2, note="x" * 501)
    with pytest.raises(ReasonMissing):
        note(stage, 2, reason="mood")
    with pytest.raises(SittingUnknown):
        note(stage, 2, sanction=Sanction.TERMINATED)
    note(stage, 2, reason="late", note="Datang 20 menit terlambat.")

    by = stage.cast["pengawas"]
    told = stage.database.read_sync(timeline, registration_id=registration(stage, 2), by=by)
    assert [(one.kind, one.reason, one.text) for one in told] == [
        ("incident", "late", "Datang 20 menit terlambat.")
    ]
    view = stage.database.read_sync(room_view, room_id=stage.room.id, by=by)
    assert [one.note for one in view.incidents[registration(stage, 2)]] == [
        "Datang 20 menit terlambat."
    ]


def test_time_changed_behind_the_log_is_named(stage: Stage) -> None:
    seated(stage)
    change(stage, 0, TEN_MINUTES)
    for table, sql, name in (
        ("time_entry", "UPDATE time_entry SET seconds = 6000 WHERE kind = 'extension'", "time 2"),
        ("time_entry", "DELETE FROM time_entry WHERE kind = 'extension'", "time 2"),
        ("sitting", "UPDATE sitting SET deadline = deadline + 600000000", "deadline"),
    ):
        with tampering(stage.database) as (tx, tamper):
            assert tamper(table, sql) == 1
            faults = [fault for _, fault in differences(tx)]
        assert any(fault.startswith(name) for fault in faults), (sql, faults)


CHANGES = {"pause": PAUSE, "resume": RESUME, "extend": TEN_MINUTES}
REFUSALS = (SittingPaused, SittingClosed, PauseMissing, TooLate)
DEEDS = some.lists(
    some.tuples(
        some.sampled_from(["pause", "resume", "extend", "save", "submit", "outage", "sweep"]),
        some.integers(1, 1500),
    ),
    min_size=4,
    max_size=14,
)


@pytest.fixture
def crowd(stage: Stage) -> Iterator[Seat]:
    """Candidates of a session that lasts a year, one after another."""
    admin, write = stage.cast["admin"], stage.database.write_sync
    scheme = stage.database.read_sync(registrations.session, session_id=stage.session).scheme
    session = write(
        registering.create_session,
        title="Sesi setahun", venue="Gedung Contoh", zone="Asia/Jakarta", scheme=scheme,
        opens_at=START, closes_at=START + timedelta(days=365), rooms=("Ruang B",), by=admin,
    )  # fmt: skip
    stage.session = session
    stage.room = stage.database.read_sync(registrations.rooms, session_id=session)[0]
    stage.cards = write(
        registering.register_candidates,
        session_id=session,
        room_id=stage.room.id,
        candidates=tuple(
            Candidate(f"Peserta Contoh {n}", f"199001012015011{101 + n}", "Dinas Contoh")
            for n in range(EXAMPLES)
        ),
        by=admin,
    )
    proctor = stage.cast["pengawas"].account_id or b""
    write(registering.assign_proctor, session_id=session, account_id=proctor, by=admin)
    stage.open()
    return (stage.seat(n) for n in range(EXAMPLES))


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],  # each example takes a candidate
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=DEEDS)
def test_whatever_candidate_proctor_and_clock_do_no_answer_lies_outside_granted_time(
    stage: Stage, crowd: Iterator[Seat], deeds: list[tuple[str, int]]
) -> None:
    """Time is never negative, one place is live, and the replay finds every answer in its time."""
    seat = next(crowd)
    found = seat.enter()
    for deed, seconds in deeds:
        stage.clock.advance(seconds)
        with suppress(*REFUSALS):
            do(stage, seat, deed)
        now = stage.database.read_sync(standing, by=seat.principal)
        ledger = stage.database.read_sync(time_store.ledger, sitting_id=found.id)
        assert now.left >= timedelta()
        assert now.sitting.state.over or ledger.paused is (now.sitting.state is SittingState.PAUSED)
        assert now.sitting.place in {seat.place, None}
    replayed = stage.database.read_sync(replay_sitting, sitting_id=found.id)
    assert [fault for check in replayed.checks for fault in check.faults] == []


def do(stage: Stage, seat: Seat, deed: str) -> None:
    """One deed by whose it is."""
    if deed in CHANGES:
        stage.database.write_sync(
            adjust_time,
            registration_id=seat.principal.registration_id or b"",
            change=CHANGES[deed],
            by=stage.cast["pengawas"],
        )
    elif deed == "save":
        seat.save(1 + seat.counter % 8, "AB"[seat.counter % 2])
    elif deed == "submit":
        seat.submit()
    elif deed == "outage":
        stage.database.write_sync(beat)
        stage.clock.advance(180)
        credit_after_outage(stage.database)
    else:
        sweep(stage.database)
