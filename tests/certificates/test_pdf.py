"""The certificate: what is printed, what it is made of, and that it can be read and scanned."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificates.codes import display
from certificates.credential import fingerprint
from documents.errors import GlyphsMissing
from tests.certificates import sample
from tests.conftest import LONG

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_NAMES = {
    "titles": "Prof. Dr. Ir. Raden Ajeng Siti Nurhaliza Kusumaningtyas Contoh, S.Kom., M.T., Ph.D.",
    "one-word": "Sukarnowatiningsihdjojokusumonegarahadiningratsastroamidjojowongsonegoro",
    "diacritics": "Nguyễn Đặng Çağrı Øystein Šimůnek-Żółć Ñuñez Contoh de la Peña y Łukasiewicz",
    "short": "Budi",
}


@pytest.fixture(scope="module")
def printed() -> bytes:
    return sample.pdf()


def run(*command: str | Path, given: bytes | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, check=True)
    return done.stdout.decode()


def text_of(pdf: bytes, page: int) -> str:
    text = run("pdftotext", "-layout", "-f", str(page), "-l", str(page), "-", "-", given=pdf)
    return " ".join(text.split())


def name_size(pdf: bytes, word: str) -> tuple[float, float, float]:
    """Height of the line with `word` on page 1, and its left and right edge, in points."""
    boxes = run("pdftotext", "-bbox", "-f", "1", "-l", "1", "-", "-", given=pdf)
    found = re.search(
        rf'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">{re.escape(word)}<',
        boxes,
    )
    assert found is not None, word
    left, top, right, bottom = map(float, found.groups())
    return bottom - top, left, right


def test_front_page_prints_every_fact_in_both_languages(printed: bytes) -> None:
    text = text_of(printed, 1)
    for expected in (
        "PEMERINTAH KOTA CONTOH LHOKSEUMAWE",
        "SERTIFIKAT KOMPETENSI",
        "Certificate of Competency",
        "CTH-2026-000123",
        "Cut Meurah Keumala Contoh, S.A.P., M.Si.",
        "NIP 1986**********90",
        "Pelayanan Publik Dasar",
        "Basic Public Service · PPD-01, versi 2",
        "Pelayanan Administrasi Kependudukan · level 1",
        "Sabtu, 14 November 2026",
        "Saturday, 14 November 2026",
        "Minggu, 22 November 2026 09.00 WIB",
        "Kamis, 22 November 2029 23.59 WIB",
        "Thursday, 22 November 2029 23:59 WIB",
        "BA-07/SIDANG/XI/2026",
        "Lhokseumawe, 22 November 2026",
        "Kepala Badan Kepegawaian Contoh",
        "Teuku Rahmat Contoh, S.H., M.A.P.",
        display(sample.CODE),
        "QR bukan tanda tangan; periksa di contoh.invalid/V",
    ):
        assert expected in text, expected


def test_second_page_prints_the_profile_and_how_to_verify(printed: bytes) -> None:
    text = text_of(printed, 2)
    key = fingerprint(sample.PUBLIC)
    for expected in (
        "Profil kompetensi",
        "Civil Registration Services",
        "65,50",
        "credential.json",
        "bukti.json",
        "tanda tangan elektronik tidak tersertifikasi menurut PP 71/2019 Pasal",
        "Article 60",
        "halaman 2 dari 2",
        " ".join(key[place : place + 4] for place in range(0, 32, 4)),
    ):
        assert expected in text, expected


def test_nip_is_nowhere_in_clear(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        everything = text_of(printed, 1) + text_of(printed, 2) + str(pdf.docinfo)
        for name in pdf.attachments:
            everything += pdf.attachments[name].get_file().read_bytes().decode()
    assert sample.NIP not in everything


def test_qr_code_decodes_to_the_address_and_is_large_enough(printed: bytes, tmp_path: Path) -> None:
    picture = tmp_path / "page"
    run("pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-gray", "-", picture, given=printed)
    page = tmp_path / "page-1.pgm"
    assert run("zbarimg", "--quiet", "--raw", page).strip() == sample.VERIFY_URL.upper()
    assert widest_black_mm(page.read_bytes(), 150) >= 25


def widest_black_mm(pgm: bytes, resolution: int) -> float:
    """Width of what is pure black, which only the QR code is, in millimetres."""
    kind, width, _height, _depth, pixels = re.split(rb"\s", pgm, maxsplit=4)
    assert kind == b"P5"
    across = int(width)
    rows = [pixels[start : start + across] for start in range(0, len(pixels), across)]
    dark = [(row.find(0), row.rfind(0)) for row in rows if 0 in row]
    return (max(last for _, last in dark) - min(first for first, _ in dark)) / resolution * 25.4


def test_pdf_is_sound_and_has_two_pages_with_our_fonts_alone(
    printed: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(printed)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
    fonts = [line.split() for line in run("pdffonts", path).splitlines()[2:]]
    assert len(fonts) >= 3
    for font in fonts:
        assert re.fullmatch(r"[A-Z]{6}\+Ujikom-Noto-[A-Za-z-]+", font[0]), font
        assert font[4:7] == ["yes", "yes", "yes"], font
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 2


def test_pdf_declares_archive_and_accessibility_and_its_title(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as pdf, pdf.open_metadata() as meta:
        assert meta["pdfaid:part"] == "3"
        assert meta["pdfaid:conformance"] == "A"
        assert meta["pdfuaid:part"] == "1"
        title = "Sertifikat Kompetensi CTH-2026-000123 – Cut Meurah Keumala Contoh, S.A.P., M.Si."
        assert meta["dc:title"] == title
        assert str(pdf.docinfo["/Title"]) == title
        assert str(pdf.Root.Lang) == "id"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.StructTreeRoot is not None
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_attachments_are_associated_once_each_with_their_relationship(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        related = {str(file.UF): str(file.AFRelationship) for file in pdf.Root.AF}
        assert related == {"credential.json": "/Source", "bukti.json": "/Supplement"}
        assert len(pdf.Root.AF) == 2
        attached = pdf.attachments["credential.json"].get_file().read_bytes()
    assert attached == sample.issued()


def test_backdrop_is_an_artifact_and_the_microprint_is_no_part_of_the_text(
    printed: bytes,
) -> None:
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        first = pdf.pages[0].obj.Contents[0].read_bytes()
        tree = tagged_text_count(pdf)
    assert first.startswith(b"/Artifact BMC q")
    assert first.endswith(b"Do Q EMC")
    assert tree > 0


def tagged_text_count(pdf: pikepdf.Pdf) -> int:
    """Structure elements with content, by a walk of the tree; every image has a description."""
    count = 0
    todo: list[Any] = [pdf.Root.StructTreeRoot]
    while todo:
        node = todo.pop()
        if isinstance(node, pikepdf.Array):
            todo.extend(node)
        elif isinstance(node, pikepdf.Dictionary):
            count += 1
            if node.get("/S") == "/Figure":
                assert str(node.get("/Alt", ""))
            if "/K" in node:
                todo.append(node.K)
    return count


def test_bytes_are_the_same_in_another_process(printed: bytes) -> None:
    program = (
        "import hashlib\nfrom tests.certificates import sample\n"
        "print(hashlib.sha256(sample.pdf()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Jayapura"))[0 if LONG else 1 :]
    }
    assert digests == {hashlib.sha256(printed).hexdigest()}


def test_sample_is_marked_and_a_real_one_is_not(printed: bytes) -> None:
    real = sample.pdf(sample.claim(sample=False, certificate_no="UJK-2026-000123"))
    assert "DATA CONTOH · bukan dokumen resmi" in text_of(printed, 1)
    assert "DATA CONTOH" not in text_of(real, 1)
    assert backdrop(printed) != backdrop(real)


def backdrop(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.pages[0].obj.Resources.XObject.Backdrop0.read_bytes())


@pytest.mark.parametrize("name", LONG_NAMES.values(), ids=LONG_NAMES.keys())
def test_name_of_any_length_is_whole_inside_the_frame(name: str) -> None:
    pdf = sample.pdf(sample.claim(holder_name=name, sample=False))
    assert name in text_of(pdf, 1)
    for word in name.split():
        height, left, right = name_size(pdf, word)
        assert height > 14
        assert 60 < left < right < 842 - 60


def test_name_is_the_largest_text_on_the_page(printed: bytes) -> None:
    boxes = run("pdftotext", "-bbox", "-f", "1", "-l", "1", "-", "-", given=printed)
    heights = {
        word: float(bottom) - float(top)
        for top, bottom, word in re.findall(r'yMin="([\d.]+)" .*?yMax="([\d.]+)">(.*?)<', boxes)
    }
    assert max(heights, key=heights.__getitem__) in sample.claim().holder_name.split()


def test_person_without_nip_gets_no_nip_line() -> None:
    pdf = sample.pdf(sample.claim(holder_nip_masked="-"))
    assert "NIP" not in text_of(pdf, 1) + text_of(pdf, 2)


def test_name_that_is_html_is_printed_as_text() -> None:
    name = "<b>Budi</b> & <img src=http://contoh.invalid/x> Contoh"
    assert name in text_of(sample.pdf(sample.claim(holder_name=name)), 1)


def test_name_that_no_font_can_draw_is_refused() -> None:
    with pytest.raises(GlyphsMissing) as caught:
        sample.pdf(sample.claim(holder_name="山田 Contoh"))
    assert caught.value.data == {"characters": "山田"}


def test_most_competencies_stay_on_the_second_page() -> None:
    pdf = sample.pdf(sample.claim(competencies=sample.competencies(36)))
    assert "kompetensi lain di halaman 2" in text_of(pdf, 1)
    second = text_of(pdf, 2)
    for number in range(36):
        assert f"{number + 1} {sample.COMPETENCIES[number % 4][0]}" in second
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2


def test_printing_leaves_no_warning_and_takes_well_under_a_second(
    printed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        assert sample.pdf() == printed
        best = min(best, time.process_time() - start)
    assert caplog.messages == []
    assert best < 0.6


def test_attached_proof_names_the_credential(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        proof = json.loads(pdf.attachments["bukti.json"].get_file().read_bytes())
    assert proof["format"] == "ujikom-proof/1"
    assert proof["credential"].encode() == sample.issued()
