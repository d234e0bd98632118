"""Hotspot (titik pada gambar): regions of a picture to choose from, or a point to be put on it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.interface import LETTERS, Credited, Fields, Shown, translate
from question_banks.families.response import cleaned, response_of, value_of

MOST: Final = 20
LARGEST: Final = 10_000
REGION: Final = ("id", "shape", "coords", "points", "label")
CORNERS: Final = {"circle": (3, 3), "rect": (4, 4), "poly": (6, 80)}


class Region(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A region in pixels of the picture: circle x,y,r; rect left,top,right,bottom; poly x,y,…"""

    id: str
    shape: Literal["circle", "rect", "poly"]
    coords: tuple[int, ...]
    points: int
    label: str = ""


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The picture and its regions. regions: they are shown and `choices` of them may be chosen
    (0: any number); point: they are hidden, and the point earns those it lies in, each once.
    The credit is the sum of points, at least 0, over the most that can be reached.
    """

    image: str
    width: int
    height: int
    alt: str
    mode: Literal["regions", "point"]
    regions: tuple[Region, ...]
    choices: int = 1


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A response in point mode, in pixels of the picture."""

    x: int
    y: int


class Hotspot(Credited):
    """Radio buttons or checkboxes named by the letters drawn on the picture; or a point."""

    name = "hotspot"
    native_type = "hotspot"
    body_type = Body
    title = translate("titik pada gambar")

    def check(self, content: Content) -> str | None:
        """A malformed body, a picture or regions that are none."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        if not body.image.startswith("/media/") or not body.alt.strip():
            return "image_missing"
        if not (1 <= body.width <= LARGEST and 1 <= body.height <= LARGEST) or content.options:
            return "body_malformed"
        return _check_regions(body)

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """Chosen region ids, or the point; raises ChoiceInvalid."""
        del order
        body = body_of(content)
        if body.mode == "point":
            return _decode_point(body, fields)
        shown = {LETTERS[n]: region.id for n, region in enumerate(body.regions)}
        chosen = {raw for raw in fields.all() if raw}
        if chosen - shown.keys() or (body.choices and len(chosen) > body.choices):
            raise ChoiceInvalid
        return response_of(sorted(shown[raw] for raw in chosen)) if chosen else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """The picture, and in regions mode the regions; never the points."""
        del order
        body = body_of(content)
        chosen = (value_of(response, list[str]) or []) if response else []
        point = value_of(response, Point) if response else None
        regions = body.regions if body.mode == "regions" else ()
        return {
            "image": body.image, "width": body.width, "height": body.height, "alt": body.alt,
            "mode": body.mode, "kind": "radio" if body.choices == 1 else "checkbox",
            "point": point,
            "regions": [
                {"letter": LETTERS[n], "shape": r.shape, "coords": r.coords, "label": r.label,
                 "chosen": r.id in chosen, "at": _middle(r)}
                for n, r in enumerate(regions)
            ],
        }  # fmt: skip

    def credit(self, content: Content, response: str) -> Fraction | None:
        """The regions' points over what can be reached."""
        body = body_of(content)
        if body.mode == "point":
            point = value_of(response, Point)
            hit = None if point is None else {r.id for r in body.regions if inside(r, point)}
        else:
            ids = value_of(response, list[str])
            hit = None if ids is None else set(ids)
        if hit is None or hit - {r.id for r in body.regions}:
            return None
        best = _reachable(body)
        earned = sum(region.points for region in body.regions if region.id in hit)
        return Fraction(max(0, min(earned, best)), best)

    def key(self, content: Content) -> tuple[str, ...]:
        """The regions with points."""
        regions = enumerate(body_of(content).regions)
        return tuple(f"{LETTERS[n]} {r.label}".strip() for n, r in regions if r.points > 0)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """Letters of regions, or the point."""
        del order
        if response and (point := value_of(response, Point)):
            return f"{point.x}, {point.y}"
        chosen = (value_of(response, list[str]) or []) if response else []
        regions = enumerate(body_of(content).regions)
        return " ".join(LETTERS[n] for n, region in regions if region.id in chosen)

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """Ids of regions that were chosen or hit."""
        point = value_of(response, Point) if response else None
        if point is not None:
            return tuple(r.id for r in body_of(content).regions if inside(r, point)) or ("-",)
        return tuple((value_of(response, list[str]) or []) if response else [])

    def form(self, content: Content) -> Shown:
        """The picture, how it is answered, and a row for each region."""
        if content.body is None:
            empty = dict.fromkeys(("image", "alt", "width", "height"), "")
            return {**empty, "mode": "regions", "choices": "1", "region": []}
        body = body_of(content)
        return {
            "image": body.image, "alt": body.alt,
            "width": str(body.width), "height": str(body.height),
            "mode": body.mode, "choices": str(body.choices),
            "region": [
                {"id": r.id, "shape": r.shape, "coords": ", ".join(map(str, r.coords)),
                 "points": str(r.points), "label": r.label}
                for r in body.regions
            ],
        }  # fmt: skip

    def from_form(self, content: Content, values: Values) -> Content:
        """Picture, and rows `region.id`, `.shape`, `.coords`, `.points`, `.label`.

        Raises FormInvalid.
        """
        found = [row for row in author.rows(values, "region", REGION) if row["coords"]]
        taken = {row["id"] for row in found}
        free = (f"R{n}" for n in range(1, len(found) + MOST) if f"R{n}" not in taken)
        choices = author.one(values, "choices", "1")
        body: dict[str, object] = {
            "image": author.one(values, "image"), "alt": author.one(values, "alt"),
            "width": author.whole_number(author.one(values, "width") or "0", "width"),
            "height": author.whole_number(author.one(values, "height") or "0", "height"),
            "mode": author.one(values, "mode", "regions"),
            "choices": author.whole_number(choices or "0", "choices"),
            "regions": [_region(row, row["id"] or next(free)) for row in found],
        }  # fmt: skip
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def _check_regions(body: Body) -> str | None:
    if not 1 <= len(body.regions) <= MOST or not 0 <= body.choices <= len(body.regions):
        return "region_count"
    if any(not _drawable(region) for region in body.regions):
        return "region_malformed"
    if len({region.id for region in body.regions}) != len(body.regions):
        return "duplicate_option_id"
    return None if _reachable(body) > 0 else "key_count"


def inside(region: Region, point: Point) -> bool:
    """Whether a point lies in a region, its edge included (even-odd rule for polygons)."""
    x, y, c = point.x, point.y, region.coords
    if region.shape == "circle":
        return (x - c[0]) ** 2 + (y - c[1]) ** 2 <= c[2] ** 2
    if region.shape == "rect":
        return c[0] <= x <= c[2] and c[1] <= y <= c[3]
    corners = list(zip(c[::2], c[1::2], strict=True))
    sides = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    return any(_on(side, x, y) for side in sides) or sum(_crosses(s, x, y) for s in sides) % 2 == 1


Side = tuple[tuple[int, int], tuple[int, int]]


def _on(side: Side, x: int, y: int) -> bool:
    (ax, ay), (bx, by) = side
    level = (bx - ax) * (y - ay) == (by - ay) * (x - ax)
    return level and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)


def _crosses(side: Side, x: int, y: int) -> bool:
    (ax, ay), (bx, by) = side
    return (ay > y) != (by > y) and x < Fraction((bx - ax) * (y - ay), by - ay) + ax


def _drawable(region: Region) -> bool:
    fewest, most = CORNERS[region.shape]
    count = len(region.coords)
    small = all(abs(number) <= LARGEST for number in region.coords)
    return small and fewest <= count <= most and (region.shape != "poly" or count % 2 == 0)


def _reachable(body: Body) -> int:
    gains = sorted((r.points for r in body.regions if r.points > 0), reverse=True)
    return sum(gains[: body.choices] if body.mode == "regions" and body.choices else gains)


def _middle(region: Region) -> tuple[int, int]:
    c = region.coords
    if region.shape == "circle":
        return c[0], c[1]
    return sum(c[::2]) // (len(c) // 2), sum(c[1::2]) // (len(c) // 2)


def _decode_point(body: Body, fields: Fields) -> str | None:
    x, y = cleaned(fields.one("x")), cleaned(fields.one("y"))
    if not x and not y:
        return None
    if not all(
        part.isascii() and part.isdigit() and len(part) <= len(str(LARGEST)) for part in (x, y)
    ):
        raise ChoiceInvalid
    if int(x) > body.width or int(y) > body.height:
        raise ChoiceInvalid
    return response_of({"x": int(x), "y": int(y)})


def _region(row: Mapping[str, str], ident: str) -> dict[str, object]:
    coords = [author.whole_number(part, "region") for part in row["coords"].split(",")]
    points = author.whole_number(row["points"] or "0", "region")
    return {"id": ident, "shape": row["shape"], "coords": coords, "points": points,
            "label": row["label"]}  # fmt: skip


FAMILY = Hotspot()
