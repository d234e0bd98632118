"""Examining a log from the outside: everything is recomputed from the entries.

Nothing that the log says is believed except its signature: leaf hashes, tiles, root, the older
tree that the examiner remembers, and the chain of every handle all follow from the entries' bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from audit import merkle, tiles
from audit.checkpoint import Checkpoint
from audit.errors import LeafMalformed, SourceUnreadable, TileMalformed
from audit.leaf_pattern import chain_of
from audit.tiles import TILE_WIDTH, Place

Progress = Callable[[int, int], None]


class Source(Protocol):
    """Whatever gives the bytes at a path of the log; raises `SourceUnreadable`."""

    def read(self, path: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: what, where, and the details."""

    code: str
    place: str
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What was examined and what was found."""

    head: Checkpoint
    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    tiles: int = 0
    chains: int = 0

    def add(self, code: str, place: str, detail: str = "") -> None:
        self.findings.append(Finding(code, place, detail))


def examine(
    source: Source, head: Checkpoint, remembered: Checkpoint | None, progress: Progress
) -> Report:
    """Recompute the tree of `head`, whose signature has been checked, from the entry bundles."""
    report = Report(head)
    if remembered is not None and remembered.size > head.size:
        detail = f"remembered size {remembered.size}, now {head.size}"
        report.add("rolled_back", "checkpoint", detail)
        return report
    walk = _Walk(source, report, remembered)
    try:
        for place in tiles.places(head.size):
            if place.level is not None:
                break
            walk.bundle(place)
            progress(walk.tree.size, head.size)
    except (SourceUnreadable, TileMalformed) as error:
        report.add(error.code, place.path, str(error.data))
        return report
    walk.finish()
    return report


class _Walk:
    """The state of one pass over the entries."""

    def __init__(self, source: Source, report: Report, remembered: Checkpoint | None) -> None:
        self.tree = merkle.CompactRange()
        self._source = source
        self._report = report
        self._remembered = remembered
        self._rows: dict[int, list[bytes]] = {}
        self._done: dict[int, int] = {}
        self._chains: dict[bytes, tuple[int, bytes]] = {}
        self._differing: list[tuple[Place, int]] = []
        self._compare_remembered()

    def bundle(self, place: Place) -> None:
        """Take an entry bundle's leaves into the tree."""
        leaves = tiles.parse_bundle(self._source.read(place.path), place.width)
        hashes = [merkle.leaf_hash(data) for data in leaves]
        for number, (data, hashed) in enumerate(zip(leaves, hashes, strict=True), self.tree.size):
            self._leaf(number, data, hashed)
        self._hashes(0, hashes)
        for part in self._parts(hashes):
            for node in self.tree.extend(part):
                self._hashes(node.level, [node.hash])
            self._compare_remembered()

    def _parts(self, hashes: list[bytes]) -> list[list[bytes]]:
        """Cut where the remembered tree ends, so that its root can be compared there."""
        cut = 0 if self._remembered is None else self._remembered.size - self.tree.size
        return [hashes[:cut], hashes[cut:]] if 0 < cut < len(hashes) else [hashes]

    def finish(self) -> None:
        """Compare what remains: partial tiles and the root."""
        for level in sorted(self._rows):
            if self._rows[level]:
                self._compare_tile(level)
        report = self._report
        report.entries, report.chains = self.tree.size, len(self._chains)
        root_holds = self.tree.root() == report.head.root
        for place, position in self._differing:
            at_entry = place.level == 0 and not root_holds
            code = "entry_differs" if at_entry else "tile_differs"
            report.add(code, place.path, f"position {position}")
        if not root_holds:
            report.add("root_differs", "checkpoint", f"size {report.head.size}")

    def _hashes(self, level: int, hashes: list[bytes]) -> None:
        """Append to a level's row, which is never more than one tile."""
        row = self._rows.setdefault(level, [])
        row += hashes
        if len(row) == TILE_WIDTH:
            self._compare_tile(level)

    def _compare_tile(self, level: int) -> None:
        row, index = self._rows[level], self._done.get(level, 0)
        self._rows[level], self._done[level] = [], index + 1
        place = Place(level, index, len(row))
        self._report.tiles += 1
        try:
            found = tiles.parse_tile(self._source.read(place.path), place.width)
        except (SourceUnreadable, TileMalformed) as error:
            self._report.add(error.code, place.path, str(error.data))
            return
        self._differing += [
            (place, position)
            for position, (ours, theirs) in enumerate(zip(row, found, strict=True))
            if ours != theirs
        ]

    def _compare_remembered(self) -> None:
        old = self._remembered
        if old is not None and old.size == self.tree.size and old.root != self.tree.root():
            self._report.add("forked", "checkpoint", f"remembered size {old.size}")

    def _leaf(self, number: int, data: bytes, hashed: bytes) -> None:
        try:
            chain = chain_of(data)
        except LeafMalformed as error:
            self._report.add(error.code, f"entry {number}", str(error.data))
            return
        if chain is None:
            return
        k, last = self._chains.get(chain.handle, (0, b""))
        if (chain.k, chain.previous) != (k + 1, last):
            detail = f"handle {chain.handle.hex()}, place {chain.k} after {k}"
            self._report.add("chain_broken", f"entry {number}", detail)
        self._chains[chain.handle] = (chain.k, hashed)
