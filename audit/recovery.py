"""Putting back what an old copy of the database lacks, from an export or a mirror of the log.

After an old backup was restored the lock file remembers more than the database holds, and the
sequencer refuses (`LogBehind`). The entries published since lie in every export and mirror: they
are fetched, checked against a checkpoint that our own key signed, and appended at their places.
Deeds recorded since the restore wait in the outbox and follow after them.
"""

from collections.abc import Iterator, Sequence

import msgspec

from audit import checkpoint, leaf, merkle, store, tiles
from audit.checkpoint import Checkpoint
from audit.errors import LogBehind, LogForked, ReplayCollides, SourceUnreadable
from audit.events import BackupRestored
from audit.examine import Source
from audit.log import record
from audit.merkle import CompactRange
from audit.note import VerifierKey
from audit.reads import tree_hashes
from audit.sequencer import append
from audit.tiles import TILE_WIDTH, Place
from kernel.database import Database, Tx, emits, emits_nothing

BATCH = 256


class Replayed(msgspec.Struct, frozen=True):
    """How many entries the database held, and how many it holds now."""

    found: int
    size: int


def replay_tail(database: Database, source: Source, key: VerifierKey) -> Replayed:
    """Append what `source` (an exported folder or a mirror) has beyond the database's entries.

    Nothing is written before the whole tail has been found to lead to the signed root. Killed
    anywhere, run it again. Run it while no server sequences. Raises what `checkpoint.verify`
    raises, `SourceUnreadable`, `TileMalformed`, `LogForked` when the database is no prefix of the
    source, `LogBehind` when the source is behind the database, and `ReplayCollides`.
    """
    head = checkpoint.verify(_text(source.read("checkpoint")), key)
    tree = database.read_sync(_edge, head=head)
    found = tree.size
    checked = _check_tail(source, head, tree)
    at = found
    for leaves, hashes in zip(_batches(source, found, head.size), checked, strict=True):
        if [merkle.leaf_hash(data) for data in leaves] != hashes:
            raise SourceUnreadable(path="tile/entries", reason="changed while it was read")
        database.write_sync(_append, leaves=leaves, at=at)
        at += len(leaves)
    if head.size > found:
        database.write_sync(note_restored, found=found, replayed=head.size - found)
    return Replayed(found, head.size)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SourceUnreadable(path="checkpoint", reason="not UTF-8") from error


def _edge(tx: Tx, *, head: Checkpoint) -> CompactRange:
    size = store.size(tx)
    if size > head.size:
        raise LogBehind(signed=size, found=head.size)
    return merkle.compact_range_at(size, tree_hashes(tx, size))


def _check_tail(source: Source, head: Checkpoint, tree: CompactRange) -> list[list[bytes]]:
    """The database's tree, grown by the tail, must be the signed one; gives the leaf hashes."""
    found = tree.size
    checked: list[list[bytes]] = []
    for leaves in _batches(source, found, head.size):
        checked.append([merkle.leaf_hash(data) for data in leaves])
        for hashed in checked[-1]:
            tree.push(hashed)
    if tree.root() != head.root:
        raise LogForked(reason="tail_differs", found=found, size=head.size)
    return checked


def _batches(source: Source, start: int, end: int) -> Iterator[Sequence[bytes]]:
    """The leaves from `start` to `end`, a bundle at a time."""
    for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
        width = tiles.width_at(end, None, index)
        place = Place(None, index, width)
        leaves = tiles.parse_bundle(source.read(place.path), width)
        if wanted := leaves[max(0, start - index * TILE_WIDTH) :]:
            yield wanted


@emits_nothing("puts back leaves whose deeds were logged before the restore")
def _append(tx: Tx, *, leaves: Sequence[bytes], at: int) -> None:
    """Append leaves from index `at` on; take those out of the outbox that already waited."""
    store.lock_sequence(tx)
    size = store.size(tx)
    if size != at:
        raise LogForked(reason="moved", found=size, size=at)
    for data in leaves:
        store.drop_from_outbox(tx, data)
        _chain(tx, data, merkle.leaf_hash(data))
    append(tx, list(leaves))


def _chain(tx: Tx, data: bytes, hashed: bytes) -> None:
    """The leaf's place in its handle's chain must be free or already its own."""
    place = leaf.decode(data).chain
    if place is None:
        return
    stored = store.chain_place(tx, place.handle, place.k)
    if stored is None:
        store.add_to_chain(tx, place.handle, place.k, hashed)
    elif stored != hashed:
        raise ReplayCollides(handle=place.handle.hex(), k=place.k)


@emits("backup.restored")
def note_restored(tx: Tx, *, found: int, replayed: int) -> None:
    """Say in the log that an old copy was in use."""
    record(tx, BackupRestored(found=found, replayed=replayed))
