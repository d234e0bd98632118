"""A simulated exam over HTTP against the real app, from planning to verified certificates."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import httpx
import msgspec

from exam_engine.assembly.drbg import Drbg
from kernel.clock import ManualClock
from samples.answer_key import Key, ranked
from samples.people import STAFF, roster
from samples.visitor import ExamPage, PageUnexpected, Visitor, cards_of

ROOM: Final = "Ruang Seulawah"
VENUE: Final = "Gedung Latihan Contoh"
BROWSERS: Final = 8
SECONDS_A_SAVE: Final = 0.5
RESUMES: Final = 1  # the candidate (from 0) whose PC breaks down half way
RUNS_OUT: Final = 2  # the candidate (from 0) who is still working when the time is over
WAIT_SECONDS: Final = 300.0
PERCENT: Final = 100
Progress = Callable[[str, int, int], None]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one simulated candidate."""

    number: str
    story: str
    saves: int
    refused_late: bool


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Which exam to hold: a scheme's digest (hex), its items and minutes, how many candidates."""

    title: str
    scheme: str
    items: int
    minutes: int
    candidates: int
    starts_at: datetime


class Rehearsal:
    """One exam session held by simulated people. `clock` is the app's own."""

    def __init__(
        self, address: str, clock: ManualClock, key: Key, plan: Plan, progress: Progress
    ) -> None:
        self.plan = plan
        self._address = address
        self._clock = clock
        self._key = key
        self._progress = progress
        self._saves = 0

    def hold(self) -> tuple[str, list[Outcome]]:
        """Plan, register, freeze, open, sit, close, decide; gives the session's id and outcomes."""
        admin = self._staff("admin-instansi")
        session = self._plan_session(admin)
        cards = self._register(admin, session)
        admin.send(f"{session}/kunci")
        admin.send(f"{session}/buka")
        proctor = self._staff("pengawas")
        room = self._room(proctor, proctor.http.get("/staf/ruang").url.path)
        pin = _session_pin(proctor.see(room))
        outcomes = self._sit(cards, pin, proctor, room)
        admin.send(f"{session}/tutup")
        session_id = session.rsplit("/", 1)[1]
        board = self._staff("sidang")
        board.send(
            f"/staf/sidang/{session_id}/tetapkan",
            {
                "scope": "all",
                "minutes": f"Sidang contoh untuk {self.plan.title}; semua hasil ditetapkan.",
            },
        )
        for visitor in (admin, proctor, board):
            visitor.close()
        return session_id, outcomes

    def certificates(self, expected: int) -> list[tuple[str, bytes]]:
        """Wait for the issued PDFs; gives each code with its bytes."""
        board = self._staff("sidang")

        def ready() -> bool:
            page = board.see("/staf/sertifikat")
            done = len(set(_links(page)))
            self._progress("sertifikat", min(done, expected), expected)
            return done >= expected

        self._wait("sertifikat", ready)
        page = board.see("/staf/sertifikat")
        pdfs = [board.http.get(link).content for link in dict.fromkeys(_links(page))]
        codes = list(dict.fromkeys(re.findall(r'href="/V/([0-9A-Z]{16})"', page)))
        board.close()
        return list(zip(codes, pdfs, strict=True))

    def _plan_session(self, admin: Visitor) -> str:
        local = self.plan.starts_at.astimezone(ZoneInfo("Asia/Jakarta"))
        answer = admin.send(
            "/staf/sesi",
            {
                "title": self.plan.title,
                "scheme": self.plan.scheme,
                "venue": VENUE,
                "room": ROOM,
                "starts_on": local.strftime("%Y-%m-%d"),
                "starts_at": local.strftime("%H:%M"),
            },
        )
        path: str = answer.url.path
        return path

    def _register(self, admin: Visitor, session: str) -> list[tuple[str, str]]:
        file = roster(self.plan.candidates).encode()
        page = admin.send(f"{session}/peserta", files={"file": ("peserta.csv", file)}).text
        cards = cards_of(page)
        form = admin.see(session)
        account = re.search(r'<option value="([a-z2-7]{26})"', form)
        if account is None:
            raise PageUnexpected("no proctor to assign")
        admin.send(f"{session}/pengawas", {"account": account.group(1)})
        return cards

    def _room(self, proctor: Visitor, path: str) -> str:
        """The room of this session, when the proctor has several."""
        if path != "/staf/ruang":
            return path
        rows = re.findall(r'href="(/staf/ruang/[a-z2-7]{26})">([^<]*)<', proctor.see(path))
        found: str = next(link for link, title in rows if title == self.plan.title)
        return found

    def _sit(
        self, cards: list[tuple[str, str]], pin: str, proctor: Visitor, room: str
    ) -> list[Outcome]:
        with ThreadPoolExecutor(BROWSERS) as pool:
            waiting = [
                pool.submit(self._candidate, n, card, pin, proctor, room)
                for n, card in enumerate(cards)
                if n != RUNS_OUT
            ]
            outcomes = [future.result() for future in waiting]
        if len(cards) > RUNS_OUT:
            outcomes.insert(RUNS_OUT, self._run_out(cards[RUNS_OUT], pin))
        return outcomes

    def _candidate(
        self, n: int, card: tuple[str, str], pin: str, proctor: Visitor, room: str
    ) -> Outcome:
        browser = self._enter(card, pin)
        story = "selesai"
        half = self.plan.items // 2
        self._answer(browser, n, range(1, half + 1))
        if n == RESUMES:
            browser = self._move(browser, card, pin, proctor, room, seat=n + 1)
            story = "pindah komputer"
        self._answer(browser, n, range(half + 1, self.plan.items + 1))
        place = ExamPage(browser.see("/ujian/soal/1")).place
        browser.send("/ujian/selesai", {"place": place, "confirm": "yes"})
        browser.close()
        return Outcome(number=card[0], story=story, saves=self.plan.items, refused_late=False)

    def _run_out(self, card: tuple[str, str], pin: str) -> Outcome:
        """Work until the time is over: the late save must be refused."""
        browser = self._enter(card, pin)
        half = self.plan.items // 2
        self._answer(browser, RUNS_OUT, range(1, half + 1))
        page = ExamPage(browser.see(f"/ujian/soal/{half + 1}"))
        self._clock.advance(self.plan.minutes * 60)
        late = browser.try_send(
            f"/ujian/soal/{half + 1}",
            {"choice": "A", "place": page.place, "counter": page.counter, "action": "save"},
            script=True,
        )
        refused = late.json().get("code") in {"too_late", "sitting_closed"}
        browser.close()
        return Outcome(number=card[0], story="waktu habis", saves=half, refused_late=refused)

    def _move(
        self,
        old: Visitor,
        card: tuple[str, str],
        pin: str,
        proctor: Visitor,
        room: str,
        *,
        seat: int,
    ) -> Visitor:
        """Go on at another PC: refused while the old one holds the place, then released."""
        new = Visitor(self._address)
        held = new.try_send("/ujian", _credentials(card, pin))
        if held.status_code != httpx.codes.CONFLICT:
            raise PageUnexpected("the place was not held")
        proctor.send(f"{room}/lepas", {"seat": seat, "reason": "workstation"})
        new.send("/ujian/mulai", {"nonce": ""})
        taken = old.http.get("/ujian/soal/1")
        if "ujian/mulai" not in taken.text:
            raise PageUnexpected("the old place still shows the exam")
        old.close()
        return new

    def _enter(self, card: tuple[str, str], pin: str) -> Visitor:
        browser = self._sign_in(card, pin)
        nonce = Drbg(card[0].encode(), b"sample nonce").generate(32).hex()
        browser.send("/ujian/mulai", {"agree": "on", "nonce": nonce})
        return browser

    def _sign_in(self, card: tuple[str, str], pin: str) -> Visitor:
        browser = Visitor(self._address)
        browser.send("/ujian", _credentials(card, pin))
        return browser

    def _answer(self, browser: Visitor, n: int, positions: range) -> None:
        """Answer as well as the candidate can: its ability is the chance to choose the best."""
        chance = Drbg(f"candidate {n}".encode(), f"answers {positions}".encode())
        ability = 45 + (n * 37) % 55
        for position in positions:
            page = ExamPage(browser.see(f"/ujian/soal/{position}"))
            order = ranked(self._key, page)
            knows = chance.below(PERCENT) < ability
            letter = order[0] if knows else order[chance.below(len(order))]
            saved = browser.try_send(
                f"/ujian/soal/{position}",
                {
                    "choice": letter,
                    "place": page.place,
                    "counter": page.counter,
                    "action": "save",
                    **({"flagged": "on"} if not knows and chance.below(4) == 0 else {}),
                },
                script=True,
            )
            if not saved.json().get("receipt"):
                raise PageUnexpected(saved.text)
            self._clock.advance(SECONDS_A_SAVE)
            self._saves += 1
            self._progress("jawaban", self._saves, self.plan.items * self.plan.candidates)

    def _staff(self, username: str) -> Visitor:
        person = next(person for person in STAFF if person.username == username)
        visitor = Visitor(self._address)
        visitor.sign_in(username, person.password)
        return visitor

    def _wait(self, what: str, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not ready():
            if time.monotonic() > end:
                raise PageUnexpected(f"waited in vain: {what}")
            time.sleep(0.2)


def _credentials(card: tuple[str, str], pin: str) -> dict[str, str]:
    return {"candidate_no": card[0], "registration_pin": card[1], "session_pin": pin}


def _session_pin(page: str) -> str:
    found = re.search(r">\s*(\d{6})\s*<", page)
    if found is None:
        raise PageUnexpected("no session PIN in the room")
    return found.group(1)


def _links(page: str) -> list[str]:
    return re.findall(r'href="(/staf/sertifikat/[a-z2-7]{26}/berkas)"', page)
