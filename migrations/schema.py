"""The schema's version: bring a database to it, or refuse to run on another one."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kernel.database.engines import make_engine
from kernel.errors import Unavailable


class SchemaOlder(Unavailable):
    """The database has an older schema; `ujikom migrate` brings it up."""

    code = "schema_older"


class SchemaNewer(Unavailable):
    """The database was written by a newer ujikom; install that version or newer."""

    code = "schema_newer"


class SchemaForeign(Unavailable):
    """The database has tables but no version of ours."""

    code = "schema_foreign"


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> None:
    """Create the tables, or bring an older schema up to ours.

    Raises SchemaNewer, or SchemaForeign for tables that no migration of ours made.
    """
    found = _found(url)
    if found is not None and found not in _known():
        raise SchemaNewer(found=found, known=_head())
    if found is None and _has_tables(url):
        raise SchemaForeign
    command.upgrade(config(url), "head")


def check(url: str) -> None:
    """Raise SchemaOlder or SchemaNewer unless the schema is the one this version knows."""
    found = _found(url)
    if found == _head():
        return
    if found is None or found in _known():
        raise SchemaOlder(found=found or "none", needed=_head())
    raise SchemaNewer(found=found, known=_head())


def is_empty(url: str) -> bool:
    """Whether no schema was ever put into the database."""
    return _found(url) is None


def _head() -> str | None:
    return ScriptDirectory.from_config(config("")).get_current_head()


def _known() -> set[str]:
    script = ScriptDirectory.from_config(config(""))
    return {revision.revision for revision in script.walk_revisions()}


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
            context = MigrationContext.configure(connection)
            heads = (
                context.get_current_heads()
                if sa.inspect(connection).has_table("alembic_version")
                else ()
            )
            return heads[0] if heads else None
    finally:
        engine.dispose()
