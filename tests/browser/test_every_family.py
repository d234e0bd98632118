"""Every family on the exam screen, with and without JavaScript: answered, saved, resumed."""

import msgspec
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from exam_engine.schemes.service import publish_scheme
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.authoring import service as authoring
from question_banks.authoring.service import Draft
from question_banks.families import FAMILIES
from question_banks.formats.native import read_bank
from question_banks.review import service as review
from question_banks.states import Deed, ItemState
from tests.browser.conftest import Open
from tests.browser.house import Exam, House
from tests.browser.people import Candidate, Staff
from tests.cast import CANDIDATES
from tests.mixed_exam import mixed_bank, mixed_scheme

SHARING = "true_false"
NAMES = sorted(set(FAMILIES) - {"hotspot"})  # its picture needs a store of pictures


@pytest.fixture(scope="module")
def mixed(house: House) -> House:
    """The house with a bank and a scheme of every family."""
    database, cast = house.here.database, house.cast
    file = read_bank(mixed_bank())
    banks.import_file(database, bank_name="Ragam", file=file, by=cast["penyusun"])
    share_a_text(house)
    waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    banks.approve_all(database, item_ids=tuple(i.id for i in waiting), by=cast["penelaah"])
    house.scheme = database.write_sync(publish_scheme, scheme=mixed_scheme(*NAMES))
    return house


def share_a_text(house: House) -> None:
    """The writer takes one item back and gives it a stimulus with a formula."""
    database, writer = house.here.database, house.cast["penyusun"]
    waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    item = next(item for item in waiting if item.content.family == SHARING)
    digest = database.write_sync(
        authoring.add_stimulus, bank_id=item.bank_id, title="Tarif", by=writer,
        text=r"Tarif layanan: $\frac{3}{4}$ bagian",
    )  # fmt: skip
    database.write_sync(review.move, item_id=item.id, deed=Deed.WITHDRAW, by=writer)
    content = msgspec.structs.replace(item.content, stimulus=digest.hex())
    draft = Draft(code=item.external_id, content=content)
    database.write_sync(
        authoring.save, bank_id=item.bank_id, item_id=item.id, draft=draft, by=writer
    )
    database.write_sync(review.move, item_id=item.id, deed=Deed.SUBMIT, by=writer)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_every_family_is_answered_saved_and_resumed(
    mixed: House, window: Open, *, script: bool
) -> None:
    exam: Exam = mixed.open_exam()
    candidate = Candidate(window(java_script_enabled=script), exam)
    candidate.sign_in()
    candidate.start()
    page = candidate.page
    for position, name in enumerate(NAMES, start=1):
        expect(page.locator("h1")).to_contain_text(f"{position} ")
        shared = page.locator(".stimulus")
        expect(shared).to_have_count(int(name == SHARING))
        if name == SHARING:
            expect(shared.locator("math mfrac")).to_be_visible()
            expect(shared).to_contain_text("Tarif layanan")
        answer(page)
        state = fields(page)
        assert any(value for value in state)
        candidate.window.picture(f"family-{name}-{'script' if script else 'plain'}")
        candidate.next()
        page.wait_for_url(
            "**/ujian/periksa" if position == len(NAMES) else f"**/ujian/soal/{position + 1}"
        )
        page.goto(f"/ujian/soal/{position}")
        assert fields(page) == state, name
        expect(page.locator(f"[data-number='{position}']")).to_have_attribute(
            "data-answered", "yes"
        )
        page.goto(f"/ujian/soal/{min(position + 1, len(NAMES))}")


def answer(page: Page) -> None:
    """Fill in the first answer that each field of the item takes."""
    area = page.locator("[data-answer]")
    for group in range(1, 4):
        names = ["choice"] if group == 1 else [f"choice.{group - 1}"]
        for name in names:
            options = area.locator(f".option:has(input[name='{name}'])")
            if options.count():
                options.first.click()
    for select in area.locator("select").all():
        select.select_option(index=1)
    for field in area.locator("input.input, textarea").all():
        field.fill("12")


def fields(page: Page) -> list[str]:
    """What the item's fields hold."""
    script = """area => [...area.querySelectorAll('input, select, textarea')].map(
        f => ['radio', 'checkbox'].includes(f.type) ? (f.checked ? f.value : '') : f.value)"""
    found: list[str] = page.locator("[data-answer]").evaluate(script)
    return found


def test_essay_is_rated_without_names_and_its_result_is_complete(
    mixed: House, window: Open
) -> None:
    exam: Exam = mixed.open_exam()
    candidate = Candidate(window(java_script_enabled=False), exam)
    candidate.sign_in()
    candidate.start()
    page = candidate.page
    page.goto(f"/ujian/soal/{NAMES.index('essay') + 1}")
    page.locator("[data-answer] textarea").fill("Warga mengambil nomor,\nlalu menuju loket.")
    candidate.next()
    page.goto("/ujian/periksa")
    candidate.finish()

    rater = Staff(window())
    rater.sign_in("penilai")
    rater.go("Penilaian")
    rater.page.get_by_role("link", name="Beri nilai").last.click()
    sheet = rater.page
    expect(sheet.locator(".answer-text")).to_have_text("Warga mengambil nomor,\nlalu menuju loket.")
    for hidden in (exam.cards[0].candidate_no, CANDIDATES[0][0]):
        expect(sheet.get_by_text(hidden)).to_have_count(0)
    rater.click("Simpan penilaian")
    expect(sheet.locator("[name='level.1']").first).to_be_focused()
    for name in ("level.1", "level.2"):
        sheet.locator(f"label.choice:has([name='{name}'])").last.click()
    sheet.evaluate(AXE_SCRIPT)
    found = sheet.evaluate("() => axe.run(document).then((r) => r.violations.map((v) => v.id))")
    assert found == []
    rater.window.picture("rating-sheet")
    rater.click("Simpan penilaian")
    rater.expect_title("Antrean penilaian")
