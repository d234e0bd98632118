"""Recording a deed: leaf, chain and opening, written in the deed's own transaction."""

import base64
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from audit import commitment, jcs, leaf, merkle, store
from audit.errors import ChainBroken, OpeningMissing
from audit.events import ClockStep, Event, clear_fields, plain, shape
from kernel.canonical import b64
from kernel.clock import stamp
from kernel.database import Tx, emits
from kernel.ids import random_bytes, text
from kernel.sealed import Sealer

NO_SUBJECT = bytes(16)


class Entry(msgspec.Struct, frozen=True):
    """What was recorded; `k` is its place in the handle's chain, 0 without a handle."""

    leaf: bytes
    leaf_hash: bytes
    k: int


def record(
    tx: Tx,
    event: Event,
    *,
    session: bytes | None = None,
    handle: bytes | None = None,
    sealer: Sealer | None = None,
    previous: tuple[int, bytes] | None = None,
) -> Entry:
    """Write an event to the outbox, its place to the chain and its opening under seal.

    `previous` is the (k, leaf hash) of the handle's last event when the caller knows it, (0, b"")
    before the first; a wrong one fails on the chain's key. Without a `sealer` the opening is
    sealed under the installation's own key: for events about no person.
    """
    place = None
    if handle is not None:
        k, last = store.chain_end(tx, handle) if previous is None else previous
        place = leaf.Chain(handle=handle, k=k + 1, previous=last)
    salts = random_bytes(commitment.SALT_BYTES * len(shape(type(event)).committed))
    data, opened = compose(event, salts=salts, at=tx.at, session=session, place=place)
    hashed = merkle.leaf_hash(data)
    sealer = sealer or installation_sealer(tx)
    sealed = (sealer.subject, sealer.seal(opened, hashed)) if opened else None
    if place is not None and sealed is not None:
        store.add_with_chain_and_opening(tx, data, hashed, (place.handle, place.k), sealed)
    else:
        store.add_to_outbox(tx, data)
        if place is not None:
            store.add_to_chain(tx, place.handle, place.k, hashed)
        if sealed is not None:
            store.add_opening(tx, hashed, *sealed)
    tx.emitted.append(event.type)
    return Entry(leaf=data, leaf_hash=hashed, k=place.k if place else 0)


_session_text = lru_cache(maxsize=256)(text)  # a busy session is spelled in every leaf


def installation_sealer(tx: Tx) -> Sealer:
    """The seal of openings that concern no person."""
    return Sealer(subject=NO_SUBJECT, key=tx.keys.secret("sealing"))


def compose(
    event: Event,
    *,
    salts: bytes,
    at: datetime,
    session: bytes | None = None,
    place: leaf.Chain | None = None,
) -> tuple[bytes, bytes]:
    """The leaf of an event, and the canonical JSON that opens its commitments, if it has any.

    `salts` are 32 fresh random bytes for each committed field, in the order of their names.
    """
    committed, opened = {}, []
    for position, (name, prefix) in enumerate(shape(type(event)).committed):
        start = position * commitment.SALT_BYTES
        salt = salts[start : start + commitment.SALT_BYTES]
        value = jcs.encode(plain(getattr(event, name)))
        committed[name] = commitment.commit_bytes(salt, prefix, value)
        opened.append(b'"%s":{"salt":"%s","value":%s}' % (name.encode(), _b64(salt), value))
    data = leaf.encode(
        leaf.Leaf(
            type=event.type,
            at=stamp(at),
            commitments=committed,
            clear=clear_fields(event),
            session=None if session is None else _session_text(session),
            chain=place,
        )
    )
    return data, b"{" + b",".join(opened) + b"}" if opened else b""


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def unseal(sealed: bytes, leaf_hash: bytes, sealer: Sealer) -> dict[str, tuple[bytes, Any]]:
    """Salt and value by field out of an opening's sealed bytes; raises SealBroken."""
    fields = jcs.decode(sealer.open(sealed, leaf_hash))
    return {
        name: (base64.b64decode(opened["salt"]), opened["value"]) for name, opened in fields.items()
    }


def opening(tx: Tx, leaf_hash: bytes, sealer: Sealer | None = None) -> dict[str, tuple[bytes, Any]]:
    """Salt and value of each committed field of a leaf.

    Raises `OpeningMissing` when there is none (any more) and SealBroken under a wrong key.
    """
    found = store.opening(tx, leaf_hash)
    if found is None:
        raise OpeningMissing(leaf_hash=b64(leaf_hash))
    return unseal(found[1], leaf_hash, sealer or installation_sealer(tx))


def erase_openings(tx: Tx, subject: bytes) -> int:
    """Delete every opening of a subject; the leaves stay. Gives how many were deleted."""
    return store.erase_openings(tx, subject)


def chain_end(tx: Tx, handle: bytes) -> tuple[int, bytes]:
    """The `previous` for the next event of a handle."""
    return store.chain_end(tx, handle)


def entries_of(tx: Tx, handle: bytes) -> list[bytes]:
    """The leaves of a handle's chain in order, integrated or still waiting."""
    chain = store.chain_leaves(tx, handle)
    if any(found is None for _, found in chain):
        waiting = {merkle.leaf_hash(data): data for data in store.waiting_leaves(tx)}
        # a leaf that left the outbox between the two statements is in the log by now
        chain = [(hashed, found or waiting.get(hashed)) for hashed, found in chain]
        if any(found is None for _, found in chain):
            chain = store.chain_leaves(tx, handle)
    return [_present(hashed, found) for hashed, found in chain]


def _present(hashed: bytes, found: bytes | None) -> bytes:
    if found is None:
        raise ChainBroken(leaf_hash=b64(hashed))
    return found


def index_of(tx: Tx, leaf_hash: bytes) -> int | None:
    """The index of a leaf in the log, None while it waits or when it never was."""
    return store.index_of(tx, leaf_hash)


@emits("clock.step")
def note_clock_step(tx: Tx, *, stored: datetime, behind: timedelta) -> None:
    """Log that the wall clock was found behind what was already recorded."""
    micros = behind // timedelta(microseconds=1)
    record(tx, ClockStep(stored=stamp(stored), behind_micros=micros))
