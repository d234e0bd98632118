"""A bad day in the room: a pause, more time, a warning, an end; seen from both PCs."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.house import Exam, House
from tests.browser.people import Candidate, Staff


class Proctor(Staff):
    """A proctor at the room's console, one seat chosen."""

    def watch(self, exam: Exam) -> None:
        self.sign_in("pengawas")
        self.address = f"/staf/ruang/{exam.room}"
        self.page.goto(self.address)

    def everybody(self, deed: str, reason: str, minutes: str = "10") -> None:
        """Do something to the time of all who sit."""
        self.page.goto(self.address)
        self.page.locator("summary", has_text=self.words("Waktu semua peserta")).click()
        self.page.locator("#reason-all").select_option(reason)
        self.page.locator("#minutes-all").fill(minutes)
        self.click(deed)

    def note(self, seat: int, reason: str, words: str, button: str) -> None:
        """Note an incident at a seat."""
        self.page.goto(f"{self.address}?seat={seat}#panel")
        self.page.locator("#panel summary", has_text=self.words("Catat kejadian")).click()
        self.page.locator("#incident-reason").select_option(reason)
        self.page.locator("#note-one").fill(words)
        self.click(button)


def test_message_and_pause_reach_the_screen_between_saves(house: House, window: Open) -> None:
    """The page asks by itself now and then; here its next turn is called for at once."""
    exam = house.open_exam()
    candidate, proctor = Candidate(window(), exam), Proctor(window())
    candidate.sign_in()
    candidate.page.clock.install()
    candidate.start()
    proctor.watch(exam)

    proctor.page.locator("summary", has_text="Pesan untuk semua").click()
    proctor.page.locator("#text-all").fill("Pintu ruang akan dibuka sebentar.")
    proctor.click("Kirim pesan")
    candidate.page.clock.fast_forward(30_000)
    expect(candidate.page.locator("#notices")).to_contain_text("Pintu ruang akan dibuka sebentar.")

    proctor.everybody("Jeda semua", "power")
    candidate.page.clock.fast_forward(30_000)
    candidate.expect_title("Ujian dijeda oleh pengawas")


def test_pause_more_time_warning_and_end_reach_the_candidate(house: House, window: Open) -> None:
    exam = house.open_exam(candidates=2)
    candidate, proctor = Candidate(window(), exam), Proctor(window())
    candidate.sign_in()
    candidate.start()
    proctor.watch(exam)

    proctor.everybody("Jeda semua", "power")
    expect(proctor.page.get_by_role("status").first).to_contain_text("Waktu 1 peserta diubah.")
    best = candidate.best()
    candidate.choose(best)  # not heard of it yet
    candidate.expect_title("Ujian dijeda oleh pengawas")
    candidate.window.picture("journey-paused")
    house.clock.advance(61 * 60)  # more than the whole exam's time

    proctor.everybody("Lanjutkan semua", "power")
    candidate.click("Coba lanjutkan", role="link")
    candidate.page.wait_for_url("**/ujian/soal/1")
    candidate.expect_saved()  # what was chosen during the pause waited in the browser
    assert candidate.chosen() == best

    proctor.everybody("Tambah waktu semua", "network", minutes="7")
    candidate.next()
    expect(candidate.page.locator("#notices")).to_contain_text("Waktu Anda ditambah 7 menit")
    expect(candidate.page.locator(".timer__value")).to_have_text(re.compile(r"1:0[56]:\d\d"))

    proctor.note(1, "behaviour", "Jangan berbicara.", "Catat dan peringatkan")
    expect(proctor.page.locator(".timeline")).to_contain_text("Peringatan")
    candidate.page.reload()
    expect(candidate.page.locator("#notices")).to_contain_text("Jangan berbicara.")
    candidate.window.picture("journey-warned")

    proctor.note(1, "behaviour", "Membuka catatan.", "Hentikan ujian")
    proctor.agree()
    expect(proctor.page.locator("#seat-1")).to_contain_text("dihentikan")
    proctor.window.picture("journey-console")
    candidate.choose(candidate.best())
    candidate.page.wait_for_url("**/ujian/selesai**")
    expect(candidate.page.locator(".lead")).to_contain_text("Pengawas menghentikan ujian")
