"""Single choice (pilihan ganda): one key, right or wrong."""

import msgspec

from question_banks.content import Content
from question_banks.families.author import Values
from question_banks.families.choice import OneChoice, check_options, options_from
from question_banks.families.interface import Mark, Rule, translate
from question_banks.formats.markup import plain


class SingleChoice(OneChoice):
    """One option has positive points: the answer key. The scheme's rule gives the marks."""

    name = "single_choice"
    native_type = "single"
    body_type = None
    title = translate("pilihan ganda, satu jawaban benar")

    def check(self, content: Content) -> str | None:
        """The options' reasons, or `key_count`."""
        keys = sum(option.points > 0 for option in content.options)
        return check_options(content) or (None if keys == 1 else "key_count")

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """The rule's marks for right, wrong or blank."""
        option = content.option(response) if response else None
        if option is None:
            return rule.blank
        return rule.right if option.points > 0 else rule.wrong

    def most(self, content: Content, rule: Rule) -> int:
        """The rule's marks for a right answer."""
        del content
        return rule.right

    def key(self, content: Content) -> tuple[str, ...]:
        """The key's letter and words."""
        return tuple(f"{o.id}. {plain(o.html)}" for o in content.options if o.points > 0)

    def from_form(self, content: Content, values: Values) -> Content:
        """Options with their points; raises FormInvalid."""
        return msgspec.structs.replace(content, v=1, options=options_from(values, content))


FAMILY = SingleChoice()
