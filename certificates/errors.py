"""What can go wrong with codes, claims, credentials and certificate files."""

from kernel.errors import Conflict, Integrity, Invalid, NotFound


class CodeMalformed(Invalid):
    """The text has the wrong length or a sign that no verification code has."""

    code = "code_malformed"


class CodeMistyped(Invalid):
    """The check symbol does not fit: somebody mistyped."""

    code = "code_mistyped"


class ClaimInvalid(Invalid):
    """A field of the claim cannot be certified; `field` names it."""

    code = "claim_invalid"


class CredentialMalformed(Invalid):
    """The bytes are no credential of our shape."""

    code = "credential_malformed"


class CredentialAltered(Integrity):
    """The signature does not fit the credential's content."""

    code = "credential_altered"


class IssuerUnsuitable(Invalid):
    """The issuer's address cannot be written as a did:web identifier."""

    code = "issuer_unsuitable"


class BundleMalformed(Invalid):
    """The bytes are no proof bundle of our format."""

    code = "bundle_malformed"


class NotACertificate(Invalid):
    """The file is no certificate PDF that we could have issued; `reason` says in one word why."""

    code = "not_a_certificate"


class BundleForeign(Integrity):
    """The proof bundle belongs to another credential than the one beside it."""

    code = "bundle_foreign"


class LeafForeign(Integrity):
    """The leaf in the proof does not commit to this credential."""

    code = "leaf_foreign"


class IssuerUnknown(Integrity):
    """The file names a key that the checker does not trust."""

    code = "issuer_unknown"


class CertificateUnknown(NotFound):
    """No certificate bears this code, or lies behind this id."""

    code = "certificate_unknown"


class ReleaseNotNeeded(Conflict):
    """The certificate does not wait for the witness quorum."""

    code = "release_not_needed"


class StatusChangeRefused(Conflict):
    """The certificate's status does not allow the change."""

    code = "status_change_refused"
