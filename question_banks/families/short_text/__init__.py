"""Short text (isian singkat): typed words against accepted variants."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.exact import ratio
from question_banks.families.interface import Credited, Fields, Shown, translate
from question_banks.families.response import cleaned, response_of, value_of
from question_banks.families.texts import (
    LONGEST_TEXT,
    Accepted,
    accepted_of,
    check_accepted,
    line_of,
    matches,
    normal,
)


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Accepted texts, the best that fits counts; `case` tells capitals from small letters."""

    accepted: tuple[Accepted, ...]
    case: bool = False


class ShortText(Credited):
    """One line of text; the response is the text as typed."""

    name = "short_text"
    native_type = "short_text"
    body_type = Body
    title = translate("isian singkat")

    def check(self, content: Content) -> str | None:
        """A malformed body, or reasons of accepted texts."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        return "option_count" if content.options else check_accepted(body.accepted)

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """The typed text; raises ChoiceInvalid when it is longer than any accepted one may be."""
        del content, order
        text = cleaned(fields.one())
        if len(text) > LONGEST_TEXT:
            raise ChoiceInvalid(most=LONGEST_TEXT)
        return response_of(text) if text else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """The text so far."""
        return {"text": self.told(content, order, response), "longest": LONGEST_TEXT}

    def credit(self, content: Content, response: str) -> Fraction | None:
        """The best credit of the accepted texts that fit."""
        text = value_of(response, str)
        if text is None:
            return None
        body = body_of(content)
        fitting = (ratio(a.credit) for a in body.accepted if matches(a, text, case=body.case))
        return max(fitting, default=Fraction(0))

    def key(self, content: Content) -> tuple[str, ...]:
        """The accepted texts; a part of the credit is named."""
        accepted = body_of(content).accepted
        return tuple(a.text if a.credit == "1" else f"{a.text} ({a.credit})" for a in accepted)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The typed text."""
        del content, order
        return (value_of(response, str) or "") if response else ""

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """The text, normalised."""
        text = self.told(content, (), response)
        return (normal(text, case=body_of(content).case),) if text else ()

    def form(self, content: Content) -> Shown:
        """A line for each accepted text, `1/2 = text` for a part of the credit."""
        body = body_of(content) if content.body else Body(accepted=())
        return {"lines": "\n".join(line_of(a) for a in body.accepted), "case": body.case}

    def from_form(self, content: Content, values: Values) -> Content:
        """Lines of accepted texts."""
        accepted = [
            msgspec.to_builtins(accepted_of(line)) for line in author.lines(values, "lines")
        ]
        body: dict[str, object] = {"accepted": accepted}
        if author.ticked(values, "case"):
            body["case"] = True
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


FAMILY = ShortText()
