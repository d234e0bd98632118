"""The whole check of an installation: log against itself, tables against the log, stored PDFs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from audit import log
from audit.fsck import fsck
from audit.log import NO_SUBJECT, installation_sealer
from audit.note import VerifierKey
from certificates import bundle, store
from certificates import claim as claims
from certificates.issuing import code_lookup
from certificates.store import Certificate
from exam_engine import auditing
from exam_engine.delivery import store as delivery
from exam_engine.evidence import opened_chain
from exam_engine.registration import store as registrations
from kernel import ids
from kernel.blobs import BlobMissing, Blobs
from kernel.canonical import b64
from kernel.database import Tx
from kernel.errors import UjikomError
from kernel.sealed import SealBroken, Sealer
from people import store as persons
from people.errors import PersonErased
from question_banks import store as banks

ISSUED: Final = b'"certificate.issued"'


def log_faults(
    tx: Tx,
    *,
    vkey: str,
    lock: Path | None,
    also: Sequence[str] = (),
    witnesses: Mapping[str, VerifierKey] | None = None,
    progress: Callable[[int, int], None],
) -> list[str]:
    """Everything in the stored log that contradicts its leaves, one sentence each."""

    def sealer_for(subject: bytes) -> Sealer | None:
        if subject == NO_SUBJECT:
            return installation_sealer(tx)
        try:
            return persons.sealer(tx, subject)
        except PersonErased:
            return None

    found = fsck(
        tx,
        vkey,
        lock,
        also=also,
        witnesses=witnesses,
        sealer_for=sealer_for,
        progress=progress,
    )
    return [f"{d.kind} {d.place}: expected {d.expected}, found {d.found}" for d in found]


def exam_faults(tx: Tx) -> list[str]:
    """Where item versions, sittings, papers, responses and results are not what they were."""
    items = [f"item {name}: content differs from its digest" for name in banks.altered(tx)]
    return items + [f"sitting {handle}: {fault}" for handle, fault in auditing.differences(tx)]


def certificate_faults(tx: Tx, *, blobs: Blobs) -> list[str]:
    """Certificates that are not as they were issued, in the table, the log or the stored PDF."""
    faults = list(_vanished(tx))
    for certificate_id, number in store.numbers(tx):
        try:
            certificate = store.by_id(tx, certificate_id)
            assert certificate is not None  # noqa: S101 - it was just listed
            found = [
                *_row(tx, certificate),
                *_logged(tx, certificate),
                *_pdf(tx, certificate, blobs),
                *_override(tx, certificate),
            ]
        except PersonErased:
            continue
        except (UjikomError, ValueError) as error:
            found = [error.code if isinstance(error, UjikomError) else "unreadable"]
        faults += [f"certificate {number}: {fault}" for fault in found]
    return faults


def _vanished(tx: Tx) -> Iterator[str]:
    """Sittings whose log says that a certificate was issued, but none is stored."""
    for sitting_id in store.without_certificate(tx, list(auditing.closed_sittings(tx))):
        handle = delivery.sitting(tx, sitting_id).handle
        if any(ISSUED in leaf for leaf in log.entries_of(tx, handle)):
            yield f"sitting {handle.hex()}: certificate logged, but not stored"


def _row(tx: Tx, certificate: Certificate) -> Iterator[str]:
    """Columns against the sealed claim, and against the sitting that it certifies."""
    claim = certificate.claim
    own = registrations.registration_of_handle(tx, certificate.handle)
    for name, stored, stated in (
        ("number", certificate.number, claim.certificate_no),
        ("result_digest", certificate.result_digest.hex(), claim.result_digest),
        ("issued_at", certificate.issued_at, claim.issued_at),
        ("valid_until", certificate.valid_until, claim.valid_until),
        ("person_id", certificate.person_id, own.person_id),
        ("exam_session_id", certificate.exam_session_id, own.exam_session_id),
        ("sitting_id", certificate.sitting_id, delivery.sitting_of_handle(tx, own.handle)),
    ):
        if stored != stated:
            yield f"{name} differs from what was issued"
    lookup = code_lookup(tx.keys.secret("pepper"), certificate.code)
    found = store.by_lookup(tx, lookup)
    if found is None or found.id != certificate.id:
        yield "code_lookup does not belong to its code"


def _logged(tx: Tx, certificate: Certificate) -> Iterator[str]:
    """Claim, credential and changes of status against the log."""
    events = opened_chain(tx, certificate.handle, persons.sealer(tx, certificate.person_id))
    issued = next((e for e in events if e.leaf_hash == certificate.leaf_hash), None)
    if issued is None or issued.type != "certificate.issued":
        yield "leaf_hash names no certificate.issued of its sitting"
    elif issued.values != {
        "claim": b64(claims.digest(certificate.claim)),
        "credential": bundle.committed_value(certificate.credential),
    }:
        yield "claim or credential differs from certificate.issued"
    changes = [
        (event.clear["status"], event.values.get("reason"))
        for event in events
        if event.type == "certificate.status_changed"
    ]
    # a certificate that was issued anew shares its sitting's chain with the one before
    own = store.ids_of_handle(tx, certificate.handle)
    stored = [(c.status, c.reason) for each in own for c in store.history(tx, each)]
    if sorted(changes) != sorted(stored):
        yield "status differs from certificate.status_changed"
    sealed = [e.clear["sha256"] for e in events if e.type == "certificate.pdf_sealed"]
    kept = [pdf.sha256.hex() for each in own if (pdf := store.pdf(tx, each))]
    if sorted(sealed) != sorted(kept):
        yield "PDF differs from certificate.pdf_sealed"


def _override(tx: Tx, certificate: Certificate) -> Iterator[str]:
    """A release without the witness quorum against its leaf's opening."""
    stored = store.override(tx, certificate.id)
    if stored is None:
        return
    stated = {
        "subject": ids.text(certificate.id),
        "reason": stored.reason,
        "by": ids.text(stored.account_id),
    }
    opened = log.opening(tx, stored.leaf_hash)
    if {field: value for field, (_salt, value) in opened.items()} != stated:
        yield "release without quorum differs from override.used"


def _pdf(tx: Tx, certificate: Certificate, blobs: Blobs) -> Iterator[str]:
    """The stored bytes against their hash."""
    pdf = store.pdf(tx, certificate.id)
    if pdf is None:
        return
    try:
        sealer = persons.sealer(tx, certificate.person_id)
        data = sealer.open(blobs.get(pdf.blob), certificate.id)
    except (BlobMissing, SealBroken) as error:
        yield f"PDF: {error.code}"
        return
    if sha256(data).digest() != pdf.sha256:
        yield "PDF: stored bytes differ from their hash"
