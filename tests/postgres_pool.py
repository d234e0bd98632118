"""Used PostgreSQL databases made like new: faster than a copy of the template for every test.

A database is taken back only while its tables, functions and triggers are those of its template;
one that a test altered, or that cannot be emptied at once, is dropped.
"""

import contextlib
from typing import Any

import psycopg
from psycopg import sql

# Everything that a test could have altered besides rows.
SCHEMA = """
SELECT md5(string_agg(part, '|' ORDER BY part)) FROM (
    SELECT concat('c', relname, relkind, relnatts, reloptions) AS part
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat('t', tgrelid::regclass, tgenabled, pg_get_triggerdef(oid))
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT concat('f', proname, prosrc)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat('k', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
) AS parts
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SEQUENCES = """
SELECT quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public'
"""
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
END $$
"""


class Content:
    """What a template holds: the schema's fingerprint, every table's rows, the sequences."""

    def __init__(self, address: str) -> None:
        self.rows: dict[str, bytes] = {}
        with psycopg.connect(address, autocommit=True) as connection:
            self.schema = _one(connection, SCHEMA)
            self.sequences = connection.execute(SEQUENCES).fetchall()
            for (table,) in connection.execute(TABLES).fetchall():
                copy = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
                with connection.cursor().copy(copy) as out:
                    data = b"".join(bytes(part) for part in out)
                if len(data) > len(EMPTY_COPY):
                    self.rows[table] = data


EMPTY_COPY = b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\xff\xff"


def renew(address: str, content: Content) -> bool:
    """Bring a used database back to its template's content; false when it must be dropped."""
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(address, autocommit=True, connect_timeout=10) as connection,
    ):
        connection.execute("SET lock_timeout = '2s'")
        connection.execute(CUT)
        if _one(connection, SCHEMA) != content.schema:
            return False
        connection.execute("SET session_replication_role = replica")  # no guards, no references
        with connection.transaction():
            connection.execute(EMPTY)
            for table, data in content.rows.items():
                copy = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
                with connection.cursor().copy(copy) as into:
                    into.write(data)
            for sequence in content.sequences:
                connection.execute("SELECT setval(%s, %s, %s)", sequence)
        return True
    return False


def _one(connection: psycopg.Connection[Any], query: str) -> str:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""
