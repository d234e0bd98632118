"""Making agencies, persons, accounts, and granting roles."""

from audit.log import record
from kernel import ids
from kernel.database import Tx, emits, emits_nothing
from people import nip as nips
from people import store
from people.errors import UsernameTaken
from people.events import PersonCorrected, RoleGranted
from people.roles import Role


@emits_nothing("an agency's name proves nothing; what it does is logged where it does it")
def create_agency(tx: Tx, *, name: str, place: str) -> bytes:
    """Add an agency, or give the id of the one that bears the name."""
    existing = store.agency_named(tx, name)
    if existing is not None:
        return existing
    agency_id = ids.new_id()
    store.insert_agency(tx, agency_id, name, place)
    return agency_id


@emits_nothing("master data; a person enters the log as a random handle when registered")
def create_person(tx: Tx, *, agency_id: bytes, name: str, nip: str, unit: str) -> bytes:
    """Add a person, or give the id of the one with this NIP; raises NipInvalid."""
    number = nips.normalise(nip)
    existing = store.person_by_nip(tx, agency_id, number)
    if existing is not None:
        return existing
    person_id = ids.new_id()
    store.insert_person(tx, person_id, agency_id=agency_id, name=name, nip=number, unit=unit)
    return person_id


@emits("person.corrected")
def correct_person(
    tx: Tx, *, person_id: bytes, name: str, unit: str, by: str
) -> tuple[str, str] | None:
    """Give a person the name and unit of the newest list, and log what was and what is.

    An empty unit changes nothing, and who holds a staff account is never renamed by a list: its
    name stands on decisions and certificates. Gives the old and the new name when that changed.
    """
    known = store.person(tx, person_id)
    now = {"name": name, "unit": unit or known.unit}
    was = {"name": known.name, "unit": known.unit}
    if now == was or store.has_account(tx, person_id):
        return None
    store.rename_person(tx, person_id, **now)
    sealer = store.sealer(tx, person_id)
    record(tx, PersonCorrected(by=by, before=was, after=now), sealer=sealer)
    return (was["name"], name) if was["name"] != name else None


@emits("role.granted")
def create_account(
    tx: Tx, *, person_id: bytes, username: str, password_hash: str, roles: tuple[Role, ...]
) -> bytes:
    """Add an account with roles and log each grant; raises UsernameTaken."""
    if store.account_named(tx, username) is not None:
        raise UsernameTaken(username=username)
    account_id = ids.new_id()
    store.insert_account(
        tx, account_id, person_id=person_id, username=username, password_hash=password_hash
    )
    for role in roles:
        store.insert_role(tx, account_id, role)
        record(tx, RoleGranted(account=ids.text(account_id), role=str(role)))
    return account_id
