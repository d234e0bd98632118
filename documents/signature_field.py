"""Empty signature fields that nobody sees, tagged for screen readers.

They are written with the document, so that signing adds a value to one and touches nothing else.
Their boxes have no area: a visible one would need an appearance, and the page says who signs.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

PRINT_AND_LOCKED: Final = 0b1000_0100  # PDF/A wants every annotation to be printable
APPEND_ONLY: Final = 0b11  # signatures exist, and the file may only grow


class SignatureField(msgspec.Struct, frozen=True):
    """The field's name, what a screen reader says of it, and whether a later revision fills it.

    A later revision may change nothing that the structure refers to, or readers take it for an
    edit. Such a field therefore stands outside the page, where PDF/UA asks for no tag
    (ISO 14289-1, 7.18.1).
    """

    name: str
    description: str
    later: bool = False


def attach(pdf: Any, fields: Sequence[SignatureField]) -> None:
    """Put the fields on the first page of a tagged pydyf document and into its structure."""
    import pydyf  # noqa: PLC0415 - comes with WeasyPrint, needed for PDFs only

    page = next(each for each in pdf.objects if _is_page(each))
    widgets = [_added(pdf, _widget(field, page)) for field in fields]
    references = pydyf.Array([each.reference for each in widgets])
    page["Annots"] = pydyf.Array([*page.get("Annots", []), *references])
    for field, widget in zip(fields, widgets, strict=True):
        if not field.later:
            _tag(pdf, field, widget, page)
    form = {"Fields": references, "SigFlags": APPEND_ONLY}
    pdf.catalog["AcroForm"] = pydyf.Dictionary(form)


def _tag(pdf: Any, field: SignatureField, widget: Any, page: Any) -> None:
    """Put a widget at the end of the document's structure."""
    import pydyf  # noqa: PLC0415 - as above

    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    parents = _object(pdf, tree["ParentTree"])["Nums"]
    document = _object(pdf, tree["K"][0])
    place = max(parents[::2]) + 1
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
    widget["StructParent"] = place


def _widget(field: SignatureField, page: Any) -> dict[str, Any]:
    import pydyf  # noqa: PLC0415 - as above

    corner = -1 if field.later else 0
    return {
        "Type": "/Annot",
        "Subtype": "/Widget",
        "FT": "/Sig",
        "T": pydyf.String(field.name),
        "TU": pydyf.String(field.description),
        "Contents": pydyf.String(field.description),
        "F": PRINT_AND_LOCKED,
        "Rect": pydyf.Array([corner] * 4),
        "P": page.reference,
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
