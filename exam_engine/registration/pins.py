"""PINs of an exam day: one per candidate (stored as HMAC), one per room (derived, never stored)."""

import hmac
from typing import Final

from kernel import ids

REGISTRATION_DIGITS: Final = 8
SESSION_DIGITS: Final = 6


def new_registration_pin() -> str:
    """Eight random digits, shown once."""
    return ids.random_digits(REGISTRATION_DIGITS)


def registration_pin_hash(pepper: bytes, registration_id: bytes, pin: str) -> bytes:
    """What the database keeps of a registration PIN."""
    message = b"ujikom/registration-pin/v1\0" + registration_id + pin.encode()
    return hmac.digest(pepper, message, "sha256")


def session_pin(pepper: bytes, room_id: bytes) -> str:
    """The six digits that the proctor of a room shows."""
    mac = hmac.digest(pepper, b"ujikom/session-pin/v1\0" + room_id, "sha256")
    return f"{int.from_bytes(mac[:8], 'big') % 10**SESSION_DIGITS:0{SESSION_DIGITS}d}"


def same(left: bytes | str, right: bytes | str) -> bool:
    """Comparison in constant time."""
    a = left if isinstance(left, bytes) else left.encode()
    b = right if isinstance(right, bytes) else right.encode()
    return hmac.compare_digest(a, b)
