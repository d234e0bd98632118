"""One exam with an item of every family: answered, saved, resumed, graded, replayed."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exam_engine import auditing
from exam_engine.delivery.desk import item_view
from exam_engine.errors import NothingToDecide
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store as outcomes
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from exam_engine.schemes.scheme import Scheme
from exam_engine.schemes.service import publish_scheme
from kernel.keys import Keyring
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.families import FAMILIES
from question_banks.families.interface import Fields
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from tests.cast import CANDIDATES
from tests.mixed_exam import mixed_bank, mixed_scheme
from tests.stage import ENGINES, Facts, Stage, open_stage, plan_session

GIVEN: dict[str, dict[str, list[str]]] = {
    "true_false": {"choice": ["true"]},
    "short_text": {"choice": ["kartu"]},
    "numeric": {"choice": ["980"], "choice.unit": ["cm/s²"]},
    "cloze": {"choice.1": ["1"], "choice.2": ["jawa"]},
    "hotspot": {"choice": ["A"]},
    "essay": {"choice": ["Alur layanan dimulai dari loket."]},
    "composite": {"choice.1": ["A"], "choice.2": ["false"]},
}
EXPECTED = {
    "cloze": Fraction(9, 2), "composite": Fraction(3, 2), "essay": None, "hotspot": 6,
    "matching": 4, "multiple_response": Fraction(9, 2), "numeric": 6, "ordering": 3,
    "short_text": 3, "single_choice": 6, "true_false": 6, "weighted_choice": 3,
}  # fmt: skip


def given(name: str, letters: dict[str, str]) -> dict[str, list[str]]:
    """Form fields; `letters` are those this candidate's paper shows, by option id."""
    chosen = {
        "single_choice": ["C"],
        "weighted_choice": ["C"],
        "multiple_response": ["A"],
    }
    if name in chosen:
        return {"choice": [letters[id_] for id_ in chosen[name]]}
    if name == "matching":  # two of three
        return {"choice.1": [letters["A"]], "choice.2": [letters["B"]]}
    if name == "ordering":  # two of four in place
        return {f"choice.{letters[id_]}": [str(n)] for n, id_ in enumerate("CDAB", start=1)}
    return GIVEN[name]


@pytest.fixture(params=ENGINES)
def mixed(request: pytest.FixtureRequest, tmp_path: Path, keys: Keyring,
          stage_templates: Any) -> Iterator[Stage]:  # fmt: skip
    """An open session of the mixed scheme, with the essay."""
    for stage in open_stage(request.param, request, tmp_path, keys, stage_templates):
        yield with_scheme(stage)


def with_scheme(stage: Stage, *families: str, scheme: Scheme | None = None) -> Stage:
    """A stage whose session has the mixed scheme, or another one."""
    database, cast = stage.database, stage.cast
    file = read_bank(mixed_bank())
    assert file.rejected == ()
    banks.import_file(database, bank_name="Ragam", file=file, by=cast["penyusun"])
    waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    banks.approve_all(database, item_ids=tuple(i.id for i in waiting), by=cast["penelaah"])
    published = database.write_sync(publish_scheme, scheme=scheme or mixed_scheme(*families))
    session = plan_session(database, cast, published)
    room = database.read_sync(registrations.rooms, session_id=session)[0]
    name, nip = CANDIDATES[0]
    cards = database.write_sync(
        registration.register_candidates,
        session_id=session,
        room_id=room.id,
        candidates=(Candidate(name, nip, "Dinas Contoh"),),
        by=cast["admin"],
    )
    database.write_sync(
        registration.assign_proctor,
        session_id=session,
        account_id=cast["pengawas"].account_id or b"",
        by=cast["admin"],
    )
    return Stage(database, stage.clock, Facts(cast, session, room, cards)).open()


def test_every_family_is_answered_saved_resumed_graded_and_replayed(mixed: Stage) -> None:
    seat = mixed.seat(0)
    seat.enter()
    names = sorted(FAMILIES)
    for position, name in enumerate(names, start=1):
        view = mixed.database.read_sync(item_view, position=position, by=seat.principal)
        placed = view.paper.at(position)
        letters = {id_: placed.letter_of(id_) or "" for id_ in placed.options}
        saved = seat.save(position, Fields(given(name, letters)))
        assert saved.answered == position
        again = mixed.database.read_sync(item_view, position=position, by=seat.principal)
        response = again.answers[position].choice
        family = FAMILIES[name]
        assert family.told(again.content, placed.options, response)
        shown = family.shown(again.content, placed.options, response)
        assert shown != family.shown(again.content, placed.options, None)
    sitting = seat.submit()

    stored = mixed.database.read_sync(
        outcomes.newest_result, sitting_id=sitting.id, person_id=sitting.person_id
    )
    document = results.read(stored.document)
    replayed = mixed.database.read_sync(auditing.replay_sitting, sitting_id=sitting.id)

    by_section = {s["code"]: s["score"] for s in document["sections"]}
    assert by_section == {name: str(mark or 0) for name, mark in EXPECTED.items()}
    assert document["outcome"] == stored.outcome == "pending"
    assert document["pending"] == [names.index("essay") + 1]
    assert [(check.name, check.faults) for check in replayed.checks if not check.holds] == []
    mixed.close()
    with pytest.raises(NothingToDecide):  # people have not graded the essay
        mixed.decide()
