"""A PKI to test with: a root, an issuing CA and a signer of fixed keys. DATA CONTOH."""

from datetime import UTC, datetime
from functools import cache

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.signing import pki
from certificates.signing.pki import Authority
from certificates.signing.signer import FileSigner

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ORGANIZATION = "Badan Contoh"


class Pki(msgspec.Struct, frozen=True):
    """Two authorities and the signer under them."""

    root: Authority
    issuing: Authority
    signer: FileSigner

    @property
    def trusted(self) -> bytes:
        """The root's DER."""
        return self.root.certificate.public_bytes(Encoding.DER)


@cache
def make(organization: str = ORGANIZATION, *, seed: int = 0) -> Pki:
    """Make one; another seed gives other keys under the same names."""
    root_key, issuing_key, own_key = (
        pki.key_of(role, bytes([seed, place]) * 16)
        for place, role in enumerate(("root", "issuing", "signer"), start=1)
    )
    root = Authority(pki.root_certificate(organization, root_key, at=SINCE), root_key)
    middle = pki.certificate("issuing", issuing_key.public_key(), by=root, at=SINCE)
    issuing = Authority(middle, issuing_key)
    own = pki.certificate("signer", own_key.public_key(), by=issuing, at=SINCE)
    chain = tuple(each.public_bytes(Encoding.DER) for each in (own, middle))
    return Pki(root, issuing, FileSigner(pki.key_bytes(own_key), chain))
