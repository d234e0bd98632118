"""Saving an answer: the hot path. One job, a handful of statements, acknowledged after COMMIT."""

from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.log import record
from exam_engine.assembly import paper as papers
from exam_engine.assembly import store as assembly
from exam_engine.assembly.paper import Paper
from exam_engine.delivery import receipts, store
from exam_engine.delivery.sitting import Incoming, Sitting
from exam_engine.delivery.store import Revision
from exam_engine.errors import SittingUnknown
from exam_engine.events import AnswerCleared, AnswerSaved
from kernel.clock import from_micros, micros, stamp
from kernel.database import Tx, emits
from kernel.sealed import Sealer
from people import store as persons
from people.errors import SignInNeeded
from question_banks.errors import ChoiceInvalid

PAPERS_KEPT = 4096
_papers: dict[bytes, Paper] = {}


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What the candidate is told; `receipt` can be kept as evidence."""

    at: datetime
    revision: int
    handle: bytes
    k: int
    leaf_hash: bytes
    counter: int
    left_seconds: int
    answered: int
    flagged: int
    blank: int

    def receipt(self, key: Ed25519PrivateKey) -> str:
        """The signed receipt; the same for the same save, however often it is sent.

        Empty when there was nothing to save: a blank on an item that was never answered.
        """
        if not self.k:
            return ""
        return receipts.issue(
            key, handle=self.handle, k=self.k, leaf_hash=self.leaf_hash, at=stamp(self.at)
        )


@emits("answer.saved", "answer.cleared")
def record_response(
    tx: Tx,
    *,
    token_hash: bytes,
    position: int,
    letter: str | None,
    flagged: bool,
    place: str,
    counter: int,
) -> Saved:
    """Append a response revision with its event; a repeated save gives its first receipt again.

    `letter` is the option as shown on this candidate's paper, None for blank. Raises
    SignInNeeded, SittingUnknown, SittingClosed, TooLate, NotYourPlace, NotYourItem, AnswerStale,
    ChoiceInvalid.
    """
    candidate = persons.candidate_key(tx, token_hash)
    if candidate is None:
        raise SignInNeeded
    found = store.with_answer(tx, candidate.registration_id, position)
    if found is None:
        raise SittingUnknown
    sitting, stored = found
    paper = paper_of(tx, sitting.id)
    item = paper.at(position)
    choice = item.option_at(letter) if letter else None
    if letter and choice is None:
        raise ChoiceInvalid
    incoming = Incoming(
        position=position, choice=choice, flagged=flagged, place=place, counter=counter
    )
    if stored is None and choice is None and not flagged:
        sitting.check_open(tx.at)
        sitting.check_place(place)
        saved = Revision(0, position, None, 0, micros(tx.at), 0, b"")
    elif sitting.accept(incoming, stored, tx.at):
        saved = _append(tx, sitting, incoming, item.version, candidate.sealer)
    else:
        assert stored is not None  # noqa: S101 - what was sent again was stored
        saved = store.revision(tx, sitting.id, stored.revision)
    return _told(tx, sitting, saved, counter, len(paper.items))


def paper_of(tx: Tx, sitting_id: bytes) -> Paper:
    """A sitting's paper; it never changes, so it is kept in memory once read."""
    paper = _papers.get(sitting_id)
    if paper is None:
        paper = papers.from_bytes(assembly.paper(tx, sitting_id).body)
        if len(_papers) >= PAPERS_KEPT:
            _papers.clear()
        _papers[sitting_id] = paper
    return paper


def _append(tx: Tx, sitting: Sitting, incoming: Incoming, version: str, sealer: Sealer) -> Revision:
    number = store.last_revision(tx, sitting.id) + 1
    event = AnswerCleared if incoming.choice is None else AnswerSaved
    entry = record(
        tx,
        event(
            item=version,
            answer={
                "choice": incoming.choice,
                "flagged": incoming.flagged,
                "position": incoming.position,
                "revision": number,
            },
        ),
        session=sitting.exam_session_id,
        handle=sitting.handle,
        sealer=sealer,
    )
    revision = Revision(
        number,
        incoming.position,
        incoming.choice,
        int(incoming.flagged),
        micros(tx.at),
        entry.k,
        entry.leaf_hash,
    )
    store.insert_response(tx, sitting.id, incoming, revision)
    return revision


def _told(tx: Tx, sitting: Sitting, saved: Revision, counter: int, items: int) -> Saved:
    answered, flagged = store.counts(tx, sitting.id)
    return Saved(
        at=from_micros(saved.at),
        revision=saved.revision,
        handle=sitting.handle,
        k=saved.k,
        leaf_hash=saved.leaf_hash,
        counter=counter + 1,
        left_seconds=sitting.left_seconds(tx.at),
        answered=answered,
        flagged=flagged,
        blank=items - answered,
    )
