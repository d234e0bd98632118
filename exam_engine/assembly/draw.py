"""The draw "ujikom-draw/1": a pure function of seed, frozen pool and blueprint.

Uniform among all papers that satisfy the blueprint. Items are drawn cell by cell, again from the
same stream until every constraint holds; each section's items are then put in order; then each
item's options. One stream serves the whole draw, so anyone with SHA-256 and HMAC can repeat it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from exam_engine.assembly import choosing, constraints
from exam_engine.assembly.constraints import Constraints, PoolItem
from exam_engine.assembly.drbg import Drbg
from exam_engine.errors import DrawExhausted, PoolTooSmall
from kernel.canonical import lp

ALGORITHM: Final = "ujikom-draw/1"
DRAW: Final = b"ujikom/draw/v1\0"
ATTEMPTS: Final = 10_000
UNCONSTRAINED: Final = Constraints()
T = TypeVar("T")
Drawn = list[tuple[str, PoolItem]]


class Cell(msgspec.Struct, frozen=True):
    """A blueprint row as drawn: so many items of a cell, into a section."""

    section: str
    cell: str
    count: int


class Placed(msgspec.Struct, frozen=True):
    """An item's place on a paper: its section, version and options in this candidate's order."""

    section: str
    version: bytes
    options: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """What a draw chooses from: each cell's plan, the constraints, and the sizes of sets."""

    cells: tuple[tuple[Cell, choosing.CellPlan], ...]
    constraints: Constraints
    sizes: Mapping[str, int]


def draw_seed(
    seat: bytes,
    *,
    session: bytes,
    handle: bytes,
    nonce: bytes,
    beacon: bytes,
    bank_root: bytes,
    blueprint: bytes,
) -> bytes:
    """The seed of one candidate's draw from its seat's seed and everything committed."""
    parts = (session, handle, nonce, beacon, bank_root, hashlib.sha256(blueprint).digest())
    return hmac.digest(seat, DRAW + b"".join(lp(part) for part in parts), "sha256")


def plan(
    *,
    cells: Sequence[Cell],
    pool: Sequence[PoolItem],
    excluded: frozenset[bytes] = frozenset(),
    constrained: Constraints = UNCONSTRAINED,
) -> Plan:
    """Prepare draws from a pool, independent of its order; raises PoolTooSmall naming the cell."""
    eligible = sorted(
        (item for item in pool if item.version not in excluded), key=lambda item: item.version
    )
    by_cell: dict[str, list[PoolItem]] = {}
    for item in eligible:
        by_cell.setdefault(item.cell, []).append(item)
    planned = []
    for cell in cells:
        own = choosing.plan(by_cell.get(cell.cell, []), cell.count, constrained)
        if own.missing:
            raise PoolTooSmall(row=cell.cell, missing=own.missing)
        planned.append((cell, own))
    return Plan(tuple(planned), constrained, constraints.set_sizes(eligible))


def draw_paper(
    seed: bytes,
    *,
    cells: Sequence[Cell],
    pool: Sequence[PoolItem],
    excluded: frozenset[bytes] = frozenset(),
    shuffle_options: bool = True,
    constrained: Constraints = UNCONSTRAINED,
) -> tuple[Placed, ...]:
    """Draw a paper; raises PoolTooSmall when a cell lacks items, DrawExhausted."""
    ready = plan(cells=cells, pool=pool, excluded=excluded, constrained=constrained)
    return draw_planned(seed, ready, shuffle_options=shuffle_options)


def draw_planned(seed: bytes, ready: Plan, *, shuffle_options: bool = True) -> tuple[Placed, ...]:
    """Draw a paper from what `plan` prepared; raises DrawExhausted."""
    stream = Drbg(seed)
    drawn = _satisfying(stream, ready)
    ordered = _in_order(stream, drawn, together=ready.constraints.together)
    orders = _options(stream, ordered, ready.constraints, shuffle=shuffle_options)
    return tuple(
        Placed(section, item.version, options)
        for (section, item), options in zip(ordered, orders, strict=True)
    )


def attempt(stream: Drbg, ready: Plan) -> Drawn:
    """One draw of every cell; enemies within a cell are drawn again at once."""
    return [
        (cell.section, item)
        for cell, own in ready.cells
        for item in _of_cell(stream, own, enemies=ready.constraints.enemies)
    ]


def _satisfying(stream: Drbg, ready: Plan) -> Drawn:
    for _ in range(ATTEMPTS):
        drawn = attempt(stream, ready)
        if constraints.fault(drawn, ready.constraints, ready.sizes) is None:
            return drawn
    raise DrawExhausted(attempts=ATTEMPTS)


def _of_cell(stream: Drbg, own: choosing.CellPlan, *, enemies: bool) -> list[PoolItem]:
    for _ in range(ATTEMPTS):
        chosen = (
            choose(stream, own.items(), own.count) if own.plain else own.draw(stream)
        )  # the plain way is the one of the first version: its bytes stay
        if not enemies or not constraints.has_enemies(chosen):
            return chosen
    raise DrawExhausted(attempts=ATTEMPTS)


def _in_order(stream: Drbg, drawn: Drawn, *, together: bool) -> Drawn:
    sections: dict[str, dict[str, list[PoolItem]]] = {}
    for section, item in drawn:
        name = item.stimulus if together and item.stimulus else item.version.hex()
        sections.setdefault(section, {}).setdefault(name, []).append(item)
    return [
        (section, item)
        for section, units in sections.items()
        for unit in choose(stream, list(units.values()), len(units))
        for item in choose(stream, unit, len(unit))
    ]


def _options(
    stream: Drbg, ordered: Drawn, constrained: Constraints, *, shuffle: bool
) -> list[tuple[str, ...]]:
    if not shuffle:
        return [item.options for _, item in ordered]
    for _ in range(ATTEMPTS):
        orders = [tuple(choose(stream, i.options, len(i.options))) for _, i in ordered]
        keyed = [(item, order) for (_, item), order in zip(ordered, orders, strict=True)]
        if not constrained.key_limit or constraints.balanced(keyed, constrained.key_limit):
            return orders
    raise DrawExhausted(attempts=ATTEMPTS)


def choose(stream: Drbg, items: Sequence[T], count: int) -> list[T]:
    """The first `count` places of a Fisher-Yates shuffle; all of them for a full one."""
    order = list(items)
    for i in range(min(count, len(order) - 1)):
        j = i + stream.below(len(order) - i)
        order[i], order[j] = order[j], order[i]
    return order[:count]
