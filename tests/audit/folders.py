"""Logs in folders, made without a database, and the verifier run on them."""

from pathlib import Path

from audit import checkpoint, leaf, merkle, note, tiles, verify
from audit.checkpoint import TreeHead
from audit.leaf import Chain, Leaf
from tests.audit.trial import HANDLE, ORIGIN, PRIVATE

KEY = note.verifier_key(ORIGIN, PRIVATE)


def honest_leaves(count: int) -> list[bytes]:
    """Leaves of one handle's chain."""
    leaves: list[bytes] = []
    for k in range(1, count + 1):
        last = merkle.leaf_hash(leaves[-1]) if leaves else b""
        place = Chain(handle=HANDLE, k=k, previous=last)
        at = f"2026-11-22T05:30:00.{k:06d}Z"
        leaves.append(leaf.encode(Leaf(type="trial.saved", at=at, clear={"n": k}, chain=place)))
    return leaves


def run(source: object, *more: object) -> int:
    return verify.main([str(source), "--key", KEY.vkey, *map(str, more)])


def leaves_in(folder: Path) -> list[bytes]:
    return [
        data
        for place in tiles.places(301)
        if place.level is None
        for data in tiles.parse_bundle((folder / place.path).read_bytes(), place.width)
    ]


def rebuild(folder: Path, leaves: list[bytes]) -> None:
    """What an operator with the key can do: a whole new tree, signed."""
    tree = merkle.CompactRange()
    rows: dict[int | None, list[bytes]] = {None: leaves, 0: []}
    for data in leaves:
        rows[0].append(merkle.leaf_hash(data))
        for node in tree.push(rows[0][-1]):
            rows.setdefault(node.level, []).append(node.hash)
    for place in tiles.places(len(leaves)):
        part = rows[place.level][place.index * 256 : place.index * 256 + place.width]
        encode = tiles.encode_bundle if place.level is None else tiles.encode_tile
        (folder / place.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / place.path).write_bytes(encode(part))
    signed = checkpoint.sign(TreeHead(ORIGIN, len(leaves), tree.root()), PRIVATE)
    (folder / "checkpoint").write_text(signed.note, encoding="utf-8")
