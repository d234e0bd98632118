"""One interaction of an item as a native item, with the responses that prove its scoring.

A reader proposes how an interaction could score in one of our families; `proven` then lets both
sides grade the same responses, QTI's rules and ours, and takes the first proposal that gives the
same share for every one of them. So an item is taken only when its marks are carried exactly; marks
below 0 count as 0, which is a loss by name.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final

import msgspec

from question_banks.content import Content, Option
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule
from question_banks.formats.reading import Unreadable

RULE: Final = Rule(right=1, wrong=0, blank=0)
Score = Callable[[Any], Fraction]
Native = dict[str, Any]
BY_TYPE: Final = {family.native_type: family for family in FAMILIES.values()}


class Probe(msgspec.Struct, frozen=True):
    """One response on both sides: QTI's value (of 1.2: texts by variable) and our own text."""

    value: Any
    response: str | None


class Part(msgspec.Struct, frozen=True):
    """A native item without a stem, and the most that QTI's rules give for it."""

    native: Native
    most: Fraction
    losses: tuple[str, ...] = ()


def proven(proposals: Iterable[Native], probes: list[Probe], score: Score) -> Part:
    """The first proposal that grades every probe as `score` does; raises Unreadable."""
    scores = [score(probe.value) for probe in probes]
    most = max(scores, default=Fraction(0))
    if most <= 0:
        raise Unreadable("nothing_scores")
    wanted = [max(Fraction(0), own) / most for own in scores]
    losses = ("below_zero",) if min(scores) < 0 else ()
    for native in proposals:
        if _shares(native, probes) == wanted:
            return Part(native, most, losses)
    raise Unreadable("scoring_unsupported")


def _shares(native: Native, probes: list[Probe]) -> list[Fraction] | None:
    family = BY_TYPE[native["type"]]
    content = Content(
        v=2, family=family.name, language="", competency="", level=1, cognitive="", indicator="",
        stem=native.get("stem", "?"), rationale="", source="", body=native.get("body"),
        options=tuple(Option(id=o["key"], html=o["text"], points=o["score"])
                      for o in native.get("options", ())),
    )  # fmt: skip
    reason = family.check(content)
    if reason is not None:
        raise Unreadable(reason)
    most = family.most(content, RULE)
    marks = [family.marks(content, probe.response, RULE) for probe in probes]
    return [Fraction(mark or 0) / most for mark in marks]


def whole(scores: list[Fraction], *, most: int = 1000) -> list[int]:
    """Scores as whole numbers in their proportion; raises Unreadable for what is too fine."""
    scale = 1
    for own in scores:
        scale = scale * own.denominator // _common(scale, own.denominator)
    found = [int(own * scale) for own in scores]
    if any(abs(own) > most for own in found):
        raise Unreadable("credit_malformed")
    return found


def _common(left: int, right: int) -> int:
    while right:
        left, right = right, left % right
    return left
