"""The time ledger: cases by hand, and what no order of entries can do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from exam_engine.delivery.time_ledger import MOST_SECONDS, Entry, EntryKind, Ledger
from exam_engine.errors import PauseMissing, SittingPaused, TimeOutOfRange, TooLate
from kernel.errors import UjikomError
from tests.conftest import LONG

EXAMPLES = 5_000 if LONG else 200
BEGUN = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
GRANTED = 3600
PAUSE, RESUME, EXTEND, OUTAGE = (
    EntryKind.PAUSE,
    EntryKind.RESUME,
    EntryKind.EXTENSION,
    EntryKind.OUTAGE,
)
Deed = tuple[EntryKind, int, int]  # what, minute of the exam, seconds


def at(minute: float) -> datetime:
    return BEGUN + timedelta(minutes=minute)


def begun() -> Ledger:
    return Ledger((Entry(kind=EntryKind.START, at=BEGUN, seconds=GRANTED),))


def done(*deeds: tuple[EntryKind, float, int]) -> Ledger:
    """The ledger after deeds; an outage's number is its length in seconds, up to its minute."""
    ledger = begun()
    for kind, minute, seconds in deeds:
        ledger = applied(ledger, kind, at(minute), seconds)
    return ledger


def applied(ledger: Ledger, kind: EntryKind, moment: datetime, seconds: int) -> Ledger:
    if kind is PAUSE:
        return ledger.with_(ledger.pause(moment, "power"))
    if kind is RESUME:
        return ledger.with_(ledger.resume(moment, "power"))
    if kind is EXTEND:
        return ledger.with_(ledger.extend(moment, seconds, "power"))
    entry = ledger.credit(moment - timedelta(seconds=seconds), moment, "power")
    return ledger.with_(entry) if entry else ledger


# what was done, the deadline in minutes from the start
CASES = {
    "nothing": ([], 60),
    "pause and end": ([(PAUSE, 10, 0), (RESUME, 25, 0)], 75),
    "two pauses": ([(PAUSE, 10, 0), (RESUME, 15, 0), (PAUSE, 20, 0), (RESUME, 30, 0)], 75),
    "extension": ([(EXTEND, 30, 600)], 70),
    "extension in a pause": ([(PAUSE, 10, 0), (EXTEND, 12, 300), (RESUME, 20, 0)], 75),
    "extension in the last second": ([(EXTEND, 59.99, 60)], 61),
    "outage": ([(OUTAGE, 30, 300)], 65),
    "outage over the deadline: a minute was left, a minute is left": ([(OUTAGE, 65, 360)], 66),
    "outage that began after the deadline": ([(OUTAGE, 70, 300)], 60),
    "outage in a pause": ([(PAUSE, 10, 0), (OUTAGE, 20, 300), (RESUME, 30, 0)], 80),
    "outage that began before the start counts from the start": ([(OUTAGE, 5, 3000)], 65),
    "clock set back at the pause's end": ([(PAUSE, 10, 0), (RESUME, 5, 0)], 60),
}


@pytest.mark.parametrize(("deeds", "minutes"), CASES.values(), ids=CASES.keys())
def test_deadline_follows_from_the_entries(
    deeds: list[tuple[EntryKind, float, int]], minutes: int
) -> None:
    ledger = done(*deeds)

    assert ledger.deadline() == at(minutes)
    assert not ledger.paused


REFUSED: dict[str, tuple[list[tuple[EntryKind, float, int]], type[UjikomError]]] = {
    "pause in a pause": ([(PAUSE, 10, 0), (PAUSE, 11, 0)], SittingPaused),
    "end without a pause": ([(RESUME, 10, 0)], PauseMissing),
    "pause after the deadline": ([(PAUSE, 60, 0)], TooLate),
    "extension after the deadline": ([(EXTEND, 60, 600)], TooLate),
    "extension of nothing": ([(EXTEND, 10, 0)], TimeOutOfRange),
    "extension that takes away": ([(EXTEND, 10, -60)], TimeOutOfRange),
    "extension without measure": ([(EXTEND, 10, MOST_SECONDS + 1)], TimeOutOfRange),
}


@pytest.mark.parametrize(("deeds", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_entry_that_does_not_fit_is_refused(
    deeds: list[tuple[EntryKind, float, int]], error: type[UjikomError]
) -> None:
    with pytest.raises(error):
        done(*deeds)


def test_time_left_stands_still_in_a_pause() -> None:
    paused = done((PAUSE, 10, 0))

    assert paused.paused
    assert paused.left(at(10)) == paused.left(at(500)) == timedelta(minutes=50)


def test_answer_counts_in_granted_time_alone() -> None:
    ledger = done((PAUSE, 10, 0), (RESUME, 25, 0))

    assert [minute for minute in (0, 9.9, 25, 74.9) if not ledger.allows(at(minute))] == []
    assert [minute for minute in (10, 24.9, 75, 90) if ledger.allows(at(minute))] == []


def test_time_granted_later_does_not_heal_an_answer_that_came_too_late() -> None:
    late = done().with_(Entry(kind=EXTEND, at=at(90), seconds=7200, reason="power"))

    assert not late.allows(at(61))


def test_answer_before_the_start_is_in_no_granted_time() -> None:
    assert not begun().allows(BEGUN - timedelta(seconds=1))


DEEDS = some.lists(
    some.tuples(
        some.sampled_from([PAUSE, RESUME, EXTEND, OUTAGE]),
        some.integers(0, 90),
        some.integers(-600, MOST_SECONDS + 600),
    ),
    max_size=12,
)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(DEEDS)
def test_no_order_of_entries_gives_less_than_granted_or_more_than_allowed(
    deeds: list[Deed],
) -> None:
    """Counted minute by minute by a second, simpler way: how long the clock could run."""
    ledger = begun()
    for kind, minute, seconds in sorted(deeds, key=lambda deed: deed[1]):
        before = ledger.deadline()
        try:
            gap = abs(seconds) % 900 if kind is OUTAGE else seconds
            ledger = applied(ledger, kind, at(minute), gap)
        except UjikomError:
            continue
        newest = ledger.entries[-1]
        assert ledger.deadline() >= before
        assert ledger.left(newest.at) >= timedelta()

    extra = sum(entry.seconds for entry in ledger.entries[1:])
    assert _seconds_that_run(ledger) == GRANTED + extra


def _seconds_that_run(ledger: Ledger) -> int:
    """Walk along the entries with the clock in hand."""
    run, since = timedelta(), BEGUN
    running = True
    for entry in ledger.entries[1:]:
        if running:
            run += entry.at - since
        since = entry.at
        running = {PAUSE: False, RESUME: True}.get(entry.kind, running)
    return round((run + ledger.left(since)).total_seconds())
