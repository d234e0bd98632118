"""Figures of items as values, apart from what computes them: that needs numpy."""

import msgspec

from question_banks.statistics.intervals import Interval


class OptionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One answer (`None`: left blank): how many chose it, in all and in each third from below.

    `share` of all who had the item; `correlation` of choosing it with the rest score.
    """

    option: str | None
    count: int
    share: float
    thirds: tuple[float, float, float]
    rest_mean: float
    correlation: float | None


class CurvePoint(msgspec.Struct, frozen=True):
    """A fifth of the candidates: mean deviation, mean share on the item, how many had it."""

    score: float
    share: float
    n: float


class ItemFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one item version; `None` where the data do not vary."""

    version: str
    n: int
    p: float
    p_interval: Interval
    sd: float
    correlation: float | None
    correlation_interval: Interval | None
    discrimination: float
    discrimination_interval: Interval
    options: tuple[OptionFigures, ...]
    curve: tuple[CurvePoint, ...]
