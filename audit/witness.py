"""A witness for other people's logs (C2SP tlog-witness): cosigns what continues what it saw.

Its folder holds a key of its own, the verifier keys of the logs it watches, and for each of them
the last checkpoint that it cosigned. Standard library and `cryptography` only, like the verifier:
an agency, a university or the inspectorate runs it without any of the rest.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checkpoint, cosignature, durable, merkle, note
from audit.checkpoint import TreeHead
from audit.errors import (
    CheckpointMalformed,
    ConsistencyWrong,
    KeyMalformed,
    NoteMalformed,
    SignatureMissing,
    SignatureWrong,
)
from audit.note import Note, VerifierKey

KEY_FILE: Final = "key.pem"
MAX_PROOF: Final = 63
MAX_BODY: Final = 200_000
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers over HTTP."""

    status: int
    body: str
    media_type: str = TEXT


@dataclass(frozen=True, slots=True)
class Request:
    """An add-checkpoint request, read but not believed."""

    old: int
    proof: tuple[bytes, ...]
    signed: Note
    head: TreeHead
    text: str


def create_key(folder: Path) -> None:
    """Make the witness's key, readable by its owner alone; an existing one stays."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEY_FILE
    if path.exists():
        return
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())


class Witness:
    """Several processes and threads may share the folder; one checkpoint is judged at a time."""

    def __init__(
        self, folder: Path, name: str, logs: Sequence[VerifierKey], now: Callable[[], int]
    ) -> None:
        private = serialization.load_pem_private_key((folder / KEY_FILE).read_bytes(), None)
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyMalformed(reason="not_ed25519")
        self._private = private
        self._folder = folder
        self._now = now
        self._turn = Lock()
        self.key = cosignature.witness_key(name, private)
        self.logs: dict[str, list[VerifierKey]] = {}
        for key in logs:
            self.logs.setdefault(key.name, []).append(key)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Judge a submitted checkpoint; 200 comes after the new state is on disk."""
        try:
            request = parse_request(body)
        except (CheckpointMalformed, NoteMalformed) as error:
            return Answer(400, f"{error.code}\n")
        keys = self.logs.get(request.head.origin)
        if keys is None:
            return Answer(404, "unknown origin\n")
        if not any(_signed_by(request.signed, key) for key in keys):
            return Answer(403, "no signature by a trusted key\n")
        if request.old > request.head.size:
            return Answer(400, "old size beyond the checkpoint\n")
        with self._alone():
            return self._judge(request)

    def seen(self, origin: str) -> TreeHead:
        """The last tree of a log that this witness cosigned, the empty one before any."""
        path = self._state(origin)
        if not path.exists():
            return TreeHead(origin, 0, merkle.EMPTY_ROOT)
        return checkpoint.parse_body(note.parse(path.read_text(encoding="utf-8")).text)

    def _judge(self, request: Request) -> Answer:
        head, last = request.head, self.seen(request.head.origin)
        if request.old != last.size or (head.size == last.size and head.root != last.root):
            return Answer(409, f"{last.size}\n", SIZE)
        try:
            merkle.verify_consistency(last.size, head.size, request.proof, last.root, head.root)
        except ConsistencyWrong as error:
            return Answer(422, f"{error.code}\n")
        if head != last or not self._state(head.origin).exists():
            durable.write(self._state(head.origin), request.text.encode())
        line = cosignature.sign(request.signed.text, self.key.name, self._private, self._now())
        return Answer(200, f"{line}\n")

    def _state(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.checkpoint"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Between reading the last state and writing the next nobody else does either."""
        with self._turn, (self._folder / "held").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def parse_request(body: bytes) -> Request:
    """Read an add-checkpoint body; raises `CheckpointMalformed` or `NoteMalformed`."""
    try:
        lines, blank, text = body.decode().partition("\n\n")
        first, *proof = lines.split("\n")
        hashes = tuple(note.unb64(line) for line in proof)
    except ValueError as error:
        raise CheckpointMalformed(reason="encoding") from error
    old = _OLD.fullmatch(first)
    if not blank or old is None or len(hashes) > MAX_PROOF:
        raise CheckpointMalformed(reason="old_size_or_proof")
    if any(len(hashed) != merkle.HASH_SIZE for hashed in hashes):
        raise CheckpointMalformed(reason="proof")
    signed = note.parse(text)
    return Request(int(old[1]), hashes, signed, checkpoint.parse_body(signed.text), text)


def encode_request(old: int, proof: Sequence[bytes], text: str) -> bytes:
    """The add-checkpoint body for a checkpoint's note."""
    encoded = note.b64_lines(proof)
    return f"old {old}\n{encoded}\n{text}".encode()


def _signed_by(signed: Note, key: VerifierKey) -> bool:
    try:
        note.verify(signed, key)
    except (SignatureMissing, SignatureWrong):
        return False
    return True
