"""An installation in the middle of its work: every page has something to show, made by roles.

Everything happens over HTTP through the pages that people use: an exam that is decided, one that
waits for the board, one that runs, one that is planned; certificates in several states; a bank
with items that wait for review.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from kernel.clock import ManualClock
from samples.people import roster
from samples.visitor import ExamPage, PageUnexpected, Visitor, cards_of

WORDS: Final = {
    "title_id": "Sertifikat Kompetensi",
    "title_en": "Certificate of Competency",
    "given_id": "diberikan kepada",
    "given_en": "awarded to",
    "found_id": "dinyatakan *kompeten* pada skema",
    "found_en": "found competent in the scheme",
}
WAIT_SECONDS: Final = 120.0
Choose = Callable[[ExamPage], str]
Card = tuple[str, str]


class Cast(msgspec.Struct, frozen=True):
    """Who acts: user name and password by role; the scheme (digest), its items, who knows what.

    `odd` is added to names of sessions, rooms, banks and of every other candidate.
    """

    accounts: dict[str, tuple[str, str]]
    scheme: str
    items: int
    choose: Choose
    odd: str = ""


class Exam(msgspec.Struct, frozen=True):
    """One session: its page, its room, its session PIN, the candidates' cards."""

    path: str
    room: str
    pin: str
    cards: list[Card]


class Scene:
    """Visitors by name, each at the point where a page shows them something; links by name."""

    def __init__(self, address: str, clock: ManualClock, cast: Cast) -> None:
        self.address = address
        self.visitors: dict[str, Visitor] = {"": Visitor(address)}
        self.links: dict[str, str] = {}
        self._clock = clock
        self._cast = cast
        for role, (username, password) in cast.accounts.items():
            self.visitors[role] = Visitor(address)
            self.visitors[role].sign_in(username, password)

    def set(self, candidates: int) -> "Scene":
        """Make everything; each exam has so many candidates."""
        self._bank()
        decided = self._exam("Sesi pagi", candidates)
        for card in decided.cards[:-1]:
            self._sit(decided, card, self._cast.items).close()
        self._end(decided)
        self._decide(decided)
        self._analyse()
        waiting = self._exam("Sesi siang", candidates)
        self.visitors["drawn"] = self._sit(waiting, waiting.cards[0], self._cast.items)
        for n, card in enumerate(waiting.cards[1:-1], start=1):
            self._sit(waiting, card, self._cast.items // (1 + n % 2)).close()
        self.visitors["shut"] = self._enter(waiting, waiting.cards[-1], start=False)
        self._end(waiting)
        self._running(self._exam("Sesi sore", max(candidates, 6)))
        planned = self._plan("Sesi besok")
        self._hold()
        self._design()
        self.links |= {"planned": planned, "decided": decided.path, "waiting": waiting.path}
        self.links["board_decided"] = decided.path.replace("/sesi/", "/sidang/")
        self.links["board_waiting"] = waiting.path.replace("/sesi/", "/sidang/")
        self.links["sitting"] = decided.cards[0][0]
        return self

    def close(self) -> None:
        for visitor in self.visitors.values():
            visitor.close()

    def _bank(self) -> None:
        writer = self.visitors["writer"]
        banks = re.findall(r'href="(/staf/bank/[a-z2-7]{26})"', writer.see("/staf/bank"))
        bank = writer.send("/staf/bank", {"name": f"Kearsipan{self._cast.odd}"}).url.path
        form = {"format": "native"}
        checked = writer.send(f"{bank}/impor", form, {"file": ("arsip.json", new_items())}).text
        staged = re.search(r'name="staged" value="([^"]+)"', checked)
        if not staged:
            raise PageUnexpected("no report of the import")
        writer.send(f"{bank}/impor", {"staged": staged[1]})
        item = re.search(rf'href="({bank}/butir/[a-z2-7]{{26}})"', writer.see(bank))
        if not item:
            raise PageUnexpected("no item in the bank")
        self.links["scheme"] = self._cast.scheme
        self.links |= {"bank": banks[0], "new_bank": bank, "new_item": item.group(1)}
        queue = re.findall(
            r'href="(/staf/telaah/[a-z2-7]{26})"', self.visitors["reviewer"].see("/staf/telaah")
        )
        self.links |= {"review": queue[0], "review_next": queue[1]}
        old = re.search(rf'href="({banks[0]}/butir/[a-z2-7]{{26}})"', writer.see(banks[0]))
        self.links["item"] = old.group(1) if old else item.group(1)
        self._panel(banks[0])

    def _panel(self, bank: str) -> None:
        """A panel of two judges, in its second round."""
        admin = self.visitors["admin"]
        form = admin.see(f"{bank}/panel")
        fields = {
            "name": "Panel contoh",
            "item": re.findall(r'name="item" value="([a-z2-7]{26})"', form)[:3],
            "judge": re.findall(r'name="judge" value="([a-z2-7]{26})"', form),
        }
        panel = admin.send(f"{bank}/panel", fields).url.path
        for role, value in (("writer", 60), ("reviewer", 70), ("assessor", 80)):
            judge = self.visitors[role]
            names = re.findall(r'name="(rating\.[0-9a-f]{64})"', judge.see(panel))
            judge.send(panel, {name: str(value + 5 * n) for n, name in enumerate(names)})
        admin.send(f"{panel}/babak")
        self.links["panel"] = panel

    def _analyse(self) -> None:
        """Statistics of the bank that the decided exam drew from."""
        page = self.visitors["writer"].send(f"{self.links['bank']}/statistik").text
        item = re.search(r'href="(/staf/bank/[a-z2-7]{26}/butir/[a-z2-7]{26}/statistik)"', page)
        if item is None:
            raise PageUnexpected("no item was analysed")
        self.links["analysed"] = item.group(1)

    def _plan(self, title: str) -> str:
        local = self._clock.now().astimezone(ZoneInfo("Asia/Jakarta"))
        answer = self.visitors["admin"].send(
            "/staf/sesi",
            {
                "title": title + self._cast.odd,
                "scheme": self._cast.scheme,
                "venue": f"Gedung Latihan Contoh{self._cast.odd}",
                "room": f"Ruang Seulawah{self._cast.odd}",
                "starts_on": local.strftime("%Y-%m-%d"),
                "starts_at": local.strftime("%H:%M"),
            },
        )
        return str(answer.url.path)

    def _exam(self, title: str, candidates: int) -> Exam:
        """Plan, register, staff, freeze and open."""
        admin, path = self.visitors["admin"], self._plan(title)
        rows = roster(candidates).splitlines()
        rows[2::2] = [row.replace('"', f'"{self._cast.odd.strip()}', 1) for row in rows[2::2]]
        file = ("peserta.csv", "\n".join(rows).encode())
        cards = cards_of(admin.send(f"{path}/peserta", files={"file": file}).text)
        account = re.search(r'<option value="([a-z2-7]{26})"', admin.see(path))
        if account is None:
            raise PageUnexpected("no proctor to assign")
        admin.send(f"{path}/pengawas", {"account": account.group(1)})
        admin.send(f"{path}/kunci")
        page = admin.send(f"{path}/buka").text
        room = re.search(r'href="(/staf/ruang/[a-z2-7]{26})"', page)
        pin = room and re.search(r">\s*(\d{6})\s*<", self.visitors["proctor"].see(room.group(1)))
        if not room or not pin:
            raise PageUnexpected("no room with a PIN")
        return Exam(path, room.group(1), pin.group(1), cards)

    def _enter(self, exam: Exam, card: Card, *, start: bool = True) -> Visitor:
        visitor = Visitor(self.address)
        fields = {"candidate_no": card[0], "registration_pin": card[1], "session_pin": exam.pin}
        visitor.try_send("/ujian", fields)
        if start:
            visitor.send("/ujian/mulai", {"agree": "on", "nonce": card[1].zfill(64)})
        return visitor

    def _sit(self, exam: Exam, card: Card, items: int, *, submit: bool = True) -> Visitor:
        """Answer the first items, every seventh with a flag."""
        visitor = self._enter(exam, card)
        for n in range(1, items + 1):
            page = ExamPage(visitor.see(f"/ujian/soal/{n}"))
            fields = {"place": page.place, "counter": page.counter, "action": "save"}
            flag = {"flagged": "on"} if n % 7 == 0 or n == self._cast.items // 2 - 1 else {}
            answer = {"choice": self._cast.choose(page), **fields, **flag}
            visitor.try_send(f"/ujian/soal/{n}", answer, script=True)
            self._clock.advance(0.8)
        if submit:
            place = ExamPage(visitor.see("/ujian/soal/1")).place
            visitor.send("/ujian/selesai", {"place": place, "confirm": "yes"})
        return visitor

    def _hold(self) -> None:
        """A holder shares a score and asks for a correction."""
        holder = self.visitors["fresh"]
        own = re.search(
            r'action="(/sertifikat-saya/[a-z2-7]{26})/koreksi"', holder.see("/sertifikat-saya")
        )
        if own is None:
            raise PageUnexpected("the holder has no certificate")
        holder.send(f"{own.group(1)}/koreksi", {"text": "Nama saya kurang gelar S.A.P. (contoh)"})
        shown = re.search(
            r"/nilai/[\w-]{43}", holder.send(f"{own.group(1)}/bagikan", {"days": "30"}).text
        )
        self.links["shared"] = shown.group() if shown else ""

    def _design(self) -> None:
        """The admin writes a version of the certificates' design; nobody has approved it."""
        words = {"motto_id": "Melayani dengan bukti", "motto_en": "Serving with proof"}
        given = {**WORDS, **words, "layout": "lugas"}
        answer = self.visitors["admin"].send("/staf/templat", given)
        self.links["design"] = answer.url.path

    def _end(self, exam: Exam) -> None:
        self.visitors["admin"].send(f"{exam.path}/tutup")

    def _decide(self, exam: Exam) -> None:
        """Decide; one certificate stays valid, one is suspended, one revoked."""
        board = self.visitors["board"]
        before = set(changeable(board))
        minutes = "Sidang contoh: semua anggota hadir, semua hasil ditetapkan."
        path = exam.path.replace("/sesi/", "/sidang/")
        board.send(f"{path}/tetapkan", {"scope": "all", "minutes": minutes})
        end = time.monotonic() + WAIT_SECONDS
        while len(own := [c for c in changeable(board) if c not in before]) < 3:  # noqa: PLR2004 - one for each state
            if time.monotonic() > end:
                raise PageUnexpected("fewer than three certificates were issued")
            time.sleep(0.2)
        page = board.see("/staf/sertifikat")
        for certificate, status in zip(own, ("valid", "suspended", "revoked"), strict=False):
            row = page.split(certificate)[0].rsplit("<tr>", 1)[1]
            code = re.search(r'href="(/V/[0-9A-Z]{16})"', row)
            self.links[status] = code.group(1) if code else ""
            if status != "valid":
                change = {"status": status, "reason": "error", "note": "Keputusan contoh 01/2026"}
                board.send(f"{certificate}/status", change)
        self.links["pdf"] = f"{own[0]}/berkas"

    def _running(self, exam: Exam) -> None:
        """People at every stage of one exam."""
        middle = self._cast.items // 2
        self.links |= {
            "room": exam.room,
            "running": exam.path,
            "middle": f"/ujian/soal/{middle - 1}",
        }
        cards = iter(exam.cards)
        self.visitors["fresh"] = self._enter(exam, next(cards), start=False)
        self.visitors["done"] = self._sit(exam, next(cards), self._cast.items)
        lost = next(cards)
        self.visitors["lost"] = self._sit(exam, lost, middle - 1, submit=False)
        reason = {"seat": "3", "reason": "workstation"}
        self.visitors["proctor"].send(f"{exam.room}/lepas", reason)
        self._enter(exam, lost).close()
        slow = next(cards)
        self.visitors["paused"] = self._sit(exam, slow, 2, submit=False)
        self._clock.advance(200)
        held = next(cards)
        self._sit(exam, held, middle // 2, submit=False).close()
        self.visitors["held"] = self._enter(exam, held, start=False)
        released = list(cards)[1:]
        for n, card in enumerate(released):
            self._sit(exam, card, middle // 2 + n, submit=False).close()
        if released:
            seat = {"seat": str(len(exam.cards)), "reason": "network"}
            self.visitors["proctor"].send(f"{exam.room}/lepas", seat)
        self.visitors["sitting"] = self._sit(exam, exam.cards[5], middle, submit=False)
        self._watch(exam)

    def _watch(self, exam: Exam) -> None:
        """What a proctor does on a bad day: more time, a pause, a warning, a message."""
        proctor, everybody = self.visitors["proctor"], {"seat": "semua"}
        extra = {"deed": "tambah", "minutes": "5", "reason": "power"}
        proctor.send(f"{exam.room}/waktu", everybody | extra)
        pause = {"seat": "4", "deed": "jeda", "reason": "illness"}
        proctor.send(f"{exam.room}/waktu", pause)
        warning = {"seat": "5", "reason": "behaviour", "sanction": "warning"}
        note = {"note": f"Berbicara dengan peserta di meja 6.{self._cast.odd}"}
        proctor.send(f"{exam.room}/insiden", warning | note)
        proctor.send(f"{exam.room}/pesan", everybody | {"text": "Listrik sudah stabil; lanjutkan."})


def changeable(board: Visitor) -> list[str]:
    """Certificates whose PDF is there."""
    page = board.see("/staf/sertifikat")
    found = re.findall(r'href="(/staf/sertifikat/[a-z2-7]{26})/berkas"', page)
    return list(dict.fromkeys(found))


def new_items() -> bytes:
    """A small file for a new bank: three items to review, one to reject (DATA CONTOH)."""
    texts = (
        ("Arsip yang masih sering dipakai disebut …", "arsip dinamis aktif", "arsip statis"),
        ("Daftar yang memuat masa simpan arsip disebut …", "jadwal retensi arsip", "buku agenda"),
        ("Arsip yang berketerangan permanen diserahkan kepada …", "lembaga kearsipan", "koperasi"),
        ("Butir dengan dua kunci", "benar", "juga benar"),
    )
    return json.dumps({
        "format": "ujikom-bank/1",
        "meta": {
            "competencies": [{
                "code": "T.ARSIP", "kind": "technical",
                "name_id": "Pengelolaan Arsip", "name_en": "Records management",
            }]
        },
        "items": [
            {
                "id": f"ARSIP-{n:03d}", "type": "single", "competency": "T.ARSIP", "level": 2,
                "stem": stem,
                "options": [
                    {"key": "A", "text": right, "score": 1},
                    {"key": "B", "text": wrong, "score": int(n == len(texts))},
                    {"key": "C", "text": "tidak ada yang tepat", "score": 0},
                ],
            }
            for n, (stem, right, wrong) in enumerate(texts, start=1)
        ],
    }).encode()  # fmt: skip
