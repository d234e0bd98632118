"""Interactions on a picture: hotspots and a selected point; and the written answer."""

from fractions import Fraction
from itertools import combinations
from typing import Any

from lxml import etree

from question_banks.families.response import response_of
from question_banks.formats.qti.body import Body
from question_banks.formats.qti.declarations import Declaration, coords_of
from question_banks.formats.qti.part import Native, Part, Probe, Score, proven, whole
from question_banks.formats.qti.values import value
from question_banks.formats.reading import Unreadable

ALL_SUBSETS = 8
LONGEST = 15_000
LINES = 12


def hotspot(node: etree._Element, own: Declaration, score: Score, body: Body) -> Part:
    """hotspotInteraction: regions that are shown and chosen."""
    choices = list(node.iterfind("hotspotChoice"))
    ids = [c.get("identifier", "") for c in choices]
    most = int(node.get("maxChoices", "1") or 0)
    alone = [score(value(own.cardinality, own.base, [id_])) for id_ in ids]
    table = {entry.key: entry.value for entry in own.entries}
    worth = [table.get(id_, alone[n]) for n, id_ in enumerate(ids)] if table else alone
    points = whole(worth)
    regions = [_region(c, points[n]) for n, c in enumerate(choices)]
    widest = 1 if own.cardinality == "single" else min(most or len(ids), len(ids))
    sizes = range(1, widest + 1) if len(ids) <= ALL_SUBSETS else range(1, min(2, widest) + 1)
    probes = [
        Probe(value(own.cardinality, own.base, list(subset)), response_of(sorted(subset)))
        for size in sizes
        for subset in combinations(ids, size)
    ]
    limit = {} if (most if own.cardinality != "single" else 1) == 1 else {"choices": most}
    native = _picture(node, body, {"mode": "regions", "regions": regions, **limit})
    return proven([native], probes, score)


def select_point(node: etree._Element, own: Declaration, score: Score, body: Body) -> Part:
    """selectPointInteraction with one point: hidden regions."""
    if int(node.get("maxChoices", "1") or 0) != 1:
        raise Unreadable("interaction_unsupported: selectPointInteraction maxChoices")
    points = whole([area.value for area in own.areas])
    regions = [
        {"id": f"R{n}", "shape": area.shape, "coords": list(area.coords), "points": points[n - 1]}
        for n, area in enumerate(own.areas, start=1)
    ]
    if any(area.shape == "default" for area in own.areas):
        raise Unreadable("shape_unsupported: default")
    native = _picture(node, body, {"mode": "point", "regions": regions})
    spots = {_middle(area.shape, area.coords) for area in own.areas} | {(0, 0)}
    spots |= {(x + dx, y + dy) for x, y in spots for dx, dy in ((1, 0), (0, 1), (9, 9), (-9, 9))}
    size = native["body"]
    inner = [(x, y) for x, y in spots if 0 <= x <= size["width"] and 0 <= y <= size["height"]]
    probes = [
        Probe(value(own.cardinality, own.base, [spot]), response_of({"x": spot[0], "y": spot[1]}))
        for spot in sorted(inner)
    ]
    return proven([native], probes, score)


def _picture(node: etree._Element, body: Body, more: dict[str, Any]) -> Native:
    source, words, width, height = body.picture(node)
    own = {"image": source, "width": width, "height": height, "alt": words or "?"}
    return {"type": "hotspot", "body": own | more}


def _region(node: etree._Element, points: int) -> dict[str, Any]:
    shape = node.get("shape", "")
    found = {
        "id": node.get("identifier", ""), "shape": shape, "points": points,
        "coords": list(coords_of(shape, node.get("coords", ""))),
    }  # fmt: skip
    label = node.get("hotspotLabel", "")
    return found | ({"label": label} if label else {})


def _middle(shape: str, coords: tuple[int, ...]) -> tuple[int, int]:
    if shape == "circle":
        return coords[0], coords[1]
    xs, ys = coords[::2], coords[1::2]
    return sum(xs) // len(xs), sum(ys) // len(ys)


def essay(node: etree._Element, item: etree._Element) -> Part:
    """extendedTextInteraction with a rubric of levels in a `rubricBlock`; raises Unreadable.

    The rubric is `<div class="criterion">` with a paragraph and a list whose entries have
    `data-points`. A rubric in running words gives no points and is refused as missing.
    """
    rubric = [
        {
            "text": "".join(own.find("p").itertext()),
            "levels": [
                {"text": "".join(level.itertext()), "points": int(level.get("data-points", "0"))}
                for level in own.iter("li")
            ],
        }
        for own in item.iter("div")
        if own.get("class") == "criterion" and own.find("p") is not None
    ]
    if not rubric:
        raise Unreadable("rubric_missing")
    body: dict[str, Any] = {"rubric": rubric}
    limits = (("longest", "expectedLength", LONGEST), ("lines", "expectedLines", LINES))
    for name, attribute, usual in limits:
        text = node.get(attribute, "")
        if text.isascii() and text.isdigit() and int(text) != usual:
            body[name] = int(text)
    return Part({"type": "essay", "body": body}, Fraction(1))
