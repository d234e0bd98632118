"""The draw file "ujikom-draw-file/1": all that re-derives one candidate's paper, and nothing more.

It holds the candidate's own seat seed and its path to the committed root, never another seat's.
Pure: reading one needs no installation, only SHA-256 and HMAC.
"""

from hashlib import sha256
from typing import Any, Final

import msgspec

from audit import merkle
from audit.errors import InclusionWrong
from exam_engine.assembly import draw, pool, seats
from exam_engine.assembly import paper as papers
from exam_engine.assembly.pool import Blueprint, Manifest
from exam_engine.errors import DrawExhausted, EvidenceMalformed, PoolTooSmall
from exam_engine.evidence import Evidence
from kernel.canonical import b64, encode, unb64

FORMAT: Final = "ujikom-draw-file/1"


class DrawFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Digests, seeds and ids in hex; the bytes of blueprint, manifest and paper in base64.

    `seat_root`, `bank_root` and `blueprint_sha256` are what the log committed to before opening.
    """

    format: str
    session: str
    handle: str
    seat: int
    seats: int
    seat_seed: str
    seat_path: tuple[str, ...]
    seat_root: str
    nonce: str
    excluded: tuple[str, ...]
    bank_root: str
    pool_salt: str
    blueprint_sha256: str
    blueprint: str
    manifest: str
    paper: str


def build(evidence: Evidence) -> bytes:
    """The draw file of a sitting's evidence; raises KeyError when the log lacks an event of it."""
    sealed = {event.type: event.clear for event in evidence.session_events}
    started = next(e for e in evidence.events if e.type == "sitting.started")
    made = DrawFile(
        format=FORMAT,
        session=evidence.session.hex(),
        handle=evidence.handle.hex(),
        seat=evidence.seat,
        seats=evidence.seat_count,
        seat_seed=evidence.seat_seed.hex(),
        seat_path=tuple(step.hex() for step in evidence.seat_path),
        seat_root=sealed["seats.committed"]["root"],
        nonce=evidence.nonce.hex(),
        excluded=tuple(started.values["excluded"]),
        bank_root=sealed["bank.sealed"]["root"],
        pool_salt=evidence.pool_salt.hex(),
        blueprint_sha256=sealed["blueprint.sealed"]["sha256"],
        blueprint=b64(evidence.blueprint),
        manifest=b64(evidence.manifest),
        paper=b64(evidence.paper),
    )
    return encode(msgspec.to_builtins(made))


def faults(data: bytes) -> list[str]:
    """What does not hold in a draw file, by name; raises EvidenceMalformed when it is none."""
    try:
        given = msgspec.json.decode(data, type=DrawFile)
        if given.format != FORMAT:
            raise EvidenceMalformed(reason="format")
        return [*_seat(given), *_committed(given), *_paper(given)]
    except (msgspec.MsgspecError, ValueError, LookupError, OverflowError) as error:
        raise EvidenceMalformed(reason=type(error).__name__) from error


def _seat(given: DrawFile) -> list[str]:
    leaf = merkle.leaf_hash(seats.seat_leaf(given.seat, bytes.fromhex(given.seat_seed)))
    path = tuple(map(bytes.fromhex, given.seat_path))
    root = bytes.fromhex(given.seat_root)
    try:
        merkle.verify_inclusion(leaf, given.seat, given.seats, path, root)
    except InclusionWrong:
        return ["seat: the seed is not under the committed root"]
    return []


def _committed(given: DrawFile) -> list[str]:
    found = []
    manifest = msgspec.json.decode(unb64(given.manifest), type=Manifest)
    if pool.bank_root(manifest, bytes.fromhex(given.pool_salt)).hex() != given.bank_root:
        found.append("pool: the rows are not under the committed root")
    if sha256(unb64(given.blueprint)).hexdigest() != given.blueprint_sha256:
        found.append("blueprint: differs from the committed digest")
    return found


def _paper(given: DrawFile) -> list[str]:
    blueprint = msgspec.json.decode(unb64(given.blueprint), type=Blueprint)
    inputs: dict[str, Any] = {
        name: bytes.fromhex(getattr(given, name))
        for name in ("session", "handle", "nonce", "bank_root")
    }
    seed = draw.draw_seed(
        bytes.fromhex(given.seat_seed), beacon=b"", blueprint=unb64(given.blueprint), **inputs
    )
    try:
        drawn = draw.draw_paper(
            seed,
            cells=blueprint.cells,
            pool=pool.pool_items(msgspec.json.decode(unb64(given.manifest), type=Manifest)),
            excluded=frozenset(map(bytes.fromhex, given.excluded)),
            shuffle_options=blueprint.shuffle_options,
            constrained=blueprint.constrained,
        )
    except (PoolTooSmall, DrawExhausted) as error:
        return [f"draw: {error.code}"]
    if papers.to_bytes(papers.from_draw(drawn)) != unb64(given.paper):
        return ["paper: differs from what the draw gives"]
    return []
