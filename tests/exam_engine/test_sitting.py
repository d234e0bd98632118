"""What a sitting accepts: every combination of state, time, place and stored answer, by a table."""

from datetime import UTC, datetime, timedelta

import pytest

from exam_engine.delivery.sitting import Incoming, Sitting, SittingState, Stored
from exam_engine.errors import AnswerStale, NotYourPlace, SittingClosed, TooLate
from kernel.errors import UjikomError

STARTED = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
DEADLINE = STARTED + timedelta(minutes=60)
IN_TIME = (STARTED, DEADLINE - timedelta(microseconds=1))
LATE = (DEADLINE, DEADLINE + timedelta(days=1))
HERE, THERE = "place-here", "place-there"
MINE, ANOTHER = b"sign-in here", b"sign-in there"


def sitting(state: SittingState = SittingState.ACTIVE, place: str | None = HERE) -> Sitting:
    return Sitting(
        id=b"s" * 16,
        exam_session_id=b"e" * 16,
        person_id=b"p" * 16,
        handle=b"h" * 16,
        state=state,
        started_at=STARTED,
        deadline=DEADLINE,
        place=place,
        place_sign_in=MINE if place else None,
    )


def incoming(
    choice: str | None = "A",
    *,
    flagged: bool = False,
    place: str = HERE,
    counter: int = 5,
    sign_in: bytes = MINE,
) -> Incoming:
    return Incoming(
        position=1, choice=choice, flagged=flagged, place=place, counter=counter, sign_in=sign_in
    )


def stored(
    choice: str | None = "A", *, flagged: bool = False, place: str = HERE, counter: int = 5
) -> Stored:
    return Stored(revision=3, choice=choice, flagged=flagged, place=place, counter=counter)


OPEN_CASES: list[tuple[str, Incoming, Stored | None, bool | type[UjikomError]]] = [
    ("first answer", incoming(), None, True),
    ("first answer, flagged", incoming(None, flagged=True), None, True),
    ("other choice, newer form", incoming("B", counter=6), stored(), True),
    ("other choice, same form", incoming("B"), stored(), True),
    ("cleared", incoming(None, counter=6), stored(), True),
    ("flag set", incoming(flagged=True, counter=6), stored(), True),
    ("flag taken away", incoming(counter=6), stored(flagged=True), True),
    ("other choice, older form", incoming("B", counter=4), stored(), AnswerStale),
    ("cleared by an older form", incoming(None, counter=4), stored(), AnswerStale),
    ("same again, same form", incoming(), stored(), False),
    ("same again, newer form", incoming(counter=9), stored(), False),
    ("same again, older form", incoming(counter=1), stored(), False),
    ("same blank again", incoming(None), stored(None), False),
    ("other choice after a move, low counter", incoming("B", counter=1), stored(place=THERE), True),
    ("same again after a move", incoming(counter=1), stored(place=THERE), False),
    ("retry from the place that saved it", incoming(place=THERE), stored(place=THERE), False),
    ("first answer, other place", incoming(place=THERE), None, NotYourPlace),
    ("first answer, no place", incoming(place=""), None, NotYourPlace),
    ("other choice, other place", incoming("B", place=THERE, counter=9), stored(), NotYourPlace),
    ("other choice, left place", incoming("B", place=THERE), stored(place=THERE), NotYourPlace),
    ("first answer, other sign-in", incoming(sign_in=ANOTHER), None, NotYourPlace),
    (
        "other choice, other sign-in",
        incoming("B", counter=9, sign_in=ANOTHER),
        stored(),
        NotYourPlace,
    ),
    ("same again, strange place", incoming(place=THERE), stored(), NotYourPlace),
]


def outcome(own: Sitting, new: Incoming, old: Stored | None, at: datetime) -> object:
    """What accepting gives, or the kind of error it raises."""
    try:
        return own.accept(new, old, at)
    except UjikomError as error:
        return type(error)


def test_same_answer_again_by_a_sign_in_that_never_had_the_place_is_refused() -> None:
    again = incoming(sign_in=ANOTHER)

    assert outcome(sitting(), again, stored(place=THERE), STARTED) is NotYourPlace


@pytest.mark.parametrize("at", IN_TIME)
@pytest.mark.parametrize(("name", "new", "old", "expected"), OPEN_CASES)
def test_open_sitting_decides_by_the_table(
    name: str, new: Incoming, old: Stored | None, expected: object, at: datetime
) -> None:
    assert outcome(sitting(), new, old, at) == expected, name


@pytest.mark.parametrize("at", LATE)
@pytest.mark.parametrize(("name", "new", "old", "expected"), OPEN_CASES)
def test_late_save_is_refused_unless_it_was_acknowledged_before(
    name: str, new: Incoming, old: Stored | None, expected: object, at: datetime
) -> None:
    acknowledged = expected is False
    strange_retry = name == "same again, strange place"

    wanted = False if acknowledged else NotYourPlace if strange_retry else TooLate
    assert outcome(sitting(), new, old, at) == wanted, name


ENDED = [
    (state, at)
    for state in (SittingState.SUBMITTED, SittingState.AUTO_CLOSED)
    for at in IN_TIME + LATE
]


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize(("name", "new", "old", "expected"), OPEN_CASES)
def test_ended_sitting_takes_nothing_new_and_confirms_what_it_has(
    name: str,
    new: Incoming,
    old: Stored | None,
    expected: object,
    ended: tuple[SittingState, datetime],
) -> None:
    state, at = ended
    acknowledged = expected is False
    strange_retry = name == "same again, strange place"

    wanted = False if acknowledged else NotYourPlace if strange_retry else SittingClosed
    assert outcome(sitting(state), new, old, at) == wanted, name


@pytest.mark.parametrize("new", [incoming(), incoming(place="")])
def test_released_sitting_takes_nothing_from_any_place(new: Incoming) -> None:
    assert outcome(sitting(place=None), new, None, STARTED) == NotYourPlace


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (STARTED, 3600),
        (STARTED + timedelta(milliseconds=1), 3599),
        (DEADLINE - timedelta(milliseconds=1), 0),
        (DEADLINE, 0),
        (DEADLINE + timedelta(hours=1), 0),
    ],
)
def test_left_seconds_are_whole_and_never_negative(at: datetime, left: int) -> None:
    assert sitting().left_seconds(at) == left
