"""Paths, bundles and hashes of C2SP tlog-tiles."""

import pytest

from audit import merkle, tiles
from audit.errors import LeafMalformed, TileMalformed, TilePathInvalid
from audit.tiles import Place, TileHashes


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0, 256), "tile/0/000"),
        (Place(0, 0, 1), "tile/0/000.p/1"),
        (Place(1, 999, 255), "tile/1/999.p/255"),
        (Place(63, 1000, 256), "tile/63/x001/000"),
        (Place(None, 1234067, 256), "tile/entries/x001/x234/067"),
        (Place(None, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
    ],
)
def test_path_of_place_is_the_specified_one_and_parses_back(place: Place, path: str) -> None:
    assert place.path == path
    assert tiles.parse_path(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/entries/../0/000",
        "tile/entry/000",
        "tile/0/٠٠٠",
    ],
)
def test_path_of_any_other_form_is_refused(path: str) -> None:
    with pytest.raises(TilePathInvalid):
        tiles.parse_path(path)


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (
            513,
            [
                "tile/entries/000",
                "tile/entries/001",
                "tile/entries/002.p/1",
                "tile/0/000",
                "tile/0/001",
                "tile/0/002.p/1",
                "tile/1/000.p/2",
            ],
        ),
    ],
)
def test_places_of_a_tree_never_hold_an_empty_tile(size: int, paths: list[str]) -> None:
    assert [place.path for place in tiles.places(size)] == paths


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(0, 0, 256), (0, 273, 112), (0, 274, 0), (1, 0, 256), (1, 1, 17), (2, 0, 1), (3, 0, 0)],
)
def test_width_at_a_size_counts_what_the_level_has(level: int, index: int, width: int) -> None:
    assert tiles.width_at(70000, level, index) == width


def test_bundle_of_leaves_parses_back() -> None:
    leaves = [b"", b"a", b"x" * 65535]

    data = tiles.encode_bundle(leaves)

    assert data[:5] == b"\x00\x00\x00\x01a"
    assert tiles.parse_bundle(data, 3) == leaves


@pytest.mark.parametrize(
    ("data", "width"),
    [(b"\x00\x01a", 2), (b"\x00\x01a", 0), (b"\x00\x02a", 1), (b"\x00", 1), (b"\x00\x01ab", 1)],
)
def test_bundle_of_another_length_is_refused(data: bytes, width: int) -> None:
    with pytest.raises(TileMalformed):
        tiles.parse_bundle(data, width)


def test_leaf_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(LeafMalformed):
        tiles.encode_bundle([bytes(65536)])


@pytest.mark.parametrize("width", [1, 2, 256])
def test_tile_of_hashes_parses_back(width: int) -> None:
    hashes = [bytes([number]) * 32 for number in range(width)]

    assert tiles.parse_tile(tiles.encode_tile(hashes), width) == hashes


def test_tile_of_another_length_is_refused() -> None:
    with pytest.raises(TileMalformed):
        tiles.parse_tile(bytes(33), 1)


def tiles_of(size: int) -> dict[tuple[int, int], list[bytes]]:
    tree = merkle.CompactRange()
    rows: dict[int, list[bytes]] = {0: []}
    for index in range(size):
        hashed = merkle.leaf_hash(b"%d" % index)
        rows[0].append(hashed)
        for node in tree.push(hashed):
            rows.setdefault(node.level, []).append(node.hash)
    return {
        (level, start // 256): row[start : start + 256]
        for level, row in rows.items()
        for start in range(0, len(row), 256)
    }


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 70000])
def test_proofs_out_of_tiles_verify_and_read_each_tile_once(size: int) -> None:
    stored = tiles_of(size)
    read: list[Place] = []

    def fetch(place: Place) -> list[bytes]:
        assert 0 < place.width <= 256
        read.append(place)
        return stored[place.level or 0, place.index][: place.width]

    hashes = TileHashes(size, fetch)
    root = merkle.root_at(size, hashes)
    for index in {0, size // 2, size - 1}:
        path = merkle.inclusion_proof(index, size, hashes)
        merkle.verify_inclusion(merkle.leaf_hash(b"%d" % index), index, size, path, root)

    assert len(read) == len(set(read))
