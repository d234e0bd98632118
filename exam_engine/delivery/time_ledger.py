"""The time ledger: how long a sitting may go on follows from its entries alone.

Pure. A candidate is granted seconds at the start; an extension or the credit for an outage adds
seconds; between a pause and its end nothing runs. No entry takes time away, and none gives time to
a sitting that is over already. An entry that a stepped clock dates before the one ahead of it
counts as made at that one's moment.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from exam_engine.errors import PauseMissing, SittingClosed, SittingPaused, TimeOutOfRange, TooLate

MOST_SECONDS: Final = 4 * 3600  # one entry's extension
NOTHING: Final = timedelta()


class EntryKind(StrEnum):
    """What an entry does to the time of a sitting."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTENSION = "extension"
    OUTAGE = "outage"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: `seconds` is what it grants, 0 for a pause and its end."""

    kind: EntryKind
    at: datetime
    seconds: int = 0
    reason: str = ""


class Ledger(msgspec.Struct, frozen=True):
    """A sitting's entries in the order they were made, the start first."""

    entries: tuple[Entry, ...]

    @property
    def paused(self) -> bool:
        """Whether nothing runs at the end of the ledger."""
        turns = [e.kind for e in self.entries if e.kind in {EntryKind.PAUSE, EntryKind.RESUME}]
        return bool(turns) and turns[-1] is EntryKind.PAUSE

    def deadline(self) -> datetime:
        """When the time is over if no entry follows; what is left stands still in a pause."""
        return self._moment() + self.left(self._moment())

    def left(self, at: datetime) -> timedelta:
        """The time left at a moment not before the newest entry, never negative."""
        granted = timedelta(seconds=sum(entry.seconds for entry in self.entries))
        return max(NOTHING, granted - self._used(at))

    def allows(self, at: datetime) -> bool:
        """Whether an answer of that moment falls into granted time.

        Judged by the entries made until then: time that was granted later does not heal it.
        """
        known = Ledger(tuple(entry for entry in self.entries if entry.at <= at))
        return bool(known.entries) and not known.paused and at < known.deadline()

    def pause(self, at: datetime, reason: str) -> Entry:
        """The entry that stops the clock; raises SittingPaused, TooLate."""
        if self.paused:
            raise SittingPaused
        return self._entry(EntryKind.PAUSE, at, 0, reason)

    def resume(self, at: datetime, reason: str) -> Entry:
        """The entry that lets the clock run again; raises PauseMissing."""
        if not self.paused:
            raise PauseMissing
        return self._entry(EntryKind.RESUME, at, 0, reason)

    def extend(self, at: datetime, seconds: int, reason: str) -> Entry:
        """The entry that grants more; raises TimeOutOfRange, TooLate."""
        if not 0 < seconds <= MOST_SECONDS:
            raise TimeOutOfRange(most_minutes=MOST_SECONDS // 60)
        return self._entry(EntryKind.EXTENSION, at, seconds, reason)

    def credit(self, since: datetime, at: datetime, reason: str) -> Entry | None:
        """What an outage cost: the time that ran from `since` until now; None when none ran.

        The time left at `since` is the time left now, also when the deadline fell in between.
        """
        since = max(since, self._moment())
        if self.paused or not self.left(since):
            return None
        seconds = -((since - at) // timedelta(seconds=1))  # a begun second counts
        return Entry(kind=EntryKind.OUTAGE, at=at, seconds=seconds, reason=reason)

    def with_(self, entry: Entry) -> "Ledger":
        """The ledger with one more entry."""
        return Ledger((*self.entries, entry))

    def _entry(self, kind: EntryKind, at: datetime, seconds: int, reason: str) -> Entry:
        if not self.paused and not self.left(max(at, self._moment())):
            raise TooLate
        return Entry(kind=kind, at=at, seconds=seconds, reason=reason)

    def _moment(self) -> datetime:
        """The newest moment the ledger speaks of."""
        if not self.entries:
            raise SittingClosed(state="unknown")
        return max(entry.at for entry in self.entries)

    def _used(self, at: datetime) -> timedelta:
        """How long the clock has run."""
        used, running_since, newest = NOTHING, None, None
        for entry in self.entries:
            newest = max(newest, entry.at) if newest else entry.at
            if entry.kind in {EntryKind.START, EntryKind.RESUME}:
                running_since = newest
            elif entry.kind is EntryKind.PAUSE and running_since:
                used, running_since = used + newest - running_since, None
        if running_since:
            used += max(NOTHING, at - running_since)
        return used
