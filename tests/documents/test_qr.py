"""QR codes: small, readable by another program, upper case only."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.errors import QrUnsuitable
from documents.html_pdf import render_pdf
from documents.qr import QUIET_ZONE, qr_svg, svg_data_uri

TEXT = "HTTPS://CONTOH.INVALID/V/000G40R40M30E200"


def test_qr_of_a_verification_address_is_version_three_with_its_quiet_zone() -> None:
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', qr_svg(TEXT))
    assert size is not None
    assert size.groups() == (str(29 + 2 * QUIET_ZONE),) * 2


def test_qr_in_a_page_is_read_by_a_scanner(tmp_path: Path) -> None:
    page = f'<html lang="id"><body><img alt="QR" width="200" src="{svg_data_uri(qr_svg(TEXT))}">'
    pdf = render_pdf(
        page,
        stylesheets=[],
        attachments=[],
        identifier=b"0",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        title="QR",
        language="id",
    )
    command = ["pdftoppm", "-r", "100", "-gray", "-", str(tmp_path / "page")]
    subprocess.run(command, input=pdf, check=True)
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(tmp_path / "page-1.pgm")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.strip() == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "https://contoh.invalid",
        "",
        "A_B",
        "É",
        pytest.param("A" * 4000, id="too-long"),
    ],
)
def test_text_outside_the_alphanumeric_mode_is_refused(text: str) -> None:
    with pytest.raises(QrUnsuitable):
        qr_svg(text)


def test_qr_of_same_text_is_same_bytes() -> None:
    assert qr_svg(TEXT) == qr_svg(TEXT) != qr_svg(TEXT + "0")
