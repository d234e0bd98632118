"""What readers of other systems' files share: findings, and turning them into a bank file.

A reader finds items by line. Each becomes a native item and goes through the native reader's
checks, so that nothing enters by a side door; each refusal and loss names its item and line.
"""

import html
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

import msgspec

from question_banks.errors import BankFileInvalid
from question_banks.formats.native import BankFile, Rejected, Target, read_items

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ITEMS: Final = 10_000
SCALE: Final = 1000


class Unreadable(Exception):
    """Why one item of a file cannot be taken; never leaves the readers."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a file: a native item without its place, or the reason why it is none."""

    name: str
    line: int
    item: dict[str, Any] | None = None
    reason: str = ""
    losses: tuple[str, ...] = ()


class Loss(msgspec.Struct, frozen=True):
    """What an accepted item had in its file and has no more."""

    external_id: str
    line: int
    what: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read, before anything is stored."""

    file: BankFile
    lines: dict[str, int]
    losses: tuple[Loss, ...]


def text_of(data: bytes) -> str:
    """A text file's words; raises BankFileInvalid for what is too large or no UTF-8."""
    if len(data) > MOST_BYTES:
        raise BankFileInvalid(reason="too_large")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BankFileInvalid(reason="not_utf8") from error


def report(found: Iterable[Found], target: Target) -> Report:
    """Put found items into a competency and level, check them, and say what became of each."""
    kept = list(found)
    if len(kept) > MOST_ITEMS:
        raise BankFileInvalid(reason="too_many_items")
    place = {"competency": target.competency, "level": target.level, "markup": "html"}
    raws = [place | one.item | {"id": one.name} for one in kept if one.item is not None]
    items, rejected = read_items(raws)
    refused = [Rejected(one.name, one.reason) for one in kept if one.item is None]
    accepted = {item.external_id for item in items}
    return Report(
        file=BankFile(items, (*rejected, *refused), ()),
        lines={one.name: one.line for one in reversed(kept)},
        losses=tuple(
            Loss(one.name, one.line, loss)
            for one in kept
            if one.item is not None and one.name in accepted
            for loss in one.losses
        ),
    )


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


def choice(options: list[tuple[str, Fraction]], *, single: bool) -> dict[str, Any]:
    """A native item's type, options and body for options with credits."""
    right = [credit for _, credit in options if credit > 0]
    letters = [(chr(ord("A") + n), *option) for n, option in enumerate(options[:26])]
    plain = all(credit in {0, 1} for _, credit in options)
    if single and plain and len(right) == 1:
        return {"type": "single", "options": _options(letters, 1)}
    scale = math.lcm(*(credit.denominator for _, credit in options)) if options else 1
    if scale > SCALE:
        raise Unreadable("credit_malformed")
    body: dict[str, Any] = {"mode": "points"}
    if single:
        body["choices"] = 1
    return {"type": "multiple", "options": _options(letters, scale), "body": body}


def _options(rows: list[tuple[str, str, Fraction]], scale: int) -> list[dict[str, Any]]:
    return [{"key": key, "text": text, "score": int(credit * scale)} for key, text, credit in rows]


def credited(credit: Fraction, fields: Mapping[str, Any]) -> dict[str, Any]:
    """An accepted text or interval with its credit."""
    return dict(fields) if credit == 1 else {**fields, "credit": str(credit)}
