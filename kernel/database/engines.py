"""Engines for both databases, with the settings that durability needs asserted."""

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite_driver
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from kernel.errors import Unavailable

SQLITE_AT_LEAST = (3, 51, 3)  # older versions have the WAL-reset corruption bug
BUSY_MILLISECONDS = 10_000
SYNCHRONOUS_FULL = 2


class DatabaseUnsafe(Unavailable):
    """The database would not keep what it acknowledges."""

    code = "database_unsafe"


def make_engine(url: str, *, read_only: bool) -> sa.Engine:
    """An engine for a `sqlite:///` or `postgresql+psycopg://` URL; connects lazily."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, read_only=read_only)
    options = "-c default_transaction_read_only=on" if read_only else ""
    return sa.create_engine(
        url, pool_size=8, max_overflow=8, pool_pre_ping=True, connect_args={"options": options}
    )


def _sqlite(url: str, *, read_only: bool) -> sa.Engine:
    if sqlite_driver.sqlite_version_info < SQLITE_AT_LEAST:
        raise DatabaseUnsafe(found=sqlite_driver.sqlite_version, needed="3.51.3")
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        module=sqlite_driver,
        poolclass=sa.pool.QueuePool,
        pool_size=16,
        max_overflow=16,
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")  # REPLACE must meet DELETE triggers
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA cache_size=-32000")
        if connection.execute("PRAGMA synchronous").fetchone()[0] != SYNCHRONOUS_FULL:
            raise DatabaseUnsafe(found="synchronous", needed="FULL")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def open_transaction(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
