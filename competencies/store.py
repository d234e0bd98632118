"""The only reader of competencies, their levels, and position standards."""

import msgspec

from competencies.dictionary import Entry, Kind, Level, Standard
from competencies.errors import CompetencyUnknown
from kernel.database import Tx

__all__ = ["Competency", "Kind"]


class Competency(msgspec.Struct, frozen=True):
    """A competency as others see it."""

    code: str
    kind: Kind
    name_id: str
    name_en: str


def upsert(tx: Tx, competency: Competency) -> None:
    tx.run(
        "INSERT INTO competency (code, kind, name_id, name_en) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (code) DO UPDATE SET kind = excluded.kind,"
        " name_id = excluded.name_id, name_en = excluded.name_en",
        competency.code,
        str(competency.kind),
        competency.name_id,
        competency.name_en,
    )


def dictionary(tx: Tx) -> dict[str, Competency]:
    """Every competency by code."""
    rows = tx.run("SELECT code, kind, name_id, name_en FROM competency ORDER BY code")
    return {code: Competency(code, Kind(kind), ni, ne) for code, kind, ni, ne in rows}


def keeper(tx: Tx, code: str) -> bytes | None:
    """The agency that keeps a competency, None when none does or there is no such code."""
    row = tx.one("SELECT agency_id FROM competency WHERE code = ?", code)
    return row[0] if row else None


def put_entry(tx: Tx, entry: Entry, agency_id: bytes) -> None:
    """Keep an entry whole, in an agency's name: its levels replace the ones before."""
    tx.run(
        "INSERT INTO competency (code, kind, name_id, name_en, definition, agency_id)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET kind = excluded.kind,"
        " name_id = excluded.name_id, name_en = excluded.name_en,"
        " definition = excluded.definition, agency_id = excluded.agency_id",
        entry.code,
        str(entry.kind),
        entry.name_id,
        entry.name_en or entry.name_id,
        entry.definition,
        agency_id,
    )
    tx.run("DELETE FROM competency_level WHERE code = ?", entry.code)
    tx.run_many(
        "INSERT INTO competency_level (code, level, description, indicators) VALUES (?, ?, ?, ?)",
        [
            (entry.code, o.level, o.description, msgspec.json.encode(o.indicators).decode())
            for o in entry.levels
        ],
    )


def entry(tx: Tx, code: str) -> Entry:
    """All that the dictionary says of a competency; raises CompetencyUnknown."""
    row = tx.one(
        "SELECT code, kind, name_id, name_en, definition FROM competency WHERE code = ?", code
    )
    if row is None:
        raise CompetencyUnknown(competency=code)
    levels = tx.run(
        "SELECT level, description, indicators FROM competency_level WHERE code = ? ORDER BY level",
        code,
    )
    return Entry(
        code=row[0],
        kind=Kind(row[1]),
        name_id=row[2],
        name_en=row[3],
        definition=row[4],
        levels=tuple(
            Level(n, text, msgspec.json.decode(told, type=tuple[str, ...]))
            for n, text, told in levels
        ),
    )


def level_counts(tx: Tx) -> dict[str, int]:
    """How many levels are described, by code."""
    return {r[0]: r[1] for r in tx.run("SELECT code, COUNT(*) FROM competency_level GROUP BY code")}


def put_standard(tx: Tx, agency_id: bytes, standard: Standard) -> None:
    """Keep a standard; one of the same position, competency and day is replaced."""
    tx.run(
        "INSERT INTO position_standard (agency_id, position, code, effective_from, grade, level,"
        " legal_basis, regional_focus) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (agency_id, position, code, effective_from) DO UPDATE SET"
        " grade = excluded.grade, level = excluded.level, legal_basis = excluded.legal_basis,"
        " regional_focus = excluded.regional_focus",
        agency_id,
        standard.position,
        standard.code,
        standard.effective_from,
        standard.grade,
        standard.level,
        standard.legal_basis,
        standard.regional_focus,
    )


def standards(tx: Tx, agency_id: bytes) -> list[Standard]:
    """An agency's standards, past and to come, by position and competency."""
    rows = tx.run(
        "SELECT position, grade, code, level, legal_basis, effective_from, regional_focus"
        " FROM position_standard WHERE agency_id = ? ORDER BY position, code, effective_from",
        agency_id,
    )
    return [
        Standard(position=r[0], grade=r[1], code=r[2], level=r[3], legal_basis=r[4],
                 effective_from=r[5], regional_focus=r[6])
        for r in rows
    ]  # fmt: skip
