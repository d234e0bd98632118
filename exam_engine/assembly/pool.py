"""The frozen pool: its manifest and the root that commits to it.

A manifest row says of an item version everything that a draw may ever look at. Rows enter the
tree with a salt each, so that the published root tells nothing about the bank.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from audit import merkle
from exam_engine.assembly.draw import Cell, PoolItem
from exam_engine.assembly.seats import tree_root
from exam_engine.errors import PoolTooSmall
from exam_engine.schemes.scheme import Scheme
from kernel.canonical import encode
from question_banks.content import Content

FORMAT: Final = "ujikom-pool/1"
ROW: Final = b"ujikom/pool-row/v1\0"
SALT: Final = b"ujikom/pool-salt/v1\0"


class ManifestRow(msgspec.Struct, frozen=True, kw_only=True):
    """One item version of the pool. Fields without data yet are null, never left out."""

    version: str
    cell: str
    family: str
    options: tuple[str, ...]
    group: str | None = None
    stimulus: str | None = None
    enemies: tuple[str, ...] = ()
    difficulty: int | None = None
    difficulty_data: str | None = None
    angoff: str | None = None
    exposure: int = 0


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, sorted by version."""

    format: str
    rows: tuple[ManifestRow, ...]


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """What the draw must satisfy, as bytes that are hashed into every seed."""

    format: str
    algorithm: str
    scheme: str
    shuffle_options: bool
    cells: tuple[Cell, ...]


def cell_name(competency: str, levels: Sequence[int]) -> str:
    """The name of a blueprint row's cell."""
    return f"{competency}/{'-'.join(map(str, levels)) or 'semua'}"


def blueprint(scheme: Scheme, scheme_digest: bytes, algorithm: str) -> Blueprint:
    """The blueprint that a scheme's rows amount to."""
    return Blueprint(
        format="ujikom-blueprint/1",
        algorithm=algorithm,
        scheme=scheme_digest.hex(),
        shuffle_options=scheme.shuffle_options,
        cells=tuple(
            Cell(section.code, cell_name(row.competency, row.levels), row.count)
            for section in scheme.sections
            for row in section.rows
        ),
    )


def manifest(scheme: Scheme, published: Mapping[bytes, Content]) -> Manifest:
    """Put the published items into the scheme's cells; raises PoolTooSmall naming the row."""
    rows = []
    for section in scheme.sections:
        for row in section.rows:
            cell = cell_name(row.competency, row.levels)
            fitting = {
                version: content
                for version, content in published.items()
                if content.family == section.family
                and content.competency == row.competency
                and (not row.levels or content.level in row.levels)
            }
            if len(fitting) < row.count:
                raise PoolTooSmall(row=cell, missing=row.count - len(fitting))
            rows += [_row(version, content, cell) for version, content in fitting.items()]
    return Manifest(format=FORMAT, rows=tuple(sorted(rows, key=lambda row: row.version)))


def to_bytes(value: Manifest | Blueprint) -> bytes:
    """Canonical bytes."""
    return encode(msgspec.to_builtins(value))


def pool_items(manifest: Manifest) -> list[PoolItem]:
    """The manifest as the draw sees it."""
    return [PoolItem(bytes.fromhex(r.version), r.cell, r.options) for r in manifest.rows]


def bank_root(manifest: Manifest, salt: bytes) -> bytes:
    """RFC 6962 root over the salted rows."""
    return tree_root([merkle.leaf_hash(row_leaf(row, salt)) for row in manifest.rows])


def row_leaf(row: ManifestRow, salt: bytes) -> bytes:
    """What the tree holds for one row: domain, the row's own salt, its canonical bytes."""
    own = hmac.digest(salt, SALT + bytes.fromhex(row.version), "sha256")
    return ROW + own + encode(msgspec.to_builtins(row))


def competencies(rows: Iterable[ManifestRow]) -> set[str]:
    """Codes of the competencies in the pool."""
    return {row.cell.rsplit("/", 1)[0] for row in rows}


def _row(version: bytes, content: Content, cell: str) -> ManifestRow:
    return ManifestRow(
        version=version.hex(),
        cell=cell,
        family=content.family,
        options=tuple(option.id for option in content.options),
    )
