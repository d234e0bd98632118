"""Fairness of a session: what its papers became, beside what a fair draw gives. Pure.

Exposure: a draw of k out of n puts each item on k / n of the papers. Were it fair, then over N
papers the sum of (count - N k/n)^2 / (N (k/n) (1 - k/n)) * (n - 1) / n follows chi-square with
n - 1 degrees of freedom, as counts of a draw without replacement vary less than independent ones.
Overlap: two independent draws share k^2 / n items on average.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import NormalDist, fmean, pstdev
from typing import Final

import msgspec

from exam_engine.assembly.draw import Cell
from exam_engine.assembly.paper import Paper
from exam_engine.assembly.pool import Blueprint, Manifest, ManifestRow

PER_MILLE: Final = 1000
ENOUGH: Final = 5.0  # expected count per item below which chi-square says nothing (Cochran 1954)
STEERING: Final = ("enemies", "one_per_group", "whole_sets", "required", "windows", "key_limit")


class Seated(msgspec.Struct, frozen=True):
    """A paper, and the room and the seat it was drawn for."""

    room: bytes
    seat: int
    paper: Paper


class RowFairness(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint row: items needed and in the pool, the papers an item is expected on, and the
    least and the most that an item was on. `chance` is the probability that a fair draw is at
    least as uneven; None where it cannot be told.
    """

    section: str
    cell: str
    needed: int
    available: int
    expected: float
    least: int
    most: int
    chi_square: float | None = None
    chance: float | None = None


class Hardness(msgspec.Struct, frozen=True, kw_only=True):
    """Expected share of right answers of each paper (0 to 1), by the frozen difficulties."""

    papers: tuple[float, ...]
    mean: float
    deviation: float


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Items shared by candidates side by side in a room: for each pair, how many, and how many of
    them at the same place. `expected` is the mean of two independent draws, None when constraints
    steer it.
    """

    shared: tuple[int, ...]
    same_place: tuple[int, ...]
    expected: float | None


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. `steered`: constraints make some items rightly appear more often.
    `hardness` is None while an item of a paper has no difficulty.
    """

    papers: int
    length: int
    steered: bool
    rows: tuple[RowFairness, ...]
    exposure: tuple[tuple[int, int], ...]
    hardness: Hardness | None
    overlap: Overlap


def report(
    manifest: Manifest, blueprint: Blueprint, papers: Sequence[Seated], *, unseen: bool = False
) -> Fairness:
    """Compare a session's papers with its frozen pool and blueprint; `unseen` tells that candidates
    were spared items of their earlier sittings.
    """
    counts = Counter((i.section, i.version) for seated in papers for i in seated.paper.items)
    steered = unseen or any(getattr(blueprint.constrained, name) for name in STEERING)
    by_cell: dict[str, list[ManifestRow]] = {}
    for row in manifest.rows:
        by_cell.setdefault(row.cell, []).append(row)
    rows = tuple(
        _row(cell, by_cell.get(cell.cell, []), counts, len(papers)) for cell in blueprint.cells
    )
    if steered:
        rows = tuple(msgspec.structs.replace(r, chi_square=None, chance=None) for r in rows)
    drawn = Counter(version for _, version in counts.elements())
    alike = sum(row.needed**2 / row.available for row in rows if row.available)
    return Fairness(
        papers=len(papers),
        length=sum(cell.count for cell in blueprint.cells),
        steered=steered,
        rows=rows,
        exposure=tuple(sorted(Counter(drawn[row.version] for row in manifest.rows).items())),
        hardness=_hardness(manifest.rows, papers),
        overlap=_overlap(papers, None if steered else alike),
    )


def _row(
    cell: Cell, pool: Sequence[ManifestRow], counts: Counter[tuple[str, str]], papers: int
) -> RowFairness:
    own = [counts[cell.section, row.version] for row in pool]
    share = cell.count / len(own) if own else 0.0
    found = RowFairness(
        section=cell.section,
        cell=cell.cell,
        needed=cell.count,
        available=len(own),
        expected=papers * share,
        least=min(own, default=0),
        most=max(own, default=0),
    )
    if found.expected < ENOUGH or share == 1.0:
        return found
    off = sum((count - found.expected) ** 2 for count in own)
    statistic = off / (found.expected * (1 - share)) * (len(own) - 1) / len(own)
    chance = upper_tail(statistic, len(own) - 1)
    return msgspec.structs.replace(found, chi_square=statistic, chance=chance)


def upper_tail(statistic: float, freedom: int) -> float:
    """Probability that chi-square exceeds a value; within 0.01 (Wilson and Hilferty 1931)."""
    spread = 2 / (9 * freedom)
    return 1 - NormalDist().cdf(((statistic / freedom) ** (1 / 3) - 1 + spread) / math.sqrt(spread))


def _hardness(rows: Iterable[ManifestRow], papers: Sequence[Seated]) -> Hardness | None:
    known = {row.version: row.difficulty for row in rows}
    shares = []
    for seated in papers:
        own = [known.get(item.version) for item in seated.paper.items]
        told = [value for value in own if value is not None]
        if len(told) < len(own) or not own:
            return None
        shares.append(fmean(told) / PER_MILLE)
    if not shares:
        return None
    return Hardness(papers=tuple(shares), mean=fmean(shares), deviation=pstdev(shares))


def _overlap(papers: Sequence[Seated], expected: float | None) -> Overlap:
    shared, same = [], []
    for left, right in pairwise(sorted(papers, key=lambda one: (one.room, one.seat))):
        if left.room != right.room or right.seat != left.seat + 1:
            continue
        one = [item.version for item in left.paper.items]
        other = [item.version for item in right.paper.items]
        shared.append(len(set(one) & set(other)))
        same.append(sum(a == b for a, b in zip(one, other, strict=False)))
    return Overlap(shared=tuple(shared), same_place=tuple(same), expected=expected)
