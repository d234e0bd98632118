"""Two items that may not meet, from the editor's form to the papers that candidates get."""

import json
import re
from typing import Any

from exam_engine.assembly import store as assembly
from exam_engine.assembly.service import freeze_session
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from exam_engine.schemes.service import publish_scheme
from kernel import ids
from question_banks import store as banks
from question_banks.families import FAMILIES, author
from question_banks.store import Item
from samples.visitor import Visitor
from tests.author_form import sent
from tests.cast import CANDIDATES
from tests.exam_engine.test_constrained_freeze import with_rules
from tests.stage import plan_session
from tests.web.world import World


def items(world: World) -> dict[str, Item]:
    bank = ids.parse(world.paths["bank"])
    return {i.external_id: i for i in world.database.read_sync(banks.items, bank_id=bank)}


def name_in_editor(world: World, visitor: Visitor, code: str, enemies: str) -> Any:
    """Send the editor's form as the browser would, with other enemies."""
    item, bank = items(world)[code], world.paths["bank"]
    page = f"/staf/bank/{bank}/butir/{ids.text(item.id)}/ubah"
    shown = visitor.http.get(page).text
    base = re.search(r'name="base" value="([0-9a-f]*)"', shown)
    stem = re.search(r'name="stem"[^>]*>([^<]*)</textarea>', shown)
    assert base
    assert stem
    fields = {
        "code": code, "competency": item.content.competency, "level": str(item.content.level),
        "family": item.content.family, "language": "id", "stem": stem[1], "base": base[1],
        "source": item.content.source, "enemies": enemies, "action": "save",
    }  # fmt: skip
    return visitor.try_send(
        page, fields | sent(author.padded(FAMILIES[item.content.family].form(item.content)))
    )


def test_pair_named_in_the_editor_never_meets_on_a_paper(world: World) -> None:
    writer = world.visitor("penyusun")
    before = items(world)
    assert name_in_editor(world, writer, "A-0", "A-1, A-9").status_code == 422

    # the second names the first: the draw keeps to it as if the first named the second
    assert name_in_editor(world, writer, "A-1", "A-0").status_code == 303

    assert items(world) == before, "naming an enemy makes no new version: approval stays"
    shown = writer.http.get(f"/staf/bank/{world.paths['bank']}/butir/{ids.text(before['A-0'].id)}")
    assert "Tidak boleh bersama:" in shown.text
    papers = drawn_papers(world)
    foes = {before["A-0"].version.hex(), before["A-1"].version.hex()}
    # seven of eight items of the cell: without the pair, three papers of four would hold both
    assert [len(paper & foes) for paper in papers] == [1] * len(papers)


def drawn_papers(world: World) -> list[set[str]]:
    """Versions on the papers of a session frozen now, of every candidate."""
    stage, database = world.stage, world.database
    digest = database.write_sync(publish_scheme, scheme=with_rules(2, right=7))
    session = plan_session(database, stage.cast, digest)
    (room,) = database.read_sync(registrations.rooms, session_id=session)
    cards = database.write_sync(
        registration.register_candidates,
        session_id=session,
        room_id=room.id,
        candidates=tuple(Candidate(name, nip, "Dinas Contoh") for name, nip in CANDIDATES),
        by=stage.cast["admin"],
    )
    database.write_sync(freeze_session, session_id=session, by=stage.cast["admin"])
    rows = json.loads(database.read_sync(assembly.freeze, session_id=session).manifest)["rows"]
    assert sum(len(row["enemies"]) for row in rows) == 2
    database.write_sync(registration.open_session, session_id=session, by=stage.cast["admin"])
    found = []
    kept = stage.session, stage.room, stage.cards
    stage.session, stage.room, stage.cards = session, room, cards
    for number in range(len(cards)):
        sitting = stage.seat(number).enter()
        paper = database.read_sync(assembly.paper, sitting_id=sitting.id)
        found.append({item["version"] for item in json.loads(paper.body)["items"]})
    stage.session, stage.room, stage.cards = kept
    return found
