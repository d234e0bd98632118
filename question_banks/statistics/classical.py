"""Classical test theory that stays right when every candidate drew another paper.

A response counts as its share of the most marks (0 to 1). Its deviation is the share less the
item's mean over all who had it. A candidate's rest score for an item is the sum of the deviations
of the *other* items on the paper: with one common form it differs from the usual rest score by a
constant, so correlations are the textbook's; with drawn forms an easy paper gives nobody an edge.
Ranks (upper and lower groups, thirds) use the mean deviation. Ties at a border are shared out in
equal fractions, so that no figure depends on the order of candidates.
Sources: Lord and Novick 1968, ch. 15; Ebel and Frisbie 1991 (upper and lower 27 %, Kelley 1939).
"""

import math
from typing import Final

import numpy as np

from question_banks.statistics.figures import CurvePoint, ItemFigures, OptionFigures
from question_banks.statistics.intervals import difference, fisher, wilson
from question_banks.statistics.matrix import Floats, Matrix, Places

EXTREME_SHARE: Final = 0.27
CURVE_GROUPS: Final = 5
TINY: Final = 1e-12


def item_figures(matrix: Matrix) -> tuple[ItemFigures, ...]:
    """Figures of every item version, in the order of `matrix.versions`."""
    counts = matrix.counts()
    means = matrix.by_item(matrix.share) / counts
    deviation = matrix.share - means[matrix.item]
    totals = matrix.by_person(deviation)
    rest = totals[matrix.person] - deviation
    ranks = _Ranks(matrix, totals / np.bincount(matrix.person, minlength=matrix.persons))
    order = np.argsort(matrix.item, kind="stable")
    cuts = np.searchsorted(matrix.item[order], np.arange(matrix.items + 1))
    return tuple(
        _figures(matrix, ranks, rest, order[cuts[i] : cuts[i + 1]], i) for i in range(matrix.items)
    )


def correlation(x: Floats, y: Floats) -> float | None:
    """Pearson's r, None when either does not vary."""
    dx, dy = x - x.mean(), y - y.mean()
    below = math.sqrt(float(dx @ dx) * float(dy @ dy))
    return float(dx @ dy) / below if below > TINY else None


class _Ranks:
    """Weights of every candidate in groups cut from the ranking."""

    def __init__(self, matrix: Matrix, score: Floats) -> None:
        n = matrix.persons
        third, extreme = n / 3, max(1.0, EXTREME_SHARE * n)
        score = np.round(score, 12)  # equal sums added in another order are ties
        self.thirds = [between(score, third * g, third * (g + 1)) for g in range(3)]
        self.lower = between(score, 0, extreme)
        self.upper = between(score, n - extreme, n)
        step = n / CURVE_GROUPS
        self.groups = [between(score, step * g, step * (g + 1)) for g in range(CURVE_GROUPS)]
        self.score = score


def between(score: Floats, start: float, end: float) -> Floats:
    """How much of each candidate lies between two places of the ascending ranking, 0 to 1."""
    values, inverse, sizes = np.unique(score, return_inverse=True, return_counts=True)
    del values
    last = np.cumsum(sizes)
    inside = np.minimum(last, end) - np.maximum(last - sizes, start)
    weights: Floats = (np.clip(inside, 0, None) / sizes)[inverse]
    return weights


def _figures(matrix: Matrix, ranks: _Ranks, rest: Floats, own: Places, place: int) -> ItemFigures:
    share, people, others = matrix.share[own], matrix.person[own], rest[own]
    n, p = len(own), float(share.mean())
    r = correlation(share, others)
    low, low_n = _mean(share, ranks.lower[people])
    high, high_n = _mean(share, ranks.upper[people])
    return ItemFigures(
        version=matrix.versions[place],
        n=n,
        p=p,
        p_interval=wilson(p, n),
        sd=float(share.std()),
        correlation=r,
        correlation_interval=None if r is None else fisher(r, n),
        discrimination=high - low,
        discrimination_interval=difference(high, high_n, low, low_n),
        options=_options(matrix, ranks, own, others),
        curve=_curve(ranks, share, people),
    )


def _mean(values: Floats, weights: Floats) -> tuple[float, float]:
    n = float(weights.sum())
    return (float(values @ weights) / n if n > TINY else 0.0), n


def _curve(ranks: _Ranks, share: Floats, people: Places) -> tuple[CurvePoint, ...]:
    points = []
    for group in ranks.groups:
        weights = group[people]
        mean, n = _mean(share, weights)
        if n > TINY:
            points.append(CurvePoint(_mean(ranks.score[people], weights)[0], mean, n))
    return tuple(points)


def _options(matrix: Matrix, ranks: _Ranks, own: Places, rest: Floats) -> tuple[OptionFigures, ...]:
    chosen = [matrix.chosen[i] for i in own]
    people = matrix.person[own]
    found = []
    for option in sorted(set(chosen), key=lambda o: (o is None, o or "")):
        picked = np.array([c == option for c in chosen], dtype=np.float64)
        count = int(picked.sum())
        low, middle, high = (float(picked @ third[people]) for third in ranks.thirds)
        found.append(
            OptionFigures(
                option=option,
                count=count,
                share=count / len(own),
                thirds=(low, middle, high),
                rest_mean=float(picked @ rest) / count,
                correlation=correlation(picked, rest),
            )
        )
    return tuple(found)
