"""Ids of 128 random bits: bytes in the database, one text form in URLs and files."""

import base64
import secrets
from typing import Final

from kernel.errors import Invalid

ID_BYTES: Final = 16
TEXT_LENGTH: Final = 26


class InvalidId(Invalid):
    """The text is no id."""

    code = "invalid_id"


def random_bytes(count: int) -> bytes:
    """Fresh bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def random_digits(count: int) -> str:
    """A string of `count` uniform decimal digits."""
    return "".join(secrets.choice("0123456789") for _ in range(count))


def new_id() -> bytes:
    """A fresh 16-byte id."""
    return secrets.token_bytes(ID_BYTES)


def text(value: bytes) -> str:
    """RFC 4648 base32, lower case, without padding (26 characters)."""
    return base64.b32encode(value).decode().rstrip("=").lower()


def parse(value: str) -> bytes:
    """Inverse of `text`, exact: another spelling of the same bytes raises InvalidId."""
    try:
        raw = base64.b32decode(value.upper() + "======")
    except ValueError as error:
        raise InvalidId(id=value[:TEXT_LENGTH]) from error
    if len(raw) != ID_BYTES or text(raw) != value:
        raise InvalidId(id=value[:TEXT_LENGTH])
    return raw
