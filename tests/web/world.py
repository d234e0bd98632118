"""A world to look at from outside: two agencies, a decided session, a running one, served.

One installation for a whole module. Nothing in it may be changed by a test unless it says so.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path

import httpx
import pytest

from app import create_app
from audit.note import verifier_key
from certificates import store as certificates
from certificates.designs import service as designs
from certificates.designs.design import HOUSE, changed
from certificates.holding import service as holding
from certificates.issuing import issue_awards, print_pending
from certificates.reminding import service as reminding
from certificates.sending import service as sending
from certificates.store import Certificate
from exam_engine.assembly.service import freeze_session
from exam_engine.rating import store as ratings
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.pins import session_pin
from exam_engine.registration.roster import Candidate
from exam_engine.registration.service import Admission
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.blobs import Blobs
from kernel.keys import Keyring
from kernel.settings import Settings
from people import sign_ins
from people.roles import Principal, Role
from question_banks import service as bank_service
from question_banks import store as banks
from question_banks.authoring import service as authoring
from question_banks.authoring.service import Draft
from question_banks.catalogue import store as catalogue
from question_banks.content import Content, Option
from question_banks.families.interface import Fields
from question_banks.review.service import move
from question_banks.standard_setting import store as panels
from question_banks.standard_setting.service import open_panel
from question_banks.states import Deed, ReviewRule
from samples.serving import served
from samples.visitor import Visitor
from tests.cast import CANDIDATES, STAFF, STRANGERS
from tests.conftest import START
from tests.mixed_exam import with_scheme
from tests.stage import (
    ENGINES,
    ORIGIN,
    Facts,
    Stage,
    Template,
    open_stage,
    plan_session,
    source_of,
)
from web.installation import Installation
from web.who import COOKIE

OWN, OTHERS = tuple(STAFF), tuple(STRANGERS)


class World:
    """The served app, its stage, and visitors who are signed in already."""

    def __init__(self, address: str, stage: Stage, here: Installation) -> None:
        self.address = address
        self.stage = stage
        self.here = here
        self.database = stage.database
        self.running = stage.session
        self._visitors: dict[str, Visitor] = {}

    def sequence(self) -> None:
        """Give what waits its place in the log."""
        sequencer = self.stage.sequencer(self.here.settings.data)
        while sequencer.turn():
            pass
        sequencer.close()

    def fresh(self) -> Visitor:
        """A new browser; nobody is signed in."""
        visitor = Visitor(self.address)
        self._visitors[f"fresh {len(self._visitors)}"] = visitor
        return visitor

    def visitor(self, name: str) -> Visitor:
        """The browser of one of the cast, of `candidate N`, or of `nobody`; kept."""
        if name not in self._visitors:
            visitor = self._visitors[name] = Visitor(self.address)
            visitor.http.follow_redirects = False
            if name != "nobody":
                visitor.http.cookies.set(COOKIE, self.token(name))
        return self._visitors[name]

    def token(self, name: str) -> str:
        """A fresh sign-in, as the form would open it."""
        if name.startswith("candidate"):
            card = self.stage.cards[int(name.split()[1])]
            own = self.database.read_sync(
                registrations.registration_numbered, candidate_no=card.candidate_no
            )
            assert own is not None
            whose = {"person_id": own.person_id, "registration_id": own.id}
        else:
            by = self.stage.cast[name]
            assert by.account_id is not None
            whose = {"person_id": by.person_id, "account_id": by.account_id}
        token = sign_ins.new_token()
        self.database.write_sync(sign_ins.open_sign_in, token=token, **whose)
        return token

    def certificates(self) -> list[Certificate]:
        return self.database.read_sync(certificates.of_session, session_id=self.stage.session)

    @cached_property
    def paths(self) -> dict[str, str]:
        """Ids for addresses."""
        bank = next(b for b in self.database.read_sync(banks.banks) if b.name == "Pelayanan")
        item = self.database.read_sync(banks.items, bank_id=bank.id)[0]
        room = self.database.read_sync(registrations.rooms, session_id=self.running)[0]
        return {
            "bank": ids.text(bank.id),
            "item": ids.text(item.id),
            "task": ids.text(self.task()),
            "panel": ids.text(self.panel(item.id)),
            "competency": "T.ADMIN",
            "scheme": self.database.read_sync(schemes.schemes)[0][0].hex(),
            "waiting": ids.text(self.waiting()),
            "session": ids.text(self.stage.session),
            "room": ids.text(room.id),
            "certificate": ids.text(self.certificates()[0].id),
            "sitting": self.certificates()[0].handle.hex(),
            "correction": ids.text(self.correction()),
            "design": ids.text(self.design()),
            "days": str(self.reminder()),
            "pack": ids.text(self.pack()),
            "part": "1",
        }

    def panel(self, item: bytes) -> bytes:
        """A panel in its first round, with two judges; opened on first use."""
        found = self.database.read_sync(panels.panels)
        if found:
            return found[0].id
        cast = self.stage.cast
        bank = next(b for b in self.database.read_sync(banks.banks) if b.name == "Pelayanan")
        return self.database.write_sync(
            open_panel, bank_id=bank.id, name="Panel contoh", item_ids=(item,),
            judges=tuple(cast[name].account_id or b"" for name in ("penyusun", "penilai")),
            by=cast["admin"],
        )  # fmt: skip

    def task(self) -> bytes:
        """An essay that waits for its raters; a candidate wrote it on first use."""
        own = self.stage.cast["penilai"]
        found = self.database.read_sync(
            ratings.waiting, agency_id=own.agency_id, account_id=own.account_id or b""
        )
        if found:
            return found[0].id
        essay = with_scheme(self.stage, "essay")
        seat = essay.seat(0)
        seat.enter()
        seat.save(1, Fields({"choice": ["Jawaban uraian rahasia"]}))
        seat.submit()
        return self.task()

    def correction(self) -> bytes:
        """A holder's request that waits for the board; made on first use."""
        board, own = self.stage.cast["sidang"], self.certificates()[0]
        if not self.database.read_sync(holding.waiting, by=board):
            by = Principal(
                sign_in=b"", person_id=own.person_id, agency_id=b"", name="",
                roles=frozenset({Role.CANDIDATE}),
            )  # fmt: skip
            wish = f"Nama saya {own.claim.holder_name}"
            self.database.write_sync(holding.ask, certificate_id=own.id, text=wish, by=by)
        return self.database.read_sync(holding.waiting, by=board)[0].id

    def design(self) -> bytes:
        """A version of the first agency's design with a motto of its own; written on first use."""
        admin = self.stage.cast["admin"]
        found = self.database.read_sync(designs.listed, by=admin)
        if found:
            return found[0].version.id
        own = changed(HOUSE, motto_id="Semboyan rahasia rancangan", motto_en="Secret motto")
        return self.database.write_sync(designs.write, design=own, picture=b"", by=admin)

    def pack(self) -> bytes:
        """The first agency's ZIP, finished; made on first use."""
        admin = self.stage.cast["admin"]
        found = self.database.read_sync(sending.listed, by=admin)
        if found:
            return found[0].id
        own = self.database.write_sync(sending.ask, by=admin)
        assert sending.work(self.database, self.here.blobs) == 1
        return own

    def reminder(self) -> int:
        """A reminder of the first certificate waits for the agency's admin; its days."""
        certificate = self.certificates()[0].id
        self.database.write_sync(reminding.note, certificate_id=certificate, days=90)
        return 90

    def waiting(self) -> bytes:
        """An item that waits for review in a bank with cards; submitted on first use."""
        writer, database = self.stage.cast["penyusun"], self.database
        bank = database.write_sync(
            bank_service.create_bank, name="Bank bengkel", review=ReviewRule.CARD
        )
        found = database.read_sync(catalogue.search, bank_id=bank, query=catalogue.Query())
        if found:
            return found[0].id
        draft = Draft(
            code="W-1",
            content=Content(
                v=1, family="single_choice", language="id", competency="T.ADMIN", level=2,
                cognitive="", indicator="", stem="Butir yang menunggu", rationale="Rahasia kunci",
                source="",
                options=tuple(Option(id=i, html=i * 2, points=int(i == "A")) for i in "AB"),
            ),
        )  # fmt: skip
        item = database.write_sync(
            authoring.save, bank_id=bank, item_id=None, draft=draft, by=writer
        )
        database.write_sync(move, item_id=item, deed=Deed.SUBMIT, by=writer)
        return item

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Planted data that a page may show to its own people only."""
        room = self.database.read_sync(registrations.rooms, session_id=self.running)[0]
        pepper = self.database.keys.secret("pepper")
        return {
            "name of a candidate": "Teuku Contoh Satu",
            "name of another": "Ni Luh Contoh Dua",
            "candidate number": self.stage.cards[0].candidate_no,
            "session PIN": session_pin(pepper, room.id),
            "text of an item": "tentang dokumen",
            "an essay": "uraian rahasia",
            "minutes": "semua anggota hadir",
            "a design's motto": "Semboyan rahasia",
            "verification code": self.certificates()[0].code,
            "certificate number": self.certificates()[0].number,
            "title of a session": "Sesi pagi",
        }

    @cached_property
    def never(self) -> dict[str, str]:
        """Data that no page shows to anyone."""
        pins = {f"PIN {n}": card.registration_pin for n, card in enumerate(self.stage.cards)}
        return pins | {f"NIP {n}": nip for n, (_, nip) in enumerate(CANDIDATES)}

    def close(self) -> None:
        for visitor in self._visitors.values():
            visitor.close()


def words(answer: httpx.Response) -> str:
    """A page's text without its form token, as a reader would search it."""
    return re.sub(r'name="_csrf_token" value="[^"]*"', "", answer.text)


def set_up(stage: Stage, blobs: Blobs, folder: Path) -> bytes:
    """Two certificates in a decided session; another session open, nobody started."""
    stage.open()
    stage.sat(0)
    stage.sat(1)
    stage.close()
    stage.decide()
    issue_awards(stage.database, stage.issuer())
    sequencer = stage.sequencer(folder)
    while sequencer.turn():
        pass
    with ThreadPoolExecutor(1) as pool:
        assert print_pending(stage.database, blobs, stage.issuer(), pool=pool) == 2
    while sequencer.turn():
        pass
    sequencer.close()
    return second_session(stage)


def second_session(stage: Stage, *, opens_at: datetime = START) -> bytes:
    """A running session of the same candidates; their cards replace the first ones."""
    admin = stage.cast["admin"]
    scheme = stage.database.read_sync(registrations.session, session_id=stage.session).scheme
    own = plan_session(stage.database, stage.cast, scheme, opens_at=opens_at)
    room = stage.database.read_sync(registrations.rooms, session_id=own)[0]
    stage.second = stage.database.write_sync(
        registration.register_candidates,
        session_id=own,
        room_id=room.id,
        candidates=tuple(Candidate(name, nip, "Dinas Contoh") for name, nip in CANDIDATES),
        by=admin,
    )
    stage.database.write_sync(
        registration.assign_proctor,
        session_id=own,
        account_id=stage.cast["pengawas"].account_id or b"",
        by=admin,
    )
    stage.database.write_sync(freeze_session, session_id=own, by=admin)
    stage.database.write_sync(registration.open_session, session_id=own, by=admin)
    return own


class Finished(Template, frozen=True, kw_only=True):
    """A world to copy: `folder` holds its blobs and the log's lock file."""

    folder: Path
    running: bytes
    second: tuple[Admission, ...]


@pytest.fixture(scope="session")
def world_templates(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Callable[[str], Finished]:
    """Worlds by engine, each made at its first use."""

    @cache
    def template(engine: str) -> Finished:
        folder = tmp_path_factory.mktemp("world")
        stage = next(open_stage(engine, request, folder, keys, stage_templates))
        running = set_up(stage, Blobs(folder / "blobs"), folder)
        stage.database.close()
        return Finished(
            source=source_of(stage.database.url),
            facts=Facts(stage.cast, stage.session, stage.room, stage.cards),
            at=stage.clock.now(),
            folder=folder,
            running=running,
            second=stage.second,
        )

    return template


@pytest.fixture(scope="module", params=ENGINES)
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Keyring,
    world_templates: Callable[[str], Finished],
) -> Iterator[World]:
    """The world, once for each engine and module."""
    folder = tmp_path_factory.mktemp("world")
    finished = world_templates(request.param)
    for part in ("blobs", "lock"):
        shutil.copytree(finished.folder / part, folder / part)
    for stage in open_stage(request.param, request, folder, keys, world_templates):
        stage.second = finished.second
        settings = Settings(data=folder, database_url=stage.database.url, sequencer=False)
        here = Installation(
            settings=settings,
            database=stage.database,
            blobs=Blobs(folder / "blobs"),
            sequencer=None,
            public_url=stage.issuer().public_url,
            log_origin=ORIGIN,
            log_vkey=verifier_key(ORIGIN, keys.signing("log")).vkey,
            demo=True,
        )
        with served(create_app(settings, here=here)) as address:
            made = World(address, stage, here)
            made.running = finished.running
            yield made
            made.close()
