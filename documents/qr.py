"""QR codes as SVG, in the alphanumeric mode that keeps an upper-case address small."""

import base64
import io
import re
from typing import Final

import segno

from documents.errors import QrUnsuitable

_ALPHANUMERIC: Final = re.compile(r"[0-9A-Z $%*+\-./:]+")
QUIET_ZONE: Final = 4


def qr_svg(text: str) -> str:
    """Draw `text` at error correction level M with its quiet zone of four modules.

    Raises QrUnsuitable for anything but 0-9 A-Z and ` $%*+-./:` or for more than fits.
    """
    if not _ALPHANUMERIC.fullmatch(text):
        raise QrUnsuitable(text=text)
    try:
        code = segno.make(text, error="m", mode="alphanumeric", micro=False, boost_error=False)
    except segno.DataOverflowError as error:
        raise QrUnsuitable(text=text) from error
    out = io.BytesIO()
    code.save(
        out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return out.getvalue().decode().strip()


def svg_data_uri(svg: str) -> str:
    """Wrap an SVG so that it can stand in the `src` of an <img>."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
