"""Canonical RDF: equal to a JSON-LD processor's, and to the published figures."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import credential, multibase, quads
from certificates.document import StatusPlace
from certificates.errors import CredentialMalformed
from kernel.canonical import encode, sha256
from tests.certificates import sample

SHARED_DATA = Path(os.environ.get("SHARED_DATA", "../shared/data"))
VECTOR = SHARED_DATA / "vectors" / "ob30-eddsa-rdfc-2022.json"
CONTEXTS = {
    credential.CONTEXTS[0]: "credentials-v2.json",
    credential.CONTEXTS[1]: "open-badges-3.0.3.json",
}
needs_contexts = pytest.mark.skipif(
    not (SHARED_DATA / "contexts").exists(), reason="the JSON-LD contexts are not there"
)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40
)


def by_processor(document: dict[str, Any]) -> str:
    """Canonical N-Quads by PyLD with the published contexts."""
    from pyld import jsonld

    def load(url: str, _options: Any) -> dict[str, Any]:
        text = (SHARED_DATA / "contexts" / CONTEXTS[url]).read_text(encoding="utf-8")
        return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return str(jsonld.normalize(document, options))


def issued(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    claim = sample.claim(**changes)
    place = StatusPlace(1, 94567)
    own = credential.issue(claim, issuer_url=sample.ISSUER, key=sample.KEY, status=place)
    return credential.split(credential.badge(own, issuer_url=sample.ISSUER, key=sample.KEY))


@needs_contexts
@pytest.mark.parametrize("is_sample", [True, False])
def test_document_and_proof_as_quads_are_those_of_a_json_ld_processor(*, is_sample: bool) -> None:
    document, proof = issued(sample=is_sample)
    del proof["proofValue"]

    assert quads.canonical(document).decode() == by_processor(document)
    assert quads.canonical(proof).decode() == by_processor(
        {"@context": credential.CONTEXTS, **proof}
    )


@needs_contexts
@given(name=NAMES)
@settings(max_examples=15, deadline=None)
def test_any_name_as_quads_is_that_of_a_json_ld_processor(name: str) -> None:
    document, _ = issued()
    document["credentialSubject"]["name"] = name + '"\\'

    assert quads.canonical(document).decode() == by_processor(document)


@pytest.mark.skipif(not VECTOR.exists(), reason="the published vector is not there")
def test_published_open_badges_example_has_its_hashes_and_its_proof() -> None:
    vector = json.loads(VECTOR.read_text())
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["private_key_hex"]))
    method = multibase.public_key(key.public_key().public_bytes_raw())
    proof = {
        "type": "DataIntegrityProof",
        "created": vector["created"],
        "verificationMethod": vector["verification_method"].partition(" + ")[0] + method,
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
    }

    assert sha256(quads.canonical(vector["document"])).hex() == vector["document_hash_sha256"]
    assert sha256(quads.canonical(proof)).hex() == vector["proof_config_hash_sha256"]
    signature = key.sign(credential.signed_bytes(vector["document"], proof))
    assert multibase.encode(signature) == vector["proof_value"]
    signed = {**vector["document"], "proof": {**proof, "proofValue": vector["proof_value"]}}
    credential.verify(encode(signed), key.public_key().public_bytes_raw())


def test_published_w3c_example_of_jcs_has_its_hashes_and_its_proof() -> None:
    """W3C Data Integrity EdDSA Cryptosuites v1.0, appendix B.2 "Representation: eddsa-jcs-2022"."""
    secret = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
    key = Ed25519PrivateKey.from_private_bytes(multibase.decode(secret)[2:])
    public = multibase.public_key(key.public_key().public_bytes_raw())
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"did:key:{public}#{public}",
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }

    assert public == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert credential.signed_bytes(document, proof).hex() == (
        "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
        "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
    )
    signature = multibase.encode(key.sign(credential.signed_bytes(document, proof)))
    assert signature == (
        "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"note": "x"}, "term"),
        ({"type": ["Thing"]}, "term"),
        ({"name": 7}, "value"),
        ({"id": "no iri"}, "iri"),
        ({"issuer": {"id": "did:web:a>b"}}, "iri"),
        ({"evidence": [{"name": "a"}, {"name": "b"}]}, "blank"),
    ],
)
def test_what_our_documents_do_not_have_is_never_signed(
    change: dict[str, Any], reason: str
) -> None:
    document, _ = issued()
    with pytest.raises(CredentialMalformed) as caught:
        quads.canonical({**document, **change})
    assert caught.value.data == {"reason": reason}
