"""A scheme version: sections, scoring and pass rules, time, validity and legal basis as data."""

from enum import StrEnum
from itertools import combinations
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from exam_engine.errors import SchemeInvalid
from exam_engine.schemes.pass_rule import Kind, PassRule, faults
from kernel.canonical import encode, sha256
from question_banks.families import FAMILIES
from question_banks.families.interface import Rule

DOMAIN: Final = b"ujikom/scheme-version/v1\0"


class ShowScore(StrEnum):
    """When the candidate sees its score."""

    AFTER_SUBMIT = "after_submit"
    AFTER_DECISION = "after_decision"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint row: so many items of a competency, of given levels (none: any level).

    `cognitive` levels and a `family` other than the section's narrow it further. What came after
    the first version is unset when not used, so that the bytes of older schemes stay.
    """

    competency: str
    count: int
    levels: tuple[int, ...] = ()
    cognitive: tuple[str, ...] | UnsetType = UNSET
    family: str | UnsetType = UNSET

    @property
    def cell(self) -> str:
        """The name of the row's cell."""
        parts = [self.competency, "-".join(map(str, self.levels)) or "semua"]
        if self.cognitive or self.family:
            parts.append("-".join(self.cognitive or ()) or "semua")
        if self.family:
            parts.append(self.family)
        return "/".join(parts)

    def overlaps(self, other: "Row") -> bool:
        """Whether an item could belong to both rows."""
        return self.competency == other.competency and all(
            not mine or not theirs or bool(set(mine) & set(theirs))
            for mine, theirs in (
                (self.levels, other.levels),
                (self.cognitive or (), other.cognitive or ()),
                ((self.family,) if self.family else (), (other.family,) if other.family else ()),
            )
        )


class Window(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Mean difficulty of a section (empty: of the paper), per mille: how far from the target.

    Without a target it is what the frozen pool gives on average.
    """

    section: str = ""
    tolerance: int
    target: int | None = None


class Assembly(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What papers must satisfy beyond the rows' counts, and which items may be in the pool.

    `required` are items' codes. `exposure_cap`: an item that was on so many papers rests.
    `unseen_sittings`: a candidate gets no item of its last so many sittings. `key_limit`: the most
    per cent of items with their key in the same place. Zero: no such rule.
    """

    one_per_group: bool = False
    whole_sets: bool = False
    required: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    exposure_cap: int = 0
    unseen_sittings: int = 0
    key_limit: int = 0


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
    assembly: Assembly | UnsetType = UNSET
    pass_rule: PassRule | UnsetType = UNSET

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
    rows = [row for section in scheme.sections for row in section.rows]
    if any(one.overlaps(other) for one, other in combinations(rows, 2)):
        raise SchemeInvalid(reason="rows_overlap")
    _check_assembly(scheme)
    _check_pass_rule(scheme)
    for section in scheme.sections:
        if section.family not in FAMILIES or any(row.count <= 0 for row in section.rows):
            raise SchemeInvalid(reason="section", section=section.code)


def _check_assembly(scheme: Scheme) -> None:
    rules = scheme.assembly
    if not rules:
        return
    codes = {"", *(section.code for section in scheme.sections)}
    if any(w.section not in codes or w.tolerance < 0 for w in rules.windows):
        raise SchemeInvalid(reason="windows")
    if min(rules.exposure_cap, rules.unseen_sittings, rules.key_limit) < 0 or rules.key_limit > 100:  # noqa: PLR2004 - per cent
        raise SchemeInvalid(reason="assembly")
    if any(r.family and r.family not in FAMILIES for s in scheme.sections for r in s.rows):
        raise SchemeInvalid(reason="section")


def _check_pass_rule(scheme: Scheme) -> None:
    """A ranking has no verdict for a board to confirm, so it cannot be held as an exam here."""
    rule = scheme.pass_rule or PassRule()
    found = faults(rule, [section.code for section in scheme.sections])
    if rule.kind is Kind.RANKING:
        found.append("ranking_only")
    if found:
        raise SchemeInvalid(reason=found[0])
