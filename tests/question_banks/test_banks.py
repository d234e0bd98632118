"""Importing and approving: versions, killed imports, four eyes; on both engines."""

import json
from typing import Any

import msgspec
import pytest

from audit import leaf as leaves
from kernel.database import Database, Tx
from kernel.errors import UjikomError
from people.errors import RoleMissing, SameHand
from question_banks import service, store
from question_banks.errors import BankUnknown, ItemStateWrong, ItemUnknown
from question_banks.formats.native import BankFile, read_bank
from question_banks.review.service import move
from question_banks.states import Deed, ItemState
from question_banks.store import Item
from tests.cast import hire, small_bank
from tests.stage import Stage

BANK = "Pelayanan"


class Killed(Exception):
    """The import was killed here."""


class Killing:
    """Hands jobs to a database until it has handed so many, then dies."""

    def __init__(self, database: Database, jobs: int) -> None:
        self.database = database
        self.jobs = jobs

    def write_sync(self, job: Any, **given: Any) -> Any:
        if not self.jobs:
            raise Killed
        self.jobs -= 1
        return self.database.write_sync(job, **given)


def bank_of(stage: Stage) -> store.Bank:
    return stage.database.read_sync(store.banks)[0]


def items_of(database: Database) -> dict[str, Item]:
    bank = database.read_sync(store.banks)[0]
    return {i.external_id: i for i in database.read_sync(store.items, bank_id=bank.id)}


def take(stage: Stage, data: bytes, by: str = "penyusun") -> int:
    return service.import_file(
        stage.database, bank_name=BANK, file=read_bank(data), by=stage.cast[by]
    )


def edited(text: str, items: list[str] | None = None) -> bytes:
    """The small bank, the stems of some (or all) items changed."""
    bank = json.loads(small_bank())
    for item in bank["items"]:
        if items is None or item["id"] in items:
            item["stem"] = f"{item['stem']} {text}"
    return json.dumps(bank).encode()


def types_of(stage: Stage) -> list[str]:
    """Types of the leaves, in order."""

    def waiting(tx: Tx) -> list[str]:
        rows = tx.run("SELECT leaf FROM log_outbox ORDER BY id")
        return [leaves.decode(row[0]).type for row in rows]

    return stage.database.read_sync(waiting)


def approve(stage: Stage, *names: str, by: str = "penelaah") -> int:
    own = tuple(items_of(stage.database)[name].id for name in names)
    return stage.database.write_sync(service.approve, item_ids=own, by=stage.cast[by])


def test_import_again_changes_and_logs_nothing(stage: Stage) -> None:
    before, logged = items_of(stage.database), types_of(stage)

    assert take(stage, small_bank()) == 0

    assert items_of(stage.database) == before
    assert types_of(stage) == logged
    assert {item.state for item in before.values()} == {ItemState.PUBLISHED}


def test_changed_item_is_a_new_version_that_waits_for_review(stage: Stage) -> None:
    before = items_of(stage.database)

    assert take(stage, edited("(baru)", ["A-3"])) == 1

    now = items_of(stage.database)
    assert (now["A-3"].number, now["A-3"].state) == (2, ItemState.SUBMITTED)
    assert now["A-3"].id == before["A-3"].id
    assert {n: i for n, i in now.items() if n != "A-3"} == {
        n: i for n, i in before.items() if n != "A-3"
    }
    assert types_of(stage)[-1] == "item.revised"
    stored = stage.database.read_sync(store.version_bytes, digest=before["A-3"].version)
    assert b"(baru)" not in stored, "the old version stays as it was"


def test_item_changed_back_and_on_keeps_counting_versions(stage: Stage) -> None:
    for data in (edited("(baru)", ["A-3"]), small_bank(), edited("(lagi)", ["A-3"])):
        assert take(stage, data) == 1
        assert len(items_of(stage.database)) == 14
        bank = bank_of(stage)
        listed = stage.database.read_sync(store.items, bank_id=bank.id)
        assert len(listed) == bank.items == 14

    item = items_of(stage.database)["A-3"]
    numbers = [n for _, n, _ in stage.database.read_sync(store.versions, item_id=item.id)]
    assert numbers == [4, 3, 2, 1]
    assert item.number == 4


def test_same_content_in_another_bank_is_an_item_of_its_own(stage: Stage) -> None:
    service.import_file(
        stage.database, bank_name="Salinan", file=read_bank(small_bank()), by=stage.cast["penyusun"]
    )

    assert [(b.name, b.items) for b in stage.database.read_sync(store.banks)] == [
        (BANK, 14), ("Salinan", 14),
    ]  # fmt: skip


def big_file() -> BankFile:
    """45 items: three chunks."""
    return read_bank(small_bank(weighted=20, single=25))


@pytest.mark.parametrize("jobs", range(7))
def test_import_killed_after_any_job_is_finished_by_running_it_again(
    database: Database, jobs: int
) -> None:
    writer = hire(database)["penyusun"]
    killing: Any = Killing(database, jobs)
    if jobs < 6:
        with pytest.raises(Killed):
            service.import_file(killing, bank_name=BANK, file=big_file(), by=writer)
    else:
        service.import_file(killing, bank_name=BANK, file=big_file(), by=writer)
    staged = database.read_sync(store.banks)
    assert sum(b.items for b in staged) == min(45, 20 * max(0, jobs - 2))
    assert sum(b.submitted for b in staged) == (45 if jobs == 6 else 0)

    again = service.import_file(database, bank_name=BANK, file=big_file(), by=writer)

    assert again == 45 - sum(b.items for b in staged)
    (bank,) = database.read_sync(store.banks)
    assert (bank.items, bank.submitted, bank.published) == (45, 45, 0)
    assert {i.number for i in items_of(database).values()} == {1}


def test_second_account_of_the_writer_is_no_other_hand(stage: Stage) -> None:
    take(stage, edited("(baru)", ["A-1"]))
    writer, reviewer = stage.cast["penyusun"], stage.cast["penelaah"]
    stage.cast.people["penelaah"] = msgspec.structs.replace(reviewer, person_id=writer.person_id)

    with pytest.raises(SameHand):
        approve(stage, "A-1")


def test_item_is_approved_by_another_hand_only(stage: Stage) -> None:
    both = stage.cast["penyusun"]
    stage.cast.people["serba"] = type(both)(
        sign_in=b"", person_id=both.person_id, agency_id=both.agency_id, name=both.name,
        roles=both.roles | stage.cast["penelaah"].roles, account_id=both.account_id,
    )  # fmt: skip
    take(stage, edited("(baru)", ["A-1", "A-2"]))

    with pytest.raises(SameHand):
        approve(stage, "A-1", by="serba")
    assert items_of(stage.database)["A-1"].state is ItemState.SUBMITTED

    assert approve(stage, "A-1", "A-2") == 2
    assert items_of(stage.database)["A-1"].state is ItemState.PUBLISHED


def test_writer_of_an_earlier_version_does_not_approve_the_next(stage: Stage) -> None:
    first = stage.cast["penyusun"]
    second = stage.cast["penelaah"]
    stage.cast.people["penulis-kedua"] = type(first)(
        sign_in=b"", person_id=second.person_id, agency_id=second.agency_id, name=second.name,
        roles=first.roles, account_id=second.account_id,
    )  # fmt: skip
    stage.cast.people["penyusun"] = type(first)(
        sign_in=b"", person_id=first.person_id, agency_id=first.agency_id, name=first.name,
        roles=first.roles | second.roles, account_id=first.account_id,
    )  # fmt: skip
    take(stage, edited("(baru)", ["A-1"]), by="penulis-kedua")

    for who in ("penyusun", "penelaah"):
        with pytest.raises(SameHand):
            approve(stage, "A-1", by=who)


def test_one_refused_item_keeps_the_whole_job_back(stage: Stage) -> None:
    take(stage, edited("(baru)", ["A-1"]))

    with pytest.raises(ItemStateWrong) as refused:
        approve(stage, "A-1", "A-2")

    assert refused.value.data == {"item": "A-2", "state": "published"}
    assert items_of(stage.database)["A-1"].state is ItemState.SUBMITTED


def test_item_is_retired_once(stage: Stage) -> None:
    own = items_of(stage.database)["A-1"].id
    stage.database.write_sync(
        move, item_id=own, deed=Deed.RETIRE, reason="usang", by=stage.cast["penelaah"]
    )

    assert types_of(stage)[-1] == "item.retired"
    with pytest.raises(ItemStateWrong):
        stage.database.write_sync(
            move, item_id=own, deed=Deed.RETIRE, reason="usang", by=stage.cast["penelaah"]
        )
    with pytest.raises(ItemStateWrong):
        approve(stage, "A-1")


def test_banks_are_worked_on_by_writers_and_reviewers_only(stage: Stage) -> None:
    own = items_of(stage.database)["A-1"].id
    deeds: list[tuple[Any, dict[str, Any]]] = [
        (service.take_items, {"bank_id": bank_of(stage).id, "items": ()}),
        (service.submit_drafts, {"bank_id": bank_of(stage).id}),
        (service.approve, {"item_ids": (own,)}),
        (move, {"item_id": own, "deed": Deed.RETIRE, "reason": "usang"}),
    ]
    for who in ("admin", "pengawas", "sidang", "auditor"):
        for job, given in deeds[:3] if who == "admin" else deeds:  # an admin may retire
            with pytest.raises(RoleMissing):
                stage.database.write_sync(job, **given, by=stage.cast[who])


def test_unknown_bank_item_and_version_are_not_found(stage: Stage) -> None:
    missing: list[tuple[Any, dict[str, bytes], type[UjikomError]]] = [
        (store.bank, {"bank_id": bytes(16)}, BankUnknown),
        (store.item, {"item_id": bytes(16)}, ItemUnknown),
        (store.version_bytes, {"digest": bytes(32)}, ItemUnknown),
    ]
    for job, given, error in missing:
        with pytest.raises(error):
            stage.database.read_sync(job, **given)


def test_texts_and_keys_never_reach_the_log_in_clear(stage: Stage) -> None:
    def raw(tx: Tx) -> bytes:
        return b"".join(row[0] for row in tx.run("SELECT leaf FROM log_outbox"))

    said = stage.database.read_sync(raw)
    version = items_of(stage.database)["A-1"].version
    assert b"item.created" in said
    for secret in (b"Pertanyaan", b"benar", version.hex().encode(), b"penyusun", b"Meurah"):
        assert secret not in said
