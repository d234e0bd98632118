"""Time as a parameter: one monotone UTC clock, and its text and integer forms."""

import calendar
import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Whoever tells the time."""

    def now(self) -> datetime:
        """Give the present moment in UTC, never earlier than an answer given before."""
        ...


class SystemClock:
    """The machine's clock, held so that it never steps back within the process."""

    def __init__(self, not_before: datetime = EPOCH) -> None:
        self._last = not_before
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            wall = datetime.now(UTC)  # noqa: TID251 - the one place that reads the wall clock
            self._last = max(self._last, wall)
            return self._last

    def hold_at_least(self, moment: datetime) -> timedelta:
        """Raise the floor to `moment` (last stored); gives how far the wall is behind."""
        with self._lock:
            wall = datetime.now(UTC)  # noqa: TID251 - the one place that reads the wall clock
            self._last = max(self._last, moment)
            return max(moment - wall, timedelta())


class ManualClock:
    """A clock that moves only when told to; for the sample run and for tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self._at += MICROSECOND
            return self._at

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`; refuses to go back."""
        if seconds < 0:
            raise ValueError(seconds)
        with self._lock:
            self._at += timedelta(seconds=seconds)


def stamp(moment: datetime) -> str:
    """Text form of every hashed or signed time: UTC, six decimals, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def unstamp(text: str) -> datetime:
    """Inverse of `stamp`; raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Microseconds since 1970, as every time column stores it."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """Inverse of `micros`."""
    return EPOCH + timedelta(microseconds=value)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or that month's last day when it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
