"""Merkle tree arithmetic of RFC 6962 and RFC 9162 §2.1: hashes, compact range, proofs.

Pure: nothing here reads a store. A proof asks for the hash of a perfect subtree through a
`HashAt`, called with the subtree's height and its index among the subtrees of that height.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit.errors import ConsistencyWrong, InclusionWrong, ProofOutOfRange

HASH_SIZE = 32
TILE_HEIGHT = 8
LEAF_PREFIX = b"\x00"  # RFC 6962 §2.1: keeps a leaf from passing as a node
NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()

HashAt = Callable[[int, int], bytes]

_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    return _sha256(LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(NODE_PREFIX + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of the perfect subtree that is entry `index` of tile level `level`."""

    level: int
    index: int
    hash: bytes


class CompactRange:
    """The right edge of a growing tree: one hash for each set bit of its size."""

    __slots__ = ("_edge", "size")

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(edge):
            raise ProofOutOfRange(size=size, hashes=len(edge))
        self.size = size
        self._edge = list(edge)  # largest subtree first

    def copy(self) -> "CompactRange":
        return CompactRange(self.size, self._edge)

    def push(self, leaf: bytes) -> list[Node]:
        """Append a leaf hash; the nodes of tile levels 1 and up that it completes."""
        completed = []
        carry, count, height = leaf, self.size, 0
        while count & 1:
            carry = node_hash(self._edge.pop(), carry)
            count >>= 1
            height += 1
            if height % TILE_HEIGHT == 0:
                completed.append(Node(height // TILE_HEIGHT, count, carry))
        self._edge.append(carry)
        self.size += 1
        return completed

    def extend(self, leaves: Sequence[bytes]) -> list[Node]:
        """`push` each; a whole tile on a tile's border is hashed row by row, which is faster."""
        if len(leaves) != 1 << TILE_HEIGHT or self.size & (len(leaves) - 1):
            return [node for leaf in leaves for node in self.push(leaf)]
        root, count = perfect_root(leaves), self.size >> TILE_HEIGHT
        above = CompactRange(count, self._edge)
        nodes = above.push(root)
        self._edge = above._edge
        self.size += len(leaves)
        return [
            Node(1, count, root),
            *(Node(node.level + 1, node.index, node.hash) for node in nodes),
        ]

    def root(self) -> bytes:
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of sibling hashes."""
    row = list(hashes)
    if not row or len(row) & (len(row) - 1):
        raise ProofOutOfRange(hashes=len(row))
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [_sha256(NODE_PREFIX + left + right).digest() for left, right in pairs]
    return row[0]


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_hash(start: int, end: int, at: HashAt) -> bytes:
    width = end - start
    if width & (width - 1) == 0:
        return at(width.bit_length() - 1, start // width)
    middle = start + _split(width)
    return node_hash(_range_hash(start, middle, at), _range_hash(middle, end, at))


def compact_range_at(size: int, at: HashAt) -> CompactRange:
    """The compact range of the first `size` entries."""
    edge, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            edge.append(at(height, start >> height))
            start += 1 << height
    return CompactRange(size, edge)


def root_at(size: int, at: HashAt) -> bytes:
    return _range_hash(0, size, at) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, at: HashAt) -> tuple[bytes, ...]:
    """The audit path of entry `index` in the tree of `size` (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofOutOfRange(index=index, size=size)
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, at))
            end = middle
        else:
            path.append(_range_hash(start, middle, at))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, at: HashAt) -> tuple[bytes, ...]:
    """That the tree of `old` is a prefix of the tree of `new` (RFC 9162 §2.1.4.1).

    From size 0, and to the same size, the proof is empty.
    """
    if not 0 <= old <= new:
        raise ProofOutOfRange(old=old, new=new)
    if old == 0:
        return ()
    path = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, at))
            end = middle
        else:
            path.append(_range_hash(start, middle, at))
            start = middle
    if start:
        path.append(_range_hash(start, end, at))
    return tuple(reversed(path))


def _sides(position: int, last: int) -> list[bool]:
    """From a place in a row that ends at `last`, up to the root: is each sibling on the left?

    A node that ends its row without a sibling rises until it has one.
    """
    sides = []
    while last:
        left = bool(position & 1) or position == last
        while left and not position & 1:
            position >>= 1
            last >>= 1
        sides.append(left)
        position >>= 1
        last >>= 1
    return sides


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check an audit path for a leaf hash (RFC 9162 §2.1.3.2); raises `InclusionWrong`."""
    if not 0 <= index < size:
        raise InclusionWrong(reason="index_beyond_size", index=index, size=size)
    sides = _sides(index, size - 1)
    if len(path) != len(sides):
        raise InclusionWrong(reason="path_length", index=index, size=size)
    seen = leaf
    for sibling, left in zip(path, sides, strict=True):
        seen = node_hash(sibling, seen) if left else node_hash(seen, sibling)
    if seen != root:
        raise InclusionWrong(reason="root_differs", index=index, size=size)


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check a consistency proof (RFC 9162 §2.1.4.2); raises `ConsistencyWrong`."""
    if not 0 <= old <= new:
        raise ConsistencyWrong(reason="sizes_reversed", old=old, new=new)
    if old in (0, new):
        _verify_trivial_consistency(old, new, path, old_root, new_root)
        return
    rise = (old & -old).bit_length() - 1  # the largest subtree that ends the old tree
    sides = _sides((old - 1) >> rise, (new - 1) >> rise)
    whole = old & (old - 1) == 0  # then the old root itself is the start and is left out
    if len(path) != len(sides) + (not whole):
        raise ConsistencyWrong(reason="path_length", old=old, new=new)
    seen_old = seen_new = old_root if whole else path[0]
    for sibling, left in zip(path if whole else path[1:], sides, strict=True):
        if left:
            seen_old = node_hash(sibling, seen_old)
            seen_new = node_hash(sibling, seen_new)
        else:
            seen_new = node_hash(seen_new, sibling)
    if seen_old != old_root:
        raise ConsistencyWrong(reason="old_root_differs", old=old, new=new)
    if seen_new != new_root:
        raise ConsistencyWrong(reason="new_root_differs", old=old, new=new)


def _verify_trivial_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    if path:
        raise ConsistencyWrong(reason="path_length", old=old, new=new)
    if old == 0 and old_root != EMPTY_ROOT:
        raise ConsistencyWrong(reason="old_root_differs", old=old, new=new)
    if old == new and old_root != new_root:
        raise ConsistencyWrong(reason="new_root_differs", old=old, new=new)
