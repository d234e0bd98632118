"""The evidence file of a candidate's own sitting, made after its end."""

from audit import leaf as leaves
from audit import log, merkle, reads
from audit.note import parse_vkey
from exam_engine.delivery import desk as desks
from exam_engine.delivery import receipts
from exam_engine.delivery.desk import Desk
from exam_engine.errors import EvidencePending
from exam_engine.evidence_file import (
    ANSWERS,
    FORMAT,
    WITHHELD,
    EvidenceFile,
    EvidenceKeys,
    EvidenceLeaf,
    Opened,
    to_bytes,
)
from kernel.database import Tx
from kernel.sealed import Sealer
from people import store as persons
from people.roles import Principal


def own_evidence(tx: Tx, *, vkey: str, by: Principal) -> tuple[Desk, bytes]:
    """The file of one's own sitting, under the log's key; what marks tell stays out of it until
    the score may be seen. Raises SittingUnknown, EvidencePending.
    """
    outcome = desks.outcome(tx, by=by)
    sitting = outcome.sitting
    entries = log.entries_of(tx, sitting.handle)
    proofs = reads.tlog_proofs(tx, [merkle.leaf_hash(data) for data in entries])
    if not sitting.state.over or proofs is None:
        raise EvidencePending
    sealer = persons.sealer(tx, sitting.person_id)
    hidden = WITHHELD if outcome.result is None else frozenset[str]()
    file = EvidenceFile(
        format=FORMAT,
        origin=parse_vkey(vkey).name,
        handle=sitting.handle.hex(),
        keys=EvidenceKeys(log=vkey, receipt=tx.keys.verify_key("receipt")),
        leaves=[
            _leaf(tx, data, proof, sealer, hidden)
            for data, proof in zip(entries, proofs, strict=True)
        ],
    )
    return outcome.desk, to_bytes(file)


def _leaf(tx: Tx, data: bytes, proof: str, sealer: Sealer, hidden: frozenset[str]) -> EvidenceLeaf:
    found = leaves.decode(data)
    hashed = merkle.leaf_hash(data)
    opening: dict[str, Opened] | None = {}
    if found.type in hidden:
        opening = None
    elif found.commitments:
        opened = log.opening(tx, hashed, sealer)
        opening = {field: Opened(salt, value) for field, (salt, value) in opened.items()}
    receipt = None
    if found.type in ANSWERS and found.chain is not None:
        key = tx.keys.signing("receipt")
        receipt = receipts.issue(
            key, handle=found.chain.handle, k=found.chain.k, leaf_hash=hashed, at=found.at
        )
    return EvidenceLeaf(data, opening, proof, receipt)
