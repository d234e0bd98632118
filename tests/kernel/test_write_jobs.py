"""Every write job says what it proves; what it does and its evidence are committed together."""

import ast
import importlib
import pkgutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audit.events import registered
from audit.log import record
from kernel.clock import ManualClock
from kernel.database import Database, Tx, emits, emits_nothing, write_jobs
from kernel.database.marks import Mark
from kernel.database.writer import EventUndeclared, JobUnmarked, WriterStopped
from kernel.keys import Keyring
from people.events import RoleGranted
from tests.conftest import LONG, START

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "kernel", "audit", "documents", "people", "competencies", "question_banks", "exam_engine",
    "certificates", "web",
)  # fmt: skip
KILLED_AFTER = 200 if LONG else 12


class Refused(Exception):
    """A job changed its mind."""


@emits("role.granted")
def deed(tx: Tx, *, name: str, refuse: bool = False) -> None:
    """A row and its event."""
    row(tx, name)
    record(tx, RoleGranted(account=name, role="auditor"))
    if refuse:
        raise Refused


@emits_nothing("it says so, and is wrong")
def silent_deed(tx: Tx, *, name: str) -> None:
    row(tx, name)
    record(tx, RoleGranted(account=name, role="auditor"))


@emits("role.revoked")
def deed_of_another_kind(tx: Tx, *, name: str) -> None:
    row(tx, name)
    record(tx, RoleGranted(account=name, role="auditor"))


def row(tx: Tx, name: str) -> None:
    tx.run("INSERT INTO competency (code, kind, name_id, name_en) VALUES (?, 'technical', '', '')",
           name)  # fmt: skip


def counts(tx: Tx) -> tuple[int, int]:
    """Rows of the deed, and leaves that wait, at one moment."""
    sql = "SELECT (SELECT COUNT(*) FROM competency), (SELECT COUNT(*) FROM log_outbox)"
    rows, leaves = tx.run(sql)[0]
    return rows, leaves


def jobs() -> dict[str, Mark]:
    """Every marked job of the system."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(module.name)
    return {n: m for n, m in write_jobs().items() if n.split(".")[0] in PACKAGES}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the sources, with its place."""
    for package in (*PACKAGES, "samples"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def called() -> Iterator[str]:
    """The last name of everything that is called."""
    for _, node in calls():
        yield ast.unparse(node.func).rsplit(".", 1)[-1]


def written() -> Iterator[tuple[str, str]]:
    """Where the sources hand a job to a database's write, and the job's name."""
    for place, node in calls():
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in {"write", "write_sync"}
            and "database" in ast.unparse(node.func.value)
        ):
            yield place, ast.unparse(node.args[0])


def test_every_job_names_its_events_or_a_reason() -> None:
    marks = jobs()

    assert len(marks) >= 25
    for name, mark in marks.items():
        assert bool(mark.events) != bool(mark.reason.strip()), name


def test_every_job_that_is_written_is_marked() -> None:
    known = {name.rsplit(".", 1)[1] for name in jobs()}
    handed = list(written())

    assert len(handed) > 20
    assert [place for place, job in handed if job.rsplit(".", 1)[-1] not in known] == []


def test_every_event_that_is_recorded_is_declared_by_some_job() -> None:
    declared = {event for mark in jobs().values() for event in mark.events}
    ours = {t for t, kind in registered().items() if kind.__module__.split(".")[0] in PACKAGES}

    assert declared - ours == set()
    foreseen = {registered()[event].__name__ for event in ours - declared}
    assert foreseen & set(called()) == set(), "recorded, but declared by no job"


def test_job_without_a_mark_is_refused(database: Database) -> None:
    with pytest.raises(JobUnmarked):
        database.write_sync(row, name="A")

    assert database.read_sync(counts) == (0, 0)


@pytest.mark.parametrize("job", [silent_deed, deed_of_another_kind])
def test_job_that_emits_what_it_did_not_declare_is_rolled_back(
    database: Database, job: object
) -> None:
    with pytest.raises(EventUndeclared) as refused:
        database.write_sync(job, name="A")  # type: ignore[arg-type]  # both are such jobs

    assert refused.value.data["events"] == ["role.granted"]
    assert database.read_sync(counts) == (0, 0)


def test_job_that_fails_leaves_neither_row_nor_leaf(database: Database) -> None:
    database.write_sync(deed, name="A")

    with pytest.raises(Refused):
        database.write_sync(deed, name="B", refuse=True)

    assert database.read_sync(counts) == (1, 1)


def test_job_that_the_database_refuses_is_rolled_back_alone(database: Database) -> None:
    def one(number: int) -> str:
        try:
            database.write_sync(deed, name=f"N{number // 2}", refuse=number % 10 == 0)
        except Refused:
            return "refused"
        except Exception as error:  # noqa: BLE001 - the drivers' own classes
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(60)))

    assert outcomes.count("done") == 30
    assert database.read_sync(counts) == (30, 30)
    assert set(outcomes) - {"done", "refused"} <= {"IntegrityError", "UniqueViolation"}


def test_committed_deeds_and_leaves_come_together_or_not_at_all(database: Database) -> None:
    seen = []
    with ThreadPoolExecutor(4) as pool:
        waiting = [
            pool.submit(database.write_sync, deed, name=f"N{n}", refuse=n % 3 == 0)
            for n in range(90)
        ]
        while not all(future.done() for future in waiting):
            seen.append(database.read_sync(counts))

    assert database.read_sync(counts) == (60, 60)
    assert all(rows == leaves for rows, leaves in seen)


def test_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        database.read_sync(row, name="A")

    assert database.read_sync(counts) == (0, 0)


def test_stopped_writer_finishes_its_queue_and_refuses_more(
    database_url: str, clock: ManualClock, keys: Keyring
) -> None:
    opened = Database(database_url, clock=clock, keys=keys).start()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(opened.write_sync, deed, name=f"N{n}") for n in range(30)]
        for future in waiting:
            future.result()
    opened.close()

    with pytest.raises(WriterStopped):
        opened.write_sync(deed, name="late")


WRITER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path

    from kernel import keys, logs
    from kernel.clock import ManualClock
    from kernel.database import Database
    from tests.kernel.test_write_jobs import deed

    logs.configure("warning")  # to standard error: what goes to the other is acknowledged
    folder = Path(sys.argv[2])
    keys.create(folder, passphrase=None)
    clock = ManualClock(datetime(2026, 3, 14, tzinfo=UTC))
    database = Database(sys.argv[1], clock=clock, keys=keys.load(folder)).start()
    number = 0
    while True:
        number += 1
        database.write_sync(deed, name=f"N{number}")
        print(number, flush=True)
"""


def test_what_a_killed_process_acknowledged_is_there_with_its_evidence(
    database_url: str, keys: Keyring, tmp_path: Path
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), database_url, str(tmp_path / "keys")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    with child:
        acknowledged = [int(child.stdout.readline()) for _ in range(KILLED_AFTER)][-1]
        child.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split())])

    opened = Database(database_url, clock=ManualClock(START), keys=keys).start()
    rows, leaves = opened.read_sync(counts)
    opened.close()
    assert rows == leaves
    assert rows in {acknowledged, acknowledged + 1}
