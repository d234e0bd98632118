"""Gathering the evidence of one sitting: everything a replay needs, as bytes and openings.

What is stored is taken as it lies there, however damaged: judging it is the replay's part.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from audit import leaf as leaves
from audit import log, merkle
from audit.commitment import verify as verify_opening
from audit.errors import (
    ChainBroken,
    CommitmentWrong,
    LeafMalformed,
    OpeningMissing,
    ProofOutOfRange,
)
from exam_engine.assembly import paper as papers
from exam_engine.assembly import seats
from exam_engine.assembly import store as assembly
from exam_engine.delivery import store as delivery
from exam_engine.delivery import time_store
from exam_engine.delivery.store import Revision
from exam_engine.delivery.time_ledger import Entry
from exam_engine.delivery.time_store import Made
from exam_engine.outcomes import store as outcomes
from exam_engine.rating import store as ratings
from exam_engine.rating.store import Rating
from exam_engine.registration import store as registrations
from exam_engine.schemes import store as schemes
from kernel.clock import unstamp
from kernel.database import Tx
from kernel.sealed import SealBroken, Sealer
from people import store as persons
from question_banks import store as banks
from question_banks.errors import ItemUnknown


class OpenedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf with its opening; `opens` is False when either is unreadable or they do not fit."""

    type: str
    at: datetime | None
    k: int
    leaf_hash: bytes
    previous: bytes
    clear: dict[str, Any]
    values: dict[str, Any]
    opens: bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that a sitting's draw and score were made from; `ended` unless it is still active."""

    session: bytes
    ended: bool
    handle: bytes
    seat: int
    seat_count: int
    seat_seed: bytes
    seat_path: tuple[bytes, ...]
    nonce: bytes
    blueprint: bytes
    manifest: bytes
    pool_salt: bytes
    scheme: bytes
    scheme_digest: bytes
    paper: bytes
    contents: dict[str, bytes]
    revisions: list[Revision]
    ratings: list[Rating]
    time: list[tuple[Entry, Made]]
    session_events: list[OpenedEvent]
    events: list[OpenedEvent]
    signed_results: list[bytes]
    result_key: bytes


class OfSession(msgspec.Struct, frozen=True):
    """What all sittings of a session share and is dear to read for each of them anew."""

    session: bytes
    events: list[OpenedEvent]
    seat_hashes: Sequence[bytes]


def of_session(tx: Tx, session_id: bytes) -> OfSession:
    """Read it once for a session: its chain grows with its candidates."""
    frozen, secrets = assembly.freeze(tx, session_id), assembly.secrets(tx, session_id)
    return OfSession(
        session_id,
        opened_chain(tx, session_id, None),
        seats.leaf_hashes(secrets.seats, frozen.seats),
    )


def gather(tx: Tx, sitting_id: bytes, *, shared: OfSession | None = None) -> Evidence:
    """The evidence of a sitting; raises SittingUnknown, PersonErased.

    `shared` is what `of_session` gave for the sitting's session; read here without it.
    """
    sitting = delivery.sitting(tx, sitting_id)
    session = registrations.session(tx, sitting.exam_session_id)
    own = registrations.registration_of_handle(tx, sitting.handle)
    frozen = assembly.freeze(tx, session.id)
    secrets = assembly.secrets(tx, session.id)
    paper = assembly.paper(tx, sitting_id)
    sealer = persons.sealer(tx, sitting.person_id)
    shared = shared or of_session(tx, session.id)
    return Evidence(
        session=session.id,
        ended=sitting.state.over,
        handle=sitting.handle,
        seat=own.seat,
        seat_count=frozen.seats,
        seat_seed=seats.seat_seed(secrets.seats, own.seat),
        seat_path=_seat_path(shared.seat_hashes, own.seat),
        nonce=paper.nonce,
        blueprint=frozen.blueprint,
        manifest=frozen.manifest,
        pool_salt=secrets.pool,
        scheme=schemes.body(tx, session.scheme),
        scheme_digest=session.scheme,
        paper=paper.body,
        contents=_contents(tx, paper.body),
        revisions=delivery.revisions(tx, sitting_id),
        ratings=ratings.of_sitting(tx, sitting_id),
        time=time_store.rows(tx, sitting_id),
        session_events=shared.events,
        events=opened_chain(tx, sitting.handle, sealer),
        signed_results=outcomes.signed_results(tx, sitting_id, sitting.person_id),
        result_key=tx.keys.verify_key("result"),
    )


def opened_chain(tx: Tx, handle: bytes, sealer: Sealer | None) -> list[OpenedEvent]:
    """A handle's events in order, each opened under the sealer (None: the installation's)."""
    try:
        entries = log.entries_of(tx, handle)
    except ChainBroken:
        return []
    return [_opened(tx, data, sealer) for data in entries]


def _seat_path(hashes: Sequence[bytes], seat: int) -> tuple[bytes, ...]:
    try:
        return seats.path_in(hashes, seat)
    except ProofOutOfRange:
        return ()


def _contents(tx: Tx, paper: bytes) -> dict[str, bytes]:
    """The item versions that a paper names, as far as paper and versions are there."""
    found = {}
    try:
        for item in papers.from_bytes(paper).items:
            with suppress(ItemUnknown):
                found[item.version] = banks.version_bytes(tx, bytes.fromhex(item.version))
    except ValueError:
        return {}
    return found


def _opened(tx: Tx, data: bytes, sealer: Sealer | None) -> OpenedEvent:
    leaf_hash = merkle.leaf_hash(data)
    try:
        leaf = leaves.decode(data)
    except LeafMalformed:
        return OpenedEvent(
            type="",
            at=None,
            k=0,
            leaf_hash=leaf_hash,
            previous=b"",
            clear={},
            values={},
            opens=False,
        )
    values: dict[str, Any] = {}
    opens = True
    if leaf.commitments:
        try:
            opening = log.opening(tx, leaf_hash, sealer)
            for field, commitment in leaf.commitments.items():
                salt, value = opening[field]
                verify_opening(commitment, salt, leaf.type, field, value)
                values[field] = value
        except (OpeningMissing, SealBroken, CommitmentWrong, KeyError):
            opens = False
    return OpenedEvent(
        type=leaf.type,
        at=unstamp(leaf.at),
        k=leaf.chain.k if leaf.chain else 0,
        leaf_hash=leaf_hash,
        previous=leaf.chain.previous if leaf.chain else b"",
        clear=dict(leaf.clear),
        values=values,
        opens=opens,
    )
