"""The stand-alone pages in Chromium, opened from a file with the network off."""

import json
import re
from base64 import b64decode
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, FilePayload, Page

from tests.browser.chromium import PHONE, PICTURES
from tests.browser.house import Exam, House
from tests.exam_engine.test_draw_script import STEP, changed
from web.who import COOKIE

WORDS = {  # how the page names a field of the draw file
    "session": "sesi", "handle": "pegangan peserta", "nonce": "nonce", "paper": "naskah",
    "excluded": "butir yang dikecualikan", "seat": "nomor meja", "seats": "jumlah meja",
    "seat_seed": "benih meja", "seat_path": "jalur ke akar meja", "seat_root": "akar benih meja",
    "bank_root": "akar kumpulan butir", "pool_salt": "garam kumpulan butir",
    "manifest": "daftar kumpulan butir", "blueprint": "kisi-kisi",
    "blueprint_sha256": "sidik jari kisi-kisi",
}  # fmt: skip


@pytest.fixture(scope="module")
def exam(house: House) -> Exam:
    """An exam that a candidate sat; `files` closes it."""
    opened = house.open_exam()
    opened.stage.sat(0)
    return opened


@pytest.fixture(scope="module")
def files(house: House, exam: Exam, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The downloaded page, and an issued certificate."""
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


@pytest.fixture(scope="module")
def draw(house: House, exam: Exam, files: tuple[Path, Path]) -> tuple[Path, Path]:
    """The downloaded page that draws again, and the candidate's own draw file."""
    folder = files[0].parent
    own = httpx.Client(base_url=house.address, cookies={COOKIE: exam.stage.seat(0).token})
    for name, path in (("undi.html", "/undian/periksa"), ("undian.json", "/ujian/undian/berkas")):
        answer = own.get(path)
        assert "attachment" in answer.headers["content-disposition"]
        (folder / name).write_bytes(answer.content)
    own.close()
    return folder / "undi.html", folder / "undian.json"


def drawn_again(page: Page, text: str) -> str:
    """Give the opened page a file; its verdict."""
    given = FilePayload(name="undian.json", mimeType="application/json", buffer=text.encode())
    page.set_input_files("#file", [])
    page.evaluate("document.querySelector('#result').dataset.verdict = 'working'")
    page.set_input_files("#file", given)
    page.wait_for_selector("#result[data-verdict]:not([data-verdict=working])")
    return str(page.get_attribute("#result", "data-verdict"))


def failed_steps(page: Page) -> list[str]:
    steps = page.locator("#steps [data-state=fail]").all()
    return [step.get_attribute("data-step") or "" for step in steps]


def test_downloaded_page_draws_a_paper_again_with_the_network_off(
    browser: Browser, draw: tuple[Path, Path]
) -> None:
    saved, file = draw
    context = browser.new_context(offline=True, locale="id-ID")
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(saved.as_uri())
    given = json.loads(file.read_text())

    assert drawn_again(page, file.read_text()) == "equal"
    assert failed_steps(page) == []
    paper = json.loads(b64decode(given["paper"]))["items"]
    rows = page.locator("#paper tr").all_inner_texts()
    assert [row.split()[-1] for row in rows] == [item["version"] for item in paper]
    assert given["seat_root"] in page.inner_text("#facts")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate("axe.run(document).then(r => r.violations.map(v => v.id))") == []
    page.screenshot(path=PICTURES / "draw-check.png", full_page=True)

    for field, step in STEP.items():
        assert drawn_again(page, json.dumps(changed(given, field))) == "differs", field
        assert step in failed_steps(page), field
        suspects = str(page.get_attribute("#result", "data-suspects")).split()
        assert field in suspects
        assert WORDS[field] in page.inner_text("#why")
    assert drawn_again(page, json.dumps({**given, "format": "lain"})) == "foreign"
    assert "penanda format" in page.inner_text("#why")
    assert [url for url in asked if not url.startswith("file:")] == []
    assert faults == []

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert drawn_again(page, json.dumps(changed(given, "paper"))) == "differs"
    assert "Soal yang berbeda: 1." in page.inner_text("#why")
    assert page.locator("#paper tr[data-differs]").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.screenshot(path=PICTURES / "draw-check-phone-dark.png", full_page=True)
    context.close()
