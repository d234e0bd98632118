"""Shapes one line of text as WeasyPrint does, with WeasyPrint's own layout and drawing.

Nothing is approximated: Pango chooses the glyphs and WeasyPrint writes the operators, so that a
line comes out as in a whole rendering. What the compiled file's fonts lack is refused.
"""

import re
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

import msgspec

from certificates.compiled.errors import NotReproducible

_GLYPHS: Final = re.compile(r"<([0-9a-f]+)>")
_KEPT: Final = 64  # dates and places come again and again


class Shaped(msgspec.Struct, frozen=True):
    """A drawn line: sizes in CSS pixels, and the operators that follow its text matrix."""

    width: float
    height: float
    baseline: float
    operators: bytes


class Closed(dict[Any, Any]):
    """A dictionary that takes nothing new: what is missing in it is missing in the file."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Refuse."""
        raise NotReproducible


class Pen:
    """Draws lines in the styles and fonts of one compiled document."""

    def __init__(self, stream: Any, fonts: dict[Any, Any]) -> None:
        """Draw with a page's stream; `fonts` is the document's, open until `close`."""
        self._stream = stream.clone(tags=None)
        self._fonts = fonts
        self._unicode: dict[str, dict[int, str]] | None = None
        self.shape = lru_cache(maxsize=_KEPT)(self._shape)

    def close(self) -> None:
        """The fonts are in the file now: no line may need more of them."""
        for font in self._fonts.values():
            font.to_unicode = Closed(font.to_unicode)
            font.widths = Closed(font.widths)
        self._stream._fonts = Closed(self._fonts)  # noqa: SLF001 - WeasyPrint offers no other way
        self._unicode = {font.hash: font.to_unicode for font in self._fonts.values()}
        self.shape.cache_clear()

    def _shape(self, style: "Style", text: str) -> Shaped:
        """Draw `text` on one line; raises NotReproducible."""
        from weasyprint.draw.text import draw_first_line  # noqa: PLC0415 - slow import
        from weasyprint.matrix import Matrix  # noqa: PLC0415 - as above
        from weasyprint.text.ffi import FROM_UNITS, pango  # noqa: PLC0415 - as above
        from weasyprint.text.line_break import create_layout, line_size  # noqa: PLC0415 - as above

        text = style.transformed(text)
        layout = create_layout(text, style.css, None, None, 0)
        line, more = layout.get_first_line()
        if more is not None:
            raise NotReproducible
        width, height = line_size(line, style.css)
        baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        box = SimpleNamespace(text=text, style=style.css, pango_layout=layout, baseline=baseline)
        stream = self._stream
        stream.stream, stream._current_font = [], None  # noqa: SLF001 - as above
        draw_first_line(stream, box, "clip", "none", Matrix(d=-1))
        drawn = stream.stream[1:]
        if self._unicode is not None and self._read(drawn) != text:
            raise NotReproducible
        return Shaped(width, height, baseline, b"\n".join(drawn))

    def _read(self, drawn: list[bytes]) -> str:
        """The text that a reader of the file finds in the operators."""
        found: list[str] = []
        glyphs: dict[int, str] = {}
        for line in drawn:
            operation = line.decode()
            if operation.endswith("Tf"):
                glyphs = (self._unicode or {})[operation[1:].split()[0]]
                continue
            for run in _GLYPHS.findall(operation):
                found += [glyphs[int(run[at : at + 4], 16)] for at in range(0, len(run), 4)]
        return "".join(found)


class Style:
    """A style of the document, told apart by identity."""

    def __init__(self, css: Any) -> None:
        """Wrap WeasyPrint's computed style."""
        self.css = css
        self._transform = css["text_transform"]
        self._language = (css["lang"] or "").split("-")[0].lower()

    def transformed(self, text: str) -> str:
        """The text in the case that the style asks for."""
        from weasyprint.formatting_structure.text import transform  # noqa: PLC0415 - slow import

        if self._transform == "none":
            return text
        return str(transform(self._transform, text, self._language))
