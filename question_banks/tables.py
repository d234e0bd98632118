"""Tables of question banks. Versions are append-only; an item's state moves."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

APPEND_ONLY: tuple[str, ...] = ("item_version",)


class ItemBank(SQLModel, table=True):
    """A bank of items."""

    __tablename__ = "item_bank"
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    name: str = Field(unique=True)
    created_at: int = Field(sa_type=sa.BigInteger)


class Item(SQLModel, table=True):
    """The stable entry of an item; `version` is the digest of its newest version."""

    __table_args__ = (sa.UniqueConstraint("bank_id", "external_id"),)
    id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), primary_key=True))
    bank_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("item_bank.id"), nullable=False)
    )
    external_id: str
    state: str
    version: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False))
    competency: str
    level: int
    writer_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    reviewer_id: bytes | None = Field(
        default=None, sa_column=sa.Column(sa.LargeBinary(16), nullable=True)
    )


class ItemVersion(SQLModel, table=True):
    """One immutable version: canonical bytes under their digest."""

    __tablename__ = "item_version"
    item_id: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary(16), sa.ForeignKey("item.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    digest: bytes = Field(sa_column=sa.Column(sa.LargeBinary(32), nullable=False, index=True))
    content: bytes
    writer_id: bytes = Field(sa_column=sa.Column(sa.LargeBinary(16), nullable=False))
    created_at: int = Field(sa_type=sa.BigInteger)
