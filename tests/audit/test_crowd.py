"""Many writers, and death at every step: nothing lost, nothing doubled, no fork."""

import asyncio
import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import store
from audit.export import export
from audit.sequencer import Sequencer
from kernel.clock import ManualClock
from kernel.database import Database
from kernel.ids import new_id
from kernel.keys import Keyring
from tests.audit.dying import die_exporting, die_sequencing
from tests.audit.folders import run
from tests.audit.trial import assert_sound, fill, published_sizes, save, sequencer
from tests.conftest import LONG

EVENTS = 200 if LONG else 6
STRIDE = 1 if LONG else 4

spawn = multiprocessing.get_context("forkserver")
spawn.set_forkserver_preload(["tests.audit.dying"])


@pytest.fixture
def database_on(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: ManualClock,
    keys: Keyring,
) -> Callable[[str], Database]:
    """Return a maker of an open database on an engine."""

    def make(engine: str) -> Database:
        if engine == "sqlite":
            (tmp_path / "u.sqlite").write_bytes(request.getfixturevalue("sqlite_template"))
            url = f"sqlite:///{tmp_path / 'u.sqlite'}"
        else:
            server = request.getfixturevalue("postgres")
            url = server.create(template=request.getfixturevalue("postgres_template"))
            request.addfinalizer(lambda: server.drop(url))
        database = Database(url, clock=clock, keys=keys).start()
        request.addfinalizer(database.close)
        return database

    return make


def assert_exactly(database: Database, folder: Path, one: Sequencer, committed: int) -> None:
    """As many leaves as committed events beside the log's own, contiguous, every root right."""
    assert one.drain().size == committed + 1
    indices = database.read_sync(
        lambda tx: [entry.index for entry in store.entries(tx, 0, store.size(tx))]
    )
    assert indices == list(range(committed + 1))
    assert database.read_sync(store.chain_count) == committed
    assert_sound(database, folder)


def test_four_processes_of_sixteen_writers_on_postgresql_lose_and_fork_nothing(
    database_on: Callable[[str], Database],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    database = database_on("postgresql")
    command = [sys.executable, "-m", "tests.audit.crowd", database.url, "16", str(EVENTS)]
    one = sequencer(database, tmp_path)
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    try:
        while any(child.poll() is None for child in children):
            one.turn()
        said = [child.communicate()[0] for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()

    committed = sum(int(text.splitlines()[-1]) for text in said)
    assert committed == 4 * 16 * EVENTS
    assert len(published_sizes(database)) > 3
    assert_exactly(database, tmp_path, one, committed)
    one.close()
    record_property("N events of 64 writers", committed)


def test_sixteen_tasks_on_sqlite_lose_and_fork_nothing(
    database_on: Callable[[str], Database],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    database = database_on("sqlite")
    one = sequencer(database, tmp_path)

    async def write() -> int:
        handle = new_id()
        return sum([len(await database.write(save, count=1, handle=handle)) for _ in range(EVENTS)])

    async def all_of_them() -> int:
        tasks = [asyncio.create_task(write()) for _ in range(16)]
        while not all(task.done() for task in tasks):
            await asyncio.to_thread(one.turn)
        return sum(await asyncio.gather(*tasks))

    committed = asyncio.run(all_of_them())

    assert committed == 16 * EVENTS
    assert_exactly(database, tmp_path, one, committed)
    one.close()
    record_property("N events of 16 tasks", committed)


# --- death at every step ----------------------------------------------------------------------


def dies(target: Callable[[str, str, int], None], url: str, folder: Path, step: int) -> bool:
    """Whether the process was killed before that step, and not done before it."""
    child = spawn.Process(target=target, args=(url, str(folder), step))
    child.start()
    child.join()
    assert child.exitcode in {0, -9}
    return child.exitcode == -9


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_sequencer_killed_before_any_step_loses_and_doubles_nothing(
    database_on: Callable[[str], Database],
    tmp_path: Path,
    engine: str,
    record_property: Callable[[str, object], None],
) -> None:
    database = database_on(engine)
    fill(database, tmp_path, 254)
    recorded, step = 254, 0
    while True:
        recorded += len(database.write_sync(save, count=2, handle=new_id()))
        if not dies(die_sequencing, database.url, tmp_path, step):
            break
        one = sequencer(database, tmp_path)
        assert one.drain().size == recorded + 1
        one.close()
        assert_sound(database, tmp_path)
        export(database, tmp_path / "export")
        assert run(tmp_path / "export", "--state", tmp_path / "state") == 0
        step += STRIDE if engine == "postgresql" else max(1, STRIDE // 2)

    assert step > 25
    assert database.read_sync(store.chain_count) == recorded
    assert_sound(database, tmp_path)
    record_property(f"N steps of the sequencer on {engine}", step)


def test_export_killed_before_any_step_is_whole_for_its_reader_and_goes_on(
    database_on: Callable[[str], Database],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    database = database_on("sqlite")
    folder, step, size = tmp_path / "export", 0, 300
    fill(database, tmp_path, size)
    export(database, folder)
    while True:
        fill(database, tmp_path, 1)
        size += 1
        if not dies(die_exporting, database.url, folder, step):
            break
        assert run(folder, "--state", tmp_path / "state") == 0
        export(database, folder)
        assert run(folder, "--state", tmp_path / "state") == 0
        step += STRIDE

    assert step > 12
    assert run(folder, "--state", tmp_path / "state") == 0
    record_property("N steps of the export", step)
