"""Between password and code: a short-lived proof that the password was right a moment ago.

It lies in the form of the second step, so that nobody is half signed in on the server.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final

from kernel import ids
from kernel.canonical import b64, unb64
from people.errors import SignInRefused

LASTS: Final = timedelta(minutes=5)
MAC_BYTES: Final = 32


def make(pepper: bytes, *, account_id: bytes, at: datetime) -> str:
    """The proof for an account, good for five minutes from `at`."""
    until = int((at + LASTS).timestamp())
    body = account_id + until.to_bytes(8, "big")
    return b64(body + _mac(pepper, body))


def account_of(pepper: bytes, proof: str, *, at: datetime) -> bytes:
    """The account of a proof that is ours and still good; raises SignInRefused."""
    try:
        data = unb64(proof)
    except ValueError as error:
        raise SignInRefused from error
    body, mac = data[:-MAC_BYTES], data[-MAC_BYTES:]
    if not hmac.compare_digest(_mac(pepper, body), mac) or len(body) != ids.ID_BYTES + 8:
        raise SignInRefused
    if int.from_bytes(body[ids.ID_BYTES :], "big") < at.timestamp():
        raise SignInRefused
    return body[: ids.ID_BYTES]


def _mac(pepper: bytes, body: bytes) -> bytes:
    return hmac.digest(pepper, b"ujikom/sign-in-step/v1\0" + body, "sha256")
