"""Guilloche lines close and mirror without a kink."""

import math
import re

import pytest

from documents.guilloche import band_quarter, petal_curve

Point = tuple[int, int]


def curves(path: str) -> list[list[Point]]:
    """Each line's points, control points included, in the order drawn."""
    drawn: list[list[Point]] = []
    for line in path.splitlines():
        if line == "h":
            continue
        numbers = [int(number) for number in line.split()[:-1]]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if line.endswith("m"):
            drawn.append(points)
        else:
            drawn[-1].extend(points)
    return drawn


@pytest.mark.parametrize("end", [0, -1], ids=["top", "right"])
def test_band_quarter_meets_its_mirror_image_without_a_kink(end: int) -> None:
    """At a cut, mirroring maps the set of places and directions onto itself."""
    path = band_quarter(272, 185, radius=8, depth=3.3, waves=12, lines=6)
    lines = curves(path)
    along, across = (0, 1) if end == 0 else (1, 0)
    cut = {(points[end][across], direction(points, end)[across]) for points in lines}
    assert {points[end][along] for points in lines} == {0}
    for place, slope in cut:
        assert any(abs(place - p) <= 2 and abs(slope + s) <= 2 for p, s in cut), (place, slope)


def direction(points: list[Point], end: int) -> Point:
    """Step from the end of a line to its nearest control point."""
    here, control = (points[0], points[1]) if end == 0 else (points[-1], points[-2])
    return (control[0] - here[0], control[1] - here[1])


def test_band_with_an_odd_number_of_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="5"):
        band_quarter(272, 185, radius=8, depth=3, waves=12, lines=5)


def test_band_stays_within_its_depth() -> None:
    path = band_quarter(272, 185, radius=8, depth=3.3, waves=12, lines=6)
    ends = [points[::3] for points in curves(path)]
    assert max(x for line in ends for x, _ in line) <= (136 + 3.3) * 100 + 1
    assert min(y for line in ends for _, y in line) >= -(92.5 + 3.3) * 100 - 1


def test_petal_curve_is_closed_and_between_its_radii() -> None:
    path = petal_curve(40, petals=8, inner=0.5)
    (points,) = curves(path)
    assert points[0] == points[-1]
    assert path.endswith("h")
    for x, y in points[::3]:
        assert 1999 <= math.hypot(x, y) <= 4001


def test_path_holds_operators_and_whole_numbers_alone() -> None:
    path = band_quarter(272, 185, radius=8, depth=3.3, waves=4, lines=2)
    assert re.fullmatch(r"(?:(?:-?\d+ )+[mc]\n?)+", path)
