"""A candidate's whole evidence in one file, "ujikom-evidence/1": its form, and its check.

Pure: the check needs the file and the log's key, neither our database nor our server. Every leaf
of the sitting is there with what opens it, its proof against one checkpoint, and the receipt that
was given for it.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from audit import commitment, leaf, merkle, proof
from audit.leaf import Leaf
from audit.note import VerifierKey
from exam_engine.delivery import receipts
from exam_engine.errors import EvidenceMalformed
from kernel.canonical import b64, encode
from kernel.errors import UjikomError

FORMAT: Final = "ujikom-evidence/1"
ANSWERS: Final = frozenset({"answer.saved", "answer.cleared"})
ENDS: Final = frozenset({"sitting.submitted", "sitting.auto_closed"})
WITHHELD: Final = frozenset(
    {"graded.auto", "rating.given", "result.computed"}
)  # until the score may be seen


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens one commitment."""

    salt: bytes
    value: Any


class EvidenceLeaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One leaf; `opening` is None when it is withheld, `receipt` unless it is an answer's."""

    leaf: bytes
    opening: dict[str, Opened] | None
    proof: str
    receipt: str | None


class EvidenceKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys that the file names; a checker trusts the log's key only if it had it before."""

    log: str
    receipt: bytes


class EvidenceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    format: str
    origin: str
    handle: str
    keys: EvidenceKeys
    leaves: list[EvidenceLeaf]


class Fault(msgspec.Struct, frozen=True):
    """What does not hold, by name, and at which event of the chain (0: the file as a whole)."""

    name: str
    event: int = 0


Check = Callable[[EvidenceFile, EvidenceLeaf, VerifierKey], str | None]


def to_bytes(file: EvidenceFile) -> bytes:
    """The file's bytes, canonical JSON."""
    return encode(msgspec.to_builtins(file))


def is_evidence(data: bytes) -> bool:
    """Whether a file is to be read as evidence: a JSON object."""
    return data.lstrip()[:1] == b"{"


def parse(data: bytes) -> EvidenceFile:
    """Read a file; raises EvidenceMalformed. It proves nothing before `check`."""
    try:
        file = msgspec.json.decode(data, type=EvidenceFile)
    except (msgspec.DecodeError, RecursionError) as error:
        raise EvidenceMalformed(reason="form") from error
    if file.format != FORMAT:
        raise EvidenceMalformed(reason="format")
    return file


def check(file: EvidenceFile, key: VerifierKey) -> list[Fault]:
    """Everything in the file that does not hold under the log's key; nothing when all does."""
    faults = []
    if file.keys.log != key.vkey:
        faults.append(Fault("log_key_foreign"))
    if file.origin != key.name:
        faults.append(Fault("origin_wrong"))
    if len({proof.parse(e.proof).note for e in file.leaves if _parses(e.proof)}) > 1:
        faults.append(Fault("checkpoints_differ"))
    return [*faults, *_links(file), *_closing(file), *_entries(file, key)]


def withheld(file: EvidenceFile) -> int:
    """How many leaves come without what opens them."""
    return sum(entry.opening is None for entry in file.leaves)


def _parses(text: str) -> bool:
    try:
        proof.parse(text)
    except UjikomError:
        return False
    return True


def _links(file: EvidenceFile) -> Iterator[Fault]:
    """The events are numbered without a gap, each naming the one before, of one sitting."""
    last, session = b"", None
    for place, entry in enumerate(file.leaves, start=1):
        found = _decoded(entry)
        if found is None:
            yield Fault("leaf_malformed", place)
            continue
        if found.chain is None or found.chain.handle.hex() != file.handle:
            yield Fault("handle_foreign", place)
        if found.chain is None or (found.chain.k, found.chain.previous) != (place, last):
            yield Fault("chain_broken", place)
        session = session or found.session
        if found.session != session:
            yield Fault("session_foreign", place)
        last = merkle.leaf_hash(entry.leaf)


def _closing(file: EvidenceFile) -> Iterator[Fault]:
    """One event ends the sitting, states how many there are, and no answer comes after it."""
    closed = False
    for place, entry in enumerate(file.leaves, start=1):
        found = _decoded(entry)
        if found is None:
            continue
        if closed and found.type in ANSWERS | ENDS:
            yield Fault("event_after_closing", place)
        if found.type in ENDS:
            closed = True
            if found.clear.get("events") != place:
                yield Fault("closing_count", place)
    if not closed:
        yield Fault("closing_missing")


def _entries(file: EvidenceFile, key: VerifierKey) -> Iterator[Fault]:
    """Each leaf is in the log, opens to what is stated, and was receipted."""
    checks: tuple[Check, ...] = (_proven, _opens, _receipted)
    for place, entry in enumerate(file.leaves, start=1):
        for run in checks:
            try:
                name = run(file, entry, key)
            except UjikomError as error:
                name = error.code
            if name is not None:
                yield Fault(name, place)


def _decoded(entry: EvidenceLeaf) -> Leaf | None:
    try:
        return leaf.decode(entry.leaf)
    except UjikomError:
        return None


def _proven(_file: EvidenceFile, entry: EvidenceLeaf, key: VerifierKey) -> None:
    proof.verify(proof.parse(entry.proof), entry.leaf, key)


def _opens(_file: EvidenceFile, entry: EvidenceLeaf, _key: VerifierKey) -> str | None:
    found = _decoded(entry)
    if found is None:
        return None  # the chain's check names it
    if entry.opening is None:
        return None if found.type in WITHHELD else "opening_missing"
    if entry.opening.keys() != found.commitments.keys():
        return "opening_fields"
    for field, committed in found.commitments.items():
        opened = entry.opening[field]
        commitment.verify(committed, opened.salt, found.type, field, opened.value)
    return None


def _receipted(file: EvidenceFile, entry: EvidenceLeaf, _key: VerifierKey) -> str | None:
    found = _decoded(entry)
    if found is None or found.chain is None:
        return None
    if entry.receipt is None:
        return "receipt_missing" if found.type in ANSWERS else None
    stated = receipts.verify(entry.receipt, file.keys.receipt)
    promised = {
        "a": found.chain.handle.hex(),
        "at": found.at,
        "format": "ujikom-receipt/1",
        "k": found.chain.k,
        "leaf": b64(merkle.leaf_hash(entry.leaf)),
    }
    return None if stated == promised else "receipt_foreign"
