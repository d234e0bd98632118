"""Recomputing the whole log from its stored leaves, trusting no other column.

Compared with the leaves are: hashes and nodes, every checkpoint's root and signature, the chain
of every handle, the openings that can be opened, the lock file, and what witnesses and
time-stamping authorities said.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from audit import checkpoint, merkle, store
from audit import lock as lock_file
from audit.deeds import Deeds
from audit.differences import Difference, Differences
from audit.merkle import TILE_HEIGHT, CompactRange
from audit.note import VerifierKey, parse_vkey
from audit.outsiders import check_outsiders
from audit.store import StoredCheckpoint, StoredEntry
from kernel.database import Tx
from kernel.errors import UjikomError
from kernel.sealed import Sealer

Progress = Callable[[int, int], None]
SealerFor = Callable[[bytes], Sealer | None]


class WantedRoot(msgspec.Struct, frozen=True):
    """A root that somebody states for a size, and who."""

    kind: str
    root: bytes


def fsck(
    tx: Tx,
    vkey: str,
    lock: Path | None,
    *,
    also: Sequence[str] = (),
    witnesses: Mapping[str, VerifierKey] | None = None,
    sealer_for: SealerFor | None = None,
    progress: Progress = lambda _done, _whole: None,
) -> list[Difference]:
    """Every contradiction in the stored log, in the order found; call it first in a read.

    `also` names further keys that signed this log before or after; cosignatures by `witnesses`
    are verified, others' only placed. `sealer_for` gives the seal of a subject's openings, None
    for one that cannot be opened.
    """
    store.snapshot(tx)
    found = Differences()
    size = store.size(tx)
    stated = _Stated([parse_vkey(key) for key in (vkey, *also)], size, found)
    for row in store.checkpoints(tx):
        stated.checkpoint(row)
    if lock is not None:
        stated.lock(lock)
    tree = _Tree(tx, stated.roots, found)
    deeds = Deeds(tx, sealer_for, found)
    for entry in store.entries(tx, 0, size):
        hashed = merkle.leaf_hash(entry.leaf)
        tree.entry(entry, hashed)
        if entry.hash != hashed:
            deeds.known.add(hashed)
        deeds.leaf(f"entry {entry.index}", entry.leaf, hashed)
        if (entry.index + 1) % store.CHUNK == 0:
            progress(entry.index + 1, size)
    deeds.finish()
    _count_nodes(tx, size, found)
    check_outsiders(tx, witnesses or {}, found)
    progress(size, size)
    return found.all


class _Tree:
    """Grows the tree again and compares every hash with its column."""

    def __init__(self, tx: Tx, wanted: dict[int, list[WantedRoot]], found: Differences) -> None:
        self._tx = tx
        self._wanted = wanted
        self._found = found
        self._tree = CompactRange()
        self._whole = True
        self._compare_roots()

    def entry(self, entry: StoredEntry, hashed: bytes) -> None:
        if self._whole and entry.index != self._tree.size:
            self._found.add("entry_missing", f"entry {self._tree.size}", None, entry.index)
            self._whole = False  # no later node or root can be recomputed
        if entry.hash != hashed:
            self._found.add("entry_hash", f"entry {entry.index}", hashed, entry.hash)
        if self._whole:
            self._grow(hashed)

    def _grow(self, hashed: bytes) -> None:
        for node in self._tree.push(hashed):
            stored = store.nodes(self._tx, node.level, node.index, node.index + 1)
            if stored.get(node.index) != node.hash:
                place = f"node {node.level}/{node.index}"
                self._found.add("node", place, node.hash, stored.get(node.index))
        self._compare_roots()

    def _compare_roots(self) -> None:
        size = self._tree.size
        if size in self._wanted:
            root = self._tree.root()
            for wanted in self._wanted[size]:
                if wanted.root != root:
                    self._found.add(wanted.kind, f"size {size}", root, wanted.root)


class _Stated:
    """Roots by size as checkpoints and lock state them; signatures and columns are checked."""

    def __init__(self, keys: Sequence[VerifierKey], size: int, found: Differences) -> None:
        self.roots: dict[int, list[WantedRoot]] = {}
        self._keys = keys
        self._size = size
        self._found = found
        self._newest: int | None = None

    def checkpoint(self, row: StoredCheckpoint) -> None:
        """Take one published checkpoint, in order of size."""
        self._newest = row.size
        self.roots.setdefault(row.size, []).append(WantedRoot("checkpoint_root", row.root))
        if row.size > self._size:
            self._found.add("checkpoint_ahead", f"size {row.size}", self._size, row.size)
        try:
            signed = checkpoint.verify_any(row.note, self._keys)
        except UjikomError as error:
            place = f"size {row.size}"
            self._found.add("checkpoint_signature", place, self._keys[0].vkey, error.code)
            return
        if (signed.size, signed.root) != (row.size, row.root):
            self._found.add("checkpoint_columns", f"size {row.size}", signed.root, row.root)

    def lock(self, path: Path) -> None:
        """Take the lock file, after the checkpoints."""
        try:
            signed = lock_file.read(path, self._keys[0])
        except UjikomError as error:
            self._found.add("lock_signature", path.name, self._keys[0].vkey, error.code)
            return
        if signed is None:
            if self._newest is not None:
                self._found.add("lock_missing", path.name, self._newest, None)
            return
        self.roots.setdefault(signed.size, []).append(WantedRoot("lock_root", signed.root))
        if signed.size > self._size:
            self._found.add("lock_ahead", path.name, signed.size, self._size)
        if self._newest is not None and self._newest > signed.size:
            self._found.add("lock_stale", path.name, self._newest, signed.size)


def _count_nodes(tx: Tx, size: int, found: Differences) -> None:
    """Nodes beyond the tree belong to nothing."""
    for level, count in sorted(store.node_counts(tx).items()):
        expected = size >> (TILE_HEIGHT * level) if level > 0 else 0
        if count > expected:
            found.add("node_surplus", f"level {level}", expected, count)
