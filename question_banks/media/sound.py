"""A sound of a stranger, decoded and written anew: only its samples are kept.

It comes out as FLAC, which every current browser plays and which loses nothing: what is kept comes
back from an export byte for byte. Titles, pictures and other passengers of the file stay behind.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

from question_banks.errors import MediaInvalid
from question_banks.media.limits import MediaLimits

BEGINNINGS: Final = (b"RIFF", b"fLaC", b"OggS", b"ID3")
SYNC: Final = 0xE0  # the first bits of an MP3's second byte
FORMATS: Final = frozenset({"WAV", "WAVEX", "FLAC", "OGG", "MP3"})
HIGHEST: Final = 48_000  # samples a second
MOST_CHANNELS: Final = 2
BLOCK: Final = 65_536
BROKEN: Final = (RuntimeError, OSError, ValueError, MemoryError, TypeError)


def is_sound(data: bytes) -> bool:
    """Whether the bytes begin like a sound (and not like a WebP picture, which is RIFF too)."""
    frame = data[:1] == b"\xff" and len(data) > 1 and data[1] & SYNC == SYNC
    return frame or (data.startswith(BEGINNINGS) and data[8:12] != b"WEBP")


def flac(data: bytes, limits: MediaLimits) -> bytes:
    """The sound as FLAC of 16 bits; raises MediaInvalid."""
    import soundfile  # noqa: PLC0415 - slow to import (numpy), and seldom needed

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as source:
            if source.format not in FORMATS:
                raise MediaInvalid(reason="no_sound")
            if source.samplerate > HIGHEST or source.channels > MOST_CHANNELS:
                raise MediaInvalid(reason="sound_rate")
            return _written(source, limits)
    except BROKEN as error:
        raise MediaInvalid(reason="no_sound") from error


def _written(source: Any, limits: MediaLimits) -> bytes:
    import soundfile  # noqa: PLC0415 - as above

    out = io.BytesIO()
    left = limits.seconds * source.samplerate
    with soundfile.SoundFile(
        out, "w", source.samplerate, source.channels, format="FLAC", subtype="PCM_16"
    ) as target:
        for block in _blocks(source):
            left -= len(block)
            if left < 0:
                raise MediaInvalid(reason="too_long")
            target.write(block)
    if left == limits.seconds * source.samplerate:
        raise MediaInvalid(reason="no_sound")
    return out.getvalue()


def _blocks(source: Any) -> Iterator[Any]:
    """Samples as they are decoded, whatever length the file claims."""
    while len(block := source.read(BLOCK, dtype="int16", always_2d=True)):
        yield block
