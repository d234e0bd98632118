"""The draw of a candidate's own sitting: shown, with the seat's seed, once the session is closed.

Before that it stays secret, also from who has submitted: others of the session may still start or
sit. Where keys are spread the pool's rows name the keys, and the draw file stays with the auditor.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from audit import log
from exam_engine import draw_file, evidence
from exam_engine.assembly import paper as papers
from exam_engine.assembly import pool
from exam_engine.assembly import store as assembly
from exam_engine.delivery import desk as desks
from exam_engine.delivery.desk import Desk
from exam_engine.errors import DrawWithheld
from exam_engine.evidence import Evidence, OpenedEvent
from exam_engine.registration.states import SessionState
from kernel.database import Tx
from people.roles import Principal


class DrawState(StrEnum):
    """Whether the draw is shown: not before the session is closed, never without a sitting; of a
    pool that names keys only what stands around its rows.
    """

    WAITING = "waiting"
    NOT_SAT = "not_sat"
    KEYED = "keyed"
    SHOWN = "shown"


class Committed(msgspec.Struct, frozen=True):
    """An event of the session's freezing: when it was recorded, and its index in the log (None
    while it waits).
    """

    at: datetime
    index: int | None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the draw was made from; digests and seeds in hex, `nonce_source` names who drew it."""

    seat: int
    seats: int
    seat_seed: str
    seat_root: str
    bank_root: str
    blueprint: str
    nonce: str
    nonce_source: str
    items: int
    pool_rows: int
    committed: Committed
    opened: datetime | None
    drawn: datetime | None


class OwnDraw(msgspec.Struct, frozen=True):
    """One's own draw; `shown` is None until it may be."""

    desk: Desk
    state: DrawState
    shown: Shown | None


def own_draw(tx: Tx, *, by: Principal) -> OwnDraw:
    """How one's own draw stands; raises SittingUnknown."""
    desk = desks.desk(tx, by=by)
    state = _state(tx, desk)
    if desk.sitting is None or state in {DrawState.WAITING, DrawState.NOT_SAT}:
        return OwnDraw(desk, state, None)
    return OwnDraw(desk, state, _shown(tx, evidence.gather(tx, desk.sitting.id)))


def own_draw_file(tx: Tx, *, by: Principal) -> tuple[Desk, bytes]:
    """The draw file of one's own sitting; raises SittingUnknown, DrawWithheld."""
    desk = desks.desk(tx, by=by)
    state = _state(tx, desk)
    if desk.sitting is None or state is not DrawState.SHOWN:
        raise DrawWithheld(state=str(state))
    return desk, draw_file.build(evidence.gather(tx, desk.sitting.id))


def _state(tx: Tx, desk: Desk) -> DrawState:
    if desk.session.state is not SessionState.CLOSED:
        return DrawState.WAITING
    if desk.sitting is None:
        return DrawState.NOT_SAT
    if not desk.sitting.state.over:
        return DrawState.WAITING
    frozen = assembly.parse_manifest(assembly.freeze(tx, desk.session.id).manifest)
    return DrawState.KEYED if frozen.format == pool.WITH_KEYS else DrawState.SHOWN


def _shown(tx: Tx, found: Evidence) -> Shown:
    sealed = {event.type: event for event in found.session_events}
    own = {event.type: event for event in found.events}
    committed = sealed["seats.committed"]
    return Shown(
        seat=found.seat,
        seats=found.seat_count,
        seat_seed=found.seat_seed.hex(),
        seat_root=committed.clear["root"],
        bank_root=sealed["bank.sealed"].clear["root"],
        blueprint=sealed["blueprint.sealed"].clear["sha256"],
        nonce=found.nonce.hex(),
        nonce_source=own["sitting.started"].clear["nonce_source"],
        items=len(papers.from_bytes(found.paper).items),
        pool_rows=sealed["bank.sealed"].clear["rows"],
        committed=Committed(_at(committed), log.index_of(tx, committed.leaf_hash)),
        opened=_at(sealed["session.opened"]) if "session.opened" in sealed else None,
        drawn=_at(own["draw.made"]) if "draw.made" in own else None,
    )


def _at(event: OpenedEvent) -> datetime:
    """When an event was recorded."""
    assert event.at is not None  # noqa: S101 - an unreadable leaf has no type
    return event.at
