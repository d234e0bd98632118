"""`kill -9` of the server in the middle of saves: what was acknowledged is there, and it goes on.

Not the database server: that one's durability is its own.
"""

import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from exam_engine.assembly.drbg import Drbg
from exam_engine.delivery import receipts
from kernel.canonical import unb64
from kernel.keys import load
from samples.visitor import ExamPage, Visitor
from tests.commands import Place
from tests.conftest import LONG
from tests.exam_day import ITEMS, ExamDay, free_port, open_exam, server
from tests.places import place

__all__ = ["place"]

KILLS = {"sqlite": 10 if LONG else 1, "postgresql": 4 if LONG else 1}
CANDIDATES = 8 if LONG else 4
LONGEST_MILLISECONDS = 1500
SEED = 20260314


class Kept(msgspec.Struct, frozen=True):
    """What a candidate was told when a save was acknowledged."""

    position: int
    letter: str
    counter: int
    receipt: str


class Candidate:
    """A candidate at a browser that outlives the server: one cookie, every receipt kept."""

    def __init__(self, address: str, card: tuple[str, str], pin: str, chance: Drbg) -> None:
        self.number = card[0]
        self.kept: list[Kept] = []
        self.cut = 0
        self._chance = chance
        self._visitor = Visitor(address)
        self._unanswered: dict[str, Any] | None = None
        self._visitor.send(
            "/ujian", {"candidate_no": card[0], "registration_pin": card[1], "session_pin": pin}
        )
        self._visitor.send("/ujian/mulai", {"agree": "on", "nonce": ""})

    def work(self, stop: threading.Event) -> None:
        """Save one answer after another until told to stop, or until the server is gone."""
        try:
            if self._unanswered:
                self._send(self._unanswered)  # the browser tries again what got no answer
            while not stop.is_set():
                self._change()
        except httpx.TransportError:
            self.cut += 1

    def finish(self) -> None:
        """Send what is unanswered, answer every item once more, and submit."""
        if self._unanswered:
            self._send(self._unanswered)
        for position in range(1, ITEMS + 1):
            self._change(position)
        place = ExamPage(self._visitor.see("/ujian/soal/1")).place
        self._visitor.send("/ujian/selesai", {"place": place, "confirm": "yes"})

    def own_file(self) -> list[str]:
        """Every receipt that the server hands out for download."""
        return self._visitor.see("/ujian/tanda-terima").split()

    def close(self) -> None:
        self._visitor.close()

    def _change(self, position: int | None = None) -> None:
        at = position or 1 + self._chance.below(ITEMS)
        page = ExamPage(self._visitor.see(f"/ujian/soal/{at}"))
        other = [letter for letter in page.letters if letter != page.chosen]
        self._send(
            {
                "position": at,
                "choice": other[self._chance.below(len(other))],
                "place": page.place,
                "counter": page.counter,
                "action": "save",
            }
        )

    def _send(self, save: dict[str, Any]) -> None:
        self._unanswered = save
        path = f"/ujian/soal/{save['position']}"
        answer = self._visitor.try_send(path, save, script=True)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()["receipt"]
        self.kept.append(Kept(save["position"], save["choice"], save["counter"], receipt))
        self._unanswered = None


def check_kept(place: Place, candidates: list[Candidate], key: bytes) -> None:
    """Every acknowledged save is stored as acknowledged, under the leaf that the receipt names."""
    for candidate in candidates:
        rows = place.rows(
            "SELECT r.position, r.choice, r.counter, r.k, r.leaf_hash, g.handle FROM response r"
            " JOIN sitting s ON s.id = r.sitting_id JOIN registration g"
            f" ON g.id = s.registration_id WHERE g.candidate_no = '{candidate.number}'"
            " ORDER BY r.revision"
        )
        letters = shown_letters(place, candidate.number)
        stored = {
            (bytes(handle).hex(), k, bytes(leaf)): (position, letters[position, choice], counter)
            for position, choice, counter, k, leaf, handle in rows
        }
        for kept in candidate.kept:
            promised = receipts.verify(kept.receipt, key)
            name = (promised["a"], promised["k"], unb64(promised["leaf"]))
            assert stored.get(name) == (kept.position, kept.letter, kept.counter), candidate.number
        sent = {(kept.position, kept.counter) for kept in candidate.kept}
        assert len({kept.receipt for kept in candidate.kept}) == len(sent)
        assert len(rows) <= len(sent) + 1  # at most the one save whose answer was cut off
        assert len({(position, counter) for position, _, counter, *_ in rows}) == len(rows)


def shown_letters(place: Place, number: str) -> dict[tuple[int, str], str]:
    """The letter of each option on a candidate's paper, by position and option id."""
    [(body,)] = place.rows(
        "SELECT p.body FROM paper p JOIN sitting s ON s.id = p.sitting_id JOIN registration g"
        f" ON g.id = s.registration_id WHERE g.candidate_no = '{number}'"
    )
    return {
        (position, option): "ABCDEFGH"[n]
        for position, item in enumerate(msgspec.json.decode(body)["items"], start=1)
        for n, option in enumerate(item["options"])
    }


def check_file(place: Place) -> None:
    """SQLite's own examination of its file."""
    if not place.url:
        assert place.rows("PRAGMA integrity_check") == [("ok",)]


def test_killed_server_keeps_every_acknowledged_save_and_goes_on(
    place: Place, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    engine = "postgresql" if place.url else "sqlite"
    record_property("N kills", KILLS[engine])
    print(f"seed {SEED}, {KILLS[engine]} kills, {CANDIDATES} candidates")
    chance = Drbg(str(SEED).encode(), engine.encode())
    day = open_exam(place, CANDIDATES)
    key = load(place.data / "keys").verify_key("receipt")
    port, log = free_port(), tmp_path / "server.log"
    candidates: list[Candidate] = []
    for _ in range(KILLS[engine]):
        with server(place, port, log) as process:
            candidates = candidates or enter(port, day, chance)
            kill_amid_saves(process, candidates, chance)
        check_file(place)
        check_kept(place, candidates, key)
    with server(place, port, log):
        for candidate in candidates:
            candidate.finish()
            assert {kept.receipt for kept in candidate.kept} <= set(candidate.own_file())
            candidate.close()
        wait(lambda: place.rows("SELECT COUNT(*) FROM log_outbox") == [(0,)])
    check_kept(place, candidates, key)
    check_verdicts(place, candidates)


def kill_amid_saves(
    process: subprocess.Popen[bytes], candidates: list[Candidate], chance: Drbg
) -> None:
    """All save at once; at a random moment the server dies, and each of them notices."""
    enough = acknowledged(candidates) + len(candidates)
    cuts = [candidate.cut for candidate in candidates]
    with working(candidates):
        wait(lambda: acknowledged(candidates) > enough)
        time.sleep(chance.below(LONGEST_MILLISECONDS) / 1000)
        process.kill()
    assert [candidate.cut for candidate in candidates] == [cut + 1 for cut in cuts]


def check_verdicts(place: Place, candidates: list[Candidate]) -> None:
    """Log, tables and every sitting's replay hold."""
    check_file(place)
    verdict = place.call("audit", "verify")
    assert verdict.code == 0, verdict.words
    for candidate in candidates:
        replay = place.call("replay", candidate.number)
        assert replay.code == 0, replay.words
    assert place.rows("SELECT COUNT(*) FROM result") == [(len(candidates),)]


def acknowledged(candidates: list[Candidate]) -> int:
    """How many saves were acknowledged so far."""
    return sum(len(candidate.kept) for candidate in candidates)


def enter(port: int, day: ExamDay, chance: Drbg) -> list[Candidate]:
    """Every candidate signs in and starts."""
    address = f"http://127.0.0.1:{port}"
    return [
        Candidate(address, card, day.pin, Drbg(chance.generate(32), b"candidate"))
        for card in day.cards
    ]


@contextmanager
def working(candidates: list[Candidate]) -> Any:
    """The candidates save at the same time; at the end each has stopped."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(candidates)) as pool:
        work = [pool.submit(candidate.work, stop) for candidate in candidates]
        try:
            yield
        finally:
            stop_later = threading.Timer(20, stop.set)
            stop_later.start()
            for future in work:
                future.result()
            stop_later.cancel()


def wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
