"""Asking witnesses to cosign the newest checkpoint (C2SP tlog-witness, add-checkpoint)."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import msgspec

from audit import cosignature, note, reads, store
from audit.errors import (
    NoteMalformed,
    SignatureMissing,
    SignatureWrong,
    WitnessAhead,
    WitnessRefused,
    WitnessUnreachable,
)
from audit.policy import Policy, Witness
from audit.store import StoredCheckpoint
from audit.witness import SIZE, encode_request
from kernel.database import Database, Tx, emits_nothing
from kernel.errors import Integrity, UjikomError

TIMEOUT_SECONDS: Final = 5.0
FRESH: Final = timedelta(hours=1)
MAX_ANSWER: Final = 65_536
OK: Final = 200
CONFLICT: Final = 409

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class Outcome(msgspec.Struct, frozen=True):
    """How the last request to a witness ended; `trouble` is None when it cosigned."""

    witness: str
    size: int
    trouble: UjikomError | None = None


class Answer(msgspec.Struct, frozen=True):
    """A witness's answer as it came over the wire."""

    status: int
    media_type: str
    body: bytes


class Ask(msgspec.Struct, frozen=True):
    """The checkpoint to submit, and the size that this witness should have seen last."""

    newest: StoredCheckpoint
    known: int


class Cosigner:
    """Brings each published checkpoint to the witnesses of a policy."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        *,
        refuse: Callable[[Integrity], None] = lambda _error: None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        """`refuse` is told when a witness holds a tree that we do not have (`WitnessAhead`)."""
        self._database = database
        self._refuse = refuse
        self._witnesses = [witness for witness in policy.witnesses if witness.url]
        self._timeout = timeout
        self.outcomes: dict[str, Outcome] = {}

    def turn(self) -> Sequence[Outcome]:
        """Ask every witness whose cosignature of the newest checkpoint is missing or stale.

        A witness that fails stops nobody; what was wrong stays in `outcomes`.
        """
        if not self._witnesses:
            return []
        with ThreadPoolExecutor(len(self._witnesses)) as pool:
            outcomes = [found for found in pool.map(self._one, self._witnesses) if found]
        self.outcomes |= {outcome.witness: outcome for outcome in outcomes}
        return outcomes

    def _one(self, witness: Witness) -> Outcome | None:
        ask = self._database.read_sync(wanted, witness=witness)
        if ask is None:
            return None
        try:
            self._submit(witness, ask)
        except UjikomError as error:
            if isinstance(error, WitnessAhead):
                self._refuse(error)
            return Outcome(witness.name, ask.newest.size, error)
        return Outcome(witness.name, ask.newest.size)

    def _submit(self, witness: Witness, ask: Ask) -> None:
        answer = self._post(witness, ask, ask.known)
        if answer.status == CONFLICT:
            seen = _seen(witness, ask, answer)
            if seen == ask.known == ask.newest.size:  # the same size with another root
                raise WitnessAhead(witness=witness.name, seen=seen, ours=ask.newest.size)
            answer = self._post(witness, ask, seen)
        if answer.status == CONFLICT:
            _seen(witness, ask, answer)
            raise WitnessAhead(witness=witness.name, ours=ask.newest.size)
        if answer.status != OK:
            raise WitnessRefused(witness=witness.name, status=answer.status)
        line = fitting_line(ask.newest.note, answer.body, witness)
        self._database.write_sync(keep, size=ask.newest.size, witness=witness.name, line=line)

    def _post(self, witness: Witness, ask: Ask, old: int) -> Answer:
        proof = self._database.read_sync(reads.consistency, old=old, new=ask.newest.size)
        body = encode_request(old, proof, ask.newest.note)
        return post(witness, body, self._timeout)


def wanted(tx: Tx, *, witness: Witness) -> Ask | None:
    """What to ask a witness now, None when its cosignature is there and fresh."""
    newest = store.newest_checkpoint(tx)
    if newest is None:
        return None
    last = store.last_cosigned(tx, witness.name)
    if last is None:
        return Ask(newest, 0)
    size, line = last
    if size < newest.size:
        return Ask(newest, size)
    signed = note.parse(f"{newest.note}{line}\n")
    try:
        at = cosignature.verify(signed, witness.key)
    except (SignatureMissing, SignatureWrong):
        return Ask(newest, size)  # kept under another key of that name
    stale = tx.at.timestamp() - at > FRESH.total_seconds()
    return Ask(newest, size) if stale else None


@emits_nothing("a witness's word about the log, checked against its key wherever it counts")
def keep(tx: Tx, *, size: int, witness: str, line: str) -> None:
    """Put a cosignature line under its checkpoint."""
    store.add_cosignature(tx, size, witness, line)


def fitting_line(signed: str, body: bytes, witness: Witness) -> str:
    """The witness's own line out of its answer; lines of unknown keys are ignored.

    Raises `WitnessUnreachable` when the answer holds none that fits.
    """
    try:
        for line in body.decode().splitlines():
            read = note.parse_line(line)
            if (read.name, read.key_id) == (witness.key.name, witness.key.key_id):
                cosignature.verify(note.parse(f"{signed}{line}\n"), witness.key)
                return line
    except (UnicodeDecodeError, NoteMalformed, SignatureWrong) as error:
        raise WitnessUnreachable(witness=witness.name, reason="signature") from error
    raise WitnessUnreachable(witness=witness.name, reason="no_signature")


def post(witness: Witness, body: bytes, timeout: float) -> Answer:
    """One request to the witness; raises `WitnessUnreachable`."""
    address = f"{witness.url.rstrip('/')}/add-checkpoint"
    request = urllib.request.Request(address, data=body, method="POST")  # noqa: S310 - the policy lets http and https through only
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 - as above
            return _read(answer.status, answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return _read(refusal.code, refusal)
    except OSError as error:
        raise WitnessUnreachable(witness=witness.name, reason=str(error)) from error


def _read(status: int, answer: "urllib.request._UrlopenRet | urllib.error.HTTPError") -> Answer:
    return Answer(status, answer.headers.get("Content-Type", ""), answer.read(MAX_ANSWER))


def _seen(witness: Witness, ask: Ask, answer: Answer) -> int:
    """The size that the witness says it saw last; raises when we do not have that tree."""
    size = _SIZE.fullmatch(answer.body)
    if size is None or answer.media_type.partition(";")[0].strip() != SIZE:
        raise WitnessRefused(witness=witness.name, status=answer.status)
    seen = int(size[1])
    if seen > ask.newest.size:
        raise WitnessAhead(witness=witness.name, seen=seen, ours=ask.newest.size)
    return seen
