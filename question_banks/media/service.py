"""Keeping pictures and sounds, and which of them an item shows."""

import re
from typing import Final

from kernel.database import Tx, emits_nothing
from people.roles import Principal, Role
from question_banks.content import Content, to_bytes
from question_banks.media import store
from question_banks.media.check import Media

ADDRESS: Final = re.compile(r"/media/([0-9a-f]{64})\.(?:png|jpg|flac)")


@emits_nothing("a picture proves nothing; the items that show it are logged with its digest")
def keep(tx: Tx, *, media: Media, by: Principal) -> None:
    """Keep a checked picture under its digest."""
    by.require(Role.ITEM_WRITER)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.add(tx, media, by.account_id)


def shown_by(content: Content) -> frozenset[bytes]:
    """Digests of the pictures that an item shows."""
    return named_in(to_bytes(content).decode())


def named_in(text: str) -> frozenset[bytes]:
    """Digests of the pictures that a text shows."""
    return frozenset(map(bytes.fromhex, ADDRESS.findall(text)))
