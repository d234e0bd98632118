"""Fine interlaced lines as on banknotes, computed: bands around a page, and rosettes.

Every curve is a cubic spline through points of a trigonometric function, written as the path
operators of PDF in hundredths of a millimetre. Only a quarter of a band and one curve of a rosette
are written; mirroring and turning give the rest, so a whole border stays a few kilobytes.
"""

import math
from collections.abc import Sequence
from typing import Final

Point = tuple[float, float]
_STEPS: Final = 6  # spline points per wave


def _spline(points: Sequence[Point]) -> str:
    """Draw a smooth curve through all points but the first and the last, which only lean on it."""
    parts = [f"{_units(points[1])} m"]
    for before, here, after, beyond in zip(
        points, points[1:], points[2:], points[3:], strict=False
    ):
        first = (here[0] + (after[0] - before[0]) / 6, here[1] + (after[1] - before[1]) / 6)
        second = (after[0] - (beyond[0] - here[0]) / 6, after[1] - (beyond[1] - here[1]) / 6)
        parts.append(f"{_units(first)} {_units(second)} {_units(after)} c")
    return "\n".join(parts)


def _units(point: Point) -> str:
    return f"{round(point[0] * 100)} {round(point[1] * 100)}"


def _on_quarter(distance: float, half: Point, radius: float) -> tuple[Point, Point]:
    """Point and outward normal on a rounded rectangle around the origin.

    `distance` runs from the middle of the upper side to the right; y points down.
    """
    along = half[0] - radius
    arc = math.pi * radius / 2
    if distance <= along:
        return (distance, -half[1]), (0.0, -1.0)
    if distance <= along + arc:
        angle = (distance - along) / radius
        normal = (math.sin(angle), -math.cos(angle))
        return (along + radius * normal[0], -half[1] + radius + radius * normal[1]), normal
    return (half[0], -half[1] + radius + (distance - along - arc)), (1.0, 0.0)


def band_quarter(
    width: float, height: float, *, radius: float, depth: float, waves: int, lines: int
) -> str:
    """Upper right quarter of a band of interlaced waves along a rounded rectangle.

    `depth` is half the width of the band and `waves` counts those of a quarter. With an even number
    of lines the four mirrored quarters join without a kink: the line with phase p meets the mirror
    image of the one with phase pi - p. The amplitude breathes, so that the lines gather and open.
    """
    if lines % 2:
        raise ValueError(lines)
    half = (width / 2, height / 2)
    length = half[0] + half[1] - 2 * radius + math.pi * radius / 2
    steps = waves * _STEPS
    paths = []
    for line in range(lines):
        phase = 2 * math.pi * line / lines
        points = []
        for step in range(-1, steps + 2):
            share = step / steps
            (x, y), normal = _on_quarter(share * length, half, radius)
            swell = 0.72 + 0.28 * math.cos(2 * math.pi * waves / 4 * share)
            offset = depth * swell * math.sin(2 * math.pi * waves * share + phase)
            points.append((x + normal[0] * offset, y + normal[1] * offset))
        paths.append(_spline(points))
    return "\n".join(paths)


def petal_curve(radius: float, *, petals: int, inner: float) -> str:
    """One closed curve with `petals` petals between `inner` * radius and the radius."""
    middle, swing = radius * (1 + inner) / 2, radius * (1 - inner) / 2
    steps = petals * _STEPS
    points = []
    for step in range(-1, steps + 2):
        angle = 2 * math.pi * step / steps
        reach = middle + swing * math.sin(petals * angle)
        points.append((reach * math.cos(angle), reach * math.sin(angle)))
    return _spline(points) + "\nh"
