"""Composition root: wires settings, database, log, and pages into one application."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from audit.closing import closed_logs, last_notes
from audit.errors import SequencerElsewhere
from audit.log import note_clock_step
from audit.note import verifier_key
from audit.policy import SELF_SIGNED
from audit.policy import parse as parse_policy
from audit.sequencer import Sequencer
from audit.timestamping import stamp_daily
from audit.witness_client import Cosigner
from audit.witnessing import announce_policy
from certificates.issuer_keys import note_present
from certificates.issuing import Issuer, issue_awards, pending, print_pending
from certificates.reminding import mail
from certificates.reminding.service import remind
from certificates.sending import service as packs
from certificates.signing import choice
from certificates.signing.errors import SignerMissing
from certificates.signing.service import ServiceSigner
from certificates.signing.signer import Signer
from certificates.status_lists.publishing import publish_due
from exam_engine.delivery.closing import sweep
from exam_engine.grading.uses import push_uses
from exam_engine.proctoring.time_control import credit_after_outage
from kernel import data_folder, logs, workers
from kernel import keys as keyrings
from kernel.blobs import Blobs
from kernel.clock import Clock, SystemClock
from kernel.database import Database
from kernel.errors import Integrity, Unavailable
from kernel.heartbeat import beat, last_beat
from kernel.settings import Settings
from kernel.token import TokenKey
from migrations import schema
from web.installation import Installation

if TYPE_CHECKING:  # slow to import, and needed by who serves alone
    from litestar import Litestar

SEQUENCE_SECONDS = 0.15
SWEEP_SECONDS = 2.0
HEARTBEAT_SECONDS = 5.0
WITNESS_SECONDS = 5.0
STAMP_SECONDS = 600.0
CRL_SECONDS = 3600.0
STATUS_SECONDS = 5.0
UPLOAD_SECONDS = 600.0
USE_SECONDS = 30.0
REMIND_SECONDS = 3600.0
DEMO_HOST = "ujikom.contoh.invalid"

log = logs.get(__name__)


class AddressMissing(Unavailable):
    """Real keys need the public address and the log's origin to be set."""

    code = "address_missing"


class AddressInsecure(Unavailable):
    """Certificates would carry a public address that anybody on the way can answer for."""

    code = "address_insecure"


class PortTaken(Unavailable):
    """Another program listens where the pages were to be served."""

    code = "port_taken"


def open_database(settings: Settings, clock: Clock) -> Database:
    """Keys, schema check and database of an installation; raises what stands in the way.

    On an empty data folder the schema and demo keys are made.
    """
    data_folder.make(settings)
    folder = settings.data / "keys"
    if not folder.exists():
        keyrings.create(folder, passphrase=None)
    keys = keyrings.load(folder, passphrase=settings.passphrase(), log_token=log_token(settings))
    if schema.is_empty(settings.url):
        schema.upgrade(settings.url)
    schema.check(settings.url)
    return Database(settings.url, clock=clock, keys=keys).start()


def log_token(settings: Settings) -> TokenKey | None:
    """The log's key in its PKCS#11 token, None when it lies in a file; raises TokenUnready."""
    if settings.log_token_module is None:
        return None
    pin = settings.log_token_pin_file.read_text().strip() if settings.log_token_pin_file else ""
    return TokenKey.open(
        settings.log_token_module,
        token=settings.log_token,
        pin=pin,
        label=settings.log_token_label,
    )


def pdf_signer(settings: Settings, *, demo: bool, at: datetime) -> Signer | ServiceSigner | None:
    """Who signs certificate PDFs; None, and a line in the log, before there is anybody."""
    try:
        return choice.signer(settings, demo=demo, at=at)
    except SignerMissing:
        log.warning("signer_missing")
        return None


def bound(settings: Settings) -> socket.socket:
    """A socket at the address of the pages, which does not listen yet; raises PortTaken."""
    made = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
    except OSError as error:
        made.close()
        if error.errno != EADDRINUSE:
            raise
        raise PortTaken(host=settings.host, port=settings.port) from error
    return made


def install(settings: Settings, *, clock: Clock | None = None) -> Installation:
    """Open everything that serving, or a command beside the server, needs."""
    clock = clock or SystemClock()
    database = open_database(settings, clock)
    if isinstance(clock, SystemClock):
        stored = database.read_sync(last_beat)
        behind = clock.hold_at_least(stored) if stored else timedelta()
        if stored and behind:
            log.warning("clock_behind", seconds=int(behind.total_seconds()))
            database.write_sync(note_clock_step, stored=stored, behind=behind)
    demo = database.keys.demo
    if not demo and not (settings.public_url and settings.log_origin):
        raise AddressMissing
    if not demo and not settings.public_url.startswith("https://"):
        raise AddressInsecure
    public_url = (settings.public_url or f"https://{DEMO_HOST}").rstrip("/")
    origin = settings.log_origin or f"{urlsplit(public_url).netloc}/log/contoh"
    text = settings.witness_policy.read_text() if settings.witness_policy else ""
    policy = parse_policy(text) if text else SELF_SIGNED
    sequencer = _sequencer(settings, database, origin, text) if settings.sequencer else None
    cosigner = None
    if sequencer and policy.witnesses:
        cosigner = Cosigner(database, policy, refuse=sequencer.refuse)
    return Installation(
        settings=settings,
        database=database,
        blobs=Blobs(settings.data / "blobs"),
        sequencer=sequencer,
        public_url=public_url,
        log_origin=origin,
        log_vkey=verifier_key(origin, database.keys.log_signer).vkey,
        demo=demo,
        policy=policy,
        cosigner=cosigner,
        former_vkeys=tuple(keyrings.former_log_keys(settings.data / "keys")),
        closed=tuple(database.read_sync(closed_logs, notes=last_notes(_lock(settings)))),
        signer=pdf_signer(settings, demo=demo, at=clock.now()),
    )


def _sequencer(settings: Settings, database: Database, origin: str, policy: str) -> Sequencer:
    """The one sequencer of this installation; it publishes the empty log at first."""
    ring = database.keys
    closed = last_notes(_lock(settings))
    previous = settings.log_previous.read_text() if settings.log_previous else None
    sequencer = Sequencer(
        database,
        signing_key=ring.log_signer,
        next_key=ring.signing("log-2") if ring.exchanging else None,
        origin=origin,
        lock_path=_lock(settings),
        previous=previous or (closed[-1] if closed else None),
    )
    announce_policy(database, settings.data / "lock" / "policy", policy)
    return sequencer


def _lock(settings: Settings) -> Path:
    return settings.data / "lock" / "log"


def issuer_of(here: Installation) -> Issuer:
    """How this installation issues certificates."""
    return Issuer(
        here.public_url,
        here.log_vkey,
        here.demo,
        here.policy,
        here.signer,
        choice.evidence(here.settings),
    )


def create_app(
    settings: Settings, *, clock: Clock | None = None, here: Installation | None = None
) -> "Litestar":
    """The application. Give `here` to serve an installation that is open already."""
    from web.site import site  # noqa: PLC0415 - slow to import, and needed by who serves alone

    opened = here or install(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(app: "Litestar") -> AsyncIterator[None]:
        app.state.installation = opened
        await asyncio.to_thread(credit_after_outage, opened.database)
        stop = asyncio.Event()
        tasks = [asyncio.create_task(_forever(*work, stop)) for work in _background(opened)]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)
            if here is None:
                close(opened)

    return site(opened.database.keys.secret("pepper").hex(), lifespan)


def sequence_alone(here: Installation) -> None:
    """On SQLite, raise SequencerElsewhere when another process serves this data folder."""
    if here.sequencer and here.database.engine == "sqlite":
        with contextlib.suppress(Integrity):  # a broken log is served, and says so
            here.sequencer.turn()


def close(here: Installation) -> None:
    """Close the sequencer and the database."""
    if here.sequencer:
        here.sequencer.close()
    here.database.close()


Work = tuple[str, float, Callable[[], object]]


def _background(here: Installation) -> list[Work]:
    """What runs beside the requests: name, seconds between turns, one turn."""
    from web.staff_import import remove_unconfirmed  # noqa: PLC0415 - as in create_app

    work: list[Work] = [
        ("heartbeat", HEARTBEAT_SECONDS, lambda: here.database.write_sync(beat)),
        ("sweep", SWEEP_SECONDS, lambda: sweep(here.database)),
        ("issuing", SWEEP_SECONDS, lambda: _issue(here)),
        ("uses", USE_SECONDS, lambda: push_uses(here.database)),
        ("uploads", UPLOAD_SECONDS, lambda: remove_unconfirmed(here)),
        ("crl", CRL_SECONDS, lambda: _renew_crl(here)),
        ("packing", SWEEP_SECONDS, lambda: packs.work(here.database, here.blobs)),
        ("reminders", REMIND_SECONDS, lambda: _remind(here)),
    ]
    if here.sequencer:
        work.append(("sequencer", SEQUENCE_SECONDS, here.sequencer.turn))
        work.append(("status lists", STATUS_SECONDS, lambda: _publish_status(here)))
    if here.cosigner:
        work.append(("witnesses", WITNESS_SECONDS, here.cosigner.turn))
    if here.sequencer and here.settings.tsa_url:
        url = here.settings.tsa_url
        work.append(("timestamp", STAMP_SECONDS, lambda: stamp_daily(here.database, url)))
    return work


def _publish_status(here: Installation) -> None:
    note_present(here.database)
    publish_due(here.database, issuer_url=here.public_url)


def _issue(here: Installation) -> None:
    issue_awards(here.database, issuer_of(here))
    if here.database.read_sync(pending)[1]:
        with workers.processes() as pool:
            print_pending(here.database, here.blobs, issuer_of(here), pool=pool)


def _remind(here: Installation) -> None:
    remind(here.database, sender=mail.sender(here.settings), public_url=here.public_url)


def _renew_crl(here: Installation) -> None:
    choice.keep_crl_fresh(here.settings, at=here.database.clock.now())


async def _forever(
    name: str, seconds: float, turn: Callable[[], object], stop: asyncio.Event
) -> None:
    """Run turns on a thread until told to stop; a failing turn is logged and tried again."""
    elsewhere = False
    while not stop.is_set():
        try:
            await asyncio.to_thread(turn)
            elsewhere = False
        except SequencerElsewhere:
            if not elsewhere:
                log.warning("another_process_sequences", work=name)
            elsewhere = True
            seconds = max(seconds, 1.0)
        except Exception as error:
            log.exception("background_failed", work=name, kind=type(error).__name__)
            seconds = max(seconds, 1.0)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
