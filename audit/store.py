"""The only reader and writer of the log's tables; speaks bytes and numbers."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from audit.merkle import Node
from audit.tiles import TILE_WIDTH, Place
from kernel.database import Tx

CHUNK = 2048


class StoredCheckpoint(msgspec.Struct, frozen=True):
    """A published tree head as it lies in the table."""

    size: int
    root: bytes
    note: str
    signed_at: int


class StoredEntry(msgspec.Struct, frozen=True):
    """A leaf with its index and the hash stored beside it."""

    index: int
    leaf: bytes
    hash: bytes


def snapshot(tx: Tx) -> None:
    """Let every later statement of a reading transaction see one state; call it first."""
    if tx.engine == "postgresql":
        tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def add_to_outbox(tx: Tx, leaf: bytes) -> None:
    tx.run("INSERT INTO log_outbox (leaf) VALUES (?)", leaf)


def add_to_chain(tx: Tx, handle: bytes, k: int, leaf_hash: bytes) -> None:
    tx.run("INSERT INTO log_chain (handle, k, leaf_hash) VALUES (?, ?, ?)", handle, k, leaf_hash)


def add_opening(tx: Tx, leaf_hash: bytes, subject: bytes, sealed: bytes) -> None:
    tx.run(
        "INSERT INTO log_opening (leaf_hash, subject, sealed) VALUES (?, ?, ?)",
        leaf_hash,
        subject,
        sealed,
    )


def add_with_chain_and_opening(
    tx: Tx, leaf: bytes, leaf_hash: bytes, place: tuple[bytes, int], opening: tuple[bytes, bytes]
) -> None:
    """All that most deeds leave: one statement where the engine can, for it waits for each."""
    if tx.engine == "postgresql":
        tx.run(_ALL_THREE, leaf, *place, leaf_hash, leaf_hash, *opening)
        return
    add_to_outbox(tx, leaf)
    add_to_chain(tx, *place, leaf_hash)
    add_opening(tx, leaf_hash, *opening)


_ALL_THREE = (
    "WITH leaf AS (INSERT INTO log_outbox (leaf) VALUES (?)), place AS"
    " (INSERT INTO log_chain (handle, k, leaf_hash) VALUES (?, ?, ?))"
    " INSERT INTO log_opening (leaf_hash, subject, sealed) VALUES (?, ?, ?)"
)


def chain_end(tx: Tx, handle: bytes) -> tuple[int, bytes]:
    """The last place of a chain and its leaf hash; (0, b"") for a handle not yet used."""
    row = tx.one(
        "SELECT k, leaf_hash FROM log_chain WHERE handle = ? ORDER BY k DESC LIMIT 1", handle
    )
    return (row[0], row[1]) if row else (0, b"")


def chain_place(tx: Tx, handle: bytes, k: int) -> bytes | None:
    row = tx.one("SELECT leaf_hash FROM log_chain WHERE handle = ? AND k = ?", handle, k)
    return row[0] if row else None


def chain_leaves(tx: Tx, handle: bytes) -> list[tuple[bytes, bytes | None]]:
    """Leaf hashes of a chain in order, each with its leaf if that has been integrated."""
    return [
        (row[0], row[1])
        for row in tx.run(
            "SELECT c.leaf_hash, (SELECT e.leaf FROM log_entry e WHERE e.h = c.leaf_hash LIMIT 1)"
            " FROM log_chain c WHERE c.handle = ? ORDER BY c.k",
            handle,
        )
    ]


def chain_count(tx: Tx) -> int:
    return int(tx.run("SELECT count(*) FROM log_chain")[0][0])


def chain_not_integrated(tx: Tx) -> list[tuple[bytes, int, bytes]]:
    """Chain rows (handle, k, leaf hash) whose leaf is not in the log."""
    return [
        (row[0], row[1], row[2])
        for row in tx.run(
            "SELECT c.handle, c.k, c.leaf_hash FROM log_chain c WHERE NOT EXISTS"
            " (SELECT 1 FROM log_entry e WHERE e.h = c.leaf_hash) ORDER BY c.handle, c.k"
        )
    ]


def opening(tx: Tx, leaf_hash: bytes) -> tuple[bytes, bytes] | None:
    """Subject and sealed bytes of a leaf's opening."""
    row = tx.one("SELECT subject, sealed FROM log_opening WHERE leaf_hash = ?", leaf_hash)
    return (row[0], row[1]) if row else None


def openings_of_no_entry(tx: Tx) -> list[bytes]:
    """Leaf hashes of openings whose leaf is not in the log."""
    rows = tx.run(
        "SELECT o.leaf_hash FROM log_opening o WHERE NOT EXISTS"
        " (SELECT 1 FROM log_entry e WHERE e.h = o.leaf_hash) ORDER BY o.leaf_hash"
    )
    return [row[0] for row in rows]


def erase_openings(tx: Tx, subject: bytes) -> int:
    rows = tx.run("DELETE FROM log_opening WHERE subject = ? RETURNING leaf_hash", subject)
    return len(rows)


def waiting(tx: Tx) -> int:
    return int(tx.run("SELECT count(*) FROM log_outbox")[0][0])


def is_waiting(tx: Tx) -> bool:
    return tx.one("SELECT id FROM log_outbox LIMIT 1") is not None


def oldest_waiting(tx: Tx) -> bytes | None:
    row = tx.one("SELECT leaf FROM log_outbox ORDER BY id LIMIT 1")
    return row[0] if row else None


def waiting_leaves(tx: Tx) -> list[bytes]:
    return [row[0] for row in tx.run("SELECT leaf FROM log_outbox ORDER BY id")]


def take_from_outbox(tx: Tx, limit: int) -> list[bytes]:
    """Remove the oldest leaves and give them in order.

    What is removed is what is returned. A cursor "id greater than last seen" would lose leaves on
    PostgreSQL, where ids do not become visible in order.
    """
    rows = tx.run(
        "DELETE FROM log_outbox WHERE id IN (SELECT id FROM log_outbox ORDER BY id LIMIT ?)"
        " RETURNING id, leaf",
        limit,
    )
    return [row[1] for row in sorted(rows, key=lambda row: row[0])]


def drop_from_outbox(tx: Tx, leaf: bytes) -> None:
    """Remove one waiting copy of exactly this leaf, if there is one."""
    tx.run(
        "DELETE FROM log_outbox WHERE id IN (SELECT id FROM log_outbox WHERE leaf = ? LIMIT 1)",
        leaf,
    )


def lock_sequence(tx: Tx) -> None:
    """Keep other sequencers out until the transaction ends; SQLite's writer is alone anyway."""
    if tx.engine == "postgresql":
        tx.run("SELECT pg_advisory_xact_lock(hashtext('ujikom.log'))")


def size(tx: Tx) -> int:
    """How many entries there are, published or not."""
    row = tx.one("SELECT idx FROM log_entry ORDER BY idx DESC LIMIT 1")
    return int(row[0]) + 1 if row else 0


def add_entries(tx: Tx, entries: Iterable[tuple[int, bytes, bytes]], nodes: Sequence[Node]) -> None:
    """Entries as (index, leaf, hash)."""
    tx.run_many("INSERT INTO log_entry (idx, leaf, h) VALUES (?, ?, ?)", entries)
    if nodes:
        tx.run_many(
            "INSERT INTO log_node (l, n, h) VALUES (?, ?, ?)",
            [(node.level, node.index, node.hash) for node in nodes],
        )


def entries(tx: Tx, start: int, end: int) -> Iterator[StoredEntry]:
    """Entries from `start` up to before `end`, read in chunks."""
    for first in range(start, end, CHUNK):
        rows = tx.run(
            "SELECT idx, leaf, h FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx",
            first,
            min(end, first + CHUNK),
        )
        for row in rows:
            yield StoredEntry(row[0], row[1], row[2])


def leaves(tx: Tx, place: Place) -> list[bytes]:
    """The leaves of an entry bundle."""
    first = place.index * TILE_WIDTH
    rows = tx.run(
        "SELECT leaf FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx",
        first,
        first + place.width,
    )
    return [row[0] for row in rows]


def hashes(tx: Tx, place: Place) -> list[bytes]:
    """The hashes of a tile; level 0 lies beside the entries."""
    first = place.index * TILE_WIDTH
    if place.level:
        rows = tx.run(
            "SELECT h FROM log_node WHERE l = ? AND n >= ? AND n < ? ORDER BY n",
            place.level,
            first,
            first + place.width,
        )
    else:
        rows = tx.run(
            "SELECT h FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx",
            first,
            first + place.width,
        )
    return [row[0] for row in rows]


def nodes(tx: Tx, level: int, start: int, end: int) -> dict[int, bytes]:
    """Nodes of a level by index."""
    rows = tx.run("SELECT n, h FROM log_node WHERE l = ? AND n >= ? AND n < ?", level, start, end)
    return {row[0]: row[1] for row in rows}


def node_counts(tx: Tx) -> dict[int, int]:
    """How many nodes each level has."""
    return {row[0]: row[1] for row in tx.run("SELECT l, count(*) FROM log_node GROUP BY l")}


def index_of(tx: Tx, leaf_hash: bytes) -> int | None:
    row = tx.one("SELECT idx FROM log_entry WHERE h = ? ORDER BY idx LIMIT 1", leaf_hash)
    return row[0] if row else None


_CHECKPOINT = "SELECT size, root, note, signed_at FROM log_checkpoint"


def newest_checkpoint(tx: Tx) -> StoredCheckpoint | None:
    row = tx.one(_CHECKPOINT + " ORDER BY size DESC LIMIT 1")
    return StoredCheckpoint(*row) if row else None


def checkpoint(tx: Tx, size: int) -> StoredCheckpoint | None:
    row = tx.one(_CHECKPOINT + " WHERE size = ?", size)
    return StoredCheckpoint(*row) if row else None


def checkpoint_from(tx: Tx, size: int) -> tuple[int, int] | None:
    """Size and time of the first checkpoint of at least this size."""
    row = tx.one(
        "SELECT size, signed_at FROM log_checkpoint WHERE size >= ? ORDER BY size LIMIT 1", size
    )
    return (row[0], row[1]) if row else None


def checkpoint_root(tx: Tx, size: int) -> bytes | None:
    row = tx.one("SELECT root FROM log_checkpoint WHERE size = ?", size)
    return row[0] if row else None


def checkpoints(tx: Tx) -> list[StoredCheckpoint]:
    return [StoredCheckpoint(*row) for row in tx.run(_CHECKPOINT + " ORDER BY size")]


def add_checkpoint(tx: Tx, checkpoint: StoredCheckpoint) -> bool:
    """Publish a tree head; False when this size is already there."""
    rows = tx.run(
        "INSERT INTO log_checkpoint (size, root, note, signed_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (size) DO NOTHING RETURNING size",
        checkpoint.size,
        checkpoint.root,
        checkpoint.note,
        checkpoint.signed_at,
    )
    return bool(rows)


def add_cosignature(tx: Tx, size: int, witness: str, line: str) -> None:
    """Keep a witness's line; a later one for the same size replaces the earlier."""
    tx.run(
        "INSERT INTO log_cosignature (size, witness, line) VALUES (?, ?, ?)"
        " ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line",
        size,
        witness,
        line,
    )


def cosignatures(tx: Tx, size: int) -> list[str]:
    """The lines of witnesses over the checkpoint of a size, in the order of their names."""
    rows = tx.run("SELECT line FROM log_cosignature WHERE size = ? ORDER BY witness", size)
    return [row[0] for row in rows]


def all_cosignatures(tx: Tx) -> list[tuple[int, str, str]]:
    """Every witness's line: size, witness, line."""
    rows = tx.run("SELECT size, witness, line FROM log_cosignature ORDER BY size, witness")
    return [(row[0], row[1], row[2]) for row in rows]


def last_cosigned(tx: Tx, witness: str) -> tuple[int, str] | None:
    """The newest size that a witness cosigned, and its line."""
    row = tx.one(
        "SELECT size, line FROM log_cosignature WHERE witness = ? ORDER BY size DESC LIMIT 1",
        witness,
    )
    return (row[0], row[1]) if row else None


def cosigned_checkpoints(tx: Tx, since: int) -> list[StoredCheckpoint]:
    """Checkpoints of at least this size that anybody cosigned, newest first."""
    rows = tx.run(
        _CHECKPOINT + " c WHERE size >= ? AND EXISTS"
        " (SELECT 1 FROM log_cosignature w WHERE w.size = c.size) ORDER BY size DESC LIMIT 200",
        since,
    )
    return [StoredCheckpoint(*row) for row in rows]


class StoredStamp(msgspec.Struct, frozen=True):
    """A time-stamp: over exactly the bytes of `note`, as the authority answered."""

    size: int
    at: int
    authority: str
    note: str
    reply: bytes


_STAMP = "SELECT size, at, authority, note, reply FROM log_tsa"


def add_stamp(tx: Tx, stamp: StoredStamp) -> None:
    tx.run(
        "INSERT INTO log_tsa (size, at, authority, note, reply) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (size) DO NOTHING",
        stamp.size,
        stamp.at,
        stamp.authority,
        stamp.note,
        stamp.reply,
    )


def newest_stamp(tx: Tx) -> StoredStamp | None:
    row = tx.one(_STAMP + " ORDER BY size DESC LIMIT 1")
    return StoredStamp(*row) if row else None


def stamps(tx: Tx) -> list[StoredStamp]:
    return [StoredStamp(*row) for row in tx.run(_STAMP + " ORDER BY size")]
