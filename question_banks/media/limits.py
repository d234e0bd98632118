"""How large a picture or a sound may be."""

import msgspec


class MediaLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a file as it comes and as it is kept; pixels of a picture and its longest side;
    seconds of a sound.
    """

    bytes: int = 5 * 1024 * 1024
    pixels: int = 20_000_000
    side: int = 2000
    seconds: int = 180
