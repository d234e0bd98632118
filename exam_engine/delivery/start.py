"""Starting a sitting: the draw, durable before the first item is shown; taking its place."""

from datetime import timedelta
from typing import Final

from audit.log import record
from exam_engine.assembly import draw, paper, preparing, seats
from exam_engine.assembly import store as assembly
from exam_engine.assembly.draw import Placed
from exam_engine.delivery import store, time_store
from exam_engine.delivery.sitting import Sitting, SittingState
from exam_engine.delivery.time_ledger import Entry, EntryKind
from exam_engine.errors import PlaceHeld, RulesNotAccepted, SittingUnknown, TooLate
from exam_engine.events import DrawMade, SittingResumed, SittingStarted
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.states import SessionState
from exam_engine.registration.store import Registration
from exam_engine.schemes import store as schemes
from kernel import ids
from kernel.database import Tx, emits
from people import store as persons
from people.roles import Principal

NONCE_BYTES: Final = 32
PLACE_BYTES: Final = 9


@emits("sitting.started", "draw.made", "sitting.resumed")
def enter(tx: Tx, *, nonce: bytes | None, accepted: bool, by: Principal) -> Sitting:
    """Start the candidate's sitting, or go on with it at this place.

    Raises RulesNotAccepted before the first start, PlaceHeld while another PC has the sitting,
    SittingClosed, TooLate, SessionStateWrong.
    """
    if by.registration_id is None:
        raise SittingUnknown
    own = registrations.registration(tx, by.registration_id)
    sitting = store.of_registration(tx, own.id, hold=True)
    if sitting is None:
        if not accepted:
            raise RulesNotAccepted
        sitting = _start(tx, own, nonce)
    else:
        sitting.check_open(tx.at)
        holder = store.place(tx, sitting.id)
        if holder.sign_in == by.sign_in:
            return sitting
        if holder.token is not None:
            raise PlaceHeld
        sealer = persons.sealer(tx, own.person_id)
        record(tx, SittingResumed(), session=own.exam_session_id, handle=own.handle, sealer=sealer)
    store.set_place(tx, sitting.id, _new_place(), by.sign_in)
    return store.sitting(tx, sitting.id)


def _start(tx: Tx, own: Registration, nonce: bytes | None) -> Sitting:
    session = registrations.session(tx, own.exam_session_id)
    registration.require_state(session, SessionState.OPEN)
    if tx.at >= session.closes_at:
        raise TooLate
    scheme = schemes.scheme(tx, session.scheme)
    source = "candidate" if nonce else "server"
    nonce = nonce or ids.random_bytes(NONCE_BYTES)
    granted = int(min(timedelta(minutes=scheme.minutes), session.closes_at - tx.at).total_seconds())
    sitting = Sitting(
        id=ids.new_id(),
        exam_session_id=session.id,
        person_id=own.person_id,
        handle=own.handle,
        state=SittingState.ACTIVE,
        started_at=tx.at,
        deadline=tx.at + timedelta(seconds=granted),
        place=None,
    )
    store.insert_sitting(tx, sitting, own.id)
    sealer = persons.sealer(tx, own.person_id)
    unseen = preparing.excluded(
        tx,
        scheme=scheme,
        person_id=own.person_id,
        before=assembly.frozen_at(tx, session.id),
    )
    started = record(
        tx,
        SittingStarted(
            nonce_source=source,
            nonce=nonce.hex(),
            seat=own.seat,
            excluded=sorted(version.hex() for version in unseen),
        ),
        session=session.id,
        handle=own.handle,
        sealer=sealer,
        previous=(0, b""),
    )
    grant = Entry(kind=EntryKind.START, at=tx.at, seconds=granted)
    time_store.add(tx, sitting.id, 1, grant, time_store.Made(None, started.k, started.leaf_hash))
    drawn = paper.from_draw(_draw(tx, own, nonce, unseen))
    body = paper.to_bytes(drawn)
    assembly.insert_paper(tx, sitting.id, assembly.StoredPaper(body, nonce, source))
    record(
        tx,
        DrawMade(paper=_as_json(drawn)),
        session=session.id,
        handle=own.handle,
        sealer=sealer,
        previous=(started.k, started.leaf_hash),
    )
    return sitting


def _draw(
    tx: Tx, own: Registration, nonce: bytes, excluded: frozenset[bytes]
) -> tuple[Placed, ...]:
    frozen = assembly.freeze(tx, own.exam_session_id)
    secrets = assembly.secrets(tx, own.exam_session_id)
    blueprint = assembly.parse_blueprint(frozen.blueprint)
    seed = draw.draw_seed(
        seats.seat_seed(secrets.seats, own.seat),
        session=own.exam_session_id,
        handle=own.handle,
        nonce=nonce,
        beacon=b"",
        bank_root=frozen.bank_root,
        blueprint=frozen.blueprint,
    )
    ready = assembly.ready(frozen.manifest, frozen.blueprint, excluded)
    return draw.draw_planned(seed, ready, shuffle_options=blueprint.shuffle_options)


def _as_json(drawn: paper.Paper) -> dict[str, object]:
    return {
        "format": drawn.format,
        "items": [
            {"section": i.section, "version": i.version, "options": list(i.options)}
            for i in drawn.items
        ],
    }


def _new_place() -> str:
    return ids.random_bytes(PLACE_BYTES).hex()
