"""Opening, finding and revoking sign-ins; counting failures so that guessing stays slow."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Final

from kernel import ids
from kernel.clock import micros
from kernel.database import Tx, emits_nothing
from people import store
from people.errors import SignInThrottled
from people.roles import Principal

TOKEN_BYTES: Final = 32
FAILURE_WINDOW: Final = timedelta(minutes=15)
STAFF_HOURS: Final = 10
CANDIDATE_HOURS: Final = 12


def new_token() -> str:
    """A fresh cookie value."""
    return base64.urlsafe_b64encode(ids.random_bytes(TOKEN_BYTES)).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the database keeps of a cookie value."""
    return hashlib.sha256(token.encode()).digest()


def failure_subject(pepper: bytes, kind: str, name: str) -> bytes:
    """Keyed hash under which failures are counted (`kind`: account, candidate, room)."""
    return hmac.digest(pepper, f"ujikom/failure/v1\0{kind}\0{name}".encode(), "sha256")


def guess_subject(tx: Tx, *, number: str, address: str) -> bytes:
    """Under which one PC's failures at one candidate number are counted.

    Each `unlock` within the window begins a new count.
    """
    pepper = tx.keys.secret("pepper")
    since = micros(tx.at - FAILURE_WINDOW)
    unlocked = store.failures_since(tx, failure_subject(pepper, "unlock", number), since)
    return failure_subject(pepper, "guess", f"{unlocked}\0{address}\0{number}")


@emits_nothing("the guard at the door is told that this candidate was only clumsy")
def unlock(tx: Tx, *, number: str) -> None:
    """Let a candidate number be tried again at once, from every PC."""
    pepper = tx.keys.secret("pepper")
    store.insert_failure(tx, failure_subject(pepper, "unlock", number))
    store.forget_failures_of(tx, failure_subject(pepper, "candidate", number))


def check_throttle(tx: Tx, *, subject: bytes, limit: int) -> None:
    """Raise SignInThrottled when the subject has had `limit` failures in the window."""
    since = micros(tx.at - FAILURE_WINDOW)
    if store.failures_since(tx, subject, since) >= limit:
        raise SignInThrottled(minutes=int(FAILURE_WINDOW.total_seconds() // 60))


@emits_nothing("a counter that slows guessing down, forgotten after the window")
def note_failure(tx: Tx, *, subjects: tuple[bytes, ...]) -> None:
    """Count one failed attempt against each subject."""
    store.forget_failures(tx, micros(tx.at - FAILURE_WINDOW))
    for subject in subjects:
        store.insert_failure(tx, subject)


@emits_nothing("who signs in when is personal data; deeds done while signed in are logged")
def open_sign_in(
    tx: Tx,
    *,
    token: str,
    person_id: bytes,
    account_id: bytes | None = None,
    registration_id: bytes | None = None,
) -> None:
    """Open a sign-in for a staff account or a candidate's registration."""
    hours = STAFF_HOURS if account_id else CANDIDATE_HOURS
    store.insert_sign_in(
        tx,
        token_hash(token),
        person_id=person_id,
        account_id=account_id,
        registration_id=registration_id,
        expires_at=micros(tx.at + timedelta(hours=hours)),
    )


@emits_nothing("ending a sign-in changes no fact of the programme")
def revoke(tx: Tx, *, token: str) -> None:
    """End a sign-in at once; unknown tokens are let pass."""
    store.revoke_sign_in(tx, token_hash(token))


def find(tx: Tx, *, token: str) -> Principal | None:
    """Who holds the token, None when it is not open."""
    return store.principal(tx, token_hash(token))
