"""The draw "ujikom-draw/1": a pure function of seed, frozen pool and blueprint.

Uniform among all papers that satisfy the blueprint. Items are drawn row by row; each section's
items are then put in order; then each item's options. One stream serves the whole draw, so
anyone with SHA-256 and HMAC can repeat it.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from exam_engine.assembly.drbg import Drbg
from exam_engine.errors import PoolTooSmall
from kernel.canonical import lp

ALGORITHM: Final = "ujikom-draw/1"
DRAW: Final = b"ujikom/draw/v1\0"
T = TypeVar("T")


class PoolItem(msgspec.Struct, frozen=True):
    """What the draw knows of an item version: digest, blueprint cell, ids of its options."""

    version: bytes
    cell: str
    options: tuple[str, ...]


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


def draw_paper(
    seed: bytes,
    *,
    cells: Sequence[Cell],
    pool: Sequence[PoolItem],
    excluded: frozenset[bytes] = frozenset(),
    shuffle_options: bool = True,
) -> tuple[Placed, ...]:
    """Draw a paper; raises PoolTooSmall when a cell lacks items. Independent of `pool`'s order."""
    stream = Drbg(seed)
    eligible = _by_cell(pool, excluded)
    sections: dict[str, list[PoolItem]] = {}
    for cell in cells:
        items = eligible.get(cell.cell, [])
        if len(items) < cell.count:
            raise PoolTooSmall(row=cell.cell, missing=cell.count - len(items))
        sections.setdefault(cell.section, []).extend(_choose(stream, items, cell.count))
    ordered = [
        (section, item)
        for section, items in sections.items()
        for item in _choose(stream, items, len(items))
    ]
    return tuple(
        Placed(section, item.version, _options(stream, item, shuffle=shuffle_options))
        for section, item in ordered
    )


def _by_cell(pool: Sequence[PoolItem], excluded: frozenset[bytes]) -> dict[str, list[PoolItem]]:
    cells: dict[str, list[PoolItem]] = {}
    for item in sorted(pool, key=lambda item: item.version):
        if item.version not in excluded:
            cells.setdefault(item.cell, []).append(item)
    return cells


def _options(stream: Drbg, item: PoolItem, *, shuffle: bool) -> tuple[str, ...]:
    if not shuffle:
        return item.options
    return tuple(_choose(stream, item.options, len(item.options)))


def _choose(stream: Drbg, items: Sequence[T], count: int) -> list[T]:
    """The first `count` places of a Fisher-Yates shuffle; all of them for a full one."""
    order = list(items)
    for i in range(min(count, len(order) - 1)):
        j = i + stream.below(len(order) - i)
        order[i], order[j] = order[j], order[i]
    return order[:count]
