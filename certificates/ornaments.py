"""The paper of a certificate: guilloche frame, rosette and, on samples, a watermark.

Lengths are millimetres here and hundredths of a millimetre in the operators.
"""

import math
from functools import cache
from typing import Final

from certificates.designs.design import Layout
from documents.backdrop import Backdrop
from documents.fonts import SANS_BOLD
from documents.guilloche import band_quarter, petal_curve
from documents.outlines import outline

PAGE_WIDTH: Final = 297.0
PAGE_HEIGHT: Final = 210.0
_TEAL: Final = "0.059 0.357 0.361"
_BRONZE: Final = "0.659 0.514 0.290"
_TINT: Final = "0.867 0.918 0.910"
_SEAL_TINT: Final = "0.725 0.820 0.808"
_BAND: Final = 2600  # width of the woven band
_BAND_LINES: Final = "0.420 0.620 0.612"
_WARNING_TINT: Final = "0.980 0.933 0.910"
_MIRRORS: Final = ((1, 1), (-1, 1), (1, -1), (-1, -1))


@cache
def front(layout: Layout, *, sample: bool) -> Backdrop:
    """Draw the front page's backdrop once per process."""
    return {Layout.CLASSIC: _frame, Layout.MODERN: _band}[layout](sample=sample)


def _band(*, sample: bool) -> Backdrop:
    """A woven band along the left edge, and a rosette that runs out of the page."""
    shapes = {
        "Large": petal_curve(46.0, petals=24, inner=0.55) + "\nS",
        "Small": petal_curve(21.0, petals=16, inner=0.35) + "\nS",
        "Faint": petal_curve(88.0, petals=28, inner=0.7) + "\nS",
    }
    content = [
        f"1 J 1 j {_TINT} RG 18 w q 1 0 0 1 9600 5600 cm",
        *_turned("Faint", petals=28, lines=5),
        "Q",
        *(_watermark() if sample else []),
        f"q -14850 -10500 {_BAND} 21000 re W n {_TEAL} rg -14850 -10500 {_BAND} 21000 re f",
        f"{_BAND_LINES} RG 11 w",
        *(
            line
            for y in (-8400, 0, 8400)
            for line in (
                f"q 1 0 0 1 {-14850 + _BAND // 2} {y} cm",
                *_turned("Large", petals=24, lines=4),
                *_turned("Small", petals=16, lines=4),
                "Q",
            )
        ),
        "Q",
        f"{_BRONZE} RG 55 w {-14850 + _BAND + 90} -10500 m {-14850 + _BAND + 90} 10500 l S",
    ]
    return _packed(shapes, content)


def _frame(*, sample: bool) -> Backdrop:
    """A guilloche frame around the page with a rosette behind it."""
    shapes = {
        "Braid": band_quarter(272.0, 185.0, radius=8.0, depth=3.3, waves=28, lines=6) + "\nS",
        "Thread": band_quarter(272.0, 185.0, radius=8.0, depth=1.7, waves=56, lines=2) + "\nS",
        "Outer": petal_curve(72.0, petals=24, inner=0.72) + "\nS",
        "Inner": petal_curve(50.0, petals=18, inner=0.45) + "\nS",
    }
    content = [
        f"1 J 1 j {_TINT} RG 18 w",
        "q 1 0 0 1 0 -300 cm",
        *_turned("Outer", petals=24, lines=6),
        *_turned("Inner", petals=18, lines=5),
        "Q",
        *(_watermark() if sample else []),
        f"{_TEAL} RG 13 w",
        *_mirrored("Braid"),
        f"{_BRONZE} RG",
        *_mirrored("Thread"),
        f"{_TEAL} RG",
        _rule(281.4, 194.4, 10.0, 0.45),
        _rule(262.6, 175.6, 4.0, 0.3),
        f"{_BRONZE} RG",
        _rule(260.6, 173.6, 3.2, 0.13),
    ]
    return _packed(shapes, content)


@cache
def back() -> Backdrop:
    """Draw the second page's: two rules and a small seal in the corner."""
    shapes = {
        "Rim": petal_curve(21.0, petals=30, inner=0.78) + "\nS",
        "Heart": petal_curve(16.0, petals=16, inner=0.2) + "\nS",
    }
    content = [
        f"1 J 1 j {_SEAL_TINT} RG 12 w q 1 0 0 1 9250 6700 cm",
        *_turned("Rim", petals=30, lines=4),
        *_turned("Heart", petals=16, lines=4),
        "Q",
        f"{_TEAL} RG",
        _rule(273.4, 186.4, 5.0, 0.3),
        f"{_BRONZE} RG",
        _rule(271.4, 184.4, 4.2, 0.13),
    ]
    return _packed(shapes, content)


def _packed(shapes: dict[str, str], content: list[str]) -> Backdrop:
    encoded = tuple((name, operators.encode()) for name, operators in shapes.items())
    return Backdrop(PAGE_WIDTH, PAGE_HEIGHT, encoded, "\n".join(content).encode()).packed()


def _mirrored(shape: str) -> list[str]:
    return [f"q {x} 0 0 {y} 0 0 cm /{shape} Do Q" for x, y in _MIRRORS]


def _turned(shape: str, *, petals: int, lines: int) -> list[str]:
    """Paint one petal curve `lines` times, spread over the width of a petal."""
    turns = []
    for line in range(lines):
        angle = 2 * math.pi * line / (petals * lines)
        cosine, sine = math.cos(angle), math.sin(angle)
        turns.append(f"q {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} 0 0 cm /{shape} Do Q")
    return turns


def _rule(width: float, height: float, radius: float, stroke: float) -> str:
    """Operators of a rectangle with round corners."""
    x, y, r = round(width * 50), round(height * 50), round(radius * 100)
    k = round(radius * 100 * 0.4477)  # distance of a circle's control point from the corner
    return (
        f"{round(stroke * 100)} w {-x + r} {-y} m {x - r} {-y} l "
        f"{x - k} {-y} {x} {-y + k} {x} {-y + r} c {x} {y - r} l "
        f"{x} {y - k} {x - k} {y} {x - r} {y} c {-x + r} {y} l "
        f"{-x + k} {y} {-x} {y - k} {-x} {y - r} c {-x} {-y + r} l "
        f"{-x} {-y + k} {-x + k} {-y} {-x + r} {-y} c s"
    )


def _watermark() -> list[str]:
    """The word CONTOH across the page, as a shape and not as text."""
    path, width = outline("CONTOH", SANS_BOLD, size=5600, spacing=350)
    angle = math.radians(-26)
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = f"{cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} 0 0 cm"
    return [f"q {turn} 1 0 0 1 {-width / 2:.0f} 1700 cm {_WARNING_TINT} rg", path, "f Q"]
