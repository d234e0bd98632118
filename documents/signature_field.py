"""An empty signature field that nobody sees, tagged for screen readers.

It is written with the document, so that signing adds a value to it and touches nothing else. Its
box has no area: a visible one would need an appearance, and the page already says who signs.
"""

from typing import Any, Final

import msgspec

PRINT_AND_LOCKED: Final = 0b1000_0100  # PDF/A wants every annotation to be printable
APPEND_ONLY: Final = 0b11  # signatures exist, and the file may only grow


class SignatureField(msgspec.Struct, frozen=True):
    """The field's name, and what a screen reader says of it."""

    name: str
    description: str


def attach(pdf: Any, field: SignatureField) -> None:
    """Put the field on the first page of a tagged pydyf document and into its structure."""
    import pydyf  # noqa: PLC0415 - comes with WeasyPrint, needed for PDFs only

    page = next(each for each in pdf.objects if _is_page(each))
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    parents = _object(pdf, tree["ParentTree"])["Nums"]
    document = _object(pdf, tree["K"][0])
    place = max(parents[::2]) + 1
    widget = _added(pdf, _widget(field, page, place))
    shown = _added(pdf, {"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
    element = _added(
        pdf,
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": document.reference,
            "Pg": page.reference,
            "Alt": pydyf.String(field.description),
            "K": pydyf.Array([shown.reference]),
        },
    )
    document["K"].append(element.reference)
    parents.extend([place, element.reference])
    page["Annots"] = pydyf.Array([*page.get("Annots", []), widget.reference])
    form = {"Fields": pydyf.Array([widget.reference]), "SigFlags": APPEND_ONLY}
    pdf.catalog["AcroForm"] = pydyf.Dictionary(form)


def _widget(field: SignatureField, page: Any, place: int) -> dict[str, Any]:
    import pydyf  # noqa: PLC0415 - as above

    return {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "FT": "/Sig",
        "T": pydyf.String(field.name),
        "TU": pydyf.String(field.description),
        "Contents": pydyf.String(field.description),
        "F": PRINT_AND_LOCKED,
        "Rect": pydyf.Array([0, 0, 0, 0]),
        "P": page.reference,
        "StructParent": place,
    }


def _added(pdf: Any, content: dict[str, Any]) -> Any:
    import pydyf  # noqa: PLC0415 - as above

    made = pydyf.Dictionary(content)
    pdf.add_object(made)
    return made


def _is_page(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("Type") == "/Page"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
