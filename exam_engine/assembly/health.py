"""Bank health: whether a bank can carry a scheme, before a session is frozen. Pure.

Coverage compares each blueprint row with what is published. The draw is uniform, so an item of a
row appears on needed / available of the papers, and two candidates share needed^2 / available of
a row's items on average. Spread is measured on papers that the real draw makes from fixed seeds.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from exam_engine.assembly import draw, pool
from exam_engine.schemes.scheme import Scheme
from question_banks.content import Content

PAPERS: Final = 1000
SEED: Final = b"ujikom/bank-health/v1\0"


class RowHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint row: items needed and published, expected exposure (share of papers)."""

    section: str
    competency: str
    levels: tuple[int, ...]
    family: str
    needed: int
    available: int
    exposure: float

    @property
    def missing(self) -> int:
        """How many items are short."""
        return max(0, self.needed - self.available)


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Mean difficulty P over simulated papers, and the most often drawn item's share of them.

    Difficulty is None when an item has no figure yet; `known` counts the items that have one.
    """

    papers: int
    known: int
    mean: float | None
    low: float | None
    high: float | None
    most_exposed: float


def coverage(scheme: Scheme, published: Mapping[bytes, Content]) -> tuple[RowHealth, ...]:
    """Every row of the scheme, in its order."""
    kinds = Counter(map(pool.kind, published.values()))
    return coverage_by_kind(scheme, kinds)


def coverage_by_kind(scheme: Scheme, kinds: Mapping[pool.Kind, int]) -> tuple[RowHealth, ...]:
    """The same from how many items are published of each kind."""
    found = []
    for section in scheme.sections:
        for row in section.rows:
            available = sum(count for kind, count in kinds.items() if pool.fits(kind, row, section))
            found.append(
                RowHealth(
                    section=section.code, competency=row.competency, levels=row.levels,
                    family=row.family or section.family, needed=row.count, available=available,
                    exposure=min(1.0, row.count / available) if available else 1.0,
                )
            )  # fmt: skip
    return tuple(found)


def overlap(rows: tuple[RowHealth, ...]) -> float:
    """Expected number of items that two candidates share; meaningful when no row is short."""
    return sum(row.needed * row.exposure for row in rows)


def simulate(
    scheme: Scheme,
    published: Mapping[bytes, Content],
    difficulties: Mapping[bytes, float],
    *,
    papers: int = PAPERS,
) -> Spread:
    """Draw papers from fixed seeds; raises PoolTooSmall when a row is short."""
    manifest = pool.manifest(scheme, dict(published))
    items = pool.pool_items(manifest)
    ready = draw.plan(cells=pool.blueprint(scheme, bytes(32), draw.ALGORITHM).cells, pool=items)
    seen: Counter[bytes] = Counter()
    means = []
    for number in range(papers):
        seed = hashlib.sha256(SEED + number.to_bytes(4, "big")).digest()
        paper = draw.draw_planned(seed, ready, shuffle_options=False)
        seen.update(placed.version for placed in paper)
        known = [difficulties.get(placed.version) for placed in paper]
        if None not in known:
            means.append(sum(p for p in known if p is not None) / len(known))
    return Spread(
        papers=papers,
        known=sum(item.version in difficulties for item in items),
        mean=sum(means) / len(means) if means else None,
        low=min(means, default=None),
        high=max(means, default=None),
        most_exposed=max(seen.values(), default=0) / papers,
    )
