"""An open exam session with signed-in candidates (DATA CONTOH), made through the services."""

from datetime import timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from app import close, install
from exam_engine.assembly.service import freeze_session
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from exam_engine.schemes.scheme import Row, Scheme
from exam_engine.schemes.service import publish_scheme
from kernel.database import Database, Tx
from kernel.settings import Settings
from people import sign_ins
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from tests.cast import hire, small_bank, small_scheme

WEIGHTED, SINGLE = 15, 25
ITEMS = WEIGHTED + SINGLE
LONG_PAPER = 60  # items
MINUTES = 240


def prepare(data: Path, url: str, candidates: int, *, items: int = ITEMS) -> list[str]:
    """Hold everything up to the opening of the session; gives the sign-in tokens."""
    here = install(Settings(data=data, database_url=url))
    try:
        return _open(here.database, candidates, items - WEIGHTED)
    finally:
        close(here)


def _open(database: Database, candidates: int, single: int) -> list[str]:
    cast = hire(database)
    admin = cast["admin"]
    bank = read_bank(small_bank(2 * WEIGHTED, 2 * single))
    banks.import_file(database, bank_name="Contoh", file=bank, by=cast["penyusun"])
    waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    item_ids = tuple(item.id for item in waiting)
    banks.approve_all(database, item_ids=item_ids, by=cast["penelaah"])
    now = database.clock.now()
    session_id = database.write_sync(
        registration.create_session,
        title="Sesi contoh",
        venue="Gedung Contoh",
        zone="Asia/Jakarta",
        scheme=database.write_sync(publish_scheme, scheme=_scheme(single)),
        opens_at=now,
        closes_at=now + timedelta(minutes=MINUTES),
        rooms=("Ruang A",),
        by=admin,
    )
    room = database.read_sync(registrations.rooms, session_id=session_id)[0]
    database.write_sync(
        registration.register_candidates,
        session_id=session_id,
        room_id=room.id,
        candidates=tuple(_candidate(number) for number in range(candidates)),
        by=admin,
    )
    database.write_sync(freeze_session, session_id=session_id, by=admin)
    database.write_sync(registration.open_session, session_id=session_id, by=admin)
    return [
        _signed_in(database, registered)
        for registered in database.read_sync(registrations.registrations, session_id=session_id)
    ]


def _scheme(single: int) -> Scheme:
    """The small scheme of the tests with as many items as a real paper has."""
    small = small_scheme(minutes=MINUTES)
    ethics, administration = small.sections
    sections = (
        msgspec.structs.replace(ethics, rows=(Row(competency="T.ETIKA", count=WEIGHTED),)),
        msgspec.structs.replace(administration, rows=(Row(competency="T.ADMIN", count=single),)),
    )
    return msgspec.structs.replace(small, sections=sections)


def _candidate(number: int) -> Candidate:
    nip = f"19900101201501{1 + number // 900}{number % 900 + 100:03d}"
    return Candidate(f"Peserta Contoh {number}", nip, "Dinas Contoh")


def _signed_in(database: Database, registered: registrations.Registration) -> str:
    token = sign_ins.new_token()
    database.write_sync(
        sign_ins.open_sign_in,
        token=token,
        person_id=registered.person_id,
        registration_id=registered.id,
    )
    return token


def saves_kept(data: Path, url: str) -> int:
    """How many response revisions the database holds whose event is in its chain."""
    here = install(Settings(data=data, database_url=url))
    try:
        return here.database.read_sync(_saves_kept)
    finally:
        close(here)


def _saves_kept(tx: Tx) -> int:
    row = tx.one("SELECT COUNT(*) FROM response r JOIN log_chain c ON c.leaf_hash = r.leaf_hash")
    return int(row[0]) if row else 0


def events_wait(engine: sa.Engine) -> bool:
    """Whether recorded events still wait for their place in the log."""
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT id FROM log_outbox LIMIT 1")).first() is not None
