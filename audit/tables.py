"""Tables of the log. `log_outbox` empties into `log_entry`; openings can be erased."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

import kernel.tables  # noqa: F401 - sets the metadata's naming convention first

APPEND_ONLY = ("log_entry", "log_node", "log_checkpoint", "log_chain", "log_tsa")

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class LogOutbox(SQLModel, table=True):
    """Leaves that are durable and wait for their index."""

    __tablename__ = "log_outbox"

    id: int | None = Field(default=None, primary_key=True, sa_type=_SERIAL)
    leaf: bytes = Field(sa_type=sa.LargeBinary)


class LogEntry(SQLModel, table=True):
    """The log: exact leaf bytes and leaf hash by index; the hashes are tile level 0."""

    __tablename__ = "log_entry"

    idx: int = Field(
        sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False),
    )
    leaf: bytes = Field(sa_type=sa.LargeBinary)
    h: bytes = Field(sa_type=sa.LargeBinary(32), index=True)


class LogNode(SQLModel, table=True):
    """Tile levels 1 and up: one hash for each 256 of the level below."""

    __tablename__ = "log_node"

    l: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))  # noqa: E741 - the specification's letter
    n: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    h: bytes = Field(sa_type=sa.LargeBinary(32))


class LogCheckpoint(SQLModel, table=True):
    """Published tree heads; the key makes two roots for one size impossible."""

    __tablename__ = "log_checkpoint"

    size: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_type=sa.LargeBinary(32))
    note: str = Field(sa_type=sa.Text)
    signed_at: int = Field(sa_type=sa.BigInteger)


class LogCosignature(SQLModel, table=True):
    """Signature lines by witnesses over published checkpoints."""

    __tablename__ = "log_cosignature"

    size: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    witness: str = Field(sa_type=sa.Text, primary_key=True)
    line: str = Field(sa_type=sa.Text)


class LogTsa(SQLModel, table=True):
    """Time-stamps of RFC 3161 authorities over published checkpoints, as they were answered."""

    __tablename__ = "log_tsa"

    size: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    at: int = Field(sa_type=sa.BigInteger)
    authority: str = Field(sa_type=sa.Text)
    note: str = Field(sa_type=sa.Text)
    reply: bytes = Field(sa_type=sa.LargeBinary)


class LogChain(SQLModel, table=True):
    """The chain of each handle: its k-th leaf."""

    __tablename__ = "log_chain"

    handle: bytes = Field(sa_type=sa.LargeBinary(16), primary_key=True)
    k: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    leaf_hash: bytes = Field(sa_type=sa.LargeBinary(32))


class LogOpening(SQLModel, table=True):
    """Salts and values behind a leaf's commitments, sealed for their subject; erasable."""

    __tablename__ = "log_opening"

    leaf_hash: bytes = Field(sa_type=sa.LargeBinary(32), primary_key=True)
    subject: bytes = Field(sa_type=sa.LargeBinary(16), index=True)
    sealed: bytes = Field(sa_type=sa.LargeBinary)
