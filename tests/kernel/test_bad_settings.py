"""Settings and databases that cannot work: one sentence with a remedy and exit code 3."""

import sqlite3
import stat
from pathlib import Path

import pytest

from app import close, install, sequence_alone
from kernel.settings import Settings
from tests.commands import Place

UNREADY = 3


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("UJIKOM_PORT", "99999", "UJIKOM_PORT=99999 (1..65535)"),
        ("UJIKOM_PORT", "0", "UJIKOM_PORT=0 (1..65535)"),
        ("UJIKOM_DATABASE_URL", "foo", "UJIKOM_DATABASE_URL (sqlite:///, postgresql+psycopg://)"),
        ("UJIKOM_LOG_LEVEL", "loud", "UJIKOM_LOG_LEVEL=loud (debug, info, warning"),
        ("UJIKOM_TLS_CERTIFICATE", "/tidak/ada.pem", "UJIKOM_TLS_CERTIFICATE=/tidak/ada.pem"),
        ("UJIKOM_TLS_KEY", "/tidak/ada.pem", "UJIKOM_TLS_KEY=/tidak/ada.pem"),
    ],
)
def test_setting_that_cannot_work_is_named_with_what_would(
    tmp_path: Path, name: str, wrong: str, says: str
) -> None:
    place = Place(tmp_path / "data")

    said = place.call("serve", **{name: wrong})

    assert said.code == UNREADY
    assert says in said.words
    assert "Traceback" not in said.err
    assert "melayani" not in said.out
    assert not place.data.exists()


def test_migration_of_a_newer_or_a_foreign_schema_is_refused(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    assert place.call("migrate").code == 0
    path = place.data / "db" / "ujikom.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    newer = place.call("migrate")
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE alembic_version")
    foreign = place.call("migrate")

    assert newer.code == foreign.code == UNREADY
    assert "(schema_newer)" in newer.words
    assert "(schema_foreign)" in foreign.words


def test_data_folder_belongs_to_its_account_alone(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    assert place.run("migrate").code == 0

    made = [place.data, place.data / "db", *(place.data / "db").iterdir()]
    assert place.data / "db" / "ujikom.sqlite" in made
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made} == {
        path.name: 0 for path in made
    }


def test_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    here = install(Settings(data=place.data))
    try:
        sequence_alone(here)

        said = place.run("serve", UJIKOM_PORT="1")
    finally:
        close(here)

    assert said.code == UNREADY
    assert "(sequencer_elsewhere)" in said.words
    assert "Traceback" not in said.err
    assert "melayani" not in said.out
