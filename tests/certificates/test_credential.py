"""Credentials: every alteration is found, by us and by a stranger's program."""

import copy
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certificates import credential, multibase
from certificates.errors import CredentialAltered, CredentialMalformed, IssuerUnsuitable
from kernel.canonical import encode, sha256
from tests.certificates import sample

STRANGER = Path(__file__).resolve().parent.parent / "strangers" / "verify_credential.mjs"
SHARED_DATA = Path(os.environ.get("SHARED_DATA", "../shared/data"))
Step = str | int


def leaves(node: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Paths of all values that are not containers, and of empty containers."""
    children: list[tuple[Step, Any]] = []
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    for step, child in children:
        yield from leaves(child, (*path, step))
    if not children:
        yield path


def flipped(document: dict[str, Any], path: tuple[Step, ...]) -> dict[str, Any]:
    """A copy in which the value at `path` is another one of its kind."""
    changed = copy.deepcopy(document)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    value = place[path[-1]]
    if isinstance(value, bool):
        place[path[-1]] = not value
    elif isinstance(value, str):
        place[path[-1]] = value[:-1] + ("2" if value[-1] != "2" else "3")
    else:
        assert value == []
        place[path[-1]] = ["x"]
    return changed


def fields() -> list[tuple[Step, ...]]:
    document = json.loads(sample.issued(sample.claim(sample=False)))
    return list(leaves(document))


def stranger(tmp_path: Path, data: bytes, public_key: bytes = sample.PUBLIC) -> str:
    path = tmp_path / "credential.json"
    path.write_bytes(data)
    run = subprocess.run(
        ["node", str(STRANGER), str(path), public_key.hex()],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.strip()


def test_credential_as_issued_verifies() -> None:
    credential.verify(sample.issued(), sample.PUBLIC)


def test_credential_as_issued_verifies_for_a_stranger(tmp_path: Path) -> None:
    assert stranger(tmp_path, sample.issued()) == "verified"
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert stranger(tmp_path, sample.issued(), other) == "altered"


def test_credential_of_a_name_with_signs_beyond_ascii_verifies_for_a_stranger(
    tmp_path: Path,
) -> None:
    odd = sample.issued(sample.claim(holder_name='Ñgũgĩ "Łé" \\ 𝔖 Contoh'))
    assert stranger(tmp_path, odd) == "verified"


@pytest.mark.parametrize("path", fields(), ids=lambda path: ".".join(map(str, path)))
def test_credential_with_one_field_flipped_is_altered(path: tuple[Step, ...]) -> None:
    document = json.loads(sample.issued(sample.claim(sample=False)))
    with pytest.raises(CredentialAltered):
        credential.verify(encode(flipped(document, path)), sample.PUBLIC)


def test_credential_flipped_is_altered_for_a_stranger_too(tmp_path: Path) -> None:
    document = json.loads(sample.issued())
    for path in (
        ("credentialSubject", "name"),
        ("validUntil",),
        ("credentialSubject", "result", 0, "value"),
        ("proof", "created"),
    ):
        assert stranger(tmp_path, encode(flipped(document, path))) == "altered"


def test_credential_with_a_field_added_or_removed_is_altered() -> None:
    document = json.loads(sample.issued())
    with pytest.raises(CredentialAltered):
        credential.verify(encode({**document, "note": "x"}), sample.PUBLIC)
    del document["evidence"]
    with pytest.raises(CredentialAltered):
        credential.verify(encode(document), sample.PUBLIC)


def test_credential_under_another_key_is_altered() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    with pytest.raises(CredentialAltered):
        credential.verify(sample.issued(), other)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'"x"',
        b"{}",
        b'{"proof":1}',
        b"\xff",
        b"[" * 5000,
        b"{" + b" " * 300_000 + b"}",
        json.dumps(json.loads(sample.issued())).encode(),
        sample.issued().replace(b'{"@context"', b'{"@context":[],"@context"', 1),
    ],
)
def test_bytes_that_are_no_canonical_credential_are_malformed(data: bytes) -> None:
    with pytest.raises(CredentialMalformed):
        credential.verify(data, sample.PUBLIC)


@pytest.mark.parametrize("value", ["", "z", "x1", "zO0", 7, None, "z" + "1" * 300])
def test_proof_value_that_is_no_signature_is_altered(value: Any) -> None:
    document = json.loads(sample.issued())
    document["proof"]["proofValue"] = value
    with pytest.raises(CredentialAltered):
        credential.verify(encode(document), sample.PUBLIC)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("proofPurpose", "authentication", "proof"),
        ("cryptosuite", "eddsa-2022", "proof"),
        ("@context", ["https://www.w3.org/ns/credentials/v2"], "context"),
    ],
)
def test_proof_signed_for_another_purpose_is_malformed(field: str, value: Any, reason: str) -> None:
    document = json.loads(sample.issued())
    proof = {**document.pop("proof"), field: value}
    del proof["proofValue"]
    signature = sample.KEY.sign(sha256(encode(proof)) + sha256(encode(document)))
    signed = {**document, "proof": {**proof, "proofValue": multibase.encode(signature)}}
    with pytest.raises(CredentialMalformed) as caught:
        credential.verify(encode(signed), sample.PUBLIC)
    assert caught.value.data == {"reason": reason}


def test_credential_holds_the_name_and_no_nip() -> None:
    text = sample.issued().decode()
    assert sample.claim().holder_name in text
    assert sample.NIP not in text
    assert sample.claim().identity_salt not in text
    assert sample.claim().identity_hash in text


def test_credential_shows_every_printed_field() -> None:
    text = sample.issued().decode()
    claim = sample.claim()
    for value in (
        claim.certificate_no,
        claim.holder_nip_masked,
        claim.agency_name,
        claim.agency_place,
        claim.scheme_code,
        claim.scheme_name_id,
        claim.scheme_name_en,
        claim.legal_basis,
        claim.signatory_name,
        claim.signatory_title,
        claim.decision_ref,
        "2026-11-22T02:00:00.000000Z",
        "2029-11-22T16:59:59.000000Z",
        "2026-11-14",
        *(c.name_id for c in claim.competencies),
        *(c.name_en for c in claim.competencies),
        *(f'"{c.score}"' for c in claim.competencies if c.score),
        *(f'"level-{c.level}"' for c in claim.competencies),
    ):
        assert value in text


def test_credential_of_same_claim_is_same_bytes_and_of_another_has_other_ids() -> None:
    assert sample.issued() == sample.issued()
    one = json.loads(sample.issued())
    other = json.loads(sample.issued(sample.claim(identity_salt="11" * 32)))
    assert one["id"] != other["id"]
    assert one["credentialSubject"]["id"] != other["credentialSubject"]["id"]
    assert one["credentialSubject"]["id"] != one["id"]


@pytest.mark.skipif(
    not (SHARED_DATA / "contexts").exists(), reason="the JSON-LD contexts are not there"
)
def test_credential_as_json_ld_has_an_iri_for_every_node_and_drops_no_term() -> None:
    from pyld import jsonld

    contexts = {
        credential.CONTEXTS[0]: "credentials-v2.json",
        credential.CONTEXTS[1]: "open-badges-3.0.3.json",
    }

    def load(url: str, _options: Any) -> dict[str, Any]:
        text = (SHARED_DATA / "contexts" / contexts[url]).read_text(encoding="utf-8")
        return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}

    document = json.loads(sample.issued())
    del document["proof"]
    quads = jsonld.to_rdf(
        document, {"format": "application/n-quads", "documentLoader": load, "base": ""}
    )
    assert "_:" not in quads
    for value in leaf_texts(document):
        assert json.dumps(value, ensure_ascii=False)[1:-1] in quads, value


def leaf_texts(document: dict[str, Any]) -> Iterator[str]:
    """Texts that must survive in the quads: all but contexts, type words and booleans."""
    for path in leaves(document):
        place: Any = document
        for step in path:
            place = place[step]
        if isinstance(place, str) and not {"@context", "type"} & set(path):
            yield place


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://contoh.invalid", "did:web:contoh.invalid"),
        ("https://contoh.invalid/", "did:web:contoh.invalid"),
        ("https://contoh.invalid:8443", "did:web:contoh.invalid%3A8443"),
        ("https://contoh.invalid/ujikom/a", "did:web:contoh.invalid:ujikom:a"),
    ],
)
def test_issuer_address_becomes_did_web(url: str, did: str) -> None:
    assert credential.issuer_did(url) == did


@pytest.mark.parametrize("url", ["http://contoh.invalid", "contoh.invalid", "https://", ""])
def test_issuer_address_without_https_is_refused(url: str) -> None:
    with pytest.raises(IssuerUnsuitable):
        credential.issuer_did(url)


def test_did_document_names_the_key_that_the_proof_names() -> None:
    document = credential.did_document(sample.ISSUER, [sample.PUBLIC])
    named = json.loads(sample.issued())["proof"]["verificationMethod"]
    assert document["assertionMethod"] == [named]
    method = document["verificationMethod"][0]
    assert multibase.read_public_key(method["publicKeyMultibase"]) == sample.PUBLIC


def test_multikey_of_the_published_example_key_is_the_published_text() -> None:
    secret = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert multibase.public_key(public) == text
    assert multibase.read_public_key(text) == public


def test_text_that_is_no_ed25519_multikey_is_refused() -> None:
    with pytest.raises(ValueError, match="z"):
        multibase.read_public_key(multibase.encode(bytes(34)))


@given(st.binary(max_size=80))
def test_multibase_of_any_bytes_comes_back(data: bytes) -> None:
    assert multibase.decode(multibase.encode(data)) == data


def test_fingerprint_is_the_whole_sha256() -> None:
    assert credential.fingerprint(sample.PUBLIC) == sha256(sample.PUBLIC).hex()
