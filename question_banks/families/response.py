"""Canonical responses: one text per response, what is stored, logged and graded.

An item with one chosen option has the option's id alone, as ever. Every other family has the
canonical JSON `{"v":2,"value":…}`; the family says which JSON value, and reads no other.
"""

from typing import Any, Final, TypeVar

import msgspec

from kernel.canonical import encode

VERSION: Final = 2
T = TypeVar("T")


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON around a value."""

    v: int
    value: Any


def response_of(value: Any) -> str:
    """The canonical text of a value (texts, lists and objects of texts)."""
    return encode({"v": VERSION, "value": value}).decode()


def value_of(response: str, kind: type[T]) -> T | None:
    """The value of a response text; None when it is none of that kind. Never raises."""
    try:
        envelope = msgspec.json.decode(response, type=Envelope)
        if envelope.v != VERSION:
            return None
        return msgspec.convert(envelope.value, kind, strict=True)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def cleaned(text: str) -> str:
    """A typed text without what no store can hold (NUL, half characters), line ends as one sign."""
    words = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()
