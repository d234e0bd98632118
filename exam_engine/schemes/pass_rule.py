"""Pass rules as data, and deciding by them: a pure function of section scores and group.

A section's own minimum is its cut score. A rule adds minima of several sections together, of the
total (in points, or of a weighted total of 100), exceptions for groups of candidates, bands of the
total in per cent, or that there is no minimum at all and candidates are ranked.
"""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

HUNDRED: Final = 100


class Kind(StrEnum):
    """minimum: passed or failed; bands: by the band of the total; ranking: nobody fails."""

    MINIMUM = "minimum"
    BANDS = "bands"
    RANKING = "ranking"


class Least(msgspec.Struct, frozen=True, kw_only=True):
    """The least that some sections have to reach together, in points."""

    sections: tuple[str, ...]
    score: int


class GroupRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a group of candidates has to reach in place of the general rule."""

    group: str
    total: int = 0
    least: tuple[Least, ...] = ()


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """A band of the total: from so many per cent, both texts, and whether it passes."""

    code: str
    least: int
    name_id: str
    name_en: str
    passes: bool


class PassRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A scheme's pass rule beyond the cut scores of its sections and total.

    `weights` (per cent by section, 100 together) make the total a weighted one of 0 to 100.
    """

    kind: Kind = Kind.MINIMUM
    least: tuple[Least, ...] = ()
    exceptions: tuple[GroupRule, ...] = ()
    bands: tuple[Band, ...] = ()
    weights: dict[str, int] = {}


class Reached(msgspec.Struct, frozen=True):
    """A section's score, the most it could be, and its cut score."""

    code: str
    score: int | Fraction
    most: int
    cut_score: int


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is passed (None: ranked only), by which rule ("general" or a group), the total
    (weighted when there are weights), its band, and what fell short.
    """

    passed: bool | None
    by: str
    total: Fraction
    band: str | None
    short: tuple[str, ...]


def decide(
    sections: Sequence[Reached], rule: PassRule, *, total_cut_score: int = 0, group: str = ""
) -> Verdict:
    """Decide by the general rule, else by the group's exception when it has one."""
    total = _total(sections, rule)
    band = _band(sections, rule, total)
    if rule.kind is Kind.RANKING:
        return Verdict(passed=None, by="general", total=total, band=None, short=())
    short = [s.code for s in sections if s.score < s.cut_score]
    short += _short(sections, rule.least)
    if total < total_cut_score:
        short.append("total")
    if rule.kind is Kind.BANDS and not (band and band.passes):
        short.append("band")
    by = "general"
    own = next((e for e in rule.exceptions if e.group == group), None)
    if short and own is not None:
        saved = _short(sections, own.least) + (["total"] if total < own.total else [])
        by, short = own.group, saved
    return Verdict(
        passed=not short,
        by=by,
        total=total,
        band=band.code if band else None,
        short=tuple(short),
    )


def ranks(totals: Sequence[Fraction]) -> list[int]:
    """Places by total, the highest first; equal totals share the better place."""
    return [1 + sum(other > total for other in totals) for total in totals]


def faults(rule: PassRule, codes: Sequence[str]) -> list[str]:
    """What does not fit together in a rule for sections of these codes."""
    found = []
    named = {c for least in rule.least for c in least.sections}
    named |= {c for e in rule.exceptions for least in e.least for c in least.sections}
    if (named | set(rule.weights)) - set(codes):
        found.append("section_unknown")
    if rule.weights and sum(rule.weights.values()) != HUNDRED:
        found.append("weights")
    if (rule.kind is Kind.BANDS) != bool(rule.bands):
        found.append("bands")
    groups = [e.group for e in rule.exceptions]
    if len(set(groups)) < len(groups):
        found.append("group_repeated")
    return found


def _short(sections: Sequence[Reached], minima: Sequence[Least]) -> list[str]:
    scores = {s.code: Fraction(s.score) for s in sections}
    return [
        "+".join(least.sections)
        for least in minima
        if sum((scores[code] for code in least.sections), Fraction(0)) < least.score
    ]


def _total(sections: Sequence[Reached], rule: PassRule) -> Fraction:
    if not rule.weights:
        return sum((Fraction(s.score) for s in sections), Fraction(0))
    shares = (Fraction(s.score) / s.most * rule.weights.get(s.code, 0) for s in sections if s.most)
    return sum(shares, Fraction(0))


def _band(sections: Sequence[Reached], rule: PassRule, total: Fraction) -> Band | None:
    most = HUNDRED if rule.weights else sum(s.most for s in sections)
    fitting = [b for b in rule.bands if most and total * HUNDRED >= b.least * most]
    return max(fitting, key=lambda b: b.least, default=None)
