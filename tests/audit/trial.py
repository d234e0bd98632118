"""What the log's tests share: trial events, a filled log, and a hand that tampers."""

from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import log, store
from audit.events import Event
from audit.fsck import fsck
from audit.log import Entry
from audit.sequencer import Sequencer, integrate
from kernel.database import Database, Tx, emits
from kernel.database.engines import make_engine
from kernel.keys import PURPOSES, Keyring

ORIGIN = "contoh.invalid/log/1"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = Keyring({purpose: bytes([n]) * 32 for n, purpose in enumerate(PURPOSES)}, demo=True)
HANDLE = bytes(range(16))
LOCK = Path("lock") / "log"


class TrialSaved(Event, frozen=True):
    """A deed with clear and committed fields of every kind."""

    type = "trial.saved"
    clear = frozenset({"place", "note"})
    place: int
    answer: list[str]
    item: bytes = b"\x01\x02"
    flagged: bool = False
    note: str | None = None


@emits("trial.saved")
def save(tx: Tx, *, count: int, handle: bytes | None = HANDLE) -> list[Entry]:
    """Record `count` events of one handle."""
    return [
        log.record(tx, TrialSaved(place=place, answer=["B", "D"]), handle=handle)
        for place in range(count)
    ]


def sequencer(database: Database, folder: Path) -> Sequencer:
    return Sequencer(database, signing_key=PRIVATE, origin=ORIGIN, lock_path=folder / LOCK)


def fill(database: Database, folder: Path, count: int) -> list[Entry]:
    """A log of `count` events after its birth, all published; the sequencer is closed again."""
    entries: list[Entry] = []
    while len(entries) < count:
        entries += database.write_sync(save, count=min(100, count - len(entries)))
    one = sequencer(database, folder)
    one.drain()
    one.close()
    return entries


def tamper(database: Database, statement: str, **values: object) -> None:
    """Change the database behind the back of triggers and services."""
    engine = make_engine(database.url, read_only=False)
    with engine.begin() as connection:
        if database.engine == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))
        else:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.execute(sa.text(triggers)).fetchall():
                connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        changed = connection.execute(sa.text(statement), values)
        assert changed.rowcount > 0, "the tampering hit nothing"
    engine.dispose()


def published_sizes(database: Database) -> list[int]:
    return [row.size for row in database.read_sync(store.checkpoints)]


def assert_sound(database: Database, folder: Path) -> None:
    """Everything recomputed agrees, lock included."""
    key = sequencer(database, folder).key
    assert database.read_sync(fsck, vkey=key.vkey, lock=folder / LOCK) == []


def kill_after_sign(database: Database, folder: Path) -> None:
    """The lock holds a checkpoint that is not published."""
    one = sequencer(database, folder)
    signed, _ = one._open()
    database.write_sync(integrate)
    one._sign(signed)
    one.close()
