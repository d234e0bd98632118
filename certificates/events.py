"""Events of certificates. What is printed, and for whom, is a commitment."""

from audit.events import Event


class CertificateIssued(Event, frozen=True):
    """A certificate exists: commitments to its credential and claim."""

    type = "certificate.issued"
    credential: str
    claim: str


class CertificatePdfSealed(Event, frozen=True):
    """The PDF as issued: `sha256` lets anyone ask whether a file is the issued one."""

    type = "certificate.pdf_sealed"
    clear = frozenset({"sha256"})
    sha256: str


class CertificateStatusChanged(Event, frozen=True):
    """A certificate was suspended, reinstated or revoked."""

    type = "certificate.status_changed"
    clear = frozenset({"status"})
    status: str
    reason: str
    by: str
