"""Every package's tables in one metadata, and which of them are append-only."""

from sqlmodel import SQLModel

import audit.tables
import certificates.tables
import competencies.tables
import exam_engine.tables
import kernel.tables
import people.tables
import question_banks.tables

METADATA = SQLModel.metadata
APPEND_ONLY: tuple[str, ...] = (
    *audit.tables.APPEND_ONLY,
    *people.tables.APPEND_ONLY,
    *competencies.tables.APPEND_ONLY,
    *question_banks.tables.APPEND_ONLY,
    *exam_engine.tables.APPEND_ONLY,
    *certificates.tables.APPEND_ONLY,
)
PLAIN = (kernel.tables,)
