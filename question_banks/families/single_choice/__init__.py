"""Single choice (pilihan ganda): one key, right or wrong."""

from question_banks.content import Content
from question_banks.families.choice import check_options, decode_choice
from question_banks.families.interface import Rule


class SingleChoice:
    """One option has positive points: the answer key. The scheme's rule gives the marks."""

    name = "single_choice"
    native_type = "single"

    def check(self, content: Content) -> str | None:
        keys = sum(option.points > 0 for option in content.options)
        return check_options(content) or (None if keys == 1 else "key_count")

    def decode(self, content: Content, raw: str | None) -> str | None:
        return decode_choice(content, raw)

    def marks(self, content: Content, response: str | None, rule: Rule) -> int:
        option = content.option(response) if response else None
        if option is None:
            return rule.blank
        return rule.right if option.points > 0 else rule.wrong

    def most(self, content: Content, rule: Rule) -> int:
        del content
        return rule.right
