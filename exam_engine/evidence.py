"""Gathering the evidence of one sitting: everything a replay needs, as bytes and openings."""

from typing import Any

import msgspec

from audit import leaf as leaves
from audit import log, merkle
from audit.commitment import verify as verify_opening
from audit.errors import CommitmentWrong, OpeningMissing
from exam_engine.assembly import seats
from exam_engine.assembly import store as assembly
from exam_engine.delivery import store as delivery
from exam_engine.delivery.store import Revision
from exam_engine.outcomes import store as outcomes
from exam_engine.registration import store as registrations
from exam_engine.schemes import scheme as schemes
from exam_engine.schemes import store as scheme_store
from kernel.database import Tx
from kernel.sealed import SealBroken, Sealer
from people import store as persons
from question_banks import store as banks


class OpenedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf with its opening; `opens` is False when the opening is gone or does not fit."""

    type: str
    k: int
    leaf_hash: bytes
    previous: bytes
    clear: dict[str, Any]
    values: dict[str, Any]
    opens: bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that a sitting's draw and score were made from."""

    session: bytes
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
    session_events: list[OpenedEvent]
    events: list[OpenedEvent]
    signed_results: list[bytes]
    result_key: bytes


def gather(tx: Tx, sitting_id: bytes) -> Evidence:
    """The evidence of a sitting; raises SittingUnknown, PersonErased."""
    sitting = delivery.sitting(tx, sitting_id)
    session = registrations.session(tx, sitting.exam_session_id)
    own = registrations.registration_of_handle(tx, sitting.handle)
    frozen = assembly.freeze(tx, session.id)
    secrets = assembly.secrets(tx, session.id)
    paper = assembly.paper(tx, sitting_id)
    sealer = persons.sealer(tx, sitting.person_id)
    versions = {row.version for row in assembly.parse_manifest(frozen.manifest).rows}
    drawn = {version for version in versions if version.encode() in paper.body}
    return Evidence(
        session=session.id,
        handle=sitting.handle,
        seat=own.seat,
        seat_count=frozen.seats,
        seat_seed=seats.seat_seed(secrets.seats, own.seat),
        seat_path=seats.seat_path(secrets.seats, own.seat, frozen.seats),
        nonce=paper.nonce,
        blueprint=frozen.blueprint,
        manifest=frozen.manifest,
        pool_salt=secrets.pool,
        scheme=schemes.to_bytes(scheme_store.scheme(tx, session.scheme)),
        scheme_digest=session.scheme,
        paper=paper.body,
        contents={v: banks.version_bytes(tx, bytes.fromhex(v)) for v in drawn},
        revisions=delivery.revisions(tx, sitting_id),
        session_events=opened_chain(tx, session.id, None),
        events=opened_chain(tx, sitting.handle, sealer),
        signed_results=outcomes.signed_results(tx, sitting_id, sitting.person_id),
        result_key=tx.keys.verify_key("result"),
    )


def opened_chain(tx: Tx, handle: bytes, sealer: Sealer | None) -> list[OpenedEvent]:
    """A handle's events in order, each opened under the sealer (None: the installation's)."""
    return [_opened(tx, data, sealer) for data in log.entries_of(tx, handle)]


def _opened(tx: Tx, data: bytes, sealer: Sealer | None) -> OpenedEvent:
    leaf = leaves.decode(data)
    leaf_hash = merkle.leaf_hash(data)
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
        k=leaf.chain.k if leaf.chain else 0,
        leaf_hash=leaf_hash,
        previous=leaf.chain.previous if leaf.chain else b"",
        clear=dict(leaf.clear),
        values=values,
        opens=opens,
    )
