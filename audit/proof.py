"""The proof handed to people (C2SP tlog-proof): index, audit path and checkpoint in one text."""

import base64
import re
from dataclasses import dataclass
from typing import Final

from audit import checkpoint, merkle, note
from audit.errors import ProofMalformed

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PATH: Final = 64

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Proof:
    """That the entry at `index` is in the tree of `note`. `extra` is not authenticated."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes | None = None


def encode(proof: Proof) -> str:
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(sibling).decode() for sibling in proof.path]
    return "\n".join(lines) + "\n\n" + proof.note


def parse(text: str) -> Proof:
    """Read a proof; raises `ProofMalformed`. It proves nothing before `verify`."""
    head, blank, signed = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise ProofMalformed(reason="header")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _decode(lines.pop(0).removeprefix("extra "))
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None or len(lines) > MAX_PATH:
        raise ProofMalformed(reason="index")
    path = tuple(_decode(line) for line in lines)
    if any(len(sibling) != merkle.HASH_SIZE for sibling in path):
        raise ProofMalformed(reason="path")
    return Proof(int(index[1]), path, signed, extra)


def _decode(text: str) -> bytes:
    try:
        return note.unb64(text)
    except ValueError as error:
        raise ProofMalformed(reason="base64") from error


def verify(proof: Proof, leaf: bytes, key: note.VerifierKey) -> checkpoint.Checkpoint:
    """Check signature, origin and path for the leaf's exact bytes; gives the checkpoint.

    Raises what `checkpoint.verify` raises, and `InclusionWrong`.
    """
    return verify_hash(proof, merkle.leaf_hash(leaf), key)


def verify_hash(proof: Proof, leaf_hash: bytes, key: note.VerifierKey) -> checkpoint.Checkpoint:
    """`verify` for one who holds the leaf's hash only."""
    head = checkpoint.verify(proof.note, key)
    merkle.verify_inclusion(leaf_hash, proof.index, head.size, proof.path, head.root)
    return head
