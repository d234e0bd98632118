"""Events of competencies: which rules were in force, as digests."""

from typing import ClassVar

from audit.events import Event


class StandardsKept(Event, frozen=True):
    """An agency set what its positions require; `digest` is of the canonical rows."""

    type: ClassVar[str] = "position.standards_kept"
    clear: ClassVar[frozenset[str]] = frozenset({"rows"})
    rows: int
    digest: str
    agency: str
    by: str


class DictionaryChanged(Event, frozen=True):
    """An agency changed competencies, their levels or indicators."""

    type: ClassVar[str] = "competency.dictionary_changed"
    clear: ClassVar[frozenset[str]] = frozenset({"competencies"})
    competencies: int
    digest: str
    by: str
