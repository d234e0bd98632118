"""What families with one chosen option share."""

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid

FEWEST_OPTIONS = 2
MOST_OPTIONS = 8


def check_options(content: Content) -> str | None:
    """Reasons common to choice items: number of options, ids, repeated texts."""
    options = content.options
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        return "option_count"
    if len({option.id for option in options}) != len(options):
        return "duplicate_option_id"
    if any(not option.html.strip() for option in options):
        return "empty_option"
    if len({" ".join(option.html.split()) for option in options}) != len(options):
        return "duplicate_option_text"
    return None


def decode_choice(content: Content, raw: str | None) -> str | None:
    """The chosen option's id, None when blank; raises ChoiceInvalid."""
    if not raw:
        return None
    if content.option(raw) is None:
        raise ChoiceInvalid
    return raw
