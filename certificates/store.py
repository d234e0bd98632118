"""The only reader of the certificates' tables."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from certificates.claim import Claim
from certificates.claim import decode as decode_claim
from certificates.errors import CertificateUnknown
from kernel.canonical import b64, encode, unb64
from kernel.clock import from_micros, micros
from kernel.database import Tx
from people import store as persons
from people.errors import PersonErased

COLUMNS = (
    "id, number, person_id, exam_session_id, sitting_id, handle, result_digest, sealed, leaf_hash,"
    " issued_at, valid_until"
)
_HELD = "id, person_id, exam_session_id, sitting_id, result_digest, issued_at, valid_until"
_SIX_DIGITS = 999_999


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """An issued certificate, its sealed part opened."""

    id: bytes
    number: str
    person_id: bytes
    exam_session_id: bytes
    sitting_id: bytes
    handle: bytes
    result_digest: bytes
    claim: Claim
    credential: bytes
    code: str
    leaf_hash: bytes
    issued_at: datetime
    valid_until: datetime


class Pdf(msgspec.Struct, frozen=True):
    """Where a certificate's issued bytes lie."""

    blob: bytes
    sha256: bytes


class Override(msgspec.Struct, frozen=True):
    """A release without the witness quorum, and the leaf that tells of it."""

    reason: str
    account_id: bytes
    leaf_hash: bytes


class StatusChange(msgspec.Struct, frozen=True):
    """One change of status."""

    status: str
    reason: str
    at: datetime


class Held(msgspec.Struct, frozen=True):
    """What tells of a person's certificate whether it is in force; nothing sealed."""

    id: bytes
    person_id: bytes
    exam_session_id: bytes
    sitting_id: bytes
    result_digest: bytes
    issued_at: datetime
    valid_until: datetime


def next_number(tx: Tx, prefix: str) -> str:
    """The next certificate number under a prefix: `CTH-2026-000001`.

    Numbers have no gap. Up to the millionth the last one is found by its index; from there on texts
    sort in another way than numbers, and all are counted.
    """
    row = tx.one(
        "SELECT MAX(number) FROM certificate WHERE number BETWEEN ? AND ?",
        f"{prefix}-000000",
        f"{prefix}-{_SIX_DIGITS}",
    )
    last = int(row[0].rpartition("-")[2]) if row and row[0] else 0
    if last == _SIX_DIGITS:
        row = tx.one("SELECT COUNT(*) FROM certificate WHERE number LIKE ?", f"{prefix}-%")
        last = int(row[0]) if row else last
    return f"{prefix}-{last + 1:06d}"


def insert(tx: Tx, new: Certificate, claim: bytes, lookup: bytes) -> None:
    body = encode({"claim": b64(claim), "credential": b64(new.credential), "code": new.code})
    tx.run(
        f"INSERT INTO certificate ({COLUMNS}, code_lookup)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.number,
        new.person_id,
        new.exam_session_id,
        new.sitting_id,
        new.handle,
        new.result_digest,
        persons.sealer(tx, new.person_id).seal(body, new.id),
        new.leaf_hash,
        micros(new.issued_at),
        micros(new.valid_until),
        lookup,
    )


def of_sitting(tx: Tx, sitting_id: bytes) -> Certificate | None:
    """The newest certificate of a sitting."""
    return _find(tx, "sitting_id = ?", sitting_id)


def by_lookup(tx: Tx, lookup: bytes) -> Certificate | None:
    return _find(tx, "code_lookup = ?", lookup)


def of_handle(tx: Tx, handle: bytes) -> Certificate | None:
    """The newest certificate under a handle."""
    return _find(tx, "handle = ?", handle)


def ids_of_handle(tx: Tx, handle: bytes) -> list[bytes]:
    """Every certificate under a handle: more than one when it was issued anew."""
    rows = tx.run("SELECT id FROM certificate WHERE handle = ? ORDER BY number", handle)
    return [row[0] for row in rows]


def by_id(tx: Tx, certificate_id: bytes) -> Certificate | None:
    return _find(tx, "id = ?", certificate_id)


def by_number(tx: Tx, number: str) -> Certificate | None:
    row = tx.one("SELECT id FROM certificate WHERE number = ?", number)
    return by_id(tx, row[0]) if row else None


def by_pdf(tx: Tx, sha256: bytes) -> Certificate | None:
    """The certificate whose issued bytes have this hash."""
    row = tx.one("SELECT certificate_id FROM certificate_pdf WHERE sha256 = ?", sha256)
    return by_id(tx, row[0]) if row else None


def held(tx: Tx, certificate_id: bytes) -> Held:
    """What tells whether a certificate is in force; raises CertificateUnknown."""
    row = tx.one(f"SELECT {_HELD} FROM certificate WHERE id = ?", certificate_id)
    if row is None:
        raise CertificateUnknown
    return _held(row)


def held_by(tx: Tx, person_id: bytes) -> list[Held]:
    """A person's certificates, whether or not they can still be opened."""
    rows = tx.run(f"SELECT {_HELD} FROM certificate WHERE person_id = ? ORDER BY number", person_id)
    return [_held(row) for row in rows]


def ending(tx: Tx, after: datetime, until: datetime) -> list[Held]:
    """Certificates whose validity ends after one moment and not after another, soonest first."""
    rows = tx.run(
        f"SELECT {_HELD} FROM certificate WHERE valid_until > ? AND valid_until <= ?"
        " ORDER BY valid_until, number",
        micros(after),
        micros(until),
    )
    return [_held(row) for row in rows]


def _held(row: tuple[Any, ...]) -> Held:
    own, person, session, sitting, result, issued_at, valid_until = row
    return Held(
        own, person, session, sitting, result, from_micros(issued_at), from_micros(valid_until)
    )


def of_session(tx: Tx, session_id: bytes) -> list[Certificate]:
    """A session's certificates, without those whose holder was erased."""
    rows = tx.run(
        "SELECT id FROM certificate WHERE exam_session_id = ? ORDER BY number", session_id
    )
    found = []
    for (certificate_id,) in rows:
        with suppress(PersonErased):
            found.append(by_id(tx, certificate_id))
    return [certificate for certificate in found if certificate]


def issued_in(tx: Tx, session_id: bytes) -> tuple[int, int]:
    """How many sittings of a session have a certificate, and how many a printed one."""
    row = tx.one(
        "SELECT COUNT(DISTINCT c.sitting_id),"
        " COUNT(DISTINCT CASE WHEN p.certificate_id IS NULL THEN NULL ELSE c.sitting_id END)"
        " FROM certificate c LEFT JOIN certificate_pdf p ON p.certificate_id = c.id"
        " WHERE c.exam_session_id = ?",
        session_id,
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


def without_certificate(tx: Tx, sitting_ids: list[bytes]) -> list[bytes]:
    """Those of the sittings that have no certificate yet, in the same order."""
    have = {row[0] for row in tx.run("SELECT sitting_id FROM certificate")}
    return [sitting_id for sitting_id in sitting_ids if sitting_id not in have]


def without_pdf(tx: Tx) -> list[bytes]:
    """Certificates whose PDF is still to be made, oldest number first."""
    rows = tx.run(
        "SELECT c.id FROM certificate c LEFT JOIN certificate_pdf p ON p.certificate_id = c.id"
        " WHERE p.certificate_id IS NULL ORDER BY c.number"
    )
    return [row[0] for row in rows]


def insert_pdf(tx: Tx, certificate_id: bytes, pdf: Pdf) -> None:
    tx.run(
        "INSERT INTO certificate_pdf (certificate_id, blob, sha256, at) VALUES (?, ?, ?, ?)",
        certificate_id,
        pdf.blob,
        pdf.sha256,
        micros(tx.at),
    )


def pdf(tx: Tx, certificate_id: bytes) -> Pdf | None:
    row = tx.one(
        "SELECT blob, sha256 FROM certificate_pdf WHERE certificate_id = ?", certificate_id
    )
    return Pdf(*row) if row else None


def insert_override(tx: Tx, certificate_id: bytes, new: Override) -> None:
    tx.run(
        "INSERT INTO certificate_override (certificate_id, reason, account_id, leaf_hash, at)"
        " VALUES (?, ?, ?, ?, ?)",
        certificate_id,
        new.reason,
        new.account_id,
        new.leaf_hash,
        micros(tx.at),
    )


def override(tx: Tx, certificate_id: bytes) -> Override | None:
    """How the certificate was released without the witness quorum, None when it was not."""
    row = tx.one(
        "SELECT reason, account_id, leaf_hash FROM certificate_override WHERE certificate_id = ?",
        certificate_id,
    )
    return Override(*row) if row else None


def insert_status(
    tx: Tx, certificate_id: bytes, *, number: int, status: str, reason: str, account_id: bytes
) -> None:
    tx.run(
        "INSERT INTO certificate_status (certificate_id, number, status, reason, account_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        certificate_id,
        number,
        status,
        reason,
        account_id,
        micros(tx.at),
    )


def history(tx: Tx, certificate_id: bytes) -> list[StatusChange]:
    """Changes of status, oldest first."""
    rows = tx.run(
        "SELECT status, reason, at FROM certificate_status WHERE certificate_id = ?"
        " ORDER BY number",
        certificate_id,
    )
    return [StatusChange(status, reason, from_micros(at)) for status, reason, at in rows]


def _find(tx: Tx, where: str, value: bytes) -> Certificate | None:
    row = tx.one(
        f"SELECT {COLUMNS} FROM certificate WHERE {where} ORDER BY number DESC LIMIT 1", value
    )
    if row is None:
        return None
    sealed = persons.sealer(tx, row[2]).open(row[7], row[0])
    printed = msgspec.json.decode(sealed, type=dict[str, str])
    return Certificate(
        id=row[0],
        number=row[1],
        person_id=row[2],
        exam_session_id=row[3],
        sitting_id=row[4],
        handle=row[5],
        result_digest=row[6],
        claim=decode_claim(unb64(printed["claim"])),
        credential=unb64(printed["credential"]),
        code=printed["code"],
        leaf_hash=row[8],
        issued_at=from_micros(row[9]),
        valid_until=from_micros(row[10]),
    )


def insert_replacement(tx: Tx, certificate_id: bytes, new_id: bytes) -> None:
    tx.run(
        "INSERT INTO certificate_replacement (certificate_id, new_id, at) VALUES (?, ?, ?)",
        certificate_id,
        new_id,
        micros(tx.at),
    )


def replacement(tx: Tx, certificate_id: bytes) -> bytes | None:
    """The certificate that was issued in place of this one."""
    row = tx.one(
        "SELECT new_id FROM certificate_replacement WHERE certificate_id = ?", certificate_id
    )
    return row[0] if row else None


def insert_issuer_key(tx: Tx, key: bytes) -> None:
    tx.run("INSERT INTO issuer_key (key, at) VALUES (?, ?)", key, micros(tx.at))


def issuer_keys(tx: Tx) -> list[tuple[bytes, datetime]]:
    """Public keys and since when, oldest first."""
    rows = tx.run("SELECT key, at FROM issuer_key ORDER BY at, key")
    return [(bytes(key), from_micros(at)) for key, at in rows]


def numbers(tx: Tx) -> list[tuple[bytes, str]]:
    """Id and number of every certificate."""
    return [
        (row[0], row[1]) for row in tx.run("SELECT id, number FROM certificate ORDER BY number")
    ]
