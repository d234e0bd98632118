"""The status list as a credential, and the check of a certificate against lists.

A list that cannot be trusted answers nothing: altered, foreign, stale and rolled-back lists are
refused, each with its own error, and the status stays unknown. There is no "probably valid".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import credential
from certificates.document import PURPOSES, issuer_did, status_list_url
from certificates.errors import (
    CertificateRevoked,
    CertificateSuspended,
    CredentialAltered,
    CredentialMalformed,
    StatusListAltered,
    StatusListForeign,
    StatusListMalformed,
    StatusListMissing,
    StatusListRolledBack,
    StatusListStale,
)
from certificates.status_lists import bitstring
from kernel.clock import stamp, unstamp

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
RESIGN_AFTER: Final = timedelta(hours=24)
LIFETIME: Final = timedelta(hours=36)  # a missed day is noticed, an old list is not believed


class Known(msgspec.Struct, frozen=True):
    """What a checker brings: lists by address, trusted keys, the newest issue it has seen."""

    lists: Mapping[str, bytes]
    keys: tuple[bytes, ...]
    newest: Mapping[str, datetime] = {}


def issue(
    *,
    issuer_url: str,
    key: Ed25519PrivateKey,
    purpose: str,
    number: int,
    places: list[int],
    at: datetime,
) -> bytes:
    """Sign a list as it is at a moment, with the proof that badges have."""
    url = status_list_url(issuer_url, purpose, number)
    document = {
        "@context": [CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did(issuer_url),
        "validFrom": stamp(at),
        "validUntil": stamp(at + LIFETIME),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": bitstring.encode(places),
        },
    }
    return credential.sign(
        document, issuer_url=issuer_url, key=key, suite=credential.RDFC, created=stamp(at)
    )


def check(document: dict[str, Any], known: Known, at: datetime) -> datetime:
    """Check a credential's document against lists; gives the time of the older of its lists.

    Raises CertificateRevoked, CertificateSuspended, or why the lists say nothing:
    StatusListMissing, StatusListMalformed, StatusListAltered, StatusListForeign, StatusListStale,
    StatusListRolledBack. Revocation is looked at first.
    """
    entries = {purpose: _entry(document, purpose) for purpose in PURPOSES}
    read = {
        purpose: _read(entry, purpose, document, known, at) for purpose, entry in entries.items()
    }
    for purpose, refused in (
        ("revocation", CertificateRevoked),
        ("suspension", CertificateSuspended),
    ):
        signed_at, encoded = read[purpose]
        if bitstring.is_set(encoded, int(entries[purpose]["statusListIndex"])):
            raise refused(at=stamp(signed_at))
    return min(signed_at for signed_at, _encoded in read.values())


def _entry(document: dict[str, Any], purpose: str) -> dict[str, Any]:
    """The credential's one entry of a purpose."""
    entries = document.get("credentialStatus")
    found = [
        entry
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and entry.get("statusPurpose") == purpose
    ]
    if len(found) != 1:
        raise StatusListMissing(purpose=purpose, url="-")
    if not str(found[0].get("statusListIndex", "")).isascii():
        raise StatusListMalformed(reason="index")
    if not str(found[0].get("statusListIndex", "")).isdigit():
        raise StatusListMalformed(reason="index")
    return dict(found[0])


def _read(
    entry: dict[str, Any], purpose: str, document: dict[str, Any], known: Known, at: datetime
) -> tuple[datetime, str]:
    """When a list was signed and its bits, once everything about it holds."""
    url = str(entry.get("statusListCredential"))
    if url not in known.lists:
        raise StatusListMissing(purpose=purpose, url=url)
    listed = _signed(known.lists[url], url, known.keys)
    issuer = document.get("issuer")
    whose = issuer.get("id") if isinstance(issuer, dict) else issuer
    subject = listed.get("credentialSubject")
    if listed.get("issuer") != whose or listed.get("id") != url or not isinstance(subject, dict):
        raise StatusListForeign(url=url)
    if subject.get("statusPurpose") != purpose:
        raise StatusListForeign(url=url)
    start, end = _period(listed)
    if not start <= at <= end:
        raise StatusListStale(url=url, at=stamp(start))
    if start < known.newest.get(url, start):
        raise StatusListRolledBack(url=url, at=stamp(start), newest=stamp(known.newest[url]))
    return start, str(subject.get("encodedList"))


def _signed(data: bytes, url: str, keys: tuple[bytes, ...]) -> dict[str, Any]:
    """The list's document, once one of the trusted keys has signed it."""
    for key in keys:
        try:
            credential.verify(data, key)
        except CredentialAltered:
            continue
        except CredentialMalformed as error:
            raise StatusListMalformed(reason="shape") from error
        return credential.split(data)[0]
    raise StatusListAltered(url=url)


def _period(listed: dict[str, Any]) -> tuple[datetime, datetime]:
    try:
        return unstamp(listed["validFrom"]), unstamp(listed["validUntil"])
    except (KeyError, TypeError, ValueError) as error:
        raise StatusListMalformed(reason="period") from error
