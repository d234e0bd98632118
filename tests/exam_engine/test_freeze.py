"""Freezing: what a session is drawn from is fixed, whatever happens to the bank afterwards."""

import msgspec
import pytest

from exam_engine.assembly import paper as papers
from exam_engine.assembly import pool, seats, store
from exam_engine.assembly.draw import ALGORITHM
from exam_engine.errors import PoolTooSmall
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.schemes.service import publish_scheme
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.formats.native import read_bank
from question_banks.review.service import move
from question_banks.states import Deed, ItemState
from tests.cast import small_bank, small_scheme
from tests.stage import NONCE, Stage, plan_session


def frozen(stage: Stage) -> store.Freeze:
    return stage.database.read_sync(store.freeze, session_id=stage.session)


def edit_every_item(stage: Stage) -> None:
    """Import every item with another text, approve it, and retire one."""
    text = small_bank().replace(b"Keadaan", b"Peristiwa").replace(b"Pertanyaan", b"Soal")
    banks.import_file(
        stage.database, bank_name="Pelayanan", file=read_bank(text), by=stage.cast["penyusun"]
    )
    waiting = stage.database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    assert len(waiting) == 14
    own = tuple(item.id for item in waiting)
    banks.approve_all(stage.database, item_ids=own, by=stage.cast["penelaah"])
    stage.database.write_sync(
        move, item_id=own[0], deed=Deed.RETIRE, reason="usang", by=stage.cast["penelaah"]
    )


def test_freeze_commits_to_pool_seats_and_blueprint(stage: Stage) -> None:
    stage.freeze()

    found = frozen(stage)
    secrets = stage.database.read_sync(store.secrets, session_id=stage.session)
    manifest = store.parse_manifest(found.manifest)
    blueprint = store.parse_blueprint(found.blueprint)
    assert len(manifest.rows) == 14
    assert [r.version for r in manifest.rows] == sorted(r.version for r in manifest.rows)
    assert found.bank_root == pool.bank_root(manifest, secrets.pool)
    assert found.seat_root == seats.seat_root(secrets.seats, 3)
    assert found.seats == 3
    assert secrets.seats != secrets.pool
    assert blueprint.algorithm == ALGORITHM
    assert [(c.section, c.cell, c.count) for c in blueprint.cells] == [
        ("ETIKA", "T.ETIKA/semua", 3),
        ("ADMIN", "T.ADMIN/semua", 5),
    ]
    session = stage.database.read_sync(registrations.session, session_id=stage.session)
    assert session.state is SessionState.FROZEN


def test_secrets_of_a_freeze_are_stored_under_seal_only(stage: Stage) -> None:
    stage.freeze()

    secrets = stage.database.read_sync(store.secrets, session_id=stage.session)
    (row,) = stage.database.read_sync(lambda tx: tx.run("SELECT * FROM session_freeze"))
    for secret in (secrets.seats, secrets.pool):
        assert not any(isinstance(value, bytes) and secret in value for value in row)


def test_items_edited_after_the_freeze_change_neither_pool_nor_paper(stage: Stage) -> None:
    stage.open()
    before = frozen(stage)
    edit_every_item(stage)
    seat = stage.seat(0)
    sitting = seat.enter(nonce=NONCE)

    paper = stage.database.read_sync(store.paper, sitting_id=sitting.id)
    drawn = {item.version for item in papers.from_bytes(paper.body).items}
    assert frozen(stage) == before
    assert drawn <= {row.version for row in store.parse_manifest(before.manifest).rows}
    seat.answer_all()
    assert seat.save(1, None).answered == 7, "the old versions can still be answered"


def test_paper_depends_on_nonce_and_seat(stage: Stage) -> None:
    stage.open()
    bodies = set()
    for number, nonce in ((0, NONCE), (1, NONCE), (2, bytes(32))):
        sitting = stage.seat(number).enter(nonce=nonce)
        bodies.add(stage.database.read_sync(store.paper, sitting_id=sitting.id).body)

    assert len(bodies) == 3


def test_freeze_from_too_small_a_pool_names_the_row(stage: Stage) -> None:
    scheme = small_scheme()
    wide = msgspec.structs.replace(
        scheme,
        version=2,
        sections=(
            scheme.sections[0],
            msgspec.structs.replace(
                scheme.sections[1],
                rows=(msgspec.structs.replace(scheme.sections[1].rows[0], count=11),),
            ),
        ),
    )
    digest = stage.database.write_sync(publish_scheme, scheme=wide)
    planned = plan_session(stage.database, stage.cast, digest)
    room = stage.database.read_sync(registrations.rooms, session_id=planned)[0]
    register_first(stage, planned, room.id)
    stage.session = planned

    with pytest.raises(PoolTooSmall) as refused:
        stage.freeze()

    assert refused.value.data == {"row": "T.ADMIN/semua", "missing": 3}
    session = stage.database.read_sync(registrations.session, session_id=planned)
    assert session.state is SessionState.PLANNED


def register_first(stage: Stage, session_id: bytes, room_id: bytes) -> None:
    """Put the first candidate of the cast into another session too."""
    from exam_engine.registration.roster import Candidate
    from exam_engine.registration.service import register_candidates
    from tests.cast import CANDIDATES

    name, nip = CANDIDATES[0]
    stage.database.write_sync(
        register_candidates,
        session_id=session_id,
        room_id=room_id,
        candidates=(Candidate(name, nip, "Dinas"),),
        by=stage.cast["admin"],
    )


def test_items_that_are_not_published_stay_out_of_the_pool(stage: Stage) -> None:
    items = stage.database.read_sync(bank_store.items_in_state, state=ItemState.PUBLISHED)
    gone = next(item for item in items if item.external_id == "A-0")
    stage.database.write_sync(
        move, item_id=gone.id, deed=Deed.RETIRE, reason="usang", by=stage.cast["penelaah"]
    )

    stage.freeze()

    rows = store.parse_manifest(frozen(stage).manifest).rows
    assert gone.version.hex() not in {row.version for row in rows}
    assert len(rows) == 13


def test_pool_root_hides_its_rows_behind_a_salt(stage: Stage) -> None:
    stage.freeze()
    manifest = store.parse_manifest(frozen(stage).manifest)

    roots = {pool.bank_root(manifest, bytes([n]) * 32) for n in range(3)}

    assert len(roots) == 3
    assert frozen(stage).bank_root not in roots
