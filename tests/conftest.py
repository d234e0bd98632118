"""Fixtures of all tests: both databases with the real schema, a clock, throw-away keys."""

import os
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from kernel import keys as keyrings
from kernel.clock import ManualClock
from kernel.database import Database
from kernel.database.engines import make_engine
from kernel.keys import Keyring
from migrations import schema

pytest_plugins = ["tests.postgres"]

START = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
LONG = os.environ.get("TEST_SCALE") == "long"
SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).parent.parent.parent / "shared/data"))

# Fixed seeds; how fast examples come tells of the machine, not of the code.
settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")

# What takes longest begins first, so that no worker is left alone with it at the end.
LONGEST = (
    "tests/browser/test_pages.py",
    "tests/browser/test_journeys.py",
    "tests/test_demo.py",
    "tests/test_skd.py",
    "tests/web/test_authorization.py",
    "tests/exam_engine/test_bulk_issue.py",
    "tests/browser/",
    "tests/test_",
    "tests/certificates/",
)


ENGINES = ("sqlite", "postgresql")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order modules by how long they take; within a module nothing moves. At reduced size a page's
    test is run on one engine; the tests of one file take turns.
    """
    if not LONG:
        resting = [item for item in items if rests(item)]
        items[:] = [item for item in items if not rests(item)]
        config.hook.pytest_deselected(items=resting)

    def place(item: pytest.Item) -> int:
        found = [n for n, start in enumerate(LONGEST) if item.nodeid.startswith(start)]
        return found[0] if found else len(LONGEST)

    items.sort(key=place)


def rests(item: pytest.Item) -> bool:
    """Whether it is another engine's turn at this test of a page."""
    if not item.nodeid.startswith("tests/web/"):
        return False
    found = [engine for engine in ENGINES if re.search(rf"[\[-]{engine}[\]-]", item.nodeid)]
    if len(found) != 1:
        return False
    turn = zlib.crc32(item.nodeid.replace(found[0], "").encode()) % len(ENGINES)
    return found[0] != ENGINES[turn]


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at 14 March 2026, 09.00 WIB, until told to move."""
    return ManualClock(START)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """Demo keys."""
    folder = tmp_path_factory.mktemp("keys")
    keyrings.create(folder, passphrase=None)
    return keyrings.load(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty database file with the schema."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    schema.upgrade(f"sqlite:///{path}")
    engine = make_engine(f"sqlite:///{path}", read_only=False)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path.read_bytes()


@pytest.fixture(scope="session")
def postgres_template(postgres: Any) -> str:
    """An empty PostgreSQL database with the schema, to copy from."""
    url: str = postgres.create()
    schema.upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: bytes
) -> Iterator[str]:
    """A fresh database with the schema, once for each engine."""
    if request.param == "sqlite":
        path = tmp_path / "ujikom.sqlite"
        path.write_bytes(sqlite_template)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    url = server.create(template=request.getfixturevalue("postgres_template"))
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str, clock: ManualClock, keys: Keyring) -> Iterator[Database]:
    """An open database."""
    opened = Database(database_url, clock=clock, keys=keys).start()
    yield opened
    opened.close()
