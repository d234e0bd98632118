"""What witnesses mean for us: which checkpoint has enough of them, and what waits for that.

Delivering an exam never waits. Releasing results and certificates asks `require_quorum` first; to
go past it takes `override`, which leaves a deed with the reason in the log.
"""

import unicodedata
from pathlib import Path

import msgspec

from audit import cosignature, durable, note, reads, store
from audit.errors import OverrideUnexplained, QuorumMissing
from audit.events import LogPolicy, OverrideUsed
from audit.log import Entry, record
from audit.policy import Policy
from audit.store import StoredCheckpoint
from kernel.database import Database, Tx, emits

RULE = "witness_quorum"


class Reach(msgspec.Struct, frozen=True):
    """How far a policy's witnesses have cosigned: the largest size of each, and of enough."""

    policy: Policy
    sizes: dict[str, int]
    enough: int

    def cosigned(self, size: int) -> list[str]:
        """The witnesses that have cosigned a checkpoint of at least `size`."""
        return sorted(name for name, reached in self.sizes.items() if reached >= size)


def reach(tx: Tx, policy: Policy) -> Reach:
    """Read how far the witnesses have come; signatures are checked."""
    names = {witness.key: witness.name for witness in policy.witnesses}
    sizes: dict[str, int] = {}
    for row in store.cosigned_checkpoints(tx, 0) if names else []:
        missing = [key for key, name in names.items() if name not in sizes]
        if not missing:
            break
        for key in cosignature.cosigners(note.parse(reads.signed_note(tx, row)), missing):
            sizes[names[key]] = row.size
    enough = witnessed(tx, policy)
    return Reach(policy, sizes, enough.size if enough else 0)


def witnessed(tx: Tx, policy: Policy, *, size: int = 0) -> StoredCheckpoint | None:
    """The newest checkpoint of at least `size` that meets the policy; signatures are checked."""
    if policy.self_signed:
        newest = store.newest_checkpoint(tx)
        return newest if newest is not None and newest.size >= size else None
    keys = [witness.key for witness in policy.witnesses]
    for row in store.cosigned_checkpoints(tx, size):
        signed = note.parse(reads.signed_note(tx, row))
        if policy.met(cosignature.cosigners(signed, keys)):
            return row
    return None


def require_quorum(tx: Tx, policy: Policy, *, size: int) -> StoredCheckpoint:
    """The checkpoint by which a deed inside the first `size` entries may be released.

    Raises `QuorumMissing`; under the policy of nobody only while the deed is not yet published.
    """
    found = witnessed(tx, policy, size=size)
    if found is None:
        raise QuorumMissing(size=size, quorum=policy.quorum)
    return found


def override(tx: Tx, *, subject: str, reason: str, by: str) -> Entry:
    """Release without the quorum: say of what, why and who; the caller then does not ask.

    Raises `OverrideUnexplained`. The caller's job is marked `@emits("override.used", ...)`.
    """
    if not (subject.strip() and reason.strip() and by.strip()):
        raise OverrideUnexplained(rule=RULE)
    event = OverrideUsed(rule=RULE, subject=subject, reason=reason.strip(), by=by)
    return record(tx, event)


def announce_policy(database: Database, remembered: Path, text: str) -> bool:
    """Log the policy text when it is not the one in `remembered`; whether it was new."""
    known = remembered.read_text(encoding="utf-8") if remembered.exists() else ""
    if text == known:
        return False
    database.write_sync(note_policy, text=text)
    durable.write(remembered, text.encode())
    return True


@emits("log.policy")
def note_policy(tx: Tx, *, text: str) -> None:
    """Log which witnesses count from here on."""
    record(tx, LogPolicy(policy=unicodedata.normalize("NFC", text)))
