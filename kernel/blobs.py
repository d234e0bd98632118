"""Files that rows point to: written whole and durably before the row that names them."""

import os
from datetime import datetime
from pathlib import Path

from kernel import ids
from kernel.errors import Integrity


class BlobMissing(Integrity):
    """A row names a file that is not there."""

    code = "blob_missing"


class Blobs:
    """A folder of immutable files named by random ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> bytes:
        """Write `data` to a new file, durable on return; gives its 16-byte id."""
        blob = ids.new_id()
        path = self._path(blob)
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(".part")
        with staged.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        staged.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return blob

    def get(self, blob: bytes) -> bytes:
        """The bytes of a file; raises BlobMissing."""
        try:
            return self._path(blob).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(blob=ids.text(blob)) from error

    def remove(self, blob: bytes) -> None:
        """Remove a file that no row points to; one that is gone already is no error."""
        self._path(blob).unlink(missing_ok=True)

    def remove_older(self, before: datetime) -> int:
        """Remove files written before a moment that no row points to; gives how many."""
        found = [path for path in self._folder.glob("*/*") if path.is_file()]
        old = [path for path in found if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, blob: bytes) -> Path:
        name = ids.text(blob)
        return self._folder / name[:2] / name
