"""The only reader of designs. All rows are appended."""

from datetime import datetime
from typing import Any

import msgspec

from certificates.designs.design import Design, Look, decode, encode
from certificates.designs.errors import DesignUnknown
from kernel.clock import from_micros, micros
from kernel.database import Tx


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an agency's design, who wrote and who approved it."""

    id: bytes
    agency_id: bytes
    number: int
    design: Design
    digest: bytes
    account_id: bytes
    at: datetime
    approved_by: bytes | None
    approved_at: datetime | None


_SELECT = (
    "SELECT d.id, d.agency_id, d.number, d.document, d.digest, d.account_id, d.at,"
    " a.account_id, a.at FROM certificate_design d"
    " LEFT JOIN design_approval a ON a.design_id = d.id"
)


def _version(row: tuple[Any, ...]) -> Version:
    return Version(
        id=row[0],
        agency_id=row[1],
        number=row[2],
        design=decode(bytes(row[3])),
        digest=row[4],
        account_id=row[5],
        at=from_micros(row[6]),
        approved_by=row[7],
        approved_at=from_micros(row[8]) if row[8] else None,
    )


def insert(tx: Tx, new: Version) -> None:
    tx.run(
        "INSERT INTO certificate_design (id, agency_id, number, document, digest, account_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.agency_id,
        new.number,
        encode(new.design),
        new.digest,
        new.account_id,
        micros(new.at),
    )


def insert_logo(tx: Tx, agency_id: bytes, hashed: bytes, picture: bytes) -> None:
    """Keep an agency's picture under its digest; one that is there already is left alone."""
    tx.run(
        "INSERT INTO design_logo (agency_id, digest, picture, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (agency_id, digest) DO NOTHING",
        agency_id,
        hashed,
        picture,
        micros(tx.at),
    )


def insert_approval(tx: Tx, design_id: bytes, account_id: bytes, report: bytes) -> None:
    tx.run(
        "INSERT INTO design_approval (design_id, account_id, report, at) VALUES (?, ?, ?, ?)",
        design_id,
        account_id,
        report,
        micros(tx.at),
    )


def versions(tx: Tx, agency_id: bytes) -> list[Version]:
    """An agency's versions, newest first."""
    rows = tx.run(f"{_SELECT} WHERE d.agency_id = ? ORDER BY d.number DESC", agency_id)
    return [_version(row) for row in rows]


def version(tx: Tx, design_id: bytes) -> Version:
    """One version; raises DesignUnknown."""
    row = tx.one(f"{_SELECT} WHERE d.id = ?", design_id)
    if row is None:
        raise DesignUnknown
    return _version(row)


def in_use(tx: Tx, agency_id: bytes) -> Version | None:
    """The version that was approved last; None while an agency has approved none."""
    row = tx.one(
        f"{_SELECT} WHERE d.agency_id = ? AND a.at IS NOT NULL"
        " ORDER BY a.at DESC, d.number DESC LIMIT 1",
        agency_id,
    )
    return _version(row) if row else None


def look(tx: Tx, hashed: bytes) -> Look:
    """What prints a design, by its digest; raises DesignUnknown."""
    row = tx.one(
        "SELECT agency_id, document FROM certificate_design WHERE digest = ? LIMIT 1", hashed
    )
    if row is None:
        raise DesignUnknown
    return look_of(tx, row[0], decode(bytes(row[1])))


def look_of(tx: Tx, agency_id: bytes, design: Design) -> Look:
    """A design of an agency with its logo; raises DesignUnknown when the agency has no such."""
    if not design.logo:
        return Look(design)
    row = tx.one(
        "SELECT picture FROM design_logo WHERE agency_id = ? AND digest = ?",
        agency_id,
        bytes.fromhex(design.logo),
    )
    if row is None:
        raise DesignUnknown
    return Look(design, bytes(row[0]))
