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
