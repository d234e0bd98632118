"""Completes the tags that WeasyPrint writes, as PDF/UA-1 (ISO 14289-1) wants them.

WeasyPrint leaves out the language of a passage and the scope of a header cell, gives a figure's box
in its own coordinates, and tags what stands in the page's margin although no tree holds it.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import msgspec

_POINTS: Final = 0.75  # in a CSS pixel
_SCOPES: Final = {"row": "/Row", "col": "/Column"}


class _Painted(msgspec.Struct, frozen=True):
    """A page with its content stream, and the number of the marked content of each box."""

    page: Any
    stream: Any
    marks: tuple[tuple[Any, int], ...]


class Tagging:
    """Looks on while a document's pages are painted, and completes the tags afterwards."""

    def __init__(self, document: Any, language: str) -> None:
        """Watch WeasyPrint's document; `language` is what the file declares for the whole."""
        self._language = language
        self._painted: list[_Painted] = []
        for page in document.pages:
            page.paint = partial(self._paint, page, page.paint)

    def _paint(self, page: Any, paint: Any, stream: Any, scale: float) -> None:
        paint(stream, scale)
        marks = tuple((box, mark["mcid"]) for box, mark in stream._tags.items())  # noqa: SLF001 - the only way to them
        self._painted.append(_Painted(page, stream, marks))

    def complete(self, pdf: Any) -> None:
        """Complete the pydyf document's tree."""
        root = _object(pdf, pdf.catalog["StructTreeRoot"])
        parents = _object(pdf, root["ParentTree"])["Nums"]
        for number, painted in enumerate(self._painted):
            self._complete_page(pdf, painted, parents[2 * number + 1])
        kept = set(_raise_languages(pdf, _object(pdf, root["K"][0])))
        for entry in pdf.objects:
            if _is_element(entry) and entry.number not in kept:
                entry.clear()  # of a margin: nothing refers to it

    def _complete_page(self, pdf: Any, painted: _Painted, parents: list[Any]) -> None:
        margins, cells = _sorted_boxes(painted.page._page_box)  # noqa: SLF001 - the only way in
        for box, mark in painted.marks:
            if box in margins:
                _make_artifact(painted.stream.stream, mark)
                parents[mark] = "null"
                continue
            element = _object(pdf, parents[mark])
            self._name_language(element, box)
            if element["S"] == "/Figure":
                element["A"]["BBox"] = _place(box, painted.page.height)
        for cell in cells:
            _complete_cell(cell)

    def _name_language(self, element: Any, box: Any) -> None:
        import pydyf  # noqa: PLC0415 - comes with WeasyPrint, needed for PDFs only

        language = box.style["lang"]
        if language and language != self._language:
            element["Lang"] = pydyf.String(language)


def _sorted_boxes(page_box: Any) -> tuple[set[Any], list[Any]]:
    """The boxes that stand in the page's margin, and the table cells outside it."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - slow import

    margins: set[Any] = set()
    cells = []
    for child in page_box.children:
        if isinstance(child, boxes.MarginBox):
            margins.update(_all_boxes(child))
        else:
            cells += [box for box in _all_boxes(child) if isinstance(box, boxes.TableCellBox)]
    return margins, cells


def _all_boxes(box: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)  # the placeholder of an absolutely positioned box
    yield box
    for child in getattr(box, "children", ()):
        yield from _all_boxes(child)


def _make_artifact(operators: list[Any], mark: int) -> None:
    """Turn one marked content into an artifact of pagination, place for place."""
    import pydyf  # noqa: PLC0415 - as above

    for at, operator in enumerate(operators):
        if isinstance(operator, pydyf.Dictionary) and operator.get("MCID") == mark:
            operators[at - 1 : at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
            return


def _place(box: Any, page_height: float) -> Any:
    """Where a box lies on its page, in points from the lower left corner."""
    import pydyf  # noqa: PLC0415 - as above

    left, top = box.content_box_x(), box.content_box_y()
    edges = (left, page_height - top - box.height, left + box.width, page_height - top)
    return pydyf.Array([round(edge * _POINTS, 3) for edge in edges])


def _complete_cell(cell: Any) -> None:
    """Name a header's scope; with it, the cells need no list of their headers."""
    element = getattr(cell, "mark", None)
    if element is None or "A" not in element:
        return
    element.pop("ID", None)
    element["A"].pop("Headers", None)
    if element["S"] == "/TH":
        element["A"]["Scope"] = _SCOPES[cell.element.get("scope", "col")]
    elif len(element["A"]) == 1:
        del element["A"]


def _raise_languages(pdf: Any, element: Any) -> Iterator[int]:
    """Put a language where it begins instead of on every part; gives all elements' numbers."""
    yield element.number
    kids = [_object(pdf, kid) for kid in element.get("K", ()) if isinstance(kid, bytes)]
    parts = [kid for kid in kids if _is_element(kid)]
    for part in parts:
        yield from _raise_languages(pdf, part)
    languages = {part["Lang"].string if "Lang" in part else "" for part in parts}
    if len(parts) == len(element.get("K", ())) and len(languages) == 1 and languages != {""}:
        element["Lang"] = parts[0]["Lang"]
        for part in parts:
            del part["Lang"]


def _is_element(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("Type") == "/StructElem"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
