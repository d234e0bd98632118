"""Whether certificates of a design may be issued: trial pages are printed and looked at.

Three invented certificates are printed: a usual one, one with the longest texts and most
competencies that a page must hold, and a real one (not a sample). Of each the layout is looked at
while it is laid out, and the finished file with a reader of PDFs. The two standards' full rules are
not run here: they are run on every layout by the tests, with other people's validators.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pikepdf

from certificates.designs.design import Look, digest
from certificates.designs.layout import LayoutWatch
from certificates.designs.trial import Trial, trials
from documents.errors import GlyphsMissing
from kernel.canonical import encode as canonical

FORMAT: Final = "ujikom-design-check/1"
_MARKS: Final = {
    "pdfa_mark": (b'pdfaid:part="3"', b'pdfaid:conformance="A"'),
    "pdfua_mark": (b"<pdfuaid:part>1<",),
}
_OURS: Final = "+Ujikom-"
_FILES: Final = ["bukti.json", "credential.json"]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong on which trial page; `place` is the element or object."""

    trial: str
    kind: str
    place: str


class Report(msgspec.Struct, frozen=True):
    """What a check looked at and what it found, for one design's digest."""

    digest: str
    checked: tuple[str, ...]
    faults: tuple[Fault, ...]


def encode_report(report: Report) -> bytes:
    """Canonical bytes (RFC 8785)."""
    return canonical({"format": FORMAT, **msgspec.to_builtins(report)})


def check(look: Look) -> Report:
    """Print the trial pages of a look and report; takes about a second, raises what printing does.

    A character that no font of ours has is a fault, not an error.
    """
    faults: list[Fault] = []
    for trial in trials():
        watch = LayoutWatch(look.design.layout)
        try:
            pdf = trial.printed(look, watch)
        except GlyphsMissing as error:
            faults.append(Fault(trial.name, "glyphs", str(error.data["characters"])))
            continue
        found = [*watch.faults(), *_file_faults(pdf, trial, look)]
        faults += [Fault(trial.name, kind, place) for kind, place in dict.fromkeys(found)]
    names = tuple(each.name for each in trials())
    return Report(digest(look.design).hex(), names, tuple(faults))


def _file_faults(pdf: bytes, trial: Trial, look: Look) -> Iterator[tuple[str, str]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield from _declared(opened)
        yield from _tagged(opened, pictures=2 if look.picture else 1)
        yield from _fonts(opened)
        yield from _pictures(opened)
        if sorted(opened.attachments) != _FILES:
            yield "attachments", ", ".join(sorted(opened.attachments))
        if len(opened.pages) != trial.pages:
            yield "pages", str(len(opened.pages))


def _declared(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """The marks of both standards, the language, the title in the title bar, the output intent."""
    packet = pdf.Root.Metadata.read_bytes()
    for kind, marks in _MARKS.items():
        if not all(mark in packet for mark in marks):
            yield kind, "XMP"
    if str(pdf.Root.get("/Lang", "")) != "id":
        yield "language", "/Lang"
    if not pdf.Root.ViewerPreferences.DisplayDocTitle:
        yield "title", "/DisplayDocTitle"
    if len(pdf.Root.OutputIntents) != 1:
        yield "output_intent", "/OutputIntents"


def _tagged(pdf: pikepdf.Pdf, *, pictures: int) -> Iterator[tuple[str, str]]:
    """That there is a tree of tags, it begins with the title, and every picture has a text."""
    found = list(_elements(pdf.Root.StructTreeRoot))
    kinds = [str(each.S) for each in found]
    headings = [kind for kind in kinds if kind in {"/H1", "/H2", "/H3"}]
    if not pdf.Root.MarkInfo.Marked or headings[:1] != ["/H1"]:
        yield "tags", "/H1"
    figures = [each for each in found if str(each.S) == "/Figure"]
    if len(figures) != pictures:
        yield "pictures", str(len(figures))
    for each in figures:
        if not str(each.get("/Alt", "")).strip():
            yield "picture_text", "/Alt"


def _elements(node: Any) -> Iterator[Any]:
    kids = node.get("/K", [])
    for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _fonts(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """That every font is ours and in the file."""
    for page in pdf.pages:
        held: Any = page.obj.Resources.get("/Font", {})
        for font in held.values():
            name = str(font.BaseFont)
            descriptor = font.DescendantFonts[0].FontDescriptor
            inside = any(str(key).startswith("/FontFile") for key in descriptor)
            if _OURS not in name or not inside:
                yield "fonts", name


def _pictures(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """That no picture is smoothed by the reader or set in print colours (ISO 19005-3, 6.2.8)."""
    seen = set()
    for page in pdf.pages:
        held: Any = page.obj.Resources.get("/XObject", {})
        for each in held.values():
            if each.get("/Subtype") != "/Image" or each.objgen in seen:
                continue
            seen.add(each.objgen)
            if bool(each.get("/Interpolate", False)):
                yield "picture_smoothed", "/Interpolate"
            if str(each.get("/ColorSpace", "")) == "/DeviceCMYK":
                yield "picture_colours", "/DeviceCMYK"
