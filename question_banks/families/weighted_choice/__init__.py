"""Weighted options (situasional berbobot, TKP): each option has points of its own."""

from question_banks.content import Content
from question_banks.families.choice import check_options, decode_choice
from question_banks.families.interface import Rule


class WeightedChoice:
    """The chosen option's points are the marks; a blank has the rule's `blank`."""

    name = "weighted_choice"
    native_type = "weighted"

    def check(self, content: Content) -> str | None:
        graded = all(option.points > 0 for option in content.options)
        return check_options(content) or (None if graded else "points_missing")

    def decode(self, content: Content, raw: str | None) -> str | None:
        return decode_choice(content, raw)

    def marks(self, content: Content, response: str | None, rule: Rule) -> int:
        option = content.option(response) if response else None
        return rule.blank if option is None else option.points

    def most(self, content: Content, rule: Rule) -> int:
        del rule
        return max(option.points for option in content.options)
