"""Public verification: what a code or a file tells a relying person, derived at each request."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from audit import log, reads
from audit.errors import CommitmentWrong, OpeningMissing
from certificates import bundle, codes, store
from certificates import credential as credentials
from certificates.issuing import code_lookup
from certificates.status import Status, derive
from certificates.store import Certificate, StatusChange
from exam_engine.outcomes import store as outcomes
from kernel.database import Tx
from kernel.errors import UjikomError
from kernel.sealed import SealBroken
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


def by_code(tx: Tx, *, text: str) -> Verification | None:
    """What a code stands for; None when none does (or its holder was erased).

    Raises CodeMalformed and CodeMistyped without asking the database.
    """
    code = codes.normalise(text)
    try:
        certificate = store.by_lookup(tx, code_lookup(tx.keys.secret("pepper"), code))
    except PersonErased:
        return None
    return _verify(tx, certificate) if certificate else None


def by_file(tx: Tx, *, pdf: bytes) -> Verification | None:
    """What an issued PDF stands for, found by the hash of its exact bytes."""
    try:
        certificate = store.by_pdf(tx, sha256(pdf).digest())
    except PersonErased:
        return None
    return _verify(tx, certificate) if certificate else None


def by_credential(tx: Tx, *, credential: dict[str, Any]) -> Verification | None:
    """What the certificate stands for whose number a (perhaps altered) credential bears."""
    subject = credential.get("credentialSubject")
    number = subject.get("licenseNumber") if isinstance(subject, dict) else None
    certificate = store.by_number(tx, number) if isinstance(number, str) else None
    return _verify(tx, certificate) if certificate else None


def _verify(tx: Tx, certificate: Certificate) -> Verification:
    pdf = store.pdf(tx, certificate.id)
    history = store.history(tx, certificate.id)
    state = reads.state(tx)
    return Verification(
        certificate=certificate,
        status=derive(
            history,
            result_digest=certificate.result_digest,
            newest_result=outcomes.newest_digest(tx, certificate.sitting_id),
            valid_until=certificate.valid_until,
            at=tx.at,
        ),
        history=history,
        pdf_sha256=pdf.sha256.hex() if pdf else None,
        leaf_index=log.index_of(tx, certificate.leaf_hash),
        log_size=state.size if state else 0,
        checked_at=tx.at,
        signed=_signed(tx, certificate),
        opens=_opens(tx, certificate),
    )


def _opens(tx: Tx, certificate: Certificate) -> bool:
    """Whether the issued event's opening is there and names this credential."""
    try:
        opening = log.opening(tx, certificate.leaf_hash, persons.sealer(tx, certificate.person_id))
    except (OpeningMissing, SealBroken, CommitmentWrong, PersonErased):
        return False
    return bool(opening["credential"][1] == bundle.committed_value(certificate.credential))


def _signed(tx: Tx, certificate: Certificate) -> bool:
    try:
        credentials.verify(certificate.credential, tx.keys.verify_key("credential"))
    except UjikomError:
        return False
    return True
