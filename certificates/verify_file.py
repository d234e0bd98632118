"""Checking a certificate file with the network off: attachments, signatures, log, dates.

What no file can tell is said too: revocation needs the issuer's status list, and the printed page
is compared by eye, because a signature on an attachment says nothing about the pixels beside it.
"""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec

from audit import checkpoint, commitment, leaf, merkle, note, proof
from certificates import bundle, credential, multibase
from certificates.attachment_reader import SECONDS_LIMIT
from certificates.bundle import BUNDLE_NAME, CREDENTIAL_NAME
from certificates.errors import (
    BundleForeign,
    CredentialMalformed,
    IssuerUnknown,
    LeafForeign,
    NotACertificate,
)
from certificates.signing import check
from certificates.signing.errors import PdfOfAnother, PdfSignatureBroken, PdfUnsigned
from kernel.canonical import decode
from kernel.clock import unstamp
from kernel.errors import UjikomError

PDF_LIMIT: Final = 10 * 1024 * 1024
_NOBODY_SIGNED: Final = (PdfUnsigned.code, PdfSignatureBroken.code)
_READER: Final = Path(__file__).resolve().parent / "attachment_reader.py"


class CheckName(StrEnum):
    """What is checked, in this order."""

    PDF_SIGNATURE = "pdf_signature"
    PDF_SIGNER = "pdf_signer"
    PDF_CREDENTIAL = "pdf_credential"
    CREDENTIAL_SIGNATURE = "credential_signature"
    ISSUER_KEY = "issuer_key"
    SAME_CREDENTIAL = "same_credential"
    COMMITMENT = "commitment"
    CHECKPOINT_SIGNATURE = "checkpoint_signature"
    INCLUSION = "inclusion"
    VALIDITY_PERIOD = "validity_period"
    REVOCATION = "revocation"
    PRINTED_PAGE = "printed_page"


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class Verdict(StrEnum):
    """The whole file's verdict; there is no plain "valid" without the status list."""

    VALID_STATUS_UNKNOWN = "valid_status_unknown"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown_issuer"


class TrustedKeys(msgspec.Struct, frozen=True):
    """The keys a checker had before it saw the file: raw credential keys and logs' vkeys.

    `roots` (of signers), `stamping_roots` (of time-stamping authorities) and the revocation lists
    `crls` are DER; without roots the PDF's signer is not checked.
    """

    credential: tuple[bytes, ...]
    log: tuple[str, ...]
    roots: tuple[bytes, ...] = ()
    stamping_roots: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


class Check(msgspec.Struct, frozen=True):
    """One check: an error's code and data when it failed, facts to show when it passed."""

    name: CheckName
    outcome: Outcome
    code: str | None = None
    data: dict[str, Any] = {}


class Report(msgspec.Struct, frozen=True):
    """All checks, the verdict, and the credential to compare the printed page with."""

    verdict: Verdict
    checks: tuple[Check, ...]
    credential: dict[str, Any]


def read_attachments(pdf: bytes) -> dict[str, bytes]:
    """Take credential.json and bukti.json out of a PDF, in a child process with limits.

    Raises NotACertificate for anything else than a readable PDF of at most 10 MiB with both.
    """
    if len(pdf) > PDF_LIMIT:
        raise NotACertificate(reason="size")
    if not pdf.startswith(b"%PDF-"):
        raise NotACertificate(reason="no_pdf")
    try:
        child = subprocess.run(  # noqa: S603 - our own program, no shell, fixed arguments
            [sys.executable, "-I", str(_READER), CREDENTIAL_NAME, BUNDLE_NAME],
            input=pdf,
            capture_output=True,
            timeout=2 * SECONDS_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotACertificate(reason="limits") from error
    if child.returncode:
        raise NotACertificate(reason="unreadable")
    found = msgspec.json.decode(child.stdout, type=dict[str, bytes])
    if found.keys() != {CREDENTIAL_NAME, BUNDLE_NAME}:
        raise NotACertificate(reason="attachments")
    return found


def check_offline(pdf: bytes, *, trusted_keys: TrustedKeys, at: datetime) -> Report:
    """Check a file against keys known beforehand, at a given time.

    Raises NotACertificate, CredentialMalformed or BundleMalformed when there is nothing to check;
    every other fault is a failed check in the report.
    """
    files = read_attachments(pdf)
    found = check.inspect(pdf, roots=trusted_keys.roots, stamping_roots=trusted_keys.stamping_roots)
    return check_parts(
        files[CREDENTIAL_NAME],
        files[BUNDLE_NAME],
        trusted_keys=trusted_keys,
        at=at,
        signed=_signature(found, _shape(files[CREDENTIAL_NAME]), trusted_keys),
    )


def check_parts(
    credential_bytes: bytes,
    bundle_bytes: bytes,
    *,
    trusted_keys: TrustedKeys,
    at: datetime,
    signed: tuple[Check, ...] = (),
) -> Report:
    """`check_offline` for one who already has the two attachments, and what else was checked."""
    parts = bundle.parse(bundle_bytes)
    document = _shape(credential_bytes)
    key = multibase.read_public_key(parts.keys.credential)
    log_key = note.parse_vkey(parts.keys.log)
    checks = (
        *signed,
        _run(CheckName.CREDENTIAL_SIGNATURE, lambda: credential.verify(credential_bytes, key)),
        _run(CheckName.ISSUER_KEY, lambda: _trusted(key, log_key, trusted_keys)),
        _run(CheckName.SAME_CREDENTIAL, lambda: _same(parts, credential_bytes)),
        _run(CheckName.COMMITMENT, lambda: _committed(parts, credential_bytes)),
        _run(CheckName.CHECKPOINT_SIGNATURE, lambda: _checkpoint(parts, log_key)),
        _run(CheckName.INCLUSION, lambda: _included(parts)),
        _period(document, at),
        Check(CheckName.REVOCATION, Outcome.NOT_CHECKED),
        Check(CheckName.PRINTED_PAGE, Outcome.NOT_CHECKED),
    )
    return Report(_verdict(checks), checks, document)


def _signature(
    found: check.Inspection, document: dict[str, Any], trusted: TrustedKeys
) -> tuple[Check, ...]:
    """The three checks of the PDF itself: whole, by whom, and about the same certificate."""
    whole = _run(CheckName.PDF_SIGNATURE, lambda: check.verify_whole(found))
    signer = Check(CheckName.PDF_SIGNER, Outcome.NOT_CHECKED)
    if trusted.roots and whole.code not in _NOBODY_SIGNED:
        signer = _run(CheckName.PDF_SIGNER, lambda: _signer(found, trusted))
    return (
        whole,
        signer,
        _run(CheckName.PDF_CREDENTIAL, lambda: _titled(found.title, document)),
    )


def _signer(found: check.Inspection, trusted: TrustedKeys) -> dict[str, Any]:
    return check.verify_signer(found, crls=trusted.crls)


def _titled(title: str, document: dict[str, Any]) -> None:
    """The title, which the signature covers, names the certificate of the credential."""
    number = document["credentialSubject"]["licenseNumber"]
    if number not in title.split():
        raise PdfOfAnother(title=title, number=number)


def _shape(credential_bytes: bytes) -> dict[str, Any]:
    try:
        document = decode(credential_bytes)
        unstamp(document["validFrom"])
        unstamp(document["validUntil"])
        document["credentialSubject"]["licenseNumber"].split()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CredentialMalformed(reason="shape") from error
    return dict(document)


def _run(name: CheckName, job: Callable[[], dict[str, Any] | None]) -> Check:
    try:
        return Check(name, Outcome.PASSED, data=job() or {})
    except UjikomError as error:
        return Check(name, Outcome.FAILED, error.code, error.data)


def _trusted(key: bytes, log_key: note.VerifierKey, trusted: TrustedKeys) -> dict[str, Any]:
    if key not in trusted.credential:
        raise IssuerUnknown(key="credential", fingerprint=credential.fingerprint(key))
    if log_key.vkey not in trusted.log:
        raise IssuerUnknown(key="log", vkey=log_key.vkey)
    return {"fingerprint": credential.fingerprint(key), "origin": log_key.name}


def _same(parts: bundle.ProofBundle, credential_bytes: bytes) -> None:
    if parts.credential != credential_bytes:
        raise BundleForeign


def _committed(parts: bundle.ProofBundle, credential_bytes: bytes) -> dict[str, Any]:
    """The leaf tells of an issued certificate, and its commitment opens to this credential."""
    entry = leaf.decode(parts.leaf)
    committed = entry.commitments.get(bundle.COMMITTED_FIELD)
    if entry.type != bundle.EVENT_TYPE or parts.field != bundle.COMMITTED_FIELD or not committed:
        raise LeafForeign(type=entry.type)
    value = bundle.committed_value(credential_bytes)
    if parts.value != value:
        raise LeafForeign(type=entry.type)
    commitment.verify(committed, parts.salt, entry.type, parts.field, value)
    return {"at": entry.at}


def _checkpoint(parts: bundle.ProofBundle, log_key: note.VerifierKey) -> dict[str, Any]:
    head = checkpoint.verify(proof.parse(parts.tlog_proof).note, log_key)
    return {"origin": head.origin, "size": head.size, "root": head.root.hex()}


def _included(parts: bundle.ProofBundle) -> dict[str, Any]:
    """The path leads to the root that the checkpoint states, whoever signed it."""
    given = proof.parse(parts.tlog_proof)
    head = checkpoint.parse_body(note.parse(given.note).text)
    hashed = merkle.leaf_hash(parts.leaf)
    merkle.verify_inclusion(hashed, given.index, head.size, given.path, head.root)
    return {"index": given.index, "leaf_hash": hashed.hex()}


def _period(document: dict[str, Any], at: datetime) -> Check:
    start, end = document["validFrom"], document["validUntil"]
    facts = {"valid_from": start, "valid_until": end}
    if at < unstamp(start):
        return Check(CheckName.VALIDITY_PERIOD, Outcome.FAILED, Verdict.NOT_YET_VALID, facts)
    if at > unstamp(end):
        return Check(CheckName.VALIDITY_PERIOD, Outcome.FAILED, Verdict.EXPIRED, facts)
    return Check(CheckName.VALIDITY_PERIOD, Outcome.PASSED, data=facts)


def _verdict(checks: tuple[Check, ...]) -> Verdict:
    """An alteration outweighs a strange key, and that outweighs dates."""
    failed = {check.name: check for check in checks if check.outcome is Outcome.FAILED}
    strange = {CheckName.ISSUER_KEY, CheckName.PDF_SIGNER}
    if failed.keys() - strange - {CheckName.VALIDITY_PERIOD}:
        return Verdict.ALTERED
    if failed.keys() & strange:
        return Verdict.UNKNOWN_ISSUER
    if period := failed.get(CheckName.VALIDITY_PERIOD):
        return Verdict(str(period.code))
    return Verdict.VALID_STATUS_UNKNOWN
