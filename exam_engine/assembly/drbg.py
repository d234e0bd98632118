"""HMAC-DRBG with SHA-256 (NIST SP 800-90A rev. 1, 10.1.2) and unbiased integers from it."""

import hmac
import struct
from collections.abc import Iterator
from typing import Final

BLOCK: Final = 4096
WORD: Final = 8
BITS: Final = 8 * WORD
_WORDS: Final = struct.Struct(f">{BLOCK // WORD}Q")
PERSONALIZATION: Final = b"ujikom/draw/v1"


class Drbg:
    """A deterministic stream from a seed; no reseeding, no additional input."""

    def __init__(self, seed: bytes, personalization: bytes = PERSONALIZATION) -> None:
        self._key = bytes(32)
        self._value = b"\x01" * 32
        self._update(seed + personalization)
        self._words: Iterator[int] = iter(())

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
        more = ((bound - 1).bit_length() - 1) // BITS if bound > 1 else 0
        limit = (1 << BITS * (more + 1)) // bound * bound
        while True:
            value = self._word()
            for _ in range(more):
                value = value << BITS | self._word()
            if value < limit:
                return value % bound

    def _word(self) -> int:
        word = next(self._words, None)
        if word is None:
            self._words = iter(_WORDS.unpack(self.generate(BLOCK)))
            word = next(self._words)
        return word

    def _update(self, data: bytes) -> None:
        self._key = hmac.digest(self._key, self._value + b"\x00" + data, "sha256")
        self._value = hmac.digest(self._key, self._value, "sha256")
        if data:
            self._key = hmac.digest(self._key, self._value + b"\x01" + data, "sha256")
            self._value = hmac.digest(self._key, self._value, "sha256")
