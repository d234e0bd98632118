"""A time-stamping authority's word (RFC 3161) on one checkpoint a day.

A witness says that history was not rewritten; an authority outside says since when it stood so.
Asked over HTTP, kept as answered. Anyone checks a stamp with `openssl ts -verify`, the exported
`.checkpoint` file as the data and the authority's certificate.
"""

import hashlib
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Final

from audit import store
from audit.errors import StampRefused
from audit.store import StoredCheckpoint, StoredStamp
from kernel.clock import from_micros, micros
from kernel.database import Database, Tx, emits_nothing
from kernel.ids import random_bytes

EVERY: Final = timedelta(days=1)
TIMEOUT_SECONDS: Final = 15.0
MAX_REPLY: Final = 100_000
NONCE_BYTES: Final = 8
QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"

_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier, NULL parameters
_GRANTED = (b"\x02\x01\x00", b"\x02\x01\x01")  # PKIStatus granted, grantedWithMods
_SEQUENCE = 0x30
_INTEGER = 0x02
_OCTETS = 0x04
_LONG_FORM = 0x80


def stamp_daily(database: Database, url: str) -> StoredStamp | None:
    """Have the newest checkpoint stamped unless one was in the last day; the new stamp.

    Raises `StampRefused`; nothing waits for it, try again later.
    """
    wanted = database.read_sync(_wanted)
    if wanted is None:
        return None
    digest = _digest(wanted.note)
    nonce = b"\x01" + random_bytes(NONCE_BYTES - 1)  # a positive INTEGER of fixed length
    reply = _ask(url, request(digest, nonce))
    check(reply, digest, nonce)
    database.write_sync(_keep, checkpoint=wanted, authority=url, reply=reply)
    return database.read_sync(store.newest_stamp)


def request(digest: bytes, nonce: bytes) -> bytes:
    """The DER of a TimeStampReq for a SHA-256 digest that asks for the signer's certificate."""
    imprint = _der(_SEQUENCE, _SHA256 + _der(_OCTETS, digest))
    version, certificate = _der(_INTEGER, b"\x01"), b"\x01\x01\xff"
    return _der(_SEQUENCE, version + imprint + _der(_INTEGER, nonce) + certificate)


def check(reply: bytes, digest: bytes, nonce: bytes) -> None:
    """That the reply is granted and speaks of our digest and nonce; raises `StampRefused`.

    The authority's signature is left to those who know whom they trust.
    """
    _granted(reply)
    if _der(_OCTETS, digest) not in reply or _der(_INTEGER, nonce) not in reply:
        raise StampRefused(reason="another_imprint")


def check_imprint(reply: bytes, text: str) -> None:
    """`check` of a kept reply, whose nonce is no longer known, against the stamped text."""
    _granted(reply)
    if _der(_OCTETS, _digest(text)) not in reply:
        raise StampRefused(reason="another_imprint")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _granted(reply: bytes) -> None:
    try:
        whole = _content(reply, _SEQUENCE)
        status = _content(_content_of_first(whole), _SEQUENCE)
    except (IndexError, ValueError) as error:
        raise StampRefused(reason="form") from error
    if not status.startswith(_GRANTED):
        raise StampRefused(reason="not_granted")


def _wanted(tx: Tx) -> StoredCheckpoint | None:
    newest, last = store.newest_checkpoint(tx), store.newest_stamp(tx)
    if newest is None or (last is not None and last.size >= newest.size):
        return None
    recent = last is not None and tx.at - from_micros(last.at) < EVERY
    return None if recent else newest


@emits_nothing("an authority's word about a published checkpoint, checked by whoever trusts it")
def _keep(tx: Tx, *, checkpoint: StoredCheckpoint, authority: str, reply: bytes) -> None:
    at = micros(tx.at)
    store.add_stamp(tx, StoredStamp(checkpoint.size, at, authority, checkpoint.note, reply))


def _ask(url: str, query: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise StampRefused(reason="url")
    asked = urllib.request.Request(url, data=query, headers={"Content-Type": QUERY})  # noqa: S310 - http and https alone
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            kind = answer.headers.get_content_type()
            reply: bytes = answer.read(MAX_REPLY + 1)
    except (OSError, urllib.error.URLError) as error:
        raise StampRefused(reason=str(error)) from error
    if kind != REPLY or len(reply) > MAX_REPLY:
        raise StampRefused(reason="media_type_or_length")
    return reply


def _der(tag: int, content: bytes) -> bytes:
    """Tag, length and content; every content here is shorter than 128 bytes."""
    return bytes([tag, len(content)]) + content


def _content(data: bytes, tag: int) -> bytes:
    """What is inside the first element; raises ValueError when it is another or cut off."""
    if data[0] != tag:
        raise ValueError(data[:1])
    start, end = _bounds(data)
    if end > len(data):
        raise ValueError(end)
    return data[start:end]


def _content_of_first(data: bytes) -> bytes:
    """The first element itself."""
    return data[: _bounds(data)[1]]


def _bounds(data: bytes) -> tuple[int, int]:
    """Where the first element's content starts and ends."""
    length, start = data[1], 2
    if length & _LONG_FORM:
        start += length & ~_LONG_FORM
        length = int.from_bytes(data[2:start], "big")
    return start, start + length
