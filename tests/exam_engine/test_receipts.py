"""Receipts: what was signed verifies, and no bit of it can be changed."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exam_engine.delivery import receipts
from exam_engine.delivery.receipts import ReceiptInvalid
from kernel.canonical import encode

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
FIELDS = {
    "a": "0f" * 16,
    "at": "2026-03-14T02:00:00.000001Z",
    "format": "ujikom-receipt/1",
    "k": 7,
    "leaf": base64.b64encode(bytes(32)).decode(),
}


def receipt() -> str:
    return receipts.issue(
        KEY, handle=b"\x0f" * 16, k=7, leaf_hash=bytes(32), at="2026-03-14T02:00:00.000001Z"
    )


def test_receipt_verifies_and_says_what_was_promised() -> None:
    assert receipts.verify(receipt(), PUBLIC) == FIELDS


def test_receipt_is_the_same_for_the_same_save() -> None:
    assert receipt() == receipt()


def test_receipt_can_be_checked_without_this_house() -> None:
    payload, signature = (base64.b64decode(part) for part in receipt().split("."))

    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(signature, b"ujikom/receipt/v1\0" + payload)

    assert json.loads(payload) == FIELDS
    assert payload == encode(FIELDS), "the payload is canonical JSON"


def test_receipt_with_any_bit_flipped_is_refused() -> None:
    parts = [base64.b64decode(part) for part in receipt().split(".")]
    for which, part in enumerate(parts):
        for place in range(len(part)):
            flipped = bytearray(part)
            flipped[place] ^= 1 << (place % 8)
            changed = [*parts[:which], bytes(flipped), *parts[which + 1 :]]
            text = ".".join(base64.b64encode(p).decode() for p in changed)
            with pytest.raises(ReceiptInvalid):
                receipts.verify(text, PUBLIC)


@pytest.mark.parametrize("text", ["", ".", "a.b", "é.é", receipt()[:-4], receipt() + "."])
def test_malformed_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptInvalid):
        receipts.verify(text, PUBLIC)


def test_receipt_of_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()

    with pytest.raises(ReceiptInvalid):
        receipts.verify(receipt(), other)
