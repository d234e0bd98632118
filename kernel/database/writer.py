"""The writer: one thread, one connection, group commit.

Jobs queue up; the thread drains what waits, runs it in one transaction, commits once and only then
answers. A job that fails before it wrote anything has nothing to undo. When one fails later, the
transaction is rolled back and the batch is run again, each job under its own SAVEPOINT, so that
the failing ones are rolled back alone. If the commit fails, nothing was done and every job of the
batch gets the error.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import sqlalchemy as sa

from kernel import logs
from kernel.clock import Clock
from kernel.database.marks import Mark, mark_of
from kernel.database.transaction import Tx
from kernel.errors import UjikomError, Unavailable
from kernel.keys import Keyring

BATCH_LIMIT = 512
SLOW_SECONDS = 0.02

log = logs.get(__name__)


class JobUnmarked(Unavailable):
    """A write job says neither what it emits nor why it emits nothing."""

    code = "job_unmarked"


class EventUndeclared(Unavailable):
    """A write job emitted an event that its mark does not name."""

    code = "event_undeclared"


class WriterStopped(Unavailable):
    """The writer has been closed."""

    code = "writer_stopped"


class Job:
    """A queued call and the one who waits for it."""

    __slots__ = ("arguments", "call", "error", "events", "future", "loop", "name", "value")

    def __init__(self, call: Callable[..., Any], arguments: dict[str, Any], mark: Mark) -> None:
        self.call = call
        self.arguments = arguments
        self.events = mark.events
        self.name = mark.job
        self.value: Any = None
        self.error: BaseException | None = None
        self.future: Future[Any] | asyncio.Future[Any]
        self.loop: asyncio.AbstractEventLoop | None = None

    def resolve(self) -> None:
        """Hand the outcome to the waiter; a waiter that went away is let go."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class Writer:
    """Owns the writing connection; only its own thread touches it."""

    def __init__(self, engine: sa.Engine, *, clock: Clock, keys: Keyring) -> None:
        self._engine = engine
        self._dialect = engine.dialect.name
        self._clock = clock
        self._keys = keys
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._closed = False
        self.jobs = 0
        self.commits = 0

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued, then stop; later jobs are refused."""
        if not self._closed and self._thread.is_alive():
            self._closed = True
            self._queue.put(None)
            self._thread.join()
        self._closed = True

    def submit(self, job: Callable[..., Any], kwargs: dict[str, Any], *, wait: bool) -> Job:
        """Queue a marked job; `wait` gives it a thread future instead of the running loop's."""
        mark = mark_of(job)
        if mark is None:
            raise JobUnmarked(job=getattr(job, "__qualname__", repr(job)))
        if self._closed:
            raise WriterStopped
        queued = Job(job, kwargs, mark)
        if wait:
            queued.future = Future()
        else:
            queued.loop = asyncio.get_running_loop()
            queued.future = queued.loop.create_future()
        self._queue.put(queued)
        return queued

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, more = self._drain(first)
            try:
                self._run(batch)
                self.jobs += len(batch)
                self.commits += 1
            except Exception as error:
                log.exception("writer_batch_failed", jobs=len(batch))
                for job in batch:
                    job.error = error
            _answer(batch)
            if not more:
                return

    def _drain(self, first: Job) -> tuple[list[Job], bool]:
        batch = [first]
        while len(batch) < BATCH_LIMIT:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, False
            batch.append(job)
        return batch, True

    def _run(self, batch: list[Job]) -> None:
        if not self._run_together(batch):
            self._run_apart(batch)

    def _run_together(self, batch: list[Job]) -> bool:
        """Run without savepoints; False when that was rolled back and the jobs must run apart."""
        with self._engine.connect() as connection, connection.begin() as transaction:
            driver = connection.connection.driver_connection
            for job in batch:
                if not self._run_one(job, driver):
                    transaction.rollback()
                    return len(batch) == 1
        return True

    def _run_apart(self, batch: list[Job]) -> None:
        with self._engine.connect() as connection, connection.begin():
            driver: Any = connection.connection.driver_connection
            for job in batch:
                job.value = job.error = None
                driver.execute("SAVEPOINT job")
                if not self._run_one(job, driver):
                    driver.execute("ROLLBACK TO SAVEPOINT job")
                driver.execute("RELEASE SAVEPOINT job")

    def _run_one(self, job: Job, driver: Any) -> bool:
        """Run a job, its outcome left in it; whether it leaves nothing that must be undone."""
        tx = Tx(driver, engine=self._dialect, at=self._clock.now(), keys=self._keys)
        clean = True
        started = time.perf_counter()
        try:
            job.value = job.call(tx, **job.arguments)
            if not job.events.issuperset(tx.emitted):
                raise EventUndeclared(job=job.name, events=sorted(set(tx.emitted) - job.events))  # noqa: TRY301 - must roll back
        except Exception as error:  # noqa: BLE001 - the waiter gets it
            job.error = error
            clean = isinstance(error, UjikomError) and not tx.wrote
        spent = time.perf_counter() - started
        if spent > SLOW_SECONDS:
            log.warning("writer_job_slow", job=job.name, milliseconds=round(spent * 1000))
        return clean


def _answer(batch: list[Job]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in batch:
        if job.loop is None:
            job.resolve()
        else:
            loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve_all, jobs)


def _resolve_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.resolve()
