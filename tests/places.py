"""Fixture `place`: a fresh installation for commands, once for each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Place


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty data folder; the database is SQLite's file in it, or an empty PostgreSQL one."""
    if request.param == "sqlite":
        yield Place(tmp_path / "data")
        return
    yield Place(tmp_path / "data", request.getfixturevalue("postgres_url"))
