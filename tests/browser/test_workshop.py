"""The workshop with a mouse: write, submit, review blind, publish."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.house import House
from tests.browser.people import Staff


def test_item_is_written_reviewed_blind_and_published(house: House, window: Open) -> None:
    writer, reviewer = Staff(window()), Staff(window())
    writer.sign_in("penyusun")
    writer.page.goto("/staf/bank")
    writer.page.locator("#name").fill("Bengkel")
    writer.click("Buat bank")
    writer.page.get_by_role("link", name="Tulis butir").click()
    writer.page.locator("#code").fill("BKL-1")
    writer.page.locator("#competency").select_option("T.ADMIN")
    writer.page.locator("#stem").fill("Luas persegi bersisi x adalah $x^2$?")
    for letter, text in (("A", "benar"), ("B", "salah")):
        writer.page.locator(f"[name='option.{letter}']").fill(text)
    expect(writer.page.locator("[data-preview] math")).to_be_visible()
    writer.page.locator("[name=key][value=A]").check()
    writer.click("Simpan sebagai draf")
    writer.expect_title("Butir BKL-1")
    writer.click("Ajukan untuk ditelaah")

    reviewer.sign_in("penelaah")
    reviewer.go("Telaah")
    reviewer.page.get_by_role("link", name="BKL-1").click()
    expect(reviewer.page.get_by_text("Kunci jawaban")).to_have_count(0)
    expect(reviewer.page.get_by_text("Cut Meurah")).to_have_count(0)
    reviewer.page.locator("label.choice").first.click()
    reviewer.click("Simpan jawaban saya")
    expect(reviewer.page.get_by_text("Jawaban Anda sama dengan kunci.")).to_be_visible()
    for mark in reviewer.page.locator("input[value=yes]").all():
        mark.check()
    reviewer.click("Setujui")
    reviewer.expect_title("Antrean telaah")

    address = writer.page.url
    reviewer.page.goto(address)
    reviewer.click("Terbitkan")
    writer.page.reload()
    expect(writer.page.locator(".badge", has_text="Terbit").first).to_be_visible()
