"""Tables of the competency dictionary and of position standards."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = ()


class Competency(SQLModel, table=True):
    """One competency of the dictionary (PermenPANRB 38/2017: technical, managerial, ...).

    `agency_id` is the agency that keeps it; without one every agency may.
    """

    code: str = Field(primary_key=True)
    kind: str
    name_id: str
    name_en: str
    definition: str = Field(default="", sa_column_kwargs={"server_default": ""})
    agency_id: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )


class CompetencyLevel(SQLModel, table=True):
    """What a level of a competency means; `indicators` is a JSON list of texts."""

    __tablename__ = "competency_level"
    code: str = Field(
        sa_column=sa.Column(sa.String, sa.ForeignKey("competency.code"), primary_key=True)
    )
    level: int = Field(primary_key=True)
    description: str
    indicators: str


class PositionStandard(SQLModel, table=True):
    """The level of a competency that a position requires from a day on."""

    __tablename__ = "position_standard"
    agency_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    position: str = Field(primary_key=True)
    code: str = Field(
        sa_column=sa.Column(sa.String, sa.ForeignKey("competency.code"), primary_key=True)
    )
    effective_from: str = Field(primary_key=True)
    grade: str
    level: int
    legal_basis: str
    regional_focus: str
