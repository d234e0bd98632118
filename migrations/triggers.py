"""Triggers that forbid UPDATE and DELETE on append-only tables, for both engines."""

FUNCTION = """
CREATE OR REPLACE FUNCTION ujikom_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""


def statements(engine: str, tables: tuple[str, ...]) -> list[str]:
    """The statements that guard the tables."""
    if engine == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
            for table in tables
            for deed in ("UPDATE", "DELETE")
        ]
    return [
        FUNCTION,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ujikom_append_only()"
            for table in tables
        ),
    ]
