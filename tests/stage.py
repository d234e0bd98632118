"""A stage: one planned exam session, made through services once per engine, copied for each test.

Bank imported and approved, scheme published, three candidates registered, a proctor on duty.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.note import verifier_key
from audit.sequencer import Sequencer
from certificates.issuing import Issuer
from exam_engine.assembly.service import freeze_session
from exam_engine.delivery.closing import submit, sweep
from exam_engine.delivery.desk import item_view
from exam_engine.delivery.responses import Saved, record_response
from exam_engine.delivery.sitting import Sitting
from exam_engine.delivery.start import enter
from exam_engine.outcomes.decisions import decide
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.pins import session_pin
from exam_engine.registration.roster import Candidate
from exam_engine.registration.service import Admission
from exam_engine.registration.store import Room
from kernel.clock import ManualClock
from kernel.database import Database, Tx
from kernel.database.engines import make_engine
from kernel.keys import Keyring
from people import sign_ins
from people.roles import Principal
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.families.interface import Fields
from question_banks.formats.native import read_bank
from question_banks.states import ItemState
from tests.cast import CANDIDATES, Cast, hire, publish_small_scheme, small_bank
from tests.certificates import authority
from tests.conftest import START

ORIGIN = "ujikom.contoh.invalid/log/panggung"
NONCE = bytes(range(32))
MINUTES = "Sidang contoh: semua anggota hadir."
ENGINES = ("sqlite", "postgresql")


class Facts(msgspec.Struct, frozen=True):
    """What was made: who, which session and room, and the cards with their PINs."""

    cast: Cast
    session: bytes
    room: Room
    cards: tuple[Admission, ...]


class Template(msgspec.Struct, frozen=True):
    """A finished database to copy (file bytes, or a database's URL), its facts, and its time."""

    source: bytes | str
    facts: Facts
    at: datetime = START + timedelta(minutes=5)


def fields_of(answer: str | Fields | None) -> Fields:
    """Form fields of a letter, as they are, or none."""
    if isinstance(answer, Fields):
        return answer
    return Fields({"choice": [answer]} if answer else {})


class Seat:
    """A candidate at a PC."""

    def __init__(self, stage: "Stage", card: Admission, token: str) -> None:
        self.stage = stage
        self.card = card
        self.token = token
        found = stage.database.read_sync(sign_ins.find, token=token)
        assert found is not None
        self.principal: Principal = found
        self.place = ""
        self.counter = 0

    def enter(self, *, accepted: bool = True, nonce: bytes | None = NONCE) -> Sitting:
        """Start or go on; keeps the place."""
        sitting = self.stage.database.write_sync(
            enter, nonce=nonce, accepted=accepted, by=self.principal
        )
        self.place = sitting.place or ""
        return sitting

    def save(self, position: int, letter: str | Fields | None, **given: Any) -> Saved:
        """Save an answer with the next counter, unless told otherwise."""
        self.counter += 1
        fields = {"flagged": False, "place": self.place, "counter": self.counter, **given}
        return self.stage.database.write_sync(
            record_response,
            token_hash=sign_ins.token_hash(self.token),
            position=position,
            fields=fields_of(letter),
            **fields,
        )

    def letter(self, position: int, points: int) -> str:
        """The letter that shows an option with so many points."""
        view = self.stage.database.read_sync(item_view, position=position, by=self.principal)
        own = next(o.id for o in view.content.options if o.points == points)
        found = view.paper.at(position).letter_of(own)
        assert found is not None
        return found

    def answer_all(self, *, well: bool = True) -> None:
        """Answer all eight items best, or worst."""
        for position in range(1, 9):
            weighted = position <= 3
            points = (5 if well else 1) if weighted else (1 if well else 0)
            self.save(position, self.letter(position, points))

    def submit(self, *, confirmed: bool = True, place: str | None = None) -> Sitting:
        """End the sitting."""
        return self.stage.database.write_sync(
            submit,
            place=self.place if place is None else place,
            confirmed=confirmed,
            by=self.principal,
        )


class Stage:
    """A copy of the template for one test, with what tests do most."""

    def __init__(self, database: Database, clock: ManualClock, facts: Facts) -> None:
        self.database = database
        self.clock = clock
        self.cast = Cast(dict(facts.cast.people))
        self.session = facts.session
        self.room = facts.room
        self.cards = facts.cards
        self.second: tuple[Admission, ...] = ()

    @property
    def pin(self) -> str:
        """The PIN that the room's proctor shows."""
        return session_pin(self.database.keys.secret("pepper"), self.room.id)

    def freeze(self) -> None:
        self.database.write_sync(freeze_session, session_id=self.session, by=self.cast["admin"])

    def open(self) -> "Stage":
        """Freeze and open."""
        self.freeze()
        self.database.write_sync(
            registration.open_session, session_id=self.session, by=self.cast["admin"]
        )
        return self

    def close(self) -> None:
        """Close the session and end what still runs."""
        self.database.write_sync(
            registration.close_session, session_id=self.session, by=self.cast["admin"]
        )
        sweep(self.database)

    def seat(self, number: int) -> Seat:
        """A candidate signs in, at a PC of its own; not started."""
        card = self.cards[number]
        own = self.database.read_sync(
            registrations.registration_numbered, candidate_no=card.candidate_no
        )
        assert own is not None
        token = sign_ins.new_token()
        self.database.write_sync(
            sign_ins.open_sign_in,
            token=token,
            person_id=own.person_id,
            registration_id=own.id,
        )
        return Seat(self, card, token)

    def sat(self, number: int, *, well: bool = True) -> Seat:
        """A candidate who started, answered everything and submitted."""
        seat = self.seat(number)
        seat.enter()
        seat.answer_all(well=well)
        seat.submit()
        return seat

    def decide(self, by: str = "sidang", **given: Any) -> str:
        """The board confirms what waits."""
        fields = {"minutes": MINUTES, **given}
        return decide(self.database, session_id=self.session, by=self.cast[by], **fields)

    def sequencer(self, folder: Path) -> Sequencer:
        """The log's sequencer; close it after."""
        return Sequencer(
            self.database,
            signing_key=self.database.keys.signing("log"),
            origin=ORIGIN,
            lock_path=folder / "lock" / "log",
        )

    def issuer(self) -> Issuer:
        """The issuer whose log `sequencer` keeps."""
        vkey = verifier_key(ORIGIN, self.database.keys.signing("log")).vkey
        signer = authority.make().signer
        return Issuer("https://ujikom.contoh.invalid", vkey, sample=True, signer=signer)


def set_up(database: Database) -> Facts:
    """Make a stage's facts in an empty database."""
    cast = hire(database)
    banks.import_file(
        database, bank_name="Pelayanan", file=read_bank(small_bank()), by=cast["penyusun"]
    )
    waiting = database.read_sync(bank_store.items_in_state, state=ItemState.SUBMITTED)
    banks.approve_all(database, item_ids=tuple(i.id for i in waiting), by=cast["penelaah"])
    session = plan_session(database, cast, publish_small_scheme(database))
    room = database.read_sync(registrations.rooms, session_id=session)[0]
    cards = database.write_sync(
        registration.register_candidates,
        session_id=session,
        room_id=room.id,
        candidates=tuple(Candidate(name, nip, "Dinas Contoh") for name, nip in CANDIDATES),
        by=cast["admin"],
    )
    database.write_sync(
        registration.assign_proctor,
        session_id=session,
        account_id=cast["pengawas"].account_id or b"",
        by=cast["admin"],
    )
    return Facts(cast, session, room, cards)


def plan_session(
    database: Database,
    cast: Cast,
    scheme: bytes,
    by: str = "admin",
    *,
    opens_at: datetime = START,
) -> bytes:
    """Plan a session of one room that lasts two hours."""
    return database.write_sync(
        registration.create_session,
        title="Sesi pagi",
        venue="Gedung Contoh",
        zone="Asia/Jakarta",
        scheme=scheme,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=2),
        rooms=("Ruang A",),
        by=cast[by],
    )


@pytest.fixture(scope="session")
def stage_templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, keys: Keyring
) -> Callable[[str], Template]:
    """Templates by engine, each made at its first use."""
    made: dict[str, Template] = {}

    def template(engine: str) -> Template:
        if engine not in made:
            made[engine] = _make(engine, request, tmp_path_factory.mktemp("stage"), keys)
        return made[engine]

    return template


def _make(engine: str, request: pytest.FixtureRequest, folder: Path, keys: Keyring) -> Template:
    path = folder / "stage.sqlite"
    if engine == "sqlite":
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.create(template=request.getfixturevalue("postgres_template"))
    database = Database(url, clock=ManualClock(START), keys=keys).start()
    try:
        facts = set_up(database)
    finally:
        database.close()
    return Template(source_of(url), facts)


def source_of(url: str) -> bytes | str:
    """What a closed database is copied from."""
    if not url.startswith("sqlite"):
        return url
    fold_into_one_file(url)
    return Path(url.removeprefix("sqlite:///")).read_bytes()


def fold_into_one_file(url: str) -> None:
    """Write SQLite's write-ahead log back, so that the file alone is the database."""
    engine = make_engine(url, read_only=False)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(params=ENGINES)
def stage(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Iterator[Stage]:
    """A fresh stage, once for each engine."""
    yield from open_stage(request.param, request, tmp_path, keys, stage_templates)


def open_stage(
    engine: str,
    request: pytest.FixtureRequest,
    folder: Path,
    keys: Keyring,
    templates: Callable[[str], Template],
) -> Iterator[Stage]:
    """Copy a template, open it, and take it away at the end."""
    template = templates(engine)
    server = None
    if isinstance(template.source, bytes):
        (folder / "stage.sqlite").write_bytes(template.source)
        url = f"sqlite:///{folder / 'stage.sqlite'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.create(template=template.source)
    clock = ManualClock(template.at)
    database = Database(url, clock=clock, keys=keys).start()
    yield Stage(database, clock, template.facts)
    database.close()
    if server is not None:
        server.drop(url)


Tamper = Callable[..., int]


@contextmanager
def tampering(database: Database) -> Iterator[tuple[Tx, Tamper]]:
    """A transaction that sees its own tampering, and a hand that changes tables without guards.

    `tamper(table, sql, *params)` gives how many rows it changed. All is rolled back at the end.
    """
    engine = make_engine(database.url, read_only=False)
    driver: Any = engine.raw_connection().driver_connection
    sqlite = database.engine == "sqlite"
    driver.execute("PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role=replica")
    driver.execute("BEGIN IMMEDIATE" if sqlite else "SELECT 1")
    tx = Tx(driver, engine=database.engine, at=database.clock.now(), keys=database.keys)

    def tamper(table: str, sql: str, *params: object) -> int:
        if sqlite:
            guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            for (name,) in driver.execute(guards, (table,)).fetchall():
                driver.execute(f"DROP TRIGGER {name}")
        changed: int = driver.execute(sql if sqlite else sql.replace("?", "%s"), params).rowcount
        return changed

    try:
        yield tx, tamper
    finally:
        driver.execute("ROLLBACK")
        driver.close()
        engine.dispose()
