"""A vector picture behind a page, written straight as PDF operators.

The page's HTML knows nothing of it, so no screen reader meets it (it is an artifact), and laying
out a page costs nothing for it: the operators are compressed once per process and put in each file.
"""

import zlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec

_UNIT: Final = 72 / 25.4 / 100  # a hundredth of a millimetre in points


class Backdrop(msgspec.Struct, frozen=True):
    """Named shapes and the content that paints them.

    Coordinates are hundredths of a millimetre from the page's centre, y down. `content` paints a
    shape by `/Name Do`.
    """

    width: float
    height: float
    shapes: tuple[tuple[str, bytes], ...]
    content: bytes

    def packed(self) -> "Backdrop":
        """Give the same picture with its streams compressed, ready to be attached many times."""
        return Backdrop(
            self.width,
            self.height,
            tuple((name, zlib.compress(data, 9)) for name, data in self.shapes),
            zlib.compress(self.content, 9),
        )


def attach(pdf: Any, backdrops: Sequence[Backdrop]) -> None:
    """Put packed backdrops behind the first pages of a pydyf document, one each."""
    pages = [entry for entry in pdf.objects if _is_page(entry)]
    for number, (page, backdrop) in enumerate(zip(pages, backdrops, strict=False)):
        _attach(pdf, page, backdrop, f"Backdrop{number}")


def _attach(pdf: Any, page: Any, packed: Backdrop, name: str) -> None:
    import pydyf  # noqa: PLC0415 - comes with WeasyPrint, needed for PDFs only

    half = (packed.width * 50, packed.height * 50)
    box = pydyf.Array([-half[0], -half[1], half[0], half[1]])

    def form(data: bytes, inside: dict[str, Any]) -> Any:
        extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Filter": "/FlateDecode"}
        resources = pydyf.Dictionary({"XObject": pydyf.Dictionary(inside)})
        stream = pydyf.Stream([data], {**extra, "Resources": resources})
        pdf.add_object(stream)
        return stream.reference

    shapes = {shape: form(data, {}) for shape, data in packed.shapes}
    _object(pdf, page["Resources"])["XObject"][name] = form(packed.content, shapes)
    x, y = half[0] * _UNIT, half[1] * _UNIT
    paint = f"/Artifact BMC q {_UNIT:.6f} 0 0 {-_UNIT:.6f} {x:.3f} {y:.3f} cm /{name} Do Q EMC"
    prefix = pydyf.Stream([paint.encode()])
    pdf.add_object(prefix)
    page["Contents"] = pydyf.Array([prefix.reference, page["Contents"]])


def _is_page(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("Type") == "/Page"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
