"""What makes a signature last beyond its certificates: time-stamps and validation data.

B-T adds a time-stamp, B-LT the certificates and revocation lists of both chains, B-LTA a time-stamp
over all of that (ETSI EN 319 142-1). The authority's address and files come from the operator.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from certificates.signing.errors import EvidenceMissing, TimestampRefused

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
REPLY_LIMIT: Final = 100_000
PAUSE_SECONDS: Final = 0.5  # before the second try, doubled before each further one


class Level(StrEnum):
    """The PAdES baseline levels."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"


class Authority(msgspec.Struct, frozen=True):
    """A time-stamping authority: where it answers, how long and how often we ask."""

    url: str
    seconds: float = 10.0
    tries: int = 3


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What to add to a signature. Certificates and lists are DER.

    `roots` are trusted, `others` lead to them, `crls` are of every CA in both chains.
    """

    level: Level
    authority: Authority
    roots: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    @property
    def stores_validation_data(self) -> bool:
        """Whether certificates and revocation lists go into the file."""
        return self.level in (Level.LT, Level.LTA)


def ask(authority: Authority, query: bytes) -> bytes:
    """An authority's reply (RFC 3161 over HTTP), tried again after a pause.

    Raises TimestampRefused with the last reason.
    """
    reason = ""
    for attempt in range(authority.tries):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            return _asked(authority, query)
        except (OSError, urllib.error.URLError, ValueError) as error:
            reason = str(error)
    raise TimestampRefused(url=authority.url, reason=reason)


def _asked(authority: Authority, query: bytes) -> bytes:
    if not authority.url.startswith(("http://", "https://")):
        raise ValueError(authority.url)
    asked = urllib.request.Request(authority.url, query, {"Content-Type": QUERY})  # noqa: S310 - http and https alone
    with urllib.request.urlopen(asked, timeout=authority.seconds) as answer:  # noqa: S310 - as above
        reply: bytes = answer.read(REPLY_LIMIT + 1)
        if answer.headers.get_content_type() != REPLY or len(reply) > REPLY_LIMIT:
            raise ValueError(answer.headers.get_content_type())
    return reply


def timestamper(authority: Authority) -> Any:
    """The authority as pyHanko wants one."""
    from asn1crypto import tsp  # type: ignore[import-untyped] # noqa: PLC0415 - slow import
    from pyhanko.sign.timestamps import TimeStamper  # noqa: PLC0415 - slow import

    class Ours(TimeStamper):
        async def async_request_tsa_response(self, req: Any) -> Any:
            return tsp.TimeStampResp.load(ask(authority, req.dump()))

    return Ours()  # type: ignore[no-untyped-call] # pyHanko's gap


def validation(evidence: Evidence, chain: Sequence[bytes], *, at: datetime) -> Any:
    """How pyHanko validates before it embeds: both chains to our roots, nothing fetched.

    Where validation data are stored, a missing revocation list fails; an old one raises
    EvidenceMissing here, because pyHanko would take it.
    """
    from asn1crypto import crl, x509  # noqa: PLC0415 - slow import
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - as above

    lists = [crl.CertificateList.load(each) for each in evidence.crls]
    for each in lists:
        until = each["tbs_cert_list"]["next_update"].native
        if evidence.stores_validation_data and (until is None or until < at):
            raise EvidenceMissing(reason=f"CRL {each.issuer.human_friendly}")
    return ValidationContext(
        trust_roots=[x509.Certificate.load(each) for each in evidence.roots],
        other_certs=[x509.Certificate.load(each) for each in (*chain, *evidence.others)],
        crls=lists,
        moment=at,
        allow_fetching=False,
        revocation_mode="require" if evidence.stores_validation_data else "soft-fail",
    )
