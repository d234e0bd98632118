"""Table of competencies."""

from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = ()


class Competency(SQLModel, table=True):
    """One competency of the dictionary (PermenPANRB 38/2017: technical, managerial, ...)."""

    code: str = Field(primary_key=True)
    kind: str
    name_id: str
    name_en: str
