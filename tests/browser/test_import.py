"""A writer imports a workbook with three faulty rows, with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from question_banks import service as banks
from tests.browser.conftest import Open
from tests.browser.house import House
from tests.browser.people import Staff
from tests.web.test_import_wizard import FAULTY


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_workbook_with_three_faulty_rows(
    house: House, window: Open, tmp_path: Path, *, script: bool
) -> None:
    house.here.database.write_sync(banks.create_bank, name=f"Bank impor {script}")
    file = tmp_path / "butir.xlsx"
    file.write_bytes(FAULTY)
    writer = Staff(window(java_script_enabled=script))
    page = writer.page
    writer.sign_in("penyusun")
    page.goto("/staf/bank")
    page.get_by_role("link", name=f"Bank impor {script}").click()
    page.get_by_role("link", name="Impor butir").first.click()
    page.locator("#format").select_option("xlsx")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Periksa berkas").click()

    expect(page.locator("h2#report")).to_have_count(1)
    expect(page.locator(".tally dd")).to_have_text(["2", "0", "3"])
    expect(page.locator("tbody th")).to_have_text(["W2", "W3", "W4"])
    writer.window.picture(f"import-report-{'script' if script else 'plain'}")
    page.get_by_role("button", name="Impor 2 butir").click()
    expect(page.get_by_text("Impor selesai: butir.xlsx")).to_be_visible()
    page.get_by_role("link", name="Lihat bank soal").click()
    for code in ("W1", "W5"):
        expect(page.get_by_text(code, exact=True)).to_have_count(1)
