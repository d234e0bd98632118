"""Choosing a cell's items uniformly when some of them belong together or exclude each other.

Items fall into blocks: a group gives at most one of its items, a whole set all of its items or
none, any other item stands alone. The satisfying choices are counted by size, block by block, and
the one with a uniform rank is taken: exact, and as likely as every other.
"""

from collections.abc import Sequence
from math import comb

import msgspec

from exam_engine.assembly.constraints import Constraints, PoolItem
from exam_engine.assembly.drbg import Drbg

Choice = tuple[PoolItem, ...]


class CellPlan(msgspec.Struct, frozen=True):
    """What may be chosen for a cell.

    `fixed` are its required items; `blocks` the ways of each block besides taking nothing;
    `ways[b][n]` counts the choices of n items from block b on; `count` items are still to choose.
    A plain plan, without anything fixed and of single items alone, needs no ways and has none.
    """

    fixed: tuple[PoolItem, ...]
    blocks: tuple[tuple[Choice, ...], ...]
    ways: tuple[tuple[int, ...], ...]
    count: int

    @property
    def plain(self) -> bool:
        """Whether the choice needs no ranking."""
        return not self.ways

    @property
    def total(self) -> int:
        """How many choices there are."""
        if self.plain:
            return comb(len(self.blocks), self.count)
        return self.ways[0][self.count] if self.count >= 0 else 0

    @property
    def missing(self) -> int:
        """How many items the fullest choice is short of (or required ones are too many)."""
        if self.plain:
            return max(0, self.count - len(self.blocks))
        if self.total:
            return 0
        reachable = [n for n in range(self.count + 1) if self.ways[0][n]]
        return self.count - max(reachable, default=-1) if self.count >= 0 else -self.count

    def items(self) -> list[PoolItem]:
        """All items that may be chosen, in order."""
        return [item for block in self.blocks for choice in block for item in choice]

    def draw(self, stream: Drbg) -> list[PoolItem]:
        """A uniform choice, fixed items first."""
        return [*self.fixed, *self._at(stream.below(self.total))]

    def _at(self, rank: int) -> list[PoolItem]:
        chosen: list[PoolItem] = []
        left = self.count
        for place, block in enumerate(self.blocks):
            after = self.ways[place + 1]
            for choice in ((), *block):
                ways = after[left - len(choice)] if len(choice) <= left else 0
                if rank < ways:
                    chosen += choice
                    left -= len(choice)
                    break
                rank -= ways
        return chosen


def plan(items: Sequence[PoolItem], count: int, constraints: Constraints) -> CellPlan:
    """The plan of a cell from its eligible items, sorted by version."""
    blocks: dict[tuple[str, str], list[PoolItem]] = {}
    for item in items:
        blocks.setdefault(_block(item, constraints), []).append(item)
    required = set(constraints.required)
    fixed: list[PoolItem] = []
    free: list[tuple[Choice, ...]] = []
    for (kind, _), own in blocks.items():
        held = [item for item in own if item.version.hex() in required]
        if held:
            fixed += own if kind == "set" else held
        elif kind == "set":
            free.append((tuple(own),))
        else:
            free.append(tuple((item,) for item in own))
    rest = count - len(fixed)
    plain = not fixed and all(len(block) == 1 and len(block[0]) == 1 for block in free)
    ways = () if plain else _ways(free, max(0, rest))
    return CellPlan(tuple(fixed), tuple(free), ways, rest)


def _block(item: PoolItem, constraints: Constraints) -> tuple[str, str]:
    if constraints.whole_sets and item.stimulus is not None:
        return "set", item.stimulus
    if constraints.one_per_group and item.group is not None:
        return "group", item.group
    return "item", item.version.hex()


def _ways(blocks: Sequence[tuple[Choice, ...]], count: int) -> tuple[tuple[int, ...], ...]:
    rows = [[1] + [0] * count]
    for block in reversed(blocks):
        after = rows[-1]
        row = list(after)
        for choice in block:
            size = len(choice)
            for n in range(size, count + 1):
                row[n] += after[n - size]
        rows.append(row)
    return tuple(tuple(row) for row in reversed(rows))
