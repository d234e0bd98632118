"""CPU of a durable answer save over HTTP, in units of a bare Litestar no-op POST of the same run.

`python -m benchmarks.saves [--postgres] [--quick]`. Counted: the server's process tree and
PostgreSQL's, from the first request of a round until its events are in the log. Not counted: the
clients. The rounds of all servers are interleaved; the figures are medians of rounds. Then the
latency when all candidates of a session start at once.
"""

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.load import Crowd, Plan, crowd
from benchmarks.processes import child_named
from benchmarks.report import Measured, json_line, table
from benchmarks.servers import Server
from benchmarks.setting import ITEMS, prepare, saves_kept
from kernel import logs
from migrations import schema
from tests.postgres import PostgresServer

WARM_UP = 8
CONNECTIONS = 64


class Side:
    """One server under measurement with its crowd, and what was found."""

    def __init__(self, server: Server, people: Crowd, data: Path | None = None) -> None:
        self._server = server
        self._crowd = people
        self._data = data
        self._receipts: list[str] = []
        self.found = Measured()

    def warm_up(self) -> None:
        """Connect, start the sittings, fill the caches."""
        self._crowd.order("open")
        self._receipts += self._crowd.order("begin").receipts
        self._receipts += self._crowd.order("save", WARM_UP).receipts

    def round(self, each: int) -> None:
        """Let everyone save so often, and count the CPU until the log is level."""
        self._server.settle()
        before = self._server.cpu()
        receipts = self._crowd.order("save", each).receipts
        self._server.settle()
        self.found.rounds.append((self._server.cpu() - before) / len(receipts))
        self._receipts += receipts

    def finish(self) -> None:
        """Stop the server and compare what was acknowledged with what is kept."""
        counts = self._server.stop()
        self.found.jobs, self.found.commits = counts["jobs"], counts["commits"]
        if self._data is not None:
            self.found.acknowledged = len(set(self._receipts))
            assert self.found.acknowledged == len(self._receipts), "a receipt came twice"
            self.found.kept = saves_kept(self._data, self._server.url)
            assert self.found.kept == self.found.acknowledged, "an acknowledged save is missing"


def measure(folder: Path, *, rounds: int, each: int, postgres: bool) -> dict[str, Measured]:
    """No-op and saves on each engine, their rounds interleaved."""
    with ExitStack() as stack:
        idle = Server(["noop"])
        people = stack.enter_context(crowd(Plan(port=idle.port, connections=CONNECTIONS)))
        sides = {"noop": Side(idle, people)}
        urls: dict[str, tuple[str, tuple[int, ...]]] = {"sqlite": (_sqlite(folder), ())}
        if postgres:
            databases = stack.enter_context(PostgresServer()).databases
            urls["postgresql"] = (databases.create(), (child_named("postgres"),))
        for name, (url, roots) in urls.items():
            data = folder / name
            server, plan = _installed(data, url, CONNECTIONS, roots)
            sides[name] = Side(server, stack.enter_context(crowd(plan)), data)
        for side in sides.values():
            side.warm_up()
        for _ in range(rounds):
            for side in sides.values():
                side.round(each)
        for side in sides.values():
            side.finish()
    return {name: side.found for name, side in sides.items()}


def storm(folder: Path, candidates: int) -> dict[str, list[float]]:
    """Latencies, by step, when all candidates start, read and save at the same moment."""
    server, plan = _installed(folder / "storm", _sqlite(folder / "storm"), candidates, ())
    with crowd(plan) as people:
        people.order("open")
        steps = people.order("begin").steps
    server.stop()
    return steps


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'ujikom.sqlite'}"


def _installed(
    data: Path, url: str, candidates: int, roots: tuple[int, ...]
) -> tuple[Server, Plan]:
    schema.upgrade(url)
    tokens = prepare(data, url, candidates)
    server = Server(["app", str(data), url], url, roots)
    return server, Plan(port=server.port, tokens=tokens, items=ITEMS)


class Options(msgspec.Struct, frozen=True):
    """How much to measure."""

    rounds: int = 7
    each: int = 60
    candidates: int = 500


def main() -> None:
    """Measure and print."""
    logs.configure("error")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="also on a throw-away PostgreSQL")
    parser.add_argument("--quick", action="store_true", help="a smoke run: its figures mean little")
    parser.add_argument("--no-storm", action="store_true", help="leave out the synchronized start")
    given = parser.parse_args()
    options = Options(rounds=2, each=8, candidates=40) if given.quick else Options()
    with tempfile.TemporaryDirectory(prefix="ujikom-saves-") as temporary:
        folder = Path(temporary)
        found = measure(folder, rounds=options.rounds, each=options.each, postgres=given.postgres)
        waits = {} if given.no_storm else storm(folder, options.candidates)
    print("\n".join(table(found, waits)))
    print(json_line(found, waits))


if __name__ == "__main__":
    main()
