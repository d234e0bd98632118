"""Time-based one-time passwords (RFC 6238 over RFC 4226), as authenticator apps make them."""

import base64
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote

SECRET_BYTES: Final = 20
STEP_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1  # steps that a phone's clock may be off, either way (RFC 6238 §5.2)


def code_at(secret: bytes, step: int) -> str:
    """The code of one step of thirty seconds (RFC 4226 §5.3, HMAC-SHA-1)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(at: datetime) -> int:
    """The step that a moment lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def fitting_step(secret: bytes, code: str, *, at: datetime, after: int) -> int | None:
    """The step whose code this is, within the drift and later than the last one used."""
    now = step_of(at)
    for step in range(max(now - DRIFT, after + 1), now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step), code):
            return step
    return None


def text_of(secret: bytes) -> str:
    """The secret in base 32, as it is typed into an app."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """What an app reads from the QR code (key URI format)."""
    label = f"{quote(issuer)}:{quote(account)}"
    return f"otpauth://totp/{label}?secret={text_of(secret)}&issuer={quote(issuer)}"
