"""The one interface of an item family, and what every family grades by."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Protocol

import msgspec

from question_banks.content import Content
from question_banks.families.author import Authored
from question_banks.families.rubric import Criterion, Levels

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIELD: Final = "choice"

Mark = int | Fraction | None  # None: pending, people have to grade it
Shown = dict[str, Any]


def translate(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is shown."""
    return text


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A section's scoring rule as the scheme states it; a family reads the fields it knows."""

    right: int = 1
    wrong: int = 0
    blank: int = 0


class Fields(msgspec.Struct, frozen=True):
    """Form values of one answer: `choice` and `choice.<part>`; a part has its own below it."""

    values: Mapping[str, Sequence[str]]
    name: str = FIELD

    def one(self, part: str = "") -> str:
        """The first value of a field, empty when it was not sent."""
        found = self.values.get(f"{self.name}.{part}" if part else self.name, ())
        return found[0] if found else ""

    def all(self) -> Sequence[str]:
        """Every value of the field itself."""
        return self.values.get(self.name, ())

    def under(self, part: str) -> "Fields":
        """The fields of a part."""
        return Fields(self.values, f"{self.name}.{part}")


class Family(Protocol):
    """Everything the rest of the house needs to know of a kind of item. All of it is pure.

    `title` is a message id. `candidate.html` in the family's folder renders what `shown` gives,
    with the field's name as `name` and the stem's id as `labelled`. `form` and `from_form` are the
    two ends of the author's form, `author.html` beside it; see `question_banks.families.author`.
    """

    name: str
    native_type: str
    body_type: type[msgspec.Struct] | None
    title: str

    def check(self, content: Content) -> str | None:
        """The reason why the content is no valid item of the family, or None."""
        ...

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """The canonical response that form fields stand for (None: left blank).

        `order` are the option ids as the paper shows them. Raises ChoiceInvalid.
        """
        ...

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """What the candidate's template shows; nothing in it tells the key.

        With `stem_within` the template shows the stem too.
        """
        ...

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """Marks of a response under a rule; None when people have to grade it."""
        ...

    def most(self, content: Content, rule: Rule) -> int:
        """The most marks the item can give under a rule."""
        ...

    def criteria(self, content: Content, response: str | None) -> tuple[Criterion, ...]:
        """What people rate a response by; none where it is marked without them."""
        ...

    def rated(self, content: Content, response: str, rule: Rule, levels: Levels) -> Mark:
        """Marks of a response whose criteria reached these levels."""
        ...

    def tolerance(self, content: Content) -> Fraction | None:
        """The share of the most marks by which two raters may differ; None: one rater is enough."""
        ...

    def key(self, content: Content) -> tuple[str, ...]:
        """What is right, a line of plain words each, for staff."""
        ...

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """A response in a line of plain words, as the candidate gave it; empty when blank."""
        ...

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """The categories a response counts under in a distractor table; none when blank."""
        ...

    def form(self, content: Content) -> Shown:
        """Values of the author's form."""
        ...

    def typed_form(self, content: Content, values: Mapping[str, Sequence[str]]) -> Shown:
        """Values of the author's form as they were typed, right or wrong."""
        ...

    def from_form(self, content: Content, values: Mapping[str, Sequence[str]]) -> Content:
        """The content with options and body as the author's form says; raises FormInvalid."""
        ...


class ByMachine:
    """A family whose responses nobody needs to rate."""

    def criteria(self, content: Content, response: str | None) -> tuple[Criterion, ...]:
        """None."""
        del content, response
        return ()

    def rated(self, content: Content, response: str, rule: Rule, levels: Levels) -> Mark:
        """Pending for ever: there is nothing to rate."""
        del content, response, rule, levels
        return None

    def tolerance(self, content: Content) -> Fraction | None:
        """None."""
        del content
        return None


class Credited(Authored, ByMachine):
    """Grading by a credit between 0 and 1: `wrong` at 0, `right` at 1, in proportion between."""

    @abstractmethod
    def credit(self, content: Content, response: str) -> Fraction | None:
        """The share that a response earns; None when it is no response of the item."""

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """Marks of a response; what is no response of the item counts as blank."""
        credit = None if response is None else self.credit(content, response)
        if credit is None:
            return rule.blank
        return whole(rule.wrong + (rule.right - rule.wrong) * credit)

    def most(self, content: Content, rule: Rule) -> int:
        """The rule's marks for a right answer."""
        del content
        return rule.right


def whole(value: Fraction) -> int | Fraction:
    """An int where the value is one."""
    return int(value) if value.denominator == 1 else value


def letter(order: Sequence[str], option_id: str | None) -> str:
    """The shown letter of an option id, empty when the paper does not show it."""
    return LETTERS[order.index(option_id)] if option_id in order else ""


def option_at(order: Sequence[str], shown: str) -> str | None:
    """The option id behind a shown letter, None when there is none."""
    place = LETTERS.find(shown) if len(shown) == 1 else -1
    return order[place] if 0 <= place < len(order) else None
