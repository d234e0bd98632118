"""From a candidate's sign-in to a stranger who checks the certificate's QR, in both languages."""

import re
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.house import ITEMS, Exam, House
from tests.browser.people import Candidate, Reader, Staff, Typist

WAIT_SECONDS = 60.0
FLAGGED = 3
RELOADED = 5


@pytest.mark.parametrize("lang", ["id", "en"])
def test_journey_from_sign_in_to_the_qr_of_the_certificate_holds(
    house: House, window: Open, tmp_path: Path, lang: str
) -> None:
    exam = house.open_exam(candidates=2)
    kind, number = (Typist, 1) if lang == "en" else (Candidate, 0)
    candidate = kind(window(lang=lang), exam, number, lang)
    sit(candidate, lang)
    submit(candidate, lang)
    close_by_clicks(Staff(window(lang=lang), lang), exam)
    board = Staff(window(lang=lang), lang)
    decide_by_clicks(board, exam, lang)
    pdf = fetch_certificate(board, candidate.card.name, tmp_path)

    address = urlsplit(read_qr(pdf))  # in capitals, which make a QR code smaller
    assert f"{address.scheme}://{address.netloc}".lower() == house.here.public_url
    assert re.fullmatch(r"/V/[0-9A-Z]{16}", address.path)
    stranger = Reader(window(lang=lang, size=(360, 740)), lang)
    stranger.page.goto(address.path)
    stranger.expect_title("BERLAKU")
    expect(stranger.page.locator(".holder")).to_have_text(candidate.card.name)
    stranger.window.picture(f"journey-{lang}-7-verdict")
    stranger.page.goto("/")
    stranger.page.locator("#file").set_input_files(pdf)
    stranger.click("Periksa berkas")
    stranger.expect_title("BERLAKU")
    expect(stranger.page.locator(".check--fail")).to_have_count(0)
    open_points = stranger.page.locator(".check--unknown")
    expect(open_points).to_have_count(1)  # no witness is configured, and the page says so
    expect(open_points).to_contain_text(
        stranger.words("Titik periksa ditandatangani sendiri (tanpa saksi).")
    )
    stranger.window.picture(f"journey-{lang}-8-file")


def sit(candidate: Candidate, lang: str) -> None:
    """Sign in, confirm, answer everything; one flag, one reload on the way."""
    candidate.page.goto("/ujian")
    candidate.window.picture(f"journey-{lang}-1-sign-in")
    candidate.sign_in()
    candidate.window.picture(f"journey-{lang}-2-confirm")
    candidate.start()
    for n in range(1, ITEMS + 1):
        candidate.page.wait_for_url(f"**/ujian/soal/{n}")
        best = candidate.best()
        candidate.choose(best)
        candidate.expect_saved()
        if n == FLAGGED:
            candidate.flag()
            expect(candidate.page.locator("[name=flagged]")).to_be_checked()
            candidate.expect_saved()
            candidate.window.picture(f"journey-{lang}-3-item")
        if n == RELOADED:
            candidate.page.reload()
            assert candidate.chosen() == best
            answered = candidate.page.locator(".numbers__grid [data-answered=yes]")
            expect(answered).to_have_count(RELOADED)
        candidate.next()


def submit(candidate: Candidate, lang: str) -> None:
    """Review, submit, read receipt and score."""
    page = candidate.page
    page.wait_for_url("**/ujian/periksa")
    expect(page.locator(".tally dd")).to_have_text([str(ITEMS), "1", "0"])
    expect(page.locator(f"a.number[href='/ujian/soal/{FLAGGED}']")).to_be_visible()
    candidate.window.picture(f"journey-{lang}-4-review")
    candidate.finish()
    page.wait_for_url("**/ujian/selesai")
    candidate.expect_title("Ujian selesai")
    expect(page.locator("#receipt + dl dd").first).to_contain_text(candidate.card.candidate_no)
    expect(page.locator(".figure")).to_contain_text("40")  # 3 × 5 + 5 × 5
    candidate.window.picture(f"journey-{lang}-5-receipt")


def close_by_clicks(admin: Staff, exam: Exam) -> None:
    """The admin finds the session and ends it."""
    admin.sign_in("admin")
    admin.go("Sesi ujian")
    admin.page.locator(f"a[href='/staf/sesi/{exam.session}']").click()
    admin.click("Tutup sesi")
    admin.agree()
    expect(admin.page.get_by_role("button", name=admin.words("Tutup sesi"))).to_have_count(0)


def decide_by_clicks(board: Staff, exam: Exam, lang: str) -> None:
    """The board confirms the session's results, with its minutes."""
    board.sign_in("sidang")
    board.go("Sidang penetapan")
    board.page.locator(f"a[href='/staf/sidang/{exam.session}']").click()
    board.page.locator("#minutes").fill("Sidang contoh, semua anggota hadir.")
    board.click("Tetapkan hasil")
    board.agree()
    expect(board.page.get_by_text("Sidang contoh, semua anggota hadir.")).to_be_visible()
    board.window.picture(f"journey-{lang}-6-decided")


def fetch_certificate(board: Staff, holder: str, folder: Path) -> Path:
    """Download the certificate, which appears by itself after the decision."""
    board.go("Sertifikat")
    link = board.page.locator("tr", has_text=holder).locator("a[href$='/berkas']")
    end = time.monotonic() + WAIT_SECONDS
    while not link.count():
        assert time.monotonic() < end, "no certificate appeared"
        board.page.wait_for_timeout(300)
        board.page.reload()
    with board.page.expect_download() as download:
        link.click()
    download.value.save_as(folder / "certificate.pdf")
    return folder / "certificate.pdf"


def read_qr(pdf: Path) -> str:
    """What a phone reads from the printed first page."""
    picture = pdf.with_suffix("")
    command = ["pdftoppm", "-png", "-r", "150", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, pdf, picture], check=True)
    read = subprocess.run(
        ["zbarimg", "--raw", "-q", picture.with_suffix(".png")],
        capture_output=True,
        text=True,
        check=True,
    )
    return read.stdout.strip()


def test_exam_without_scripts_from_sign_in_to_submission_works(house: House, window: Open) -> None:
    candidate = Candidate(window(java_script_enabled=False), house.open_exam())
    candidate.sign_in()
    candidate.start()
    for n in range(1, ITEMS + 1):
        candidate.page.wait_for_url(f"**/ujian/soal/{n}")
        candidate.choose(candidate.best())
        candidate.next()
    candidate.page.wait_for_url("**/ujian/periksa")
    candidate.finish()
    candidate.page.wait_for_url("**/ujian/selesai")
    expect(candidate.page.locator(".figure")).to_contain_text("40")
    candidate.window.picture("journey-without-scripts")
