"""Canonical JSON (RFC 8785) and the small byte forms that hashed formats share."""

import base64
import hashlib
from typing import Any

import msgspec
import rfc8785


def encode(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value; raises ValueError on what JSON cannot hold."""
    return rfc8785.dumps(value)


def decode(data: bytes) -> Any:
    """Parse JSON bytes; raises msgspec.DecodeError (a ValueError)."""
    return msgspec.json.decode(data)


def sha256(data: bytes) -> bytes:
    """SHA-256 digest."""
    return hashlib.sha256(data).digest()


def lp(data: bytes) -> bytes:
    """Length-prefixed form: unsigned 32-bit big-endian length, then the bytes."""
    return len(data).to_bytes(4, "big") + data


def b64(data: bytes) -> str:
    """Standard padded base64 text."""
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Inverse of `b64`; raises ValueError."""
    return base64.b64decode(text, validate=True)
