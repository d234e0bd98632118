"""What a candidate may see: own data, the item at a position, the review, the outcome."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from audit.log import chain_end
from exam_engine.assembly.paper import Paper
from exam_engine.delivery import store, time_store
from exam_engine.delivery.closing import own_sitting
from exam_engine.delivery.responses import paper_of
from exam_engine.delivery.sitting import Sitting
from exam_engine.delivery.store import Answer, Place, Revision
from exam_engine.delivery.time_ledger import EntryKind
from exam_engine.errors import ResultUnknown, SittingUnknown
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store as outcomes
from exam_engine.outcomes.store import Decided
from exam_engine.proctoring import incident_store
from exam_engine.registration import store as registrations
from exam_engine.registration.store import Registration, Room, Session
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme, ShowScore
from kernel.clock import from_micros, stamp
from kernel.database import Tx
from people import store as persons
from people.roles import Principal
from people.store import Person
from question_banks import store as banks
from question_banks.catalogue import store as catalogue
from question_banks.content import Content


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The candidate's own place in the exam. `sitting` is None before the start."""

    person: Person
    registration: Registration
    session: Session
    room: Room
    scheme: Scheme
    sitting: Sitting | None
    place: Place | None


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What the candidate is told: words of a proctor, or time that was added."""

    at: datetime
    text: str = ""
    seconds: int = 0
    outage: bool = False


class ItemView(msgspec.Struct, frozen=True, kw_only=True):
    """The exam screen at one position; `stimulus` is the text (HTML) that items share."""

    desk: Desk
    sitting: Sitting
    paper: Paper
    position: int
    content: Content
    stimulus: str | None
    answers: dict[int, Answer]
    counter: int
    saved: Revision | None
    news: list[News]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What may change while an item is on the screen; `news` counts what the candidate was told."""

    sitting: Sitting
    left: timedelta
    news: int


class Promise(msgspec.Struct, frozen=True):
    """What a receipt is made from."""

    handle: bytes
    k: int
    leaf_hash: bytes
    at: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """After the end: the closing event's place in the chain, and the result when it may show."""

    desk: Desk
    sitting: Sitting
    answered: int
    items: int
    events: int
    head: bytes
    closed_at: datetime
    result: dict[str, Any] | None
    decided: Decided | None


def desk(tx: Tx, *, by: Principal) -> Desk:
    """The candidate's own registration, session and sitting; raises SittingUnknown."""
    if by.registration_id is None:
        raise SittingUnknown
    own = registrations.registration(tx, by.registration_id)
    session = registrations.session(tx, own.exam_session_id)
    sitting = store.of_registration(tx, own.id)
    return Desk(
        person=persons.person(tx, own.person_id),
        registration=own,
        session=session,
        room=registrations.room(tx, own.room_id),
        scheme=schemes.scheme(tx, session.scheme),
        sitting=sitting,
        place=store.place(tx, sitting.id) if sitting else None,
    )


def item_view(tx: Tx, *, position: int, by: Principal) -> ItemView:
    """The item at a position of one's own paper; raises SittingUnknown, NotYourItem.

    `counter` is what the form carries: higher than any counter that was ever saved.
    """
    own = desk(tx, by=by)
    sitting = own_sitting(tx, by)
    paper = paper_of(tx, sitting.id)
    version = bytes.fromhex(paper.at(position).version)
    content = banks.contents(tx, [version])[version]
    shared = catalogue.stimulus(tx, bytes.fromhex(content.stimulus)) if content.stimulus else None
    answers = store.answers(tx, sitting.id)
    return ItemView(
        desk=own,
        sitting=sitting,
        paper=paper,
        position=position,
        content=content,
        stimulus=shared.html if shared else None,
        answers=answers,
        counter=1 + max((answer.counter for answer in answers.values()), default=0),
        saved=store.newest_revision(tx, sitting.id, position),
        news=told(tx, sitting),
    )


def standing(tx: Tx, *, by: Principal) -> Standing:
    """How one's own sitting stands now; raises SittingUnknown."""
    sitting = own_sitting(tx, by)
    heard = told(tx, sitting)
    left = time_store.ledger(tx, sitting.id).left(tx.at)
    return Standing(sitting=sitting, left=left, news=len(heard))


def told(tx: Tx, sitting: Sitting) -> list[News]:
    """What a sitting's candidate was told, newest first."""
    found = [
        News(at=entry.at, seconds=entry.seconds, outage=entry.kind is EntryKind.OUTAGE)
        for entry in time_store.ledger(tx, sitting.id).entries
        if entry.kind in {EntryKind.EXTENSION, EntryKind.OUTAGE}
    ]
    found += [
        News(at=message.at, text=message.text)
        for message in incident_store.messages(tx, sitting.id, sitting.person_id)
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def outcome(tx: Tx, *, by: Principal) -> Outcome:
    """The end of one's own sitting; the result only when the scheme lets the candidate see it."""
    own = desk(tx, by=by)
    sitting = own_sitting(tx, by)
    answered, _ = store.counts(tx, sitting.id)
    k, head = chain_end(tx, sitting.handle)
    decided = outcomes.decided(tx, sitting.exam_session_id).get(sitting.id)
    shown = own.scheme.show_score is ShowScore.AFTER_SUBMIT or decided is not None
    return Outcome(
        desk=own,
        sitting=sitting,
        answered=answered,
        items=own.scheme.count,
        events=k,
        head=head,
        closed_at=store.closed_at(tx, sitting.id) or sitting.deadline,
        result=_result(tx, sitting) if shown else None,
        decided=decided,
    )


def receipts(tx: Tx, *, by: Principal) -> tuple[Desk, list[Promise], list[Promise]]:
    """Everything that was acknowledged to the candidate, and the chain's end once it is closed."""
    own = desk(tx, by=by)
    sitting = own_sitting(tx, by)
    saves = [
        Promise(sitting.handle, row.k, row.leaf_hash, stamp(from_micros(row.at)))
        for row in store.revisions(tx, sitting.id)
    ]
    closed_at = store.closed_at(tx, sitting.id)
    if closed_at is None:
        return own, saves, []
    k, head = chain_end(tx, sitting.handle)
    return own, saves, [Promise(sitting.handle, k, head, stamp(closed_at))]


def _result(tx: Tx, sitting: Sitting) -> dict[str, Any] | None:
    if not sitting.state.over:
        return None
    try:
        stored = outcomes.newest_result(tx, sitting.id, sitting.person_id)
    except ResultUnknown:
        return None
    return results.read(stored.document)
