"""The only reader of ZIPs to fetch. All rows are appended; the files go after their time."""

from datetime import datetime
from typing import Any

import msgspec

from kernel import ids
from kernel.clock import from_micros, micros
from kernel.database import Tx


class Part(msgspec.Struct, frozen=True):
    """One finished ZIP: its number from 1, where it lies, how many it holds, the last's number."""

    number: int
    blob: bytes
    count: int
    size: int
    last: str


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A request for an agency's certificates: those numbered up to `until`, `wanted` of them."""

    id: bytes
    agency_id: bytes
    until: str
    wanted: int
    at: datetime
    parts: tuple[Part, ...]
    ended: bool
    cleared: bool

    @property
    def done(self) -> int:
        """How many certificates lie in finished parts."""
        return sum(part.count for part in self.parts)


_SELECT = (
    "SELECT p.id, p.agency_id, p.until, p.wanted, p.at, e.at, c.at FROM certificate_pack p"
    " LEFT JOIN certificate_pack_end e ON e.pack_id = p.id"
    " LEFT JOIN certificate_pack_cleared c ON c.pack_id = p.id"
)


def insert(tx: Tx, agency_id: bytes, account_id: bytes, *, until: str, wanted: int) -> bytes:
    """Keep a request; gives its id."""
    own = ids.new_id()
    tx.run(
        "INSERT INTO certificate_pack (id, agency_id, account_id, until, wanted, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        own,
        agency_id,
        account_id,
        until,
        wanted,
        micros(tx.at),
    )
    return own


def insert_part(tx: Tx, pack_id: bytes, part: Part) -> None:
    tx.run(
        "INSERT INTO certificate_pack_part (pack_id, number, blob, count, size, last, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        pack_id,
        part.number,
        part.blob,
        part.count,
        part.size,
        part.last,
        micros(tx.at),
    )


def insert_end(tx: Tx, pack_id: bytes) -> None:
    tx.run("INSERT INTO certificate_pack_end (pack_id, at) VALUES (?, ?)", pack_id, micros(tx.at))


def insert_cleared(tx: Tx, pack_id: bytes) -> None:
    tx.run(
        "INSERT INTO certificate_pack_cleared (pack_id, at) VALUES (?, ?)", pack_id, micros(tx.at)
    )


def of_agency(tx: Tx, agency_id: bytes) -> list[Pack]:
    """An agency's requests whose files are still there, newest first."""
    rows = tx.run(f"{_SELECT} WHERE p.agency_id = ? AND c.at IS NULL ORDER BY p.at DESC", agency_id)
    return [_pack(tx, row) for row in rows]


def kept(tx: Tx) -> list[Pack]:
    """Every request whose files are still there or still to be made, oldest first."""
    return [_pack(tx, row) for row in tx.run(f"{_SELECT} WHERE c.at IS NULL ORDER BY p.at")]


def pack(tx: Tx, pack_id: bytes) -> Pack | None:
    row = tx.one(f"{_SELECT} WHERE p.id = ?", pack_id)
    return _pack(tx, row) if row else None


def printed_of_agency(tx: Tx, agency_id: bytes, after: str, until: str) -> list[tuple[bytes, str]]:
    """Id and number of an agency's printed certificates behind one number and up to another.

    Numbers are compared by length first, so that the millionth comes after the one before.
    """
    rows = tx.run(
        "SELECT c.id, c.number FROM certificate c"
        " JOIN certificate_pdf d ON d.certificate_id = c.id"
        " JOIN exam_session s ON s.id = c.exam_session_id"
        " WHERE s.agency_id = ? ORDER BY LENGTH(c.number), c.number",
        agency_id,
    )
    begin, end = _order(after), _order(until) if until else None
    return [
        (row[0], row[1])
        for row in rows
        if _order(row[1]) > begin and (end is None or _order(row[1]) <= end)
    ]


def _order(number: str) -> tuple[int, str]:
    return len(number), number


def _pack(tx: Tx, row: tuple[Any, ...]) -> Pack:
    parts = tx.run(
        "SELECT number, blob, count, size, last FROM certificate_pack_part WHERE pack_id = ?"
        " ORDER BY number",
        row[0],
    )
    return Pack(
        id=row[0],
        agency_id=row[1],
        until=row[2],
        wanted=row[3],
        at=from_micros(row[4]),
        parts=tuple(Part(*part) for part in parts),
        ended=row[5] is not None,
        cleared=row[6] is not None,
    )
