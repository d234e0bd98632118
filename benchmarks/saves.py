"""CPU of a durable answer save over HTTP, in units of a bare Litestar no-op POST of the same run.

`python -m benchmarks.saves [--postgres] [--quick]`. Counted: the server's process tree and
PostgreSQL's, from the first request of a round until its events are in the log. Not counted: the
clients. The rounds of all servers are interleaved; the figures are medians of rounds.
"""

import argparse
import json
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.load import Plan, crowd
from benchmarks.processes import child_named
from benchmarks.servers import Server
from benchmarks.setting import ITEMS, prepare, saves_kept
from migrations import schema
from tests.postgres import PostgresServer

WARM_UP = 8


class Options(msgspec.Struct, frozen=True):
    """How much to measure."""

    rounds: int
    each: int
    connections: int
    storm: int
    postgres: bool


class Measured(msgspec.Struct):
    """CPU seconds of a request by round; what the writer did; what was acknowledged and kept."""

    rounds: list[float] = []
    jobs: int = 0
    commits: int = 0
    acknowledged: int = 0
    kept: int = 0


def measure(options: Options) -> dict[str, Measured]:
    """No-op and saves on each engine, their rounds interleaved."""
    found: dict[str, Measured] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ujikom-saves-")))
        servers = [Server(["noop"])]
        installed = {"sqlite": f"sqlite:///{folder / 'ujikom.sqlite'}"}
        roots: dict[str, tuple[int, ...]] = {}
        if options.postgres:
            databases = stack.enter_context(PostgresServer()).databases
            installed["postgresql"] = databases.create()
            roots["postgresql"] = (child_named("postgres"),)
        plans = {"noop": Plan(port=servers[0].port, connections=options.connections)}
        for name, url in installed.items():
            schema.upgrade(url)
            tokens = prepare(folder / name, url, options.connections)
            server = Server(["app", str(folder / name), url], url, roots.get(name, ()))
            servers.append(server)
            plans[name] = Plan(port=server.port, tokens=tokens, items=ITEMS)
        crowds = {name: stack.enter_context(crowd(plan)) for name, plan in plans.items()}
        found = {name: Measured() for name in plans}
        receipts: dict[str, list[str]] = {name: [] for name in plans}
        for name, people in crowds.items():
            people.order("open")
            receipts[name] += people.order("begin").receipts
            receipts[name] += people.order("save", WARM_UP).receipts
        for _ in range(options.rounds):
            for server, (name, people) in zip(servers, crowds.items(), strict=True):
                server.settle()
                before = server.cpu()
                told = people.order("save", options.each).receipts
                server.settle()
                found[name].rounds.append((server.cpu() - before) / len(told))
                receipts[name] += told
        for server, (name, result) in zip(servers, found.items(), strict=True):
            counts = server.stop()
            result.jobs, result.commits = counts["jobs"], counts["commits"]
            if name in installed:
                result.acknowledged = len(set(receipts[name]))
                assert result.acknowledged == len(receipts[name]), "a receipt came twice"
                result.kept = saves_kept(folder / name, installed[name])
                assert result.kept == result.acknowledged, "an acknowledged save is missing"
    return found
