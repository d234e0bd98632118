"""What the log shows: published tiles, bundles, checkpoint, proofs, and its state."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from audit import leaf, merkle, proof, store
from audit.errors import TileUnknown
from audit.store import StoredCheckpoint
from audit.tiles import Place, TileHashes, encode_bundle, encode_tile, width_at
from kernel.clock import from_micros, micros, stamp, unstamp
from kernel.database import Tx


class LogState(msgspec.Struct, frozen=True):
    """Where the log stands; `size`, `root` and `note` are those of the newest checkpoint."""

    size: int
    root: bytes
    note: str
    signed_at: str
    waiting: int


class Standing(msgspec.Struct, frozen=True):
    """How the sequencer keeps up; `standstill` is how long nothing came of what waits."""

    size: int
    waiting: int
    standstill: timedelta


def tree_hashes(tx: Tx, size: int) -> TileHashes:
    """The stored tree of `size` for proofs; reads each tile once."""
    return TileHashes(size, lambda place: store.hashes(tx, place))


def checkpoint_note(tx: Tx, *, closed_at: int | None = None) -> str | None:
    """The newest published checkpoint, or that of a size; None before the log was created."""
    row = store.newest_checkpoint(tx) if closed_at is None else store.checkpoint(tx, closed_at)
    return None if row is None else signed_note(tx, row)


def signed_note(tx: Tx, row: StoredCheckpoint) -> str:
    """A checkpoint with the lines of the witnesses that have cosigned it so far."""
    return row.note + "".join(f"{line}\n" for line in store.cosignatures(tx, row.size))


def tile(tx: Tx, place: Place, *, closed_at: int | None = None) -> bytes:
    """A tile's or entry bundle's bytes; raises `TileUnknown` beyond the published size.

    `closed_at` is the size at which the asked log was closed, None for the one that goes on.
    """
    _require_published(tx, place, closed_at)
    if place.level is None:
        return encode_bundle(store.leaves(tx, place))
    return encode_tile(store.hashes(tx, place))


def _require_published(tx: Tx, place: Place, closed_at: int | None) -> None:
    """Any width up to the published one: a narrower tile is a prefix, served for ever."""
    size = closed_at
    if size is None:
        row = store.newest_checkpoint(tx)
        size = 0 if row is None else row.size
    if not 0 < place.width <= width_at(size, place.level, place.index):
        raise TileUnknown(path=place.path)


def tlog_proof(tx: Tx, leaf_hash: bytes, *, against: StoredCheckpoint | None = None) -> str | None:
    """The proof text of a leaf against the newest checkpoint, None while it is not covered.

    `against` is another published checkpoint, such as the newest that witnesses have cosigned.
    """
    row = against or store.newest_checkpoint(tx)
    index = store.index_of(tx, leaf_hash)
    if row is None or index is None or index >= row.size:
        return None
    path = merkle.inclusion_proof(index, row.size, tree_hashes(tx, row.size))
    return proof.encode(proof.Proof(index, path, signed_note(tx, row)))


def tlog_proofs(tx: Tx, leaf_hashes: list[bytes]) -> list[str] | None:
    """Proof texts of several leaves against one checkpoint, None while it covers not all."""
    row = store.newest_checkpoint(tx)
    found = [store.index_of(tx, hashed) for hashed in leaf_hashes]
    indices = [index for index in found if row is not None and index is not None]
    if row is None or len(indices) < len(found) or max(indices, default=0) >= row.size:
        return None
    tree, signed = tree_hashes(tx, row.size), signed_note(tx, row)
    paths = ((index, merkle.inclusion_proof(index, row.size, tree)) for index in indices)
    return [proof.encode(proof.Proof(index, path, signed)) for index, path in paths]


def consistency(tx: Tx, old: int, new: int) -> tuple[bytes, ...]:
    """The consistency proof between two sizes of the stored tree."""
    return merkle.consistency_proof(old, new, tree_hashes(tx, new))


def state(tx: Tx) -> LogState | None:
    """Where the log stands, None before it was created."""
    row = store.newest_checkpoint(tx)
    if row is None:
        return None
    return LogState(
        size=row.size,
        root=row.root,
        note=signed_note(tx, row),
        signed_at=stamp(from_micros(row.signed_at)),
        waiting=store.waiting(tx),
    )


def standing(tx: Tx) -> Standing:
    """Whether leaves wait while no checkpoint comes: a stuck, dead or refusing sequencer."""
    row = store.newest_checkpoint(tx)
    oldest = store.oldest_waiting(tx)
    since = timedelta()
    if oldest is not None:
        last = unstamp(leaf.decode(oldest).at)
        if row is not None:
            last = max(last, from_micros(row.signed_at))
        since = max(since, tx.at - last)
    return Standing(0 if row is None else row.size, store.waiting(tx), since)


def birth(tx: Tx) -> datetime | None:
    """When the first checkpoint was signed."""
    first = store.checkpoint_from(tx, 0)
    return None if first is None else from_micros(first[1])


def sizes_at(tx: Tx, moments: Sequence[datetime]) -> list[int]:
    """The published size at each of these moments, which ascend.

    Later checkpoints are larger, so each moment is found by halving: its cost grows with the
    logarithm of the log's size, and a moment after which nothing came costs one row.
    """
    newest = store.newest_checkpoint(tx)
    sizes, size = [], 0
    for moment in moments:
        if newest is not None:
            size = _size_at(tx, micros(moment), size, newest.size)
        sizes.append(size)
    return sizes


def _size_at(tx: Tx, moment: int, low: int, high: int) -> int:
    """The largest size signed up to `moment`; `low` was signed before it or is 0."""
    step = low + 1
    while low < high:
        found = store.checkpoint_from(tx, step)
        if found is None or found[1] > moment:
            high = step - 1
        else:
            low = found[0]
        step = (low + high + 1) // 2
    return low
