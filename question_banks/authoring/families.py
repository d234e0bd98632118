"""What the workshop asks a family: whether an item is valid, whether an answer is the key."""

from collections.abc import Mapping, Sequence

from question_banks.content import Content
from question_banks.errors import ItemInvalid
from question_banks.families import FAMILIES
from question_banks.families.interface import Fields, Rule
from question_banks.formats import markup

Values = Mapping[str, Sequence[str]]


def check(content: Content) -> None:
    """Raise ItemInvalid when the content is no valid item of its family."""
    family = FAMILIES.get(content.family)
    if family is None:
        raise ItemInvalid(reason="family_unknown")
    if not markup.plain(content.stem):
        raise ItemInvalid(reason="empty_stem")
    if not content.competency:
        raise ItemInvalid(reason="competency_missing")
    reason = family.check(content)
    if reason is not None:
        raise ItemInvalid(reason=reason)


def tried(content: Content, values: Values) -> tuple[str | None, bool]:
    """A response as somebody tried it, and whether it earns the most; raises ChoiceInvalid.

    Staff see options unshuffled. What people have to grade has no key to differ from.
    """
    family, rule = FAMILIES[content.family], Rule()
    order = [option.id for option in content.options]
    response = family.decode(content, Fields(values), order)
    marks = family.marks(content, response, rule)
    return response, response is not None and marks in {None, family.most(content, rule)}
