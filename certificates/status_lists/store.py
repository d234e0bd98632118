"""The only reader of status places and of the lists as they were published."""

from datetime import datetime

import msgspec

from certificates.document import StatusPlace
from kernel.clock import from_micros, micros
from kernel.database import Tx


class Published(msgspec.Struct, frozen=True):
    """A list as it was signed."""

    version: int
    document: bytes
    at: datetime


def newest_number(tx: Tx) -> tuple[int, int]:
    """The number of the list that takes new certificates, and how many it has."""
    row = tx.one("SELECT list, COUNT(*) FROM status_place GROUP BY list ORDER BY list DESC LIMIT 1")
    return (int(row[0]), int(row[1])) if row else (1, 0)


def numbers(tx: Tx) -> list[int]:
    """Every list that has a certificate."""
    return [row[0] for row in tx.run("SELECT DISTINCT list FROM status_place ORDER BY list")]


def is_taken(tx: Tx, place: StatusPlace) -> bool:
    return (
        tx.one("SELECT 1 FROM status_place WHERE list = ? AND place = ?", place.number, place.index)
        is not None
    )


def insert_place(tx: Tx, certificate_id: bytes, place: StatusPlace) -> None:
    tx.run(
        "INSERT INTO status_place (certificate_id, list, place) VALUES (?, ?, ?)",
        certificate_id,
        place.number,
        place.index,
    )


def place_of(tx: Tx, certificate_id: bytes) -> StatusPlace | None:
    row = tx.one("SELECT list, place FROM status_place WHERE certificate_id = ?", certificate_id)
    return StatusPlace(*row) if row else None


def touched(tx: Tx, number: int) -> list[tuple[bytes, int]]:
    """Id and place of a list's certificates that something may have happened to.

    A changed status, or a sitting with a second result; everything else is valid or expired.
    """
    rows = tx.run(
        "SELECT certificate_id, place FROM status_place WHERE list = ? AND certificate_id IN ("
        "SELECT certificate_id FROM certificate_status UNION"
        " SELECT c.id FROM result r JOIN certificate c ON c.sitting_id = r.sitting_id"
        " WHERE r.version > 1) ORDER BY place",
        number,
    )
    return [(row[0], row[1]) for row in rows]


def newest(tx: Tx, purpose: str, number: int) -> Published | None:
    """The list as last signed."""
    row = tx.one(
        "SELECT version, document, at FROM status_list WHERE purpose = ? AND list = ?"
        " ORDER BY version DESC LIMIT 1",
        purpose,
        number,
    )
    return Published(row[0], row[1], from_micros(row[2])) if row else None


def insert_list(tx: Tx, purpose: str, number: int, new: Published) -> None:
    tx.run(
        "INSERT INTO status_list (purpose, list, version, document, at) VALUES (?, ?, ?, ?, ?)",
        purpose,
        number,
        new.version,
        new.document,
        micros(new.at),
    )
