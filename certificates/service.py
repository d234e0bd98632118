"""Deeds on issued certificates: lists for their agency, suspension, revocation, the stored PDF."""

from typing import Final

import msgspec

from audit import log
from audit.log import record
from audit.policy import SELF_SIGNED, Policy
from audit.witnessing import Reach, override, reach
from certificates import store
from certificates.errors import (
    CertificateUnknown,
    OwnCertificate,
    ReleaseNotNeeded,
    StatusChangeRefused,
)
from certificates.events import CertificateStatusChanged
from certificates.issuing import Issuer, issue_award
from certificates.standing import standing
from certificates.status import Status
from certificates.store import Certificate, Override
from exam_engine.errors import ReasonMissing
from exam_engine.outcomes.awards import award, awarded_in
from exam_engine.registration import store as registrations
from exam_engine.registration.store import Session
from kernel import ids
from kernel.blobs import Blobs
from kernel.database import Tx, emits
from people import store as persons
from people.roles import Principal, Role

NOT_REVOKED: Final = set(Status) - {Status.REVOKED}
ALLOWED: Final = {
    "suspended": {Status.VALID},
    "reinstated": {Status.SUSPENDED},
    "revoked": NOT_REVOKED,
    "replaced": NOT_REVOKED,
}


class Listed(msgspec.Struct, frozen=True):
    """A certificate with its present status; `printed` tells whether its PDF exists.

    `waits` tells that the witness quorum is missing; `cosigned` names the witnesses so far.
    """

    certificate: Certificate
    status: Status
    printed: bool
    waits: bool
    cosigned: list[str]
    override: Override | None


def of_agency(tx: Tx, *, by: Principal, policy: Policy = SELF_SIGNED) -> list[Listed]:
    """Every certificate of the account's own agency, under the installation's witness policy."""
    by.require(Role.DECISION_BOARD, Role.AGENCY_ADMIN)
    sessions = [s for s in registrations.sessions(tx) if s.agency_id == by.agency_id]
    reached = reach(tx, policy)
    return [
        _listed(tx, certificate, reached)
        for session in sessions
        for certificate in store.of_session(tx, session.id)
    ]


class Progress(msgspec.Struct, frozen=True):
    """How far issuing is in one session: decided as competent, issued, printed."""

    session: Session
    awarded: int
    issued: int
    printed: int


def progress(tx: Tx, *, by: Principal) -> list[Progress]:
    """How far issuing is in each session of the account's agency that has awards."""
    by.require(Role.DECISION_BOARD, Role.AGENCY_ADMIN)
    return [
        Progress(session, count, *store.issued_in(tx, session.id))
        for session in registrations.sessions(tx)
        if session.agency_id == by.agency_id and (count := awarded_in(tx, session.id))
    ]


@emits("certificate.status_changed")
def change_status(
    tx: Tx, *, certificate_id: bytes, status: str, reason: str, by: Principal
) -> None:
    """Suspend, reinstate or revoke, with a reason.

    Raises StatusChangeRefused, ReasonMissing, OwnCertificate.
    """
    if status == "replaced":
        raise StatusChangeRefused(status=status)
    _change(tx, certificate_id, status, reason, by)


@emits("certificate.issued", "certificate.status_changed")
def reissue(tx: Tx, *, certificate_id: bytes, reason: str, issuer: Issuer, by: Principal) -> bytes:
    """Issue a certificate anew from the facts as they are now; the old one is superseded.

    For a corrected name or result: what was issued is never edited. Its validity ends when the old
    one's would have. Gives the new certificate's id.
    Raises StatusChangeRefused for what was revoked or replaced before, or when the newest result is
    no pass; ReasonMissing, OwnCertificate.
    """
    old = _change(tx, certificate_id, "replaced", reason, by)
    facts = award(tx, old.sitting_id)
    if store.replacement(tx, old.id) or facts.result["outcome"] != "passed":
        raise StatusChangeRefused(status="replaced")
    new = issue_award(tx, facts, issuer, valid_until=old.valid_until)
    store.insert_replacement(tx, old.id, new.id)
    return new.id


def _change(tx: Tx, certificate_id: bytes, status: str, reason: str, by: Principal) -> Certificate:
    """Append a change of status and its event."""
    by.require(Role.DECISION_BOARD)
    certificate = _own(tx, certificate_id, by)
    if by.person_id == certificate.person_id:
        raise OwnCertificate
    if not reason.strip():
        raise ReasonMissing
    if _status(tx, certificate) not in ALLOWED.get(status, set()):
        raise StatusChangeRefused(status=status)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    store.insert_status(
        tx,
        certificate_id,
        number=len(store.history(tx, certificate_id)) + 1,
        status=status,
        reason=reason.strip(),
        account_id=by.account_id,
    )
    record(
        tx,
        CertificateStatusChanged(status=status, reason=reason.strip(), by=ids.text(by.account_id)),
        session=certificate.exam_session_id,
        handle=certificate.handle,
        sealer=persons.sealer(tx, certificate.person_id),
    )
    return certificate


@emits("override.used")
def release_without_quorum(
    tx: Tx, *, certificate_id: bytes, reason: str, policy: Policy, by: Principal
) -> None:
    """Let a certificate be printed although too few witnesses cosigned; the deed is logged.

    Raises ReleaseNotNeeded when it does not wait, and OverrideUnexplained without a reason.
    """
    by.require(Role.DECISION_BOARD)
    certificate = _own(tx, certificate_id, by)
    if not _listed(tx, certificate, reach(tx, policy)).waits:
        raise ReleaseNotNeeded
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    entry = override(
        tx, subject=ids.text(certificate_id), reason=reason, by=ids.text(by.account_id)
    )
    store.insert_override(
        tx, certificate_id, Override(reason.strip(), by.account_id, entry.leaf_hash)
    )


def issued_pdf(tx: Tx, *, certificate_id: bytes, blobs: Blobs, by: Principal) -> tuple[str, bytes]:
    """File name and issued bytes, for the holder, or staff of the agency."""
    certificate = store.by_id(tx, certificate_id)
    if certificate is None:
        raise CertificateUnknown
    if by.person_id != certificate.person_id:
        by.require(Role.DECISION_BOARD, Role.AGENCY_ADMIN)
        _own(tx, certificate_id, by)
    pdf = store.pdf(tx, certificate_id)
    if pdf is None:
        raise CertificateUnknown
    sealer = persons.sealer(tx, certificate.person_id)
    return f"{certificate.number}.pdf", sealer.open(blobs.get(pdf.blob), certificate_id)


def stored_pdf(tx: Tx, *, certificate_id: bytes, blobs: Blobs) -> bytes | None:
    """The issued bytes for our own checks; None before they exist. Raises BlobMissing."""
    certificate, pdf = store.by_id(tx, certificate_id), store.pdf(tx, certificate_id)
    if certificate is None or pdf is None:
        return None
    return persons.sealer(tx, certificate.person_id).open(blobs.get(pdf.blob), certificate_id)


def of_candidate(tx: Tx, *, by: Principal) -> Certificate | None:
    """The certificate of the candidate's own sitting, None while there is none."""
    if by.registration_id is None:
        return None
    handle = registrations.registration(tx, by.registration_id).handle
    certificate = store.of_handle(tx, handle)
    return certificate if certificate and store.pdf(tx, certificate.id) else None


def _listed(tx: Tx, certificate: Certificate, reached: Reach) -> Listed:
    index = log.index_of(tx, certificate.leaf_hash)
    printed = store.pdf(tx, certificate.id) is not None
    released = store.override(tx, certificate.id)
    covered = index is not None and reached.enough > index
    return Listed(
        certificate,
        _status(tx, certificate),
        printed,
        waits=not (printed or released or covered or reached.policy.self_signed),
        cosigned=[] if index is None else reached.cosigned(index + 1),
        override=released,
    )


def _own(tx: Tx, certificate_id: bytes, by: Principal) -> Certificate:
    certificate = store.by_id(tx, certificate_id)
    if certificate is None:
        raise CertificateUnknown
    if registrations.session(tx, certificate.exam_session_id).agency_id != by.agency_id:
        raise CertificateUnknown
    return certificate


def _status(tx: Tx, certificate: Certificate) -> Status:
    return standing(tx, store.held(tx, certificate.id))
