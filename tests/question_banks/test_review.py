"""Review: states by role, blind key, card, second reviewer, experts; on both engines."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from audit import leaf as leaves
from kernel import ids
from kernel.database import Tx
from people import service as people
from people.errors import RoleMissing, SameHand
from people.roles import Principal, Role
from question_banks import service as banks
from question_banks import store
from question_banks.authoring import service as authoring
from question_banks.authoring.difference import changes, pieces
from question_banks.authoring.families import check
from question_banks.authoring.service import Draft
from question_banks.catalogue import store as catalogue
from question_banks.content import Content
from question_banks.errors import (
    BlindAnswerMissing,
    CardIncomplete,
    CardRequired,
    CodeTaken,
    ConflictStatementMissing,
    ExpertTermOver,
    ItemChanged,
    ItemInvalid,
    ItemStateWrong,
    KeyDisputed,
    ReasonMissing,
)
from question_banks.families import FAMILIES
from question_banks.review import card as cards
from question_banks.review import experts, service
from question_banks.review import store as reviews
from question_banks.states import MOVES, Deed, ItemState, ReviewRule, allowed
from tests.cast import HASH
from tests.items import every_family, numeric
from tests.stage import Stage

MARKS = dict.fromkeys(cards.CHECKS, "yes")
CARD = cards.filled(MARKS, {})
EMPTY = Content(
    v=1, family="single_choice", language="id", competency="T.ADMIN", level=2, cognitive="C2",
    indicator="Menyebut dokumen", stem="<p>Dokumen pindah datang?</p>", options=(), rationale="",
    source="Buku contoh",
)  # fmt: skip
FORM = {
    "option.text": ["Surat keterangan pindah", "Kartu tamu", "Buku agenda", ""],
    "key": ["1"],
}
from_form = FAMILIES["single_choice"].from_form


def hire(stage: Stage, name: str, *roles: Role) -> Principal:
    """One more member of staff (DATA CONTOH)."""
    agency = stage.cast["admin"].agency_id
    person = stage.database.write_sync(
        people.create_person, agency_id=agency, name=name, nip="198001012005011989", unit="BKPSDM"
    )
    account = stage.database.write_sync(
        people.create_account, person_id=person, username=name, password_hash=HASH, roles=roles
    )
    return Principal(
        sign_in=b"", person_id=person, agency_id=agency, name=name, roles=frozenset(roles),
        account_id=account,
    )  # fmt: skip


class Desk:
    """A bank under a review rule, with its writer and reviewer at work."""

    def __init__(self, stage: Stage, rule: ReviewRule = ReviewRule.CARD) -> None:
        self.stage = stage
        self.database = stage.database
        self.writer, self.reviewer = stage.cast["penyusun"], stage.cast["penelaah"]
        self.bank = self.database.write_sync(banks.create_bank, name="Bengkel", review=rule)

    def write(self, code: str = "B-1", item: bytes | None = None, **given: object) -> bytes:
        content = from_form(msgspec.structs.replace(EMPTY, **given), FORM)
        draft = Draft(code=code, content=content)
        return self.database.write_sync(
            authoring.save, bank_id=self.bank, item_id=item, draft=draft, by=self.writer
        )

    def submitted(self, code: str = "B-1") -> bytes:
        item = self.write(code)
        self.move(item, Deed.SUBMIT, self.writer)
        return item

    def move(self, item: bytes, deed: Deed, by: Principal, reason: str = "") -> ItemState:
        return self.database.write_sync(service.move, item_id=item, deed=deed, reason=reason, by=by)

    def blind(self, item: bytes, choice: str = "A", by: Principal | None = None) -> bool:
        return self.database.write_sync(
            service.answer_blind, item_id=item, answer={"choice": [choice]}, by=by or self.reviewer
        ).agrees

    def decide(
        self, item: bytes, deed: Deed, reason: str = "", by: Principal | None = None
    ) -> ItemState:
        return self.database.write_sync(
            service.decide, item_id=item, deed=deed, card=CARD, reason=reason,
            by=by or self.reviewer,
        )  # fmt: skip

    def state(self, item: bytes) -> ItemState:
        return self.database.read_sync(store.item, item_id=item).state


def events(tx: Tx) -> list[str]:
    return [leaves.decode(row[0]).type for row in tx.run("SELECT leaf FROM log_outbox ORDER BY id")]


def test_item_goes_from_draft_to_published_to_retired_with_evidence(stage: Stage) -> None:
    desk = Desk(stage)
    before = len(stage.database.read_sync(events))

    item = desk.submitted()
    assert desk.blind(item)
    assert desk.decide(item, Deed.APPROVE) is ItemState.APPROVED
    assert desk.move(item, Deed.PUBLISH, desk.reviewer) is ItemState.PUBLISHED
    published = dict(stage.database.read_sync(store.published, competencies=["T.ADMIN"]))
    assert stage.database.read_sync(store.item, item_id=item).version in published
    assert desk.move(item, Deed.RETIRE, desk.reviewer, "usang") is ItemState.RETIRED

    assert stage.database.read_sync(events)[before:] == [
        "item.created", "item.moved", "item.reviewed", "item.approved", "item.published",
        "item.retired",
    ]  # fmt: skip
    steps = stage.database.read_sync(reviews.steps, item_id=item)
    assert [step.deed for step in steps] == ["retire", "publish", "approve", "submit", "create"]


def test_key_is_confirmed_blind_and_the_first_answer_stays(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.submitted()

    with pytest.raises(BlindAnswerMissing):
        desk.decide(item, Deed.APPROVE)
    with pytest.raises(BlindAnswerMissing):
        desk.blind(item, "")
    assert not desk.blind(item, "B")
    assert not desk.blind(item, "A"), "the second answer counts"
    with pytest.raises(KeyDisputed):
        desk.decide(item, Deed.APPROVE)
    assert desk.decide(item, Deed.APPROVE, "Saya keliru membaca.") is ItemState.APPROVED


def test_new_version_needs_a_new_blind_answer(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.submitted()
    desk.blind(item)
    assert desk.decide(item, Deed.REVISE, "Perjelas pokok soal.") is ItemState.REVISING
    desk.write(item=item, stem="<p>Dokumen apa untuk pindah datang?</p>")
    assert desk.move(item, Deed.SUBMIT, desk.writer) is ItemState.SUBMITTED

    with pytest.raises(BlindAnswerMissing):
        desk.decide(item, Deed.APPROVE)


def test_high_stakes_item_needs_two_reviewers(stage: Stage) -> None:
    desk = Desk(stage, ReviewRule.DOUBLE)
    second = hire(stage, "penelaah-dua", Role.REVIEWER)
    item = desk.submitted()
    desk.blind(item)

    assert desk.decide(item, Deed.APPROVE) is ItemState.SUBMITTED
    with pytest.raises(SameHand):
        desk.decide(item, Deed.APPROVE)
    desk.blind(item, by=second)
    assert desk.decide(item, Deed.APPROVE, by=second) is ItemState.APPROVED


def test_approvals_before_a_new_submission_do_not_count(stage: Stage) -> None:
    desk = Desk(stage, ReviewRule.DOUBLE)
    second = hire(stage, "penelaah-dua", Role.REVIEWER)
    item = desk.submitted()
    desk.blind(item)
    desk.decide(item, Deed.APPROVE)
    stage.clock.advance(1)
    desk.move(item, Deed.WITHDRAW, desk.writer)
    stage.clock.advance(1)
    desk.move(item, Deed.SUBMIT, desk.writer)

    desk.blind(item, by=second)
    assert desk.decide(item, Deed.APPROVE, by=second) is ItemState.SUBMITTED


def test_writer_of_any_version_neither_reviews_nor_publishes(stage: Stage) -> None:
    desk = Desk(stage)
    both = hire(stage, "keduanya", Role.ITEM_WRITER, Role.REVIEWER)
    content = from_form(EMPTY, FORM)
    item = stage.database.write_sync(
        authoring.save, bank_id=desk.bank, item_id=None,
        draft=Draft(code="B-9", content=content), by=both,
    )  # fmt: skip
    desk.write("B-9", item=item, stem="<p>Lain</p>")
    desk.move(item, Deed.SUBMIT, desk.writer)

    with pytest.raises(SameHand):
        desk.blind(item, by=both)
    with pytest.raises(SameHand):
        desk.decide(item, Deed.APPROVE, by=both)
    desk.blind(item)
    desk.decide(item, Deed.APPROVE)
    with pytest.raises(SameHand):
        desk.move(item, Deed.PUBLISH, both)


def test_stranger_to_the_item_or_the_role_moves_nothing(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.write()
    other = hire(stage, "penyusun-lain", Role.ITEM_WRITER)

    with pytest.raises(SameHand):
        desk.move(item, Deed.SUBMIT, other)
    with pytest.raises(RoleMissing):
        desk.move(item, Deed.SUBMIT, desk.reviewer)
    with pytest.raises(RoleMissing):
        desk.move(item, Deed.RETIRE, stage.cast["pengawas"], "x")
    assert desk.state(item) is ItemState.DRAFT


@pytest.mark.parametrize("deed", sorted(MOVES))
def test_no_deed_leads_out_of_a_wrong_state(deed: Deed) -> None:
    everybody = frozenset(Role)
    for state in ItemState:
        may = deed in allowed(state, everybody, own=MOVES[deed].own)
        assert may == (state in MOVES[deed].sources)
        assert deed not in allowed(state, everybody, own=not MOVES[deed].own)
        assert deed not in allowed(state, frozenset({Role.CANDIDATE}), own=MOVES[deed].own)


def test_deeds_in_a_wrong_state_or_without_reason_are_refused(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.submitted()

    with pytest.raises(ItemStateWrong):
        desk.move(item, Deed.PUBLISH, desk.reviewer)
    with pytest.raises(ReasonMissing):
        desk.decide(item, Deed.REJECT, "  ")
    with pytest.raises(CardRequired):
        desk.move(item, Deed.APPROVE, desk.reviewer)
    with pytest.raises(CardRequired):
        stage.database.write_sync(banks.approve, item_ids=(item,), by=desk.reviewer)
    assert desk.decide(item, Deed.REJECT, "Tidak sesuai indikator.") is ItemState.RETIRED


def test_card_without_a_mark_names_the_check() -> None:
    with pytest.raises(CardIncomplete) as found:
        cards.filled({**MARKS, "one_key": "maybe"}, {})
    assert found.value.data == {"missing": ["one_key"]}
    noted = cards.filled({**MARKS, "no_hint": "no"}, {"no_hint": "Kata kunci terulang"})
    assert cards.from_bytes(cards.to_bytes(noted)) == noted
    assert noted.faults == ("no_hint",)
    assert len(cards.CHECKS) == 15


def test_outside_expert_needs_time_left_and_a_clean_statement(stage: Stage) -> None:
    desk = Desk(stage)
    expert = hire(stage, "pakar", Role.REVIEWER)
    item = desk.submitted()
    ends = stage.clock.now() + timedelta(days=1)
    stage.database.write_sync(
        experts.set_term, account_id=expert.account_id or b"", ends_at=ends, by=stage.cast["admin"]
    )

    with pytest.raises(ConflictStatementMissing):
        desk.blind(item, by=expert)

    def declare(*, conflict: bool) -> None:
        stage.database.write_sync(
            experts.state_conflict, bank_id=desk.bank, conflict=conflict, text="", by=expert
        )

    declare(conflict=True)
    with pytest.raises(ConflictStatementMissing):
        desk.blind(item, by=expert)
    stage.clock.advance(1)
    declare(conflict=False)
    desk.blind(item, by=expert)
    stage.clock.advance(86_400)
    with pytest.raises(ExpertTermOver):
        desk.decide(item, Deed.APPROVE, by=expert)
    with pytest.raises(RoleMissing):
        stage.database.write_sync(
            experts.set_term, account_id=ids.new_id(), ends_at=ends, by=expert
        )


def test_saving_refuses_what_is_wrong_and_keeps_what_did_not_change(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.write()
    first = stage.database.read_sync(store.item, item_id=item)

    desk.write(item=item)
    assert stage.database.read_sync(store.item, item_id=item) == first
    with pytest.raises(CodeTaken):
        desk.write()
    with pytest.raises(ItemInvalid) as found:
        check(from_form(EMPTY, {**FORM, "key": ["9"]}))
    assert found.value.data == {"reason": "key_count"}
    draft = Draft(code="B-1", content=from_form(EMPTY, FORM), base=bytes(32))
    with pytest.raises(ItemChanged):
        stage.database.write_sync(
            authoring.save, bank_id=desk.bank, item_id=item, draft=draft, by=desk.writer
        )
    desk.move(item, Deed.SUBMIT, desk.writer)
    with pytest.raises(ItemStateWrong):
        desk.write(item=item, stem="<p>Menyusul</p>")


def test_editing_a_published_item_takes_it_out_of_the_draw(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.submitted()
    desk.blind(item)
    desk.decide(item, Deed.APPROVE)
    desk.move(item, Deed.PUBLISH, desk.reviewer)

    desk.write(item=item, stem="<p>Versi kedua</p>")

    published = dict(stage.database.read_sync(store.published, competencies=["T.ADMIN"]))
    assert desk.state(item) is ItemState.DRAFT
    assert stage.database.read_sync(store.item, item_id=item).version not in published
    assert [v[1] for v in stage.database.read_sync(store.versions, item_id=item)] == [2, 1]


def test_tags_enemies_and_comments_are_found_again(stage: Stage) -> None:
    desk = Desk(stage)
    first, second = desk.write("B-1"), desk.write("B-2", indicator="Lain")
    draft = Draft(
        code="B-1", content=from_form(EMPTY, FORM), tags=("pindah", "adminduk"), enemies=("B-2",)
    )
    stage.database.write_sync(
        authoring.save, bank_id=desk.bank, item_id=first, draft=draft, by=desk.writer
    )
    stage.database.write_sync(service.comment, item_id=first, text=" Bagus ", by=desk.reviewer)

    read = stage.database.read_sync
    assert read(catalogue.tags, item_id=first) == ("adminduk", "pindah")
    assert read(catalogue.enemies, item_id=second) == [(first, "B-1")]
    assert [c.text for c in read(reviews.comments, item_id=first)] == ["Bagus"]
    found = read(catalogue.search, bank_id=desk.bank, query=catalogue.Query(tag="pindah"))
    assert [row.code for row in found] == ["B-1"]
    with pytest.raises(ItemInvalid):
        stage.database.write_sync(
            authoring.save, bank_id=desk.bank, item_id=first,
            draft=msgspec.structs.replace(draft, enemies=("B-7",)), by=desk.writer,
        )  # fmt: skip


def test_search_goes_by_key_and_takes_signs_literally(stage: Stage) -> None:
    desk = Desk(stage)
    for n in range(7):
        desk.write(f"B-{n}", stem=f"<p>Butir {n} 100% _benar_</p>")

    def codes(text: str = "", after: str = "", **given: Any) -> list[str]:
        query = catalogue.Query(text=text, **given)
        rows = stage.database.read_sync(
            catalogue.search, bank_id=desk.bank, query=query, after=after, limit=3
        )
        return [row.code for row in rows]

    assert codes() == ["B-0", "B-1", "B-2"]
    assert codes(after="B-2") == ["B-3", "B-4", "B-5"]
    assert codes("BUTIR 5") == ["B-5"]
    assert codes("100%") == ["B-0", "B-1", "B-2"]
    assert codes("1__%") == []
    assert codes(state="published") == []
    assert codes(level=2, competency="T.ADMIN", after="B-5") == ["B-6"]


def test_queue_shows_neither_own_items_nor_writers(stage: Stage) -> None:
    desk = Desk(stage)
    item = desk.submitted()
    account = desk.reviewer.account_id or b""

    rows = stage.database.read_sync(catalogue.waiting, account_id=account)
    assert [row.id for row, _ in rows] == [item]
    assert "writer" not in json.dumps([row.__struct_fields__ for row, _ in rows])
    own = desk.writer.account_id or b""
    assert stage.database.read_sync(catalogue.waiting, account_id=own) == []
    assert stage.database.read_sync(catalogue.count_waiting, account_id=own) == (0, 1)


def test_difference_gives_back_both_texts() -> None:
    old, new = "Dokumen pindah datang adalah", "Dokumen untuk pindah adalah apa"
    found = pieces(old, new)

    assert "".join(p.text for p in found if p.kind != "added") == old
    assert "".join(p.text for p in found if p.kind != "removed") == new
    content = from_form(EMPTY, FORM)
    other = from_form(msgspec.structs.replace(EMPTY, level=3), {**FORM, "key": ["2"]})
    assert [c.field for c in changes(content, other)] == ["level", "option A", "option B"]
    assert changes(content, content) == ()


def test_difference_shows_what_only_a_familys_form_holds() -> None:
    old, form = numeric(), FAMILIES["numeric"].form(numeric())
    lines = form["lines"].replace("9.75", "9.7")
    new = FAMILIES["numeric"].from_form(old, {"lines": [lines], "units": [form["units"]]})

    (change,) = changes(old, new)

    assert change.field == "answer_form"
    assert [(p.kind, p.text) for p in change.pieces if p.kind != "kept"] == [
        ("removed", "9.75"),
        ("added", "9.7"),
    ]
    for content in every_family().values():
        other = msgspec.structs.replace(content, indicator="lain", stimulus="ab" * 32)
        assert [c.field for c in changes(content, other)] == ["indicator", "stimulus"]
    shared = every_family()["composite"]
    heavier = {"parts": [{**part, "weight": 2} for part in (shared.body or {})["parts"]]}
    (parts,) = changes(shared, msgspec.structs.replace(shared, body=heavier))
    assert [p.text for p in parts.pieces if p.kind == "added"] == ["(2)", "(2)"]
