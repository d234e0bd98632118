"""Freezing a session: scheme, blueprint, pool, roster and seat seeds, all by digest, all logged."""

from hashlib import sha256

from audit.log import record
from exam_engine.assembly import pool, preparing, seats, store
from exam_engine.assembly.draw import ALGORITHM
from exam_engine.assembly.preparing import Prepared
from exam_engine.assembly.store import Freeze, Secrets
from exam_engine.errors import PoolMoved, RosterEmpty
from exam_engine.events import BankSealed, BlueprintSealed, RosterSealed, SeatsCommitted
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Session
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.database import Tx, emits
from people.roles import Principal
from question_banks import store as banks
from question_banks.catalogue import store as catalogue


@emits("roster.sealed", "blueprint.sealed", "bank.sealed", "seats.committed")
def freeze_session(
    tx: Tx, *, session_id: bytes, by: Principal, prepared: Prepared | None = None
) -> Freeze:
    """Fix what every draw of the session will depend on; later edits of items do not touch it.

    `prepared` is what was prepared and checked beforehand, off the writer's thread; without it
    both happen here. Raises RosterEmpty, PoolTooSmall (naming the blueprint row),
    ConstraintImpossible, BlueprintTooNarrow, PoolMoved, SessionStateWrong.
    """
    session = registration.own_session(tx, session_id, by, hold=True)
    registration.require_state(session, SessionState.PLANNED)
    roster = registrations.registrations(tx, session_id)
    if not roster:
        raise RosterEmpty
    if prepared is None:
        prepared = preparing.check(preparing.prepare(tx, session=session, roster=roster))
    else:
        _check_unmoved(tx, session, prepared)
    manifest, blueprint = prepared.manifest, pool.to_bytes(prepared.blueprint)
    secrets = Secrets(ids.random_bytes(32), ids.random_bytes(32))
    frozen = Freeze(
        blueprint=blueprint,
        manifest=pool.to_bytes(manifest),
        bank_root=pool.bank_root(manifest, secrets.pool),
        seat_root=seats.seat_root(secrets.seats, len(roster)),
        seats=len(roster),
    )
    store.insert_freeze(tx, session_id, frozen, secrets)
    registrations.set_state(tx, session_id, SessionState.FROZEN)
    events = (
        RosterSealed(seats=len(roster), handles=[r.handle.hex() for r in roster]),
        BlueprintSealed(sha256=sha256(blueprint).hexdigest()),
        BankSealed(root=frozen.bank_root.hex(), rows=len(manifest.rows)),
        SeatsCommitted(
            algorithm=ALGORITHM, beacon="none", root=frozen.seat_root.hex(), seats=len(roster)
        ),
    )
    for event in events:
        record(tx, event, session=session_id, handle=session_id)
    return frozen


def _check_unmoved(tx: Tx, session: Session, prepared: Prepared) -> None:
    """What was prepared is of this scheme, and of the items and enemies as they are now."""
    scheme = schemes.scheme(tx, session.scheme)
    if (
        prepared.blueprint.scheme != session.scheme.hex()
        or banks.published_versions(tx, scheme.competencies) != prepared.published
        or catalogue.enemy_versions(tx, prepared.published) != prepared.apart
    ):
        raise PoolMoved
