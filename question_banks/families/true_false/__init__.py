"""True or false (benar-salah)."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid, FormInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.interface import Credited, Fields, Shown, translate
from question_banks.families.response import response_of, value_of

WORDS = {True: "benar", False: "salah"}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the statement is true."""

    key: bool


class TrueFalse(Credited):
    """Two fixed choices that are never shuffled; the response is a truth value."""

    name = "true_false"
    native_type = "true_false"
    body_type = Body
    title = translate("benar-salah")

    def check(self, content: Content) -> str | None:
        """A malformed body, or options where there are none."""
        try:
            _body(content)
        except msgspec.ValidationError:
            return "body_malformed"
        return "option_count" if content.options else None

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """`true` or `false`; raises ChoiceInvalid."""
        del content, order
        raw = fields.one()
        if raw not in {"", "true", "false"}:
            raise ChoiceInvalid
        return response_of(raw == "true") if raw else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """The value that is chosen, if any."""
        del content, order
        return {"chosen": value_of(response, bool) if response else None}

    def credit(self, content: Content, response: str) -> Fraction | None:
        """1 for the key."""
        given = value_of(response, bool)
        return None if given is None else Fraction(given is _body(content).key)

    def key(self, content: Content) -> tuple[str, ...]:
        """The right word."""
        return (WORDS[_body(content).key],)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The chosen word."""
        del order
        return next(iter(self.chosen(content, response)), "")

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """The chosen word."""
        del content
        given = value_of(response, bool) if response else None
        return () if given is None else (WORDS[given],)

    def form(self, content: Content) -> Shown:
        """The key, as the value of its radio button."""
        return {"answer": ("true" if _body(content).key else "false") if content.body else ""}

    def from_form(self, content: Content, values: Values) -> Content:
        """The key; raises FormInvalid where none was chosen."""
        answer = author.one(values, "answer")
        if answer not in {"true", "false"}:
            raise FormInvalid(field="answer", reason="key_count")
        return msgspec.structs.replace(content, v=2, options=(), body={"key": answer == "true"})


def _body(content: Content) -> Body:
    return msgspec.convert(content.body, Body)


FAMILY = TrueFalse()
