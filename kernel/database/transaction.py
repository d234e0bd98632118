"""A transaction as services see it: statements, the moment, the keys. It cannot commit."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from kernel.keys import Keyring


class Tx:
    """One open transaction; `at` is its moment, `emitted` collects event types.

    `wrote` tells whether anything but reading was tried in it.
    """

    __slots__ = ("_driver", "_translate", "at", "emitted", "engine", "keys", "wrote")

    def __init__(self, driver: Any, *, engine: str, at: datetime, keys: Keyring) -> None:
        self._driver = driver
        self._translate = engine == "postgresql"
        self.engine = engine
        self.at = at
        self.keys = keys
        self.emitted: list[str] = []
        self.wrote = False

    def run(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Run one statement with `?` placeholders; gives its rows (none for a plain write)."""
        if not sql.startswith("SELECT"):
            self.wrote = True
        if self._translate:
            sql = _postgresql(sql)
        cursor = self._driver.execute(sql, params)
        return cursor.fetchall() if cursor.description else []

    def one(self, sql: str, *params: object) -> tuple[Any, ...] | None:
        """The first row of a statement, or None."""
        rows = self.run(sql, *params)
        return rows[0] if rows else None

    def run_many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Run one statement for each row of parameters."""
        self.wrote = True
        cursor = self._driver.cursor()
        try:
            cursor.executemany(_postgresql(sql) if self._translate else sql, list(rows))
        finally:
            cursor.close()

    def lock_row(self) -> str:
        """Suffix of a SELECT that holds its row until the end; SQLite's writer holds all rows."""
        return " FOR UPDATE" if self._translate else ""


@lru_cache(maxsize=1024)
def _postgresql(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
