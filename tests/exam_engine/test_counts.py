"""The counts told with each save: right after changes of mind, and after a save that was undone."""

from typing import Any

import pytest

from exam_engine.delivery import store
from exam_engine.delivery.responses import Saved, record_response
from kernel.database import Tx, emits
from kernel.errors import Conflict
from people import sign_ins
from tests.stage import Seat, Stage, fields_of


@pytest.fixture
def seat(stage: Stage) -> Seat:
    """The first candidate, started."""
    seat = stage.open().seat(0)
    seat.enter()
    return seat


@emits("answer.saved")
def undone(tx: Tx, *, fields: dict[str, Any]) -> None:
    """Save, and then fail."""
    record_response(tx, **fields)
    raise Conflict


def counts(saved: Saved) -> tuple[int, int, int]:
    return saved.answered, saved.flagged, saved.blank


def stored(seat: Seat) -> tuple[int, int]:
    sitting = seat.enter().id
    return seat.stage.database.read_sync(store.counts, sitting_id=sitting)


def test_counts_follow_every_change_of_mind(seat: Seat) -> None:
    told = [
        counts(saved)
        for saved in (
            seat.save(1, "A"),
            seat.save(2, "B", flagged=True),
            seat.save(1, "C"),
            seat.save(1, None, flagged=True),
            seat.save(3, None),
            seat.save(2, "B"),
        )
    ]

    assert told == [(1, 0, 7), (2, 1, 6), (2, 1, 6), (1, 2, 7), (1, 2, 7), (1, 1, 7)]
    assert stored(seat) == (1, 1)


def test_counts_forget_a_save_that_was_undone(seat: Seat) -> None:
    seat.save(1, "A")
    fields = {
        "token_hash": sign_ins.token_hash(seat.token),
        "position": 2,
        "fields": fields_of("A"),
        "flagged": True,
        "place": seat.place,
        "counter": 50,
    }
    with pytest.raises(Conflict):
        seat.stage.database.write_sync(undone, fields=fields)

    saved = seat.save(3, "B")

    assert saved.revision == 2
    assert counts(saved) == (2, 0, 6)
    assert stored(seat) == (2, 0)
