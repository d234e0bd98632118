"""The tlog-proof text: bytes, refusals, and verification of each of its parts."""

import base64

import pytest

from audit import checkpoint, merkle, note, proof
from audit.checkpoint import TreeHead
from audit.errors import InclusionWrong, ProofMalformed, SignatureWrong
from audit.proof import Proof
from kernel.errors import UjikomError
from tests.audit.trial import ORIGIN, PRIVATE

KEY = note.verifier_key(ORIGIN, PRIVATE)
LEAVES = [b"one", b"two", b"three"]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
ROOT = merkle.node_hash(merkle.node_hash(HASHES[0], HASHES[1]), HASHES[2])
SIGNED = checkpoint.sign(TreeHead(ORIGIN, 3, ROOT), PRIVATE)
PROOF = Proof(1, (HASHES[0], HASHES[2]), SIGNED.note)


def test_proof_text_is_the_specified_one_and_parses_back() -> None:
    lines = "\n".join(base64.b64encode(sibling).decode() for sibling in PROOF.path)

    text = proof.encode(PROOF)

    assert text == f"c2sp.org/tlog-proof@v1\nindex 1\n{lines}\n\n{SIGNED.note}"
    assert proof.parse(text) == PROOF


def test_proof_with_extra_data_carries_it_before_the_index() -> None:
    extra = Proof(0, (), SIGNED.note, extra=b"receipt")

    text = proof.encode(extra)

    assert text.startswith("c2sp.org/tlog-proof@v1\nextra cmVjZWlwdA==\nindex 0\n\n")
    assert proof.parse(text) == extra


def test_proof_of_a_leaf_verifies_and_gives_the_checkpoint() -> None:
    assert proof.verify(PROOF, b"two", KEY) == SIGNED


def test_proof_of_another_leaf_or_place_is_refused() -> None:
    with pytest.raises(InclusionWrong):
        proof.verify(PROOF, b"three", KEY)
    with pytest.raises(InclusionWrong):
        proof.verify(Proof(0, PROOF.path, PROOF.note), b"two", KEY)


def test_proof_under_a_checkpoint_not_signed_is_refused() -> None:
    forged = Proof(1, PROOF.path, PROOF.note.replace("\n3\n", "\n4\n"))

    with pytest.raises(SignatureWrong):
        proof.verify(forged, b"two", KEY)


TEXT = proof.encode(PROOF)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "header"),
        (TEXT.replace("@v1", "@v2"), "header"),
        (TEXT.replace("\n\n", "\n"), "header"),
        (TEXT.replace("index 1", "index 01"), "index"),
        (TEXT.replace("index 1", "index -1"), "index"),
        (TEXT.replace("index 1\n", ""), "index"),
        (TEXT.replace("index 1", "extra !\nindex 1"), "base64"),
        (TEXT.replace("index 1", "index 1\nAAAA"), "path"),
        (
            TEXT.replace(
                "index 1", "index 1" + "\n" + "A" * 43 + "=" + ("\n" + "A" * 43 + "=") * 64
            ),
            "index",
        ),
        ("c2sp.org/tlog-proof@v1\n\n" + SIGNED.note, "index"),
    ],
)
def test_proof_malformed_is_refused_with_reason(text: str, reason: str) -> None:
    with pytest.raises(ProofMalformed) as caught:
        proof.parse(text)

    assert caught.value.data["reason"] == reason


def test_proof_with_any_byte_flipped_is_refused() -> None:
    good = TEXT.encode()
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1
        with pytest.raises(UjikomError):
            proof.verify(proof.parse(bad.decode(errors="replace")), b"two", KEY)
