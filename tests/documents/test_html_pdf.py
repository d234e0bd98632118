"""HTML to PDF: fixed bytes, nothing fetched from elsewhere, archive and accessibility marks."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from documents import fonts
from documents.backdrop import Backdrop
from documents.errors import AssetRefused
from documents.html_pdf import Attachment, render_pdf

PAGE = '<html lang="id"><head><title>x</title></head><body><h1>Contoh</h1>{}</body></html>'


def rendered(body: str = "", **changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "stylesheets": [],
        "attachments": [],
        "identifier": b"0123456789abcdef",
        "created": datetime(2026, 11, 22, 2, 0, 0, 999, tzinfo=UTC),
        "title": "Laporan – contoh",
        "language": "id",
    }
    return render_pdf(PAGE.format(body), **{**arguments, **changes})


def test_pdf_of_same_input_is_same_bytes_and_of_other_input_is_not() -> None:
    assert rendered("<p>satu</p>") == rendered("<p>satu</p>")
    assert rendered("<p>satu</p>") != rendered("<p>dua</p>")
    assert rendered() != rendered(identifier=b"another identity")


def test_pdf_carries_time_title_and_language_given() -> None:
    with pikepdf.open(io.BytesIO(rendered())) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261122020000Z"
        assert str(pdf.docinfo["/Title"]) == "Laporan – contoh"
        assert str(pdf.Root.Lang) == "id"
        assert bytes(pdf.trailer.ID[0]) == b"0123456789abcdef"


def test_attachments_given_in_any_order_are_the_same_bytes() -> None:
    one = Attachment("a.json", b"{}", "satu", "Source")
    two = Attachment("b.json", b"[]", "dua", "Supplement")
    pdf = rendered(attachments=[two, one])
    assert pdf == rendered(attachments=[one, two])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert {
            name: opened.attachments[name].get_file().read_bytes() for name in ("a.json", "b.json")
        } == {
            "a.json": b"{}",
            "b.json": b"[]",
        }
        assert [str(file.AFRelationship) for file in opened.Root.AF] == ["/Source", "/Supplement"]


@pytest.mark.parametrize(
    "address",
    [
        "http://contoh.invalid/x.png",
        "https://contoh.invalid/x.png",
        "file:///etc/passwd",
        "file:///usr/share/fonts/truetype/noto/../../../../../etc/passwd",
        "file://contoh.invalid/x.png",
        "ftp://contoh.invalid/x.png",
        Path(fonts.__file__).as_uri(),
    ],
)
def test_asset_from_elsewhere_stops_the_rendering(address: str) -> None:
    with pytest.raises(AssetRefused):
        rendered(f'<img alt="x" src="{address}">')


def test_rendering_goes_on_after_a_refused_asset() -> None:
    with pytest.raises(AssetRefused):
        rendered('<img alt="x" src="http://contoh.invalid/x.png">')
    assert rendered().startswith(b"%PDF-1.7")


def test_backdrop_is_painted_behind_the_first_page_alone() -> None:
    square = Backdrop(210, 297, (("Square", b"0 0 1000 1000 re f"),), b"1 0 0 rg /Square Do")
    two_pages = '<p style="break-after: page">satu</p><p>dua</p>'
    with pikepdf.open(io.BytesIO(rendered(two_pages, backdrops=[square.packed()]))) as pdf:
        first, second = pdf.pages
        picture = first.obj.Resources.XObject.Backdrop0
        assert picture.read_bytes() == b"1 0 0 rg /Square Do"
        assert picture.Resources.XObject.Square.read_bytes() == b"0 0 1000 1000 re f"
        assert b"/Backdrop0 Do" in first.obj.Contents[0].read_bytes()
        assert isinstance(second.obj.Contents, pikepdf.Stream)
