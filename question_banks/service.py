"""Importing items, submitting and approving them."""

from audit.log import record
from competencies import service as dictionary
from kernel import ids
from kernel.canonical import b64
from kernel.database import Database, Tx, emits, emits_nothing
from people import store as persons
from people.errors import SameHand
from people.roles import Principal, Role
from question_banks import content as contents
from question_banks import store
from question_banks.errors import ItemStateWrong
from question_banks.events import ItemApproved, ItemCreated, ItemRetired, ItemRevised
from question_banks.formats.native import BankFile, Read
from question_banks.states import ItemState

CHUNK = 20


@emits_nothing("an empty bank proves nothing; its items are logged")
def create_bank(tx: Tx, *, name: str) -> bytes:
    """Add a bank, or give the id of the one that bears the name."""
    existing = store.bank_named(tx, name)
    if existing is not None:
        return existing
    bank_id = ids.new_id()
    store.insert_bank(tx, bank_id, name)
    return bank_id


@emits("item.created", "item.revised")
def take_items(tx: Tx, *, bank_id: bytes, items: tuple[Read, ...], by: Principal) -> int:
    """Stage items as drafts of their writer; gives how many were new or changed.

    An item whose content is already the newest version is left alone, so an import that was
    killed can be run again.
    """
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    return sum(_take(tx, bank_id, item, by.account_id) for item in items)


@emits_nothing("the drafts were logged one by one; this makes them visible to reviewers")
def submit_drafts(tx: Tx, *, bank_id: bytes, by: Principal) -> None:
    """Hand one's own drafts of a bank to review."""
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.submit_drafts(tx, bank_id, by.account_id)


@emits("item.approved")
def approve(tx: Tx, *, item_ids: tuple[bytes, ...], by: Principal) -> int:
    """Publish submitted items; raises SameHand for an item one ever wrote at, ItemStateWrong."""
    by.require(Role.REVIEWER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    for item_id in item_ids:
        item = store.item(tx, item_id)
        if item.state is not ItemState.SUBMITTED:
            raise ItemStateWrong(item=item.external_id, state=str(item.state))
        if by.person_id in persons.persons_of(tx, store.item_writers(tx, item_id)):
            raise SameHand(deed="approve", item=item.external_id)
        store.set_state(tx, item_id, ItemState.PUBLISHED, reviewer_id=by.account_id)
        record(tx, ItemApproved(version=b64(item.version), reviewer=ids.text(by.account_id)))
    return len(item_ids)


@emits("item.retired")
def retire(tx: Tx, *, item_id: bytes, by: Principal) -> None:
    """Take an item out of use; sessions frozen before keep the version they froze."""
    by.require(Role.REVIEWER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    item = store.item(tx, item_id)
    if item.state is not ItemState.PUBLISHED:
        raise ItemStateWrong(item=item.external_id, state=str(item.state))
    store.set_state(tx, item_id, ItemState.RETIRED)
    record(tx, ItemRetired(version=b64(item.version), by=ids.text(by.account_id)))


def import_file(database: Database, *, bank_name: str, file: BankFile, by: Principal) -> int:
    """Import a file that was read: competencies, items in short jobs, then submit them all.

    Gives how many items were new or changed. For threads without an event loop.
    """
    database.write_sync(dictionary.keep, competencies=file.competencies)
    bank_id = database.write_sync(create_bank, name=bank_name)
    changed = 0
    for start in range(0, len(file.items), CHUNK):
        chunk = file.items[start : start + CHUNK]
        changed += database.write_sync(take_items, bank_id=bank_id, items=chunk, by=by)
    database.write_sync(submit_drafts, bank_id=bank_id, by=by)
    return changed


def approve_all(database: Database, *, item_ids: tuple[bytes, ...], by: Principal) -> int:
    """Approve many items in short jobs; for threads without an event loop."""
    done = 0
    for start in range(0, len(item_ids), CHUNK):
        chunk = item_ids[start : start + CHUNK]
        done += database.write_sync(approve, item_ids=chunk, by=by)
    return done


def _take(tx: Tx, bank_id: bytes, read: Read, writer_id: bytes) -> int:
    data = contents.to_bytes(read.content)
    version = contents.digest(data)
    known = store.item_called(tx, bank_id, read.external_id)
    if known is not None and known[1] == version:
        return 0
    item = store.Item(
        id=known[0] if known else ids.new_id(),
        bank_id=bank_id,
        external_id=read.external_id,
        state=ItemState.DRAFT,
        version=version,
        number=known[2] + 1 if known else 1,
        writer_id=writer_id,
        content=read.content,
    )
    who = ids.text(writer_id)
    if known is None:
        store.insert_item(tx, item, data)
        record(tx, ItemCreated(version=b64(version), writer=who))
    else:
        store.insert_version(tx, item, data)
        store.move_to_version(tx, item)
        record(tx, ItemRevised(version=b64(version), writer=who, number=item.number))
    return 1
