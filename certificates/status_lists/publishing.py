"""Keeping the public lists: a random place for each certificate, a fresh signature each day.

What a list says is derived from the same facts as the page at the code, so the two cannot differ
for longer than a turn. Killed anywhere, the next turn finds out what is missing.
"""

from hashlib import sha256

from audit.log import record
from certificates import store as certificates
from certificates.document import PURPOSES, StatusPlace
from certificates.errors import StatusListUnknown
from certificates.events import StatusListSigned
from certificates.standing import standing
from certificates.status import Status
from certificates.status_lists import bitstring, listing, store
from certificates.status_lists.store import Published
from kernel import ids
from kernel.database import Database, Tx, emits

FULL = bitstring.SIZE // 2  # a random draw stays short, and half of a list stays cover
MEANING = {
    Status.REVOKED: "revocation",
    Status.SUPERSEDED: "revocation",
    Status.SUSPENDED: "suspension",
}


def allocate(tx: Tx) -> StatusPlace:
    """A random free place in the newest list; the order of issue cannot be read from it."""
    number, taken = store.newest_number(tx)
    number += taken >= FULL
    while True:
        index = int.from_bytes(ids.random_bytes(4), "big") % bitstring.SIZE
        place = StatusPlace(number, index)
        if not store.is_taken(tx, place):
            return place


def places(tx: Tx, number: int) -> dict[str, list[int]]:
    """The places that are set now, by purpose."""
    found: dict[str, list[int]] = {purpose: [] for purpose in PURPOSES}
    for certificate_id, place in store.touched(tx, number):
        purpose = MEANING.get(standing(tx, certificates.held(tx, certificate_id)))
        if purpose:
            found[purpose].append(place)
    return found


def current(tx: Tx, *, purpose: str, number: int) -> bytes:
    """The list as last signed; raises StatusListUnknown."""
    found = store.newest(tx, purpose, number)
    if found is None:
        raise StatusListUnknown
    return found.document


def publish_due(database: Database, *, issuer_url: str) -> int:
    """Sign every list that is a day old or says something else now; gives how many."""
    due = database.read_sync(_due)
    for purpose, number, version, set_places in due:
        key = database.keys.signing("credential")
        at = database.clock.now()
        document = listing.issue(
            issuer_url=issuer_url, key=key, purpose=purpose, number=number, places=set_places, at=at
        )
        database.write_sync(
            keep_list, purpose=purpose, number=number, new=Published(version + 1, document, at)
        )
    return len(due)


@emits("certificate.status_list_signed")
def keep_list(tx: Tx, *, purpose: str, number: int, new: Published) -> None:
    """Store a signed list; a version that somebody else has stored meanwhile is left alone."""
    before = store.newest(tx, purpose, number)
    if new.version != (before.version if before else 0) + 1:
        return
    store.insert_list(tx, purpose, number, new)
    record(
        tx,
        StatusListSigned(
            purpose=purpose,
            list=number,
            version=new.version,
            sha256=sha256(new.document).hexdigest(),
        ),
    )


def _due(tx: Tx) -> list[tuple[str, int, int, list[int]]]:
    due = []
    for number in store.numbers(tx):
        for purpose, now in places(tx, number).items():
            published = store.newest(tx, purpose, number)
            if published is None or _differs(published, now) or _old(tx, published):
                due.append((purpose, number, published.version if published else 0, now))
    return due


def _old(tx: Tx, published: Published) -> bool:
    return tx.at - published.at >= listing.RESIGN_AFTER


def _differs(published: Published, now: list[int]) -> bool:
    return f'"encodedList":"{bitstring.encode(now)}"'.encode() not in published.document
