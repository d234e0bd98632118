"""Writing, approving and choosing designs. Who wrote a version never approves it."""

from typing import Final

import msgspec

from audit.log import record
from certificates.designs import store
from certificates.designs.conformance import Report, encode_report
from certificates.designs.design import Design, Look, digest
from certificates.designs.errors import DesignApproved, DesignUnfit, DesignUnknown
from certificates.designs.store import Version
from certificates.events import DesignApproved as Approved
from certificates.events import DesignWritten
from kernel import ids
from kernel.canonical import sha256
from kernel.database import Tx, emits
from people import store as persons
from people.errors import SameHand
from people.roles import Principal, Role

HANDS: Final = (Role.AGENCY_ADMIN, Role.DECISION_BOARD)


class Listed(msgspec.Struct, frozen=True):
    """A version with the names of who wrote and approved it, and whether it is the one in use."""

    version: Version
    author: str
    approver: str
    used: bool


@emits("certificate.design_written")
def write(tx: Tx, *, design: Design, picture: bytes, by: Principal) -> bytes:
    """Keep a new version of the agency's design; gives its id.

    `picture` is the logo's bytes, empty for none or for one that the agency has kept before.
    Raises DesignUnknown when the design names another picture than that.
    """
    by.require(Role.AGENCY_ADMIN)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    if picture:
        store.insert_logo(tx, by.agency_id, sha256(picture), picture)
    store.look_of(tx, by.agency_id, design)
    known = store.versions(tx, by.agency_id)
    new = Version(
        id=ids.new_id(),
        agency_id=by.agency_id,
        number=known[0].number + 1 if known else 1,
        design=design,
        digest=digest(design),
        account_id=by.account_id,
        at=tx.at,
        approved_by=None,
        approved_at=None,
    )
    store.insert(tx, new)
    record(
        tx,
        DesignWritten(
            digest=new.digest.hex(), agency=ids.text(by.agency_id), by=ids.text(by.account_id)
        ),
    )
    return new.id


@emits("certificate.design_approved")
def approve(tx: Tx, *, design_id: bytes, report: Report, by: Principal) -> None:
    """Let a version be printed from now on, after its check found no fault.

    Raises DesignUnknown, DesignApproved, SameHand, and DesignUnfit for a report with faults or of
    another design.
    """
    by.require(Role.DECISION_BOARD)
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    version = own(tx, design_id, by)
    if version.approved_by is not None:
        raise DesignApproved
    if persons.person_of_account(tx, version.account_id).id == by.person_id:
        raise SameHand
    if report.faults or bytes.fromhex(report.digest) != version.digest:
        raise DesignUnfit(faults=len(report.faults))
    store.insert_approval(tx, design_id, by.account_id, encode_report(report))
    record(
        tx,
        Approved(
            digest=version.digest.hex(),
            agency=ids.text(by.agency_id),
            by=ids.text(by.account_id),
        ),
    )


def own(tx: Tx, design_id: bytes, by: Principal) -> Version:
    """One version of the agency's own; raises DesignUnknown for all others alike."""
    by.require(*HANDS)
    version = store.version(tx, design_id)
    if version.agency_id != by.agency_id:
        raise DesignUnknown
    return version


def look(tx: Tx, *, design_id: bytes, by: Principal) -> Look:
    """What prints one of the agency's versions; raises DesignUnknown."""
    version = own(tx, design_id, by)
    return store.look_of(tx, version.agency_id, version.design)


def listed(tx: Tx, *, by: Principal) -> list[Listed]:
    """Every version of the agency's design, newest first."""
    by.require(*HANDS)
    used = store.in_use(tx, by.agency_id)
    return [
        Listed(
            each,
            persons.person_of_account(tx, each.account_id).name,
            persons.person_of_account(tx, each.approved_by).name if each.approved_by else "",
            used is not None and used.id == each.id,
        )
        for each in store.versions(tx, by.agency_id)
    ]


def in_use(tx: Tx, agency_id: bytes) -> str:
    """Digest of the agency's approved design as hex; empty for the house's own."""
    found = store.in_use(tx, agency_id)
    return found.digest.hex() if found else ""


def look_of_claim(tx: Tx, hashed: str) -> Look:
    """What prints a claim that names this digest, empty for the house's own design."""
    return store.look(tx, bytes.fromhex(hashed)) if hashed else Look()
