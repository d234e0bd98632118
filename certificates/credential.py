"""The portable form of a claim: an Open Badges 3.0 credential with one Ed25519 proof.

One fixed shape, every node with an IRI of its own. The proof is `eddsa-jcs-2022`, which anyone
checks offline with SHA-256, Ed25519 and RFC 8785 alone. The holder's name is in clear, because the
certificate prints it; the NIP appears masked, and as a hash whose salt is not here.
"""

import uuid
from typing import Any, Final
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates import multibase
from certificates.claim import Claim, Competency, digest
from certificates.errors import CredentialAltered, CredentialMalformed, IssuerUnsuitable
from kernel.canonical import decode, encode, sha256
from kernel.clock import stamp

CONTEXTS: Final = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
DIGEST_DOMAIN: Final = b"ujikom/credential/v1\0"
NODE_DOMAIN: Final = b"ujikom/credential-node/v1\0"
CRYPTOSUITE: Final = "eddsa-jcs-2022"
_LONGEST: Final = 256 * 1024


def issuer_did(issuer_url: str) -> str:
    """The did:web identifier of a public address; raises IssuerUnsuitable unless it is https."""
    parts = urlsplit(issuer_url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise IssuerUnsuitable(url=issuer_url)
    host = parts.hostname + (f"%3A{parts.port}" if parts.port else "")
    return ":".join(["did:web", host, *filter(None, parts.path.split("/"))])


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


def issue(claim: Claim, *, issuer_url: str, key: Ed25519PrivateKey) -> bytes:
    """Build and sign the credential; the same claim, address and key give the same bytes."""
    document = _document(claim, issuer_url.rstrip("/"))
    proof = {
        "@context": CONTEXTS,
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": stamp(claim.issued_at),
        "verificationMethod": verification_method(issuer_url, key.public_key().public_bytes_raw()),
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(sha256(encode(proof)) + sha256(encode(document)))
    return encode({**document, "proof": {**proof, "proofValue": multibase.encode(signature)}})


def verify(credential: bytes, public_key: bytes) -> None:
    """Check the proof against the exact bytes and one public key.

    Raises CredentialMalformed for what is no credential of our shape and CredentialAltered when the
    signature does not fit. Says nothing on expiry, revocation or whose key it is.
    """
    document, proof = _parts(credential)
    value = proof.pop("proofValue", None)
    try:
        signature = multibase.decode(value)
        signed = sha256(encode(proof)) + sha256(encode(document))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise CredentialAltered from error
    expected = ("DataIntegrityProof", CRYPTOSUITE, "assertionMethod")
    if (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose")) != expected:
        raise CredentialMalformed(reason="proof")
    if proof.get("@context") != document.get("@context"):
        raise CredentialMalformed(reason="context")


def _parts(credential: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split into document and proof; only canonical bytes count, so no key can stand twice."""
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


def _node(claim_digest: bytes, label: str) -> str:
    """Give a node its own urn:uuid, the same for the same claim and unguessable without it."""
    raw = bytearray(sha256(NODE_DOMAIN + claim_digest + label.encode())[:16])
    raw[6] = raw[6] & 0x0F | 0x80  # RFC 9562 version 8: our own derivation
    raw[8] = raw[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(raw)).urn


def _document(claim: Claim, url: str) -> dict[str, Any]:
    own = digest(claim)
    return {
        "@context": CONTEXTS,
        "id": _node(own, "credential"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": claim.scheme_name_id,
        "issuer": _issuer(claim, url),
        "validFrom": stamp(claim.issued_at),
        "validUntil": stamp(claim.valid_until),
        "credentialSubject": _subject(claim, url, own),
        "evidence": [
            {
                "id": "ni:///sha-256;" + multibase.base64url(bytes.fromhex(claim.result_digest)),
                "type": ["Evidence"],
                "name": claim.decision_ref,
            }
        ],
    }


def _issuer(claim: Claim, url: str) -> dict[str, Any]:
    return {
        "id": issuer_did(url),
        "type": ["Profile"],
        "name": claim.agency_name,
        "url": url,
        "official": f"{claim.signatory_name}, {claim.signatory_title}",
        "address": {
            "id": _node(claim.agency_place.encode(), "address"),
            "type": ["Address"],
            "addressLocality": claim.agency_place,
        },
    }


def _subject(claim: Claim, url: str, own: bytes) -> dict[str, Any]:
    return {
        "id": _node(own, "subject"),
        "type": ["AchievementSubject"],
        "name": claim.holder_name,
        "licenseNumber": claim.certificate_no,
        "activityEndDate": claim.exam_date.isoformat(),
        "identifier": [
            _identity(own, "nip", "identifier", claim.identity_hash, hashed=True),
            _identity(own, "nip_masked", "identifier", claim.holder_nip_masked, hashed=False),
        ],
        "achievement": _achievement(claim, url, own),
        "result": [
            {
                "id": _node(own, f"result/{index}"),
                "type": ["Result"],
                "resultDescription": _node(own, f"description/{index}"),
                "value": competency.score,
            }
            for index, competency in enumerate(claim.competencies)
            if competency.score is not None
        ],
    }


def _identity(own: bytes, label: str, kind: str, value: str, *, hashed: bool) -> dict[str, Any]:
    return {
        "id": _node(own, label),
        "type": "IdentityObject",
        "hashed": hashed,
        "identityHash": value,
        "identityType": kind,
    }


def _achievement(claim: Claim, url: str, own: bytes) -> dict[str, Any]:
    address = f"{url}/skema/{quote(claim.scheme_code, safe='')}/{quote(claim.scheme_version, '')}"
    competencies = list(enumerate(claim.competencies))
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": claim.scheme_name_id,
        "description": claim.scheme_name_en,
        "humanCode": claim.scheme_code,
        "version": claim.scheme_version,
        "criteria": {"id": f"{address}#dasar-hukum", "narrative": claim.legal_basis},
        "tag": ["CONTOH"] if claim.sample else [],
        "alignment": [_alignment(address, own, i, competency) for i, competency in competencies],
        "resultDescription": [
            {
                "id": _node(own, f"description/{index}"),
                "type": ["ResultDescription"],
                "name": competency.name_id,
                "resultType": "RawScore",
            }
            for index, competency in competencies
            if competency.score is not None
        ],
    }


def _alignment(address: str, own: bytes, index: int, competency: Competency) -> dict[str, Any]:
    level = [] if competency.level is None else [str(competency.level)]
    return {
        "id": _node(own, f"alignment/{index}"),
        "type": ["Alignment"],
        "targetName": competency.name_id,
        "targetDescription": competency.name_en,
        "targetCode": "level-" + level[0] if level else "level-none",
        "targetUrl": f"{address}#kompetensi-{index + 1}",
    }
