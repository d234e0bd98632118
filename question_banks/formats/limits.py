"""How much an import takes: every bound on files that strangers made, in one value."""

from typing import Final

import msgspec

from question_banks.media.limits import MediaLimits


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a file, its items; of an archive: entries, unpacked bytes, their growth; and what
    each picture may be.
    """

    bytes: int = 10 * 1024 * 1024
    items: int = 10_000
    entries: int = 20_000
    unpacked: int = 100 * 1024 * 1024
    growth: int = 200
    depth: int = 200
    media: MediaLimits = MediaLimits()


USUAL: Final = Limits()
