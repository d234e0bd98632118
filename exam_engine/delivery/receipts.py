"""Signed receipts: the promise that an acknowledged event is in the log.

A receipt names the leaf by its hash and its place in the sitting's chain; the leaf's index comes
later, with its inclusion proof.
"""

from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kernel.canonical import b64, decode, unb64
from kernel.errors import Integrity

DOMAIN: Final = b"ujikom/receipt/v1\0"


class ReceiptInvalid(Integrity):
    """The receipt is malformed, or was not signed by this key."""

    code = "receipt_invalid"


def issue(key: Ed25519PrivateKey, *, handle: bytes, k: int, leaf_hash: bytes, at: str) -> str:
    """`base64(payload).base64(signature)`; the payload is canonical JSON, keys sorted."""
    leaf = b64(leaf_hash)
    payload = (
        f'{{"a":"{handle.hex()}","at":"{at}","format":"ujikom-receipt/1","k":{k},"leaf":"{leaf}"}}'
    ).encode()
    return f"{b64(payload)}.{b64(key.sign(DOMAIN + payload))}"


def verify(receipt: str, public_key: bytes) -> dict[str, Any]:
    """The payload of a receipt; raises ReceiptInvalid."""
    try:
        payload, signature = (unb64(part) for part in receipt.split("."))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, DOMAIN + payload)
        content: dict[str, Any] = decode(payload)
    except (ValueError, InvalidSignature) as error:
        raise ReceiptInvalid from error
    return content
