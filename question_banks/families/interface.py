"""The one interface of an item family."""

from typing import Protocol

import msgspec

from question_banks.content import Content


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A section's scoring rule as the scheme states it; a family reads the fields it knows."""

    right: int = 1
    wrong: int = 0
    blank: int = 0


class Family(Protocol):
    """Everything the rest of the house needs to know of a kind of item."""

    name: str
    native_type: str

    def check(self, content: Content) -> str | None:
        """The reason why the content is no valid item of the family, or None."""
        ...

    def decode(self, content: Content, raw: str | None) -> str | None:
        """The response a form value stands for (None: left blank); raises ChoiceInvalid."""
        ...

    def marks(self, content: Content, response: str | None, rule: Rule) -> int:
        """Marks of a response under a rule. Pure."""
        ...

    def most(self, content: Content, rule: Rule) -> int:
        """The most marks the item can give under a rule."""
        ...
