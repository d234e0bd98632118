"""Saving what an item writer wrote: a new item, or the next version of one."""

import msgspec

from audit.log import record
from kernel import ids
from kernel.canonical import b64, sha256
from kernel.database import Tx, emits, emits_nothing
from people.roles import Principal, Role
from question_banks import content as contents
from question_banks import staging, store
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.authoring.families import check
from question_banks.authoring.texts import to_html
from question_banks.catalogue import store as catalogue
from question_banks.content import LONGEST_TAG, MOST_TAGS, Content
from question_banks.errors import CodeTaken, ItemChanged, ItemInvalid, ItemStateWrong
from question_banks.events import ItemCreated, ItemRevised
from question_banks.formats import markup
from question_banks.review import store as reviews
from question_banks.states import ItemState
from question_banks.stimulus import Stimulus, stimulus_digest

EDITABLE = {ItemState.DRAFT, ItemState.REVISING, ItemState.PUBLISHED, ItemState.RETIRED}
LONGEST_CODE = 100


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an author's form holds. `base` is the version that it was opened with (None: new).

    `cause` is the data hash of the statistics that made a new version necessary.
    """

    code: str
    content: Content
    tags: tuple[str, ...] = ()
    enemies: tuple[str, ...] = ()
    base: bytes | None = None
    cause: bytes | None = None


class Place(msgspec.Struct, frozen=True):
    """Where a version goes: item, bank, number, state."""

    id: bytes
    bank_id: bytes
    number: int
    state: ItemState


@emits("item.created", "item.revised", "item.enemies_set")
def save(tx: Tx, *, bank_id: bytes, item_id: bytes | None, draft: Draft, by: Principal) -> bytes:
    """Save an item; gives its id. Nothing is appended when the content did not change.

    An item in review cannot be changed; a published one goes back to draft under its new version.
    Raises ItemInvalid, CodeTaken, ItemChanged, ItemStateWrong, ItemUnknown.
    """
    by.require(Role.ITEM_WRITER)
    _check(draft)
    known = store.item(tx, item_id) if item_id else None
    item = _revise(tx, known, draft, by) if known else _create(tx, bank_id, draft, by)
    catalogue.set_tags(tx, item.id, draft.tags)
    staging.keep_apart(tx, item.id, _enemies(tx, item, draft.enemies), by)
    return item.id


@emits_nothing("a text that items share; items that use it are logged with its digest")
def add_stimulus(tx: Tx, *, bank_id: bytes, title: str, text: str, by: Principal) -> bytes:
    """Keep a stimulus of a bank (HTML, sanitised); gives its digest. Raises ItemInvalid."""
    by.require(Role.ITEM_WRITER)
    html = to_html(text)
    if not title.strip() or not markup.plain(html):
        raise ItemInvalid(reason="empty_stimulus")
    store.review_rule(tx, bank_id)
    digest = stimulus_digest(html)
    catalogue.add_stimulus(tx, bank_id, Stimulus(digest, title.strip(), html))
    return digest


def _check(draft: Draft) -> None:
    if not 0 < len(draft.code) <= LONGEST_CODE or not draft.code.isprintable():
        raise ItemInvalid(reason="code")
    if len(draft.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in draft.tags):
        raise ItemInvalid(reason="tags")
    check(draft.content)


def _create(tx: Tx, bank_id: bytes, draft: Draft, by: Principal) -> store.Item:
    if store.item_called(tx, bank_id, draft.code) is not None:
        raise CodeTaken(item=draft.code)
    store.review_rule(tx, bank_id)
    place = Place(ids.new_id(), bank_id, 1, ItemState.DRAFT)
    item, data = _item(draft, place, by)
    store.insert_item(tx, item, data)
    record(tx, ItemCreated(version=b64(item.version), writer=ids.text(item.writer_id)))
    reviews.add_step(
        tx, item.id, item.version, deed="create", state=item.state, account_id=item.writer_id
    )
    return item


def _revise(tx: Tx, known: store.Item, draft: Draft, by: Principal) -> store.Item:
    if draft.base is not None and known.version != draft.base:
        raise ItemChanged(item=known.external_id)
    if known.state not in EDITABLE:
        raise ItemStateWrong(item=known.external_id, state=str(known.state))
    state = known.state if known.state is ItemState.REVISING else ItemState.DRAFT
    item, data = _item(draft, Place(known.id, known.bank_id, known.number + 1, state), by)
    if item.version == known.version:
        return known
    store.insert_version(tx, item, data)
    store.move_to_version(tx, item)
    who = ids.text(item.writer_id)
    record(tx, ItemRevised(version=b64(item.version), writer=who, number=item.number))
    reviews.add_step(tx, item.id, item.version, deed="edit", state=state, account_id=item.writer_id)
    if draft.cause is not None:
        body = msgspec.json.encode({"data": draft.cause.hex(), "version": known.version.hex()})
        made = [(item.version, Kind.CAUSE, sha256(body), body)]
        annotations.append(tx, made, item.writer_id)
    return item


def _item(draft: Draft, place: Place, by: Principal) -> tuple[store.Item, bytes]:
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    data = contents.to_bytes(draft.content)
    item = store.Item(
        id=place.id,
        bank_id=place.bank_id,
        external_id=draft.code,
        state=place.state,
        version=contents.digest(data),
        number=place.number,
        writer_id=by.account_id,
        content=draft.content,
    )
    return item, data


def _enemies(tx: Tx, item: store.Item, codes: tuple[str, ...]) -> tuple[bytes, ...]:
    found = [store.item_called(tx, item.bank_id, code) for code in dict.fromkeys(codes)]
    if any(known is None or known[0] == item.id for known in found):
        raise ItemInvalid(reason="enemy_unknown")
    return tuple(known[0] for known in found if known is not None)
