"""What the dictionary and position standards hold, and what makes an entry valid."""

import re
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

LEVELS: Final = range(1, 6)
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST: Final = 2000


class Kind(StrEnum):
    """The three kinds of PermenPANRB 38/2017."""

    TECHNICAL = "technical"
    MANAGERIAL = "managerial"
    SOCIOCULTURAL = "sociocultural"


KINDS: Final = {
    "teknis": Kind.TECHNICAL,
    "manajerial": Kind.MANAGERIAL,
    "sosial kultural": Kind.SOCIOCULTURAL,
    "sosiokultural": Kind.SOCIOCULTURAL,
    "sosial_kultural": Kind.SOCIOCULTURAL,
    **{str(kind): kind for kind in Kind},
}


class Level(msgspec.Struct, frozen=True):
    """A level of a competency with its behaviour indicators."""

    level: int
    description: str
    indicators: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A competency with all that the dictionary says of it."""

    code: str
    kind: Kind
    name_id: str
    name_en: str = ""
    definition: str = ""
    levels: tuple[Level, ...] = ()


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """What a position requires: a level of a competency, by which rule, from which day (ISO)."""

    position: str
    grade: str
    code: str
    level: int
    legal_basis: str
    effective_from: str
    regional_focus: str = ""


def fault(entry: Entry) -> str | None:
    """Why an entry cannot be kept, None when it can."""
    if not CODE.fullmatch(entry.code):
        return "code"
    if not entry.name_id or len(entry.name_id) > LONGEST:
        return "name"
    levels = [level.level for level in entry.levels]
    if len(set(levels)) != len(levels) or not set(levels) <= set(LEVELS):
        return "levels"
    return None


def standard_fault(standard: Standard) -> str | None:
    """Why a standard cannot be kept, None when it can."""
    if not standard.position:
        return "position"
    if standard.level not in LEVELS:
        return "levels"
    if not standard.legal_basis:
        return "legal_basis"
    try:
        date.fromisoformat(standard.effective_from)
    except ValueError:
        return "effective_from"
    return None


def in_force(standards: list[Standard], day: str) -> dict[tuple[str, str], Standard]:
    """The standard of each position and competency on a day (ISO): the newest that began."""
    found: dict[tuple[str, str], Standard] = {}
    for standard in sorted(standards, key=lambda s: s.effective_from):
        if standard.effective_from <= day:
            found[standard.position, standard.code] = standard
    return found
