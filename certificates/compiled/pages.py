"""A painted page taken apart: constant operators, and the places where something varies."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import pydyf

from certificates.compiled.lines import Line, variable_lines
from certificates.compiled.shaping import Pen

QR: Final = "qr"


class PageParts(msgspec.Struct, frozen=True):
    """Constant operators at even places, at odd ones what is put there: a piece's key or `QR`."""

    number: int
    operators: tuple[Any, ...]
    lines: tuple[Line, ...]

    def content(self, pen: Pen, values: Mapping[str, str], qr: bytes) -> bytes:
        """The page's operators for these values; raises NotReproducible."""
        drawn: dict[Any, bytes] = {QR: qr}
        for line in self.lines:
            for piece, operators in line.placed(pen, values):
                drawn[id(piece.box)] = operators
        cut = [drawn[part] if n % 2 else part for n, part in enumerate(self.operators)]
        return b"\n".join(cut)


class PageCapture:
    """What was seen while one page was painted."""

    def __init__(self, page: Any, stream: Any) -> None:
        """Keep WeasyPrint's page and stream; its marks are gone once the tags are made."""
        self.page = page
        self.stream = stream
        starts = {
            each["MCID"]: place
            for place, each in enumerate(stream.stream)
            if isinstance(each, pydyf.Dictionary) and "MCID" in each
        }
        tags = stream._tags.items()  # noqa: SLF001 - the only way to them
        self._starts = {box: starts[mark["mcid"]] for box, mark in tags}
        self.lines: tuple[Line, ...] = ()

    def find_lines(self, pen: Pen) -> None:
        """Look for stand-ins; raises NotReproducible."""
        self.lines = tuple(variable_lines(self.page, pen))

    def parts(self, qr: bytes) -> PageParts:
        """Cut the operators; `qr` is what the QR code's path looks like."""
        items = [as_bytes(item) for item in self.stream.stream]
        cuts = [cut for line in self.lines for cut in self._pieces(line, items)]
        cuts += _qr(items, qr.split(b"\n"))
        operators: list[Any] = []
        at = 0
        for start, end, key in sorted(cuts):
            operators += [b"\n".join(items[at:start]), key]
            at = end
        operators.append(b"\n".join(items[at:]))
        return PageParts(self.stream.number, tuple(operators), self.lines)

    def _pieces(self, line: Line, items: list[bytes]) -> list[tuple[int, int, Any]]:
        cuts = []
        for piece in line.pieces:
            start = items.index(b"BT", self._starts[piece.box]) + 1
            cuts.append((start, items.index(b"ET", start), id(piece.box)))
        return cuts


def _qr(items: list[bytes], path: list[bytes]) -> list[tuple[int, int, Any]]:
    """Where the QR code's path stands; none on a page without one."""
    for at in (n for n, item in enumerate(items) if item == path[0]):
        if items[at : at + len(path)] == path:
            return [(at, at + len(path), QR)]
    return []


def as_bytes(item: Any) -> bytes:
    """An operator as pydyf writes it."""
    if isinstance(item, bytes):
        return item
    return item.data if isinstance(item, pydyf.Object) else str(item).encode("ascii")
