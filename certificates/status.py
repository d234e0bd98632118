"""A certificate's status, derived and never stored: from revocations, results and the clock."""

from datetime import datetime
from enum import StrEnum

from certificates.store import StatusChange


class Status(StrEnum):
    """What a relying person is told."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    RENEWED = "renewed"


CHANGES = {"suspended", "reinstated", "revoked", "replaced"}


def derive(
    history: list[StatusChange],
    *,
    result_digest: bytes,
    newest_result: bytes | None,
    valid_until: datetime,
    at: datetime,
) -> Status:
    """The strongest reason first: revoked, superseded, suspended, expired.

    Superseded is what was replaced by a new issue, or rests on a result that was corrected.
    """
    if any(change.status == "revoked" for change in history):
        return Status.REVOKED
    if newest_result != result_digest or any(c.status == "replaced" for c in history):
        return Status.SUPERSEDED
    if history and history[-1].status == "suspended":
        return Status.SUSPENDED
    return Status.EXPIRED if at >= valid_until else Status.VALID
