"""A picture or sound of a stranger, decoded and written anew: only what was understood is kept.

A picture comes out as PNG, or JPEG where it came as one, a sound as FLAC, without metadata, and is
named by the hash of its bytes.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from PIL import Image, ImageFile, ImageOps

from kernel.canonical import sha256
from question_banks.errors import MediaInvalid
from question_banks.media.limits import MediaLimits
from question_banks.media.sound import flac, is_sound

PICTURES: Final = {"PNG": "png", "JPEG": "jpg", "GIF": "png", "WEBP": "png"}
TYPES: Final = {"png": "image/png", "jpg": "image/jpeg", "flac": "audio/flac"}
QUALITY: Final = 88


BROKEN: Final = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, Warning, ArithmeticError, LookupError,
    TypeError,
)  # fmt: skip


USUAL: Final = MediaLimits()


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is kept: its bytes' hash, its ending, its size in pixels (0 of a sound)."""

    digest: bytes
    ending: str
    width: int
    height: int
    data: bytes

    @property
    def address(self) -> str:
        """Where pages find it."""
        return f"/media/{self.digest.hex()}.{self.ending}"


def checked(data: bytes, limits: MediaLimits = USUAL) -> Media:
    """The picture or sound that the bytes decode to, written anew; raises MediaInvalid."""
    if len(data) > limits.bytes:
        raise MediaInvalid(reason="too_large")
    if is_sound(data):
        heard = flac(data, limits)
        if len(heard) > limits.bytes:
            raise MediaInvalid(reason="too_large")
        return Media(digest=sha256(heard), ending="flac", width=0, height=0, data=heard)
    try:
        with warnings.catch_warnings(), _whole_files_only():
            warnings.simplefilter("error")
            return _written(data, limits)
    except MediaInvalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaInvalid(reason="too_many_pixels") from error
    except BROKEN as error:
        raise MediaInvalid(reason="no_picture") from error


@contextmanager
def _whole_files_only() -> Iterator[None]:
    """Pillow refuses cut files, also where a library for printing told it to be patient."""
    patient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = patient


def _written(data: bytes, limits: MediaLimits) -> Media:
    with Image.open(io.BytesIO(data), formats=tuple(PICTURES)) as opened:
        if opened.width * opened.height > limits.pixels:
            raise MediaInvalid(reason="too_many_pixels")
        ending = PICTURES[str(opened.format)]
        opened.load()
        image = ImageOps.exif_transpose(opened)
        if image.mode not in {"1", "L", "RGB", "RGBA"} or (ending == "jpg" and image.mode != "L"):
            image = image.convert("RGB" if ending == "jpg" else "RGBA")
        if max(image.size) > limits.side:
            image.thumbnail((limits.side, limits.side))
        clean = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    if ending == "jpg":
        clean.save(out, "JPEG", quality=QUALITY)
    else:
        clean.save(out, "PNG", optimize=False)
    kept = out.getvalue()
    return Media(
        digest=sha256(kept), ending=ending, width=clean.width, height=clean.height, data=kept
    )
