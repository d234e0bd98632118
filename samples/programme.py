"""Loading the sample programme through services: agency, staff, bank, schemes."""

import contextlib
from pathlib import Path
from typing import Final

from exam_engine.schemes.presets import PUBLIC_SERVICE, SKD
from exam_engine.schemes.scheme import Scheme
from exam_engine.schemes.service import publish_scheme
from kernel.database import Database
from people import passwords, service
from people import store as persons
from people.errors import PersonUnknown
from people.roles import Principal, Role
from question_banks import service as banks
from question_banks import store
from question_banks.content import Content
from question_banks.formats.native import BankFile, read_bank
from question_banks.states import ItemState
from samples.people import AGENCY, PLACE, STAFF, Staff

BANKS: Final = Path(__file__).parent / "bank"
BANK_NAME: Final = "Pelayanan Publik (DATA CONTOH)"


def sample_files() -> list[BankFile]:
    """The sample bank, one file for each competency."""
    return [read_bank(path.read_bytes()) for path in sorted(BANKS.glob("*.json"))]


def prepare(
    database: Database, scheme: Scheme, files: list[BankFile] | None = None
) -> list[Content]:
    """Make sure that agency, staff, bank and scheme are there; gives the items' contents.

    Without `files` the sample bank is taken. A run that was killed can be run again.
    """
    accounts = staff(database)
    chosen = sample_files() if files is None else files
    for file in chosen:
        fill_bank(database, BANK_NAME if files is None else scheme.name_id, file, accounts)
    for preset in dict.fromkeys((scheme, PUBLIC_SERVICE, SKD)):
        database.write_sync(publish_scheme, scheme=preset)
    return [item.content for file in chosen for item in file.items]


def staff(database: Database) -> dict[Role, Principal]:
    """The sample's staff by role, hired where they are not yet there."""
    agency_id = database.write_sync(service.create_agency, name=AGENCY, place=PLACE)
    return {person.roles[0]: _find_or_hire(database, agency_id, person) for person in STAFF}


def fill_bank(
    database: Database, bank_name: str, file: BankFile, accounts: dict[Role, Principal]
) -> int:
    """Import a file as the item writer and approve it as the reviewer; gives new items."""
    changed = banks.import_file(
        database, bank_name=bank_name, file=file, by=accounts[Role.ITEM_WRITER]
    )
    waiting = database.read_sync(store.items_in_state, state=ItemState.SUBMITTED)
    banks.approve_all(
        database, item_ids=tuple(item.id for item in waiting), by=accounts[Role.REVIEWER]
    )
    return changed


def _find_or_hire(database: Database, agency_id: bytes, person: Staff) -> Principal:
    with contextlib.suppress(PersonUnknown):
        return database.read_sync(persons.principal_of_account, username=person.username)
    person_id = database.write_sync(
        service.create_person,
        agency_id=agency_id,
        name=person.name,
        nip=person.nip,
        unit="BKPSDM",
    )
    database.write_sync(
        service.create_account,
        person_id=person_id,
        username=person.username,
        password_hash=passwords.hash_password(person.password),
        roles=person.roles,
    )
    return database.read_sync(persons.principal_of_account, username=person.username)
