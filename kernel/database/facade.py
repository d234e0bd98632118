"""`Database`: `write` through the one writer, `read` through pooled read-only transactions."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from kernel.clock import Clock
from kernel.database.engines import make_engine
from kernel.database.scrubbing import scrub
from kernel.database.transaction import Tx
from kernel.database.writer import Writer
from kernel.keys import Keyring

P = ParamSpec("P")
T = TypeVar("T")

READ_THREADS = 4


class Database:
    """One installation's database. Start it before use, close it after."""

    def __init__(self, url: str, *, clock: Clock, keys: Keyring) -> None:
        self.url = url
        self.clock = clock
        self.keys = keys
        self._write_engine = make_engine(url, read_only=False)
        self._read_engine = make_engine(url, read_only=True)
        self._writer = Writer(self._write_engine, clock=clock, keys=keys)
        self._readers = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="reader")

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._write_engine.dialect.name

    @property
    def written(self) -> tuple[int, int]:
        """How many write jobs were committed, in how many commits."""
        return self._writer.jobs, self._writer.commits

    def start(self) -> "Database":
        self._writer.start()
        return self

    def close(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self._write_engine.dispose()
        self._read_engine.dispose()

    def scrub(self) -> None:
        """Take what was deleted out of the database's files; raises ScrubBlocked."""
        scrub(self._write_engine)

    async def write(
        self, job: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a marked job in the writer; returns after COMMIT, raises what the job raised."""
        assert not args  # noqa: S101 - services take keyword arguments after tx
        return await self._writer.submit(job, kwargs, wait=False).future  # type: ignore[misc,no-any-return]  # a loop future when not waiting

    def write_sync(
        self, job: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`write` for threads without an event loop."""
        assert not args  # noqa: S101 - services take keyword arguments after tx
        return self._writer.submit(job, kwargs, wait=True).future.result()  # type: ignore[no-any-return]  # the job's own type

    async def read(
        self, job: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a job in a read-only transaction on a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, lambda: self.read_sync(job, *args, **kwargs)
        )

    def read_sync(
        self, job: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a job in a read-only transaction on this thread."""
        with self._read_engine.connect() as connection, connection.begin():
            driver = connection.connection.driver_connection
            return job(
                Tx(driver, engine=self.engine, at=self.clock.now(), keys=self.keys),
                *args,
                **kwargs,
            )
