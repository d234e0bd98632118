"""Values of QTI's processing: NULL, single, multiple and ordered, with exact numbers.

QTI 2.2 information model, §5.1 "Base-types and cardinality": an empty container, an empty string
and NULL are the same value, which is None here.
"""

import re
from collections import Counter
from fractions import Fraction
from typing import Any, Final

import msgspec

from question_banks.formats.reading import Unreadable

NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?")
NUMERIC: Final = frozenset({"integer", "float", "duration"})
PAIRS: Final = frozenset({"pair", "directedPair"})


class Value(msgspec.Struct, frozen=True):
    """Something that is not NULL: its cardinality, base-type and members."""

    cardinality: str
    base: str
    members: tuple[Any, ...]

    @property
    def one(self) -> Any:
        """The only member of a single value."""
        return self.members[0]


def value(cardinality: str, base: str, members: list[Any]) -> Value | None:
    """A value, or None for what the specification calls NULL."""
    kept = tuple(member for member in members if member not in {"", None})
    return Value(cardinality, base, kept) if kept else None


def single(base: str, member: Any) -> Value | None:
    """A single value."""
    return value("single", base, [member])


def truth(given: bool) -> Value:  # noqa: FBT001 - the value itself
    """A boolean."""
    return Value("single", "boolean", (given,))


def number(given: Fraction, base: str = "float") -> Value:
    """A number."""
    return Value("single", base, (given,))


def parsed(base: str, text: str) -> Any:
    """A member as written in XML; raises Unreadable."""
    words = text.strip()
    if base in NUMERIC:
        return exact(words)
    if base == "boolean":
        if words not in {"true", "false", "1", "0"}:
            raise Unreadable("value_malformed")
        return words in {"true", "1"}
    if base == "point" or base in PAIRS:
        parts = words.split()
        if len(parts) != 2:  # noqa: PLR2004 - a pair
            raise Unreadable("value_malformed")
        if base == "point":
            return tuple(int(exact(part)) for part in parts)
        return tuple(sorted(parts)) if base == "pair" else tuple(parts)
    return text if base == "string" else words


def exact(text: str) -> Fraction:
    """A decimal number without rounding; raises Unreadable."""
    if not NUMBER.fullmatch(text):
        raise Unreadable("number_malformed")
    return Fraction(text)


def same(left: Value, right: Value) -> bool:
    """Whether two values match: containers `multiple` as bags, `ordered` in their order."""
    if left.cardinality != right.cardinality:
        return False
    if left.cardinality == "multiple":
        return Counter(left.members) == Counter(right.members)
    return left.members == right.members
