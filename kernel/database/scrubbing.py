"""Taking deleted rows out of the database's files, after an erasure."""

from typing import Any

import sqlalchemy as sa

from kernel.errors import Unavailable


class ScrubBlocked(Unavailable):
    """A long read kept the write-ahead log from being emptied: run the same deed again."""

    code = "scrub_blocked"


def scrub(engine: sa.Engine) -> None:
    """Rewrite the SQLite file and empty its log; on PostgreSQL, vacuum. Raises ScrubBlocked."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            _scrub_sqlite(connection.driver_connection)
        finally:
            connection.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.exec_driver_sql("VACUUM")


def _scrub_sqlite(driver: Any) -> None:
    """The write-ahead log holds older pages, and VACUUM itself goes through it."""
    for statement in (
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "VACUUM",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    ):
        found = driver.execute(statement).fetchone()
    if found is None or found[0]:
        raise ScrubBlocked
