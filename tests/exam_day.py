"""An exam that is open now, by the wall clock, in an installation's data folder, and its server.

Made through services in this process; then a server process of its own takes the folder over.
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec

from app import close, install
from exam_engine.assembly.service import freeze_session
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.pins import session_pin
from exam_engine.registration.roster import Candidate
from kernel.database import Database
from kernel.settings import Settings
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from samples.people import nip
from tests.cast import Cast, hire, publish_small_scheme, small_bank
from tests.commands import UJIKOM, Place

START_SECONDS = 60.0
ITEMS = 8


class ExamDay(msgspec.Struct, frozen=True):
    """What candidates need to sit: their cards (number and PIN), and the room's PIN."""

    cards: tuple[tuple[str, str], ...]
    pin: str


def open_exam(place: Place, candidates: int) -> ExamDay:
    """Fill an empty installation and open an exam that lasts an hour from now."""
    here = install(Settings(data=place.data, database_url=place.url))
    try:
        return _open(here.database, candidates)
    finally:
        close(here)


def _open(database: Database, candidates: int) -> ExamDay:
    cast = hire(database)
    banks.import_file(
        database, bank_name="Pelayanan", file=read_bank(small_bank()), by=cast["penyusun"]
    )
    waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    banks.approve_all(database, item_ids=tuple(i.id for i in waiting), by=cast["penelaah"])
    session = _plan(database, cast)
    room = database.read_sync(registrations.rooms, session_id=session)[0]
    cards = database.write_sync(
        registration.register_candidates,
        session_id=session,
        room_id=room.id,
        candidates=tuple(
            Candidate(f"Peserta Contoh {n}", nip(n), "Dinas Contoh") for n in range(candidates)
        ),
        by=cast["admin"],
    )
    database.write_sync(freeze_session, session_id=session, by=cast["admin"])
    database.write_sync(registration.open_session, session_id=session, by=cast["admin"])
    return ExamDay(
        tuple((card.candidate_no, card.registration_pin) for card in cards),
        session_pin(database.keys.secret("pepper"), room.id),
    )


def _plan(database: Database, cast: Cast) -> bytes:
    now = database.clock.now()
    return database.write_sync(
        registration.create_session,
        title="Sesi padam listrik",
        venue="Gedung Contoh",
        zone="Asia/Jakarta",
        scheme=publish_small_scheme(database),
        opens_at=now,
        closes_at=now + timedelta(hours=1),
        rooms=("Ruang A",),
        by=cast["admin"],
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(place: Place, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`ujikom serve` as a process of its own, answering; killed with SIGKILL at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [UJIKOM, "serve"],
            env=place.environment(UJIKOM_PORT=str(port)),
            stdout=out,
            stderr=out,
        )
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
