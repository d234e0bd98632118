"""The frozen pool: its manifest and the root that commits to it.

A manifest row says of an item version everything that a draw may ever look at. Rows enter the
tree with a salt each, so that the published root tells nothing about the bank.
"""

import hmac
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from audit import merkle
from exam_engine.assembly import constraints as constraining
from exam_engine.assembly.constraints import Constraints, PoolItem
from exam_engine.assembly.draw import Cell
from exam_engine.assembly.seats import tree_root
from exam_engine.errors import ConstraintImpossible, PoolTooSmall
from exam_engine.schemes.scheme import Assembly, Row, Scheme, Section
from kernel.canonical import encode
from question_banks.content import Content

FORMAT: Final = "ujikom-pool/1"
WITH_KEYS: Final = "ujikom-pool/2"
ROW: Final = b"ujikom/pool-row/v1\0"
SALT: Final = b"ujikom/pool-salt/v1\0"
Kind = tuple[str, str, int, str]  # family, competency, level, cognitive level


class ManifestRow(msgspec.Struct, frozen=True, kw_only=True):
    """One item version of the pool. Fields without data yet are null, never left out.

    `key`, the place of the only right option as written, is there when keys are to be spread.
    """

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
    key: int | UnsetType | None = UNSET


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an item version beyond its content: the names (bank, code) of its items,
    the versions that never meet it on a paper, difficulty per mille with the hash of its data,
    Angoff mean, papers it was on.
    """

    names: frozenset[tuple[bytes, str]] = frozenset()
    enemies: frozenset[bytes] = frozenset()
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
    constraints: Constraints | UnsetType = UNSET

    @property
    def constrained(self) -> Constraints:
        """The constraints; none in a blueprint of the first version."""
        return self.constraints or Constraints()


def blueprint(
    scheme: Scheme,
    scheme_digest: bytes,
    algorithm: str,
    constraints: Constraints | None = None,
) -> Blueprint:
    """The blueprint that a scheme's rows amount to, with constraints when there are any."""
    constrained = constraints not in (None, Constraints())
    return Blueprint(
        format="ujikom-blueprint/2" if constrained else "ujikom-blueprint/1",
        algorithm=algorithm,
        scheme=scheme_digest.hex(),
        shuffle_options=scheme.shuffle_options,
        cells=tuple(
            Cell(section.code, row.cell, row.count)
            for section in scheme.sections
            for row in section.rows
        ),
        constraints=constraints if constraints and constrained else UNSET,
    )


def manifest(
    scheme: Scheme,
    published: Mapping[bytes, Content],
    known: Mapping[bytes, Facts] | None = None,
) -> Manifest:
    """Put the published items into the scheme's cells; raises PoolTooSmall naming the row.

    Items that were on too many papers stay out.
    """
    facts = known or {}
    rules = scheme.assembly or Assembly()
    usable = {
        version: content
        for version, content in published.items()
        if not rules.exposure_cap or facts.get(version, Facts()).exposure < rules.exposure_cap
    }
    rows = []
    for section in scheme.sections:
        for row in section.rows:
            fitting = {v: c for v, c in usable.items() if fits(kind(c), row, section)}
            if len(fitting) < row.count:
                raise PoolTooSmall(row=row.cell, missing=row.count - len(fitting))
            rows += [
                _row(version, content, row.cell, facts.get(version, Facts()), rules)
                for version, content in fitting.items()
            ]
    named = _with_enemies(rows, facts)
    format_ = WITH_KEYS if rules.key_limit else FORMAT
    return Manifest(format=format_, rows=tuple(sorted(named, key=lambda row: row.version)))


def constraints(scheme: Scheme, frozen: Manifest, known: Mapping[bytes, Facts]) -> Constraints:
    """What the draw must satisfy: the scheme's rules, and what the pool's items say themselves.

    Enemies and stimuli are kept to without asking. Raises ConstraintImpossible.
    """
    rules = scheme.assembly or Assembly()
    stimuli = [row.stimulus for row in frozen.rows if row.stimulus is not None]
    for window in rules.windows:
        _check_known(scheme, frozen, window.section)
    return Constraints(
        enemies=any(row.enemies for row in frozen.rows),
        one_per_group=rules.one_per_group,
        whole_sets=rules.whole_sets,
        together=len(set(stimuli)) < len(stimuli),
        required=_required(rules, frozen, known),
        windows=tuple(
            constraining.Window(
                section=window.section,
                target=_mean(scheme, frozen, window.section)
                if window.target is None
                else window.target,
                tolerance=window.tolerance,
            )
            for window in rules.windows
        ),
        key_limit=rules.key_limit,
    )


def to_bytes(value: Manifest | Blueprint) -> bytes:
    """Canonical bytes."""
    return encode(msgspec.to_builtins(value))


def pool_items(manifest: Manifest) -> list[PoolItem]:
    """The manifest as the draw sees it."""
    return [
        PoolItem(
            bytes.fromhex(row.version),
            row.cell,
            row.options,
            group=row.group,
            stimulus=row.stimulus,
            enemies=frozenset(map(bytes.fromhex, row.enemies)),
            difficulty=row.difficulty,
            key=None if row.key is UNSET else row.key,
        )
        for row in manifest.rows
    ]


def bank_root(manifest: Manifest, salt: bytes) -> bytes:
    """RFC 6962 root over the salted rows."""
    return tree_root([merkle.leaf_hash(row_leaf(row, salt)) for row in manifest.rows])


def row_leaf(row: ManifestRow, salt: bytes) -> bytes:
    """What the tree holds for one row: domain, the row's own salt, its canonical bytes."""
    own = hmac.digest(salt, SALT + bytes.fromhex(row.version), "sha256")
    return ROW + own + encode(msgspec.to_builtins(row))


def competencies(rows: Iterable[ManifestRow]) -> set[str]:
    """Codes of the competencies in the pool."""
    return {row.cell.split("/", 1)[0] for row in rows}


def kind(content: Content) -> Kind:
    """What rows look at."""
    return content.family, content.competency, content.level, content.cognitive


def fits(of: Kind, row: Row, section: Section) -> bool:
    """Whether an item of a kind belongs to a blueprint row."""
    family, competency, level, cognitive = of
    return (
        family == (row.family or section.family)
        and competency == row.competency
        and (not row.levels or level in row.levels)
        and (not row.cognitive or cognitive in row.cognitive)
    )


def _row(version: bytes, content: Content, cell: str, facts: Facts, rules: Assembly) -> ManifestRow:
    right = [n for n, option in enumerate(content.options) if option.points > 0]
    return ManifestRow(
        version=version.hex(),
        cell=cell,
        family=content.family,
        options=tuple(option.id for option in content.options),
        group=content.group or None,
        stimulus=content.stimulus or None,
        difficulty=facts.difficulty,
        difficulty_data=facts.difficulty_data,
        angoff=facts.angoff,
        exposure=facts.exposure,
        key=(right[0] if len(right) == 1 else None) if rules.key_limit else UNSET,
    )


def _with_enemies(rows: Iterable[ManifestRow], facts: Mapping[bytes, Facts]) -> list[ManifestRow]:
    """Enemies by version, mutual, as far as they are in the pool."""
    pool = {bytes.fromhex(row.version): row for row in rows}
    named = {(one, other) for one in pool for other in facts.get(one, Facts()).enemies & set(pool)}
    apart: dict[bytes, set[str]] = {}
    for one, other in named | {(other, one) for one, other in named}:
        if one != other:
            apart.setdefault(one, set()).add(other.hex())
    return [
        msgspec.structs.replace(row, enemies=tuple(sorted(apart.get(version, ()))))
        for version, row in pool.items()
    ]


def _required(rules: Assembly, frozen: Manifest, known: Mapping[bytes, Facts]) -> tuple[str, ...]:
    found = []
    for code in rules.required:
        own = [
            row.version
            for row in frozen.rows
            if code in {name for _, name in known.get(bytes.fromhex(row.version), Facts()).names}
        ]
        if not own:
            raise ConstraintImpossible(constraint=f"required/{code}", missing=1)
        found += own
    return tuple(sorted(found))


def _cells(scheme: Scheme, section: str) -> dict[str, int]:
    return {r.cell: r.count for s in scheme.sections if section in ("", s.code) for r in s.rows}


def _mean(scheme: Scheme, frozen: Manifest, section: str) -> int:
    """The mean difficulty of unconstrained papers, rounded to a per mille."""
    expected, count = Fraction(0), 0
    for one in scheme.sections:
        for row in one.rows if section in ("", one.code) else ():
            own = [r.difficulty or 0 for r in frozen.rows if r.cell == row.cell]
            expected += Fraction(sum(own), len(own)) * row.count
            count += row.count
    return round(expected / count)


def _check_known(scheme: Scheme, frozen: Manifest, section: str) -> None:
    """A window needs the difficulty of every item that may come into it."""
    cells = {r.cell for s in scheme.sections if section in ("", s.code) for r in s.rows}
    lacking = sum(row.difficulty is None for row in frozen.rows if row.cell in cells)
    if lacking:
        raise ConstraintImpossible(constraint=f"window/{section}", missing=lacking)
