"""Importing items, submitting and approving them."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from audit.log import record
from competencies import service as dictionary
from kernel import ids
from kernel.canonical import b64
from kernel.database import Database, Tx, emits, emits_nothing
from kernel.settings import Settings
from people import store as persons
from people.errors import SameHand
from people.roles import Principal, Role
from question_banks import staging, store
from question_banks.catalogue import store as catalogue
from question_banks.errors import CardRequired, ItemStateWrong
from question_banks.events import BankRulesChanged, ItemApproved
from question_banks.formats.limits import Limits
from question_banks.formats.native import BankFile
from question_banks.media import service as pictures
from question_banks.media.limits import MediaLimits
from question_banks.states import ItemState, ReviewRule
from question_banks.statistics.flags import Thresholds
from question_banks.stimulus import Stimulus

CHUNK = 10  # items a write job
MIB = 1024 * 1024
T = TypeVar("T")


def limits_of(settings: Settings) -> Limits:
    """What an import takes, as the operator set it."""
    return Limits(
        bytes=settings.import_mib * MIB,
        items=settings.import_items,
        entries=settings.import_files,
        unpacked=settings.import_unpacked_mib * MIB,
        media=MediaLimits(
            bytes=settings.media_mib * MIB,
            pixels=settings.picture_megapixels * 1_000_000,
            seconds=settings.sound_seconds,
        ),
    )


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


@emits_nothing("texts that items share; items that use them are logged with their digest")
def keep_stimuli(tx: Tx, *, bank_id: bytes, stimuli: tuple[Stimulus, ...], by: Principal) -> None:
    """Keep a file's shared texts in the bank."""
    by.require(Role.ITEM_WRITER)
    for stimulus in stimuli:
        catalogue.add_stimulus(tx, bank_id, stimulus)


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
    """Import a file that was read: competencies, items in short jobs, then show them to reviewers.

    Gives how many items were new or changed. For threads without an event loop.
    """
    items = staging.ready(file.items)
    database.write_sync(dictionary.keep, competencies=file.competencies)
    bank_id = database.write_sync(create_bank, name=bank_name)
    for media in file.media:
        database.write_sync(pictures.keep, media=media, by=by)
    if file.stimuli:
        database.write_sync(keep_stimuli, bank_id=bank_id, stimuli=file.stimuli, by=by)
    arrival = database.write_sync(
        staging.open_arrival, bank_id=bank_id, file=staging.file_digest(items), by=by
    )
    changed = 0
    for chunk in _chunks(items):
        changed += database.write_sync(
            staging.take_items, bank_id=bank_id, arrival=arrival, items=chunk, by=by
        )
    for related in _chunks(tuple(own for own in file.items if own.enemies or own.tags)):
        database.write_sync(staging.relate, bank_id=bank_id, items=related, by=by)
    database.write_sync(staging.close_arrival, arrival=arrival, by=by)
    return changed


def approve_all(database: Database, *, item_ids: tuple[bytes, ...], by: Principal) -> int:
    """Approve many items in short jobs; for threads without an event loop."""
    return sum(database.write_sync(approve, item_ids=own, by=by) for own in _chunks(item_ids))


def _chunks(values: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """As many at a time as a short job takes."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
