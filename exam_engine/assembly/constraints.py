"""What a paper must satisfy beyond its cells' counts: a pure statement about a set of items."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

PER_CENT: Final = 100


class PoolItem(msgspec.Struct, frozen=True):
    """What the draw knows of an item version: digest, blueprint cell, ids of its options, and
    what constraints look at. `key` is the place of the only right option, as written.
    """

    version: bytes
    cell: str
    options: tuple[str, ...]
    group: str | None = None
    stimulus: str | None = None
    enemies: frozenset[bytes] = frozenset()
    difficulty: int | None = None
    key: int | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Mean difficulty of a section's items (empty: of the paper): target and tolerance, per mille
    of right answers, both ends allowed.
    """

    section: str
    target: int
    tolerance: int

    def holds(self, difficulties: Sequence[int]) -> bool:
        """Whether the mean of the difficulties lies in the window; exact."""
        off = sum(difficulties) - self.target * len(difficulties)
        return abs(off) <= self.tolerance * len(difficulties)


class Constraints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The constraints of a blueprint.

    `enemies`: no two enemies. `one_per_group`: at most one item of a group. `whole_sets`: all
    items of a stimulus or none. `together`: items of a stimulus stand side by side. `required`:
    versions (hex) on every paper. `key_limit`: the most per cent of a paper's items, rounded up,
    that have their key in the same place (0: no limit).
    """

    enemies: bool = False
    one_per_group: bool = False
    whole_sets: bool = False
    together: bool = False
    required: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    key_limit: int = 0


def set_sizes(pool: Iterable[PoolItem]) -> Mapping[str, int]:
    """How many items of each stimulus a candidate can get."""
    return Counter(item.stimulus for item in pool if item.stimulus is not None)


def fault(
    drawn: Sequence[tuple[str, PoolItem]], constraints: Constraints, sizes: Mapping[str, int]
) -> str | None:
    """The first constraint that the items (section, item) do not satisfy, None when all hold."""
    items = [item for _, item in drawn]
    if constraints.enemies and has_enemies(items):
        return "enemies"
    if constraints.one_per_group and _repeats(item.group for item in items):
        return "one_per_group"
    if constraints.whole_sets and _partial(items, sizes):
        return "whole_sets"
    if set(constraints.required) - {item.version.hex() for item in items}:
        return "required"
    for window in constraints.windows:
        own = [i.difficulty or 0 for s, i in drawn if window.section in ("", s)]
        if not window.holds(own):
            return f"window/{window.section}"
    return None


def has_enemies(items: Sequence[PoolItem]) -> bool:
    """Whether two of the items exclude each other; enmity is mutual."""
    named = [item for item in items if item.enemies]
    versions = {item.version for item in items}
    return any(item.enemies & versions for item in named)


def balanced(orders: Sequence[tuple[PoolItem, tuple[str, ...]]], limit: int) -> bool:
    """Whether no place holds the keys of more items than the limit allows."""
    places = Counter(
        order.index(item.options[item.key]) for item, order in orders if item.key is not None
    )
    keyed = sum(places.values())
    return not keyed or max(places.values()) <= -(-keyed * limit // PER_CENT)


def _repeats(groups: Iterable[str | None]) -> bool:
    named = [group for group in groups if group is not None]
    return len(set(named)) < len(named)


def _partial(items: Sequence[PoolItem], sizes: Mapping[str, int]) -> bool:
    held = Counter(item.stimulus for item in items if item.stimulus is not None)
    return any(count != sizes.get(name, 0) for name, count in held.items())
