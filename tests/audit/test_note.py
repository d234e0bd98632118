"""Notes, keys and checkpoints against the published example of the note package of Go."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checkpoint, merkle, note
from audit.checkpoint import TreeHead
from audit.errors import (
    CheckpointMalformed,
    KeyMalformed,
    NoteMalformed,
    OriginWrong,
    SignatureMissing,
    SignatureWrong,
)
from kernel.errors import UjikomError
from tests.audit.trial import ORIGIN, PRIVATE

SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

KEY = note.verifier_key(ORIGIN, PRIVATE)
HEAD = TreeHead(ORIGIN, 7, merkle.leaf_hash(b"root"))


def test_note_signed_with_published_seed_is_the_published_note() -> None:
    private = Ed25519PrivateKey.from_private_bytes(SEED)

    assert note.sign(TEXT, "PeterNeumann", private) == NOTE
    assert note.verifier_key("PeterNeumann", private).vkey == VKEY


def test_published_note_verifies_under_published_key() -> None:
    parsed = note.parse(NOTE)

    note.verify(parsed, note.parse_vkey(VKEY))

    assert parsed.text == TEXT


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("PeterNeumann", "Peter Neumann"),
        VKEY.replace("PeterNeumann", "EnochRoot"),
        VKEY[:-4],
        VKEY + "=",
        "contoh.invalid+00000000+" + base64.b64encode(b"\x04" + bytes(32)).decode(),
        VKEY.upper(),
    ],
)
def test_vkey_malformed_is_refused(vkey: str) -> None:
    with pytest.raises(KeyMalformed):
        note.parse_vkey(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE.replace("\n— ", "\n- "),
        NOTE.replace("Neumann x", "Neumann  x"),
        NOTE + "\n",
        NOTE.replace("AM=\n", "AN=\n"),
        NOTE.replace("think", "thi\tnk"),
        TEXT + "\n— PeterNeumann x08gow==\n",
        TEXT + "\n" + "— a AAAAAAA=\n" * 101,
    ],
)
def test_note_malformed_is_refused(text: str) -> None:
    with pytest.raises(NoteMalformed):
        note.parse(text)


def test_note_text_may_hold_empty_lines() -> None:
    signed = note.sign("first\n\nlast\n", ORIGIN, PRIVATE)

    parsed = note.parse(signed)

    note.verify(parsed, KEY)
    assert parsed.text == "first\n\nlast\n"


def test_note_with_other_keys_signature_beside_ours_verifies() -> None:
    other = note.sign(TEXT, "witness.invalid", Ed25519PrivateKey.from_private_bytes(SEED))
    line = other.rpartition("\n\n")[2]

    parsed = note.parse(note.sign(TEXT, ORIGIN, PRIVATE) + line)

    note.verify(parsed, KEY)
    assert [signature.name for signature in parsed.signatures] == [ORIGIN, "witness.invalid"]


def test_note_changed_after_signing_is_refused() -> None:
    with pytest.raises(SignatureWrong):
        note.verify(note.parse(NOTE.replace("think", "thank")), note.parse_vkey(VKEY))


def test_note_with_a_wrong_signature_beside_a_right_one_is_refused() -> None:
    wrong = note.sign("other\n", ORIGIN, PRIVATE).rpartition("\n\n")[2]

    with pytest.raises(SignatureWrong):
        note.verify(note.parse(note.sign(TEXT, ORIGIN, PRIVATE) + wrong), KEY)


def test_note_without_our_signature_is_refused() -> None:
    with pytest.raises(SignatureMissing):
        note.verify(note.parse(NOTE), KEY)


def test_checkpoint_signed_has_the_bytes_of_the_specification() -> None:
    signed = checkpoint.sign(HEAD, PRIVATE)

    root = base64.b64encode(HEAD.root).decode()
    assert signed.note.startswith(f"contoh.invalid/log/1\n7\n{root}\n\n— contoh.invalid/log/1 ")
    assert checkpoint.verify(signed.note, KEY) == signed


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "body",
    [
        f"\n7\n{ROOT}\n",
        f"{ORIGIN}\n07\n{ROOT}\n",
        f"{ORIGIN}\n-7\n{ROOT}\n",
        f"{ORIGIN}\n+7\n{ROOT}\n",
        f"{ORIGIN}\n7\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n7\n{ROOT[:-2]}B=\n",
        f"{ORIGIN}\n7\n{ROOT}\nextension\n",
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n٧\n{ROOT}\n",
    ],
)
def test_checkpoint_body_malformed_is_refused_though_signed(body: str) -> None:
    with pytest.raises(CheckpointMalformed):
        checkpoint.verify(note.sign(body, ORIGIN, PRIVATE), KEY)


def test_checkpoint_of_another_origin_is_refused_though_signed_by_us() -> None:
    signed = note.sign(TreeHead("contoh.invalid/log/2", 7, bytes(32)).body, ORIGIN, PRIVATE)

    with pytest.raises(OriginWrong):
        checkpoint.verify(signed, KEY)


def test_checkpoint_with_any_byte_flipped_is_refused() -> None:
    good = checkpoint.sign(HEAD, PRIVATE).note.encode()
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1
        text = bad.decode(errors="replace")
        with pytest.raises(UjikomError):
            checkpoint.verify(text, KEY)
