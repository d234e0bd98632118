"""Running the `ujikom` command: as a process of its own, or in this one for speed."""

import contextlib
import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import structlog

import cli
from kernel.database.engines import make_engine
from tests.conftest import LONG

UJIKOM = str(Path(sys.executable).with_name("ujikom"))
LIBRARIES = ("weasyprint", "fontTools", "pyhanko", "uvicorn.error")
TIMEOUT = 3000 if LONG else 280  # seconds


class Answer(msgspec.Struct, frozen=True):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Everything it said with whitespace joined, as line breaks follow the terminal's width."""
        return " ".join((self.out + self.err).split())


class Place(msgspec.Struct, frozen=True):
    """An installation to run commands on: its data folder, and its database unless that is SQLite's
    file in the folder.
    """

    data: Path
    url: str = ""

    @property
    def database_url(self) -> str:
        """The database's URL, whichever it is."""
        return self.url or f"sqlite:///{self.data / 'db' / 'ujikom.sqlite'}"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database as they lie there, past every service."""
        engine = make_engine(self.database_url, read_only=True)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.exec_driver_sql(sql)]
        finally:
            engine.dispose()

    def environment(self, **settings: str) -> dict[str, str]:
        """This process's environment with this installation's settings and no others."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("UJIKOM_")}
        own = {"UJIKOM_DATA": str(self.data), "UJIKOM_DATABASE_URL": self.url, "LANG": "C.UTF-8"}
        return kept | own | settings

    def run(self, *arguments: str, **settings: str) -> Answer:
        """Run the installed command as an operator does."""
        done = subprocess.run(
            [UJIKOM, *arguments],
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def call(self, *arguments: str, **settings: str) -> Answer:
        """Run the command in this process: the same entry point without a second's start."""
        out, err = io.StringIO(), io.StringIO()
        code = 0
        with (
            _as_command(arguments, self.environment(**settings)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                cli.main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
        return Answer(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _as_command(arguments: tuple[str, ...], environment: dict[str, str]) -> Iterator[None]:
    """Arguments, environment and log settings as in a process of its own; restored after."""
    before, names = dict(os.environ), sys.argv
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ujikom", *arguments]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        sys.argv = names
        structlog.reset_defaults()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
