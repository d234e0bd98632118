"""Rating essays: blind, by two and a third; who may; the result and its replay."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit import leaf as leaves
from audit import log
from exam_engine import auditing
from exam_engine.delivery.sitting import Sitting
from exam_engine.errors import DutyConflict, LevelsInvalid, TaskSettled, TaskUnknown
from exam_engine.evidence import gather
from exam_engine.grading.rating import settled
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store as outcomes
from exam_engine.rating import service, store
from exam_engine.rating.store import Rating
from exam_engine.replay import replay
from kernel.database import Tx, emits_nothing
from kernel.keys import Keyring
from people import service as people
from people.errors import RoleMissing
from people.roles import Principal, Role
from question_banks.families import FAMILIES
from question_banks.families.interface import Fields, Mark, Rule
from question_banks.families.response import response_of
from tests.cast import HASH
from tests.items import essay, every_family, item
from tests.mixed_exam import mixed_bank, with_scheme
from tests.stage import ENGINES, Stage, open_stage

RULE = Rule(right=6, wrong=-2, blank=0)
ANSWER = response_of("Alurnya dari loket")
DOUBLE = msgspec.structs.replace(essay(), body={**(essay().body or {}), "raters": 2})


# Two criteria of 0 or 4 points: levels (1, 0) are half of the credit, 2 of -2 .. 6.
@pytest.mark.parametrize(
    ("ratings", "single", "double"),
    [
        ([], None, None),
        ([(1, 1)], 6, None),
        ([(0, 0)], -2, None),
        ([(1, 0), (0, 1)], 2, 2),
        ([(1, 1), (1, 0)], 6, None),
        ([(1, 1), (0, 0), (1, 0)], 6, 2),
    ],
)
def test_ratings_settle_by_hand(ratings: list[tuple[int, ...]], single: Mark, double: Mark) -> None:
    assert settled(essay(), ANSWER, RULE, ratings) == single
    assert settled(DOUBLE, ANSWER, RULE, ratings) == double


def test_mean_of_two_within_the_tolerance_is_exact() -> None:
    levels = [{"text": str(points), "points": points} for points in range(4)]
    body = {"rubric": [{"text": "Isi", "levels": levels}], "raters": 2, "tolerance": "1/3"}
    content = item("essay", body=body)

    assert FAMILIES["essay"].check(content) is None
    assert settled(content, ANSWER, Rule(right=6), [(1,), (2,)]) == 3
    assert settled(content, ANSWER, Rule(right=1), [(1,), (2,)]) == Fraction(1, 2)
    assert settled(content, ANSWER, Rule(right=6), [(0,), (2,)]) is None


def test_composite_takes_its_parts_levels_in_order() -> None:
    part = {"id": "c", "family": "essay", "stem": "Uraikan", "body": essay().body, "weight": 4}
    content = item("composite", body={"parts": [*(every_family()["composite"].body or {})["parts"],
                                                part]})  # fmt: skip
    family = FAMILIES["composite"]
    response = family.decode(content, Fields({"choice.2": ["true"], "choice.3": ["Alur"]}), ())
    assert response is not None

    assert [c.text for c in family.criteria(content, response)] == ["Isi", "Bahasa"]
    assert settled(content, response, Rule(right=8), [(1, 0)]) == 5  # (0 + 3 + 4/2) of 8
    assert family.criteria(content, None) == ()


@pytest.fixture(params=ENGINES)
def rated(request: pytest.FixtureRequest, tmp_path: Path, keys: Keyring,
          stage_templates: Any) -> Iterator[Stage]:  # fmt: skip
    """An open session with an essay that two people rate."""
    bank = json.loads(mixed_bank())
    for own in bank["items"]:
        if own["id"] == "essay":
            own["body"]["raters"] = 2
    for stage in open_stage(request.param, request, tmp_path, keys, stage_templates):
        yield with_scheme(stage, "essay", "true_false", bank=json.dumps(bank).encode())


def sat(stage: Stage) -> Sitting:
    """The candidate answers both items and ends."""
    seat = stage.seat(0)
    seat.enter()
    seat.save(1, Fields({"choice": ["Alurnya dimulai dari loket."]}))
    seat.save(2, Fields({"choice": ["true"]}))
    return seat.submit()


def only_task(stage: Stage, by: str = "penilai") -> bytes:
    """The one answer that waits for somebody."""
    own = stage.cast[by]
    waiting = stage.database.read_sync(
        store.waiting, agency_id=own.agency_id, account_id=own.account_id or b""
    )
    return waiting[0].id


def rate(stage: Stage, task: bytes, by: Principal, *levels: int) -> bool:
    return stage.database.write_sync(
        service.rate, task_id=task, levels=levels, remark="Runtut", by=by
    )


def one_more(stage: Stage, username: str) -> Principal:
    """One more assessor (DATA CONTOH)."""
    agency, name = stage.cast["admin"].agency_id, f"{username.title()} Contoh"
    nip = f"198001012005011{900 + sum(username.encode()) % 80}"
    person = stage.database.write_sync(
        people.create_person, agency_id=agency, name=name, nip=nip, unit="BKPSDM"
    )
    account = stage.database.write_sync(
        people.create_account, person_id=person, username=username, password_hash=HASH,
        roles=(Role.ASSESSOR,),
    )  # fmt: skip
    return Principal(
        sign_in=b"", person_id=person, agency_id=agency, name=name,
        roles=frozenset({Role.ASSESSOR}), account_id=account,
    )  # fmt: skip


def faults(stage: Stage, sitting: Sitting) -> dict[str, tuple[str, ...]]:
    """What the replay finds, by check."""
    done = stage.database.read_sync(auditing.replay_sitting, sitting_id=sitting.id)
    return {check.name: check.faults for check in done.checks if check.faults}


def test_essay_is_rated_by_two_and_a_third_and_its_result_replays(rated: Stage) -> None:
    sitting = sat(rated)
    task = only_task(rated)
    first, second = rated.cast["penilai"], one_more(rated, "halimah")

    with pytest.raises(LevelsInvalid):
        rate(rated, task, first, 1)
    assert rate(rated, task, first, 1, 1) is False
    with pytest.raises(DutyConflict):
        rate(rated, task, first, 1, 1)
    sheet = rated.database.read_sync(service.sheet, task_id=task, by=second)
    assert FAMILIES["essay"].told(sheet.content, sheet.order, sheet.response).startswith("Alurnya")
    assert rate(rated, task, second, 0, 0) is False
    assert faults(rated, sitting) == {}
    assert rate(rated, task, one_more(rated, "lamria"), 1, 0) is True

    stored = rated.database.read_sync(
        outcomes.newest_result, sitting_id=sitting.id, person_id=sitting.person_id
    )
    document = results.read(stored.document)
    assert stored.version == 2
    assert document["outcome"] == "passed"
    assert {s["code"]: s["score"] for s in document["sections"]} == {
        "essay": "3",
        "true_false": "6",
    }
    assert len(document["ratings_sha256"]) == 64
    assert "pending" not in document
    assert faults(rated, sitting) == {}
    with pytest.raises(TaskSettled):
        rated.database.read_sync(service.sheet, task_id=task, by=not_yet_a_rater(rated))
    rated.close()
    assert rated.decide() == "BA-0002/1"


def not_yet_a_rater(stage: Stage) -> Principal:
    """An assessor who has not rated."""
    by = stage.cast["sidang"]
    return msgspec.structs.replace(by, roles=frozenset({Role.ASSESSOR}))


def test_rating_is_for_assessors_of_the_agency_who_had_no_other_part(rated: Stage) -> None:
    sitting = sat(rated)
    task = only_task(rated)
    cast = rated.cast
    stranger = cast["penilai-lain"]
    assert rated.database.read_sync(
        store.waiting, agency_id=stranger.agency_id, account_id=stranger.account_id or b""
    ) == []  # fmt: skip

    with pytest.raises(TaskUnknown):
        rate(rated, task, stranger, 1, 1)
    for other in ("penyusun", "penelaah", "admin", "sidang", "auditor"):
        with pytest.raises(RoleMissing):
            rate(rated, task, cast[other], 1, 1)
    proctor = msgspec.structs.replace(cast["pengawas"], roles=frozenset({Role.ASSESSOR}))
    with pytest.raises(DutyConflict) as watched:
        rate(rated, task, proctor, 1, 1)
    assert watched.value.data == {"duty": "proctor"}
    candidate = msgspec.structs.replace(
        cast["penilai"], person_id=sitting.person_id, roles=frozenset({Role.ASSESSOR})
    )
    with pytest.raises(DutyConflict) as took_part:
        rate(rated, task, candidate, 1, 1)
    assert took_part.value.data == {"duty": "candidate"}
    assert rated.database.read_sync(store.of_sitting, sitting_id=sitting.id) == []


def test_rater_may_not_decide_on_the_session(rated: Stage) -> None:
    sat(rated)
    task = only_task(rated)
    assert rate(rated, task, not_yet_a_rater(rated), 1, 1) is False
    assert rate(rated, task, rated.cast["penilai"], 1, 1) is True
    rated.close()

    with pytest.raises(DutyConflict) as refused:
        rated.decide()
    assert refused.value.data == {"duty": "assessor"}


def test_altered_or_missing_rating_is_named_by_the_replay(rated: Stage) -> None:
    sitting = sat(rated)
    task = only_task(rated)
    rate(rated, task, rated.cast["penilai"], 1, 0)
    assert rate(rated, task, one_more(rated, "halimah"), 0, 1) is True
    evidence = rated.database.read_sync(gather, sitting_id=sitting.id)
    first, last = evidence.ratings

    def found(*ratings: Rating) -> list[str]:
        checks = replay(msgspec.structs.replace(evidence, ratings=list(ratings)))
        return [fault for check in checks for fault in check.faults]

    assert found(first, last) == []
    altered = msgspec.structs.replace(last, levels=(1, 1))
    assert found(first, altered) == ["rating 2 (item 1): differs from the logged one"]
    assert found(first) == [
        "rating 2: logged, but not stored",
        "result: was computed from other ratings",
    ]
    assert found(first, last, last) == [
        "rating 3: not logged",
        "result: was computed from other ratings",
    ]


def test_log_tells_nothing_of_a_rating(rated: Stage) -> None:
    sitting = sat(rated)
    rate(rated, only_task(rated), rated.cast["penilai"], 1, 0)

    chain = rated.database.read_sync(log.entries_of, handle=sitting.handle)
    leaf = next(leaf for leaf in chain if b"rating.given" in leaf)
    assert leaves.decode(leaf).clear == {"number": 1}
    assert b"Runtut" not in leaf
    with pytest.raises(Exception, match="append-only table answer_rating"):
        rated.database.write_sync(_forge)


@emits_nothing("a test's hand in the tables")
def _forge(tx: Tx) -> None:
    tx.run("UPDATE answer_rating SET levels = '[1,1]'")
