"""The whole check of an installation: log against itself, tables against the log, stored PDFs."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from audit.fsck import fsck
from audit.log import NO_SUBJECT, installation_sealer
from certificates import store
from exam_engine import auditing
from kernel.blobs import BlobMissing, Blobs
from kernel.database import Tx
from kernel.sealed import SealBroken, Sealer
from people import store as persons
from people.errors import PersonErased


def log_faults(
    tx: Tx, *, vkey: str, lock: Path | None, progress: Callable[[int, int], None]
) -> list[str]:
    """Everything in the stored log that contradicts its leaves, one sentence each."""

    def sealer_for(subject: bytes) -> Sealer | None:
        if subject == NO_SUBJECT:
            return installation_sealer(tx)
        try:
            return persons.sealer(tx, subject)
        except PersonErased:
            return None

    found = fsck(tx, vkey, lock, sealer_for=sealer_for, progress=progress)
    return [f"{d.kind} {d.place}: expected {d.expected}, found {d.found}" for d in found]


def exam_faults(tx: Tx) -> list[str]:
    """Where sittings, papers, responses and results contradict the log."""
    return [f"sitting {handle}: {fault}" for handle, fault in auditing.differences(tx)]


def certificate_faults(tx: Tx, *, blobs: Blobs) -> list[str]:
    """Issued PDFs that are missing or are not the bytes that were issued."""
    return list(_certificate_faults(tx, blobs))


def _certificate_faults(tx: Tx, blobs: Blobs) -> Iterator[str]:
    for certificate_id, number, person_id in store.printed(tx):
        pdf = store.pdf(tx, certificate_id)
        if pdf is None:
            continue
        try:
            data = persons.sealer(tx, person_id).open(blobs.get(pdf.blob), certificate_id)
        except PersonErased:
            continue
        except (BlobMissing, SealBroken) as error:
            yield f"certificate {number}: {error.code}"
            continue
        if sha256(data).digest() != pdf.sha256:
            yield f"certificate {number}: stored PDF differs from its hash"
