"""Numeric (isian angka): a number within bounds, with or without a unit. Exact throughout."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid, FormInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.exact import LONGEST, ratio, typed, written
from question_banks.families.interface import Credited, Fields, Shown, translate
from question_banks.families.response import cleaned, response_of, value_of
from question_banks.families.texts import check_credits

LONGEST_UNIT = 40


class Interval(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Numbers from `low` to `high`, both included, in the item's own unit, earn a credit."""

    low: str
    high: str
    credit: str = "1"


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A unit that may be named; a number in it times `factor` is a number in the own unit."""

    name: str
    factor: str = "1"


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Accepted intervals and units; without units none is asked for."""

    accepted: tuple[Interval, ...]
    units: tuple[Unit, ...] = ()


class Typed(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The response: number and unit as typed."""

    number: str = ""
    unit: str = ""


class Numeric(Credited):
    """A line for the number and a select of units."""

    name = "numeric"
    native_type = "numeric"
    body_type = Body
    title = translate("isian angka")

    def check(self, content: Content) -> str | None:
        """A malformed body, intervals without numbers, credits or units that are none."""
        try:
            body = body_of(content)
            bad = any(ratio(a.low) > ratio(a.high) for a in body.accepted)
            bad_unit = any(ratio(unit.factor) <= 0 for unit in body.units)
        except (msgspec.ValidationError, ValueError):
            return "body_malformed"
        names = [unit.name for unit in body.units]
        if bad_unit or not all(names) or len(set(names)) != len(names):
            return "unit_malformed"
        if content.options or not body.accepted:
            return "accepted_missing"
        return "interval_empty" if bad else check_credits([a.credit for a in body.accepted])

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """Number and unit as typed, kept also when it is no number; raises ChoiceInvalid."""
        del order
        number, unit = cleaned(fields.one()), cleaned(fields.one("unit"))
        if len(number) > LONGEST or len(unit) > LONGEST_UNIT:
            raise ChoiceInvalid(most=LONGEST)
        if unit and unit not in {u.name for u in body_of(content).units}:
            raise ChoiceInvalid
        given = msgspec.to_builtins(Typed(number, unit))
        return response_of(given) if number else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """What was typed, whether it reads as a number, and the units."""
        del order
        given = (value_of(response, Typed) if response else None) or Typed()
        return {
            "number": given.number,
            "reads": not given.number or typed(given.number) is not None,
            "unit": given.unit,
            "units": [unit.name for unit in body_of(content).units],
            "longest": LONGEST,
        }

    def credit(self, content: Content, response: str) -> Fraction | None:
        """The best credit of the intervals that hold the number; none for what is no number."""
        given = value_of(response, Typed)
        if given is None:
            return None
        body, number = body_of(content), typed(given.number)
        factors = {unit.name: ratio(unit.factor) for unit in body.units}
        factor = factors.get(given.unit) if body.units else Fraction(1)
        if number is None or factor is None:
            return Fraction(0)
        own = number * factor
        fitting = (ratio(a.credit) for a in body.accepted if ratio(a.low) <= own <= ratio(a.high))
        return max(fitting, default=Fraction(0))

    def key(self, content: Content) -> tuple[str, ...]:
        """The intervals, and the units."""
        body = body_of(content)
        units = "/".join(unit.name for unit in body.units)
        return tuple(f"{_span(a)} {units}".strip() for a in body.accepted)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """Number and unit as typed."""
        del content, order
        given = (value_of(response, Typed) if response else None) or Typed()
        return f"{given.number} {given.unit}".strip()

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """The number in its one written form, with the unit."""
        del content
        given = value_of(response, Typed) if response else None
        if given is None:
            return ()
        number = typed(given.number)
        return (f"{given.number if number is None else written(number)} {given.unit}".strip(),)

    def form(self, content: Content) -> Shown:
        """A line for each interval (`9,8 .. 10`, or one number), and unit (`g = 1/1000`)."""
        body = body_of(content) if content.body else Body(accepted=())
        credited = [
            _span(a) if a.credit == "1" else f"{_span(a)} = {a.credit}" for a in body.accepted
        ]
        return {
            "lines": "\n".join(credited),
            "units": "\n".join(f"{unit.name} = {unit.factor}" for unit in body.units),
        }

    def from_form(self, content: Content, values: Values) -> Content:
        """Lines of intervals and units; raises FormInvalid."""
        body: dict[str, object] = {
            "accepted": [_interval(line) for line in author.lines(values, "lines")]
        }
        units = [line.partition("=") for line in author.lines(values, "units")]
        if units:
            body["units"] = [
                {"name": name.strip(), "factor": factor.strip() or "1"} for name, _, factor in units
            ]
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def _span(interval: Interval) -> str:
    low, high = interval.low, interval.high
    return low if low == high else f"{low} .. {high}"


def _interval(line: str) -> dict[str, str]:
    span, sign, credit = line.partition("=")
    low, _, high = span.partition("..")
    bounds = typed(low), typed(high or low)
    if bounds[0] is None or bounds[1] is None:
        raise FormInvalid(field="lines", reason="number_malformed")
    made = {"low": written(bounds[0]), "high": written(bounds[1])}
    return {**made, "credit": credit.strip()} if sign and credit.strip() != "1" else made


FAMILY = Numeric()
