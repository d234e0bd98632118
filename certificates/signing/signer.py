"""Who signs certificate PDFs: one interface, and the signer whose key is a file.

A signer is a value that can cross to a worker process. It opens its key at its first signature.
"""

from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256


class Signer(Protocol):
    """Signs with one P-256 key under one certificate."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER certificates: the signer's own first, then its issuers without the root."""

    def sign(self, data: bytes, /) -> bytes:
        """ECDSA P-256 with SHA-256 over `data`, as DER (RFC 3279); raises Unavailable."""


class FileSigner:
    """The key lay sealed in a file and is in memory now. Equal data give equal signatures."""

    def __init__(self, key: bytes, chain: tuple[bytes, ...]) -> None:
        """`key` is the private number, 32 bytes, big endian."""
        self._key = key
        self._chain = chain

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER certificates, the signer's own first."""
        return self._chain

    def sign(self, data: bytes, /) -> bytes:
        """The DER signature; its nonce is derived as in RFC 6979, so chance has no part in it."""
        return self._private.sign(data, ECDSA(SHA256(), deterministic_signing=True))

    @cached_property
    def _private(self) -> EllipticCurvePrivateKey:
        return derive_private_key(int.from_bytes(self._key, "big"), SECP256R1())

    def __reduce__(self) -> tuple[type["FileSigner"], tuple[bytes, tuple[bytes, ...]]]:
        return FileSigner, (self._key, self._chain)
