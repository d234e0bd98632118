"""The only reader of the competency table."""

from enum import StrEnum

import msgspec

from kernel.database import Tx


class Kind(StrEnum):
    """The three kinds of PermenPANRB 38/2017."""

    TECHNICAL = "technical"
    MANAGERIAL = "managerial"
    SOCIOCULTURAL = "sociocultural"


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
