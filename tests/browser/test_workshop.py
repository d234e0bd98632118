"""The workshop with a mouse, and without script: write, review blind, publish, see figures."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from question_banks.families import FAMILIES, author
from samples.visitor import Visitor
from tests.author_form import Sent, sent
from tests.browser.conftest import Open
from tests.browser.house import House
from tests.browser.people import Staff
from tests.cast import PASSWORD
from tests.items import every_family
from tests.pictures import picture
from tests.sounds import sound

PLACE = {"competency": "T.ADMIN", "level": "2", "language": "id"}


@pytest.fixture
def writer(house: House) -> Iterator[Visitor]:
    """The item writer without any script."""
    visitor = Visitor(house.address)
    visitor.sign_in("penyusun", PASSWORD)
    yield visitor
    visitor.close()


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
    for row, text in enumerate(("benar", "salah")):
        writer.page.locator("[name='option.text']").nth(row).fill(text)
    expect(writer.page.locator("[data-preview] math")).to_be_visible()
    writer.page.locator("[name=key][value='1']").check()
    writer.click("Simpan sebagai draf")
    writer.expect_title("Butir BKL-1")
    writer.click("Ajukan untuk ditelaah")

    reviewer.sign_in("penelaah")
    reviewer.go("Telaah")
    reviewer.page.get_by_role("link", name="BKL-1").click()
    expect(reviewer.page.get_by_text("Kunci jawaban")).to_have_count(0)
    expect(reviewer.page.get_by_text("Cut Meurah")).to_have_count(0)
    reviewer.page.locator("label.option").first.click()
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


def test_every_family_is_written_previewed_and_changed_without_script(
    writer: Visitor,
) -> None:
    bank = writer.send("/staf/bank", {"name": "Semua bentuk"}).url.path
    for name, content in every_family().items():
        form = sent(author.padded(FAMILIES[name].form(content)))
        fields = {**PLACE, "family": name, "stem": content.stem, "code": name, **form}

        empty = writer.see(f"{bank}/butir/baru?bentuk={name}")
        shown = writer.send(f"{bank}/butir/baru", {**fields, "action": "preview"}).text
        item = writer.send(f"{bank}/butir/baru", {**fields, "action": "save"}).url.path
        again = writer.see(f"{item}/ubah")

        assert f'data-family="{name}"' in empty
        assert 'name="preview' in shown.partition("data-preview")[2], name
        form.pop("key" if name == "weighted_choice" else "", None)  # its options have no key
        typed = {field: values for field, values in form.items() if any(values)}
        assert missing(shown, typed) == missing(again, typed) == [], name
        assert "Butir " + name in writer.see(item)


def missing(page: str, typed: Sent) -> list[str]:
    """Fields of a form that a page does not have."""
    return [field for field in typed if f'name="{field}"' not in page]


def test_fault_stands_beside_its_field_and_nothing_typed_is_lost(writer: Visitor) -> None:
    bank = writer.send("/staf/bank", {"name": "Salah ketik"}).url.path
    fields = {**PLACE, "family": "numeric", "stem": "Berapa?", "code": "N", "action": "save"}

    answer = writer.try_send(f"{bank}/butir/baru", {**fields, "lines": "9,8 .. sepuluh"})

    assert answer.status_code == 422
    assert 'id="lines-error"' in answer.text
    assert "9,8 .. sepuluh</textarea>" in answer.text
    assert "angka tidak terbaca" in answer.text


def test_new_version_names_the_statistics_that_made_it_necessary(writer: Visitor) -> None:
    bank = writer.send("/staf/bank", {"name": "Sebab"}).url.path
    form = {"option.text": ["satu", "dua"], "key": "1"}
    fields = {**PLACE, **form, "family": "single_choice", "code": "S-1", "action": "save"}
    item = writer.send(f"{bank}/butir/baru", {**fields, "stem": "Lama?"}).url.path
    data = "ab" * 32

    page = writer.see(f"{item}/ubah?sebab={data}")
    assert f'name="cause" value="{data}"' in page
    assert "temuan statistik" not in writer.see(item)
    writer.send(f"{item}/ubah", {**fields, "stem": "Baru?", "cause": data})

    shown = writer.see(item)
    assert shown.count("memperbaiki temuan statistik (data abababababab…)") == 1
    assert shown.index("temuan statistik") < shown.index("Versi 1</span>")


def test_stimulus_is_shared_and_a_new_version_begins_with_the_old(writer: Visitor) -> None:
    bank = writer.send("/staf/bank", {"name": "Wacana"}).url.path
    writer.send(f"{bank}/stimulus", {"title": "Tarif", "text": r"Tarif $\frac{1}{2}$ juta"})
    page = writer.see(f"{bank}/stimulus")
    digest = re.findall(r"dari=([0-9a-f]{64})", page)[0]
    form = {"option.text": ["satu", "dua"], "key": "1", "stimulus": digest}
    fields = {**PLACE, **form, "family": "single_choice", "stem": "Berapa?", "action": "save"}

    items = [writer.send(f"{bank}/butir/baru", {**fields, "code": code}) for code in ("A", "B")]

    assert all("<mfrac>" in item.text.partition("stimulus")[2] for item in items)
    again = writer.see(f"{bank}/stimulus?dari={digest}")
    assert 'value="Tarif"' in again
    assert "&lt;mfrac&gt;" in again


def test_other_form_brings_its_fields_and_a_live_preview(house: House, window: Open) -> None:
    writer = Staff(window())
    writer.sign_in("penyusun")
    page = writer.page
    page.goto("/staf/bank")
    page.locator("#name").fill("Bentuk lain")
    writer.click("Buat bank")
    writer.page.get_by_role("link", name="Tulis butir").click()
    for name in ("matching", "cloze"):
        content = every_family()[name]
        page.locator("#family").select_option(name)
        expect(page.locator(f"[data-family={name}]")).to_be_visible()
        page.locator("#stem").fill(content.stem)
        fill(page, sent(author.padded(FAMILIES[name].form(content))))
        expect(page.locator("[data-preview] select").first).to_be_visible()
        writer.window.picture(f"editor-{name}")
    page.locator("#code").fill("R-1")
    page.locator("#competency").select_option("T.ADMIN")
    writer.click("Simpan sebagai draf")
    writer.expect_title("Butir R-1")
    expect(page.locator(".preview li")).to_have_text(
        [re.compile("kota: Bandung"), re.compile("pulau: Jawa"), re.compile("tahun: 1945")]
    )


def fill(page: Page, form: Sent) -> None:
    """Type and choose what the form holds; hidden fields and empty rows stay."""
    for name, values in form.items():
        found = page.locator(f"[data-family-form] [name='{name}']:not([type=hidden])")
        for n, value in enumerate(values if found.count() else []):
            if not value:
                continue
            if found.nth(n).evaluate("e => e.tagName") == "SELECT":
                found.nth(n).select_option(value)
            else:
                found.nth(n).fill(value)


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
