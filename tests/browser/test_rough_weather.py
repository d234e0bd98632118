"""What goes wrong in an exam room: the line drops, the PC changes, the time runs out."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.house import House
from tests.browser.people import Candidate, Staff

MINUTES = 60  # of the small scheme
END = re.compile(r"/ujian/selesai")  # with what was refused, or without


def test_answer_while_the_line_is_down_is_kept_and_sent_when_it_is_back(
    house: House, window: Open
) -> None:
    candidate = Candidate(window(), house.open_exam())
    candidate.sign_in()
    candidate.start()
    state, message = candidate.page.locator("[data-save]"), "[data-save-text]"

    candidate.window.context.set_offline(offline=True)
    best = candidate.best()
    candidate.choose(best)
    expect(state).to_have_attribute("data-state", "queued")
    expect(candidate.page.locator(message)).to_contain_text("Koneksi terputus.")
    candidate.window.picture("journey-offline")
    candidate.next()  # the page says so and stays
    expect(candidate.page.locator(message)).to_contain_text("akan dikirim otomatis")
    assert candidate.page.url.endswith("/ujian/soal/1")

    candidate.window.context.set_offline(offline=False)
    candidate.expect_saved()
    expect(candidate.page.locator("[data-receipt]")).not_to_be_empty()
    candidate.page.reload()
    assert candidate.chosen() == best
    # the browser itself reports each request that found no line
    candidate.window.faults[:] = [
        fault for fault in candidate.window.faults if "ERR_INTERNET_DISCONNECTED" not in fault
    ]


def test_answer_kept_offline_survives_a_reload_of_the_page(house: House, window: Open) -> None:
    candidate = Candidate(window(), house.open_exam())
    candidate.sign_in()
    candidate.start()
    best = candidate.best()
    candidate.page.route("**/ujian/soal/1", lambda route: route.abort(), times=1)
    candidate.choose(best)
    expect(candidate.page.locator("[data-save]")).to_have_attribute("data-state", "queued")
    candidate.page.reload()  # the queue lives in the browser's own store
    candidate.expect_saved()
    candidate.page.reload()
    assert candidate.chosen() == best
    candidate.window.faults[:] = [
        fault for fault in candidate.window.faults if "ERR_FAILED" not in fault
    ]


def test_place_released_by_the_proctor_lets_a_second_pc_go_on_and_tells_the_first(
    house: House, window: Open
) -> None:
    exam = house.open_exam()
    first, second = Candidate(window(), exam), Candidate(window(), exam)
    first.sign_in()
    first.start()
    best = first.best()
    first.choose(best)
    first.expect_saved()

    second.page.goto("/ujian")
    for name, value in second.fields().items():
        second.page.locator(f"#{name}").fill(value)
    second.click("Masuk")
    second.expect_title("Ujian Anda terbuka di komputer lain")
    second.window.picture("journey-place-held")

    proctor = Staff(window())
    proctor.sign_in("pengawas")
    proctor.go("Ruang ujian")
    if not proctor.page.url.endswith(exam.room):
        proctor.page.locator(f"a[href='/staf/ruang/{exam.room}']").click()
    proctor.page.locator("#seat-1").click()
    proctor.page.locator("#panel summary", has_text="Lepaskan komputer ini").click()
    proctor.page.locator("#release-reason").select_option("workstation")
    proctor.click("Lepaskan komputer")
    expect(proctor.page.locator("#panel")).to_contain_text("menunggu komputer lain")
    proctor.window.picture("journey-place-released")

    second.click("Coba lagi", role="link")
    second.start()
    assert second.chosen() == best
    first.choose_another()
    first.expect_title("Ujian dilanjutkan di komputer lain")
    first.window.picture("journey-place-lost")
    first.window.faults[:] = [f for f in first.window.faults if "409" not in f]
    second.page.reload()
    assert second.chosen() == best


def test_time_over_ends_the_page_by_itself_and_refuses_a_late_answer(
    house: House, window: Open
) -> None:
    exam = house.open_exam(candidates=2)
    waiting, late = Candidate(window(), exam), Candidate(window(), exam, 1)
    for candidate in (waiting, late):
        candidate.sign_in()
        candidate.start()
        candidate.choose(candidate.best())
        candidate.expect_saved()
    house.clock.advance(MINUTES * 60 - 6)
    waiting.page.reload()
    expect(waiting.page.locator(".timer[data-phase=last]")).to_have_text(
        re.compile(r"Sisa waktu00:0\d")
    )
    house.clock.advance(10)

    late.choose_another()  # the page still shows an hour: the server knows better
    late.page.wait_for_url(END)
    late.window.faults[:] = [f for f in late.window.faults if "409" not in f]
    for candidate in (waiting, late):
        candidate.page.wait_for_url(END)
        expect(candidate.page.get_by_role("heading", level=1)).to_have_text(
            re.compile("Waktu habis|Ujian selesai")
        )
    late.window.picture("journey-time-over")
    # the sweep grades what was saved in time: one answer each
    expect(late.page.get_by_role("heading", level=1)).to_have_text("Ujian selesai")
    expect(late.page.locator("#receipt + dl dd").nth(4)).to_have_text("1")
