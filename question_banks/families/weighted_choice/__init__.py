"""Weighted options (situasional berbobot, TKP): each option has points of its own."""

import msgspec

from question_banks.content import Content
from question_banks.families.author import Values
from question_banks.families.choice import OneChoice, check_options, options_from
from question_banks.families.interface import Mark, Rule, translate
from question_banks.formats.markup import plain


class WeightedChoice(OneChoice):
    """The chosen option's points are the marks; a blank has the rule's `blank`."""

    name = "weighted_choice"
    native_type = "weighted"
    body_type = None
    title = translate("pilihan berbobot")

    def check(self, content: Content) -> str | None:
        """The options' reasons, or `points_missing`."""
        graded = all(option.points > 0 for option in content.options)
        return check_options(content) or (None if graded else "points_missing")

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """The chosen option's points."""
        option = content.option(response) if response else None
        return rule.blank if option is None else option.points

    def most(self, content: Content, rule: Rule) -> int:
        """The heaviest option's points."""
        del rule
        return max(option.points for option in content.options)

    def key(self, content: Content) -> tuple[str, ...]:
        """Every option's letter, points and words, the heaviest first."""
        ranked = sorted(content.options, key=lambda option: -option.points)
        return tuple(f"{o.id} ({o.points}). {plain(o.html)}" for o in ranked)

    def from_form(self, content: Content, values: Values) -> Content:
        """Options with their points; raises FormInvalid."""
        options = options_from(values, content, graded=True)
        return msgspec.structs.replace(content, v=1, options=options)


FAMILY = WeightedChoice()
