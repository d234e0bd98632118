"""Finds the lines of a laid-out page that hold stand-ins, and moves their text as layout would.

Only what layout does inside one line is done here: pieces of text follow one another, the line is
aligned in its room. A line that would break, or grow in height, is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from certificates.compiled.errors import NotReproducible
from certificates.compiled.shaping import Pen, Shaped, Style
from certificates.compiled.tokens import filled, parts

_SPARE: Final = 0.1  # CSS pixels that a line must have left over, against rounding in layout
_SAME: Final = 1e-6


class Piece(msgspec.Struct, frozen=True):
    """A run of text in a variable line; `box` is WeasyPrint's, told apart by identity."""

    box: Any
    pattern: tuple[str, ...]
    style: Style
    x: float
    y: float
    drawn: Shaped

    @property
    def varies(self) -> bool:
        """Whether a stand-in is in it."""
        return len(self.pattern) > 1


class Line(msgspec.Struct, frozen=True):
    """A line with at least one piece that varies; `room` is what it may grow, in CSS pixels."""

    pieces: tuple[Piece, ...]
    align: float
    room: float

    def placed(self, pen: Pen, values: Mapping[str, str]) -> Iterator[tuple[Piece, bytes]]:
        """Each piece with its operators for these values; raises NotReproducible."""
        shaped = [
            pen.shape(piece.style, filled(piece.pattern, values)) if piece.varies else piece.drawn
            for piece in self.pieces
        ]
        pairs = list(zip(self.pieces, shaped, strict=True))
        growth = sum(new.width - piece.drawn.width for piece, new in pairs)
        if growth > self.room - _SPARE:
            raise NotReproducible
        moved = -self.align * growth
        for piece, new in pairs:
            old = piece.drawn
            if abs(new.height - old.height) + abs(new.baseline - old.baseline) > _SAME:
                raise NotReproducible
            yield piece, b"%s\n%s" % (_matrix(piece.x + moved, piece.y), new.operators)
            moved += new.width - old.width


def variable_lines(page: Any, pen: Pen) -> list[Line]:
    """The lines of a page that hold stand-ins; raises NotReproducible for one beyond us."""
    styles: dict[int, Style] = {}
    return [
        _line(line, container, pen, styles)
        for line, container in _lines(page._page_box, None)  # noqa: SLF001 - the only way in
        if any(len(parts(box.text)) > 1 for box in _texts(line))
    ]


def _line(line: Any, container: Any, pen: Pen, styles: dict[int, Style]) -> Line:
    pieces = []
    for box in _texts(line):
        if not box.text.strip():
            continue  # a space is never drawn; its width shows in what follows
        style = styles.setdefault(id(box.style), Style(box.style))
        drawn = pen.shape(style, box.text)
        y = box.position_y + box.baseline
        pieces.append(Piece(box, parts(box.text), style, box.position_x, y, drawn))
    return Line(tuple(pieces), _align(line), container.width - line.width)


def _align(line: Any) -> float:
    """Which share of a line's free room stands before it."""
    wanted = line.style["text_align_all"]
    last = line.style["text_align_last"]
    if last not in ("auto", wanted) or line.style["direction"] != "ltr":
        raise NotReproducible
    shares = {"start": 0.0, "left": 0.0, "center": 0.5, "end": 1.0, "right": 1.0}
    if wanted not in shares:
        raise NotReproducible
    return shares[wanted]


def _lines(box: Any, container: Any) -> Iterator[tuple[Any, Any]]:
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - slow import

    box = getattr(box, "_box", box)  # the placeholder of an absolutely positioned box
    if isinstance(box, boxes.LineBox):
        yield box, container
    for child in getattr(box, "children", ()):
        yield from _lines(child, box)


def _texts(box: Any) -> Iterator[Any]:
    """The text boxes of a line from left to right."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - slow import

    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)


def _matrix(x: float, y: float) -> bytes:
    return b"1 0 0 -1 %s %s Tm" % (_number(x), _number(y))


def _number(value: float) -> bytes:
    """A number as pydyf writes it."""
    if value.is_integer():
        return b"%d" % int(value)
    return f"{value:f}".rstrip("0").encode()
