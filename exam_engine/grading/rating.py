"""When raters' marks settle an answer, and to what. Pure.

One rater: the first rating counts. Two raters: their mean counts when they differ by no more than
the item's tolerance; else a third rater, who was neither of them, decides alone (adjudication).
"""

from collections.abc import Sequence
from fractions import Fraction

from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.families.interface import Mark, Rule, whole
from question_banks.families.rubric import Levels

PAIR = 2


def settled(content: Content, response: str, rule: Rule, ratings: Sequence[Levels]) -> Mark:
    """The marks of a rated response, None while a further rating is needed.

    `ratings` are in the order they were given.
    """
    family = FAMILIES[content.family]
    marks = [Fraction(family.rated(content, response, rule, own) or 0) for own in ratings]
    tolerance = family.tolerance(content)
    if tolerance is None:
        return whole(marks[0]) if marks else None
    if len(marks) < PAIR:
        return None
    if abs(marks[0] - marks[1]) <= tolerance * family.most(content, rule):
        return whole((marks[0] + marks[1]) / PAIR)
    return whole(marks[PAIR]) if len(marks) > PAIR else None
