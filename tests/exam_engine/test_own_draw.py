"""A candidate's own draw: secret until the session is closed, then one's own and nobody else's."""

import pytest

from exam_engine import draw_file
from exam_engine.assembly import store as assembly
from exam_engine.assembly.seats import seat_root, seat_seed
from exam_engine.delivery.own_draw import DrawState, OwnDraw, own_draw, own_draw_file
from exam_engine.errors import DrawWithheld
from tests.exam_engine.test_constrained_freeze import plan, with_rules
from tests.stage import NONCE, Seat, Stage


def seen(seat: Seat) -> OwnDraw:
    return seat.stage.database.read_sync(own_draw, by=seat.principal)


def withheld(seat: Seat) -> str:
    """The state that the refusal of the file names."""
    with pytest.raises(DrawWithheld) as refusal:
        seat.stage.database.read_sync(own_draw_file, by=seat.principal)
    return str(refusal.value.data["state"])


def test_seeds_stay_secret_while_others_may_sit_and_are_ones_own_afterwards(stage: Stage) -> None:
    stage.open()
    first, second, absent = stage.sat(0), stage.seat(1), stage.seat(2)
    second.enter()
    for seat in (first, second, absent):
        assert (seen(seat).state, seen(seat).shown) == (DrawState.WAITING, None)
        assert withheld(seat) == "waiting"

    stage.close()

    secret = stage.database.read_sync(assembly.secrets, session_id=stage.session).seats
    seeds = [seat_seed(secret, number).hex() for number in range(3)]
    for number, seat in enumerate((first, second)):
        own = seen(seat).shown
        assert own is not None
        assert (own.seat, own.seats, own.seat_seed) == (number, 3, seeds[number])
        assert own.seat_root == seat_root(secret, 3).hex()
        assert (own.nonce, own.nonce_source, own.items) == (NONCE.hex(), "candidate", 8)
        assert own.committed.index is None, "nothing was sequenced"
        assert own.opened is not None
        assert own.drawn is not None
        assert own.committed.at <= own.opened <= own.drawn
        _, data = stage.database.read_sync(own_draw_file, by=seat.principal)
        assert draw_file.faults(data) == []
        assert [seed in data.decode() for seed in seeds] == [n == number for n in range(3)]
    assert (seen(absent).state, seen(absent).shown) == (DrawState.NOT_SAT, None)
    assert withheld(absent) == "not_sat"


def test_a_pool_that_names_keys_is_not_given_to_its_candidate(stage: Stage) -> None:
    plan(stage, with_rules(2, key_limit=50))
    stage.open()
    seat = stage.seat(0)
    seat.enter()
    stage.close()

    assert seen(seat).state is DrawState.KEYED
    assert seen(seat).shown is not None
    assert withheld(seat) == "keyed"
