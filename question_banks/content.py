"""What an item version holds, and its identity: the digest of its canonical bytes."""

from typing import Any, Final

import msgspec

from kernel.canonical import encode, sha256

DOMAIN: Final = b"ujikom/item-version/v1\0"
MOST_TAGS: Final = 20
LONGEST_TAG: Final = 40


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """An answer option. `id` is stable across languages and orders; `points` are the family's."""

    id: str
    html: str
    points: int


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item version: sanitised HTML texts, options with points, and its place in the bank.

    `v` is 1 for items of options alone and 2 for items with a `body`: what the family needs beyond
    options, in the family's own form (JSON values; exact numbers as texts such as "1/3").
    `stimulus` is the digest (hex) of a text that several items share, empty without one. `group`
    names items of which a paper may have one. A field at its default is left out of the bytes, so
    the bytes of version 1 never change.
    """

    v: int
    family: str
    language: str
    competency: str
    level: int
    cognitive: str
    indicator: str
    stem: str
    options: tuple[Option, ...]
    rationale: str
    source: str
    body: dict[str, Any] | None = None
    stimulus: str = ""
    group: str = ""

    def option(self, option_id: str) -> Option | None:
        """The option with this id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


def to_bytes(content: Content) -> bytes:
    """Canonical bytes; what is stored and hashed."""
    return encode(msgspec.to_builtins(content))


def from_bytes(data: bytes) -> Content:
    """Inverse of `to_bytes`."""
    return msgspec.json.decode(data, type=Content)


def digest(data: bytes) -> bytes:
    """Identity of a version: SHA-256 over the domain and the canonical bytes."""
    return sha256(DOMAIN + data)
