"""Tiles and entry bundles (C2SP tlog-tiles): their paths, their bytes, and hashes out of them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from audit.errors import LeafMalformed, TileMalformed, TilePathInvalid
from audit.merkle import HASH_SIZE, TILE_HEIGHT, perfect_root

TILE_WIDTH: Final = 1 << TILE_HEIGHT
MAX_LEVEL: Final = 63
MAX_LEAF: Final = 0xFFFF  # the bundle's length prefix has 16 bits

_PATH = re.compile(
    r"tile/(?:(?P<level>0|[1-9][0-9]?)|entries)/"
    r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Tile `index` of `level`, or of the entry bundles when level is None; `width` 1 to 256."""

    level: int | None
    index: int
    width: int

    @property
    def path(self) -> str:
        folder = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{folder}/{_grouped(self.index)}{partial}"


def parse_path(path: str) -> Place:
    """Read a path relative to the log's prefix; raises `TilePathInvalid` for every other form."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TilePathInvalid(path=path[:200])
    level = None if match["level"] is None else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = TILE_WIDTH if match["width"] is None else int(match["width"])
    place = Place(level, index, width)
    if (level or 0) > MAX_LEVEL or width > TILE_WIDTH or place.path != path:
        raise TilePathInvalid(path=path[:200])
    return place


def _grouped(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def places(size: int) -> Iterator[Place]:
    """Every tile and entry bundle of a tree of `size`, entries first, level by level."""
    yield from _row(None, size)
    level, count = 0, size
    while count:
        yield from _row(level, count)
        level, count = level + 1, count >> TILE_HEIGHT


def _row(level: int | None, count: int) -> Iterator[Place]:
    full, rest = divmod(count, TILE_WIDTH)
    for index in range(full):
        yield Place(level, index, TILE_WIDTH)
    if rest:
        yield Place(level, full, rest)


def width_at(size: int, level: int | None, index: int) -> int:
    """How many hashes or entries of this tile a tree of `size` has, 0 when it has none."""
    count = size >> (TILE_HEIGHT * (level or 0))
    return max(0, min(TILE_WIDTH, count - index * TILE_WIDTH))


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    return b"".join(hashes)


def parse_tile(data: bytes, width: int) -> list[bytes]:
    """Split a tile into its hashes; raises `TileMalformed`."""
    if len(data) != width * HASH_SIZE:
        raise TileMalformed(expected=width * HASH_SIZE, found=len(data))
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """Each leaf behind its length as unsigned 16-bit big-endian."""
    parts = []
    for leaf in leaves:
        if len(leaf) > MAX_LEAF:
            raise LeafMalformed(reason="too_long", length=len(leaf))
        parts += [len(leaf).to_bytes(2, "big"), leaf]
    return b"".join(parts)


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """Split an entry bundle into its leaves; raises `TileMalformed`."""
    leaves = []
    position = 0
    while position < len(data):
        start = position + 2
        end = start + int.from_bytes(data[position:start], "big")
        if end > len(data) or start > len(data):
            raise TileMalformed(expected=end, found=len(data))
        leaves.append(data[start:end])
        position = end
    if len(leaves) != width:
        raise TileMalformed(expected=width, found=len(leaves))
    return leaves


class TileHashes:
    """A `merkle.HashAt` over the tiles of a tree of `size`; keeps the tiles it has read."""

    def __init__(self, size: int, read: Callable[[Place], list[bytes]]) -> None:
        self.size = size
        self._read = read
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, height: int, index: int) -> bytes:
        level, rise = divmod(height, TILE_HEIGHT)
        first = index << rise
        tile = self._tile(level, first // TILE_WIDTH)
        start = first % TILE_WIDTH
        return perfect_root(tile[start : start + (1 << rise)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._kept:
            width = width_at(self.size, level, index)
            self._kept[level, index] = self._read(Place(level, index, width))
        return self._kept[level, index]
