"""The running app with its cast, and exam sessions ready to be sat in it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from app import close, create_app, install
from certificates.service import issued_pdf, of_agency
from exam_engine.assembly.service import freeze_session
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.pins import session_pin
from exam_engine.registration.roster import Candidate
from exam_engine.registration.service import Admission
from kernel import ids
from kernel.clock import ManualClock
from kernel.settings import Settings
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from samples.serving import served
from tests.cast import CANDIDATES, Cast, hire, publish_small_scheme, small_bank
from tests.conftest import START
from tests.stage import Facts, Stage, plan_session
from web.installation import Installation

ITEMS = 8  # of the small scheme
WAIT_SECONDS = 60.0


class Exam(msgspec.Struct, frozen=True):
    """An open session: where its room is, what the candidates hold in their hands."""

    session: str
    room: str
    cards: tuple[Admission, ...]
    session_pin: str
    stage: Stage


class House:
    """The real app on SQLite, served over a socket, with staff, bank and scheme in place."""

    def __init__(self, address: str, here: Installation, clock: ManualClock) -> None:
        self.address = address
        self.here = here
        self.clock = clock
        database = here.database
        self.cast: Cast = hire(database)
        writer, reviewer = self.cast["penyusun"], self.cast["penelaah"]
        banks.import_file(database, bank_name="Pelayanan", file=read_bank(small_bank()), by=writer)
        waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
        banks.approve_all(database, item_ids=tuple(i.id for i in waiting), by=reviewer)
        self.scheme = publish_small_scheme(database)

    def open_exam(self, candidates: int = 1) -> Exam:
        """Plan, register, freeze and open a session of the cast's candidates."""
        write, read = self.here.database.write_sync, self.here.database.read_sync
        admin = self.cast["admin"]
        session = plan_session(self.here.database, self.cast, self.scheme)
        room = read(registrations.rooms, session_id=session)[0]
        cards = write(
            registration.register_candidates,
            session_id=session,
            room_id=room.id,
            candidates=tuple(
                Candidate(name, nip, "Dinas Contoh") for name, nip in CANDIDATES[:candidates]
            ),
            by=admin,
        )
        account = self.cast["pengawas"].account_id or b""
        write(registration.assign_proctor, session_id=session, account_id=account, by=admin)
        write(freeze_session, session_id=session, by=admin)
        write(registration.open_session, session_id=session, by=admin)
        pin = session_pin(self.here.database.keys.secret("pepper"), room.id)
        facts = Facts(self.cast, session, room, cards)
        stage = Stage(self.here.database, self.clock, facts)
        return Exam(ids.text(session), ids.text(room.id), cards, pin, stage)

    def certificate(self, exam: Exam) -> tuple[str, bytes]:
        """Close and decide the session; gives a certificate's code and PDF once it is issued."""
        exam.stage.close()
        exam.stage.decide()
        read, board = self.here.database.read_sync, self.cast["sidang"]
        end = time.monotonic() + WAIT_SECONDS
        while not (found := [c for c in read(of_agency, by=board) if c.printed]):
            assert time.monotonic() < end, "no certificate was issued"
            time.sleep(0.1)
        own = found[0].certificate
        _, pdf = read(issued_pdf, certificate_id=own.id, blobs=self.here.blobs, by=board)
        return own.code, pdf


@contextmanager
def opened(folder: Path, **tls: Any) -> Iterator[House]:
    """A house in an empty folder; gives up everything at the end."""
    clock = ManualClock(START + timedelta(minutes=5))
    settings = Settings(data=folder / "data")
    here = install(settings, clock=clock)
    try:
        with served(create_app(settings, here=here), **tls) as address:
            yield House(address, here, clock)
    finally:
        close(here)
