"""Seat seeds and their commitment ("ujikom-draw/1", step 1).

The operator draws one secret K before opening and publishes the Merkle root over all seats; a
candidate later gets its own seat's seed with the path to that root, and learns of no other seat.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from audit import merkle

SEAT: Final = b"ujikom/seat/v1\0"
SEAT_COMMIT: Final = b"ujikom/seat-commit/v1\0"


def seat_seed(secret: bytes, seat: int) -> bytes:
    """The 32-byte seed of a seat, numbered from 0 in roster order."""
    return hmac.digest(secret, SEAT + seat.to_bytes(4, "big"), "sha256")


def seat_leaf(seat: int, seed: bytes) -> bytes:
    """What the tree over the seats holds for one seat."""
    return SEAT_COMMIT + seat.to_bytes(4, "big") + hashlib.sha256(seed).digest()


def seat_root(secret: bytes, seats: int) -> bytes:
    """The published commitment to all seats' seeds."""
    return tree_root(leaf_hashes(secret, seats))


def leaf_hashes(secret: bytes, seats: int) -> Sequence[bytes]:
    """RFC 6962 leaf hashes of all seats."""
    return [merkle.leaf_hash(seat_leaf(j, seat_seed(secret, j))) for j in range(seats)]


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 root over leaf hashes."""
    tree = merkle.CompactRange()
    for leaf in hashes:
        tree.push(leaf)
    return tree.root()


def seat_path(secret: bytes, seat: int, seats: int) -> tuple[bytes, ...]:
    """Inclusion proof of a seat's leaf under the published root."""
    return path_in(leaf_hashes(secret, seats), seat)


def path_in(hashes: Sequence[bytes], seat: int) -> tuple[bytes, ...]:
    """The same where the leaf hashes of all seats are known already."""
    return merkle.inclusion_proof(
        seat, len(hashes), lambda height, index: _perfect(hashes, height, index)
    )


def _perfect(hashes: Sequence[bytes], height: int, index: int) -> bytes:
    width = 1 << height
    return merkle.perfect_root(hashes[index * width : (index + 1) * width])
