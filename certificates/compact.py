"""The credential as a JWT, on request: for software that reads no Data Integrity proofs."""

from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credential import split, verification_method
from certificates.multibase import base64url
from kernel.canonical import encode
from kernel.clock import unstamp

TYPE: Final = "vc+jwt"  # W3C Securing VCs using JOSE and COSE §3.1
MEDIA_TYPE: Final = "application/vc+jwt"


def issue(credential: bytes, *, issuer_url: str, key: Ed25519PrivateKey) -> str:
    """The same document as a compact JWS (RFC 7515) under EdDSA; Ed25519 makes it deterministic.

    Besides the document the payload has the registered claims that Open Badges 3.0 §8.2.4 asks
    for: iss, jti, sub, nbf, exp. Raises CredentialMalformed.
    """
    document, _proof = split(credential)
    header = {
        "alg": "EdDSA",
        "typ": TYPE,
        "cty": "vc",
        "kid": verification_method(issuer_url, key.public_key().public_bytes_raw()),
    }
    payload: dict[str, Any] = {
        **document,
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(unstamp(document["validFrom"]).timestamp()),
        "exp": int(unstamp(document["validUntil"]).timestamp()),
    }
    signed = f"{base64url(encode(header))}.{base64url(encode(payload))}"
    return f"{signed}.{base64url(key.sign(signed.encode()))}"
