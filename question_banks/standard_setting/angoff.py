"""The modified Angoff method: pure figures of a round's ratings.

A rating is the chance, in per cent, that a minimally competent candidate answers the item right.
A judge's cut is the mean of its ratings; the panel's cut is the mean of the judges' cuts, its
standard error sd / sqrt(judges) with n - 1 (Angoff 1971; Cizek and Bunch 2007, ch. 6). An item's
mean over the judges is kept with the item version, so that each drawn paper has a cut of its own:
the sum of its items' means. Agreement is ICC(2,k), two-way random, average measures (Shrout and
Fleiss 1979).
"""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import Final

import msgspec

FEWEST_JUDGES: Final = 2
WHOLE: Final = 100
Ratings = Mapping[tuple[str, str], int]  # (judge, item) -> per cent


class PanelFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A round: cut and standard error as shares (0 to 1), means by item as exact fractions.

    `agreement` is None where the ratings do not vary or are too few.
    """

    judges: int
    cut: float
    standard_error: float | None
    agreement: float | None
    means: dict[str, Fraction]
    spread: dict[str, tuple[int, int]]


def figures(ratings: Ratings) -> PanelFigures:
    """Figures of a complete round; raises ValueError when a judge left an item out."""
    judges, items = sorted({j for j, _ in ratings}), sorted({i for _, i in ratings})
    if not judges or len(ratings) != len(judges) * len(items):
        raise ValueError("a judge left an item out")
    table = [[ratings[judge, item] for item in items] for judge in judges]
    cuts = [sum(row) / (WHOLE * len(items)) for row in table]
    cut = sum(cuts) / len(cuts)
    columns = list(zip(*table, strict=True))
    return PanelFigures(
        judges=len(judges),
        cut=cut,
        standard_error=_standard_error(cuts, cut),
        agreement=icc(table),
        means={
            item: Fraction(sum(column), WHOLE * len(judges))
            for item, column in zip(items, columns, strict=True)
        },
        spread={
            item: (min(column), max(column)) for item, column in zip(items, columns, strict=True)
        },
    )


def cut_of_paper(means: Mapping[str, Fraction], versions: list[str]) -> Fraction:
    """The raw cut of a paper: the sum of its items' means; raises KeyError for one without."""
    return sum((means[version] for version in versions), Fraction())


def icc(table: list[list[int]]) -> float | None:
    """ICC(2,k) of judges (rows) over items (columns); None without variance between items."""
    k, n = len(table), len(table[0])
    if k < FEWEST_JUDGES or n < FEWEST_JUDGES:
        return None
    grand = sum(map(sum, table)) / (k * n)
    by_judge = [sum(row) / n for row in table]
    by_item = [sum(column) / k for column in zip(*table, strict=True)]
    items = k * sum((mean - grand) ** 2 for mean in by_item) / (n - 1)
    judges = n * sum((mean - grand) ** 2 for mean in by_judge) / (k - 1)
    rest = sum(
        (value - by_judge[j] - by_item[i] + grand) ** 2
        for j, row in enumerate(table)
        for i, value in enumerate(row)
    ) / ((k - 1) * (n - 1))
    below = items + (judges - rest) / n
    return (items - rest) / below if items > 0 and below > 0 else None


def _standard_error(cuts: list[float], cut: float) -> float | None:
    if len(cuts) < FEWEST_JUDGES:
        return None
    variance = sum((own - cut) ** 2 for own in cuts) / (len(cuts) - 1)
    return sqrt(variance / len(cuts))
