"""Figures of a whole test: reliability, standard error of measurement, score distribution.

Alpha over a sparse matrix would be wrong; here it is rebuilt from the mean variance v of an item
and the mean covariance c of two items on the same paper: alpha = k c / (v + (k - 1) c) with k the
mean number of items. With one common form this is Cronbach's alpha (KR-20 for right/wrong items),
term for term (Cronbach 1951).
"""

import math
from typing import Final

import msgspec
import numpy as np

from question_banks.statistics.intervals import Interval, bonett
from question_banks.statistics.matrix import Floats, Matrix

BINS: Final = 10
TINY: Final = 1e-12


class TestFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the test; scores are shares of the most marks (0 to 1).

    `standard_error` is that of measurement, in the same unit. `histogram` counts papers in ten
    equal bins; the last holds 1 itself.
    """

    __test__ = False  # not a test class

    papers: int
    items: int
    length: float
    mean: float
    sd: float
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    alpha_interval: Interval | None
    standard_error: float | None
    histogram: tuple[int, ...]


def test_figures(matrix: Matrix) -> TestFigures:
    """Figures of the papers in a matrix of at least one."""
    lengths = np.bincount(matrix.person, minlength=matrix.persons).astype(np.float64)
    scores = matrix.by_person(matrix.share) / lengths
    alpha = _alpha(matrix, lengths)
    sd = float(scores.std())
    skewness, kurtosis = _shape(scores)
    return TestFigures(
        papers=matrix.persons,
        items=matrix.items,
        length=float(lengths.mean()),
        mean=float(scores.mean()),
        sd=sd,
        skewness=skewness,
        kurtosis=kurtosis,
        alpha=alpha,
        alpha_interval=None
        if alpha is None
        else bonett(alpha, matrix.persons, float(lengths.mean())),
        standard_error=None if alpha is None else sd * math.sqrt(max(0.0, 1 - alpha)),
        histogram=_histogram(scores),
    )


test_figures.__test__ = False  # type: ignore[attr-defined]  # pytest would collect the name


def _alpha(matrix: Matrix, lengths: Floats) -> float | None:
    means = matrix.by_item(matrix.share) / matrix.counts()
    deviation = matrix.share - means[matrix.item]
    own = float(deviation @ deviation)
    together = float((matrix.by_person(deviation) ** 2).sum()) - own
    pairs = float((lengths * (lengths - 1)).sum())
    if pairs < 1 or own < TINY:
        return None
    variance, covariance = own / len(matrix.share), together / pairs
    k = float(lengths.mean())
    below = variance + (k - 1) * covariance
    return k * covariance / below if abs(below) > TINY else None


def _histogram(scores: Floats) -> tuple[int, ...]:
    places = np.minimum(np.floor(scores * BINS + 1e-9), BINS - 1).astype(np.int64)
    return tuple(int(n) for n in np.bincount(places, minlength=BINS))


def _shape(scores: Floats) -> tuple[float | None, float | None]:
    """Skewness and excess kurtosis by moments; None when all scores are equal."""
    centred = scores - scores.mean()
    variance = float((centred**2).mean())
    if variance < TINY:
        return None, None
    return (
        float((centred**3).mean()) / variance**1.5,
        float((centred**4).mean()) / variance**2 - 3,
    )
