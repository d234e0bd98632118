"""Importing and approving: versions, killed imports, four eyes; on both engines."""

import json
from typing import Any

import msgspec
import pytest

from audit import leaf as leaves
from kernel.database import Database, Tx
from kernel.errors import UjikomError
from people.errors import RoleMissing, SameHand
from question_banks import service, staging, store
from question_banks.authoring import service as authoring
from question_banks.authoring.service import Draft
from question_banks.catalogue import store as catalogue
from question_banks.errors import BankUnknown, ItemStateWrong, ItemUnknown
from question_banks.exporting import taken_out
from question_banks.formats import native_writer
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


def bank_of(stage: Stage) -> store.CountedBank:
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
    """25 items: three chunks."""
    return read_bank(small_bank(weighted=10, single=15))


def seen(database: Database, bank_id: bytes) -> list[str]:
    """What the bank's list, its counts and a reviewer's queue agree on."""
    rows = database.read_sync(catalogue.search, bank_id=bank_id, query=catalogue.Query(), limit=99)
    supply = sum(s.count for s in database.read_sync(catalogue.supply, bank_id=bank_id))
    queue = database.read_sync(catalogue.waiting, account_id=bytes(16), limit=99)
    others, _ = database.read_sync(catalogue.count_waiting, account_id=bytes(16))
    assert len(rows) == supply == len(queue) == others
    return [row.code for row in rows]


def open_arrivals(database: Database) -> int:
    def count(tx: Tx) -> int:
        return int(tx.run("SELECT COUNT(*) FROM arrival")[0][0])

    return database.read_sync(count)


@pytest.mark.parametrize("jobs", range(8))
def test_import_killed_after_any_job_is_finished_by_running_it_again(
    database: Database, jobs: int
) -> None:
    writer = hire(database)["penyusun"]
    killing: Any = Killing(database, jobs)
    if jobs < 7:
        with pytest.raises(Killed):
            service.import_file(killing, bank_name=BANK, file=big_file(), by=writer)
    else:
        service.import_file(killing, bank_name=BANK, file=big_file(), by=writer)
    shown = 25 if jobs == 7 else 0
    for bank in database.read_sync(store.banks):
        assert (bank.items, bank.submitted) == (shown, shown)
        assert len(seen(database, bank.id)) == shown
        assert len(database.read_sync(store.items_in_state, state=ItemState.SUBMITTED)) == shown
    arrived = min(25, service.CHUNK * max(0, jobs - 3))

    again = service.import_file(database, bank_name=BANK, file=big_file(), by=writer)

    assert again == 25 - arrived, "what arrived before is not stored again"
    assert open_arrivals(database) == 0
    (bank,) = database.read_sync(store.banks)
    assert (bank.items, bank.submitted, bank.published) == (25, 25, 0)
    assert {i.number for i in items_of(database).values()} == {1}


def test_leftovers_of_a_killed_import_join_the_next_file_that_names_them(
    database: Database,
) -> None:
    writer = hire(database)["penyusun"]
    killing: Any = Killing(database, 4)
    with pytest.raises(Killed):
        service.import_file(killing, bank_name=BANK, file=big_file(), by=writer)
    few = msgspec.structs.replace(big_file(), items=big_file().items[:5])

    assert service.import_file(database, bank_name=BANK, file=few, by=writer) == 0

    (bank,) = database.read_sync(store.banks)
    assert seen(database, bank.id) == sorted(own.external_id for own in few.items)


def test_import_leaves_the_writers_own_drafts_alone(stage: Stage) -> None:
    writer, bank = stage.cast["penyusun"], bank_of(stage)
    content = items_of(stage.database)["A-1"].content
    draft = Draft(code="Z-1", content=msgspec.structs.replace(content, indicator="Konsep"))
    item = stage.database.write_sync(
        authoring.save, bank_id=bank.id, item_id=None, draft=draft, by=writer
    )

    take(stage, edited("(baru)", ["A-3"]))

    assert stage.database.read_sync(store.item, item_id=item).state is ItemState.DRAFT


def test_file_brings_enemies_and_tags_and_an_export_takes_them_along(stage: Stage) -> None:
    document = json.loads(small_bank())
    rows = {item["id"]: item for item in document["items"]}
    rows["A-0"] |= {"enemies": ["A-1", "tiada"], "tags": ["pindah", "loket"]}
    file = read_bank(json.dumps(document).encode())
    bank = bank_of(stage)
    unknown = stage.database.read_sync(staging.unknown_enemies, bank_id=bank.id, file=file)
    before = items_of(stage.database)

    assert (
        service.import_file(stage.database, bank_name=BANK, file=file, by=stage.cast["penyusun"])
        == 0
    )
    logged = types_of(stage)
    service.import_file(stage.database, bank_name=BANK, file=file, by=stage.cast["penyusun"])

    assert unknown == [("A-0", "tiada")]
    assert items_of(stage.database) == before, "no new version, so statistics and approval stay"
    assert types_of(stage) == logged, "the same again is no deed"
    assert logged[-1] == "item.enemies_set"
    entries, supply = stage.database.read_sync(
        taken_out, bank_id=bank.id, by=stage.cast["penyusun"]
    )
    out = {e["id"]: e for e in json.loads(native_writer.write(entries, supply).data)["items"]}
    assert out["A-0"]["enemies"] == ["A-1"]
    assert out["A-1"]["enemies"] == ["A-0"]
    assert out["A-0"]["tags"] == ["loket", "pindah"]
    again = {r.external_id: r for r in read_bank(native_writer.write(entries, supply).data).items}
    assert (again["A-1"].enemies, again["A-0"].tags) == (("A-0",), ("loket", "pindah"))


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
        (staging.open_arrival, {"bank_id": bank_of(stage).id, "file": bytes(32)}),
        (staging.take_items, {"bank_id": bank_of(stage).id, "arrival": bytes(16), "items": ()}),
        (staging.relate, {"bank_id": bank_of(stage).id, "items": ()}),
        (staging.close_arrival, {"arrival": bytes(16)}),
        (service.approve, {"item_ids": (own,)}),
        (move, {"item_id": own, "deed": Deed.RETIRE, "reason": "usang"}),
    ]
    for who in ("admin", "pengawas", "sidang", "auditor"):
        for job, given in deeds[:5] if who == "admin" else deeds:  # an admin may retire
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
