"""Ordering (mengurutkan): options to be put in order."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Literal

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.choice import check_options, option_rows, options_from, shown_options
from question_banks.families.interface import Credited, Fields, Shown, letter, translate
from question_banks.families.response import response_of, value_of
from question_banks.formats.markup import plain

MOST = 20


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The right order of all option ids.

    all: every option in its place, or nothing. positions: each option in its place earns its share.
    pairs: each two options in the right order earn their share (Kendall's count).
    """

    order: tuple[str, ...]
    mode: Literal["all", "positions", "pairs"]


class Ordering(Credited):
    """One select of places for each option; the response maps options to places, as far as given.

    Two options at one place are kept as given: neither is in order with the other.
    """

    name = "ordering"
    native_type = "ordering"
    body_type = Body
    title = translate("mengurutkan")

    def check(self, content: Content) -> str | None:
        """The options' reasons; an order that is none of them."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        if sorted(body.order) != sorted(option.id for option in content.options):
            return "key_count"
        return check_options(content, most=MOST)

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """Places by option; raises ChoiceInvalid."""
        places = {}
        for option_id in order:
            raw = fields.one(letter(order, option_id))
            if not raw:
                continue
            if raw not in {str(n) for n in range(1, len(order) + 1)}:
                raise ChoiceInvalid
            places[option_id] = int(raw)
        if any(content.option(option_id) is None for option_id in places):
            raise ChoiceInvalid
        return response_of(places) if places else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """Options, each with its place so far."""
        places = _places(response)
        rows = shown_options(content, order, ())
        for row, option_id in zip(rows, order, strict=True):
            row["place"] = places.get(option_id)
            row["words"] = plain(row["html"])
        return {"options": rows, "places": range(1, len(order) + 1)}

    def credit(self, content: Content, response: str) -> Fraction | None:
        """By the body's mode."""
        if value_of(response, dict[str, int]) is None:
            return None
        places, body = _places(response), body_of(content)
        right = [places.get(id_) == n for n, id_ in enumerate(body.order, start=1)]
        if body.mode == "all":
            return Fraction(all(right) and len(places) == len(right))
        if body.mode == "positions":
            return Fraction(sum(right), len(right))
        pairs = list(combinations(body.order, 2))
        kept = sum(a in places and b in places and places[a] < places[b] for a, b in pairs)
        return Fraction(kept, len(pairs))

    def key(self, content: Content) -> tuple[str, ...]:
        """The options in the right order."""
        found = (content.option(id_) for id_ in body_of(content).order)
        return tuple(f"{n}. {plain(o.html)}" for n, o in enumerate(found, start=1) if o)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """Letters by place."""
        del content
        places = sorted((place, letter(order, id_)) for id_, place in _places(response).items())
        return " ".join(f"{place}{shown}" for place, shown in places)

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """Each option's place."""
        del content
        return tuple(f"{id_}:{place}" for id_, place in sorted(_places(response).items()))

    def form(self, content: Content) -> Shown:
        """Options in the right order, and the mode."""
        body = body_of(content) if content.body else Body((), "positions")
        found = {row["id"]: row for row in option_rows(content)}
        return {"option": [found[id_] for id_ in body.order if id_ in found], "mode": body.mode}

    def from_form(self, content: Content, values: Values) -> Content:
        """The rows are in the right order; raises FormInvalid.

        Options that were there keep their place among the options, new ones are put among them by
        the alphabet of their words, so that the stored order tells nothing.
        """
        options = options_from(values, content)
        order, mode = [o.id for o in options], author.one(values, "mode", "positions")
        places = {option.id: place for place, option in enumerate(content.options)}
        kept = sorted((o for o in options if o.id in places), key=lambda o: places[o.id])
        if len(kept) < len(options):
            kept = sorted(options, key=lambda o: plain(o.html).casefold())
        body = {"order": order, "mode": mode}
        return msgspec.structs.replace(content, v=2, options=tuple(kept), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def _places(response: str | None) -> dict[str, int]:
    return (value_of(response, dict[str, int]) or {}) if response else {}


FAMILY = Ordering()
