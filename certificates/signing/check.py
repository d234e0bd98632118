"""Whether the PDF is signed as we sign, whole, unchanged since, and by whom.

pyHanko looks (in a child process), these rules judge. They are stricter than the PDF format:
"signature valid" in a viewer may stand beside a page that a later revision replaced.
"""

import base64
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from certificates.errors import NotACertificate
from certificates.signing.errors import (
    PdfAttachmentSwapped,
    PdfBytesUncovered,
    PdfChangedLater,
    PdfSignatureBroken,
    PdfSignerUnknown,
    PdfUnsigned,
)
from certificates.signing.inspector import SECONDS_LIMIT

_INSPECTOR: Final = Path(__file__).resolve().with_name("inspector.py")
_UNCHANGED: Final = ("none", "lta_updates")  # validation data and document time-stamps
_WHOLE: Final = ("entire_file", "entire_revision")
_CERTIFIES: Final = 2


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one signature or document time-stamp; a fact each, no verdict."""

    field: str
    stamp: bool
    intact: bool
    trusted: bool
    coverage: str
    changes: str
    certifies: int
    padded: bool
    claimed: str
    signer: str
    fingerprint: str
    attachments_kept: bool


class Inspection(msgspec.Struct, frozen=True):
    """A PDF's title and its signatures, oldest revision first."""

    title: str
    signatures: list[Signature]


def inspect(pdf: bytes, *, roots: Sequence[bytes]) -> Inspection:
    """Look at a PDF's signatures in a child process with limits.

    Raises NotACertificate when the file cannot be read that far.
    """
    try:
        child = subprocess.run(  # noqa: S603 - our own program, no shell, arguments are base64
            [sys.executable, "-I", str(_INSPECTOR), *(base64.b64encode(r).decode() for r in roots)],
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


def verify_whole(found: Inspection, *, field: str) -> dict[str, Any]:
    """That the signature in our field holds and nothing but proof of it was added since.

    Raises PdfUnsigned, PdfSignatureBroken, PdfAttachmentSwapped, PdfChangedLater and
    PdfBytesUncovered, in this order; gives who signed, and when as the signature tells.
    """
    own = the_signature(found, field=field)
    if not own.intact:
        raise PdfSignatureBroken(field=field)
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
    return {"signer": own.signer, "at": own.claimed}


def verify_signer(found: Inspection, *, field: str) -> dict[str, Any]:
    """That the signer's certificate leads to a trusted root; raises PdfSignerUnknown."""
    own = the_signature(found, field=field)
    if not own.trusted:
        raise PdfSignerUnknown(signer=own.signer, fingerprint=own.fingerprint)
    return {"fingerprint": own.fingerprint}


def the_signature(found: Inspection, *, field: str) -> Signature:
    """The certifying signature in our field, which must be the first; raises PdfUnsigned."""
    if not found.signatures:
        raise PdfUnsigned
    own = found.signatures[0]
    if own.field != field or own.stamp or own.certifies != _CERTIFIES:
        raise PdfUnsigned(field=own.field)
    return own
