"""What appends are measured on: plain rows, our log from two starting points, and pymerkle."""

import importlib.util
import sqlite3
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Protocol, Self

from audit import store
from audit.sequencer import Sequencer
from kernel.clock import SystemClock
from kernel.database import Database, Tx, emits_nothing
from migrations import schema
from tests.audit.trial import KEYS, sequencer
from tests.audit.trial import save as save_deeds

BATCHES = (1, 10, 100, 1_000)
TURN_SECONDS = 0.15  # as the app does it
LEAF = b'{"at":"2026-11-22T05:30:00.123456Z","t":"trial.saved","v":1,"d":{"note":"%0164d"}}'


class Side(Protocol):
    """Somewhere to append durably; `measure` gives entries per second, all of them finished."""

    appended: int

    def __init__(self, folder: Path) -> None: ...

    @classmethod
    def available(cls) -> bool: ...

    def measure(self, batch: int, seconds: float) -> float: ...

    def kept(self) -> int: ...

    def close(self) -> None: ...


def opened(folder: Path) -> Database:
    """An empty installation's database in a folder."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'log.sqlite'}"
    schema.upgrade(url)
    return Database(url, clock=SystemClock(), keys=KEYS).start()


def leaf(number: int) -> bytes:
    """Ready leaf bytes of the usual length, each another."""
    return LEAF % number


@emits_nothing("a benchmark's plain rows")
def save_rows(tx: Tx, *, leaves: list[bytes]) -> None:
    """The least that durable evidence costs: one row each."""
    for data in leaves:
        tx.run("INSERT INTO bench_rows (leaf) VALUES (?)", data)


@emits_nothing("a benchmark's ready leaves")
def save_leaves(tx: Tx, *, leaves: list[bytes]) -> None:
    """Ready leaves into the outbox."""
    for data in leaves:
        store.add_to_outbox(tx, data)


class Base(ABC):
    """Counts and times; a batch is one commit."""

    def __init__(self, folder: Path) -> None:
        self.appended = 0
        self._open(folder)

    @classmethod
    def available(cls) -> bool:
        return True

    def measure(self, batch: int, seconds: float) -> float:
        """Append batches for so long, then bring everything to its end."""
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            self._append(batch)
            count += batch
            self.appended += batch
        self._finish()
        return count / (time.perf_counter() - start)

    @abstractmethod
    def _open(self, folder: Path) -> None: ...

    @abstractmethod
    def _append(self, batch: int) -> None: ...

    def _finish(self) -> None:  # noqa: B027 - most sides have nothing left to do
        """Nothing is left to do where a commit is all."""

    def _leaves(self, batch: int) -> list[bytes]:
        return [leaf(number) for number in range(self.appended, self.appended + batch)]


class Rows(Base):
    """Plain durable rows through the same writer."""

    def _open(self, folder: Path) -> None:
        self._database = opened(folder)
        with sqlite3.connect(folder / "log.sqlite") as connection:
            connection.execute("CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, leaf BLOB)")

    def _append(self, batch: int) -> None:
        self._database.write_sync(save_rows, leaves=self._leaves(batch))

    def kept(self) -> int:
        """Rows that are there."""
        return int(self._database.read_sync(count_rows))

    def close(self) -> None:
        self._database.close()


def count_rows(tx: Tx) -> int:
    """How many plain rows there are."""
    return int(tx.run("SELECT count(*) FROM bench_rows")[0][0])


class Leaves(Base):
    """The log from ready leaf bytes."""

    def _open(self, folder: Path) -> None:
        self._database = opened(folder)
        self._sequencer: Sequencer = sequencer(self._database, folder)
        self._born = self._sequencer.drain().size
        self._turned = time.perf_counter()

    def _append(self, batch: int) -> None:
        self._write(batch)
        if time.perf_counter() - self._turned >= TURN_SECONDS:
            self._finish()

    def _write(self, batch: int) -> None:
        self._database.write_sync(save_leaves, leaves=self._leaves(batch))

    def _finish(self) -> None:
        self._sequencer.drain()
        self._turned = time.perf_counter()

    def kept(self) -> int:
        """Published entries, the log's birth not counted."""
        return self._sequencer.published().size - self._born

    def close(self) -> None:
        self._sequencer.close()
        self._database.close()


class Deeds(Leaves):
    """The log as services use it: salts, commitments, chain and sealed opening too."""

    def _write(self, batch: int) -> None:
        self._database.write_sync(save_deeds, count=batch)


class Merkle(Base):
    """pymerkle's SQLite backend: its own settings, its own proof format, no signature."""

    @classmethod
    def available(cls) -> bool:
        return importlib.util.find_spec("pymerkle") is not None

    def _open(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        from pymerkle import SqliteTree  # noqa: PLC0415 - optional

        self.tree: Any = SqliteTree(str(folder / "tree.sqlite"))

    def _append(self, batch: int) -> None:
        if batch == 1:
            self.tree.append_entry(leaf(self.appended))
        else:
            self.tree.append_entries(self._leaves(batch))

    def kept(self) -> int:
        """Leaves that are there."""
        return int(self.tree.get_size())

    def close(self) -> None:
        self.tree.con.close()

    @classmethod
    def filled(cls, folder: Path, size: int) -> Self:
        """A tree of so many leaves."""
        made = cls(folder)
        while made.appended < size:
            batch = min(1_000, size - made.appended)
            made.tree.append_entries(made._leaves(batch))
            made.appended += batch
        return made
