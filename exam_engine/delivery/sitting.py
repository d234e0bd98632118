"""A sitting as a pure value: what it accepts, and when it is over."""

from datetime import datetime
from enum import StrEnum

import msgspec

from exam_engine.errors import (
    AnswerStale,
    NotYourPlace,
    SittingClosed,
    SittingPaused,
    TooLate,
)


class SittingState(StrEnum):
    """active <-> paused (by a proctor); then submitted (by the candidate), auto_closed (by time or
    session end) or terminated (by a proctor), which are the end.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    AUTO_CLOSED = "auto_closed"
    TERMINATED = "terminated"

    @property
    def over(self) -> bool:
        """Whether the sitting has ended."""
        return self not in {SittingState.ACTIVE, SittingState.PAUSED}


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A save as it arrives: option id (None: blank), flag, the form's place and counter, and the
    sign-in that sent it.
    """

    position: int
    choice: str | None
    flagged: bool
    place: str
    counter: int
    sign_in: bytes


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
    place_sign_in: bytes | None = None
    session_open: bool = True

    def check_open(self, at: datetime) -> None:
        """Raise SittingClosed, SittingPaused or TooLate when nothing may be saved now.

        A closed session takes nothing, even before the sweep has ended its sittings.
        """
        if self.state.over:
            raise SittingClosed(state=str(self.state))
        if not self.session_open:
            raise SittingClosed(state="session_closed")
        if self.state is SittingState.PAUSED:
            raise SittingPaused
        if at >= self.deadline:
            raise TooLate

    def check_place(self, place: str, sign_in: bytes) -> None:
        """Raise NotYourPlace when another place holds the sitting, or another sign-in this one.

        A place's token stands in its pages, so knowing it is not enough: only the sign-in that
        took the place may write.
        """
        if place != self.place or sign_in != self.place_sign_in:
            raise NotYourPlace

    def accept(self, incoming: Incoming, stored: Stored | None, at: datetime) -> bool:
        """Whether the save makes a new revision; False: it says what is saved already.

        A form older than the newest save of its item is refused (AnswerStale), so that a late
        retry or a page from the browser's history never overwrites a newer answer silently.
        Raises SittingClosed, TooLate, NotYourPlace, AnswerStale.
        """
        if stored is not None and _same(incoming, stored):
            if incoming.place != stored.place:
                self.check_place(incoming.place, incoming.sign_in)
            return False
        self.check_open(at)
        self.check_place(incoming.place, incoming.sign_in)
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
