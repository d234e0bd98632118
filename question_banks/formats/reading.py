"""What readers of other systems' items share: refusals, plain words, and exact credits."""

import html
from collections.abc import Mapping
from fractions import Fraction
from typing import Any


class Unreadable(Exception):
    """Why one item of a file cannot be taken; never leaves the readers."""


def words(text: str) -> str:
    """Plain words as HTML."""
    return html.escape(text.strip(), quote=False).replace("\n", "<br>")


def share(percent: str) -> Fraction:
    """A credit in per cent; thirds and the like that were cut off are themselves again."""
    try:
        given = Fraction(percent) / 100
    except (ValueError, ZeroDivisionError) as error:
        raise Unreadable("credit_malformed") from error
    if abs(given) > 1:
        raise Unreadable("credit_range")
    near = given.limit_denominator(100)
    return near if abs(near - given) < Fraction(1, 10_000) else given


def credited(credit: Fraction, fields: Mapping[str, Any]) -> dict[str, Any]:
    """An accepted text or interval with its credit."""
    return dict(fields) if credit == 1 else {**fields, "credit": str(credit)}
