"""QR codes as SVG, for addresses in the alphanumeric mode that keeps an upper-case one small."""

import base64
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import zxingcpp

from documents.errors import QrUnsuitable

_ALPHANUMERIC: Final = re.compile(r"[0-9A-Z $%*+\-./:]+")
QUIET_ZONE: Final = 4


def qr_modules(text: str, *, any_text: bool = False) -> tuple[bytes, ...]:
    """Encode `text` at error correction level M: rows of modules, 1 is dark, no quiet zone.

    Raises QrUnsuitable for more than fits and, unless `any_text`, for anything but 0-9 A-Z and
    ` $%*+-./:`.
    """
    if not any_text and not _ALPHANUMERIC.fullmatch(text):
        raise QrUnsuitable(text=text)
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError as error:
        raise QrUnsuitable(text=text) from error
    picture: Any = code.to_image(scale=1, add_quiet_zones=False)
    modules = bytes(memoryview(picture)).translate(_TO_MODULES)
    side = math.isqrt(len(modules))
    return tuple(modules[start : start + side] for start in range(0, len(modules), side))


_TO_MODULES: Final = bytes([1]) + bytes(255)  # black is 0 in the picture


def qr_svg(text: str, *, any_text: bool = False) -> str:
    """Draw `qr_modules` with the quiet zone of four modules; raises QrUnsuitable."""
    rows = qr_modules(text, any_text=any_text)
    size = len(rows) + 2 * QUIET_ZONE
    strokes = "".join(f"M{start} {y}.5H{end}" for start, end, y in qr_runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0H{size}V{size}H0z"/>'
        f'<path fill="none" stroke="#000" d="{strokes}"/></svg>'
    )


def qr_runs(rows: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
    """Each run of dark modules as start, end and row, counted from the quiet zone's corner."""
    for y, row in enumerate(rows, QUIET_ZONE):
        end = 0
        while (start := row.find(1, end)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            yield start + QUIET_ZONE, end + QUIET_ZONE, y


def svg_data_uri(svg: str) -> str:
    """Wrap an SVG so that it can stand in the `src` of an <img>."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
