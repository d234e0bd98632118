"""Closing a log, and going on under another origin and key in the same database.

The next log *continues the tree*: its entries begin with all that the closed one has, followed by
a `log.created` leaf that carries the closed log's last checkpoint. Nothing is moved or hashed
anew, leaves keep their indices, and whoever verifies the next log reads every chain from its start.
The closed log's last checkpoint is kept beside the lock; its tiles are prefixes of the same tree,
so it is served for ever at its old address (docs/decisions/0009).

A log that can never be signed again, because its signed tail is lost, is closed the same way
without a last word: the next begins with what was left.
"""

from pathlib import Path
from typing import Final

import msgspec

from audit import checkpoint, leaf, merkle, note, store
from audit.checkpoint import TreeHead
from audit.errors import LogClosed, LogForked, OriginTaken, SignatureMissing
from audit.events import LogCreated
from audit.log import record
from audit.merkle import CompactRange
from audit.note import VerifierKey
from audit.reads import tree_hashes
from kernel.database import Tx, emits

FOLDER: Final = "closed"


class ClosedLog(msgspec.Struct, frozen=True):
    """A closed log's last checkpoint; `whole` when this database still has all of its tree."""

    head: TreeHead
    note: str
    whole: bool


def put_away(lock: Path) -> Path:
    """Move the last signed checkpoint out of the lock's way; gives where it is now."""
    folder = lock.parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{sum(1 for _ in folder.iterdir()) + 1:04d}.checkpoint"
    return lock.rename(place)


def last_notes(lock: Path) -> list[str]:
    """The last checkpoints of the logs that were closed here, in order."""
    files = sorted((lock.parent / FOLDER).glob("*.checkpoint"))
    return [file.read_text(encoding="utf-8") for file in files]


def signed_last(lock: Path, key: VerifierKey) -> bool:
    """Whether the log closed last was signed by this key, so that the next needs another."""
    notes = last_notes(lock)
    try:
        return bool(notes) and checkpoint.verify(notes[-1], key) is not None
    except SignatureMissing:
        return False


def closed_logs(tx: Tx, *, notes: list[str]) -> list[ClosedLog]:
    """What those checkpoints say, and whether the stored tree still contains theirs."""
    found = []
    for text in notes:
        head = checkpoint.parse_body(note.parse(text).text)
        whole = store.checkpoint_root(tx, head.size) == head.root
        found.append(ClosedLog(head, text, whole))
    return found


def require_free(origin: str, *, lock: Path, now: str) -> None:
    """Raise `OriginTaken` when a log of this installation has or had this origin."""
    had = [checkpoint.parse_body(note.parse(text).text).origin for text in last_notes(lock)]
    if origin in {now, *had}:
        raise OriginTaken(origin=origin)


def require_another(previous: str, origin: str) -> None:
    """Raise `LogClosed` when the log that was closed last is the one that is to go on."""
    if checkpoint.parse_body(note.parse(previous).text).origin == origin:
        raise LogClosed(origin=origin)


@emits("log.created")
def note_birth(tx: Tx, *, origin: str, vkey: str, previous: str) -> None:
    """Record the next log's birth after what is there; once, however often it is tried."""
    row = store.newest_checkpoint(tx)
    unsigned = store.entries(tx, 0 if row is None else row.size, store.size(tx))
    born = LogCreated(origin=origin, key=vkey, previous=previous)
    for data in [*(entry.leaf for entry in unsigned), *store.waiting_leaves(tx)]:
        seen = leaf.decode(data)
        if seen.type == born.type and seen.clear["origin"] == origin:
            return
    record(tx, born)


def trusted_edge(tx: Tx) -> CompactRange:
    """The tree up to the newest published checkpoint, whose root it must have."""
    row = store.newest_checkpoint(tx)
    if row is None:
        return CompactRange()
    tree = merkle.compact_range_at(row.size, tree_hashes(tx, row.size))
    if tree.root() != row.root:
        raise LogForked(reason="root_differs", checkpoint=row.size)
    return tree
