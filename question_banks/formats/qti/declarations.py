"""Response and outcome variables of an item, with their mappings."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec
from lxml import etree

from question_banks.families.hotspot import Point, Region, inside
from question_banks.formats.qti.values import Value, exact, parsed, value
from question_banks.formats.reading import Unreadable

CORNERS = {"circle": 3, "rect": 4}


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping gives when it names nothing, and between which numbers its sum is kept."""

    default: Fraction = Fraction(0)
    lowest: Fraction | None = None
    highest: Fraction | None = None

    def kept(self, total: Fraction) -> Fraction:
        """A sum within the bounds."""
        if self.lowest is not None:
            total = max(total, self.lowest)
        return total if self.highest is None else min(total, self.highest)


class Entry(msgspec.Struct, frozen=True):
    """One key of a mapping."""

    key: Any
    value: Fraction
    case: bool


class Area(msgspec.Struct, frozen=True):
    """One area of an area mapping."""

    shape: str
    coords: tuple[int, ...]
    value: Fraction

    def holds(self, point: tuple[int, int]) -> bool:
        """Whether a point lies in the area, its edge included."""
        if self.shape == "default":
            return True
        fields = {"id": "", "shape": self.shape, "coords": self.coords, "points": 0}
        return inside(msgspec.convert(fields, Region), Point(*point))


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A variable: what it may hold, what is right, what its values are worth."""

    name: str
    cardinality: str
    base: str
    correct: Value | None = None
    default: Value | None = None
    entries: tuple[Entry, ...] = ()
    areas: tuple[Area, ...] = ()
    bounds: Bounds | None = None
    most: Fraction | None = None

    def mapped(self, given: Value | None) -> Fraction:
        """mapResponse: the sum over different members; one that is not named counts as default.

        NULL is worth 0, within the bounds. Raises Unreadable without a mapping.
        """
        if self.bounds is None:
            raise Unreadable("mapping_missing")
        members = dict.fromkeys(given.members) if given else {}
        return self.bounds.kept(sum((self._worth(member) for member in members), Fraction(0)))

    def _worth(self, member: Any) -> Fraction:
        for entry in self.entries:
            if entry.key == member or (not entry.case and _folded(entry.key) == _folded(member)):
                return entry.value
        return self.bounds.default if self.bounds else Fraction(0)

    def mapped_points(self, given: Value | None) -> Fraction:
        """mapResponsePoint: each area counts once however many points it holds.

        A point outside every area counts as default. Raises Unreadable without areas.
        """
        if self.bounds is None:
            raise Unreadable("mapping_missing")
        total = Fraction(0)
        counted: set[int] = set()
        for point in given.members if given else ():
            hit = {n for n, area in enumerate(self.areas) if area.holds(point)}
            total += sum((self.areas[n].value for n in hit - counted), Fraction(0))
            total += Fraction(0) if hit else self.bounds.default
            counted |= hit
        return self.bounds.kept(total)


def declared(item: etree._Element, kind: str) -> Mapping[str, Declaration]:
    """The variables of an item of one kind (`responseDeclaration`, `outcomeDeclaration`)."""
    found = (_declaration(node) for node in item.iterfind(kind))
    return {one.name: one for one in found}


def _declaration(node: etree._Element) -> Declaration:
    base = node.get("baseType", "string")
    cardinality = node.get("cardinality", "single")
    mapping, areas = node.find("mapping"), node.find("areaMapping")
    table = mapping if mapping is not None else areas
    most = node.get("normalMaximum")
    return Declaration(
        name=node.get("identifier", ""),
        cardinality=cardinality,
        base=base,
        correct=_values(node.find("correctResponse"), cardinality, base),
        default=_values(node.find("defaultValue"), cardinality, base),
        entries=tuple(_entry(own, base) for own in node.iterfind("mapping/mapEntry")),
        areas=tuple(_area(own) for own in node.iterfind("areaMapping/areaMapEntry")),
        bounds=None if table is None else _bounds(table),
        most=None if most is None else exact(most),
    )


def _values(node: etree._Element | None, cardinality: str, base: str) -> Value | None:
    if node is None or cardinality == "record":
        return None
    texts = ["".join(own.itertext()) for own in node.iterfind("value")]
    return value(cardinality, base, [parsed(base, text) for text in texts])


def _bounds(node: etree._Element) -> Bounds:
    lowest, highest = node.get("lowerBound"), node.get("upperBound")
    return Bounds(
        default=exact(node.get("defaultValue", "0")),
        lowest=None if lowest is None else exact(lowest),
        highest=None if highest is None else exact(highest),
    )


def _entry(node: etree._Element, base: str) -> Entry:
    key = parsed(base, node.get("mapKey", ""))
    return Entry(key, exact(node.get("mappedValue", "")), node.get("caseSensitive") != "false")


def _area(node: etree._Element) -> Area:
    shape, coords = node.get("shape", ""), node.get("coords", "")
    return Area(shape, coords_of(shape, coords), exact(node.get("mappedValue", "")))


def coords_of(shape: str, text: str) -> tuple[int, ...]:
    """Whole pixels of a shape; raises Unreadable."""
    if shape == "default":
        return ()
    found = tuple(round(exact(part.strip())) for part in text.split(",") if part.strip())
    fits = len(found) == CORNERS.get(shape, 0) or (
        shape == "poly" and len(found) >= 6 and len(found) % 2 == 0  # noqa: PLR2004 - three corners
    )
    if not fits:
        raise Unreadable(f"shape_unsupported: {shape or '?'}")
    return found


def _folded(member: Any) -> Any:
    return member.casefold() if isinstance(member, str) else member
