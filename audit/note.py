"""Signed notes (C2SP signed-note) with Ed25519 keys, and their verifier keys."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.errors import KeyMalformed, NoteMalformed, SignatureMissing, SignatureWrong

ED25519: Final = b"\x01"  # signature type identifiers, C2SP signed-note and tlog-cosignature
COSIGNATURE: Final = b"\x04"
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
MAX_NOTE: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def unb64(text: str) -> bytes:
    """Standard padded base64, one spelling only; raises ValueError."""
    data = binascii.a2b_base64(text, strict_mode=True)
    if binascii.b2a_base64(data, newline=False).decode() != text:
        raise ValueError(text)
    return data


def b64_lines(hashes: Iterable[bytes]) -> str:
    """Each in base64 on a line of its own."""
    return "".join(f"{base64.b64encode(hashed).decode()}\n" for hashed in hashes)


class Signer(Protocol):
    """A private key that signs, wherever it lies: in memory or in a token."""

    def sign(self, data: bytes, /) -> bytes: ...

    def public_key(self) -> Ed25519PublicKey: ...


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature is expected: a key name, 32 raw Ed25519 bytes, and which type it signs."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        """Short by the specification; it finds a signature, it does not identify a key."""
        material = self.name.encode() + b"\n" + self.kind + self.public
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        encoded = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note. Its text means nothing until `verify` has passed."""

    text: str
    signatures: tuple[Signature, ...]


def parse_vkey(vkey: str, kind: bytes = ED25519) -> VerifierKey:
    """Read `name+hash+key` of a signature type; raises `KeyMalformed`."""
    match = _VKEY.fullmatch(vkey)
    if match is None:
        raise KeyMalformed(reason="form")
    try:
        material = unb64(match[3])
    except ValueError as error:
        raise KeyMalformed(reason="base64") from error
    if len(material) != 1 + KEY_BYTES or material[:1] != kind:
        raise KeyMalformed(reason="not_ed25519")
    key = VerifierKey(match[1], material[1:], kind)
    if key.key_id.hex() != match[2]:
        raise KeyMalformed(reason="hash_differs")
    return key


def verifier_key(name: str, private: Signer) -> VerifierKey:
    return VerifierKey(name, private.public_key().public_bytes_raw())


def sign(text: str, name: str, *signers: Signer) -> str:
    """The whole note: text, blank line, one signature line for each key."""
    lines = [line(verifier_key(name, key), key.sign(text.encode())) for key in signers]
    return "\n".join([text, *lines, ""])


def line(key: VerifierKey, signature: bytes) -> str:
    """A signature line, without the newline that ends it."""
    return f"— {key.name} {base64.b64encode(key.key_id + signature).decode()}"


def parse(note: str) -> Note:
    """Split a note into text and signatures; raises `NoteMalformed`."""
    if len(note) > MAX_NOTE or _CONTROL.search(note):
        raise NoteMalformed(reason="too_long_or_control_character")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteMalformed(reason="no_signature_block")
    signatures = tuple(parse_line(text) for text in lines[:-1].split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise NoteMalformed(reason="too_many_signatures")
    return Note(text + "\n", signatures)


def parse_line(text: str) -> Signature:
    """Read one signature line without its newline; raises `NoteMalformed`."""
    match = _SIGNATURE.fullmatch(text)
    if match is None:
        raise NoteMalformed(reason="signature_line")
    try:
        raw = unb64(match[2])
    except ValueError as error:
        raise NoteMalformed(reason="signature_base64") from error
    if len(raw) <= KEY_ID_BYTES:
        raise NoteMalformed(reason="signature_too_short")
    return Signature(match[1], raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def verify(note: Note, key: VerifierKey) -> None:
    """Check every signature by `key`; other keys' are ignored, as the specification says.

    Raises `SignatureMissing` when there is none and `SignatureWrong` when one does not fit.
    """
    own = [s for s in note.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    if not own:
        raise SignatureMissing(key=key.name)
    public = Ed25519PublicKey.from_public_bytes(key.public)
    for signed in own:
        try:
            public.verify(signed.signature, note.text.encode())
        except InvalidSignature as error:
            raise SignatureWrong(key=key.name) from error
