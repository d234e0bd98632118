"""A sitting as a pure value: what it accepts, and when it is over."""

from datetime import datetime
from enum import StrEnum

import msgspec

from exam_engine.errors import AnswerStale, NotYourPlace, SittingClosed, TooLate


class SittingState(StrEnum):
    """active -> submitted (by the candidate) or auto_closed (by time or session end)."""

    ACTIVE = "active"
    SUBMITTED = "submitted"
    AUTO_CLOSED = "auto_closed"


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A save as it arrives: option id (None: blank), flag, and the form's place and counter."""

    position: int
    choice: str | None
    flagged: bool
    place: str
    counter: int


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """The newest saved response to the same item."""

    revision: int
    choice: str | None
    flagged: bool
    place: str
    counter: int


class Sitting(msgspec.Struct, frozen=True, kw_only=True):
    """What deciding about a save needs to know."""

    id: bytes
    exam_session_id: bytes
    person_id: bytes
    handle: bytes
    state: SittingState
    started_at: datetime
    deadline: datetime
    place: str | None
    session_open: bool = True

    def check_open(self, at: datetime) -> None:
        """Raise SittingClosed or TooLate when nothing may be saved any more.

        A closed session takes nothing, even before the sweep has ended its sittings.
        """
        if self.state is not SittingState.ACTIVE:
            raise SittingClosed(state=str(self.state))
        if not self.session_open:
            raise SittingClosed(state="session_closed")
        if at >= self.deadline:
            raise TooLate

    def check_place(self, place: str) -> None:
        """Raise NotYourPlace when another place holds the sitting."""
        if place != self.place:
            raise NotYourPlace

    def accept(self, incoming: Incoming, stored: Stored | None, at: datetime) -> bool:
        """Whether the save makes a new revision; False: it says what is saved already.

        A form older than the newest save of its item is refused (AnswerStale), so that a late
        retry or a page from the browser's history never overwrites a newer answer silently.
        Raises SittingClosed, TooLate, NotYourPlace, AnswerStale.
        """
        if stored is not None and _same(incoming, stored):
            if incoming.place not in {self.place, stored.place}:
                raise NotYourPlace
            return False
        self.check_open(at)
        self.check_place(incoming.place)
        if stored is not None and _older(incoming, stored):
            raise AnswerStale(position=incoming.position)
        return True

    def left_seconds(self, at: datetime) -> int:
        """Whole seconds until the deadline, 0 when it has passed."""
        return max(0, int((self.deadline - at).total_seconds()))


def _same(incoming: Incoming, stored: Stored) -> bool:
    return (incoming.choice, incoming.flagged) == (stored.choice, stored.flagged)


def _older(incoming: Incoming, stored: Stored) -> bool:
    return incoming.place == stored.place and incoming.counter < stored.counter
