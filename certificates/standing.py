"""The status of one stored certificate, now."""

from certificates import store
from certificates.status import Status, derive
from certificates.store import Held
from exam_engine.outcomes import store as outcomes
from kernel.database import Tx


def standing(tx: Tx, held: Held) -> Status:
    """Derive it from the certificate's history, the newest result and the clock; opens nothing."""
    return derive(
        store.history(tx, held.id),
        result_digest=held.result_digest,
        newest_result=outcomes.newest_digest(tx, held.sitting_id),
        valid_until=held.valid_until,
        at=tx.at,
    )
