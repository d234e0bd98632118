"""Roles, and who is signed in."""

from enum import StrEnum

import msgspec

from people.errors import RoleMissing


class Role(StrEnum):
    """What an account may be."""

    CANDIDATE = "candidate"
    ITEM_WRITER = "item_writer"
    REVIEWER = "reviewer"
    PROCTOR = "proctor"
    ASSESSOR = "assessor"
    AGENCY_ADMIN = "agency_admin"
    DECISION_BOARD = "decision_board"
    AUDITOR = "auditor"


STAFF = frozenset(Role) - {Role.CANDIDATE}


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a request. `registration_id` is set for candidates only."""

    sign_in: bytes
    person_id: bytes
    agency_id: bytes
    name: str
    roles: frozenset[Role]
    account_id: bytes | None = None
    registration_id: bytes | None = None

    def require(self, *roles: Role) -> None:
        """Go on only when one of the roles is held; raises RoleMissing."""
        if not self.roles.intersection(roles):
            raise RoleMissing(needed=[str(role) for role in roles])
