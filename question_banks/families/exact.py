"""Exact numbers of items: credits as texts, and numbers as people type them."""

import re
from fractions import Fraction
from typing import Final

LONGEST: Final = 60
LARGEST_POWER: Final = 40
TYPED: Final = re.compile(
    r"(?P<sign>[+\-−]?)(?P<digits>\d[\d.,]*|[.,]\d+)(?:\s*[eE×x]\s*(?P<ten>10\^?)?(?P<power>[+\-−]?\d{1,3}))?"
)


def ratio(text: str) -> Fraction:
    """The number of a text such as "1/3" or "0.5"; raises ValueError."""
    if len(text) > LONGEST or not re.fullmatch(r"-?\d+(?:\.\d+)?(?:/\d+)?", text):
        raise ValueError(text)
    try:
        if "." in text and "/" in text:
            raise ValueError(text)
        return Fraction(text)
    except ZeroDivisionError as error:
        raise ValueError(text) from error


def written(number: Fraction) -> str:
    """The text that `ratio` reads back; a decimal where the number has a short one."""
    denominator = number.denominator
    for base in (2, 5):
        while denominator % base == 0:
            denominator //= base
    if denominator != 1:
        return str(number)
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(int(number * 10**digits))
    text = str(scaled).rjust(digits + 1, "0")
    whole, rest = (text[:-digits], text[-digits:]) if digits else (text, "")
    return ("-" if number < 0 else "") + whole + (f".{rest}" if rest else "")


def typed(text: str) -> Fraction | None:
    """A number as a candidate types it, None when it is none.

    Comma or point is the decimal sign. Where both stand, the last one is; where one stands more
    than once, it groups thousands. Powers of ten: 1,2e3, 1,2×10^3.
    """
    match = TYPED.fullmatch(text.strip().replace(" ", "").replace("\u00a0", ""))
    if match is None or len(text) > LONGEST:
        return None
    digits = _digits(match["digits"])
    power = int((match["power"] or "0").replace("−", "-"))
    if digits is None or abs(power) > LARGEST_POWER:
        return None
    number = Fraction(digits) * Fraction(10) ** power
    return -number if match["sign"] in {"-", "−"} else number


def _digits(text: str) -> str | None:
    """Digits with a point as the only sign; None when the grouping is no grouping."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    sign = text[last]
    other = "," if sign == "." else "."
    if text.count(sign) > 1:
        return None if other in text else _grouped(text.split(sign))
    before, after = text[:last], text[last + 1 :]
    groups = before.split(other)
    joined = groups[0] if len(groups) == 1 else _grouped(groups)
    return None if joined is None else f"{joined or 0}.{after or 0}"


def _grouped(groups: list[str]) -> str | None:
    fits = 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])  # noqa: PLR2004 - thousands
    return "".join(groups) if fits else None
