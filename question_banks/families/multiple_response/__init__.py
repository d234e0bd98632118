"""Multiple response (pilihan ganda kompleks): several options; right are those with points."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.choice import (
    check_options,
    option_rows,
    options_from,
    shown_options,
)
from question_banks.families.interface import Credited, Fields, Shown, letter, option_at, translate
from question_banks.families.response import response_of, value_of
from question_banks.formats.markup import plain

MOST = 20


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How chosen options become a credit.

    all: exactly the right ones, or nothing. partial: each option judged rightly (chosen when
    right, left when wrong) earns its share. penalties: right ones chosen less wrong ones, over the
    number of right ones, never below 0. points: the sum of the chosen options' points between
    `lowest` (0 at least) and `highest`, over the most that can be reached (QTI's map_response).
    """

    mode: Literal["all", "partial", "penalties", "points"]
    choices: int = 0  # the most that may be chosen, 0: no limit
    lowest: int = 0
    highest: int | None = None


class MultipleResponse(Credited):
    """Checkboxes (radio buttons where only one may be chosen); the response is a sorted list."""

    name = "multiple_response"
    native_type = "multiple"
    body_type = Body
    title = translate("pilihan ganda kompleks, lebih dari satu jawaban")

    def check(self, content: Content) -> str | None:
        """The options' reasons, a malformed body, no right option, or nothing to be reached."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        if body.choices < 0 or body.choices > len(content.options):
            return "choices_range"
        reason = check_options(content, most=MOST)
        if reason is None and reachable(content, body) <= 0:
            return "key_count"
        return reason

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """The chosen ids, sorted; raises ChoiceInvalid, also for more than may be chosen."""
        chosen = {option_at(order, shown) for shown in fields.all() if shown}
        body = body_of(content)
        if any(id_ is None or content.option(id_) is None for id_ in chosen):
            raise ChoiceInvalid
        if body.choices and len(chosen) > body.choices:
            raise ChoiceInvalid(most=body.choices)
        return response_of(sorted(id_ for id_ in chosen if id_)) if chosen else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """Options for `_options.html`, and how many may be chosen."""
        body = body_of(content)
        chosen = _ids(content, response) or frozenset()
        return {
            "kind": "radio" if body.choices == 1 else "checkbox",
            "options": shown_options(content, order, sorted(chosen)),
            "choices": body.choices,
        }

    def credit(self, content: Content, response: str) -> Fraction | None:
        """By the body's mode."""
        chosen = _ids(content, response)
        body = body_of(content)
        if chosen is None:
            return None
        if body.mode == "points":
            return _bounded(content, body, sum(o.points for o in content.options if o.id in chosen))
        right = {o.id for o in content.options if o.points > 0}
        if body.mode == "all":
            return Fraction(chosen == right)
        if body.mode == "partial":
            judged = sum((o.id in chosen) == (o.id in right) for o in content.options)
            return Fraction(judged, len(content.options))
        hits = len(chosen & right) - len(chosen - right)
        return Fraction(max(0, hits), len(right))

    def key(self, content: Content) -> tuple[str, ...]:
        """The right options."""
        return tuple(f"{o.id}. {plain(o.html)}" for o in content.options if o.points > 0)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The letters."""
        return " ".join(sorted(letter(order, id_) for id_ in _ids(content, response) or ()))

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """Each chosen option's id."""
        return tuple(sorted(_ids(content, response) or ()))

    def form(self, content: Content) -> Shown:
        """Rows of options, how they become a credit, and how many may be chosen."""
        body = body_of(content) if content.body else Body(mode="all")
        bounds = {
            "lowest": body.lowest or None,
            "highest": body.highest,
            "choices": body.choices or None,
        }
        return {
            "option": option_rows(content),
            "mode": body.mode,
            **{name: "" if bound is None else str(bound) for name, bound in bounds.items()},
        }

    def from_form(self, content: Content, values: Values) -> Content:
        """Options, mode, bounds and number of choices; raises FormInvalid."""
        body: dict[str, object] = {"mode": author.one(values, "mode", "all")}
        for name in ("choices", "lowest", "highest"):
            if text := author.one(values, name):
                body[name] = author.whole_number(text, name)
        options = options_from(values, content, graded=body["mode"] == "points")
        return msgspec.structs.replace(content, v=2, options=options, body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def reachable(content: Content, body: Body) -> int:
    """The most points that any choice of options reaches."""
    gains = sorted((o.points for o in content.options if o.points > 0), reverse=True)
    best = sum(gains[: body.choices] if body.choices else gains)
    return best if body.highest is None else min(best, body.highest)


def _bounded(content: Content, body: Body, points: int) -> Fraction:
    return Fraction(
        max(0, body.lowest, min(points, reachable(content, body))), reachable(content, body)
    )


def _ids(content: Content, response: str | None) -> frozenset[str] | None:
    chosen = value_of(response, list[str]) if response else None
    if chosen is None or any(content.option(id_) is None for id_ in chosen):
        return None
    return frozenset(chosen)


FAMILY = MultipleResponse()
