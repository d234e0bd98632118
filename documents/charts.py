"""Charts as SVG elements: bars and lines with axes.

The same picture stands on pages, which paint it by class names (their policy allows no inline
style), and in PDF reports, where style sheets do not reach into it: attributes paint it there.
Every text goes through an XML writer, so that none can become markup. A chart never stands
without the table of its numbers; that table is the caller's.
"""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

WIDTH: Final = 460
HEIGHT: Final = 250
LEFT: Final = 46
RIGHT: Final = 14
TOP: Final = 14
BOTTOM: Final = 44
STRONG: Final = "#0f5b5c"
FAINT: Final = "#8a5a00"
WORDS: Final = {"font-size": "12", "font-family": "Noto Sans", "fill": "#333333"}
PAINT: Final = {
    "chart__bar": {"fill": STRONG},
    "chart__grid": {"stroke": "#bbbbbb", "stroke-width": "0.6"},
    "chart__tick": WORDS,
    "chart__axis": WORDS,
    "chart__name": WORDS,
    "chart__line": {"fill": "none", "stroke": FAINT, "stroke-width": "1.6"},
    "chart__line--1": {"stroke-dasharray": "7 3"},
    "chart__line--2": {"stroke-dasharray": "2 3"},
    "chart__line--3": {"stroke-dasharray": "9 3 2 3"},
    "chart__line--strong": {"stroke": STRONG, "stroke-width": "2.6", "stroke-dasharray": "none"},
    "chart__mark": {"fill": FAINT},
    "chart__mark--strong": {"fill": STRONG},
}
MARKS: Final = ("circle", "square", "diamond", "triangle")


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart says of itself; already translated."""

    title: str
    description: str
    x: str
    y: str


class Line(msgspec.Struct, frozen=True):
    """A named line through points (x, y); `strong` draws it as the one that matters."""

    name: str
    points: tuple[tuple[float, float], ...]
    strong: bool = False


def bars(ident: str, text: Text, values: Sequence[tuple[str, float]]) -> str:
    """A bar for each (label, value); values are counts from 0."""
    most = max((value for _, value in values), default=0.0) or 1.0
    root = _frame(ident, text)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    _grid(root, [(_y(share), _short(most * share)) for share in (0.0, 0.5, 1.0)])
    for n, (label, value) in enumerate(values):
        x = LEFT + n * step
        height = (HEIGHT - TOP - BOTTOM) * value / most
        _add(root, "rect", "chart__bar", x=x + step * 0.08, y=HEIGHT - BOTTOM - height,
             width=step * 0.84, height=height)  # fmt: skip
        _write(root, label, x + step / 2, HEIGHT - BOTTOM + 15, "middle")
    return tostring(root, encoding="unicode")


def lines(ident: str, text: Text, drawn: Sequence[Line], *, x_range: tuple[float, float]) -> str:
    """Lines over a common x axis; y runs from 0 to 1. Marks of different shapes name the lines."""
    low, high = x_range
    spread = (high - low) or 1.0
    root = _frame(ident, text)
    _grid(root, [(_y(share), _short(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)])
    for share in (0.0, 0.5, 1.0):
        _write(root, _short(low + spread * share), _x(share), HEIGHT - BOTTOM + 15, "middle")
    for n, line in enumerate(drawn):
        kind = "chart__line chart__line--strong" if line.strong else "chart__line"
        places = [(_x((x - low) / spread), _y(y)) for x, y in line.points]
        _add(root, "polyline", f"{kind} chart__line--{n % len(MARKS)}",
             points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places))  # fmt: skip
        for x, y in places if len(places) <= len(MARKS) * 4 else places[:: len(places) // 8]:
            _mark(root, MARKS[n % len(MARKS)], x, y, strong=line.strong)
        if places:
            _write(
                root, line.name, places[-1][0] + 6, places[-1][1] + 4, "start", kind="chart__name"
            )
    return tostring(root, encoding="unicode")


def _frame(ident: str, text: Text) -> Element:
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "class": "chart__plot",
            "role": "img",
            "aria-labelledby": f"{ident}-t {ident}-d",
        },
    )
    SubElement(root, "title", {"id": f"{ident}-t"}).text = text.title
    SubElement(root, "desc", {"id": f"{ident}-d"}).text = text.description
    _write(root, text.x, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "middle", kind="chart__axis")
    label = _write(root, text.y, 0, 0, "middle", kind="chart__axis")
    label.set("transform", f"translate(11 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)")
    return root


def _grid(root: Element, rows: Sequence[tuple[float, str]]) -> None:
    for y, label in rows:
        _add(root, "line", "chart__grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y)
        _write(root, label, LEFT - 5, y + 4, "end")


def _x(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT - 18) * share + 4


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _mark(root: Element, shape: str, x: float, y: float, *, strong: bool) -> None:
    kind = "chart__mark chart__mark--strong" if strong else "chart__mark"
    if shape == "circle":
        _add(root, "circle", kind, cx=x, cy=y, r=3.5)
        return
    corners = {
        "square": ((-3, -3), (3, -3), (3, 3), (-3, 3)),
        "diamond": ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)),
        "triangle": ((0, -4), (4, 3.5), (-4, 3.5)),
    }[shape]
    _add(root, "polygon", kind, points=" ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in corners))


def _add(root: Element, name: str, kind: str, **given: float | str) -> Element:
    said = {k: v if isinstance(v, str) else f"{v:.1f}" for k, v in given.items()}
    kinds = sorted(kind.split(), key=lambda own: own.endswith("strong"))
    paint = {k: v for own in kinds for k, v in PAINT.get(own, {}).items()}
    return SubElement(root, name, {"class": kind, **paint, **said})


def _write(
    root: Element, text: str, x: float, y: float, anchor: str, *, kind: str = "chart__tick"
) -> Element:
    element = _add(root, "text", kind, x=x, y=y)
    element.set("text-anchor", anchor)
    element.text = text
    return element


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",") or "0"
