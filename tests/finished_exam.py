"""A finished exam in a data folder, to copy and to tamper with: decided, certified, all logged.

The log has more than 256 entries, so that it has a node above the leaves' hashes.
"""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from app import close, install, issuer_of
from certificates.issuing import issue_awards, print_pending
from kernel.clock import ManualClock
from kernel.database.engines import make_engine
from kernel.settings import Settings
from migrations import schema
from tests.commands import Place
from tests.conftest import START
from tests.stage import Stage, set_up

CHANGES_OF_MIND = 200


def hold(place: Place) -> None:
    """Hold an exam of three in an empty installation: two pass, one fails."""
    if place.url:
        schema.upgrade(place.url)
    clock = ManualClock(START)
    here = install(Settings(data=place.data, database_url=place.url), clock=clock)
    try:
        stage = Stage(here.database, clock, set_up(here.database))
        clock.advance(timedelta(minutes=5).total_seconds())
        stage.open()
        wavering = stage.seat(0)
        wavering.enter()
        for n in range(CHANGES_OF_MIND):
            wavering.save(1, "AB"[n % 2])
        wavering.answer_all()
        wavering.submit()
        stage.sat(1, well=False)
        stage.sat(2)
        stage.close()
        stage.decide()
        assert here.sequencer is not None
        assert issue_awards(here.database, issuer_of(here)) == 2
        here.sequencer.drain()
        with ThreadPoolExecutor(1) as pool:
            print_pending(here.database, here.blobs, issuer_of(here), pool=pool)
        here.sequencer.drain()
    finally:
        close(here)


class Hand:
    """Whoever owns the database: changes rows past triggers and services, one commit at the end."""

    def __init__(self, place: Place, driver: Any) -> None:
        self.place = place
        self._driver = driver
        self._sqlite = not place.url

    def run(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Run a statement with `?` placeholders."""
        text = sql if self._sqlite else sql.replace("?", "%s")
        cursor = self._driver.execute(text, params)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def value(self, sql: str, *params: object) -> Any:
        """The first value of the first row."""
        return self.run(sql, *params)[0][0]

    def change(self, sql: str, *params: object) -> None:
        """Change exactly one row, its table's guards dropped."""
        table = re.split(r"\s+", sql.removeprefix("DELETE FROM ").removeprefix("UPDATE "))[0]
        if self._sqlite:
            guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            for (name,) in self.run(guards, table):
                self.run(f"DROP TRIGGER {name}")
        else:
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        text = sql if self._sqlite else sql.replace("?", "%s")
        assert self._driver.execute(text, params).rowcount == 1, sql


@contextmanager
def tampering(place: Place) -> Iterator[Hand]:
    """A hand on the database itself, referential integrity off."""
    engine = make_engine(place.database_url, read_only=False)
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    if place.url:
        driver.execute("SET session_replication_role = replica")
    else:
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("BEGIN IMMEDIATE")
    try:
        yield Hand(place, driver)
        driver.execute("COMMIT")
    finally:
        connection.close()
        engine.dispose()


def copied(finished: Place, folder: Path, url: str = "") -> Place:
    """A copy of a finished installation's folder; its database is the one at `url`, if any."""
    shutil.copytree(finished.data, folder)
    return Place(folder, url)
