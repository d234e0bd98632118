"""Pictures made for tests (DATA CONTOH)."""

import io

from PIL import Image, PngImagePlugin


def picture(colour: str = "red", size: tuple[int, int] = (200, 160), kind: str = "PNG") -> bytes:
    """A picture of one colour with metadata that may not survive."""
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    if kind == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Author", "RAHASIA")
        image.save(out, kind, pnginfo=told)
    else:
        exif = Image.Exif()
        exif[0x010E] = "RAHASIA"
        image.save(out, kind, exif=exif)
    return out.getvalue()
