"""Public verification: what a code or a file tells a relying person, derived at each request."""

from collections import Counter
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import structs

from audit import log, reads
from audit.commitment import verify as verify_opening
from audit.leaf import decode as decode_leaf
from audit.merkle import leaf_hash
from audit.note import VerifierKey
from audit.policy import SELF_SIGNED, Policy
from audit.proof import parse as parse_proof
from audit.proof import verify as verify_proof
from audit.witnessing import Reach, reach
from certificates import bundle, codes, store
from certificates import credential as credentials
from certificates.errors import CertificateRevoked, CertificateSuspended, StatusContradicted
from certificates.events import CertificateStatusChanged
from certificates.issuer_keys import signer_of
from certificates.issuing import code_lookup
from certificates.standing import renewal, standing
from certificates.status import Status
from certificates.store import Certificate, StatusChange
from certificates.verify_file import Check, CheckName, Outcome, Report
from kernel.clock import stamp
from kernel.database import Tx
from kernel.errors import UjikomError
from people import store as persons
from people.errors import PersonErased


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as the public may see it, with the newest log position that proves it."""

    certificate: Certificate
    status: Status
    history: list[StatusChange]
    pdf_sha256: str | None
    leaf_index: int | None
    log_size: int
    checked_at: datetime
    signed: bool
    opens: bool
    included: bool
    agreed: bool
    witnesses: Reach
    replaced_by: str | None = None
    renewed_by: str | None = None

    @property
    def proven(self) -> bool:
        """Whether nothing stored contradicts the certificate; an event may still wait its turn."""
        waiting = self.leaf_index is None
        return self.signed and self.opens and self.agreed and (self.included or waiting)


_GONE: Final = {
    Status.REVOKED: CertificateRevoked.code,
    Status.SUPERSEDED: CertificateRevoked.code,
    Status.SUSPENDED: CertificateSuspended.code,
}


def by_register(report: Report, found: Verification) -> Report:
    """A file's report where the issuer's own register is at hand: it tells of revocation.

    Published lists are signed copies of it, for those who cannot ask it. The word of a register
    that contradicts the log is not taken: the check fails then.
    """
    return structs.replace(
        report,
        checks=tuple(
            registered(found) if check.name is CheckName.REVOCATION else check
            for check in report.checks
        ),
    )


def registered(found: Verification) -> Check:
    """What the register says of revocation, now."""
    code = _GONE.get(found.status) if found.agreed else StatusContradicted.code
    facts = {"source": "register", "at": stamp(found.checked_at)}
    return Check(CheckName.REVOCATION, Outcome.FAILED if code else Outcome.PASSED, code, facts)


def by_code(tx: Tx, *, text: str, policy: Policy = SELF_SIGNED) -> Verification | None:
    """What a code stands for; None when none does (or its holder was erased).

    Raises CodeMalformed and CodeMistyped without asking the database.
    """
    code = codes.normalise(text)
    try:
        certificate = store.by_lookup(tx, code_lookup(tx.keys.secret("pepper"), code))
    except PersonErased:
        return None
    return _verify(tx, certificate, policy) if certificate else None


def by_file(tx: Tx, *, pdf: bytes, policy: Policy = SELF_SIGNED) -> Verification | None:
    """What an issued PDF stands for, found by the hash of its exact bytes."""
    try:
        certificate = store.by_pdf(tx, sha256(pdf).digest())
    except PersonErased:
        return None
    return _verify(tx, certificate, policy) if certificate else None


def by_credential(
    tx: Tx, *, credential: dict[str, Any], policy: Policy = SELF_SIGNED
) -> Verification | None:
    """What the certificate stands for whose number a (perhaps altered) credential bears."""
    subject = credential.get("credentialSubject")
    number = subject.get("licenseNumber") if isinstance(subject, dict) else None
    try:
        certificate = store.by_number(tx, number) if isinstance(number, str) else None
    except PersonErased:
        return None
    return _verify(tx, certificate, policy) if certificate else None


def _verify(tx: Tx, certificate: Certificate, policy: Policy) -> Verification:
    pdf = store.pdf(tx, certificate.id)
    history = store.history(tx, certificate.id)
    held = store.held(tx, certificate.id)
    state = reads.state(tx)
    chain = _chain(tx, certificate)
    leaf = next((data for data in chain if leaf_hash(data) == certificate.leaf_hash), None)
    return Verification(
        certificate=certificate,
        status=standing(tx, held),
        history=history,
        pdf_sha256=pdf.sha256.hex() if pdf else None,
        leaf_index=log.index_of(tx, certificate.leaf_hash),
        log_size=state.size if state else 0,
        checked_at=tx.at,
        signed=_signed(tx, certificate),
        opens=_opens(tx, certificate, leaf),
        included=_included(tx, leaf),
        agreed=_agreed(tx, certificate, chain),
        witnesses=reach(tx, policy),
        replaced_by=_code(tx, store.replacement(tx, certificate.id)),
        renewed_by=_code(tx, renewal(tx, held)),
    )


def _code(tx: Tx, new_id: bytes | None) -> str | None:
    """The code of a certificate that came after."""
    new = store.by_id(tx, new_id) if new_id else None
    return new.code if new else None


def _chain(tx: Tx, certificate: Certificate) -> list[bytes]:
    """The leaves of the certificate's sitting; none when the chain is broken."""
    try:
        return log.entries_of(tx, certificate.handle)
    except UjikomError:
        return []


def _agreed(tx: Tx, certificate: Certificate, chain: list[bytes]) -> bool:
    """Whether the log tells of the same changes of status as the register.

    A certificate that was issued anew shares its sitting's chain with the one before it.
    """
    try:
        events = [decode_leaf(data) for data in chain]
    except UjikomError:
        return False
    told = [e.clear["status"] for e in events if e.type == CertificateStatusChanged.type]
    own = store.ids_of_handle(tx, certificate.handle)
    return Counter(told) == Counter(c.status for each in own for c in store.history(tx, each))


def _opens(tx: Tx, certificate: Certificate, leaf: bytes | None) -> bool:
    """Whether the issued event commits to this very credential: its commitment is recomputed."""
    if leaf is None:
        return False
    try:
        event = decode_leaf(leaf)
        opening = log.opening(tx, certificate.leaf_hash, persons.sealer(tx, certificate.person_id))
        salt, value = opening[bundle.COMMITTED_FIELD]
        commitment = event.commitments[bundle.COMMITTED_FIELD]
        verify_opening(commitment, salt, event.type, bundle.COMMITTED_FIELD, value)
    except (UjikomError, KeyError):
        return False
    return bool(value == bundle.committed_value(certificate.credential))


def _included(tx: Tx, leaf: bytes | None) -> bool:
    """Whether the log's newest signed checkpoint contains the event: path and signature checked."""
    if leaf is None:
        return False
    try:
        text = reads.tlog_proof(tx, leaf_hash(leaf))
        if text is None:
            return False
        proof = parse_proof(text)
        origin = proof.note.partition("\n")[0]
        verify_proof(proof, leaf, VerifierKey(origin, tx.keys.verify_key("log")))
    except UjikomError:
        return False
    return True


def _signed(tx: Tx, certificate: Certificate) -> bool:
    try:
        credentials.verify(certificate.credential, signer_of(tx, certificate.credential))
    except UjikomError:
        return False
    return True
