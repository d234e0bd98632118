"""Bits of a status list (W3C Bitstring Status List 1.0 §3): gzip, base64url, the first bit left."""

import gzip
import zlib
from collections.abc import Iterable
from typing import Final

from certificates.errors import StatusListMalformed
from certificates.multibase import base64url, read_base64url

SIZE: Final = 131_072  # the least that the standard allows, so that one bit hides among many
_BYTES: Final = SIZE // 8
_PREFIX: Final = "u"  # multibase: base64url without padding


def encode(places: Iterable[int]) -> str:
    """The list in which these places are set; the same places give the same text."""
    bits = bytearray(_BYTES)
    for place in places:
        if not 0 <= place < SIZE:
            raise ValueError(place)
        bits[place // 8] |= 0x80 >> place % 8
    return _PREFIX + base64url(gzip.compress(bytes(bits), mtime=0))


def is_set(encoded: str, place: int) -> bool:
    """Whether a place is set; raises StatusListMalformed.

    Reads at most one list's bytes out of the compressed text, however much there is.
    """
    if not encoded.startswith(_PREFIX):
        raise StatusListMalformed(reason="multibase")
    try:
        reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
        bits = reader.decompress(read_base64url(encoded[1:]), _BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise StatusListMalformed(reason="gzip") from error
    if len(bits) != _BYTES or not 0 <= place < SIZE:
        raise StatusListMalformed(reason="length")
    return bool(bits[place // 8] & 0x80 >> place % 8)
