"""A badge as a picture: PNG with the credential baked in (Open Badges 3.0 §5.3)."""

import io
from math import cos, pi, sin
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from documents.fonts import FONT_FOLDER

KEYWORD: Final = "openbadgecredential"
SIDE: Final = 512
_SCALE: Final = 2  # drawn larger, then reduced: smooth edges
_TEAL: Final = "#0f5b5c"
_PAPER: Final = "#fbfaf7"
_LINE: Final = 15  # letters


def bake(credential: bytes, *, title: str, sample: bool) -> bytes:
    """Draw the badge and put the credential into it; the same input gives the same bytes.

    The credential lies in an uncompressed iTXt chunk, once, as the standard asks.
    """
    picture = _drawn(title, sample=sample)
    chunk = PngInfo()
    chunk.add_itxt(KEYWORD, credential.decode(), zip=False)
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=chunk)
    return out.getvalue()


def _drawn(title: str, *, sample: bool) -> Image.Image:
    side = SIDE * _SCALE
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    middle = side / 2
    pen.polygon(_scallops(middle, side * 0.49, side * 0.46, 36), fill=_TEAL)
    for radius, colour in ((0.40, _PAPER), (0.385, _TEAL), (0.378, _PAPER)):
        reach = side * radius
        pen.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), fill=colour)
    tick = [(0.40, 0.30), (0.47, 0.37), (0.62, 0.22)]
    pen.line([(x * side, y * side) for x, y in tick], fill=_TEAL, width=side // 36, joint="curve")
    _write(pen, _lines(title), middle, side * 0.44, side // 15)
    if sample:
        _write(pen, ["CONTOH"], middle, side * 0.76, side // 22)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _scallops(middle: float, outer: float, inner: float, count: int) -> list[tuple[float, float]]:
    """The rim of a seal."""
    points = []
    for n in range(2 * count):
        reach = outer if n % 2 else inner
        angle = pi * n / count
        points.append((middle + reach * cos(angle), middle + reach * sin(angle)))
    return points


def read(png: bytes) -> bytes | None:
    """The credential that is baked into a PNG, None without one."""
    with Image.open(io.BytesIO(png)) as picture:
        text = picture.info.get(KEYWORD)
    return text.encode() if isinstance(text, str) else None


def _lines(title: str) -> list[str]:
    """At most three short lines; what is longer ends in dots."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2]} …"]  # noqa: PLR2004 - see above


def _write(pen: Any, lines: list[str], middle: float, top: float, size: int) -> None:
    font = ImageFont.truetype(str(FONT_FOLDER / "NotoSans-Bold.ttf"), size)
    for n, line in enumerate(lines):
        pen.text((middle, top + n * size * 1.25), line, font=font, fill=_TEAL, anchor="ma")
