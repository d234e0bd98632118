"""Importing in short jobs: items arrive unseen, and one last small job shows them all.

An item that is new to the bank is stored under an arrival that is still open; lists, searches and
reviewers pass over it until the arrival is closed. A killed import therefore shows nothing, and the
same file, imported again, goes on where it stopped. An item that was there before gets its next
version in one job.
"""

from collections.abc import Iterable, Sequence

import msgspec

from audit.log import record
from kernel import ids
from kernel.canonical import b64, sha256
from kernel.database import Tx, emits, emits_nothing
from people.roles import Principal, Role
from question_banks import content as contents
from question_banks import store
from question_banks.catalogue import store as catalogue
from question_banks.content import Content
from question_banks.events import ItemCreated, ItemEnemiesSet, ItemRevised
from question_banks.formats.native import BankFile, Read
from question_banks.states import ItemState
from question_banks.store import Item


class Ready(msgspec.Struct, frozen=True):
    """An item prepared outside the writer: code, canonical bytes, digest, columns for lists."""

    external_id: str
    data: bytes
    version: bytes
    columns: tuple[str | int, ...]
    content: Content


def ready(items: Iterable[Read]) -> tuple[Ready, ...]:
    """What costs time, done before the writer is asked for."""
    found = []
    for read in items:
        data = contents.to_bytes(read.content)
        columns = store.repeated(read.external_id, read.content)
        found.append(Ready(read.external_id, data, contents.digest(data), columns, read.content))
    return tuple(found)


def file_digest(items: Sequence[Ready]) -> bytes:
    """By what an import that was killed is known again."""
    return sha256(b"".join(sha256(own.external_id.encode()) + own.version for own in items))


@emits_nothing("nothing is there yet; each item is logged as it arrives")
def open_arrival(tx: Tx, *, bank_id: bytes, file: bytes, by: Principal) -> bytes:
    """Begin an import, or go on with the one that was killed; gives its id."""
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.review_rule(tx, bank_id)
    known = store.arrival_of(tx, bank_id, by.account_id, file)
    if known is not None:
        return known
    arrival = ids.new_id()
    store.insert_arrival(tx, arrival, bank_id, by.account_id, file)
    return arrival


@emits("item.created", "item.revised")
def take_items(
    tx: Tx, *, bank_id: bytes, arrival: bytes, items: tuple[Ready, ...], by: Principal
) -> int:
    """Store items for review, the new ones unseen; gives how many were new or changed.

    An item whose content is already the newest version is left alone.
    """
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    known = store.items_called(tx, bank_id, [own.external_id for own in items])
    changed = 0
    for own in items:
        before = known.get(own.external_id)
        if before is None:
            _create(tx, bank_id, arrival, own, by.account_id)
        elif before.version != own.version:
            _revise(tx, bank_id, before, own, by.account_id)
        changed += before is None or before.version != own.version
        if before is not None and before.hidden:
            store.set_arrival(tx, before.id, arrival)
    return changed


@emits("item.enemies_set")
def relate(tx: Tx, *, bank_id: bytes, items: tuple[Read, ...], by: Principal) -> None:
    """Add tags and enemies that a file names; enemies that the bank has not are passed over."""
    by.require(Role.ITEM_WRITER)
    named = {own.external_id for own in items} | {code for own in items for code in own.enemies}
    known = store.items_called(tx, bank_id, sorted(named))
    for own in items:
        item_id = known[own.external_id].id
        catalogue.add_tags(tx, item_id, own.tags)
        if own.enemies:
            before = [enemy for enemy, _ in catalogue.enemies(tx, item_id)]
            others = [known[code].id for code in own.enemies if code in known]
            keep_apart(tx, item_id, (*before, *others), by)


@emits_nothing("the items were logged one by one; this shows them to reviewers")
def close_arrival(tx: Tx, *, arrival: bytes, by: Principal) -> None:
    """Show what arrived."""
    by.require(Role.ITEM_WRITER)
    store.remove_arrival(tx, arrival)


def keep_apart(tx: Tx, item_id: bytes, enemies: tuple[bytes, ...], by: Principal) -> None:
    """Make exactly these the item's enemies, seen from both sides; logged when they change."""
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    wanted = sorted({enemy for enemy in enemies if enemy != item_id})
    if wanted == sorted(enemy for enemy, _ in catalogue.enemies(tx, item_id)):
        return
    catalogue.set_enemies(tx, item_id, tuple(wanted))
    event = ItemEnemiesSet(
        item=ids.text(item_id), enemies=[ids.text(e) for e in wanted], by=ids.text(by.account_id)
    )
    record(tx, event)


def unknown_enemies(tx: Tx, *, bank_id: bytes, file: BankFile) -> list[tuple[str, str]]:
    """Items of a file with the enemies that neither the file nor the bank has."""
    named = {own.external_id for own in file.items}
    return [
        (own.external_id, code)
        for own in file.items
        for code in own.enemies
        if code not in named and store.item_called(tx, bank_id, code) is None
    ]


def _create(tx: Tx, bank_id: bytes, arrival: bytes, own: Ready, writer: bytes) -> None:
    item = _item(ids.new_id(), bank_id, 1, own, writer)
    store.insert_item(tx, item, own.data, columns=own.columns, arrival=arrival)
    record(tx, ItemCreated(version=b64(own.version), writer=ids.text(writer)))


def _revise(tx: Tx, bank_id: bytes, before: store.Known, own: Ready, writer: bytes) -> None:
    item = _item(before.id, bank_id, before.number + 1, own, writer)
    store.insert_version(tx, item, own.data)
    store.move_to_version(tx, item, columns=own.columns)
    event = ItemRevised(version=b64(own.version), writer=ids.text(writer), number=item.number)
    record(tx, event)


def _item(item_id: bytes, bank_id: bytes, number: int, own: Ready, writer: bytes) -> Item:
    return Item(
        item_id, bank_id, own.external_id, ItemState.SUBMITTED, own.version, number, writer,
        own.content,
    )  # fmt: skip
