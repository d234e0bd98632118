"""The stand-alone page in Chromium, opened from a file with the network off."""

import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser.chromium import PICTURES
from tests.browser.house import House


@pytest.fixture(scope="module")
def files(house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The downloaded page, and an issued certificate."""
    exam = house.open_exam()
    exam.stage.sat(0)
    _code, pdf = house.certificate(exam)
    folder = tmp_path_factory.mktemp("luring")
    answer = httpx.get(f"{house.address}/verifikasi/luring")
    assert "attachment" in answer.headers["content-disposition"]
    saved = folder / "periksa.html"
    saved.write_bytes(answer.content)
    (folder / "sertifikat.pdf").write_bytes(pdf)
    return saved, folder / "sertifikat.pdf"


def checked(page: Page, saved: Path, pdf: Path) -> str:
    page.goto(saved.as_uri())
    page.set_input_files("#pdf", pdf)
    page.wait_for_selector("#result[data-verdict]:not([data-verdict=working])")
    return str(page.get_attribute("#result", "data-verdict"))


def test_downloaded_page_judges_a_certificate_with_the_network_off(
    browser: Browser, house: House, files: tuple[Path, Path], tmp_path: Path
) -> None:
    saved, pdf = files
    context = browser.new_context(offline=True, locale="id-ID")
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.clock.set_fixed_time(house.clock.now())

    assert checked(page, saved, pdf) == "unknown"
    held = page.eval_on_selector_all(
        "#steps [data-state=ok]", "all => all.map(e => e.dataset.step)"
    )
    assert held == [
        "bundle", "signature", "issuer", "commitment", "checkpoint", "inclusion", "period",
    ]  # fmt: skip
    assert "CTH-" in page.inner_text("#facts")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate("axe.run(document).then(r => r.violations.map(v => v.id))") == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "offline-page.png", full_page=True)
    assert [url for url in asked if not url.startswith("file:")] == []
    assert faults == []

    other = tmp_path / "lain.pdf"
    other.write_bytes(b"%PDF-1.7\n%%EOF")
    assert checked(page, saved, other) == "foreign"
    page.clock.set_fixed_time("2040-01-01T00:00:00Z")
    assert checked(page, saved, pdf) == "expired"
    context.close()


def test_page_with_another_issuer_s_keys_or_another_script_does_not_vouch(
    browser: Browser, files: tuple[Path, Path], tmp_path: Path
) -> None:
    saved, pdf = files
    text = saved.read_text()
    context = browser.new_context(offline=True)
    page = context.new_page()

    strange = tmp_path / "asing.html"
    strange.write_text(
        re.sub(
            r'"keys": \["z\w+', '"keys": ["z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi', text
        )
    )
    assert checked(page, strange, pdf) == "issuer"

    meddled = tmp_path / "lain.html"
    meddled.write_text(text.replace("async function check(file)", "async function check(file )"))
    page.goto(meddled.as_uri())
    page.set_input_files("#pdf", pdf)
    page.wait_for_timeout(500)
    assert page.is_hidden("#result"), "a changed script does not run: its hash is in the policy"
    context.close()
