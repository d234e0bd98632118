"""`bukti.json`, "ujikom-proof/1": what is needed to check a certificate without its issuer.

The credential and the leaf are kept as the exact bytes that were signed and hashed. The keys inside
are a convenience: a checker trusts the keys it already has, never those that came with the file.
"""

from typing import Any, Final

import msgspec

from certificates import multibase
from certificates.credential import credential_digest, fingerprint
from certificates.errors import BundleMalformed
from kernel.canonical import b64, encode, unb64

FORMAT: Final = "ujikom-proof/1"
CREDENTIAL_NAME: Final = "credential.json"  # the attachments' names in the PDF
BUNDLE_NAME: Final = "bukti.json"
EVENT_TYPE: Final = "certificate.issued"
COMMITTED_FIELD: Final = "credential"
_LONGEST: Final = 1024 * 1024


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Salt and value of one commitment of the leaf; the value is a credential digest."""

    field: str
    salt: str
    value: str


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Public keys as texts: the log's verifier key, the credential's Multikey, its fingerprint."""

    log: str
    credential: str
    fingerprint: str


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON as it lies in the file."""

    format: str
    credential: str
    leaf: str
    opening: Opening
    tlog_proof: str
    keys: Keys


class ProofBundle(msgspec.Struct, frozen=True):
    """A parsed bundle. It proves nothing before `verify_file` has checked it."""

    credential: bytes
    leaf: bytes
    field: str
    salt: bytes
    value: str
    tlog_proof: str
    keys: Keys


def committed_value(credential: bytes) -> str:
    """The JSON value that the leaf's commitment holds: the credential digest in base64."""
    return b64(credential_digest(credential))


def build(
    *,
    credential: bytes,
    leaf: bytes,
    salt: bytes,
    tlog_proof: str,
    log_vkey: str,
    credential_key: bytes,
) -> bytes:
    """Write a bundle; `salt` opens the leaf's commitment to the credential digest."""
    keys = Keys(log_vkey, multibase.public_key(credential_key), fingerprint(credential_key))
    document = _Document(
        format=FORMAT,
        credential=credential.decode(),
        leaf=b64(leaf),
        opening=Opening(COMMITTED_FIELD, b64(salt), committed_value(credential)),
        tlog_proof=tlog_proof,
        keys=keys,
    )
    builtins: Any = msgspec.to_builtins(document)
    return encode(builtins)


def parse(data: bytes) -> ProofBundle:
    """Read a bundle; raises BundleMalformed. Only canonical bytes count."""
    if len(data) > _LONGEST:
        raise BundleMalformed(reason="size")
    try:
        document = msgspec.json.decode(data, type=_Document)
        canonical = encode(msgspec.to_builtins(document))
        leaf, salt = unb64(document.leaf), unb64(document.opening.salt)
        key = multibase.read_public_key(document.keys.credential)
    except (ValueError, RecursionError) as error:
        raise BundleMalformed(reason="form") from error
    if document.format != FORMAT:
        raise BundleMalformed(reason="format")
    if canonical != data:
        raise BundleMalformed(reason="canonical")
    if document.keys.fingerprint != fingerprint(key):
        raise BundleMalformed(reason="fingerprint")
    return ProofBundle(
        credential=document.credential.encode(),
        leaf=leaf,
        field=document.opening.field,
        salt=salt,
        value=document.opening.value,
        tlog_proof=document.tlog_proof,
        keys=document.keys,
    )
