"""The only reader of people's tables."""

from collections.abc import Iterable

import msgspec

from kernel import ids
from kernel.clock import micros
from kernel.database import Tx
from kernel.sealed import Sealer
from people.errors import PersonErased, PersonUnknown
from people.roles import Principal, Role


class Person(msgspec.Struct, frozen=True):
    """A person with the agency's name and place."""

    id: bytes
    agency_id: bytes
    name: str
    nip: str
    unit: str
    agency: str
    place: str


class AccountRow(msgspec.Struct, frozen=True):
    """What signing in needs to know of an account."""

    id: bytes
    person_id: bytes
    password_hash: str
    disabled: int


def insert_agency(tx: Tx, agency_id: bytes, name: str, place: str) -> None:
    tx.run("INSERT INTO agency (id, name, place) VALUES (?, ?, ?)", agency_id, name, place)


def agency_name(tx: Tx, agency_id: bytes) -> str:
    """An agency's name, empty when there is none such."""
    row = tx.one("SELECT name FROM agency WHERE id = ?", agency_id)
    return str(row[0]) if row else ""


def agency_named(tx: Tx, name: str) -> bytes | None:
    row = tx.one("SELECT id FROM agency WHERE name = ?", name)
    return row[0] if row else None


def insert_person(
    tx: Tx, person_id: bytes, *, agency_id: bytes, name: str, nip: str, unit: str
) -> None:
    """Insert a person and a fresh data key for what will be sealed under it."""
    tx.run(
        "INSERT INTO person (id, agency_id, name, nip, unit) VALUES (?, ?, ?, ?, ?)",
        person_id,
        agency_id,
        name,
        nip,
        unit,
    )
    wrapped = _wrapper(tx).seal(ids.random_bytes(32), person_id)
    tx.run("INSERT INTO person_key (person_id, wrapped) VALUES (?, ?)", person_id, wrapped)


def person(tx: Tx, person_id: bytes) -> Person:
    """One person; raises PersonUnknown."""
    row = tx.one(
        "SELECT p.id, p.agency_id, p.name, p.nip, p.unit, a.name, a.place FROM person p"
        " JOIN agency a ON a.id = p.agency_id WHERE p.id = ?",
        person_id,
    )
    if row is None:
        raise PersonUnknown
    return Person(*row)


def has_account(tx: Tx, person_id: bytes) -> bool:
    return tx.one("SELECT 1 FROM account WHERE person_id = ?", person_id) is not None


def persons_of(tx: Tx, account_ids: Iterable[bytes]) -> set[bytes]:
    """Who holds these accounts: duties are kept apart by person, whatever account was used."""
    return {person_of_account(tx, account_id).id for account_id in account_ids}


def rename_person(tx: Tx, person_id: bytes, *, name: str, unit: str) -> None:
    tx.run("UPDATE person SET name = ?, unit = ? WHERE id = ?", name, unit, person_id)


def person_of_account(tx: Tx, account_id: bytes) -> Person:
    """The person behind an account; raises PersonUnknown."""
    row = tx.one("SELECT person_id FROM account WHERE id = ?", account_id)
    if row is None:
        raise PersonUnknown
    return person(tx, row[0])


def person_by_nip(tx: Tx, agency_id: bytes, nip: str) -> bytes | None:
    row = tx.one("SELECT id FROM person WHERE agency_id = ? AND nip = ?", agency_id, nip)
    return row[0] if row else None


def unwrap(tx: Tx, person_id: bytes, wrapped: bytes | None) -> Sealer:
    """A person's sealer from its wrapped key; raises PersonErased when there is none."""
    if wrapped is None:
        raise PersonErased
    return Sealer(subject=person_id, key=_wrapper(tx).open(wrapped, person_id))


def sealer(tx: Tx, person_id: bytes) -> Sealer:
    """A person's sealer; raises PersonErased."""
    row = tx.one("SELECT wrapped FROM person_key WHERE person_id = ?", person_id)
    return unwrap(tx, person_id, row[0] if row else None)


def insert_account(
    tx: Tx, account_id: bytes, *, person_id: bytes, username: str, password_hash: str
) -> None:
    tx.run(
        "INSERT INTO account (id, person_id, username, password_hash, disabled)"
        " VALUES (?, ?, ?, ?, 0)",
        account_id,
        person_id,
        username,
        password_hash,
    )


def insert_role(tx: Tx, account_id: bytes, role: Role) -> None:
    tx.run("INSERT INTO account_role (account_id, role) VALUES (?, ?)", account_id, str(role))


def account_named(tx: Tx, username: str) -> AccountRow | None:
    if not username.isprintable():
        return None
    row = tx.one(
        "SELECT id, person_id, password_hash, disabled FROM account WHERE username = ?", username
    )
    return AccountRow(*row) if row else None


def password_hash(tx: Tx, account_id: bytes) -> str | None:
    """The stored hash of an account that is not disabled."""
    row = tx.one("SELECT password_hash FROM account WHERE id = ? AND disabled = 0", account_id)
    return row[0] if row else None


def insert_sign_in(
    tx: Tx,
    token_hash: bytes,
    *,
    person_id: bytes,
    account_id: bytes | None,
    registration_id: bytes | None,
    expires_at: int,
) -> None:
    tx.run(
        "INSERT INTO sign_in (token_hash, person_id, account_id, registration_id, opened_at,"
        " expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        token_hash,
        person_id,
        account_id,
        registration_id,
        micros(tx.at),
        expires_at,
    )


def revoke_sign_in(tx: Tx, token_hash: bytes) -> None:
    tx.run(
        "UPDATE sign_in SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL",
        micros(tx.at),
        token_hash,
    )


def revoke_sign_ins_of(tx: Tx, account_id: bytes) -> None:
    """End every open sign-in of an account."""
    tx.run(
        "UPDATE sign_in SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL",
        micros(tx.at),
        account_id,
    )


def principal(tx: Tx, token_hash: bytes) -> Principal | None:
    """Who holds an open sign-in, with the roles of this moment; None when it is not open."""
    row = tx.one(
        "SELECT s.person_id, p.agency_id, p.name, s.account_id, s.registration_id FROM sign_in s"
        " JOIN person p ON p.id = s.person_id"
        " LEFT JOIN account a ON a.id = s.account_id"
        " WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?"
        " AND COALESCE(a.disabled, 0) = 0",
        token_hash,
        micros(tx.at),
    )
    if row is None:
        return None
    person_id, agency_id, name, account_id, registration_id = row
    roles = roles_of(tx, account_id) if account_id else frozenset({Role.CANDIDATE})
    return Principal(
        sign_in=token_hash,
        person_id=person_id,
        agency_id=agency_id,
        name=name,
        roles=roles,
        account_id=account_id,
        registration_id=registration_id,
    )


def insert_failure(tx: Tx, subject: bytes) -> None:
    tx.run("INSERT INTO sign_in_failure (subject, at) VALUES (?, ?)", subject, micros(tx.at))


def failures_since(tx: Tx, subject: bytes, since: int) -> int:
    row = tx.one(
        "SELECT COUNT(*) FROM sign_in_failure WHERE subject = ? AND at > ?", subject, since
    )
    return int(row[0]) if row else 0


def forget_failures_of(tx: Tx, subject: bytes) -> None:
    tx.run("DELETE FROM sign_in_failure WHERE subject = ?", subject)


def forget_failures(tx: Tx, before: int) -> None:
    tx.run("DELETE FROM sign_in_failure WHERE at < ?", before)


def set_email(tx: Tx, person_id: bytes, address: str) -> None:
    """Keep a person's address in place of the former one; an empty one removes it."""
    tx.run("DELETE FROM person_email WHERE person_id = ?", person_id)
    if address:
        tx.run("INSERT INTO person_email (person_id, address) VALUES (?, ?)", person_id, address)


def email(tx: Tx, person_id: bytes) -> str:
    """A person's address, empty when there is none."""
    row = tx.one("SELECT address FROM person_email WHERE person_id = ?", person_id)
    return str(row[0]) if row else ""


def erase_person(tx: Tx, person_id: bytes) -> None:
    """Destroy a person's data key, blank what names it, end its sign-ins and accounts.

    The row stays, for others point to it; random words keep its unique columns unique.
    """
    tx.run("DELETE FROM person_key WHERE person_id = ?", person_id)
    tx.run("DELETE FROM person_email WHERE person_id = ?", person_id)
    tx.run(
        "UPDATE person SET name = '', nip = ?, unit = '' WHERE id = ?",
        _placeholder(),
        person_id,
    )
    tx.run(
        "UPDATE sign_in SET revoked_at = ? WHERE person_id = ? AND revoked_at IS NULL",
        micros(tx.at),
        person_id,
    )
    for (account_id,) in tx.run("SELECT id FROM account WHERE person_id = ?", person_id):
        tx.run("DELETE FROM recovery_code WHERE account_id = ?", account_id)
        tx.run("DELETE FROM second_factor WHERE account_id = ?", account_id)
        tx.run(
            "UPDATE account SET disabled = 1, username = ?, password_hash = '' WHERE id = ?",
            _placeholder(),
            account_id,
        )


def _placeholder() -> str:
    return f"dihapus-{ids.text(ids.new_id())}"


def _wrapper(tx: Tx) -> Sealer:
    return Sealer(subject=b"", key=tx.keys.secret("sealing"))


def roles_of(tx: Tx, account_id: bytes) -> frozenset[Role]:
    """Roles that an account holds now."""
    held = tx.run("SELECT role FROM account_role WHERE account_id = ?", account_id)
    return frozenset(Role(role) for (role,) in held)


class CandidateKey(msgspec.Struct, frozen=True):
    """What saving an answer needs of the one who is signed in."""

    registration_id: bytes
    sealer: Sealer


def candidate_key(tx: Tx, token_hash: bytes) -> CandidateKey | None:
    """A candidate's registration and sealer by an open sign-in; None when it is not open."""
    row = tx.one(
        "SELECT s.registration_id, s.person_id, k.wrapped FROM sign_in s"
        " JOIN person_key k ON k.person_id = s.person_id"
        " WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?"
        " AND s.registration_id IS NOT NULL",
        token_hash,
        micros(tx.at),
    )
    return CandidateKey(row[0], unwrap(tx, row[1], row[2])) if row else None


def accounts_with(tx: Tx, agency_id: bytes, role: Role) -> list[tuple[bytes, str]]:
    """Account ids and names of an agency's holders of a role."""
    rows = tx.run(
        "SELECT a.id, p.name FROM account a JOIN person p ON p.id = a.person_id"
        " JOIN account_role r ON r.account_id = a.id"
        " WHERE p.agency_id = ? AND r.role = ? AND a.disabled = 0 ORDER BY p.name",
        agency_id,
        str(role),
    )
    return [(row[0], row[1]) for row in rows]


def principal_of_account(tx: Tx, username: str) -> Principal:
    """An account as a principal, for commands run by the operator; raises PersonUnknown."""
    account = account_named(tx, username)
    if account is None:
        raise PersonUnknown
    holder = person(tx, account.person_id)
    return Principal(
        sign_in=b"",
        person_id=holder.id,
        agency_id=holder.agency_id,
        name=holder.name,
        roles=roles_of(tx, account.id),
        account_id=account.id,
    )
