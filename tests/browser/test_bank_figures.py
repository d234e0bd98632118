"""Figures and media with a mouse: statistics seen, a finding answered, a picture put in."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.house import House
from tests.browser.people import Staff
from tests.pictures import picture
from tests.sounds import sound


def test_writer_sees_statistics_and_answers_a_finding_with_a_new_version(
    house: House, window: Open
) -> None:
    exam = house.open_exam(2)
    exam.stage.sat(0)
    exam.stage.sat(1, well=False)
    exam.stage.close()
    writer = Staff(window())
    page = writer.page
    writer.sign_in("penyusun")
    page.goto("/staf/bank")
    page.get_by_role("link", name="Pelayanan").first.click()
    page.get_by_role("link", name="Statistik").first.click()
    writer.click("Hitung ulang")
    expect(page.locator(".tally", has_text="Naskah").locator("dd").first).to_have_text("2")
    expect(page.locator("svg.chart__plot, .chart svg").first).to_be_visible()
    writer.window.picture("statistics-journey")

    page.get_by_role("link", name="A-", exact=False).first.click()
    expect(page.get_by_role("heading", name="Kurva karakteristik butir")).to_be_visible()
    page.get_by_role("link", name="Tulis versi baru").click()
    expect(page.get_by_text("Versi ini memperbaiki temuan statistik")).to_be_visible()
    page.locator("#stem").fill("Pertanyaan yang diperjelas")
    writer.click("Simpan sebagai draf")

    expect(page.get_by_text("memperbaiki temuan statistik (data")).to_have_count(1)
    page.get_by_role("link", name="lihat perubahannya").click()
    expect(page.locator("ins", has_text="diperjelas")).to_be_visible()
    expect(page.locator("del").first).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_picture_and_sound_are_inserted_while_writing(
    house: House, window: Open, tmp_path: Path, *, script: bool
) -> None:
    (tmp_path / "denah.png").write_bytes(picture())
    (tmp_path / "suara.mp3").write_bytes(sound(kind="MP3", rate=22_050))
    writer = Staff(window(java_script_enabled=script))
    page = writer.page
    writer.sign_in("penyusun")
    page.goto("/staf/bank")
    page.get_by_role("link", name="Pelayanan").first.click()
    page.get_by_role("link", name="Tulis butir").click()
    page.locator("#stem").fill("Loket mana?")
    for name, said in (("denah.png", "Denah dua loket"), ("suara.mp3", "Pengumuman petugas")):
        page.locator("#media_form summary").click()
        page.locator("#media").set_input_files(tmp_path / name)
        page.locator("#media_words").fill(said)
        page.get_by_role("button", name="Sisipkan", exact=True).click()

    shown = page.locator("[data-preview]")
    expect(shown.get_by_role("img", name="Denah dua loket")).to_be_visible()
    player = shown.locator("audio[aria-label='Pengumuman petugas']")
    expect(player).to_be_visible()
    if script:
        assert player.evaluate(
            "a => new Promise(r => { a.onloadedmetadata = () => r(a.duration > 0.3);"
            " a.onerror = () => r(false); a.preload = 'auto'; a.load(); })"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
