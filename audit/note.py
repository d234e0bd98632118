"""Signed notes (C2SP signed-note) with Ed25519 keys, and their verifier keys."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from audit.errors import KeyMalformed, NoteMalformed, SignatureMissing, SignatureWrong

ED25519: Final = b"\x01"  # signature type identifier, C2SP signed-note
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
MAX_NOTE: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def unb64(text: str) -> bytes:
    """Standard padded base64, one spelling only; raises ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(text)
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature is expected: a key name and 32 raw Ed25519 bytes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Short by the specification; it finds a signature, it does not identify a key."""
        material = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        encoded = base64.b64encode(ED25519 + self.public).decode()
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


def parse_vkey(vkey: str) -> VerifierKey:
    """Read `name+hash+key`; raises `KeyMalformed`."""
    match = _VKEY.fullmatch(vkey)
    if match is None:
        raise KeyMalformed(reason="form")
    try:
        material = unb64(match[3])
    except ValueError as error:
        raise KeyMalformed(reason="base64") from error
    if len(material) != 1 + KEY_BYTES or material[:1] != ED25519:
        raise KeyMalformed(reason="not_ed25519")
    key = VerifierKey(match[1], material[1:])
    if key.key_id.hex() != match[2]:
        raise KeyMalformed(reason="hash_differs")
    return key


def verifier_key(name: str, private: Ed25519PrivateKey) -> VerifierKey:
    return VerifierKey(name, private.public_key().public_bytes_raw())


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The whole note: text, blank line, one signature line."""
    key = verifier_key(name, private)
    signature = base64.b64encode(key.key_id + private.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def parse(note: str) -> Note:
    """Split a note into text and signatures; raises `NoteMalformed`."""
    if len(note) > MAX_NOTE or _CONTROL.search(note):
        raise NoteMalformed(reason="too_long_or_control_character")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteMalformed(reason="no_signature_block")
    signatures = tuple(_parse_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise NoteMalformed(reason="too_many_signatures")
    return Note(text + "\n", signatures)


def _parse_signature(line: str) -> Signature:
    match = _SIGNATURE.fullmatch(line)
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
    for line in own:
        try:
            public.verify(line.signature, note.text.encode())
        except InvalidSignature as error:
            raise SignatureWrong(key=key.name) from error
