"""The only reader of annotations: facts about item versions with the hash of their data."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from kernel import ids
from kernel.clock import micros
from kernel.database import Tx

MOST_MARKS = 400


class Kind(StrEnum):
    """What an annotation says."""

    STATISTICS = "statistics"
    ANGOFF = "angoff"
    CAUSE = "cause"


class Annotation(msgspec.Struct, frozen=True):
    """One fact: of which version, what kind, from which data, its canonical bytes, when."""

    version: bytes
    kind: Kind
    data: bytes
    body: bytes
    at: int


def append(tx: Tx, made: Iterable[tuple[bytes, Kind, bytes, bytes]], account_id: bytes) -> None:
    """Append facts (version, kind, hash of the data, body) in one account's name.

    A fact that is there already from the same data is left as it is.
    """
    tx.run_many(
        "INSERT INTO item_annotation (id, version, kind, data, body, account_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (version, kind, data) DO NOTHING",
        [
            (ids.new_id(), version, str(kind), data, body, account_id, micros(tx.at))
            for version, kind, data, body in made
        ],
    )


def of_version(tx: Tx, version: bytes, kind: Kind) -> list[Annotation]:
    """Every fact of a kind on a version, newest first."""
    rows = tx.run(
        "SELECT version, kind, data, body, at FROM item_annotation WHERE version = ? AND kind = ?"
        " ORDER BY at DESC, id DESC",
        version,
        str(kind),
    )
    return [Annotation(row[0], Kind(row[1]), *row[2:]) for row in rows]


def of_data(
    tx: Tx, data: bytes, bank_id: bytes, *, after: str, limit: int
) -> list[tuple[str, bytes, Annotation]]:
    """Facts from one set of data on a bank's items: the item's code and id, and the fact.

    In the order of the codes, from the first beyond `after`.
    """
    rows = tx.run(
        "SELECT i.external_id, i.id, a.version, a.kind, a.data, a.body, a.at"
        " FROM item_annotation a JOIN item_version v ON v.digest = a.version"
        " JOIN item i ON i.id = v.item_id"
        " WHERE a.data = ? AND i.bank_id = ? AND i.external_id > ?"
        " ORDER BY i.external_id, v.number LIMIT ?",
        data,
        bank_id,
        after,
        limit,
    )
    return [(r[0], r[1], Annotation(r[2], Kind(r[3]), *r[4:])) for r in rows]


class Use(msgspec.Struct, frozen=True):
    """In how many ended exam sessions an item was drawn, and on how many papers."""

    sessions: int = 0
    papers: int = 0


def add_uses(tx: Tx, session: bytes, papers: Mapping[bytes, int]) -> None:
    """Keep on how many papers of a session each version was; what is known stays."""
    tx.run_many(
        "INSERT INTO item_use (version, session, papers, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (version, session) DO NOTHING",
        [(version, session, count, micros(tx.at)) for version, count in sorted(papers.items())],
    )


def counted_sessions(tx: Tx) -> frozenset[bytes]:
    """The sessions whose papers were counted."""
    return frozenset(row[0] for row in tx.run("SELECT DISTINCT session FROM item_use"))


def uses(tx: Tx, item_ids: Iterable[bytes]) -> dict[bytes, Use]:
    """How often each of a few items was drawn, over all its versions; those never drawn lack."""
    wanted = list(item_ids)
    rows = tx.run(
        "SELECT v.item_id, COUNT(DISTINCT u.session), SUM(u.papers) FROM item_version v"
        " JOIN item_use u ON u.version = v.digest"
        f" WHERE v.item_id IN ({', '.join('?' for _ in wanted) or 'NULL'}) GROUP BY v.item_id",
        *wanted,
    )
    return {row[0]: Use(int(row[1]), int(row[2])) for row in rows}


def newest(tx: Tx, versions: Iterable[bytes], kind: Kind) -> dict[bytes, Annotation]:
    """The newest fact of a kind on each of the versions that has one."""
    found: dict[bytes, Annotation] = {}
    wanted = list(versions)
    for start in range(0, len(wanted), MOST_MARKS):
        chunk = wanted[start : start + MOST_MARKS]
        rows = tx.run(
            "SELECT version, kind, data, body, at FROM item_annotation WHERE kind = ?"
            f" AND version IN ({', '.join('?' for _ in chunk)}) ORDER BY at, id",
            str(kind),
            *chunk,
        )
        found |= {row[0]: Annotation(row[0], Kind(row[1]), *row[2:]) for row in rows}
    return found
