"""The one sequencer: outbox to tree to signed checkpoint.

A turn has three steps, each durable before the next begins:

1. *integrate* (one transaction): leaves leave the outbox and get contiguous indices; entries and
   nodes are written.
2. *sign*: everything past the last signed size is read back and hashed again, then the tree head
   is signed and swapped into the lock file.
3. *publish* (one transaction): the checkpoint becomes a row. Readers serve only rows, so nothing
   is ever served that the lock does not know.

Killed after 1, the next turn reads back and signs what it finds beyond the lock. Killed after 2,
it publishes what the lock holds. There is no other recovery path.
"""

from pathlib import Path

from audit import checkpoint, closing, merkle, store
from audit.checkpoint import Checkpoint, TreeHead
from audit.errors import LockMissing, LogBehind, LogCorrupt, LogForked
from audit.events import LogCreated
from audit.lock import Lock
from audit.log import record
from audit.merkle import CompactRange, Node
from audit.note import Signer, VerifierKey, verifier_key
from audit.reads import tree_hashes
from audit.store import StoredCheckpoint
from audit.tiles import TILE_WIDTH
from kernel.clock import micros
from kernel.database import Database, Tx, emits, emits_nothing
from kernel.errors import Integrity, UjikomError

LEAVES_A_STEP = 512  # moved in one transaction: the writer is not held for long
STEPS_A_TURN = 8  # of which so many share one signature and its file sync


class Sequencer:
    """Owns the lock file while open; `turn` may be called from one thread at a time.

    An integrity error is final: every later turn raises it again and nothing more is signed,
    while deeds go on being recorded into the outbox.
    """

    def __init__(
        self,
        database: Database,
        *,
        signing_key: Signer,
        origin: str,
        lock_path: Path,
        next_key: Signer | None = None,
        previous: str | None = None,
    ) -> None:
        """`next_key` signs beside the present one; `previous` is the checkpoint of a closed log
        that this one goes on from, carried by its first leaf.
        """
        self._database = database
        self._signers = [signing_key] if next_key is None else [signing_key, next_key]
        self._previous = previous
        self.key = verifier_key(origin, signing_key)
        self._lock = Lock(lock_path, self.key)
        self._signed: Checkpoint | None = None  # what the lock file holds
        self._tree = CompactRange()  # the tree of exactly that size
        self._refusal: Integrity | None = None
        self._trouble: UjikomError | None = None

    @property
    def refusal(self) -> Integrity | None:
        """Why nothing is signed any more, None while all is well."""
        return self._refusal

    @property
    def trouble(self) -> UjikomError | None:
        """Why the last turn came to nothing: the refusal, or what may pass; None when it went."""
        return self._trouble

    def refuse(self, error: Integrity) -> None:
        """Sign nothing more: somebody outside holds a tree that this database does not have."""
        self._refusal = self._trouble = error

    def turn(self) -> Checkpoint | None:
        """Integrate at most 4096 waiting leaves; the new checkpoint, None when nothing is new.

        Raises `SequencerElsewhere`, `LockMissing`, and for good `LogBehind`, `LogForked` or
        `LogCorrupt`.
        """
        if self._refusal is not None:
            raise self._refusal
        try:
            newest = self._turn()
        except UjikomError as error:
            self._trouble = error
            if isinstance(error, Integrity):
                self._refusal = error
            raise
        self._trouble = None
        return newest

    def _turn(self) -> Checkpoint | None:
        signed, published = self._open()
        for _ in range(STEPS_A_TURN):
            if not self._database.read_sync(store.is_waiting):
                break
            self._database.write_sync(integrate)
        newest = self._sign(signed)
        if newest != signed:
            self._publish(newest)
        return None if newest.size == published else newest

    def drain(self) -> Checkpoint:
        """Turn until nothing waits; gives the newest published checkpoint."""
        while self.turn() is not None:
            pass
        return self.published()

    def published(self) -> Checkpoint:
        """The checkpoint that the lock holds, which is published; opens the log if need be."""
        return self._open()[0]

    def adopt(self, note: str) -> Checkpoint:
        """Take the log over without its lock file, trusting an export's or witness's checkpoint.

        The database's tree must contain that checkpoint's; then it becomes the lock. Raises
        `LogBehind` or `LogForked` otherwise, and `LockChanged` when there is a lock after all.
        """
        trusted = checkpoint.verify(note, self.key)
        if not self._lock.held:
            self._lock.acquire()
        self._database.read_sync(check_against, signed=trusted)
        self._lock.swap(None, trusted)
        return trusted

    def close(self) -> None:
        """Let another process sequence."""
        self._lock.release()
        self._signed = None

    def _open(self) -> tuple[Checkpoint, int | None]:
        """The lock's checkpoint, and the newest size that was published before this call."""
        if not self._lock.held:
            self._lock.acquire()
        published = self._database.read_sync(newest_size)
        if self._signed is None:
            signed = self._lock.read()
            if signed is None:
                signed = self._create(published)
            self._tree = self._database.read_sync(check_against, signed=signed)
            if published is not None and published > signed.size:
                self._database.read_sync(check_published, key=self.key)
            self._signed = signed
        if published is None or published < self._signed.size:
            self._publish(self._signed)
        return self._signed, published

    def _create(self, published: int | None) -> Checkpoint:
        """Sign the empty tree; where there is one already, only to go on from a closed log."""
        if self._previous is not None:
            closing.require_another(self._previous, self.key.name)
        tree = CompactRange()
        if published is not None or self._database.read_sync(store.size):
            if self._previous is None:
                raise LockMissing(published=published, lock=self._lock.path.name)
            tree = self._go_on(self._previous)
        head = TreeHead(self.key.name, tree.size, tree.root())
        signed = checkpoint.sign(head, *self._signers)
        self._lock.swap(None, signed)
        return signed

    def _go_on(self, previous: str) -> CompactRange:
        """The tree that a closed log left, grown by what waits and by this log's birth.

        Killed before its root is signed, the birth is found and not recorded again.
        """
        database = self._database
        database.write_sync(
            closing.note_birth, origin=self.key.name, vkey=self.key.vkey, previous=previous
        )
        while database.read_sync(store.is_waiting):
            database.write_sync(integrate)
        return database.read_sync(read_back, tree=database.read_sync(closing.trusted_edge))

    def _sign(self, signed: Checkpoint) -> Checkpoint:
        """Read back everything beyond the lock, sign it and swap it in."""
        tree = self._database.read_sync(read_back, tree=self._tree.copy())
        if tree.size == signed.size:
            return signed
        head = TreeHead(self.key.name, tree.size, tree.root())
        newest = checkpoint.sign(head, *self._signers)
        self._lock.swap(signed, newest)
        self._signed, self._tree = newest, tree
        return newest

    def _publish(self, newest: Checkpoint) -> None:
        self._database.write_sync(
            publish, newest=newest, vkey=self.key.vkey, previous=self._previous
        )


@emits_nothing("moves leaves that are already recorded to their place in the tree")
def integrate(tx: Tx) -> int:
    """Give waiting leaves their indices; gives how many."""
    store.lock_sequence(tx)
    leaves = store.take_from_outbox(tx, LEAVES_A_STEP)
    if not leaves:
        return 0
    append(tx, leaves)
    return len(leaves)


def append(tx: Tx, leaves: list[bytes]) -> None:
    """Put leaves at the end of the stored tree: entries and the nodes that they complete."""
    size = store.size(tx)
    tree = merkle.compact_range_at(size, tree_hashes(tx, size))
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    nodes = _grow(tree, hashes)
    store.add_entries(tx, zip(range(size, tree.size), leaves, hashes, strict=True), nodes)


@emits("log.created")
def publish(tx: Tx, *, newest: Checkpoint, vkey: str, previous: str | None = None) -> None:
    """Make a signed checkpoint the one that is served; the first also records the log's birth."""
    row = StoredCheckpoint(newest.size, newest.root, newest.note, micros(tx.at))
    if not store.add_checkpoint(tx, row):
        if store.checkpoint_root(tx, newest.size) != newest.root:
            raise LogForked(reason="two_roots", size=newest.size)
    elif newest.size == 0:
        record(tx, LogCreated(origin=newest.origin, key=vkey, previous=previous))


def newest_size(tx: Tx) -> int | None:
    row = store.newest_checkpoint(tx)
    return None if row is None else row.size


def check_against(tx: Tx, *, signed: Checkpoint) -> CompactRange:
    """The database's tree at the signed size; raises `LogBehind` or `LogForked`."""
    size = store.size(tx)
    if size < signed.size:
        raise LogBehind(signed=signed.size, found=size)
    tree = merkle.compact_range_at(signed.size, tree_hashes(tx, signed.size))
    if tree.root() != signed.root:
        raise LogForked(reason="root_differs", lock=signed.size)
    return tree


def check_published(tx: Tx, *, key: VerifierKey) -> None:
    """A checkpoint newer than the lock must be ours and of this tree: the lock is a stale copy."""
    row = store.newest_checkpoint(tx)
    if row is not None:
        check_against(tx, signed=checkpoint.verify(row.note, key))


def read_back(tx: Tx, *, tree: CompactRange) -> CompactRange:
    """Hash again what lies beyond `tree` and grow it; raises `LogCorrupt` for a flipped bit."""
    store.snapshot(tx)
    start, size = tree.size, store.size(tx)
    if size < start:
        raise LogBehind(signed=start, found=size)
    hashes: list[bytes] = []
    for index, entry in enumerate(store.entries(tx, start, size), start=start):
        hashed = merkle.leaf_hash(entry.leaf)
        if entry.index != index or entry.hash != hashed:
            raise LogCorrupt(table="log_entry", index=index)
        hashes.append(hashed)
    if start + len(hashes) != size:
        raise LogCorrupt(table="log_entry", index=start + len(hashes))
    completed = _grow(tree, hashes)
    for node in completed:
        if store.nodes(tx, node.level, node.index, node.index + 1) != {node.index: node.hash}:
            raise LogCorrupt(table="log_node", level=node.level, index=node.index)
    return tree


def _grow(tree: CompactRange, hashes: list[bytes]) -> list[Node]:
    """Append leaf hashes, whole tiles at once where they lie on a border; the completed nodes."""
    first = -tree.size % TILE_WIDTH
    nodes = tree.extend(hashes[:first])
    for start in range(first, len(hashes), TILE_WIDTH):
        nodes += tree.extend(hashes[start : start + TILE_WIDTH])
    return nodes
