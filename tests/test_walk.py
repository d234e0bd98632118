"""The walk: one candidate from bank import to verified PDF and replay, over HTTP, both engines."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import close, create_app, install
from audit.verify import main as audit_verify
from kernel.clock import ManualClock
from kernel.settings import Settings
from samples.serving import served
from samples.visitor import ExamPage, Visitor, cards_of
from tests.cast import CANDIDATES, PASSWORD, hire, publish_small_scheme, small_bank
from web.installation import Installation

WAIT_SECONDS = 60.0


class House:
    """The running app, and visitors to it."""

    def __init__(self, address: str, here: Installation, clock: ManualClock) -> None:
        self.address = address
        self.here = here
        self.clock = clock
        self._visitors: list[Visitor] = []

    def visitor(self, username: str | None = None) -> Visitor:
        """A browser, signed in as one of the cast."""
        visitor = Visitor(self.address)
        self._visitors.append(visitor)
        if username:
            visitor.sign_in(username, PASSWORD)
        return visitor

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.close()


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """The real app on an empty database, served over a socket."""
    settings = Settings(data=tmp_path / "data", database_url=database_url)
    here = install(settings, clock=clock)
    with served(create_app(settings, here=here)) as address:
        opened = House(address, here, clock)
        yield opened
        opened.close()
    close(here)


def eventually(look: Callable[[], Any]) -> Any:
    """What a look gives once it gives something; fails after a minute."""
    end = time.monotonic() + WAIT_SECONDS
    while not (found := look()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return found


def test_walk_from_bank_to_verified_certificate(house: House) -> None:
    """Bank, session, draw, answers, grade, decision, certificate, verification, log, replay."""
    hire(house.here.database)
    fill_bank(house)
    admin, session, cards = open_session(house)

    candidate = sit(house, cards[0])

    admin.send(f"{session}/tutup")
    board = decide(house, session)
    pdf = board.http.get(eventually(lambda: certificate_link(board))).content
    assert pdf.startswith(b"%PDF")
    assert candidate.http.get("/ujian/sertifikat").content == pdf
    verify_in_public(house, certificate_code(board), pdf)
    assert house.here.sequencer is not None
    shard = house.here.log_origin.partition("/")[2]
    assert audit_verify([f"{house.address}/{shard}", "--key", house.here.log_vkey]) == 0
    replay = house.visitor("auditor").see(f"/staf/auditor/putar-ulang/{cards[0][0]}")
    assert "Semua langkah dapat diulang dan hasilnya sama." in replay


def fill_bank(house: House) -> None:
    """Items written by one, approved by another."""
    writer = house.visitor("penyusun")
    bank = writer.send("/staf/bank", {"name": "Pelayanan", "review": "bulk"}).url.path
    checked = writer.send(
        f"{bank}/impor", {"format": "native"}, {"file": ("bank.json", small_bank())}
    ).text
    assert "E-0" not in writer.see(bank)  # a report stores nothing
    staged = re.search(r'name="staged" value="([^"]+)"', checked)
    assert staged
    writer.send(f"{bank}/impor", {"staged": staged[1]})
    assert "E-0" in writer.see(bank)
    reviewer = house.visitor("penelaah")
    reviewer.send("/staf/telaah", {"scope": "all", "decision": "approve"})


def open_session(house: House) -> tuple[Visitor, str, list[tuple[str, str]]]:
    """Planned, registered, staffed, frozen, opened by the admin; gives the admission cards."""
    scheme = publish_small_scheme(house.here.database)
    admin = house.visitor("admin")
    session = admin.send(
        "/staf/sesi",
        {
            "title": "Sesi pagi",
            "scheme": scheme.hex(),
            "venue": "Gedung Contoh",
            "room": "Ruang A",
            "starts_on": "2026-03-14",
            "starts_at": "09:00",
        },
    ).url.path
    roster = "nama,nip,unit\n" + "".join(f'"{n}",{nip},Dinas Contoh\n' for n, nip in CANDIDATES)
    cards = cards_of(
        admin.send(f"{session}/peserta", files={"file": ("p.csv", roster.encode())}).text
    )
    assert [number for number, _ in cards] == ["0001-0001", "0001-0002", "0001-0003"]
    assign_proctor(house, session)
    admin.send(f"{session}/kunci")
    admin.send(f"{session}/buka")
    return admin, session, cards


def sit(house: House, card: tuple[str, str]) -> Visitor:
    """The proctor shows the PIN; the candidate starts, answers everything best, submits."""
    pin = session_pin(house.visitor("pengawas").http.get("/staf/ruang").text)
    candidate = house.visitor()
    number, registration_pin = card
    candidate.send(
        "/ujian",
        {"candidate_no": number, "registration_pin": registration_pin, "session_pin": pin},
    )
    candidate.send("/ujian/mulai", {"agree": "on", "nonce": "ab" * 32})
    receipts = [answer_best(candidate, position) for position in range(1, 9)]
    assert len(set(receipts)) == 8
    last = ExamPage(candidate.see("/ujian/soal/1"))
    done = candidate.send("/ujian/selesai", {"place": last.place, "confirm": "yes"}).text
    assert "40" in done  # 3 x 5 + 5 x 5
    return candidate


def decide(house: House, session: str) -> Visitor:
    """The board confirms all results."""
    board = house.visitor("sidang")
    results = "/staf/sidang/" + session.rsplit("/", 1)[1]
    board.send(f"{results}/tetapkan", {"minutes": "Sidang contoh, semua hadir.", "scope": "all"})
    return board


def verify_in_public(house: House, code: str, pdf: bytes) -> None:
    """Anyone checks by code and by file; another file is refused, the NIP stays masked."""
    public = house.visitor()
    verdict = public.see(f"/V/{code}")
    assert "BERLAKU" in verdict
    assert "Teuku Contoh Satu" in verdict
    assert CANDIDATES[0][1] not in verdict
    by_file = public.send("/verifikasi/berkas", files={"file": ("s.pdf", pdf)}).text
    assert "BERLAKU" in by_file
    altered = pdf.replace(b"%%EOF", b"%%EOG", 1)
    refused = public.try_send("/verifikasi/berkas", files={"file": ("s.pdf", altered)})
    assert "BERUBAH" in refused.text


def assign_proctor(house: House, session: str) -> None:
    """The admin puts the proctor of the cast on duty."""
    admin = house.visitor("admin")
    page = admin.see(session)
    options = [part.split('"')[0] for part in page.split('<option value="')[1:]]
    admin.send(f"{session}/pengawas", {"account": next(o for o in options if len(o) == 26)})


def session_pin(page: str) -> str:
    """The PIN that the room's console shows."""
    found = re.search(r"data-session-pin[^>]*>\s*(\d{6})\s*<", page) or re.search(
        r">\s*(\d{6})\s*<", page
    )
    assert found is not None
    return found.group(1)


def answer_best(candidate: Visitor, position: int) -> str:
    """Choose the option that the test bank marks as best; gives the receipt."""
    page = ExamPage(candidate.see(f"/ujian/soal/{position}"))
    best = max(
        page.letters,
        key=lambda letter: (
            "benar" in page.options[letter],
            page.options[letter].rsplit(" ", 1)[-1],
        ),
    )
    saved = candidate.try_send(
        f"/ujian/soal/{position}",
        {"choice": best, "place": page.place, "counter": page.counter, "action": "save"},
        script=True,
    )
    assert saved.status_code == 200, saved.text
    receipt: str = saved.json()["receipt"]
    return receipt


def certificate_link(board: Visitor) -> str | None:
    """Where the first issued PDF lies."""
    found = re.search(
        r'href="(/staf/sertifikat/[a-z2-7]{26}/berkas)"', board.see("/staf/sertifikat")
    )
    return found.group(1) if found else None


def certificate_code(board: Visitor) -> str:
    """The verification code of the first certificate."""
    found = re.search(r'href="/V/([0-9A-Z]{16})"', board.see("/staf/sertifikat"))
    assert found is not None
    return found.group(1)
