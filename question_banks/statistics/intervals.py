"""Confidence intervals at 95 %, each with its source."""

import math
from typing import Final

import msgspec

Z: Final = 1.959963984540054  # the 97.5 % point of the standard normal distribution
FEWEST: Final = 4


class Interval(msgspec.Struct, frozen=True):
    """Lower and upper bound."""

    low: float
    high: float


def wilson(p: float, n: int) -> Interval:
    """Of a proportion (Wilson 1927); holds near 0 and 1, and for shares it is conservative."""
    if n < 1:
        return Interval(0.0, 1.0)
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(max(0.0, p * (1 - p) / n + Z * Z / (4 * n * n)))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def fisher(r: float, n: int) -> Interval:
    """Of a correlation by Fisher's z (1921)."""
    if n < FEWEST:
        return Interval(-1.0, 1.0)
    z = math.atanh(max(-0.999999, min(0.999999, r)))
    half = Z / math.sqrt(n - 3)
    return Interval(math.tanh(z - half), math.tanh(z + half))


def difference(p1: float, n1: float, p2: float, n2: float) -> Interval:
    """Of p1 - p2 of independent groups, normal approximation (Wald)."""
    if min(n1, n2) < 1:
        return Interval(-1.0, 1.0)
    half = Z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return Interval(max(-1.0, p1 - p2 - half), min(1.0, p1 - p2 + half))


def bonett(alpha: float, n: int, k: float) -> Interval:
    """Of Cronbach's alpha over n papers of k items (Bonett 2002, J. Educ. Behav. Stat. 27:335)."""
    if n < FEWEST or k <= 1 or alpha >= 1:
        return Interval(-1.0, 1.0)
    half = Z * math.sqrt(2 * k / ((k - 1) * (n - 2)))
    middle = math.log(1 - alpha)
    return Interval(1 - math.exp(middle + half), 1 - math.exp(middle - half))
