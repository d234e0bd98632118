"""Columns that only repeat what the evidence says, and are trusted for speed: do they repeat it?

Newest answers, a sitting's state, a result's digest and outcome, and the board's decision.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from exam_engine.delivery import store as delivery
from exam_engine.delivery.sitting import SittingState
from exam_engine.delivery.store import Revision
from exam_engine.delivery.time_ledger import Ledger
from exam_engine.evidence import Evidence, OpenedEvent
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store as outcomes
from exam_engine.replay import ENDS
from kernel.database import Tx

SECOND: Final = timedelta(seconds=1)  # sittings from before the ledger kept parts of one


def differences(tx: Tx, sitting_id: bytes, evidence: Evidence) -> Iterator[str]:
    """Every such column of one sitting that contradicts its evidence."""
    if not evidence.ended and any(event.type in ENDS for event in evidence.events):
        yield "state: active, but an event says that the sitting has ended"
    yield from _answers(tx, sitting_id, evidence.revisions)
    yield from _deadline(tx, sitting_id, evidence)
    yield from _results(tx, sitting_id, evidence)
    yield from _decision(tx, sitting_id, evidence)


def _answers(tx: Tx, sitting_id: bytes, revisions: list[Revision]) -> Iterator[str]:
    """The answer that is shown for an item is its newest response."""
    newest = {row.position: (row.choice, row.flagged) for row in revisions}
    shown = {
        position: (answer.choice, answer.flagged)
        for position, answer in delivery.answers(tx, sitting_id).items()
    }
    for position in sorted(newest.keys() | shown.keys()):
        if newest.get(position) != shown.get(position):
            yield f"answer (item {position}): differs from its newest response"


def _deadline(tx: Tx, sitting_id: bytes, evidence: Evidence) -> Iterator[str]:
    """Deadline and pause are what the time ledger gives."""
    sitting = delivery.sitting(tx, sitting_id)
    ledger = Ledger(tuple(entry for entry, _ in evidence.time))
    if ledger.entries and sitting.deadline - ledger.deadline() >= SECOND:
        yield "deadline: later than the time ledger gives"
    if not evidence.ended and ledger.paused != (sitting.state is SittingState.PAUSED):
        yield "state: differs from the time ledger"


def _results(tx: Tx, sitting_id: bytes, evidence: Evidence) -> Iterator[str]:
    columns = outcomes.result_columns(tx, sitting_id)
    for (digest, outcome), signed in zip(columns, evidence.signed_results, strict=True):
        try:
            document = results.verify(signed, evidence.result_key)
        except results.ResultAltered:
            continue  # the replay names it
        if digest != results.digest(document):
            yield "result: the digest column differs from the signed result"
        if outcome != results.read(document)["outcome"]:
            yield "result: the outcome column differs from the signed result"


def _decision(tx: Tx, sitting_id: bytes, evidence: Evidence) -> Iterator[str]:
    """The stored decision is the newest one that was logged."""
    logged = [_decided(event) for event in evidence.events if event.type == "decision.made"]
    row = outcomes.decided(tx, evidence.session).get(sitting_id)
    stored = (row.result_digest.hex(), row.outcome, row.number) if row else None
    if stored != (logged[-1] if logged else None):
        yield "decision: differs from decision.made"


def _decided(event: OpenedEvent) -> tuple[str, str, str]:
    values = event.values
    return values.get("digest", ""), values.get("outcome", ""), values.get("decision", "")
