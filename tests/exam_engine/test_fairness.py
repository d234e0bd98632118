"""The fairness report against papers that the real draw made, and against unfair ones."""

from hashlib import sha256

import pytest

from exam_engine.assembly import draw
from exam_engine.assembly import paper as papers
from exam_engine.assembly.constraints import Constraints, PoolItem
from exam_engine.assembly.draw import Cell, Placed
from exam_engine.assembly.fairness import Seated, report, upper_tail
from exam_engine.assembly.pool import Blueprint, Manifest, ManifestRow

CELLS = (Cell("A", "a/1", 6), Cell("B", "b/1", 4))
SIZES = {"a/1": 20, "b/1": 16}
ROOM, OTHER = bytes(16), b"\1" * 16
PAPERS = 120


def pool_row(cell: str, n: int, difficulty: int | None = 500) -> ManifestRow:
    return ManifestRow(
        version=sha256(f"{cell}/{n}".encode()).hexdigest(),
        cell=cell,
        family="single_choice",
        options=("x", "y"),
        difficulty=difficulty,
    )


ROWS = tuple(
    sorted(
        (pool_row(cell, n, 300 + 20 * n) for cell, size in SIZES.items() for n in range(size)),
        key=lambda row: row.version,
    )
)
POOL = Manifest(format="ujikom-pool/1", rows=ROWS)


def blueprint(constraints: Constraints | None = None) -> Blueprint:
    given = {"constraints": constraints} if constraints else {}
    return Blueprint(
        format="ujikom-blueprint/1",
        algorithm=draw.ALGORITHM,
        scheme="00" * 32,
        shuffle_options=True,
        cells=CELLS,
        **given,
    )


def drawn(count: int, salt: str = "") -> list[Seated]:
    """Papers of the real draw, ten seats a room."""
    items = tuple(PoolItem(bytes.fromhex(r.version), r.cell, r.options) for r in ROWS)
    ready = draw.plan(cells=CELLS, pool=items)
    return [
        Seated(
            ROOM if n < count // 2 else OTHER,
            n,
            papers.from_draw(draw.draw_planned(sha256(f"{salt}{n}".encode()).digest(), ready)),
        )
        for n in range(count)
    ]


def favouring(count: int) -> list[Seated]:
    """Papers of somebody who gives the first items of a row to everybody."""
    own = {cell: [row for row in ROWS if row.cell == cell] for cell in SIZES}
    placed = tuple(
        Placed(cell.section, bytes.fromhex(row.version), row.options)
        for cell in CELLS
        for row in own[cell.cell][: cell.count]
    )
    return [Seated(ROOM, n, papers.from_draw(placed)) for n in range(count)]


def test_papers_of_the_real_draw_are_found_even() -> None:
    found = report(POOL, blueprint(), drawn(PAPERS))
    assert (found.papers, found.length, found.steered) == (PAPERS, 10, False)
    assert [(row.needed, row.available) for row in found.rows] == [(6, 20), (4, 16)]
    assert [row.expected for row in found.rows] == pytest.approx([36, 30])
    assert all(row.chance is not None and row.chance > 0.01 for row in found.rows)
    assert sum(items for _, items in found.exposure) == len(ROWS)
    assert sum(times * items for times, items in found.exposure) == PAPERS * 10


def test_chance_of_an_even_row_is_spread_evenly_over_many_sessions() -> None:
    """Were the statistic wrong by the factor of the draw without replacement, most would be near 1
    or near 0."""
    chances = [
        row.chance or 0.0
        for n in range(60)
        for row in report(POOL, blueprint(), drawn(40, salt=f"{n}/")).rows
    ]
    assert 0.35 < sum(chances) / len(chances) < 0.65
    assert min(chances) < 0.1
    assert max(chances) > 0.9


def test_papers_that_favour_items_are_found_uneven() -> None:
    found = report(POOL, blueprint(), favouring(PAPERS))
    assert [row.chance for row in found.rows] == [pytest.approx(0), pytest.approx(0)]
    assert [(row.least, row.most) for row in found.rows] == [(0, PAPERS), (0, PAPERS)]
    assert found.overlap.shared == (10,) * (PAPERS - 1)
    assert found.overlap.same_place == (10,) * (PAPERS - 1)


def test_neighbours_share_what_two_fair_draws_share_on_average() -> None:
    found = report(POOL, blueprint(), drawn(PAPERS)).overlap
    assert len(found.shared) == PAPERS - 2  # nobody sits beside the other room
    assert found.expected == pytest.approx(6 * 6 / 20 + 4 * 4 / 16)
    assert sum(found.shared) / len(found.shared) == pytest.approx(found.expected, abs=0.4)


def test_hardness_is_the_mean_of_frozen_difficulties_and_absent_while_one_lacks() -> None:
    seated = drawn(4)
    found = report(POOL, blueprint(), seated).hardness
    assert found is not None
    known = {row.version: row.difficulty or 0 for row in ROWS}
    by_hand = [sum(known[i.version] for i in one.paper.items) / 10_000 for one in seated]
    assert found.papers == pytest.approx(by_hand)

    used = seated[0].paper.items[0].version
    lacking = tuple(pool_row(r.cell, -1, None) if r.version == used else r for r in ROWS)
    assert (
        report(Manifest(format="ujikom-pool/1", rows=lacking), blueprint(), seated).hardness is None
    )


@pytest.mark.parametrize(
    ("constraints", "unseen"), [(Constraints(one_per_group=True), False), (None, True)]
)
def test_steered_draws_are_not_called_uneven(
    constraints: Constraints | None, *, unseen: bool
) -> None:
    found = report(POOL, blueprint(constraints), favouring(PAPERS), unseen=unseen)
    assert found.steered
    assert [row.chance for row in found.rows] == [None, None]
    assert found.overlap.expected is None


def test_too_few_papers_say_nothing_of_evenness() -> None:
    found = report(POOL, blueprint(), drawn(3))
    assert [row.chance for row in found.rows] == [None, None]
    assert report(POOL, blueprint(), []).hardness is None


@pytest.mark.parametrize(
    ("statistic", "freedom", "chance"),
    [(3.841, 1, 0.05), (18.307, 10, 0.05), (23.209, 10, 0.01), (124.342, 100, 0.05), (0, 5, 1)],
)
def test_upper_tail_is_near_the_tables_of_chi_square(
    statistic: float, freedom: int, chance: float
) -> None:
    assert upper_tail(statistic, freedom) == pytest.approx(chance, abs=0.01)
