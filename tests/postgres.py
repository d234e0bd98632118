"""A real PostgreSQL for the tests: one throw-away server per pytest run, one database per test.

A pytest plugin (`pytest_plugins = ["tests.postgres"]` in the conftest). With xdist the controller
starts the server and hands its address to the workers; without, the first test that asks does.
"""

import contextlib
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.postgres_pool import Content, renew

SUPERUSER = "ujikom"
START_ATTEMPTS = 5
START_SECONDS = 30.0
STOP_SECONDS = 10.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "jit": "off",
    "fsync": "on",
    "timezone": "UTC",
}


class PostgresUnavailable(RuntimeError):
    """PostgreSQL is not installed, or the server did not start."""


class PostgresServer:
    """A cluster in a temporary folder on a free port, gone when the context ends.

    The server is our direct child and dies with us, even when we are killed.
    """

    def __init__(self) -> None:
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._password = secrets.token_hex(16)
        self.databases = Databases("")

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="ujikom-postgres-"))
        try:
            self._initialise()
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _initialise(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        if os.geteuid() == 0:
            for path in (self._folder, password_file):
                shutil.chown(path, _server_account())
        command = [
            *_as_server_account(),
            str(_program("initdb")),
            f"--pgdata={self._folder / 'data'}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        if made.returncode:
            raise PostgresUnavailable(made.stderr)

    def _start(self) -> None:
        # Another process may take a free port between our look and the server's bind: try again.
        for _ in range(START_ATTEMPTS):
            port = _free_port()
            self._spawn(port)
            url = make_url(f"postgresql+psycopg://127.0.0.1:{port}/postgres")
            url = url.set(username=SUPERUSER, password=self._password)
            self.databases = Databases(url.render_as_string(hide_password=False))
            if self._is_ready():
                return
        raise PostgresUnavailable(self._log().read_text(encoding="utf-8"))

    def _spawn(self, port: int) -> None:
        settings = SETTINGS | {"port": str(port)}
        command = [
            *_as_server_account(),
            str(_program("postgres")),
            "-D",
            str(self._folder / "data"),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        with self._log().open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )

    def _is_ready(self) -> bool:
        """Wait until the server answers; false when it ended instead."""
        process = self._process
        deadline = time.monotonic() + START_SECONDS
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                self.databases.command("SELECT 1")
                return True
            time.sleep(0.05)
        return False

    def _stop(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _log(self) -> Path:
        return self._folder / "server.log"


class Databases:
    """Makes and drops databases on a running server, known by its maintenance URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = itertools.count(1)
        self._contents: dict[str, Content] = {}
        self._copies: dict[str, str] = {}
        self._renewed: dict[str, list[str]] = {}

    def create(self, template: str | None = None) -> str:
        """Return the URL of a new database: empty, or a copy of the one at URL `template`.

        Nobody may be connected to the template: dispose the engine that filled it.
        """
        if template and self._renewed.setdefault(template, []):
            return self._renewed[template].pop()
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"test_{worker}_{os.getpid()}_{next(self._numbers)}"
        source = "template0" if template is None else _name(template)
        self.command(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
        url = make_url(self.url).set(database=name).render_as_string(hide_password=False)
        if template:
            self._copies[url] = template
        return url

    def drop(self, url: str) -> None:
        """Cut whoever is still connected to a database; drop it, or keep a renewed copy to lend."""
        template = self._copies.get(url)
        if template in self._renewed and url not in self._renewed and self._renew(url, template):
            self._renewed[template].append(url)
            return
        for copy in self._renewed.pop(url, []):  # it was a template itself
            self._drop(copy)
        self._drop(url)

    def _drop(self, url: str) -> None:
        self.command(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(url)))
        )

    def _renew(self, url: str, template: str) -> bool:
        if template not in self._contents:
            self._contents[template] = Content(_address(template))
        return renew(_address(url), self._contents[template])

    def command(self, text: sql.Composed | str) -> None:
        """Run one statement in the maintenance database."""
        with psycopg.connect(_address(self.url), autocommit=True, connect_timeout=10) as connection:
            connection.execute(sql.SQL(text) if isinstance(text, str) else text)


def _address(url: str) -> str:
    """The URL as libpq reads it."""
    plain = make_url(url).set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)


def _name(url: str) -> str:
    name = make_url(url).database
    if name is None:
        raise ValueError(url)
    return name


def _program(name: str) -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    if not found:
        raise PostgresUnavailable(f"PostgreSQL is missing ({name}): run `make test` to install it")
    return found[-1]


def _server_account() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError as error:
        raise PostgresUnavailable("no account `postgres` to run the server under") from error


def _as_server_account() -> list[str]:
    """PostgreSQL refuses root; either way the kernel ends the server when this process ends."""
    command = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        account = _server_account()
        command += ["--reuid", account, "--regid", account, "--clear-groups"]
    return command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- the pytest plugin ------------------------------------------------------------------------

_SHARED = pytest.StashKey[PostgresServer]()
_INPUT = "ujikom_postgres"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Controller of xdist: start the server once and give every worker its address."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]  # xdist is untyped
    if _SHARED not in config.stash:
        server = config.stash[_SHARED] = PostgresServer()
        server.__enter__()
        config.add_cleanup(lambda: server.__exit__(None, None, None))
    node.workerinput[_INPUT] = config.stash[_SHARED].databases.url  # type: ignore[attr-defined]  # xdist is untyped


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Return the run's PostgreSQL: `create(template=None) -> url` and `drop(url)`."""
    given: dict[str, str] = getattr(request.config, "workerinput", {})
    if _INPUT in given:
        yield Databases(given[_INPUT])
    else:
        with PostgresServer() as server:
            yield server.databases


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """Return the URL of an empty database that is dropped after the test."""
    url = postgres.create()
    yield url
    postgres.drop(url)
