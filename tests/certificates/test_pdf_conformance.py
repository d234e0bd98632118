"""Certificates are PDF/A-3a and PDF/UA-1; each of our rules fails when what it wants is missing."""

import io
from collections.abc import Callable
from typing import Any, Final

import pikepdf
import pytest

from tests.certificates import conformance, sample

ENGLISH: Final = (
    "Certificate of Competency",
    "Exam date",
    "Saturday, 14 November 2026",
    "Complaint Handling",
    "page. Revocation shows on our site only.",
)
INDONESIAN: Final = ("SERTIFIKAT KOMPETENSI", "Tanggal uji", "Penanganan Pengaduan", "Skema")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return sample.pdf()


def spoilt(pdf: bytes, spoil: Callable[[pikepdf.Pdf], Any]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        spoil(opened)
        out = io.BytesIO()
        opened.save(out, fix_metadata_version=False)
        return out.getvalue()


def first(pdf: pikepdf.Pdf, kind: str) -> Any:
    return next(e for e in conformance.elements(pdf.Root.StructTreeRoot) if kind == e.S)


def without_scope(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "/TH").A["/Scope"]


def box_of_the_screen(pdf: pikepdf.Pdf) -> None:
    first(pdf, "/Figure").A.BBox = [155, 541, 280, 666]


def figure_without_text(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "/Figure")["/Alt"]


def span_in_a_list(pdf: pikepdf.Pdf) -> None:
    first(pdf, "/LI").S = pikepdf.Name.Span


def margin_marked(pdf: pikepdf.Pdf) -> None:
    content = pdf.pages[1].obj.Contents[1]
    data = content.read_bytes()
    assert b"/Artifact\n<</Type /Pagination>>\nBDC" in data
    content.write(data.replace(b"/Artifact\n<</Type /Pagination>>\nBDC", b"/P <</MCID 999>> BDC"))


def content_unmarked(pdf: pikepdf.Pdf) -> None:
    content = pdf.pages[0].obj.Contents[0]
    content.write(content.read_bytes().replace(b"/Artifact BMC ", b"").replace(b" EMC", b""))


def packed_metadata(pdf: pikepdf.Pdf) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(packet.replace(b"pdfuaid:part>1", b"pdfuaid:part>2"))


def other_time(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/ModDate"] = "D:20301122020000Z"


def field_untagged(pdf: pikepdf.Pdf) -> None:
    first(pdf, "/Form").S = pikepdf.Name.Span


def field_unnamed(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AcroForm.Fields[0]["/Contents"]


def no_relationship(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF[0].AFRelationship = pikepdf.Name.Unspecified


def no_intent(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].S = pikepdf.Name.GTS_PDFX


SPOILT: Final[dict[Callable[[pikepdf.Pdf], None], str]] = {
    without_scope: "a header cell without its scope",
    box_of_the_screen: "a figure's box is not on the page",
    figure_without_text: "a figure without a text",
    span_in_a_list: "a list holds something else than items",
    margin_marked: "page 2 has marks that no element holds",
    content_unmarked: "page 1 paints unmarked content",
    packed_metadata: "metadata lacks <pdfuaid:part>1<",
    other_time: "metadata tells of another time than the document's",
    field_untagged: "a field is in no Form element",
    field_unnamed: "a field says nothing to a screen reader",
    no_relationship: "associated files",
    no_intent: "output intent",
}


def test_certificate_breaks_no_rule(pdf: bytes) -> None:
    assert conformance.faults(pdf, signatures=0) == []


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_each_rule_sees_what_is_missing(pdf: bytes, spoil: Callable[[pikepdf.Pdf], None]) -> None:
    found = conformance.own_faults(spoilt(pdf, spoil))

    assert [fault.split(" [")[0] for fault in found] == [SPOILT[spoil]]


def test_validator_of_others_finds_faults_too(pdf: bytes) -> None:
    broken = {
        rule
        for spoil in (without_scope, span_in_a_list, figure_without_text, no_intent)
        for rule in conformance.validator(spoilt(pdf, spoil), signatures=0)
    }
    assert len(broken) >= 3


def test_every_text_has_its_language(pdf: bytes) -> None:
    told = conformance.languages(pdf)

    assert {text: told[text] for text in ENGLISH} == dict.fromkeys(ENGLISH, "en")
    assert {text: told[text] for text in INDONESIAN} == dict.fromkeys(INDONESIAN, "id")
    assert not any("KEY FINGERPRINT" in text for text in told), "the microprint is an artifact"


def test_stream_of_another_length_than_stated_is_seen(pdf: bytes) -> None:
    longer = pdf.replace(b"\nendstream", b" \nendstream", 1)

    assert conformance.own_faults(longer) == ["a stream is not as long as it says"]
