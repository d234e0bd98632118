"""The QR code's modules as the operators that WeasyPrint draws from our SVG."""

from collections.abc import Sequence

from documents.qr import qr_runs


def qr_path(rows: Sequence[bytes]) -> bytes:
    """Draw rows of modules as one horizontal line for each run."""
    return b"\n".join(b"%d %d.5 m\n%d %d.5 l" % (x, y, end, y) for x, end, y in qr_runs(rows))
