"""The kernel's own table: the heartbeat that makes an outage measurable."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Heartbeat(SQLModel, table=True):
    """One row, rewritten every five seconds by the serving process."""

    id: int = Field(primary_key=True)
    at: int = Field(sa_type=sa.BigInteger)
