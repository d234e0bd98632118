"""Checkpoints (C2SP tlog-checkpoint): a log's size and root, signed."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit import note
from audit.errors import CheckpointMalformed, OriginWrong, SignatureMissing
from audit.merkle import HASH_SIZE

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint states, whoever signed it."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed tree head: made only by `sign`, or by `verify` after the signature fitted."""

    origin: str
    size: int
    root: bytes
    note: str


def parse_body(text: str) -> TreeHead:
    """Read a checkpoint's text. Extension lines are refused: nobody could audit them."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:  # noqa: PLR2004 - three lines and the end
        raise CheckpointMalformed(reason="lines")
    if not _NUMBER.fullmatch(lines[1]):
        raise CheckpointMalformed(reason="size")
    try:
        root = note.unb64(lines[2])
    except ValueError as error:
        raise CheckpointMalformed(reason="root") from error
    if len(root) != HASH_SIZE:
        raise CheckpointMalformed(reason="root")
    return TreeHead(lines[0], int(lines[1]), root)


def sign(head: TreeHead, *signers: note.Signer) -> Checkpoint:
    """Sign under the origin as key name; more than one key while they are exchanged."""
    signed = note.sign(head.body, head.origin, *signers)
    return Checkpoint(head.origin, head.size, head.root, signed)


def verify(text: str, key: note.VerifierKey) -> Checkpoint:
    """Check a checkpoint's note against the log's key, whose name is the log's origin.

    Raises `NoteMalformed`, `SignatureMissing`, `SignatureWrong`, `CheckpointMalformed` or
    `OriginWrong`.
    """
    parsed = note.parse(text)
    note.verify(parsed, key)
    head = parse_body(parsed.text)
    if head.origin != key.name:
        raise OriginWrong(expected=key.name, found=head.origin)
    return Checkpoint(head.origin, head.size, head.root, text)


def verify_any(text: str, keys: Sequence[note.VerifierKey]) -> Checkpoint:
    """`verify` against several keys of one log: the first that has signed decides."""
    for key in keys[:-1]:
        try:
            return verify(text, key)
        except SignatureMissing:
            continue
    return verify(text, keys[-1])
