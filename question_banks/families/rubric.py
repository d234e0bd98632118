"""Marking by people: criteria with levels, and what families that need nobody say of them."""

from fractions import Fraction

import msgspec

Levels = tuple[int, ...]  # the place of the chosen level, for each criterion


class Level(msgspec.Struct, frozen=True):
    """A level of a criterion, and its points."""

    text: str
    points: int


class Criterion(msgspec.Struct, frozen=True):
    """What raters look at."""

    text: str
    levels: tuple[Level, ...]


def fits(criteria: tuple[Criterion, ...], levels: Levels) -> bool:
    """Whether there is one level of each criterion."""
    return len(levels) == len(criteria) and all(
        0 <= place < len(criterion.levels)
        for place, criterion in zip(levels, criteria, strict=True)
    )


def share(criteria: tuple[Criterion, ...], levels: Levels) -> Fraction:
    """The chosen levels' points over the most that the criteria give."""
    earned = sum(c.levels[place].points for c, place in zip(criteria, levels, strict=True))
    return Fraction(earned, sum(max(own.points for own in c.levels) for c in criteria))
