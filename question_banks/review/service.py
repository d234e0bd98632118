"""Moving items through review: submit, answer blind, decide with a card, publish, retire."""

from audit.log import record
from kernel import ids
from kernel.canonical import b64, sha256
from kernel.database import Tx, emits, emits_nothing
from people import store as persons
from people.errors import SameHand
from people.roles import Principal, Role
from question_banks import store
from question_banks.authoring.families import Values, tried
from question_banks.errors import (
    BlindAnswerMissing,
    CardRequired,
    ItemStateWrong,
    KeyDisputed,
    ReasonMissing,
)
from question_banks.events import ItemApproved, ItemMoved, ItemPublished, ItemRetired, ItemReviewed
from question_banks.review import card as cards
from question_banks.review import experts
from question_banks.review import store as reviews
from question_banks.review.card import Card
from question_banks.review.store import Blind, Review
from question_banks.states import MOVES, Deed, ItemState, after
from question_banks.store import Item

DECISIONS = {Deed.APPROVE, Deed.REVISE, Deed.REJECT}


@emits("item.moved", "item.published", "item.retired")
def move(tx: Tx, *, item_id: bytes, deed: Deed, reason: str = "", by: Principal) -> ItemState:
    """Do a deed that needs no card; gives the new state.

    Raises RoleMissing, SameHand (a writer publishes, or a stranger submits), ItemStateWrong,
    ReasonMissing.
    """
    if deed in DECISIONS:
        raise CardRequired
    item = _item_for(tx, item_id, deed, by)
    _need_reason(deed, reason)
    return _step(tx, item, deed, reason, by)


@emits_nothing("a reviewer's own check; the review that rests on it is logged")
def answer_blind(tx: Tx, *, item_id: bytes, answer: Values, by: Principal) -> Blind:
    """Keep what a reviewer answers before seeing the key; the first answer stays.

    Raises ChoiceInvalid, SameHand, ItemStateWrong.
    """
    item = _item_for(tx, item_id, Deed.APPROVE, by)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    experts.require_fit(tx, item.bank_id, by.account_id)
    response, agrees = tried(item.content, answer)
    if response is None:
        raise BlindAnswerMissing(item=item.external_id)
    reviews.keep_blind(tx, item_id, item.version, by.account_id, answer=response, agrees=agrees)
    kept = reviews.blind(tx, item_id, item.version, by.account_id)
    assert kept is not None  # noqa: S101 - kept just now
    return kept


@emits("item.reviewed", "item.approved", "item.moved", "item.retired")
def decide(
    tx: Tx, *, item_id: bytes, deed: Deed, card: Card, reason: str = "", by: Principal
) -> ItemState:
    """Keep a card with its decision, and move the item when enough reviewers agree.

    Approving needs a blind answer; when it is not the key, also a reason. A second approval of a
    high-stakes item must come from another account. Raises BlindAnswerMissing, KeyDisputed,
    ReasonMissing, SameHand, ExpertTermOver, ConflictStatementMissing, ItemStateWrong.
    """
    if deed not in DECISIONS:
        raise ItemStateWrong(item="", state=str(deed))
    item = _item_for(tx, item_id, deed, by)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    experts.require_fit(tx, item.bank_id, by.account_id)
    _need_reason(deed, reason)
    if deed is Deed.APPROVE:
        _confirm_key(tx, item, reason, by.account_id)
    made = Review(item.version, by.account_id, str(deed), cards.to_bytes(card), reason, 0)
    reviews.add_review(tx, item_id, made)
    event = ItemReviewed(
        decision=str(deed),
        version=b64(item.version),
        reviewer=ids.text(by.account_id),
        card=b64(sha256(made.card)),
    )
    record(tx, event)
    if deed is Deed.APPROVE and not _enough(tx, item):
        return item.state
    return _step(tx, item, deed, reason, by)


@emits_nothing("talk about an item; decisions are logged")
def comment(tx: Tx, *, item_id: bytes, text: str, by: Principal) -> None:
    """Leave a remark on an item's newest version; raises ReasonMissing for an empty one."""
    by.require(Role.ITEM_WRITER, Role.REVIEWER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    if not text.strip():
        raise ReasonMissing(field="text")
    item = store.item(tx, item_id)
    reviews.add_comment(tx, item_id, item.version, by.account_id, text.strip())


def require_other_hand(tx: Tx, item: Item, by: Principal) -> None:
    """Raise SameHand for somebody who wrote any version of the item."""
    if by.person_id in persons.persons_of(tx, store.item_writers(tx, item.id)):
        raise SameHand(deed="approve", item=item.external_id)


def _item_for(tx: Tx, item_id: bytes, deed: Deed, by: Principal) -> Item:
    """The item, when role and separation of duties allow the deed in its state."""
    move = MOVES[deed]
    by.require(*move.roles)
    item = store.item(tx, item_id)
    own = by.person_id in persons.persons_of(tx, store.item_writers(tx, item_id))
    if own is not move.own:
        raise SameHand(deed=str(deed), item=item.external_id)
    after(deed, item.state, item=item.external_id)
    return item


def _need_reason(deed: Deed, reason: str) -> None:
    if MOVES[deed].reason and not reason.strip():
        raise ReasonMissing(field="reason")


def _confirm_key(tx: Tx, item: Item, reason: str, account_id: bytes) -> None:
    blind = reviews.blind(tx, item.id, item.version, account_id)
    if blind is None:
        raise BlindAnswerMissing(item=item.external_id)
    if not blind.agrees and not reason.strip():
        raise KeyDisputed(item=item.external_id)
    if account_id in reviews.approvers(tx, item.id, item.version):
        raise SameHand(deed="approve_twice", item=item.external_id)


def _enough(tx: Tx, item: Item) -> bool:
    needed = store.review_rule(tx, item.bank_id).reviewers
    return len(reviews.approvers(tx, item.id, item.version)) >= needed


def _step(tx: Tx, item: Item, deed: Deed, reason: str, by: Principal) -> ItemState:
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    state = after(deed, item.state, item=item.external_id)
    reviewer = by.account_id if deed is Deed.APPROVE else None
    store.set_state(tx, item.id, state, reviewer_id=reviewer)
    reviews.add_step(
        tx, item.id, item.version, deed=deed, state=state, account_id=by.account_id, reason=reason
    )
    version, who = b64(item.version), ids.text(by.account_id)
    if deed is Deed.APPROVE:
        record(tx, ItemApproved(version=version, reviewer=who))
    elif deed is Deed.PUBLISH:
        record(tx, ItemPublished(version=version, by=who))
    elif state is ItemState.RETIRED:
        record(tx, ItemRetired(version=version, by=who))
    else:
        record(tx, ItemMoved(state=str(state), version=version, by=who))
    return state
