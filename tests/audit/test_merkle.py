"""Tree arithmetic against published vectors and against a second, naive definition."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

from audit import merkle
from audit.errors import ConsistencyWrong, InclusionWrong, ProofOutOfRange
from audit.merkle import CompactRange, Node
from tests.conftest import LONG

Item = TypeVar("Item")

# The eight leaves and roots of the test data that Certificate Transparency implementations share.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
LEAVES += ["606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1 over leaves, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def leaves_of(size: int) -> list[bytes]:
    return [b"leaf %d" % index for index in range(size)]


def hash_at(leaves: Sequence[bytes]) -> merkle.HashAt:
    """Perfect subtrees out of the naive definition, each computed once."""
    kept: dict[tuple[int, int], bytes] = {}

    def at(height: int, index: int) -> bytes:
        if (height, index) not in kept:
            covered = leaves[index << height : (index + 1) << height]
            assert len(covered) == 1 << height, "only whole subtrees may be asked for"
            kept[height, index] = naive_root(covered)
        return kept[height, index]

    return at


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def test_empty_root_is_the_published_one() -> None:
    published = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert merkle.EMPTY_ROOT.hex() == hashlib.sha256(b"").hexdigest()
    assert base64.b64encode(merkle.EMPTY_ROOT).decode() == published
    assert CompactRange().root() == merkle.EMPTY_ROOT


def test_roots_of_shared_leaves_are_the_published_ones() -> None:
    tree = CompactRange()
    roots = []
    for leaf in LEAVES:
        tree.push(merkle.leaf_hash(bytes.fromhex(leaf)))
        roots.append(tree.root().hex())

    assert roots == ROOTS


def test_inclusion_proof_of_published_example_is_rfc_6962_figure() -> None:
    """RFC 6962 §2.1.3: with seven leaves the path of d3 is [c, g, l] and of d6 is [i, k]."""
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES[:7]]
    at = hash_at(leaves)
    c, g, tail = naive_root(leaves[2:3]), naive_root(leaves[:2]), naive_root(leaves[4:7])

    assert merkle.inclusion_proof(3, 7, at) == (c, g, tail)
    assert merkle.inclusion_proof(6, 7, at) == (naive_root(leaves[4:6]), naive_root(leaves[:4]))


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 300])
def test_compact_range_at_any_size_equals_pushed_one(size: int) -> None:
    leaves = leaves_of(size)
    pushed = CompactRange()
    for leaf in leaves:
        pushed.push(merkle.leaf_hash(leaf))

    rebuilt = merkle.compact_range_at(size, hash_at(leaves))

    assert rebuilt.root() == pushed.root() == naive_root(leaves)
    extra = merkle.leaf_hash(b"one more")
    assert rebuilt.push(extra) == pushed.push(extra)
    assert rebuilt.root() == pushed.root()


def test_push_emits_nodes_at_heights_divisible_by_eight() -> None:
    tree = CompactRange()
    leaves = leaves_of(600)
    emitted = [node for leaf in leaves for node in tree.push(merkle.leaf_hash(leaf))]

    assert emitted == [
        Node(1, 0, naive_root(leaves[:256])),
        Node(1, 1, naive_root(leaves[256:512])),
    ]


def test_push_emits_two_levels_at_once_when_both_complete() -> None:
    tree = CompactRange(65535, [merkle.leaf_hash(b"%d" % bit) for bit in range(16)])

    emitted = tree.push(merkle.leaf_hash(b"last"))

    assert [(node.level, node.index) for node in emitted] == [(1, 255), (2, 0)]
    assert emitted[1].hash == tree.root()


def test_copy_grows_without_its_original() -> None:
    tree = CompactRange()
    tree.push(merkle.leaf_hash(b"a"))
    before = tree.root()

    tree.copy().push(merkle.leaf_hash(b"b"))

    assert (tree.size, tree.root()) == (1, before)


SIZES = [300 if LONG else 64]


@pytest.mark.parametrize("limit", SIZES)
def test_inclusion_of_every_leaf_at_every_size_verifies_and_no_other(limit: int) -> None:
    leaves = leaves_of(limit)
    at = hash_at(leaves)
    for size in range(1, limit + 1):
        root = merkle.root_at(size, at)
        for index in range(size):
            hashed = merkle.leaf_hash(leaves[index])
            path = merkle.inclusion_proof(index, size, at)
            merkle.verify_inclusion(hashed, index, size, path, root)
            refuses_inclusion(flipped(hashed), index, size, path, root)
        assert root == naive_root(leaves[:size])


@pytest.mark.parametrize("limit", SIZES)
def test_consistency_of_every_pair_of_sizes_verifies_and_no_other(limit: int) -> None:
    leaves = leaves_of(limit)
    at = hash_at(leaves)
    roots = [merkle.root_at(size, at) for size in range(limit + 1)]
    for new in range(limit + 1):
        for old in range(new + 1):
            path = merkle.consistency_proof(old, new, at)
            merkle.verify_consistency(old, new, path, roots[old], roots[new])
            if old != new:
                refuses_consistency(old, new, path, flipped(roots[old]), roots[new])
            if old > 0:
                refuses_consistency(old, new, path, roots[old], flipped(roots[new]))


def refuses_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    with pytest.raises(InclusionWrong):
        merkle.verify_inclusion(leaf, index, size, path, root)


def refuses_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    with pytest.raises(ConsistencyWrong):
        merkle.verify_consistency(old, new, path, old_root, new_root)


def without_last(path: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(path[:-1])


def with_one_more(path: Sequence[bytes]) -> tuple[bytes, ...]:
    return (*path, bytes(32))


def with_first_flipped(path: Sequence[bytes]) -> tuple[bytes, ...]:
    return (flipped(path[0]), *path[1:])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without_last, "path_length"),
        (with_one_more, "path_length"),
        (with_first_flipped, "root_differs"),
    ],
)
def test_inclusion_path_changed_is_refused_with_reason(
    change: Callable[[Sequence[bytes]], tuple[bytes, ...]], reason: str
) -> None:
    leaves = leaves_of(13)
    at = hash_at(leaves)
    path = change(merkle.inclusion_proof(4, 13, at))

    with pytest.raises(InclusionWrong) as caught:
        merkle.verify_inclusion(merkle.leaf_hash(leaves[4]), 4, 13, path, naive_root(leaves))

    assert caught.value.data["reason"] == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without_last, "path_length"),
        (with_one_more, "path_length"),
        (with_first_flipped, "old_root_differs"),
    ],
)
def test_consistency_path_changed_is_refused_with_reason(
    change: Callable[[Sequence[bytes]], tuple[bytes, ...]], reason: str
) -> None:
    leaves = leaves_of(13)
    at = hash_at(leaves)
    path = change(merkle.consistency_proof(6, 13, at))

    with pytest.raises(ConsistencyWrong) as caught:
        merkle.verify_consistency(6, 13, path, naive_root(leaves[:6]), naive_root(leaves))

    assert caught.value.data["reason"] == reason


def test_proof_for_wrong_index_or_beyond_the_tree_is_refused() -> None:
    leaves = leaves_of(13)
    at = hash_at(leaves)
    path = merkle.inclusion_proof(4, 13, at)
    hashed, root = merkle.leaf_hash(leaves[4]), naive_root(leaves)

    refuses_inclusion(hashed, 5, 13, path, root)
    refuses_inclusion(hashed, 13, 13, path, root)
    refuses_inclusion(hashed, -1, 13, path, root)
    refuses_consistency(14, 13, (), root, root)
    with pytest.raises(ProofOutOfRange):
        merkle.inclusion_proof(13, 13, at)
    with pytest.raises(ProofOutOfRange):
        merkle.consistency_proof(14, 13, at)


def test_consistency_from_nothing_or_to_itself_takes_an_empty_path_only() -> None:
    root = naive_root(leaves_of(5))

    merkle.verify_consistency(0, 5, (), merkle.EMPTY_ROOT, root)
    merkle.verify_consistency(5, 5, (), root, root)
    refuses_consistency(0, 5, (), root, root)
    refuses_consistency(0, 5, (root,), merkle.EMPTY_ROOT, root)
    refuses_consistency(5, 5, (), root, flipped(root))


@pytest.mark.parametrize("rise", range(9))
def test_perfect_root_is_the_root_of_such_a_tree(rise: int) -> None:
    leaves = leaves_of(1 << rise)

    assert merkle.perfect_root([merkle.leaf_hash(leaf) for leaf in leaves]) == naive_root(leaves)


@pytest.mark.parametrize("count", [0, 3])
def test_perfect_root_of_no_power_of_two_is_refused(count: int) -> None:
    with pytest.raises(ProofOutOfRange):
        merkle.perfect_root([bytes(32)] * count)


def test_compact_range_with_wrong_number_of_hashes_is_refused() -> None:
    with pytest.raises(ProofOutOfRange):
        CompactRange(3, [bytes(32)])
