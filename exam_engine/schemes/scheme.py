"""A scheme version: sections, scoring and pass rules, time, validity and legal basis as data."""

from enum import StrEnum
from typing import Final

import msgspec

from exam_engine.errors import SchemeInvalid
from kernel.canonical import encode, sha256
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule

DOMAIN: Final = b"ujikom/scheme-version/v1\0"


class ShowScore(StrEnum):
    """When the candidate sees its score."""

    AFTER_SUBMIT = "after_submit"
    AFTER_DECISION = "after_decision"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint row: so many items of a competency, of given levels (none: any level)."""

    competency: str
    count: int
    levels: tuple[int, ...] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the exam with its own scoring rule and cut score."""

    code: str
    name_id: str
    name_en: str
    family: str
    rule: Rule
    cut_score: int
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        """Number of items in the section."""
        return sum(row.count for row in self.rows)


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme version (skema sertifikasi)."""

    format: str
    code: str
    version: int
    name_id: str
    name_en: str
    level: int
    legal_basis: str
    effective_from: str
    minutes: int
    validity_months: int
    show_score: ShowScore
    sections: tuple[Section, ...]
    total_cut_score: int = 0
    shuffle_options: bool = True

    @property
    def count(self) -> int:
        """Number of items on every paper."""
        return sum(section.count for section in self.sections)

    @property
    def competencies(self) -> tuple[str, ...]:
        """Codes of the competencies examined, each once, in the scheme's order."""
        return tuple(dict.fromkeys(r.competency for s in self.sections for r in s.rows))


def to_bytes(scheme: Scheme) -> bytes:
    """Canonical bytes; what is stored and hashed."""
    return encode(msgspec.to_builtins(scheme))


def from_bytes(data: bytes) -> Scheme:
    """Parse and check a scheme; raises SchemeInvalid naming the place."""
    try:
        scheme = msgspec.json.decode(data, type=Scheme, strict=True)
    except msgspec.MsgspecError as error:
        raise SchemeInvalid(reason=str(error)) from error
    check(scheme)
    return scheme


def digest(data: bytes) -> bytes:
    """Identity of a scheme version."""
    return sha256(DOMAIN + data)


def check(scheme: Scheme) -> None:
    """Raise SchemeInvalid when the parts do not fit together."""
    if scheme.format != "ujikom-scheme/1" or not scheme.sections:
        raise SchemeInvalid(reason="format")
    if scheme.minutes <= 0 or scheme.validity_months <= 0:
        raise SchemeInvalid(reason="time")
    cells = [(r.competency, level) for s in scheme.sections for r in s.rows for level in r.levels]
    whole = [r.competency for s in scheme.sections for r in s.rows if not r.levels]
    if len(set(cells)) != len(cells) or len(set(whole)) != len(whole):
        raise SchemeInvalid(reason="rows_overlap")
    if {competency for competency, _ in cells} & set(whole):
        raise SchemeInvalid(reason="rows_overlap")
    for section in scheme.sections:
        if section.family not in FAMILIES or any(row.count <= 0 for row in section.rows):
            raise SchemeInvalid(reason="section", section=section.code)
