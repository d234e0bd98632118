"""What PDF/A-3a and PDF/UA-1 want of a certificate, looked at with pikepdf and others' tools.

Our rules look at the file's objects alone and share nothing with what writes them. The validator of
`page-validation` knows both standards' rules; `pdfua` a few of them, in another way.
"""

import io
import itertools
import re
from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

import page
import pdfua
import pikepdf

LANGUAGES: Final = ("id", "en")
# The validator wants a signature to cover the file's last byte; ISO 19005-3, 6.4.3 means the
# revision's, and so does ISO 32000: of two signatures only the last can cover the last byte.
OF_THE_LAST_ALONE: Final = "PDFA3A-SIGNATURE-BYTERANGE-001"
# It also takes a carriage return that ends a stream's data for a part of the line end behind it,
# which one packed stream in 256 has; `_lengths` counts by the stated length.
MISCOUNTED: Final = "PDFA3A-STREAM-LENGTH-001"


def faults(pdf: bytes, *, signatures: int) -> list[str]:
    """Everything that is wrong with a certificate's file; empty for a conformant one."""
    return [*own_faults(pdf), *validator(pdf, signatures=signatures), *_pdfua(pdf)]


def own_faults(pdf: bytes) -> list[str]:
    """The same by our rules alone."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        looked = [*_catalog(opened), *_structure(opened), *_content(opened), *_fields(opened)]
    return [*looked, *_lengths(pdf)]


def validator(pdf: bytes, *, signatures: int) -> list[str]:
    """The rules of both profiles that `page-validation` finds broken."""
    found = []
    for profile, least in (("ua1", 100), ("3a", 150)):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.rules.total >= least, "the validator looks at every rule"
        found += [failure.rule_id for failure in report.failures]
    aside = {MISCOUNTED} | ({OF_THE_LAST_ALONE} if signatures > 1 else set())
    return [rule for rule in found if rule not in aside]


def _pdfua(pdf: bytes) -> list[str]:
    report = pdfua.Validator().validate(io.BytesIO(pdf))  # type: ignore[arg-type] # takes whatever pikepdf opens
    return [f"pdfua {finding.rule_id}" for finding in report.findings]


def _lengths(pdf: bytes) -> Iterator[str]:
    """Behind every stream's stated length stands a line end and its closing word."""
    for found in re.finditer(rb"/Length (\d+)[^>]*(?:>(?!>)[^>]*)*>>\s*stream\r?\n", pdf):
        if not re.match(rb"\r?\nendstream", pdf[found.end() + int(found[1]) :][:12]):
            yield "a stream is not as long as it says"


def _catalog(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    yield from _metadata(pdf)
    [intent] = root.OutputIntents
    if intent.S != "/GTS_PDFA1" or intent.DestOutputProfile.N != 3:
        yield "output intent"
    related = [(str(each.UF), str(each.AFRelationship)) for each in root.AF]
    if sorted(related) != [("bukti.json", "/Supplement"), ("credential.json", "/Source")]:
        yield f"associated files {related}"
    if str(root.Lang) != "id" or not root.MarkInfo.Marked:
        yield "language or marks"
    if not root.ViewerPreferences.DisplayDocTitle:
        yield "title bar"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    packet = pdf.Root.Metadata.read_bytes()
    if "/Filter" in pdf.Root.Metadata:
        yield "metadata is compressed"
    for mark in (b'pdfaid:part="3"', b'pdfaid:conformance="A"', b"<pdfuaid:part>1<"):
        if mark not in packet:
            yield f"metadata lacks {mark.decode()}"
    if b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/<" not in packet:
        yield "metadata does not describe the mark of PDF/UA"
    if str(pdf.docinfo["/CreationDate"]) != str(pdf.docinfo["/ModDate"]):
        yield "metadata tells of another time than the document's"
    if escape(str(pdf.docinfo["/Title"])) not in packet.decode():
        yield "titles differ"


def elements(node: Any) -> Iterator[Any]:
    """Every structure element under a node."""
    for kid in _kids(node):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    found = list(elements(pdf.Root.StructTreeRoot))
    size = tuple(float(edge) for edge in pdf.pages[0].MediaBox[2:])
    for element in found:
        if element.S == "/TH" and element.get("/A", {}).get("/Scope") not in ("/Row", "/Column"):
            yield "a header cell without its scope"
        if element.S == "/L" and {str(kid.S) for kid in _kids(element)} != {"/LI"}:
            yield "a list holds something else than items"
        if element.S == "/Figure":
            yield from _figure(element, size)
        if str(element.get("/Lang", "id")) not in LANGUAGES:
            yield "an unknown language"
    levels = [int(str(each.S)[2:]) for each in found if str(each.S) in ("/H1", "/H2", "/H3")]
    if levels[:1] != [1] or any(b > a + 1 for a, b in itertools.pairwise(levels)):
        yield f"headings {levels}"


def _figure(element: Any, size: tuple[float, ...]) -> Iterator[str]:
    left, low, right, high = (float(edge) for edge in element.A.BBox)
    if not (0 < left < right < size[0] and 0 < low < high < size[1]):
        yield "a figure's box is not on the page"
    if not str(element.get("/Alt", "")):
        yield "a figure without a text"


def _content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """All that a page paints is an artifact or a part of the tree, and no part is missing."""
    parents = dict(zip(*[iter(pdf.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
    held: dict[int, int] = {}
    for element in elements(pdf.Root.StructTreeRoot):
        for kid in _kids(element):
            if isinstance(kid, int):
                held[pdf_page(element)] = held.get(pdf_page(element), 0) + 1
    for number, each in enumerate(pdf.pages):
        marked, loose = _marks(each)
        if loose:
            yield f"page {number + 1} paints unmarked content"
        refs = parents[number]
        linked = [mark for mark in marked if mark < len(refs) and refs[mark] is not None]
        if len(linked) != len(marked) or len(marked) != held.get(each.obj.objgen[0]):
            yield f"page {number + 1} has marks that no element holds"
        if each.obj.get("/Tabs") != "/S":
            yield f"page {number + 1} has no order of tabulation"


def pdf_page(element: Any) -> int:
    """The object number of the page that an element's marks are on."""
    return int(element.Pg.objgen[0])


def operators(each: pikepdf.Page) -> Iterator[tuple[Any, Any]]:
    """Operands and operator, one after the other."""
    for instruction in pikepdf.parse_content_stream(each):
        yield instruction.operands, instruction.operator


def _marks(each: pikepdf.Page) -> tuple[list[int], int]:
    """The numbers of marked content, and how many painting operators stand outside all marks."""
    open_marks, marked, loose = [], [], 0
    for operands, operator in operators(each):
        name = str(operator)
        if name in ("BDC", "BMC"):
            open_marks.append(str(operands[0]))
            if name == "BDC" and "/MCID" in operands[1]:
                marked.append(int(operands[1].MCID))
        elif name == "EMC":
            open_marks.pop()
        elif name in ("TJ", "Tj", "f", "f*", "S", "B", "Do", "sh") and not open_marks:
            loose += 1
    return marked, loose


def _fields(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every field is printable, named, without an area; on the page it is in a Form element."""
    shown = {
        kid.Obj.objgen
        for element in elements(pdf.Root.StructTreeRoot)
        if element.S == "/Form"
        for kid in _kids(element)
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
    }
    widgets = [each for one in pdf.pages for each in one.obj.get("/Annots", [])]
    for each in widgets:
        left, low, right, high = (float(edge) for edge in each.Rect)
        if (right - left, high - low) != (0, 0) or int(each.F) & 0b111 != 0b100:
            yield "a field is visible or not printable"
        if left >= 0 and each.objgen not in shown:
            yield "a field is in no Form element"
        if not str(each.get("/Contents", "")) or not str(each.get("/TU", "")):
            yield "a field says nothing to a screen reader"
    if {each.objgen for each in pdf.Root.AcroForm.Fields} != {each.objgen for each in widgets}:
        yield "fields and widgets differ"


def languages(pdf: bytes) -> dict[str, str]:
    """The language of each marked text of a certificate, by the text, as the tree tells."""
    found: dict[str, str] = {}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        _collect(opened.Root.StructTreeRoot, str(opened.Root.Lang), _texts(opened), found)
    return found


def _collect(
    node: Any, language: str, texts: dict[tuple[int, int], str], found: dict[str, str]
) -> None:
    language = str(node.get("/Lang", language))
    for kid in _kids(node):
        if isinstance(kid, int):
            found[texts.get((pdf_page(node), kid), "")] = language
        elif isinstance(kid, pikepdf.Dictionary):
            _collect(kid, language, texts, found)


def _texts(pdf: pikepdf.Pdf) -> dict[tuple[int, int], str]:
    """What each marked content says, by page and number, through the fonts' own tables."""
    found: dict[tuple[int, int], str] = {}
    for each in pdf.pages:
        tables = {name: _unicode(font) for name, font in each.obj.Resources.Font.items()}
        mark, table = -1, {}
        for operands, operator in operators(each):
            name = str(operator)
            if name == "BDC":
                mark = int(operands[1].get("/MCID", -1))
            elif name == "EMC":
                mark = -1
            elif name == "Tf":
                table = tables[str(operands[0])]
            elif name in ("TJ", "Tj") and mark >= 0:
                key = (each.obj.objgen[0], mark)
                found[key] = found.get(key, "") + _spelt(operands[0], table)
    return found


def _spelt(shown: Any, table: dict[bytes, str]) -> str:
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    raw = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return "".join(table[raw[at : at + 2]] for at in range(0, len(raw), 2))


def _unicode(font: Any) -> dict[bytes, str]:
    """A font's ToUnicode table of two-byte codes."""
    pairs = re.findall(
        rb"^<([0-9a-f]{4})> <([0-9a-f]+)>$", font.ToUnicode.read_bytes(), re.MULTILINE
    )
    return {
        bytes.fromhex(c.decode()): bytes.fromhex(u.decode()).decode("utf-16-be") for c, u in pairs
    }
