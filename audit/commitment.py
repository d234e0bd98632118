"""Salted commitments: what a leaf says about a value without giving it away.

`C = HMAC-SHA256(salt, "ujikom/commit/v1" || 0x00 || lp(type) || lp(field) || lp(JCS(value)))`
with 32 fresh random bytes of salt for each field of each event; `lp` is the unsigned 32-bit
big-endian length and the bytes. Type and field are inside, so an opening cannot be moved to
another field; the salt has one length, so it cannot be shifted into the message.
"""

import hmac
from typing import Any, Final

from audit import jcs
from audit.errors import CommitmentWrong

SALT_BYTES: Final = 32
DOMAIN: Final = b"ujikom/commit/v1\x00"


def lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def prefix(event_type: str, field: str) -> bytes:
    """The part of the message that is the same for every event of a type."""
    return DOMAIN + lp(event_type.encode()) + lp(field.encode())


def commit_bytes(salt: bytes, prefixed: bytes, canonical: bytes) -> bytes:
    """The commitment to a value given as canonical JSON, under a prefix made before."""
    return hmac.digest(salt, prefixed + lp(canonical), "sha256")


def commit(salt: bytes, event_type: str, field: str, value: Any) -> bytes:
    """The commitment to a JSON value without floats."""
    if len(salt) != SALT_BYTES:
        raise CommitmentWrong(reason="salt_length", field=field)
    return commit_bytes(salt, prefix(event_type, field), jcs.encode(value))


def verify(commitment: bytes, salt: bytes, event_type: str, field: str, value: Any) -> None:
    """Check an opening against a commitment; raises `CommitmentWrong`."""
    if not hmac.compare_digest(commit(salt, event_type, field, value), commitment):
        raise CommitmentWrong(reason="value_or_salt", field=field)
