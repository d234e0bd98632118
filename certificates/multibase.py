"""Multibase texts of signatures and keys: base58btc with the prefix `z`, and base64url."""

import base64
from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC: Final = b"\xed\x01"
_KEY_BYTES: Final = 32
_LONGEST: Final = 256


def encode(data: bytes) -> str:
    """Write bytes in base58btc after the letter `z`."""
    number = int.from_bytes(data, "big")
    symbols = ""
    while number:
        number, rest = divmod(number, 58)
        symbols = _ALPHABET[rest] + symbols
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + symbols


def decode(text: str) -> bytes:
    """Inverse of `encode`; raises ValueError."""
    if len(text) > _LONGEST or not text.startswith("z") or not set(text[1:]) <= set(_ALPHABET):
        raise ValueError(text[:_LONGEST])
    symbols = text[1:]
    number = 0
    for symbol in symbols:
        number = number * 58 + _ALPHABET.index(symbol)
    zeros = len(symbols) - len(symbols.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def public_key(raw: bytes) -> str:
    """Write an Ed25519 public key as a Multikey."""
    return encode(_ED25519_PUBLIC + raw)


def read_public_key(text: str) -> bytes:
    """Inverse of `public_key`; raises ValueError."""
    data = decode(text)
    if not data.startswith(_ED25519_PUBLIC) or len(data) != len(_ED25519_PUBLIC) + _KEY_BYTES:
        raise ValueError(text)
    return data[len(_ED25519_PUBLIC) :]


def read_base64url(text: str) -> bytes:
    """Inverse of `base64url`, exact; raises ValueError."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise ValueError(text[:_LONGEST])
    return data


def base64url(data: bytes) -> str:
    """Write bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
