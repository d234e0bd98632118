"""The lock: the last signed checkpoint, in a file outside the database.

A database can be restored from an old backup or exchanged; this file remembers what the log has
already put its signature to. Beside it lies `<name>.held`, on which the sequencing process keeps
an exclusive lock of the operating system; that file never moves, the lock file is replaced.
"""

import fcntl
import os
from pathlib import Path

from audit import durable
from audit.checkpoint import Checkpoint, verify
from audit.errors import LockChanged, SequencerElsewhere
from audit.note import VerifierKey


def read(path: Path, key: VerifierKey) -> Checkpoint | None:
    """The last signed checkpoint, None when there is no lock; raises what `verify` raises."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return verify(text, key)


class Lock:
    """Held by one process at a time; only its holder advances it."""

    def __init__(self, path: Path, key: VerifierKey) -> None:
        self.path = path
        self._key = key
        self._held: int | None = None

    @property
    def held(self) -> bool:
        return self._held is not None

    def acquire(self) -> None:
        """Become the one sequencing process; raises `SequencerElsewhere`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.held")
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise SequencerElsewhere(lock=self.path.name) from error
        self._held = descriptor

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def read(self) -> Checkpoint | None:
        return read(self.path, self._key)

    def swap(self, old: Checkpoint | None, new: Checkpoint) -> None:
        """Replace `old` by `new`, durably; raises `LockChanged` when the file holds another."""
        found = self.read()
        if found != old:
            raise LockChanged(
                expected=None if old is None else old.size,
                found=None if found is None else found.size,
            )
        durable.write(self.path, new.note.encode())
