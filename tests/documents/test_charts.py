"""Charts: well-formed, painted by classes and attributes, texts escaped, true to the numbers."""

import re
from xml.etree.ElementTree import Element, fromstring

from documents.charts import HEIGHT, STRONG, WIDTH, Line, Text, bars, lines

SVG = "{http://www.w3.org/2000/svg}"
TEXT = Text(title="Judul <b>", description="Isi & arti", x="x", y='"y"')


def read(drawn: str) -> Element:
    return fromstring(drawn)  # noqa: S314 - our own picture


def test_bars_are_as_tall_as_their_values() -> None:
    root = read(bars("a", TEXT, [("nol", 0.0), ("satu", 1.0), ("dua", 2.0)]))

    heights = [float(bar.get("height", "-1")) for bar in root.iter(f"{SVG}rect")]
    assert heights[0] == 0
    assert heights[2] == 2 * heights[1] > 0
    assert root.get("aria-labelledby") == "a-t a-d"


def test_text_never_becomes_markup_and_nothing_is_styled_inline() -> None:
    drawn = bars("a", TEXT, [("<script>", 1.0)]) + lines(
        "b", TEXT, [Line("</svg><script>", ((0.0, 0.0), (1.0, 1.0)))], x_range=(0.0, 1.0)
    )

    assert "<script" not in drawn
    assert re.search(r"style=|on\w+=|<style", drawn) is None


def test_lines_are_painted_where_no_style_sheet_reaches_and_told_apart() -> None:
    drawn = [Line(name, ((0.0, 0.0), (1.0, 1.0)), strong=name == "C") for name in "ABCD"]
    root = read(lines("d", TEXT, drawn, x_range=(0.0, 1.0)))

    painted = [
        (own.get("stroke"), own.get("stroke-dasharray")) for own in root.iter(f"{SVG}polyline")
    ]
    assert len(set(painted)) == 4
    assert painted[2] == (STRONG, "none"), "the line that matters is whole"
    assert all(own.get("fill") == "none" for own in root.iter(f"{SVG}polyline"))


def test_lines_stay_inside_the_picture_and_rise_with_the_values() -> None:
    line = Line("A", ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0)), strong=True)
    root = read(lines("c", TEXT, [line], x_range=(0.0, 1.0)))

    places = next(root.iter(f"{SVG}polyline")).get("points", "").split()
    points = [tuple(map(float, place.split(","))) for place in places]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points[0][0] < points[1][0] < points[2][0]
    assert points[0][1] > points[1][1] > points[2][1]
