"""A scheme with one item of every family, its bank, and a full answer to each as form fields."""

import json
from typing import Any, Final

import msgspec

from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from exam_engine.schemes.scheme import Row, Scheme, Section
from exam_engine.schemes.service import publish_scheme
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from tests.cast import CANDIDATES, small_scheme
from tests.items import every_family
from tests.stage import Facts, Stage, plan_session

RIGHT: Final = 6


def mixed_bank() -> bytes:
    """A native bank file; an item's id is its family, its competency too."""
    items = [_native(name, content) for name, content in every_family().items()]
    competencies = [
        {"code": code(name), "kind": "technical", "name_id": name, "name_en": name}
        for name in FAMILIES
    ]
    return json.dumps(
        {"format": "ujikom-bank/1", "meta": {"competencies": competencies}, "items": items}
    ).encode()


def mixed_scheme(*families: str) -> Scheme:
    """A section of one item for each family; 6 marks for right."""
    return msgspec.structs.replace(
        small_scheme(),
        code="RAGAM",
        sections=tuple(
            Section(
                code=name,
                name_id=name,
                name_en=name,
                family=name,
                rule=Rule(right=RIGHT, wrong=0, blank=0),
                cut_score=0,
                rows=(Row(competency=code(name), count=1),),
            )
            for name in families or sorted(FAMILIES)
        ),
    )


def code(family: str) -> str:
    """The competency that an item of the family is of."""
    return f"R.{family.upper()}"


def _native(name: str, content: Content) -> dict[str, Any]:
    return {
        "id": name,
        "type": FAMILIES[name].native_type,
        "markup": "html",
        "competency": code(name),
        "level": 2,
        "stem": content.stem,
        "options": [{"key": o.id, "text": o.html, "score": o.points} for o in content.options],
        "body": content.body,
    }


def with_scheme(
    stage: Stage, *families: str, bank: bytes | None = None, scheme: Scheme | None = None
) -> Stage:
    """A stage whose session has the mixed scheme, or another one."""
    database, cast = stage.database, stage.cast
    file = read_bank(bank or mixed_bank())
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
