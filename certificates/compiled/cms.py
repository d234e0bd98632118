"""The CMS of a PAdES B-B signature (RFC 5652, ETSI EN 319 122-1), written as DER directly.

For one certificate chain everything but the digest and the signature stays the same. The general
library takes longer for this structure than all the rest of a certificate takes.
"""

from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509

from certificates.signing.errors import SignerExpired
from certificates.signing.signer import Signer

_SHA256: Final = bytes.fromhex("0609608648016503040201")
_ECDSA_SHA256: Final = bytes.fromhex("06082a8648ce3d040302")
_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("060b2a864886f70d010910022f")  # RFC 5035
_SEQUENCE: Final = b"\x30"
_SET: Final = b"\x31"
_OCTETS: Final = b"\x04"
_LONGEST_ECDSA: Final = 72
_LONG_FORM: Final = 0x80  # from here on a length states its own size


def tlv(tag: bytes, *content: bytes) -> bytes:
    """Tag, length and content in DER."""
    inside = b"".join(content)
    size = len(inside)
    if size < _LONG_FORM:
        return tag + bytes([size]) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag + bytes([0x80 | len(length)]) + length + inside


class CmsWriter:
    """Signs digests for one chain."""

    def __init__(self, signer: Signer) -> None:
        """Prepare what stays the same for the signer's chain."""
        own = x509.load_der_x509_certificate(signer.chain[0])
        digest = tlv(_SEQUENCE, _SHA256)
        essential = tlv(_SEQUENCE, tlv(_SEQUENCE, tlv(_OCTETS, sha256(signer.chain[0]).digest())))
        self._signer = signer
        self._valid = (own.not_valid_before_utc, own.not_valid_after_utc)
        self._attributes = (
            tlv(_SEQUENCE, _CONTENT_TYPE, tlv(_SET, _DATA)),
            tlv(_SEQUENCE, _SIGNING_CERTIFICATE_V2, tlv(_SET, tlv(_SEQUENCE, essential))),
        )
        self._before = b"".join(
            (
                b"\x02\x01\x01",
                tlv(_SET, digest),
                tlv(_SEQUENCE, _DATA),
                tlv(b"\xa0", *sorted(signer.chain)),
            )
        )
        serial = own.serial_number.to_bytes(own.serial_number.bit_length() // 8 + 1, "big")
        issuer = own.issuer.public_bytes()
        self._who = b"\x02\x01\x01" + tlv(_SEQUENCE, issuer, tlv(b"\x02", serial)) + digest
        self.size = len(self._put(self._signed(bytes(32)), bytes(_LONGEST_ECDSA)))

    def check_period(self, at: datetime) -> None:
        """That the signer's certificate is valid at the moment; raises SignerExpired."""
        start, end = self._valid
        if not start <= at <= end:
            raise SignerExpired(valid_from=start.isoformat(), valid_until=end.isoformat())

    def sign(self, digest: bytes) -> bytes:
        """The detached CMS over a document's SHA-256; raises what the signer raises."""
        attributes = self._signed(digest)
        return self._put(attributes, self._signer.sign(tlv(_SET, attributes)))

    def _signed(self, digest: bytes) -> bytes:
        """The signed attributes in DER's order of a set."""
        own = tlv(_SEQUENCE, _MESSAGE_DIGEST, tlv(_SET, tlv(_OCTETS, digest)))
        return b"".join(sorted((*self._attributes, own)))

    def _put(self, attributes: bytes, signature: bytes) -> bytes:
        algorithm = tlv(_SEQUENCE, _ECDSA_SHA256)
        own = tlv(
            _SEQUENCE, self._who, tlv(b"\xa0", attributes), algorithm, tlv(_OCTETS, signature)
        )
        whole = tlv(_SEQUENCE, self._before, tlv(_SET, own))
        return tlv(_SEQUENCE, _SIGNED_DATA, tlv(b"\xa0", whole))
