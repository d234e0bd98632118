"""Writing items in other formats: an item goes out only when it comes back as itself.

Every writer's item is read again by our own reader before it is taken into the file. What a format
has no place for (a language, a rationale) is a loss by name; an item whose question, options or
scoring would come back different is left out and said with its reason.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final

import msgspec

from question_banks.content import Content
from question_banks.errors import BankFileInvalid
from question_banks.formats.foreign import Found, report
from question_banks.formats.native import Target
from question_banks.media.check import Media
from question_banks.stimulus import Stimulus

ABOUT: Final = ("cognitive", "indicator", "rationale", "source", "language", "group", "stimulus")
BESIDE: Final = ("enemies", "tags")
CORE: Final = ("family", "stem", "options", "body", "competency", "level")


class Unwritable(Exception):
    """Why a format cannot carry an item; never leaves the writers."""


class Entry(msgspec.Struct, frozen=True):
    """An item to be written: its code in the bank, content, codes of its enemies, and tags."""

    code: str
    content: Content
    enemies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """What items refer to: pictures by address, shared texts by digest (hex)."""

    media: dict[str, Media] = {}
    stimuli: dict[str, Stimulus] = {}


class Note(msgspec.Struct, frozen=True):
    """What became of an item: fields that were lost, or why it was left out."""

    code: str
    what: str


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A file, how many items it holds, what they lost, and what was left out."""

    data: bytes
    items: int
    losses: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()


def sorted_out(
    entries: Iterable[Entry], read_back: Callable[[Entry], Iterable[Found]]
) -> tuple[list[Entry], tuple[Note, ...], tuple[Note, ...]]:
    """Items that come back as themselves, what they lost, and what is left out and why."""
    kept: list[Entry] = []
    losses: list[Note] = []
    left: list[Note] = []
    for entry in entries:
        try:
            lost = _lost(entry, read_back(entry))
        except Unwritable as reason:
            left.append(Note(entry.code, str(reason)))
            continue
        kept.append(entry)
        losses += [Note(entry.code, field) for field in lost]
    return kept, tuple(losses), tuple(left)


def _lost(entry: Entry, found: Iterable[Found]) -> list[str]:
    content = entry.content
    try:
        again = report(found, Target(content.competency, content.level)).file
    except BankFileInvalid as error:
        raise Unwritable(str(error.data.get("reason", ""))) from error
    if again.rejected or len(again.items) != 1:
        raise Unwritable(again.rejected[0].reason if again.rejected else "not_one_item")
    other = again.items[0].content
    for field in CORE:
        if _same(getattr(content, field)) != _same(getattr(other, field)):
            raise Unwritable(f"differs: {field}")
    lost = [field for field in ABOUT if getattr(content, field) != getattr(other, field)]
    lost += [name for name in BESIDE if getattr(entry, name) != getattr(again.items[0], name)]
    return lost + ([] if content.body == other.body else ["spelling"])


def _same(value: Any) -> Any:
    """A value with its exact numbers as numbers: "0.5" and "1/2" mean the same credit."""
    if isinstance(value, dict):
        return {k: _ratio(v) if k in NUMBERS else _same(v) for k, v in value.items()}
    return [_same(own) for own in value] if isinstance(value, list) else value


NUMBERS: Final = frozenset({"credit", "low", "high", "tolerance", "factor"})


def _ratio(text: Any) -> Any:
    try:
        return Fraction(text)
    except (ValueError, TypeError, ZeroDivisionError):
        return text
