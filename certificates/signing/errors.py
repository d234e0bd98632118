"""What can go wrong with the PKI, a signer, and the signature of a PDF."""

from kernel.errors import Conflict, Integrity, Unavailable


class SignerMissing(Unavailable):
    """No signer is set up: certificates wait, none is printed unsigned."""

    code = "signer_missing"


class SignerExpired(Unavailable):
    """The signer's certificate is not valid at the moment of signing."""

    code = "signer_expired"


class TimestampRefused(Unavailable):
    """The time-stamping authority gave no usable answer in all tries."""

    code = "timestamp_refused"


class EvidenceMissing(Unavailable):
    """A certificate, revocation list or setting for the wanted level is missing or too old."""

    code = "evidence_missing"


class SignerUnready(Unavailable):
    """The token or service did not sign in all tries."""

    code = "signer_unready"


class SignerRefused(Unavailable):
    """The signing service answered that it will not sign; asking again does not help."""

    code = "signer_refused"


class ServiceAnswerWrong(Unavailable):
    """What the signing service sent back is not our PDF, signed as a whole."""

    code = "service_answer_wrong"


class PkiExists(Conflict):
    """The folder holds certificates already; they are never overwritten."""

    code = "pki_exists"


class PdfUnsigned(Integrity):
    """The PDF bears no signature."""

    code = "pdf_unsigned"


class PdfSignatureBroken(Integrity):
    """The signature does not fit the bytes that it covers."""

    code = "pdf_signature_broken"


class PdfChangedLater(Integrity):
    """A later revision changes what was signed."""

    code = "pdf_changed_later"


class PdfAttachmentSwapped(Integrity):
    """A later revision carries other attachments than the signed one."""

    code = "pdf_attachment_swapped"


class PdfBytesUncovered(Integrity):
    """The file has bytes that no signature covers."""

    code = "pdf_bytes_uncovered"


class PdfSignerUnknown(Integrity):
    """The signer's certificate does not lead to a root that the checker trusts."""

    code = "pdf_signer_unknown"


class PdfSignerRevoked(Integrity):
    """The signer's certificate was revoked, and nothing proves that the signature is older."""

    code = "pdf_signer_revoked"


class PdfOfAnother(Integrity):
    """The PDF's title names another certificate than the credential in it."""

    code = "pdf_of_another"
