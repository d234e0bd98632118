"""Batches of write jobs: a failing job is undone alone, and only when it left something."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from kernel.clock import micros
from kernel.database import Database, Tx, emits_nothing
from kernel.errors import Conflict

SUBJECT = bytes(32)


class Batch:
    """Jobs that are sure to run in one batch: the writer is held until all of them wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.runs: list[str] = []

    def run(self, *deeds: str) -> list[Future[None]]:
        """Queue the deeds behind a job that waits for them; gives their outcomes."""
        held, go = threading.Event(), threading.Event()
        with ThreadPoolExecutor(len(deeds) + 1) as pool:
            pool.submit(self._database.write_sync, hold, held=held, go=go)
            held.wait()
            made = []
            for deed in deeds:
                made.append(pool.submit(self._database.write_sync, do, deed=deed, runs=self.runs))
                while self._database._writer._queue.qsize() < len(made):
                    threading.Event().wait(0.001)
            go.set()
        return made


@emits_nothing("test")
def hold(tx: Tx, *, held: threading.Event, go: threading.Event) -> None:
    held.set()
    go.wait()


@emits_nothing("test")
def do(tx: Tx, *, deed: str, runs: list[str]) -> None:
    """`refuse` before writing, `write`, or write and then `fail`."""
    runs.append(deed)
    if deed == "refuse":
        tx.one("SELECT COUNT(*) FROM sign_in_failure")
        raise Conflict(deed=deed)
    tx.run("INSERT INTO sign_in_failure (subject, at) VALUES (?, ?)", SUBJECT, micros(tx.at))
    if deed == "fail":
        raise Conflict(deed=deed)
    if deed == "break":
        tx.run("SELECT nothing FROM nowhere")


def written(tx: Tx) -> int:
    row = tx.one("SELECT COUNT(*) FROM sign_in_failure")
    return int(row[0]) if row else 0


@pytest.mark.parametrize("deed", ["fail", "break"])
def test_job_that_fails_after_writing_is_undone_alone(database: Database, deed: str) -> None:
    batch = Batch(database)

    outcomes = batch.run("write", deed, "write")

    assert [type(outcome.exception()) for outcome in outcomes[::2]] == [type(None)] * 2
    assert outcomes[1].exception() is not None
    assert database.read_sync(written) == 2


def test_refusal_before_writing_costs_no_second_run(database: Database) -> None:
    batch = Batch(database)

    outcomes = batch.run("write", "refuse", "write")

    assert isinstance(outcomes[1].exception(), Conflict)
    assert batch.runs == ["write", "refuse", "write"]
    assert database.read_sync(written) == 2


def test_job_alone_that_fails_leaves_nothing(database: Database) -> None:
    runs: list[str] = []

    with pytest.raises(Conflict):
        database.write_sync(do, deed="fail", runs=runs)

    assert runs == ["fail"]
    assert database.read_sync(written) == 0


def test_batch_is_one_commit_and_counts_its_jobs(database: Database) -> None:
    before: tuple[Any, ...] = database.written

    Batch(database).run("write", "write", "write")

    assert database.written[0] - before[0] == 4
    assert database.written[1] - before[1] == 2  # the job that held the writer, and the batch
