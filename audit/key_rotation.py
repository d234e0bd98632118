"""Exchanging the log's key: both sign for a while, and the log says when each began and ended.

1. `kernel.keys.add_log_key`, restart, `note_key_added`: every checkpoint now has two signatures.
2. Publish the new verifier key; give everybody time (a quarter of a year).
3. `note_key_retired`, let it be published, `kernel.keys.retire_log_key`, restart: the new key
   signs alone; the old one stays known to whoever verifies what it signed.

A log that is closed says so with `freeze` as its last deed; `audit.closing` tells how the next
begins under a new origin.
"""

from audit.events import LogFrozen, LogKeyAdded, LogKeyRetired
from audit.log import record
from kernel.database import Tx, emits


@emits("log.key_added")
def note_key_added(tx: Tx, *, vkey: str) -> None:
    """Log that a further key signs."""
    record(tx, LogKeyAdded(key=vkey))


@emits("log.key_retired")
def note_key_retired(tx: Tx, *, vkey: str) -> None:
    """Log that a key signs no more once this deed is published."""
    record(tx, LogKeyRetired(key=vkey))


@emits("log.frozen")
def freeze(tx: Tx, *, next_origin: str, reason: str) -> None:
    """Log that nothing follows here, and where it goes on."""
    record(tx, LogFrozen(next_origin=next_origin, reason=reason))
