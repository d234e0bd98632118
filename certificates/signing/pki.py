"""The certificates of our own small PKI (RFC 5280): root, issuing CA, signer, revocation lists.

The signer's certificate has no extended key usage: one that names document signing alone
(RFC 9336) is refused by NSS, and by poppler with it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurve,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509.oid import NameOID

YEAR: Final = timedelta(days=365)
ROOT_LASTS: Final = 20 * YEAR
ISSUING_LASTS: Final = 10 * YEAR
SIGNER_LASTS: Final = 2 * YEAR
CRL_LASTS: Final = {"root": YEAR, "issuing": timedelta(days=30)}
CURVES: Final[dict[str, EllipticCurve]] = {
    "root": SECP384R1(),
    "issuing": SECP384R1(),
    "signer": SECP256R1(),
}
TITLES: Final = {
    "root": "Akar Sertifikat",
    "issuing": "Penerbit Sertifikat",
    "signer": "Penanda Tangan Sertifikat",
}
LASTS: Final = {"root": ROOT_LASTS, "issuing": ISSUING_LASTS, "signer": SIGNER_LASTS}


class Authority(msgspec.Struct, frozen=True):
    """A certificate with its private key, able to issue."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"Authority({self.certificate.subject.rfc4514_string()})"


class Revoked(msgspec.Struct, frozen=True):
    """A certificate that is no longer to be trusted, since when and why."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags


def new_key(role: str) -> EllipticCurvePrivateKey:
    """A fresh key on the curve of its role."""
    return generate_private_key(CURVES[role])


def key_bytes(key: EllipticCurvePrivateKey) -> bytes:
    """The private number, big endian, as long as the curve's field."""
    return key.private_numbers().private_value.to_bytes((key.key_size + 7) // 8, "big")


def key_of(role: str, number: bytes) -> EllipticCurvePrivateKey:
    """The key of `key_bytes`."""
    return derive_private_key(int.from_bytes(number, "big"), CURVES[role])


def root_certificate(
    organization: str, key: EllipticCurvePrivateKey, *, at: datetime
) -> x509.Certificate:
    """The root, signed by itself."""
    name = _name(organization, "root")
    return _certified("root", name, key.public_key(), name, key, at=at)


def certificate(
    role: str, public: EllipticCurvePublicKey, *, by: Authority, at: datetime, crl_url: str = ""
) -> x509.Certificate:
    """The certificate of an issuing CA or a signer, of the issuer's organization.

    It lasts no longer than its issuer; `crl_url` is where the issuer's list can be fetched.
    """
    issuer = by.certificate.subject
    subject = _name(organization_of(by.certificate), role)
    until = by.certificate.not_valid_after_utc
    return _certified(role, subject, public, issuer, by.key, at=at, until=until, crl_url=crl_url)


def crl(
    by: Authority, revoked: Iterable[Revoked], *, number: int, at: datetime, lasts: timedelta
) -> x509.CertificateRevocationList:
    """The list of what `by` revoked; `number` only grows."""
    building = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(at)
        .next_update(at + lasts)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issued_by(by.key.public_key()), critical=False)
    )
    for each in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(each.serial)
            .revocation_date(each.at)
            .add_extension(x509.CRLReason(each.reason), critical=False)
        )
        building = building.add_revoked_certificate(entry.build())
    return building.sign(by.key, SHA384())


def revoked(listed: x509.CertificateRevocationList) -> list[Revoked]:
    """What a list holds."""
    return [
        Revoked(
            each.serial_number,
            each.revocation_date_utc,
            each.extensions.get_extension_for_class(x509.CRLReason).value.reason,
        )
        for each in listed
    ]


def crl_number(listed: x509.CertificateRevocationList) -> int:
    """The list's number."""
    return listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def organization_of(certificate: x509.Certificate) -> str:
    """The organization that a certificate names."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)


def _name(organization: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{TITLES[role]} {organization}"),
        ]
    )


def _certified(
    role: str,
    subject: x509.Name,
    public: EllipticCurvePublicKey,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    *,
    at: datetime,
    until: datetime | None = None,
    crl_url: str = "",
) -> x509.Certificate:
    end = at + LASTS[role]
    building = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(min(end, until) if until else end)
        .add_extension(_constraints(role), critical=True)
        .add_extension(_usage(authority=role != "signer"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_issued_by(key.public_key()), critical=False)
    )
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        building = building.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return building.sign(key, SHA384() if key.curve.name == "secp384r1" else SHA256())


def _constraints(role: str) -> x509.BasicConstraints:
    lengths = {"root": 1, "issuing": 0}
    return x509.BasicConstraints(ca=role in lengths, path_length=lengths.get(role))


def _issued_by(public: EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
