"""Cosignatures of witnesses over a checkpoint (C2SP tlog-cosignature, Ed25519, version 1).

A witness states: at this time, the largest tree that I saw of this log has this root, and it
continues every tree that I saw before.
"""

from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import note
from audit.errors import SignatureMissing, SignatureWrong
from audit.note import COSIGNATURE, Note, Signature, VerifierKey

TIME_BYTES: Final = 8
MAX_TIME: Final = 2**63 - 1


def witness_key(name: str, private: note.Signer) -> VerifierKey:
    """The public side of a witness's key."""
    return VerifierKey(name, private.public_key().public_bytes_raw(), COSIGNATURE)


def sign(body: str, name: str, private: note.Signer, at: int) -> str:
    """The signature line over a checkpoint's body at a POSIX time, without its newline."""
    signature = at.to_bytes(TIME_BYTES, "big") + private.sign(_message(body, at))
    return note.line(witness_key(name, private), signature)


def verify(signed: Note, key: VerifierKey) -> int:
    """Check the witness's lines on a checkpoint; gives the latest time that one states.

    Raises `SignatureMissing` when there is none and `SignatureWrong` when one does not fit.
    """
    own = [s for s in signed.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    if not own or key.kind != COSIGNATURE:
        raise SignatureMissing(key=key.name)
    return max(_verify_one(signed.text, signature, key) for signature in own)


def cosigners(signed: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """Which of the witnesses cosigned, and when; a line that does not fit counts for nothing."""
    found = {}
    for key in keys:
        try:
            found[key] = verify(signed, key)
        except (SignatureMissing, SignatureWrong):
            continue
    return found


def _verify_one(body: str, line: Signature, key: VerifierKey) -> int:
    at = int.from_bytes(line.signature[:TIME_BYTES], "big")
    if at > MAX_TIME:
        raise SignatureWrong(key=key.name)
    public = Ed25519PublicKey.from_public_bytes(key.public)
    try:
        public.verify(line.signature[TIME_BYTES:], _message(body, at))
    except InvalidSignature as error:
        raise SignatureWrong(key=key.name) from error
    return at


def _message(body: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{body}".encode()
