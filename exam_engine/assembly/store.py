"""The only reader of freezes and papers."""

from functools import lru_cache
from typing import Final

import msgspec

from exam_engine.assembly.constraints import PoolItem
from exam_engine.assembly.draw import Plan, plan
from exam_engine.assembly.pool import Blueprint, Manifest, pool_items
from exam_engine.errors import SessionStateWrong, SittingUnknown
from kernel.clock import micros
from kernel.database import Tx
from kernel.sealed import Sealer

SECRETS: Final = b"ujikom/session-secrets/v1\0"
SECRET_BYTES: Final = 32


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """What a session was frozen with."""

    blueprint: bytes
    manifest: bytes
    bank_root: bytes
    seat_root: bytes
    seats: int


class Secrets(msgspec.Struct, frozen=True):
    """The seat secret K and the salt of the pool's rows."""

    seats: bytes
    pool: bytes


class StoredPaper(msgspec.Struct, frozen=True):
    """A paper's canonical bytes and the nonce of its draw."""

    body: bytes
    nonce: bytes
    nonce_source: str


def insert_freeze(tx: Tx, session_id: bytes, freeze: Freeze, secrets: Secrets) -> None:
    sealed = _sealer(tx, session_id).seal(secrets.seats + secrets.pool, SECRETS + session_id)
    tx.run(
        "INSERT INTO session_freeze (exam_session_id, blueprint, manifest, bank_root, seat_root,"
        " seats, secrets, frozen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        session_id,
        freeze.blueprint,
        freeze.manifest,
        freeze.bank_root,
        freeze.seat_root,
        freeze.seats,
        sealed,
        micros(tx.at),
    )


def freeze(tx: Tx, session_id: bytes) -> Freeze:
    """A session's freeze; raises SessionStateWrong when it is not frozen."""
    row = tx.one(
        "SELECT blueprint, manifest, bank_root, seat_root, seats FROM session_freeze"
        " WHERE exam_session_id = ?",
        session_id,
    )
    if row is None:
        raise SessionStateWrong(state="planned", needed=["frozen"])
    blueprint, manifest, bank_root, seat_root, seats = row
    return Freeze(
        blueprint=blueprint,
        manifest=manifest,
        bank_root=bank_root,
        seat_root=seat_root,
        seats=seats,
    )


def secrets(tx: Tx, session_id: bytes) -> Secrets:
    """Open a freeze's secrets: for the draw itself, and for replays after the session."""
    row = tx.one("SELECT secrets FROM session_freeze WHERE exam_session_id = ?", session_id)
    if row is None:
        raise SessionStateWrong(state="planned", needed=["frozen"])
    opened = _sealer(tx, session_id).open(row[0], SECRETS + session_id)
    return Secrets(opened[:SECRET_BYTES], opened[SECRET_BYTES:])


@lru_cache(maxsize=32)
def parse_manifest(data: bytes) -> Manifest:
    """A manifest from its bytes."""
    return msgspec.json.decode(data, type=Manifest)


@lru_cache(maxsize=32)
def parse_pool(data: bytes) -> tuple[PoolItem, ...]:
    """A manifest as the draw sees it."""
    return tuple(pool_items(parse_manifest(data)))


@lru_cache(maxsize=32)
def parse_blueprint(data: bytes) -> Blueprint:
    """A blueprint from its bytes."""
    return msgspec.json.decode(data, type=Blueprint)


def insert_paper(tx: Tx, sitting_id: bytes, paper: StoredPaper) -> None:
    tx.run(
        "INSERT INTO paper (sitting_id, body, nonce, nonce_source) VALUES (?, ?, ?, ?)",
        sitting_id,
        paper.body,
        paper.nonce,
        paper.nonce_source,
    )


def paper(tx: Tx, sitting_id: bytes) -> StoredPaper:
    """A sitting's paper; raises SittingUnknown."""
    row = tx.one("SELECT body, nonce, nonce_source FROM paper WHERE sitting_id = ?", sitting_id)
    if row is None:
        raise SittingUnknown
    return StoredPaper(*row)


def last_papers(tx: Tx, person_id: bytes, *, before: int, sittings: int) -> list[bytes]:
    """Papers of a person's newest sittings that started before a time (micros)."""
    rows = tx.run(
        "SELECT p.body FROM paper p JOIN sitting s ON s.id = p.sitting_id"
        " WHERE s.person_id = ? AND s.started_at < ? ORDER BY s.started_at DESC LIMIT ?",
        person_id,
        before,
        sittings,
    )
    return [row[0] for row in rows]


def papers_of_scheme(tx: Tx, code: str) -> list[bytes]:
    """Every paper drawn under any version of a scheme."""
    rows = tx.run(
        "SELECT p.body FROM paper p JOIN sitting s ON s.id = p.sitting_id"
        " JOIN exam_session e ON e.id = s.exam_session_id"
        " JOIN scheme_version v ON v.digest = e.scheme WHERE v.code = ?",
        code,
    )
    return [row[0] for row in rows]


def papers_of_session(tx: Tx, session_id: bytes) -> list[bytes]:
    """Every paper drawn in a session."""
    rows = tx.run(
        "SELECT p.body FROM paper p JOIN sitting s ON s.id = p.sitting_id"
        " WHERE s.exam_session_id = ?",
        session_id,
    )
    return [row[0] for row in rows]


def seated_papers(tx: Tx, session_id: bytes) -> list[tuple[bytes, int, bytes]]:
    """Room, seat and paper of everybody who drew one in a session, in seat order."""
    rows = tx.run(
        "SELECT g.room_id, g.seat, p.body FROM paper p JOIN sitting s ON s.id = p.sitting_id"
        " JOIN registration g ON g.id = s.registration_id WHERE s.exam_session_id = ?"
        " ORDER BY g.seat",
        session_id,
    )
    return [(bytes(room), int(seat), bytes(body)) for room, seat, body in rows]


def has_papers(tx: Tx, session_id: bytes) -> bool:
    """Whether anybody drew a paper in a session."""
    sql = (
        "SELECT 1 FROM paper p JOIN sitting s ON s.id = p.sitting_id WHERE s.exam_session_id = ?"
        " LIMIT 1"
    )
    return tx.one(sql, session_id) is not None


def frozen_at(tx: Tx, session_id: bytes) -> int:
    """When a session was frozen (micros); raises SessionStateWrong."""
    row = tx.one("SELECT frozen_at FROM session_freeze WHERE exam_session_id = ?", session_id)
    if row is None:
        raise SessionStateWrong(state="planned", needed=["frozen"])
    return int(row[0])


def now(tx: Tx) -> int:
    """The transaction's time (micros)."""
    return micros(tx.at)


@lru_cache(maxsize=64)
def ready(manifest: bytes, blueprint: bytes, excluded: frozenset[bytes]) -> Plan:
    """What a draw from the frozen bytes chooses from; raises PoolTooSmall."""
    parsed = parse_blueprint(blueprint)
    return plan(
        cells=parsed.cells,
        pool=parse_pool(manifest),
        excluded=excluded,
        constrained=parsed.constrained,
    )


def _sealer(tx: Tx, session_id: bytes) -> Sealer:
    return Sealer(subject=session_id, key=tx.keys.secret("sealing"))
