"""States of an item."""

from enum import StrEnum


class ItemState(StrEnum):
    """draf, diajukan, terbit, ditarik (the thin path's part of the full workflow)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETIRED = "retired"
