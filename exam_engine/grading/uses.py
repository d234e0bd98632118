"""How often items are drawn: counted once a session has ended, and pushed to the banks."""

import json
from collections import Counter
from collections.abc import Mapping

from exam_engine.assembly import store
from exam_engine.grading.store import closed_sessions
from kernel.database import Database, Tx, emits_nothing
from question_banks.annotations import store as annotations


def push_uses(database: Database) -> int:
    """Count the papers of every ended session not counted yet; gives how many were counted.

    May be stopped anywhere and run again. For threads without an event loop.
    """
    waiting = database.read_sync(_uncounted)
    for session in waiting:
        papers = database.read_sync(_papers, session_id=session)
        database.write_sync(keep_uses, session_id=session, papers=papers)
    return len(waiting)


@emits_nothing("each paper was logged when it was drawn; this only counts them")
def keep_uses(tx: Tx, *, session_id: bytes, papers: Mapping[bytes, int]) -> None:
    """Keep on how many papers of a session each version was."""
    annotations.add_uses(tx, session_id, papers)


def _uncounted(tx: Tx) -> list[bytes]:
    counted = annotations.counted_sessions(tx)
    return [s for s in closed_sessions(tx) if s not in counted and store.has_papers(tx, s)]


def _papers(tx: Tx, *, session_id: bytes) -> dict[bytes, int]:
    return Counter(
        bytes.fromhex(item["version"])
        for body in store.papers_of_session(tx, session_id)
        for item in json.loads(body)["items"]
    )
