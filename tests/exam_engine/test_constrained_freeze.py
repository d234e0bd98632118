"""Constraints from scheme to paper: what a freeze refuses, what it seals, what a candidate gets."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from exam_engine import auditing
from exam_engine.assembly import preparing, store
from exam_engine.assembly.service import freeze_session
from exam_engine.errors import BlueprintTooNarrow, ConstraintImpossible, PoolMoved, PoolTooSmall
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from exam_engine.registration.service import register_candidates
from exam_engine.schemes.scheme import Assembly, Scheme, Window
from exam_engine.schemes.service import publish_scheme
from kernel.database import Tx, emits_nothing
from kernel.keys import Keyring
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.authoring import service as authoring
from question_banks.authoring.service import Draft
from question_banks.formats.native import read_bank
from question_banks.review.service import move
from question_banks.states import Deed, ItemState
from tests.cast import CANDIDATES, small_bank, small_scheme
from tests.stage import Stage, Template, open_stage, plan_session


@pytest.fixture
def stage(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Iterator[Stage]:
    yield from open_stage("sqlite", request, tmp_path, keys, stage_templates)


def with_rules(number: int, *, easy: int = 3, right: int = 5, **rules: Any) -> Scheme:
    """The small scheme with constraints, and other counts."""
    scheme = small_scheme()
    counts = (easy, right)
    sections = tuple(
        msgspec.structs.replace(s, rows=(msgspec.structs.replace(s.rows[0], count=count),))
        for s, count in zip(scheme.sections, counts, strict=True)
    )
    return msgspec.structs.replace(
        scheme, version=number, sections=sections, assembly=Assembly(**rules)
    )


def plan(stage: Stage, scheme: Scheme) -> bytes:
    """Plan a further session under a scheme, with the first candidate; it becomes the stage's."""
    digest = stage.database.write_sync(publish_scheme, scheme=scheme)
    stage.session = plan_session(stage.database, stage.cast, digest)
    stage.room = stage.database.read_sync(registrations.rooms, session_id=stage.session)[0]
    name, nip = CANDIDATES[0]
    stage.cards = stage.database.write_sync(
        register_candidates,
        session_id=stage.session,
        room_id=stage.room.id,
        candidates=(Candidate(name, nip, "Dinas"),),
        by=stage.cast["admin"],
    )
    return stage.session


@emits_nothing("a panel's means, planted")
def judge(tx: Tx, *, account_id: bytes) -> None:
    """Give every published item an Angoff mean: 40, 41, 42 … per cent."""
    versions = sorted(bank_store.published_versions(tx, ["T.ETIKA", "T.ADMIN"]))
    annotations.append(
        tx,
        [
            (v, Kind.ANGOFF, bytes(32), msgspec.json.encode({"mean": f"{40 + n}/100", "judges": 3}))
            for n, v in enumerate(versions)
        ],
        account_id,
    )


def write_enemies(stage: Stage) -> None:
    """A-0 and A-1 name each other; E-0 and E-1 are of one group; approved anew."""
    document = json.loads(small_bank())
    for item in document["items"]:
        if item["id"] == "A-0":
            item["enemies"] = ["A-1"]
        if item["id"] in ("E-0", "E-1"):
            item["group"] = "loket"
    read = read_bank(json.dumps(document).encode())
    banks.import_file(stage.database, bank_name="Pelayanan", file=read, by=stage.cast["penyusun"])
    waiting = stage.database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    banks.approve_all(
        stage.database, item_ids=tuple(i.id for i in waiting), by=stage.cast["penelaah"]
    )


def drawn(stage: Stage) -> set[str]:
    """Versions on the first candidate's paper."""
    sitting = stage.seat(0).enter()
    paper = stage.database.read_sync(store.paper, sitting_id=sitting.id)
    replayed = stage.database.read_sync(auditing.replay_sitting, sitting_id=sitting.id)
    assert replayed.holds, replayed.checks
    return {item["version"] for item in json.loads(paper.body)["items"]}


def name_enemies(stage: Stage, item: str, *enemies: str) -> None:
    """The writer names an item's enemies in the editor; its text stays as it is."""
    bank = stage.database.read_sync(bank_store.banks)[0]
    own = {i.external_id: i for i in stage.database.read_sync(bank_store.items, bank_id=bank.id)}
    stage.database.write_sync(
        authoring.save,
        bank_id=bank.id,
        item_id=own[item].id,
        draft=Draft(code=item, content=own[item].content, enemies=enemies),
        by=stage.cast["penyusun"],
    )


def test_items_that_exclude_each_other_are_sealed_mutually_and_kept_apart(stage: Stage) -> None:
    write_enemies(stage)
    plan(stage, with_rules(2, easy=5, right=7, one_per_group=True))
    stage.open()

    frozen = stage.database.read_sync(store.freeze, session_id=stage.session)
    rows = json.loads(frozen.manifest)["rows"]
    foes = [row for row in rows if row["enemies"]]
    grouped = {row["version"] for row in rows if row["group"] == "loket"}
    assert len(foes) == 2
    assert {foes[0]["version"]} == set(foes[1]["enemies"])
    assert json.loads(frozen.blueprint)["constraints"] == {"enemies": True, "one_per_group": True}
    paper = drawn(stage)
    assert len(paper & {foe["version"] for foe in foes}) == 1, "seven of eight: one foe at least"
    assert len(paper & grouped) == 1, "five of six: one of the group at least"


def test_enemies_named_after_the_preparation_move_the_pool(stage: Stage) -> None:
    prepared = stage.database.read_sync(preparing.prepare_session, session_id=stage.session)
    name_enemies(stage, "A-2", "A-3")

    with pytest.raises(PoolMoved):
        stage.database.write_sync(
            freeze_session, session_id=stage.session, by=stage.cast["admin"], prepared=prepared
        )
    name_enemies(stage, "A-2")
    stage.database.write_sync(
        freeze_session, session_id=stage.session, by=stage.cast["admin"], prepared=prepared
    )


def test_group_rule_that_leaves_too_few_is_refused_with_row_and_missing(stage: Stage) -> None:
    write_enemies(stage)
    plan(stage, with_rules(2, easy=6, one_per_group=True))

    with pytest.raises(PoolTooSmall) as refused:
        stage.freeze()

    assert refused.value.data == {"row": "T.ETIKA/semua", "missing": 1}


def test_window_without_difficulties_is_refused_with_their_number(stage: Stage) -> None:
    plan(stage, with_rules(2, windows=(Window(section="ADMIN", tolerance=10),)))

    with pytest.raises(ConstraintImpossible) as refused:
        stage.freeze()

    assert refused.value.data == {"constraint": "window/ADMIN", "missing": 8}


def test_window_takes_the_panels_means_and_a_hopeless_target_is_refused(stage: Stage) -> None:
    stage.database.write_sync(judge, account_id=stage.cast["penelaah"].account_id or b"")
    plan(stage, with_rules(2, windows=(Window(section="ADMIN", tolerance=1, target=900),)))
    with pytest.raises(BlueprintTooNarrow) as refused:
        stage.freeze()
    assert refused.value.data == {"constraint": "window/ADMIN", "accepted": 0, "tried": 400}

    plan(stage, with_rules(3, windows=(Window(section="ADMIN", tolerance=10),)))
    stage.open()
    frozen = stage.database.read_sync(store.freeze, session_id=stage.session)
    (window,) = json.loads(frozen.blueprint)["constraints"]["windows"]
    known = {row["version"]: row for row in json.loads(frozen.manifest)["rows"]}
    own = [row["difficulty"] for row in known.values() if row["cell"] == "T.ADMIN/semua"]
    assert window["target"] == round(sum(own) / len(own)), "without a target: the pool's mean"
    paper = [known[version] for version in drawn(stage)]
    got = [row["difficulty"] for row in paper if row["cell"] == "T.ADMIN/semua"]
    assert abs(sum(got) / 5 - window["target"]) <= 10


def test_candidate_gets_no_item_of_its_last_sitting(stage: Stage) -> None:
    stage.open()
    seen = drawn(stage)
    plan(stage, with_rules(2, right=3, unseen_sittings=1))
    stage.open()

    assert not drawn(stage) & seen


def test_candidate_for_whom_too_little_is_left_is_named_at_the_freeze(stage: Stage) -> None:
    stage.open()
    drawn(stage)
    plan(stage, with_rules(2, unseen_sittings=1))

    with pytest.raises(PoolTooSmall) as refused:
        stage.freeze()

    number = stage.cards[0].candidate_no
    assert refused.value.data == {"row": "T.ADMIN/semua", "missing": 2, "candidate": number}


def test_items_on_too_many_papers_rest(stage: Stage) -> None:
    stage.open()
    seen = drawn(stage)
    plan(stage, with_rules(2, right=3, exposure_cap=1))
    stage.freeze()

    frozen = stage.database.read_sync(store.freeze, session_id=stage.session)
    rows = json.loads(frozen.manifest)["rows"]
    assert not {row["version"] for row in rows} & seen
    assert len(rows) == 14 - 8


def test_keys_are_in_the_manifest_only_when_they_are_to_be_spread(stage: Stage) -> None:
    plan(stage, with_rules(2, key_limit=50))
    stage.freeze()
    spread = json.loads(stage.database.read_sync(store.freeze, session_id=stage.session).manifest)
    plan(stage, with_rules(3))
    stage.freeze()
    plain = json.loads(stage.database.read_sync(store.freeze, session_id=stage.session).manifest)

    assert spread["format"] == "ujikom-pool/2"
    assert {row["key"] for row in spread["rows"] if row["family"] == "single_choice"} == {2}
    assert plain["format"] == "ujikom-pool/1"
    assert not any("key" in row for row in plain["rows"])


def test_freeze_prepared_before_an_item_left_is_refused(stage: Stage) -> None:
    prepared = stage.database.read_sync(preparing.prepare_session, session_id=stage.session)
    items = stage.database.read_sync(bank_store.items_in_state, state=ItemState.PUBLISHED)
    stage.database.write_sync(
        move, item_id=items[0].id, deed=Deed.RETIRE, reason="usang", by=stage.cast["penelaah"]
    )

    with pytest.raises(PoolMoved):
        stage.database.write_sync(
            freeze_session, session_id=stage.session, by=stage.cast["admin"], prepared=prepared
        )
