"""The only reader of scheme versions."""

from exam_engine.errors import SchemeUnknown
from exam_engine.schemes.scheme import Scheme, from_bytes
from kernel.clock import micros
from kernel.database import Tx


def insert(tx: Tx, digest: bytes, scheme: Scheme, body: bytes) -> None:
    tx.run(
        "INSERT INTO scheme_version (digest, code, version, body, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        digest,
        scheme.code,
        scheme.version,
        body,
        micros(tx.at),
    )


def exists(tx: Tx, digest: bytes) -> bool:
    return tx.one("SELECT 1 FROM scheme_version WHERE digest = ?", digest) is not None


def scheme(tx: Tx, digest: bytes) -> Scheme:
    """A scheme version; raises SchemeUnknown."""
    return from_bytes(body(tx, digest))


def body(tx: Tx, digest: bytes) -> bytes:
    """A scheme version as it is stored; raises SchemeUnknown."""
    row = tx.one("SELECT body FROM scheme_version WHERE digest = ?", digest)
    if row is None:
        raise SchemeUnknown
    stored: bytes = row[0]
    return stored


def schemes(tx: Tx) -> list[tuple[bytes, Scheme]]:
    """Every scheme version with its digest, newest version of a code first."""
    rows = tx.run("SELECT digest, body FROM scheme_version ORDER BY code, version DESC")
    return [(row[0], from_bytes(row[1])) for row in rows]
