"""Events of question banks. Texts, keys and people are commitments only."""

from typing import ClassVar

from audit.events import Event


class ItemCreated(Event, frozen=True):
    """A new item with its first version."""

    type: ClassVar[str] = "item.created"
    clear: ClassVar[frozenset[str]] = frozenset()
    version: str
    writer: str


class ItemRevised(Event, frozen=True):
    """A further version of an item."""

    type: ClassVar[str] = "item.revised"
    clear: ClassVar[frozenset[str]] = frozenset({"number"})
    version: str
    writer: str
    number: int


class ItemApproved(Event, frozen=True):
    """A reviewer, not the writer, let a version be published."""

    type: ClassVar[str] = "item.approved"
    clear: ClassVar[frozenset[str]] = frozenset()
    version: str
    reviewer: str


class ItemRetired(Event, frozen=True):
    """An item was taken out of use."""

    type: ClassVar[str] = "item.retired"
    clear: ClassVar[frozenset[str]] = frozenset()
    version: str
    by: str


class StatisticsComputed(Event, frozen=True):
    """Figures of a bank's item versions were computed from the responses whose hash is `data`."""

    type: ClassVar[str] = "statistics.computed"
    clear: ClassVar[frozenset[str]] = frozenset({"papers"})
    papers: int
    data: str
    bank: str
    by: str


class ItemMoved(Event, frozen=True):
    """An item was submitted, taken back, or sent back to its writer."""

    type: ClassVar[str] = "item.moved"
    clear: ClassVar[frozenset[str]] = frozenset({"state"})
    state: str
    version: str
    by: str


class ItemReviewed(Event, frozen=True):
    """A reviewer filled in the card and decided."""

    type: ClassVar[str] = "item.reviewed"
    clear: ClassVar[frozenset[str]] = frozenset({"decision"})
    decision: str
    version: str
    reviewer: str
    card: str


class ItemPublished(Event, frozen=True):
    """An approved version may be drawn from now on."""

    type: ClassVar[str] = "item.published"
    clear: ClassVar[frozenset[str]] = frozenset()
    version: str
    by: str


class ItemEnemiesSet(Event, frozen=True):
    """Which items never stand on one paper with an item, from now on."""

    type: ClassVar[str] = "item.enemies_set"
    clear: ClassVar[frozenset[str]] = frozenset()
    item: str
    enemies: list[str]
    by: str


class ExpertTermSet(Event, frozen=True):
    """Until when an outside expert may review."""

    type: ClassVar[str] = "expert.term_set"
    clear: ClassVar[frozenset[str]] = frozenset({"ends"})
    ends: str
    account: str
    by: str


class ConflictStated(Event, frozen=True):
    """An outside expert's statement about conflicts of interest with a bank."""

    type: ClassVar[str] = "expert.conflict_stated"
    clear: ClassVar[frozenset[str]] = frozenset()
    account: str
    bank: str
    conflict: bool


class BankRulesChanged(Event, frozen=True):
    """How a bank's items are approved from now on, and from which figures on they are flagged."""

    type: ClassVar[str] = "bank.rules_changed"
    clear: ClassVar[frozenset[str]] = frozenset({"review"})
    review: str
    bank: str
    thresholds: str
    by: str


class PanelClosed(Event, frozen=True):
    """An Angoff panel ended; `ratings` is the hash of all ratings of its last round."""

    type: ClassVar[str] = "panel.closed"
    clear: ClassVar[frozenset[str]] = frozenset({"judges", "items"})
    judges: int
    items: int
    ratings: str
    cut: str
    by: str
