"""A text that several items share, and its identity."""

from typing import Final

import msgspec

from kernel.canonical import sha256

DOMAIN: Final = b"ujikom/stimulus/v1\0"


class Stimulus(msgspec.Struct, frozen=True):
    """A shared text under its digest."""

    digest: bytes
    title: str
    html: str


def stimulus_digest(html: str) -> bytes:
    """Identity of a stimulus: SHA-256 over the domain and its HTML."""
    return sha256(DOMAIN + html.encode())
