"""Saving an answer: the hot path. One job, a handful of statements, acknowledged after COMMIT."""

from datetime import datetime
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.log import record
from exam_engine.assembly import paper as papers
from exam_engine.assembly import store as assembly
from exam_engine.assembly.paper import Paper
from exam_engine.delivery import receipts, store
from exam_engine.delivery.sitting import Incoming, Sitting, Stored
from exam_engine.delivery.store import Revision, Tally
from exam_engine.errors import SittingUnknown
from exam_engine.events import AnswerCleared, AnswerSaved
from kernel.clock import from_micros, micros, stamp
from kernel.database import Tx, emits
from kernel.sealed import Sealer
from people import store as persons
from people.errors import SignInNeeded
from question_banks.errors import ChoiceInvalid

SITTINGS_KEPT = 4096

T = TypeVar("T")

_papers: dict[bytes, Paper] = {}
_tallies: dict[bytes, Tally] = {}


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
        position=position,
        choice=choice,
        flagged=flagged,
        place=place,
        counter=counter,
        sign_in=token_hash,
    )
    tally = _tally(tx, sitting.id)
    if stored is None and choice is None and not flagged:
        sitting.check_open(tx.at)
        sitting.check_place(place, token_hash)
        saved = Revision(0, position, None, 0, micros(tx.at), 0, b"")
    elif sitting.accept(incoming, stored, tx.at):
        saved = _append(
            tx, sitting, incoming,
            version=item.version, sealer=candidate.sealer, number=tally.revision + 1,
        )  # fmt: skip
        tally = _counted(tally, stored, incoming, saved)
        _keep(_tallies, sitting.id, tally)
    else:
        assert stored is not None  # noqa: S101 - what was sent again was stored
        saved = store.revision(tx, sitting.id, stored.revision)
    return _told(tx, sitting, saved, tally, items=len(paper.items), counter=counter)


def paper_of(tx: Tx, sitting_id: bytes) -> Paper:
    """A sitting's paper; it never changes, so it is kept in memory once read."""
    paper = _papers.get(sitting_id)
    if paper is None:
        paper = papers.from_bytes(assembly.paper(tx, sitting_id).body)
        _keep(_papers, sitting_id, paper)
    return paper


def _tally(tx: Tx, sitting_id: bytes) -> Tally:
    """The counts of a sitting; counted anew only when its newest revision is not the one kept.

    The leaf hash tells: it is fresh for each revision, so what was rolled back never fits.
    """
    revision, leaf_hash = store.last_response(tx, sitting_id)
    tally = _tallies.get(sitting_id)
    if tally is None or tally.leaf_hash != leaf_hash:
        tally = Tally(revision, leaf_hash, *store.counts(tx, sitting_id))
    return tally


def _keep(kept: dict[bytes, T], sitting_id: bytes, value: T) -> None:
    if len(kept) >= SITTINGS_KEPT:
        kept.clear()
    kept[sitting_id] = value


def _append(
    tx: Tx, sitting: Sitting, incoming: Incoming, *, version: str, sealer: Sealer, number: int
) -> Revision:
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


def _counted(before: Tally, stored: Stored | None, new: Incoming, made: Revision) -> Tally:
    """The counts after a save, by what it put in whose place."""
    answered = stored is not None and stored.choice is not None
    flagged = stored is not None and stored.flagged
    return Tally(
        made.revision,
        made.leaf_hash,
        before.answered + (new.choice is not None) - answered,
        before.flagged + new.flagged - flagged,
    )


def _told(
    tx: Tx, sitting: Sitting, saved: Revision, tally: Tally, *, items: int, counter: int
) -> Saved:
    return Saved(
        at=from_micros(saved.at),
        revision=saved.revision,
        handle=sitting.handle,
        k=saved.k,
        leaf_hash=saved.leaf_hash,
        counter=counter + 1,
        left_seconds=sitting.left_seconds(tx.at),
        answered=tally.answered,
        flagged=tally.flagged,
        blank=items - tally.answered,
    )
