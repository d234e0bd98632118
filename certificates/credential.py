"""The portable form of a claim: an Open Badges 3.0 credential with one Ed25519 proof.

Two files carry the same document. The badge has an `eddsa-rdfc-2022` proof, which other people's
Open Badges software knows. The offline bundle has `eddsa-jcs-2022`, which anyone checks with
SHA-256, Ed25519 and RFC 8785 alone. One file, one proof: verifiers stumble over proof sets.
"""

from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates import document as documents
from certificates import multibase, quads
from certificates.claim import Claim
from certificates.document import CONTEXTS, StatusPlace, issuer_did
from certificates.errors import CredentialAltered, CredentialMalformed
from kernel.canonical import decode, encode, sha256
from kernel.clock import stamp

__all__ = ["CONTEXTS", "issuer_did"]

DIGEST_DOMAIN: Final = b"ujikom/credential/v1\0"
RDFC: Final = "eddsa-rdfc-2022"
JCS: Final = "eddsa-jcs-2022"
_LONGEST: Final = 256 * 1024


def verification_method(issuer_url: str, public_key: bytes) -> str:
    """Address of a public key inside the issuer's DID document."""
    return f"{issuer_did(issuer_url)}#{multibase.public_key(public_key)}"


def did_document(issuer_url: str, public_keys: list[bytes]) -> dict[str, Any]:
    """Build the document to serve at /.well-known/did.json (or <path>/did.json)."""
    did = issuer_did(issuer_url)
    methods = [
        {
            "id": verification_method(issuer_url, key),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multibase.public_key(key),
        }
        for key in public_keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def jwks(issuer_url: str, public_keys: list[bytes]) -> dict[str, Any]:
    """The same keys as a JWK set (RFC 7517, RFC 8037), for who checks the JWT form."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": verification_method(issuer_url, key),
                "x": multibase.base64url(key),
            }
            for key in public_keys
        ]
    }


def issue(
    claim: Claim, *, issuer_url: str, key: Ed25519PrivateKey, status: StatusPlace | None = None
) -> bytes:
    """Build and sign the bundle's form; the same claim, address, place and key give same bytes."""
    document = documents.build(claim, issuer_url=issuer_url, status=status)
    return sign(document, issuer_url=issuer_url, key=key, suite=JCS, created=stamp(claim.issued_at))


def badge(credential: bytes, *, issuer_url: str, key: Ed25519PrivateKey) -> bytes:
    """The badge of an issued credential: the same document with an RDF proof."""
    document, _proof = split(credential)
    created = document["validFrom"]
    return sign(document, issuer_url=issuer_url, key=key, suite=RDFC, created=created)


def sign(
    document: dict[str, Any], *, issuer_url: str, key: Ed25519PrivateKey, suite: str, created: str
) -> bytes:
    """Add one proof (W3C Data Integrity EdDSA Cryptosuites 1.0 §3.2, §3.3); canonical JSON."""
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": created,
        "verificationMethod": verification_method(issuer_url, key.public_key().public_bytes_raw()),
        "proofPurpose": "assertionMethod",
    }
    if suite == JCS:
        proof["@context"] = document["@context"]
    signature = key.sign(signed_bytes(document, proof))
    return encode({**document, "proof": {**proof, "proofValue": multibase.encode(signature)}})


def signed_bytes(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    """What a proof signs: the hash of its options, then the hash of the document."""
    if proof.get("cryptosuite") == RDFC:
        options = {name: value for name, value in proof.items() if name != "@context"}
        return sha256(quads.canonical(options)) + sha256(quads.canonical(document))
    return sha256(encode(proof)) + sha256(encode(document))


def verify(credential: bytes, public_key: bytes) -> None:
    """Check the proof against the exact bytes and one public key.

    Raises CredentialMalformed for what is no credential of our shape and CredentialAltered when the
    signature does not fit. Says nothing on expiry, revocation or whose key it is.
    """
    document, proof = split(credential)
    value = proof.pop("proofValue", None)
    try:
        signature = multibase.decode(value)
        signed = signed_bytes(document, proof)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise CredentialAltered from error
    if (proof.get("type"), proof.get("proofPurpose")) != ("DataIntegrityProof", "assertionMethod"):
        raise CredentialMalformed(reason="proof")
    if proof.get("cryptosuite") not in {RDFC, JCS}:
        raise CredentialMalformed(reason="proof")
    if proof.get("cryptosuite") == JCS and proof.get("@context") != document.get("@context"):
        raise CredentialMalformed(reason="context")


def split(credential: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split into document and proof; only canonical bytes count, so no key can stand twice.

    Raises CredentialMalformed.
    """
    if len(credential) > _LONGEST:
        raise CredentialMalformed(reason="size")
    try:
        document = decode(credential)
        canonical = encode(document)
    except (ValueError, RecursionError) as error:
        raise CredentialMalformed(reason="json") from error
    if canonical != credential:
        raise CredentialMalformed(reason="canonical")
    proof = document.pop("proof", None) if isinstance(document, dict) else None
    if not isinstance(proof, dict):
        raise CredentialMalformed(reason="shape")
    return document, proof


def credential_digest(credential: bytes) -> bytes:
    """SHA-256 over the domain and the stored bytes: what the log commits to."""
    return sha256(DIGEST_DOMAIN + credential)


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of a public key as 64 hexadecimal digits: what a certificate prints."""
    return sha256(public_key).hex()
