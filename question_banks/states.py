"""States of an item, and who may move it from which to which."""

from enum import StrEnum
from typing import Final

import msgspec

from people.roles import Role
from question_banks.errors import ItemStateWrong


class ItemState(StrEnum):
    """draf, diajukan, direvisi, disetujui, terbit, ditarik."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVISING = "revising"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


class Deed(StrEnum):
    """What is done to an item that changes its state."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    APPROVE = "approve"
    REVISE = "revise"
    REJECT = "reject"
    PUBLISH = "publish"
    RETIRE = "retire"


class ReviewRule(StrEnum):
    """How a bank's items are approved.

    bulk: one reviewer, many at a time, without a card. card: one reviewer with card and blind
    answer. double: two reviewers, each with card and blind answer (high-stakes banks).
    """

    BULK = "bulk"
    CARD = "card"
    DOUBLE = "double"

    @property
    def reviewers(self) -> int:
        """How many must approve."""
        return 2 if self is ReviewRule.DOUBLE else 1


class Move(msgspec.Struct, frozen=True):
    """From which states to which, by whom; `own` deeds are the writer's, others never are."""

    sources: frozenset[ItemState]
    target: ItemState
    roles: frozenset[Role]
    own: bool
    reason: bool = False


_WRITER: Final = frozenset({Role.ITEM_WRITER})
_REVIEWER: Final = frozenset({Role.REVIEWER})
_HOLDERS: Final = frozenset({Role.REVIEWER, Role.AGENCY_ADMIN})
S = ItemState

MOVES: Final[dict[Deed, Move]] = {
    Deed.SUBMIT: Move(frozenset({S.DRAFT, S.REVISING}), S.SUBMITTED, _WRITER, own=True),
    Deed.WITHDRAW: Move(frozenset({S.SUBMITTED}), S.DRAFT, _WRITER, own=True),
    Deed.DISCARD: Move(frozenset({S.DRAFT, S.REVISING}), S.RETIRED, _WRITER, own=True),
    Deed.APPROVE: Move(frozenset({S.SUBMITTED}), S.APPROVED, _REVIEWER, own=False),
    Deed.REVISE: Move(
        frozenset({S.SUBMITTED, S.APPROVED}), S.REVISING, _REVIEWER, own=False, reason=True
    ),
    Deed.REJECT: Move(frozenset({S.SUBMITTED}), S.RETIRED, _REVIEWER, own=False, reason=True),
    Deed.PUBLISH: Move(frozenset({S.APPROVED}), S.PUBLISHED, _HOLDERS, own=False),
    Deed.RETIRE: Move(
        frozenset({S.APPROVED, S.PUBLISHED}), S.RETIRED, _HOLDERS, own=False, reason=True
    ),
}


def after(deed: Deed, state: ItemState, *, item: str) -> ItemState:
    """The state after a deed; raises ItemStateWrong naming the item where it is not allowed."""
    move = MOVES[deed]
    if state not in move.sources:
        raise ItemStateWrong(item=item, state=str(state))
    return move.target


def allowed(state: ItemState, roles: frozenset[Role], *, own: bool) -> frozenset[Deed]:
    """Deeds that a person may do to an item it wrote at (`own`), or did not."""
    return frozenset(
        deed
        for deed, move in MOVES.items()
        if state in move.sources and move.own is own and roles & move.roles
    )
