"""A page of a PDF as a picture, for previews on pages."""

import io

from documents.html_pdf import RENDERING

_POINTS: float = 72.0


def page_png(pdf: bytes, *, page: int, width: int) -> bytes:
    """PNG of one page (from 0), `width` pixels wide; raises IndexError beyond the last page."""
    import pypdfium2  # noqa: PLC0415 - slow import, needed for previews only

    with RENDERING:  # PDFium is not made for two threads
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 <= page < len(document):
                raise IndexError(page)
            shown = document[page]
            bitmap = shown.render(scale=width / shown.get_width())
            out = io.BytesIO()
            bitmap.to_pil().save(out, "PNG")
            return out.getvalue()
        finally:
            document.close()
