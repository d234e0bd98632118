"""The only reader of share links and correction requests. All rows are appended."""

from datetime import datetime

import msgspec

from kernel.clock import from_micros, micros
from kernel.database import Tx


class Share(msgspec.Struct, frozen=True):
    """A link that shows a score until it expires or is ended; its token is nowhere stored."""

    id: bytes
    certificate_id: bytes
    at: datetime
    expires_at: datetime
    ended_at: datetime | None

    def open_at(self, moment: datetime) -> bool:
        """Whether the link shows anything at a moment."""
        return self.ended_at is None and moment < self.expires_at


class Correction(msgspec.Struct, frozen=True):
    """A request of the holder, and its answer where there is one; both texts are sealed."""

    id: bytes
    certificate_id: bytes
    sealed: bytes
    at: datetime
    accepted: bool | None
    answer: bytes | None
    answered_at: datetime | None


_SHARES = (
    "SELECT s.id, s.certificate_id, s.at, s.expires_at, e.at FROM certificate_share s"
    " LEFT JOIN certificate_share_end e ON e.share_id = s.id"
)
_CORRECTIONS = (
    "SELECT c.id, c.certificate_id, c.sealed, c.at, a.accepted, a.sealed, a.at"
    " FROM certificate_correction c"
    " LEFT JOIN correction_answer a ON a.correction_id = c.id"
)


def insert_share(tx: Tx, new: Share, token_hash: bytes) -> None:
    tx.run(
        "INSERT INTO certificate_share (id, certificate_id, token_hash, at, expires_at)"
        " VALUES (?, ?, ?, ?, ?)",
        new.id,
        new.certificate_id,
        token_hash,
        micros(new.at),
        micros(new.expires_at),
    )


def insert_share_end(tx: Tx, share_id: bytes) -> None:
    tx.run(
        "INSERT INTO certificate_share_end (share_id, at) VALUES (?, ?)", share_id, micros(tx.at)
    )


def share(tx: Tx, share_id: bytes) -> Share | None:
    return _share(tx.one(f"{_SHARES} WHERE s.id = ?", share_id))


def share_of_token(tx: Tx, token_hash: bytes) -> Share | None:
    return _share(tx.one(f"{_SHARES} WHERE s.token_hash = ?", token_hash))


def shares(tx: Tx, certificate_id: bytes) -> list[Share]:
    """Every link of a certificate, newest first."""
    rows = tx.run(f"{_SHARES} WHERE s.certificate_id = ? ORDER BY s.at DESC, s.id", certificate_id)
    return [found for row in rows if (found := _share(row))]


def _share(row: tuple[object, ...] | None) -> Share | None:
    if row is None:
        return None
    own, certificate_id, at, until, ended = row
    return Share(
        own,  # type: ignore[arg-type] # columns of known types
        certificate_id,  # type: ignore[arg-type] # as above
        from_micros(at),  # type: ignore[arg-type] # as above
        from_micros(until),  # type: ignore[arg-type] # as above
        None if ended is None else from_micros(ended),  # type: ignore[arg-type] # as above
    )


def insert_correction(tx: Tx, correction_id: bytes, certificate_id: bytes, sealed: bytes) -> None:
    tx.run(
        "INSERT INTO certificate_correction (id, certificate_id, sealed, at) VALUES (?, ?, ?, ?)",
        correction_id,
        certificate_id,
        sealed,
        micros(tx.at),
    )


def insert_answer(
    tx: Tx, correction_id: bytes, *, account_id: bytes, accepted: bool, sealed: bytes
) -> None:
    tx.run(
        "INSERT INTO correction_answer"
        " (correction_id, account_id, accepted, sealed, at) VALUES (?, ?, ?, ?, ?)",
        correction_id,
        account_id,
        int(accepted),
        sealed,
        micros(tx.at),
    )


def correction(tx: Tx, correction_id: bytes) -> Correction | None:
    rows = _corrections(tx, "c.id = ?", correction_id)
    return rows[0] if rows else None


def corrections(tx: Tx, certificate_id: bytes) -> list[Correction]:
    """Every request about a certificate, oldest first."""
    return _corrections(tx, "c.certificate_id = ?", certificate_id)


def _corrections(tx: Tx, where: str, value: bytes) -> list[Correction]:
    rows = tx.run(f"{_CORRECTIONS} WHERE {where} ORDER BY c.at, c.id", value)
    return [
        Correction(
            own,
            certificate_id,
            sealed,
            from_micros(at),
            None if accepted is None else bool(accepted),
            answer,
            None if answered is None else from_micros(answered),
        )
        for own, certificate_id, sealed, at, accepted, answer, answered in rows
    ]


def waiting(tx: Tx) -> list[Correction]:
    """Every request without an answer, oldest first."""
    rows = tx.run(
        "SELECT c.id FROM certificate_correction c"
        " LEFT JOIN correction_answer a ON a.correction_id = c.id"
        " WHERE a.correction_id IS NULL ORDER BY c.at, c.id"
    )
    return [found for (own,) in rows if (found := correction(tx, own))]
