"""The history of the issuer's credential keys: what an old key signed stays checkable."""

from datetime import datetime

import msgspec

from audit.log import record
from certificates import multibase, store
from certificates.credential import split
from certificates.errors import CredentialMalformed, IssuerUnknown
from certificates.events import IssuerKeyNoted
from kernel.database import Database, Tx, emits


class IssuerKey(msgspec.Struct, frozen=True):
    """A public key, since when it signs, and until when; the newest has no end."""

    key: bytes
    since: datetime
    until: datetime | None


def history(tx: Tx) -> list[IssuerKey]:
    """Every key that ever signed, oldest first; the present one is the last."""
    stored = store.issuer_keys(tx)
    present = tx.keys.verify_key("credential")
    if not stored or stored[-1][0] != present:
        stored.append((present, tx.at))
    ends: list[datetime | None] = [since for _key, since in stored[1:]]
    pairs = zip(stored, [*ends, None], strict=True)
    return [IssuerKey(key, since, until) for (key, since), until in pairs]


def all_keys(tx: Tx) -> tuple[bytes, ...]:
    """The public keys to trust, the present one first."""
    return tuple(reversed([each.key for each in history(tx)]))


def signer_of(tx: Tx, credential: bytes) -> bytes:
    """Which of our keys a credential's proof names; raises IssuerUnknown, CredentialMalformed."""
    method = split(credential)[1].get("verificationMethod")
    if not isinstance(method, str):
        raise CredentialMalformed(reason="proof")
    for key in all_keys(tx):
        if method.endswith(f"#{multibase.public_key(key)}"):
            return key
    raise IssuerUnknown(key="credential", fingerprint=method.rpartition("#")[2])


def note_present(database: Database) -> bool:
    """Write the present key into the history and the log unless it is there."""
    known = {key for key, _since in database.read_sync(store.issuer_keys)}
    if database.keys.verify_key("credential") in known:
        return False
    database.write_sync(note_key)
    return True


@emits("issuer.key_noted")
def note_key(tx: Tx) -> None:
    """Append the present key; a key that is there already is left alone."""
    key = tx.keys.verify_key("credential")
    if key in {known for known, _since in store.issuer_keys(tx)}:
        return
    store.insert_issuer_key(tx, key)
    record(tx, IssuerKeyNoted(key=multibase.public_key(key)))
