"""A session's minutes: what they say, and who may sign them, on both engines."""

import pytest

from exam_engine.errors import (
    MinutesChanged,
    MinutesSignedAlready,
    SessionStateWrong,
    SessionUnknown,
    SittingsOpen,
)
from exam_engine.evidence import opened_chain
from exam_engine.proctoring.incidents import Sanction, Told, note_incident
from exam_engine.proctoring.minutes import Duty, Minutes, minutes, sign_minutes
from exam_engine.registration import service as registering
from people.errors import RoleMissing
from tests.exam_engine.test_proctoring import PAUSE, RESUME, change, registration
from tests.stage import Stage


def held(stage: Stage) -> Minutes:
    """One submitted, one warned and ended, one absent; a pause on the way."""
    stage.open()
    stage.sat(0)
    stage.seat(1).enter()
    change(stage, 1, PAUSE)
    change(stage, 1, RESUME)
    note(stage, 1, Sanction.TERMINATED)
    stage.close()
    return read(stage)


def note(stage: Stage, number: int, sanction: Sanction = Sanction.NONE) -> None:
    told = Told(reason="behaviour", note="Membuka catatan Rahasia.", sanction=sanction)
    own = registration(stage, number)
    stage.database.write_sync(
        note_incident, registration_id=own, told=told, by=stage.cast["pengawas"]
    )


def read(stage: Stage, by: str = "pengawas") -> Minutes:
    return stage.database.read_sync(minutes, session_id=stage.session, by=stage.cast[by])


def sign(stage: Stage, duty: Duty, by: str, shown: bytes | None = None) -> None:
    stage.database.write_sync(
        sign_minutes,
        session_id=stage.session,
        duty=duty,
        shown=shown or read(stage).digest,
        by=stage.cast[by],
    )


def test_minutes_say_what_happened_without_names_and_words(stage: Stage) -> None:
    facts = held(stage).facts

    assert [(s["seat"], s["state"], s["answered"]) for s in facts["seats"]] == [
        (1, "submitted", 8),
        (2, "terminated", 0),
        (3, "absent", 0),
    ]
    assert [(one["kind"], one["reason"]) for one in facts["time"]] == [
        ("pause", "power"),
        ("resume", "power"),
    ]
    assert [one["sanction"] for one in facts["incidents"]] == ["terminated"]
    assert facts["opened_at"] < facts["closed_at"]
    for secret in ("Rahasia", "Ni Luh", "199102022016022991"):
        assert secret not in str(facts)


def test_proctor_and_witness_sign_the_same_facts_and_the_log_says_so(stage: Stage) -> None:
    shown = held(stage).digest
    sign(stage, Duty.PROCTOR, "pengawas")
    with pytest.raises(MinutesSignedAlready):
        sign(stage, Duty.WITNESS, "pengawas")  # the same person
    with pytest.raises(MinutesSignedAlready):
        sign(stage, Duty.PROCTOR, "admin")  # not on duty
    sign(stage, Duty.WITNESS, "admin")
    with pytest.raises(MinutesSignedAlready):
        sign(stage, Duty.WITNESS, "admin")

    found = read(stage)
    chain = stage.database.read_sync(opened_chain, handle=stage.session, sealer=None)
    logged = [event for event in chain if event.type == "minutes.signed"]
    assert found.digest == shown  # signing changes no fact
    assert [event.clear for event in logged] == [
        {"digest": shown.hex(), "duty": "proctor"},
        {"digest": shown.hex(), "duty": "witness"},
    ]
    assert [s.leaf_hash for s in found.signatures] == [event.leaf_hash for event in logged]


def test_what_is_noted_later_asks_for_new_signatures(stage: Stage) -> None:
    before = held(stage).digest
    sign(stage, Duty.PROCTOR, "pengawas")
    note(stage, 2)

    with pytest.raises(MinutesChanged):
        sign(stage, Duty.WITNESS, "admin", shown=before)
    assert read(stage).signed(Duty.PROCTOR) is None
    sign(stage, Duty.PROCTOR, "pengawas")
    assert read(stage).signed(Duty.PROCTOR) is not None


def test_minutes_wait_for_the_end_and_are_for_who_ran_the_session(stage: Stage) -> None:
    stage.open()
    stage.seat(0).enter()
    with pytest.raises(SessionStateWrong):
        read(stage)
    stage.database.write_sync(
        registering.close_session, session_id=stage.session, by=stage.cast["admin"]
    )
    with pytest.raises(SittingsOpen):  # the sweep has not ended them yet
        read(stage)
    for stranger in ("pengawas-lain", "admin-lain", "sidang", "penyusun"):
        with pytest.raises((SessionUnknown, RoleMissing)):
            read(stage, by=stranger)
