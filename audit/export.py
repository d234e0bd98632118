"""The log as static files: the same paths and bytes as over HTTP, for any web server or stick.

Files are written whole and never change; the checkpoint comes last, so a reader of the folder
always finds everything that the checkpoint promises. Killed anywhere, run it again.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from audit import checkpoint, durable, merkle, note, store, tiles
from audit.errors import ExportForked, TileUnknown
from audit.reads import signed_note, tree_hashes
from audit.store import StoredCheckpoint
from audit.tiles import Place
from kernel.database import Database, Tx

Progress = Callable[[int, int], None]

CHECKPOINT = "checkpoint"
STAMPS = "timestamp"  # not of the specification: <size>.checkpoint and its RFC 3161 reply, .tsr
BATCH = 16


def export(
    database: Database, folder: Path, progress: Progress = lambda _done, _whole: None
) -> StoredCheckpoint:
    """Write what is missing of the published log into `folder`; gives the checkpoint written.

    Raises `TileUnknown` before the log was created and `ExportForked` when the folder holds
    another log, or a tree that the database's does not continue.
    """
    newest = database.read_sync(_newest)
    database.read_sync(_check_folder, folder=folder, newest=newest)
    places = list(tiles.places(newest.size))
    missing = [place for place in places if not (folder / place.path).exists()]
    progress(len(places) - len(missing), len(places))
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        for place, data in database.read_sync(_contents, places=batch):
            durable.write(folder / place.path, data)
        progress(len(places) - len(missing) + first + len(batch), len(places))
    for stamp in database.read_sync(store.stamps):
        beside = folder / STAMPS / str(stamp.size)
        if not beside.with_suffix(".tsr").exists():
            durable.write(beside.with_suffix(".checkpoint"), stamp.note.encode())
            durable.write(beside.with_suffix(".tsr"), stamp.reply)
    durable.write(folder / CHECKPOINT, newest.note.encode())
    return newest


def _newest(tx: Tx) -> StoredCheckpoint:
    """The newest checkpoint, its note with the witnesses' lines."""
    newest = store.newest_checkpoint(tx)
    if newest is None:
        raise TileUnknown(path=CHECKPOINT)
    return msgspec.structs.replace(newest, note=signed_note(tx, newest))


def _check_folder(tx: Tx, *, folder: Path, newest: StoredCheckpoint) -> None:
    path = folder / CHECKPOINT
    if not path.exists():
        return
    before = checkpoint.parse_body(note.parse(path.read_text(encoding="utf-8")).text)
    head = checkpoint.parse_body(note.parse(newest.note).text)
    if before.origin != head.origin:
        raise ExportForked(reason="origin", folder=before.origin, database=head.origin)
    if before.size > head.size:
        raise ExportForked(reason="database_behind", folder=before.size, database=head.size)
    if merkle.root_at(before.size, tree_hashes(tx, before.size)) != before.root:
        raise ExportForked(reason="root", size=before.size)


def _contents(tx: Tx, *, places: list[Place]) -> list[tuple[Place, bytes]]:
    return [(place, _content(tx, place)) for place in places]


def _content(tx: Tx, place: Place) -> bytes:
    if place.level is None:
        return tiles.encode_bundle(store.leaves(tx, place))
    return tiles.encode_tile(store.hashes(tx, place))
