"""Sealing of what is permanent and personal: AES-256-GCM under a subject's own data key.

Destroying the key destroys every sealed text of that subject, in backups too.
"""

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import Integrity
from kernel.ids import random_bytes

VERSION = b"\x01"
NONCE_BYTES = 12


class SealBroken(Integrity):
    """The sealed bytes were changed, or belong to another key or place."""

    code = "seal_broken"


class Sealer(msgspec.Struct, frozen=True):
    """A subject's 16-byte id and 32-byte data key."""

    subject: bytes
    key: bytes

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Encrypt; `aad` ties the bytes to their place. Layout: version, nonce, ciphertext, tag."""
        nonce = random_bytes(NONCE_BYTES)
        return VERSION + nonce + AESGCM(self.key).encrypt(nonce, plaintext, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Inverse of `seal`; raises SealBroken."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != VERSION or len(nonce) != NONCE_BYTES:
            raise SealBroken
        try:
            return AESGCM(self.key).decrypt(nonce, body, aad)
        except InvalidTag as error:
            raise SealBroken from error
