"""Importing items, submitting and approving them."""

import msgspec

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
from question_banks.catalogue import store as catalogue
from question_banks.errors import CardRequired, ItemStateWrong
from question_banks.events import BankRulesChanged, ItemApproved, ItemCreated, ItemRevised
from question_banks.formats.native import BankFile, Read
from question_banks.media import service as pictures
from question_banks.states import ItemState, ReviewRule
from question_banks.statistics.flags import Thresholds
from question_banks.stimulus import Stimulus

CHUNK = 20


@emits_nothing("an empty bank proves nothing; its items are logged")
def create_bank(tx: Tx, *, name: str, review: ReviewRule = ReviewRule.BULK) -> bytes:
    """Add a bank, or give the id of the one that bears the name; `review` is for a new one."""
    existing = store.bank_named(tx, name)
    if existing is not None:
        return existing
    bank_id = ids.new_id()
    store.insert_bank(tx, bank_id, name, review)
    return bank_id


@emits("bank.rules_changed")
def set_rules(
    tx: Tx, *, bank_id: bytes, review: ReviewRule, thresholds: Thresholds, by: Principal
) -> None:
    """Change how a bank's items are approved, and when a figure is a finding; BankUnknown."""
    by.require(Role.AGENCY_ADMIN)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.review_rule(tx, bank_id)
    kept = msgspec.json.encode(thresholds, order="sorted").decode()
    store.set_bank(tx, bank_id, review=review, thresholds=kept)
    event = BankRulesChanged(
        review=str(review), bank=ids.text(bank_id), thresholds=kept, by=ids.text(by.account_id)
    )
    record(tx, event)


@emits("item.created", "item.revised")
def take_items(tx: Tx, *, bank_id: bytes, items: tuple[Read, ...], by: Principal) -> int:
    """Stage items as drafts of their writer; gives how many were new or changed.

    An item whose content is already the newest version is left alone, so an import that was
    killed can be run again.
    """
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    return sum(_take(tx, bank_id, item, by.account_id) for item in items)


@emits_nothing("texts that items share; items that use them are logged with their digest")
def keep_stimuli(tx: Tx, *, bank_id: bytes, stimuli: tuple[Stimulus, ...], by: Principal) -> None:
    """Keep a file's shared texts in the bank."""
    by.require(Role.ITEM_WRITER)
    for stimulus in stimuli:
        catalogue.add_stimulus(tx, bank_id, stimulus)


@emits_nothing("the drafts were logged one by one; this makes them visible to reviewers")
def submit_drafts(tx: Tx, *, bank_id: bytes, by: Principal) -> None:
    """Hand one's own drafts of a bank to review."""
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.submit_drafts(tx, bank_id, by.account_id)


@emits("item.approved")
def approve(tx: Tx, *, item_ids: tuple[bytes, ...], by: Principal) -> int:
    """Publish submitted items of banks that are reviewed in bulk.

    Raises SameHand for an item one ever wrote at, ItemStateWrong, CardRequired.
    """
    by.require(Role.REVIEWER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    for item_id in item_ids:
        item = store.item(tx, item_id)
        if store.review_rule(tx, item.bank_id) is not ReviewRule.BULK:
            raise CardRequired(item=item.external_id)
        if item.state is not ItemState.SUBMITTED:
            raise ItemStateWrong(item=item.external_id, state=str(item.state))
        if by.person_id in persons.persons_of(tx, store.item_writers(tx, item_id)):
            raise SameHand(deed="approve", item=item.external_id)
        store.set_state(tx, item_id, ItemState.PUBLISHED, reviewer_id=by.account_id)
        record(tx, ItemApproved(version=b64(item.version), reviewer=ids.text(by.account_id)))
    return len(item_ids)


def import_file(database: Database, *, bank_name: str, file: BankFile, by: Principal) -> int:
    """Import a file that was read: competencies, items in short jobs, then submit them all.

    Gives how many items were new or changed. For threads without an event loop.
    """
    database.write_sync(dictionary.keep, competencies=file.competencies)
    bank_id = database.write_sync(create_bank, name=bank_name)
    for media in file.media:
        database.write_sync(pictures.keep, media=media, by=by)
    if file.stimuli:
        database.write_sync(keep_stimuli, bank_id=bank_id, stimuli=file.stimuli, by=by)
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
