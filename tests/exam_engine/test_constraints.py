"""Constrained draws against exhaustive enumeration: every satisfying paper, each as likely."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

import msgspec
import pytest

from exam_engine.assembly.constraints import Constraints, PoolItem, Window
from exam_engine.assembly.draw import Cell, Placed, draw_planned, plan
from exam_engine.errors import DrawExhausted, PoolTooSmall
from tests.conftest import LONG
from tests.exam_engine.test_draw import chi_square, seed

PER_PAPER = 100 if LONG else 12  # draws for each satisfying paper


class Case(msgspec.Struct, frozen=True):
    """A small pool, its cells and constraints, and what satisfying means, said in another way."""

    pool: tuple[PoolItem, ...]
    cells: tuple[Cell, ...]
    constraints: Constraints
    satisfies: Callable[[Sequence[PoolItem]], bool]


def version(name: str) -> bytes:
    return sha256(name.encode()).digest()


def item(name: str, cell: str = "X", enemies: str = "", **given: object) -> PoolItem:
    named = frozenset(version(enemy) for enemy in enemies.split())
    fields = {"options": tuple("ABCD"), "enemies": named, **given}
    return msgspec.convert({"version": version(name), "cell": cell, **fields}, PoolItem)


def groups_differ(items: Sequence[PoolItem]) -> bool:
    return len({i.group or i.version for i in items}) == len(items)


def no_enemies(items: Sequence[PoolItem]) -> bool:
    return not any(b.version in a.enemies for a, b in itertools.permutations(items, 2))


def whole(pool: Sequence[PoolItem]) -> Callable[[Sequence[PoolItem]], bool]:
    def check(items: Sequence[PoolItem]) -> bool:
        held = {i.stimulus for i in items if i.stimulus}
        return all(i in items for i in pool if i.stimulus in held)

    return check


def mean_within(low: int, high: int) -> Callable[[Sequence[PoolItem]], bool]:
    return lambda items: low <= sum(i.difficulty or 0 for i in items) / len(items) <= high


GROUPED = tuple(item(f"g{n}", group="abc"[n % 3] if n < 7 else None) for n in range(9))
FOES = (
    *(item(f"e{n}", enemies=("e1" if n == 0 else "e0" if n == 1 else "")) for n in range(5)),
    *(item(f"f{n}", "Y", enemies=("e2" if n == 0 else "")) for n in range(4)),
)
FOES = tuple(
    msgspec.structs.replace(i, enemies=i.enemies | {version("f0")}) if n == 2 else i
    for n, i in enumerate(FOES)
)
SETS = tuple(
    item(f"s{n}", stimulus={0: "p", 1: "p", 2: "p", 3: "q", 4: "q"}.get(n)) for n in range(9)
)
SPLIT = (
    item("u0", stimulus="p"), item("u1", "Y", stimulus="p"),
    *(item(f"u{n}") for n in range(2, 6)), *(item(f"v{n}", "Y") for n in range(4)),
)  # fmt: skip
HARD = tuple(item(f"d{n}", difficulty=100 * n) for n in range(1, 10))
MIXED = (
    item("m0", group="a", difficulty=300), item("m1", group="a", difficulty=500),
    item("m2", group="b", difficulty=700, enemies="m6"), item("m3", group="b", difficulty=400),
    item("m4", difficulty=600), item("m5", difficulty=200), item("m6", "Y", difficulty=500,
    enemies="m2"), item("m7", "Y", difficulty=800), item("m8", "Y", difficulty=350),
    item("m9", "Y", group="a", difficulty=450),
)  # fmt: skip
CASES = {
    "no constraint": Case(GROUPED[:6], (Cell("A", "X", 3),), Constraints(), lambda _: True),
    "one per group": Case(
        GROUPED, (Cell("A", "X", 4),), Constraints(one_per_group=True), groups_differ
    ),
    "enemies within and across cells": Case(
        FOES, (Cell("A", "X", 2), Cell("B", "Y", 2)), Constraints(enemies=True), no_enemies
    ),
    "whole sets": Case(SETS, (Cell("A", "X", 4),), Constraints(whole_sets=True), whole(SETS)),
    "whole sets across cells": Case(
        SPLIT, (Cell("A", "X", 2), Cell("A", "Y", 2)), Constraints(whole_sets=True), whole(SPLIT)
    ),
    "required item": Case(
        SETS[:7], (Cell("A", "X", 3),), Constraints(required=(version("s5").hex(),)),
        lambda items: version("s5") in {i.version for i in items},
    ),
    "required item of a group": Case(
        GROUPED, (Cell("A", "X", 3),),
        Constraints(one_per_group=True, required=(version("g1").hex(),)),
        lambda items: groups_differ(items) and version("g1") in {i.version for i in items},
    ),
    "required item of a whole set": Case(
        SETS, (Cell("A", "X", 4),), Constraints(whole_sets=True, required=(version("s4").hex(),)),
        lambda items: whole(SETS)(items) and version("s4") in {i.version for i in items},
    ),
    "difficulty window": Case(
        HARD, (Cell("A", "X", 4),),
        Constraints(windows=(Window(section="A", target=500, tolerance=50),)),
        mean_within(450, 550),
    ),
    "everything at once": Case(
        MIXED, (Cell("A", "X", 3), Cell("B", "Y", 2)),
        Constraints(enemies=True, one_per_group=True,
                    windows=(Window(section="", target=480, tolerance=40),)),
        lambda items: groups_differ(items) and no_enemies(items) and mean_within(440, 520)(items),
    ),
}  # fmt: skip


def papers(case: Case) -> Iterator[frozenset[bytes]]:
    """Every satisfying paper, found by trying all."""
    cells = [
        itertools.combinations([i for i in case.pool if i.cell == c.cell], c.count)
        for c in case.cells
    ]
    for parts in itertools.product(*cells):
        items = list(itertools.chain.from_iterable(parts))
        if case.satisfies(items):
            yield frozenset(i.version for i in items)


def quantile(freedom: int) -> float:
    """About the 99.99 % quantile of chi-square (Wilson and Hilferty 1931)."""
    share = 2 / (9 * freedom)
    return float(freedom * (1 - share + 3.719 * share**0.5) ** 3)


@pytest.mark.parametrize("name", CASES)
def test_constrained_draws_reach_every_satisfying_paper_equally(name: str) -> None:
    case = CASES[name]
    satisfying = set(papers(case))
    ready = plan(cells=case.cells, pool=case.pool, constrained=case.constraints)
    draws = PER_PAPER * len(satisfying)

    counts = Counter(
        frozenset(p.version for p in draw_planned(seed(n), ready, shuffle_options=False))
        for n in range(draws)
    )

    assert len(satisfying) > 5, "a case with hardly any paper shows nothing"
    assert set(counts) <= satisfying, "no draw breaks a constraint"
    assert set(counts) == satisfying, "no satisfying paper is out of reach"
    assert chi_square(counts, len(satisfying), draws) < quantile(len(satisfying) - 1)


def test_items_of_a_stimulus_stand_side_by_side_in_every_order() -> None:
    pool = [item(f"t{n}", stimulus="p" if n < 2 else None) for n in range(4)]
    ready = plan(cells=[Cell("A", "X", 4)], pool=pool, constrained=Constraints(together=True))
    draws = 24 * 12 * 10

    orders = Counter(
        tuple(p.version for p in draw_planned(seed(n), ready, shuffle_options=False))
        for n in range(draws)
    )

    def side_by_side(order: tuple[bytes, ...]) -> bool:
        places = [order.index(version(f"t{n}")) for n in range(2)]
        return abs(places[0] - places[1]) == 1

    possible = [o for o in itertools.permutations(i.version for i in pool) if side_by_side(o)]
    assert set(orders) == set(possible)
    assert chi_square(orders, len(possible), draws) < quantile(len(possible) - 1)


def test_keys_are_spread_over_the_places() -> None:
    pool = [item(f"k{n}", key=n % 4) for n in range(12)]
    limited = Constraints(key_limit=34)

    def most(paper: tuple[Placed, ...]) -> int:
        keys = {i.version: i.options[i.key or 0] for i in pool}
        return max(Counter(p.options.index(keys[p.version]) for p in paper).values())

    free = plan(cells=[Cell("A", "X", 12)], pool=pool)
    ready = plan(cells=[Cell("A", "X", 12)], pool=pool, constrained=limited)
    assert max(most(draw_planned(seed(n), free)) for n in range(60)) > 5
    assert max(most(draw_planned(seed(n), ready)) for n in range(60)) == 5


def test_groups_too_few_for_a_cell_say_how_many_are_missing() -> None:
    pool = [item(f"g{n}", group="ab"[n % 2]) for n in range(8)]

    with pytest.raises(PoolTooSmall) as refused:
        plan(cells=[Cell("A", "X", 5)], pool=pool, constrained=Constraints(one_per_group=True))

    assert refused.value.data == {"row": "X", "missing": 3}


def test_whole_sets_that_fit_no_count_say_how_many_are_missing() -> None:
    pool = [item(f"s{n}", stimulus="pq"[n % 2]) for n in range(6)]

    with pytest.raises(PoolTooSmall) as refused:
        plan(cells=[Cell("A", "X", 5)], pool=pool, constrained=Constraints(whole_sets=True))

    assert refused.value.data == {"row": "X", "missing": 2}


def test_draw_that_cannot_satisfy_gives_up() -> None:
    window = Window(section="A", target=900, tolerance=1)
    ready = plan(
        cells=[Cell("A", "X", 4)], pool=HARD[:4], constrained=Constraints(windows=(window,))
    )

    with pytest.raises(DrawExhausted):
        draw_planned(seed(1), ready)


def test_drawn_sections_keep_their_own_windows() -> None:
    pool = [*HARD, *(msgspec.structs.replace(i, cell="Y", version=version(f"y{n}"))
                     for n, i in enumerate(HARD))]  # fmt: skip
    windows = (
        Window(section="A", target=300, tolerance=30),
        Window(section="B", target=700, tolerance=30),
    )
    ready = plan(
        cells=[Cell("A", "X", 4), Cell("B", "Y", 4)],
        pool=pool,
        constrained=Constraints(windows=windows),
    )
    known = {i.version: i.difficulty or 0 for i in pool}

    def mean(drawn: tuple[Placed, ...], section: str) -> float:
        own = [known[p.version] for p in drawn if p.section == section]
        return sum(own) / len(own)

    drawn = [draw_planned(seed(n), ready) for n in range(20)]
    assert all(270 <= mean(paper, "A") <= 330 for paper in drawn)
    assert all(670 <= mean(paper, "B") <= 730 for paper in drawn)
