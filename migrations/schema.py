"""The schema's version: bring a database to it, or refuse to run on another one."""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from kernel.database.engines import make_engine
from kernel.errors import Unavailable

HERE: Final = Path(__file__).parent
VERSIONS: Final = tuple(sorted(path.name[:4] for path in HERE.glob("versions/[0-9]*.py")))
"""The versions of the schema, oldest first: each migration's file begins with its number."""


class SchemaOlder(Unavailable):
    """The database has an older schema; `ujikom migrate` brings it up."""

    code = "schema_older"


class SchemaNewer(Unavailable):
    """The database was written by a newer ujikom; install that version or newer."""

    code = "schema_newer"


class SchemaForeign(Unavailable):
    """The database has tables but no version of ours."""

    code = "schema_foreign"


def upgrade(url: str) -> None:
    """Create the tables, or bring an older schema up to ours.

    Raises SchemaNewer, or SchemaForeign for tables that no migration of ours made.
    """
    found = _found(url)
    if found is not None and found not in VERSIONS:
        raise SchemaNewer(found=found, known=VERSIONS[-1])
    if found is None and _has_tables(url):
        raise SchemaForeign
    if found != VERSIONS[-1]:
        _migrate(url)


def check(url: str) -> None:
    """Raise SchemaOlder or SchemaNewer unless the schema is the one this version knows."""
    found = _found(url)
    if found == VERSIONS[-1]:
        return
    if found is None or found in VERSIONS:
        raise SchemaOlder(found=found or "none", needed=VERSIONS[-1])
    raise SchemaNewer(found=found, known=VERSIONS[-1])


def is_empty(url: str) -> bool:
    """Whether no schema was ever put into the database."""
    return _found(url) is None


def config(url: str) -> Any:
    """Alembic's configuration for a database."""
    from alembic.config import Config  # noqa: PLC0415 - slow import, needed here only

    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes["url"] = url
    return made


def _migrate(url: str) -> None:
    from alembic import command  # noqa: PLC0415 - slow import, needed here only

    command.upgrade(config(url), "head")


def _has_tables(url: str) -> bool:
    engine = make_engine(url, read_only=False)
    try:
        with engine.connect() as connection:
            return bool(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
    finally:
        engine.dispose()


def _found(url: str) -> str | None:
    engine = make_engine(url, read_only=False)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).first()
            return str(row[0]) if row else None
    finally:
        engine.dispose()
