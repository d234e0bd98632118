"""Text as filled outlines, for marks that are pictures and not text."""

from typing import Any

from documents.fonts import Face, font_path


def outline(text: str, face: Face, *, size: float, spacing: float = 0.0) -> tuple[str, float]:
    """PDF path operators of `text` and its width; baseline at the origin, y down.

    `size` is the em and `spacing` the gap after each letter, both in the unit of the drawing.
    """
    from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped] # noqa: PLC0415 - slow
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # noqa: PLC0415 - slow import

    class OperatorPen(BasePen):  # type: ignore[misc] # fontTools ships no types
        """Writes outlines as path operators, scaled and moved to where the letter stands."""

        def _moveTo(self, point: Any) -> None:  # noqa: N802 - the name fontTools calls
            parts.append(f"{place(point)} m")

        def _lineTo(self, point: Any) -> None:  # noqa: N802 - the name fontTools calls
            parts.append(f"{place(point)} l")

        def _curveToOne(self, first: Any, second: Any, end: Any) -> None:  # noqa: N802 - as above
            parts.append(f"{place(first)} {place(second)} {place(end)} c")

        def _closePath(self) -> None:  # noqa: N802 - the name fontTools calls
            parts.append("h")

    def place(point: tuple[float, float]) -> str:
        return f"{round(left + point[0] * scale)} {round(-point[1] * scale)}"

    parts: list[str] = []
    left = 0.0
    with TTFont(font_path(face), lazy=True) as font:
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        scale = size / font["head"].unitsPerEm
        for letter in text:
            glyph = glyphs[names[ord(letter)]]
            glyph.draw(OperatorPen(glyphs))
            left += glyph.width * scale + spacing
    return "\n".join(parts), left - spacing
