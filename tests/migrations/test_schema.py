"""The schema on both engines: no drift, guards on what is append-only, versions told apart."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kernel.database.engines import make_engine
from migrations import schema
from migrations.metadata import APPEND_ONLY, METADATA
from migrations.schema import SchemaNewer, SchemaOlder

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ("kernel", "audit", "people", "competencies", "question_banks", "exam_engine",
           "certificates", "web", "samples")  # fmt: skip
EVIDENCE = {
    "log_entry", "log_node", "log_checkpoint", "log_chain",
    "log_tsa",
    "item_version", "item_annotation", "item_use", "bank_analysis", "item_step",
    "item_comment", "item_review",
    "blind_answer", "stimulus", "expert_term", "conflict_statement", "angoff_rating", "media",
    "scheme_version", "session_freeze", "paper", "response", "result", "decision", "decision_row",
    "answer_rating", "time_entry", "incident", "proctor_message", "minutes_signature",
    "certificate", "certificate_pdf", "certificate_status", "certificate_override",
    "certificate_replacement", "status_place", "status_list",
    "issuer_key",
    "certificate_share", "certificate_share_end", "certificate_correction", "correction_answer",
    "certificate_design", "design_logo", "design_approval", "certificate_reminder",
    "reminder_delivery", "certificate_pack", "certificate_pack_part", "certificate_pack_end",
    "certificate_pack_cleared",
}  # fmt: skip


@pytest.fixture
def driver(database_url: str) -> Iterator[Any]:
    """A driver connection like the writer's, without foreign keys on SQLite."""
    engine = make_engine(database_url, read_only=False)
    connection: Any = engine.raw_connection().driver_connection
    if engine.dialect.name == "sqlite":
        connection.execute("PRAGMA foreign_keys=OFF")
    else:
        connection.autocommit = True
    yield connection
    connection.close()
    engine.dispose()


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def example(column: sa.Column[Any]) -> object:
    """Some value of a column's type."""
    if isinstance(column.type, sa.LargeBinary):
        return b"x" * (column.type.length or 16)
    return 1 if isinstance(column.type, sa.Integer | sa.BigInteger) else "x"


def test_enemies_that_versions_named_become_pairs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    command.upgrade(schema.config(url), "0051")
    engine = make_engine(url, read_only=False)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        for n, told in enumerate(({"enemies": ["B", "tiada"], "indicator": "Menilai ABC"}, {})):
            item, code = bytes([n]) * 16, "AB"[n]
            driver.execute(
                "INSERT INTO item (id, bank_id, external_id, state, version, competency, level,"
                " writer_id, words) VALUES (?, ?, ?, 'published', ?, 'T', 1, ?, 'kata')",
                (item, bytes(16), code, bytes(32), bytes(16)),
            )
            driver.execute(
                "INSERT INTO item_version VALUES (?, 1, ?, ?, ?, 1)",
                (item, bytes(32), json.dumps(told).encode(), bytes(16)),
            )
    engine.dispose()

    schema.upgrade(url)

    engine = make_engine(url, read_only=True)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        pairs = driver.execute("SELECT item_id, enemy_id FROM item_enemy ORDER BY 1").fetchall()
        words = driver.execute("SELECT words FROM item ORDER BY id").fetchall()
    engine.dispose()
    assert pairs == [(bytes(16), bytes([1]) * 16), (bytes([1]) * 16, bytes(16))]
    assert words == [("kata menilai abc",), ("kata",)]


def test_append_only_tables_are_all_that_hold_evidence() -> None:
    assert set(APPEND_ONLY) == EVIDENCE
    assert set(APPEND_ONLY) <= set(METADATA.tables)


def test_row_of_an_append_only_table_is_never_changed_or_deleted(
    driver: Any, database_url: str
) -> None:
    for table in EVIDENCE:
        _try_to_change(driver, database_url, table)


def _try_to_change(driver: Any, database_url: str, table: str) -> None:
    columns = list(METADATA.tables[table].columns)
    if is_sqlite(database_url):  # its guards look at rows, those of PostgreSQL at statements
        marks = ", ".join("?" for _ in columns)
        driver.execute(f"INSERT INTO {table} VALUES ({marks})", [example(c) for c in columns])
    name = columns[-1].name
    deeds = [f"UPDATE {table} SET {name} = {name}", f"DELETE FROM {table}"]
    if not is_sqlite(database_url):
        deeds.append(f"TRUNCATE {table} CASCADE")

    for deed in deeds:
        with pytest.raises(Exception, match=f"append-only table {table}"):
            driver.execute(deed)

    (found,) = driver.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    assert found == is_sqlite(database_url)


def test_no_statement_changes_deletes_or_replaces_rows_of_evidence() -> None:
    tables = "|".join(APPEND_ONLY)
    forbidden = re.compile(
        rf"(UPDATE|DELETE\s+FROM|TRUNCATE|REPLACE\s+INTO|OR\s+REPLACE\s+INTO)\s+({tables})\b"
        rf"|INSERT\s+INTO\s+({tables})\b[^;]*?DO\s+UPDATE"
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0][:60]}"
        for package in SOURCES
        for path in (ROOT / package).rglob("*.py")
        for match in forbidden.finditer(_strings_joined(path.read_text(encoding="utf-8")))
    ]

    assert [place for place in found if "response" not in place or "DO" not in place] == []


def _strings_joined(source: str) -> str:
    """Adjacent string literals as one text, statement by statement."""
    return re.sub(r'"\s*\n\s*f?"', "", source).replace(")\n", ");\n")


def test_tables_of_the_database_are_those_of_the_metadata(database_url: str) -> None:
    engine = make_engine(database_url, read_only=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    engine.dispose()

    assert differences == []


def test_versions_by_their_files_are_the_chain_of_migrations() -> None:
    chain = ScriptDirectory(str(schema.HERE)).walk_revisions()

    assert tuple(revision.revision for revision in chain)[::-1] == schema.VERSIONS


def test_schema_of_this_version_is_accepted(database_url: str) -> None:
    schema.check(database_url)

    assert not schema.is_empty(database_url)


def test_upgrade_again_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)

    schema.check(database_url)


def test_schema_of_a_newer_version_is_refused(database_url: str, driver: Any) -> None:
    driver.execute("UPDATE alembic_version SET version_num = '9999_from_tomorrow'")

    with pytest.raises(SchemaNewer) as refused:
        schema.check(database_url)

    assert refused.value.data["found"] == "9999_from_tomorrow"


def test_schema_of_an_older_version_is_refused(database_url: str, driver: Any) -> None:
    driver.execute("DELETE FROM alembic_version")

    with pytest.raises(SchemaOlder) as refused:
        schema.check(database_url)

    assert refused.value.data["found"] == "none"
    assert schema.is_empty(database_url)


def test_database_without_a_schema_is_empty(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert schema.is_empty(url)

    schema.upgrade(url)

    schema.check(url)
