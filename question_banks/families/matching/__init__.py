"""Matching (menjodohkan): each premise gets one of the options; an option may fit several."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from question_banks.authoring.texts import to_form, to_html
from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.choice import check_options, option_rows, options_from, shown_options
from question_banks.families.interface import Credited, Fields, Shown, letter, option_at, translate
from question_banks.families.response import cleaned, response_of, value_of
from question_banks.formats.markup import plain

MOST = 20
PREMISE = ("id", "text", "option")


class Premise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A premise and the id of its option."""

    id: str
    html: str
    option: str


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The premises; `partial`: each right pair earns its share, `all`: every pair or nothing."""

    premises: tuple[Premise, ...]
    mode: Literal["all", "partial"]


class Matching(Credited):
    """One select for each premise; the response maps premises to options, as far as given."""

    name = "matching"
    native_type = "matching"
    body_type = Body
    title = translate("menjodohkan")

    def check(self, content: Content) -> str | None:
        """The options' reasons; premises without text, id or option."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        if not 1 <= len(body.premises) <= MOST:
            return "premise_count"
        if len({p.id for p in body.premises}) != len(body.premises):
            return "duplicate_premise_id"
        if any(not plain(p.html) and "<img" not in p.html for p in body.premises):
            return "empty_premise"
        if any(content.option(p.option) is None for p in body.premises):
            return "key_count"
        return check_options(content, most=MOST)

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """Pairs of premise and option; raises ChoiceInvalid."""
        pairs = {}
        for n, premise in enumerate(body_of(content).premises, start=1):
            raw = fields.one(str(n))
            if not raw:
                continue
            chosen = option_at(order, raw)
            if chosen is None or content.option(chosen) is None:
                raise ChoiceInvalid
            pairs[premise.id] = chosen
        return response_of(pairs) if pairs else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """Premises with what is chosen for them, and the options."""
        pairs = (value_of(response, dict[str, str]) or {}) if response else {}
        return {
            "options": shown_options(content, order, ()),
            "premises": [
                {
                    "n": n,
                    "html": p.html,
                    "words": plain(p.html),
                    "chosen": letter(order, pairs.get(p.id)),
                }
                for n, p in enumerate(body_of(content).premises, start=1)
            ],
        }

    def credit(self, content: Content, response: str) -> Fraction | None:
        """The share of right pairs."""
        pairs = value_of(response, dict[str, str])
        if pairs is None:
            return None
        body = body_of(content)
        right = sum(pairs.get(p.id) == p.option for p in body.premises)
        if body.mode == "all":
            return Fraction(right == len(body.premises))
        return Fraction(right, len(body.premises))

    def key(self, content: Content) -> tuple[str, ...]:
        """Each premise with its option."""
        return tuple(
            f"{plain(p.html)} → {plain(option.html)}"
            for p in body_of(content).premises
            if (option := content.option(p.option))
        )

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """Numbers of premises with letters of options."""
        pairs = (value_of(response, dict[str, str]) or {}) if response else {}
        premises = enumerate(body_of(content).premises, start=1)
        return " ".join(f"{n}{letter(order, pairs[p.id])}" for n, p in premises if p.id in pairs)

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """Each pair."""
        pairs = (value_of(response, dict[str, str]) or {}) if response else {}
        return tuple(f"{p.id}:{pairs[p.id]}" for p in body_of(content).premises if p.id in pairs)

    def form(self, content: Content) -> Shown:
        """Premises with letters of their options, options, mode."""
        body = body_of(content) if content.body else Body((), "partial")
        return {
            "option": option_rows(content),
            "premise": [
                {"id": p.id, "text": to_form(p.html), "option": p.option} for p in body.premises
            ],
            "mode": body.mode,
        }

    def from_form(self, content: Content, values: Values) -> Content:
        """Rows of options, and rows `premise.id`, `.text`, `.option` (its letter).

        Raises FormInvalid.
        """
        found = [row for row in author.rows(values, "premise", PREMISE) if row["text"]]
        taken = {row["id"] for row in found}
        free = (f"P{n}" for n in range(1, len(found) + MOST) if f"P{n}" not in taken)
        kept = {p.id: p.html for p in body_of(content).premises} if content.body else {}
        premises = [
            {
                "id": row["id"] or next(free),
                "html": kept[row["id"]]
                if cleaned(to_form(kept.get(row["id"], ""))) == row["text"]
                else to_html(row["text"]),
                "option": row["option"].upper(),
            }
            for row in found
        ]
        body = {"premises": premises, "mode": author.one(values, "mode", "partial")}
        options = options_from(values, content)
        return msgspec.structs.replace(content, v=2, options=options, body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


FAMILY = Matching()
