"""What can go wrong with codes, claims, credentials and certificate files."""

from kernel.errors import Conflict, Denied, Integrity, Invalid, NotFound


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


class CertificateRevoked(Conflict):
    """The issuer's list says that the certificate is revoked; `at` is the list's time."""

    code = "certificate_revoked"


class CertificateSuspended(Conflict):
    """The issuer's list says that the certificate is suspended; `at` is the list's time."""

    code = "certificate_suspended"


class StatusListUnknown(NotFound):
    """No status list lies under this purpose and number."""

    code = "status_list_unknown"


class StatusListMissing(Invalid):
    """The list that the certificate names was not given, or it names none."""

    code = "status_list_missing"


class StatusListMalformed(Invalid):
    """The bytes are no status list; `reason` says in one word why."""

    code = "status_list_malformed"


class StatusListAltered(Integrity):
    """No trusted key has signed these bytes."""

    code = "status_list_altered"


class StatusListForeign(Integrity):
    """The list belongs to another issuer, address or purpose."""

    code = "status_list_foreign"


class StatusListStale(Integrity):
    """The list's time is over (or has not come): it says nothing of today."""

    code = "status_list_stale"


class StatusListRolledBack(Integrity):
    """A newer list was seen before: somebody shows an old one that is still in its time."""

    code = "status_list_rolled_back"


class StatusContradicted(Integrity):
    """The register tells of other changes of status than the log: neither is taken for true."""

    code = "status_contradicted"


class OwnCertificate(Denied):
    """Nobody decides on a certificate of their own."""

    code = "own_certificate"


class StatusChangeRefused(Conflict):
    """The certificate's status does not allow the change."""

    code = "status_change_refused"
