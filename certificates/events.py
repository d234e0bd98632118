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
    """A certificate was suspended, reinstated, revoked, or replaced by a new issue."""

    type = "certificate.status_changed"
    clear = frozenset({"status"})
    status: str
    reason: str
    by: str


class StatusListSigned(Event, frozen=True):
    """A public status list was signed: an older version can be told from the newest."""

    type = "certificate.status_list_signed"
    clear = frozenset({"purpose", "list", "version", "sha256"})
    purpose: str
    list: int
    version: int
    sha256: str


class IssuerKeyNoted(Event, frozen=True):
    """From now on credentials are signed with this key; older ones keep theirs."""

    type = "issuer.key_noted"
    clear = frozenset({"key"})
    key: str


class CorrectionAsked(Event, frozen=True):
    """The holder asked for a correction of a certificate."""

    type = "certificate.correction_asked"
    certificate: str
    text: str


class CorrectionAnswered(Event, frozen=True):
    """The board answered the holder's request; a correction follows as a new issue."""

    type = "certificate.correction_answered"
    clear = frozenset({"decision"})
    decision: str
    text: str
    by: str


class DesignWritten(Event, frozen=True):
    """An agency's admin wrote a version of the certificates' design."""

    type = "certificate.design_written"
    clear = frozenset({"digest"})
    digest: str
    agency: str
    by: str


class DesignApproved(Event, frozen=True):
    """From now on the agency's certificates are printed by this version, which was checked."""

    type = "certificate.design_approved"
    clear = frozenset({"digest"})
    digest: str
    agency: str
    by: str
