"""Whether the PDF is signed as we sign, whole, unchanged since, and by whom.

pyHanko looks (in a child process), these rules judge. They are stricter than the PDF format:
"signature valid" in a viewer may stand beside a page that a later revision replaced.
"""

import base64
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography import x509

from certificates.errors import NotACertificate
from certificates.signing.errors import (
    PdfAttachmentSwapped,
    PdfBytesUncovered,
    PdfChangedLater,
    PdfSignatureBroken,
    PdfSignerRevoked,
    PdfSignerUnknown,
    PdfUnsigned,
)
from certificates.signing.inspector import SECONDS_LIMIT, SEPARATOR

_INSPECTOR: Final = Path(__file__).resolve().with_name("inspector.py")
_UNCHANGED: Final = ("none", "lta_updates")  # validation data and document time-stamps
_WHOLE: Final = ("entire_file", "entire_revision")
_COMPROMISED: Final = (x509.ReasonFlags.key_compromise, x509.ReasonFlags.unspecified)


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one signature or document time-stamp; a fact each, no verdict."""

    field: str
    stamp: bool
    intact: bool
    trusted: bool
    coverage: str
    changes: str
    padded: bool
    claimed: str
    stamped: str
    serial: str
    issuer: str
    signer: str
    authority: str
    fingerprint: str
    attachments_kept: bool


class Inspection(msgspec.Struct, frozen=True):
    """A PDF's title and its signatures, oldest revision first."""

    title: str
    validation_data: bool
    signatures: list[Signature]

    @property
    def level(self) -> str:
        """The PAdES level that the file reaches in the eyes of the checker."""
        if not self.signatures[0].stamped:
            return "B-B"
        if not self.validation_data:
            return "B-T"
        last = self.signatures[-1]
        return "B-LTA" if last.stamp and last.stamped else "B-LT"


def inspect(
    pdf: bytes, *, roots: Sequence[bytes], stamping_roots: Sequence[bytes] = ()
) -> Inspection:
    """Look at a PDF's signatures in a child process with limits.

    Raises NotACertificate when the file cannot be read that far.
    """
    signers, authorities = (
        [base64.b64encode(root).decode() for root in given] for given in (roots, stamping_roots)
    )
    try:
        child = subprocess.run(  # noqa: S603 - our own program, no shell, arguments are base64
            [sys.executable, "-I", str(_INSPECTOR), *signers, SEPARATOR, *authorities],
            input=pdf,
            capture_output=True,
            timeout=2 * SECONDS_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotACertificate(reason="limits") from error
    if child.returncode:
        raise NotACertificate(reason="signature")
    return msgspec.json.decode(child.stdout, type=Inspection)


def verify_whole(found: Inspection) -> dict[str, Any]:
    """That the first signature holds and nothing but proof of it was added since.

    Raises PdfUnsigned, PdfSignatureBroken, PdfAttachmentSwapped, PdfChangedLater and
    PdfBytesUncovered, in this order; gives who signed, and when as the signature tells.
    """
    own = the_signature(found)
    if not own.intact:
        raise PdfSignatureBroken(field=own.field)
    if not own.attachments_kept:
        raise PdfAttachmentSwapped
    if own.coverage not in _WHOLE or own.changes not in _UNCHANGED:
        raise PdfChangedLater(changes=own.changes)
    later = found.signatures[1:]
    if any(not (each.stamp and each.intact) for each in later):
        raise PdfSignatureBroken(field=later[0].field)
    if found.signatures[-1].coverage != "entire_file":
        raise PdfBytesUncovered(where="end")
    if any(each.padded for each in found.signatures):
        raise PdfBytesUncovered(where="signature")
    return {"signer": own.signer, "at": own.stamped or own.claimed, "level": found.level}


def verify_signer(found: Inspection, *, crls: Sequence[bytes] = ()) -> dict[str, Any]:
    """That the signer's certificate leads to a trusted root and is in none of the lists (DER).

    Raises PdfSignerUnknown or PdfSignerRevoked.
    """
    own = the_signature(found)
    if not own.trusted:
        raise PdfSignerUnknown(signer=own.signer, fingerprint=own.fingerprint)
    for listed in map(x509.load_der_x509_crl, crls):
        if sha256(listed.issuer.public_bytes()).hexdigest() == own.issuer:
            _not_revoked(own, listed)
    return {"fingerprint": own.fingerprint, "authority": own.authority}


def _not_revoked(own: Signature, listed: x509.CertificateRevocationList) -> None:
    """A signature made before the revocation stands.

    When the key may be in wrong hands, a trusted time-stamp alone tells before from after: whoever
    has the key writes what time he likes.
    """
    entry = listed.get_revoked_certificate_by_serial_number(int(own.serial, 16))
    if entry is None:
        return
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    at = own.stamped or ("" if reason in _COMPROMISED else own.claimed)
    if not at or datetime.fromisoformat(at) >= entry.revocation_date_utc:
        raise PdfSignerRevoked(reason=reason.value, since=entry.revocation_date_utc.isoformat())


def the_signature(found: Inspection) -> Signature:
    """The first signature, which all trust hangs on; raises PdfUnsigned when there is none."""
    if not found.signatures or found.signatures[0].stamp:
        raise PdfUnsigned
    return found.signatures[0]
