"""Baked badges: the credential is in the picture, uncompressed and once, and survives a reader."""

import struct
import zlib
from collections.abc import Iterator

from certificates import baked, credential
from tests.certificates import sample


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and data of every chunk, each with its checksum checked (PNG specification §5)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (stated,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert zlib.crc32(kind + data) == stated
        yield kind, data
        at += 12 + length


def test_badge_is_baked_uncompressed_and_once() -> None:
    own = sample.badge(sample.issued(sample.claim(holder_name="Ñgũgĩ Contoh")))
    png = baked.bake(own, title="Pelayanan Publik Dasar", sample=True)

    texts = [data for kind, data in chunks(png) if kind == b"iTXt"]
    # keyword, null, compression flag 0, method 0, language null, translated keyword null
    assert texts == [b"openbadgecredential\0\0\0\0\0" + own]
    read = baked.read(png)
    assert read == own
    credential.verify(read, sample.PUBLIC)


def test_badge_of_the_same_credential_is_the_same_picture() -> None:
    own = sample.badge(sample.issued())
    one = baked.bake(own, title="Skema", sample=False)
    assert one == baked.bake(own, title="Skema", sample=False)
    assert one != baked.bake(own, title="Skema", sample=True)


def test_long_title_fits_in_three_lines() -> None:
    title = "Jabatan Fungsional Analis Sumber Daya Manusia Aparatur Ahli Muda"
    assert len(baked._lines(title)) == 3
    assert baked._lines(title)[2].endswith("…")
