"""Tables of people. Mutable columns are plain and erased in place; nothing here is evidence."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = ()


def _id(*, primary: bool = False, foreign: str | None = None, index: bool = False) -> bytes:
    constraint = [sa.ForeignKey(foreign)] if foreign else []
    column: bytes = Field(
        sa_column=sa.Column(
            sa.LargeBinary(16), *constraint, primary_key=primary, nullable=False, index=index
        )
    )
    return column


class Agency(SQLModel, table=True):
    """An agency (instansi)."""

    id: bytes = _id(primary=True)
    name: str = Field(unique=True)
    place: str


class Person(SQLModel, table=True):
    """A human being known to an agency."""

    id: bytes = _id(primary=True)
    agency_id: bytes = _id(foreign="agency.id", index=True)
    name: str
    nip: str
    unit: str


class PersonKey(SQLModel, table=True):
    """A person's data key, wrapped by the sealing key; deleting it erases what it sealed."""

    __tablename__ = "person_key"
    person_id: bytes = _id(primary=True)
    wrapped: bytes


class PersonEmail(SQLModel, table=True):
    """The address that a person gave to be reminded at; changed and erased in place."""

    __tablename__ = "person_email"
    person_id: bytes = _id(primary=True, foreign="person.id")
    address: str


class Account(SQLModel, table=True):
    """A staff member's sign-in name."""

    id: bytes = _id(primary=True)
    person_id: bytes = _id(foreign="person.id", index=True)
    username: str = Field(unique=True)
    password_hash: str
    disabled: int = 0


class AccountRole(SQLModel, table=True):
    """A role that an account holds."""

    __tablename__ = "account_role"
    account_id: bytes = _id(primary=True, foreign="account.id")
    role: str = Field(primary_key=True)


class SecondFactor(SQLModel, table=True):
    """An account's secret for one-time codes, sealed under the person's data key."""

    __tablename__ = "second_factor"
    account_id: bytes = _id(primary=True, foreign="account.id")
    sealed: bytes
    confirmed: int
    last_step: int = Field(sa_type=sa.BigInteger)


class RecoveryCode(SQLModel, table=True):
    """A code for who lost the phone, by keyed hash; good once."""

    __tablename__ = "recovery_code"
    account_id: bytes = _id(primary=True, foreign="account.id")
    code_hash: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(32), primary_key=True, nullable=False)
    )
    used_at: int | None = Field(default=None, sa_type=sa.BigInteger)


class SignIn(SQLModel, table=True):
    """An open or ended sign-in; the cookie holds the token, this table its hash."""

    __tablename__ = "sign_in"
    token_hash: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(32), primary_key=True, nullable=False)
    )
    person_id: bytes = _id(foreign="person.id", index=True)
    account_id: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )
    registration_id: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )
    opened_at: int = Field(sa_type=sa.BigInteger)
    expires_at: int = Field(sa_type=sa.BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=sa.BigInteger)


class SignInFailure(SQLModel, table=True):
    """One failed attempt against an account, a candidate number or a room (by hash)."""

    __tablename__ = "sign_in_failure"
    id: int | None = Field(default=None, primary_key=True)
    subject: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, index=True))
    at: int = Field(sa_type=sa.BigInteger)
