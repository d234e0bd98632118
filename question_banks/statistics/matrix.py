"""The response matrix: who got which item versions, what they chose, what they earned.

Papers may be drawn at random, so the matrix is kept as a list of responses, never as a table with
holes. Rows name nobody: a paper is a set of responses, and the order of papers says nothing.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from kernel.canonical import encode, sha256

DOMAIN: Final = b"ujikom/response-matrix/v1\0"
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class Response(msgspec.Struct, frozen=True):
    """One item on one paper: version digest (hex), marks earned of the most, the option chosen."""

    version: str
    earned: int
    most: int
    chosen: str | None


Paper = tuple[Response, ...]


class Matrix(msgspec.Struct, frozen=True, eq=False):
    """All responses as columns of equal length, sorted by paper.

    `person` and `item` are places (from 0); `share` is earned / most, 0 to 1; `versions` names the
    items; `digest` is the hash of the data that every figure is tied to.
    """

    versions: tuple[str, ...]
    persons: int
    person: Places
    item: Places
    share: Floats
    chosen: tuple[str | None, ...]
    digest: bytes

    @property
    def items(self) -> int:
        """How many item versions occur."""
        return len(self.versions)

    def by_item(self, values: Floats) -> Floats:
        """Sums of a value per response over each item."""
        sums: Floats = np.bincount(self.item, values, self.items).astype(np.float64)
        return sums

    def by_person(self, values: Floats) -> Floats:
        """Sums of a value per response over each paper."""
        sums: Floats = np.bincount(self.person, values, self.persons).astype(np.float64)
        return sums

    def counts(self) -> Floats:
        """How many papers held each item."""
        return np.bincount(self.item, minlength=self.items).astype(np.float64)


def build(papers: Sequence[Paper]) -> Matrix:
    """A matrix of papers; its digest does not depend on the order of papers or of their items."""
    rows = sorted(encode(msgspec.to_builtins(sorted(p, key=_version))) for p in papers if p)
    responses = [r for row in rows for r in msgspec.json.decode(row, type=list[Response])]
    lengths = [len(msgspec.json.decode(row, type=list[msgspec.Raw])) for row in rows]
    versions = tuple(sorted({r.version for r in responses}))
    place = {version: n for n, version in enumerate(versions)}
    return Matrix(
        versions=versions,
        persons=len(rows),
        person=np.repeat(np.arange(len(rows), dtype=np.int64), lengths),
        item=np.array([place[r.version] for r in responses], dtype=np.int64),
        share=np.array([r.earned / r.most if r.most else 0.0 for r in responses], dtype=np.float64),
        chosen=tuple(r.chosen for r in responses),
        digest=sha256(DOMAIN + b"\n".join(rows)),
    )


def _version(response: Response) -> str:
    return response.version
