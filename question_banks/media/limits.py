"""How large a picture may be."""

import msgspec


class MediaLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a file, pixels of a picture, and its longest side."""

    bytes: int = 5 * 1024 * 1024
    pixels: int = 20_000_000
    side: int = 2000
