"""The only reader of results and decisions."""

import msgspec

from exam_engine.errors import ResultUnknown
from exam_engine.outcomes import result as results
from kernel.clock import micros
from kernel.database import Tx
from kernel.sealed import SealBroken, Sealer
from people import store as persons


class StoredResult(msgspec.Struct, frozen=True, kw_only=True):
    """A result that was opened and whose signature was checked."""

    sitting_id: bytes
    version: int
    digest: bytes
    outcome: str
    document: bytes


class Decided(msgspec.Struct, frozen=True):
    """What the board decided on one sitting."""

    sitting_id: bytes
    decision_id: bytes
    number: str
    result_digest: bytes
    outcome: str
    at: int
    account_id: bytes


def insert_result(tx: Tx, new: StoredResult, signed: bytes, person_id: bytes) -> None:
    sealed = persons.sealer(tx, person_id).seal(signed, new.sitting_id)
    tx.run(
        "INSERT INTO result (sitting_id, version, digest, sealed, outcome, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        new.sitting_id,
        new.version,
        new.digest,
        sealed,
        new.outcome,
        micros(tx.at),
    )


def newest_result(tx: Tx, sitting_id: bytes, person_id: bytes) -> StoredResult:
    """The newest result of a sitting; raises ResultUnknown, ResultAltered, PersonErased."""
    row = tx.one(
        "SELECT version, digest, sealed, outcome FROM result WHERE sitting_id = ?"
        " ORDER BY version DESC LIMIT 1",
        sitting_id,
    )
    if row is None:
        raise ResultUnknown
    version, digest, sealed, outcome = row
    signed = persons.sealer(tx, person_id).open(sealed, sitting_id)
    document = results.verify(signed, tx.keys.verify_key("result"))
    return StoredResult(
        sitting_id=sitting_id, version=version, digest=digest, outcome=outcome, document=document
    )


def newest_digest(tx: Tx, sitting_id: bytes) -> bytes | None:
    """Digest of the newest result, None without one; opens nothing."""
    row = tx.one(
        "SELECT digest FROM result WHERE sitting_id = ? ORDER BY version DESC LIMIT 1", sitting_id
    )
    return row[0] if row else None


def last_version(tx: Tx, sitting_id: bytes) -> int:
    row = tx.one("SELECT COALESCE(MAX(version), 0) FROM result WHERE sitting_id = ?", sitting_id)
    return int(row[0]) if row else 0


def insert_decision(
    tx: Tx, decision_id: bytes, *, session_id: bytes, number: str, minutes: str, account_id: bytes
) -> None:
    tx.run(
        "INSERT INTO decision (id, exam_session_id, number, minutes, account_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        decision_id,
        session_id,
        number,
        minutes,
        account_id,
        micros(tx.at),
    )


def insert_row(
    tx: Tx, decision_id: bytes, *, sitting_id: bytes, result_digest: bytes, outcome: str
) -> None:
    tx.run(
        "INSERT INTO decision_row (sitting_id, decision_id, result_digest, outcome)"
        " VALUES (?, ?, ?, ?)",
        sitting_id,
        decision_id,
        result_digest,
        outcome,
    )


def decision_count(tx: Tx, session_id: bytes) -> int:
    row = tx.one("SELECT COUNT(*) FROM decision WHERE exam_session_id = ?", session_id)
    return int(row[0]) if row else 0


def undecided(tx: Tx, session_id: bytes) -> list[tuple[bytes, bytes]]:
    """Ended sittings that have a complete result and no decision, and whose, by seat.

    While marks of the newest result are pending, there is nothing to decide on.
    """
    rows = tx.run(
        "SELECT s.id, s.person_id FROM sitting s JOIN registration g ON g.id = s.registration_id"
        " WHERE s.exam_session_id = ? AND s.state NOT IN ('active', 'paused')"
        " AND EXISTS (SELECT 1 FROM result r WHERE r.sitting_id = s.id AND r.outcome <> 'pending'"
        " AND r.version = (SELECT MAX(n.version) FROM result n WHERE n.sitting_id = s.id))"
        " AND NOT EXISTS (SELECT 1 FROM decision_row d WHERE d.sitting_id = s.id)"
        " ORDER BY g.seat",
        session_id,
    )
    return [(row[0], row[1]) for row in rows]


_DECIDED = (
    "SELECT r.sitting_id, d.id, d.number, r.result_digest, r.outcome, d.at, d.account_id"
    " FROM decision_row r JOIN decision d ON d.id = r.decision_id"
)


def decided(tx: Tx, session_id: bytes) -> dict[bytes, Decided]:
    """Decisions of a session by sitting."""
    rows = tx.run(f"{_DECIDED} WHERE d.exam_session_id = ?", session_id)
    return {row[0]: Decided(*row) for row in rows}


def decision_of(tx: Tx, sitting_id: bytes) -> Decided | None:
    """The decision on one sitting."""
    row = tx.one(f"{_DECIDED} WHERE r.sitting_id = ?", sitting_id)
    return Decided(*row) if row else None


def signed_results(tx: Tx, sitting_id: bytes, person_id: bytes) -> list[bytes]:
    """Every result version of a sitting as it was signed, oldest first; signatures unchecked.

    Empty bytes stand for one whose seal is broken.
    """
    sealer = persons.sealer(tx, person_id)
    rows = tx.run("SELECT sealed FROM result WHERE sitting_id = ? ORDER BY version", sitting_id)
    return [_opened(sealer, row[0], sitting_id) for row in rows]


def _opened(sealer: Sealer, sealed: bytes, sitting_id: bytes) -> bytes:
    try:
        return sealer.open(sealed, sitting_id)
    except SealBroken:
        return b""


def result_columns(tx: Tx, sitting_id: bytes) -> list[tuple[bytes, str]]:
    """Digest and outcome of every result version as their columns state them, oldest first."""
    rows = tx.run(
        "SELECT digest, outcome FROM result WHERE sitting_id = ? ORDER BY version", sitting_id
    )
    return [(row[0], row[1]) for row in rows]


def competent_sittings(tx: Tx) -> list[bytes]:
    """Every sitting decided as competent, in the order of the decisions."""
    rows = tx.run(
        "SELECT r.sitting_id FROM decision_row r JOIN decision d ON d.id = r.decision_id"
        " JOIN sitting s ON s.id = r.sitting_id JOIN registration g ON g.id = s.registration_id"
        " WHERE r.outcome = 'competent' ORDER BY d.at, d.number, g.seat"
    )
    return [row[0] for row in rows]


def competent_in(tx: Tx, session_id: bytes) -> int:
    """How many sittings of a session were decided as competent."""
    row = tx.one(
        "SELECT COUNT(*) FROM decision_row r JOIN decision d ON d.id = r.decision_id"
        " WHERE d.exam_session_id = ? AND r.outcome = 'competent'",
        session_id,
    )
    return int(row[0]) if row else 0


class Minutes(msgspec.Struct, frozen=True):
    """A decision's minutes, who made it, and when."""

    minutes: str
    signatory: str
    at: int


def last_decision(tx: Tx, session_id: bytes) -> Minutes | None:
    """The newest decision of a session, None before the first."""
    row = tx.one(
        "SELECT minutes, account_id, at FROM decision WHERE exam_session_id = ?"
        " ORDER BY at DESC LIMIT 1",
        session_id,
    )
    return Minutes(row[0], persons.person_of_account(tx, row[1]).name, row[2]) if row else None
