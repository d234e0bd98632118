"""HMAC-DRBG with SHA-256 (NIST SP 800-90A rev. 1, 10.1.2) and unbiased integers from it."""

import hmac
from typing import Final

BLOCK: Final = 4096
WORD: Final = 8
BITS: Final = 8 * WORD
PERSONALIZATION: Final = b"ujikom/draw/v1"


class Drbg:
    """A deterministic stream from a seed; no reseeding, no additional input."""

    def __init__(self, seed: bytes, personalization: bytes = PERSONALIZATION) -> None:
        self._key = bytes(32)
        self._value = b"\x01" * 32
        self._update(seed + personalization)
        self._buffer = b""
        self._at = 0

    def generate(self, count: int) -> bytes:
        """One Generate call of `count` bytes."""
        blocks = []
        for _ in range((count + 31) // 32):
            self._value = hmac.digest(self._key, self._value, "sha256")
            blocks.append(self._value)
        self._update(b"")
        return b"".join(blocks)[:count]

    def below(self, bound: int) -> int:
        """A uniform integer in [0, bound) from 8-byte big-endian words, with rejection.

        A bound beyond 2^64 takes as many words as it needs, the first one highest.
        """
        words = max(1, ((bound - 1).bit_length() + BITS - 1) // BITS)
        limit = (1 << BITS * words) // bound * bound
        while True:
            value = int.from_bytes(b"".join(self._word() for _ in range(words)), "big")
            if value < limit:
                return value % bound

    def _word(self) -> bytes:
        if self._at == len(self._buffer):
            self._buffer = self.generate(BLOCK)
            self._at = 0
        self._at += WORD
        return self._buffer[self._at - WORD : self._at]

    def _update(self, data: bytes) -> None:
        self._key = hmac.digest(self._key, self._value + b"\x00" + data, "sha256")
        self._value = hmac.digest(self._key, self._value, "sha256")
        if data:
            self._key = hmac.digest(self._key, self._value + b"\x01" + data, "sha256")
            self._value = hmac.digest(self._key, self._value, "sha256")
