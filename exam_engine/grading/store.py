"""Reading which sittings may be analysed."""

from kernel.database import Tx


def closed_sessions(tx: Tx) -> list[bytes]:
    """Closed sessions, oldest first."""
    rows = tx.run("SELECT id FROM exam_session WHERE state = 'closed' ORDER BY number")
    return [row[0] for row in rows]


def scheme_of(tx: Tx, session_id: bytes) -> bytes:
    """Digest of a session's scheme version; raises IndexError for no session."""
    digest: bytes = tx.run("SELECT scheme FROM exam_session WHERE id = ?", session_id)[0][0]
    return digest


def ended(tx: Tx, session_id: bytes) -> list[bytes]:
    """Ended sittings of a session."""
    rows = tx.run(
        "SELECT id FROM sitting WHERE exam_session_id = ?"
        " AND state NOT IN ('active', 'paused') ORDER BY id",
        session_id,
    )
    return [row[0] for row in rows]
