"""States of an exam session."""

from enum import StrEnum


class SessionState(StrEnum):
    """planned -> frozen -> open -> closed."""

    PLANNED = "planned"
    FROZEN = "frozen"
    OPEN = "open"
    CLOSED = "closed"
