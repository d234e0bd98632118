"""CPU of a sitting's other steps over HTTP in no-ops of the run: `python -m benchmarks.steps`.

Start with the first item's page, an item's page, and finish with grading, for papers of 60 items
that are all answered. `[--postgres] [--quick]`. Counted as in `benchmarks.saves`: the server's
process tree and PostgreSQL's, from the first request until the events are in the log. Each round
has candidates of its own; a no-op round of as many requests lies between.
"""

import argparse
import json
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.load import Crowd, Plan, crowd
from benchmarks.processes import child_named
from benchmarks.servers import Server
from benchmarks.setting import LONG_PAPER, prepare
from kernel import logs
from migrations import schema
from tests.postgres import PostgresServer

STEPS = {"start": 1, "turn": 20, "finish": 1}  # requests of each candidate
NAMES = {"start": "start and first item", "turn": "item page", "finish": "finish and grading"}
NOOPS = 60


class Options(msgspec.Struct, frozen=True):
    """How much to measure."""

    rounds: int = 5
    candidates: int = 40


class Found(msgspec.Struct):
    """CPU seconds of one candidate's step by round; of a no-op by round."""

    steps: dict[str, list[float]]
    noops: list[float] = []


def cost(server: Server, people: Crowd, what: str, each: int) -> float:
    """CPU seconds that an order to everybody costs."""
    server.settle()
    before = server.cpu()
    people.order(what, each)
    server.settle()
    return server.cpu() - before


def sit(server: Server, plan: Plan, found: Found) -> None:
    """One round: its candidates start, read, answer everything and finish."""
    with crowd(plan) as people:
        people.order("open")
        for what, each in STEPS.items():
            if what == "finish":
                people.order("save", plan.items)
            spent = cost(server, people, what, each)
            found.steps[what].append(spent / len(plan.tokens) / each)
        people.order("close")


def measure(url: str, data: Path, options: Options, roots: tuple[int, ...]) -> Found:
    """All rounds of one engine; the first one warms up and is not counted."""
    schema.upgrade(url)
    tokens = prepare(data, url, options.candidates * (options.rounds + 1), items=LONG_PAPER)
    found = Found({what: [] for what in STEPS})
    with ExitStack() as stack:
        idle = Server(["noop"])
        stack.callback(idle.stop)
        server = Server(["app", str(data), url], url, roots)
        stack.callback(server.stop)
        idlers = stack.enter_context(crowd(Plan(port=idle.port, connections=options.candidates)))
        idlers.order("open")
        for first in range(0, len(tokens), options.candidates):
            own = tokens[first : first + options.candidates]
            sit(server, Plan(port=server.port, tokens=own, items=LONG_PAPER), found)
            spent = cost(idle, idlers, "save", NOOPS)
            found.noops.append(spent / NOOPS / options.candidates)
    for rounds in (*found.steps.values(), found.noops):
        del rounds[0]
    return found


def table(engine: str, found: Found) -> list[str]:
    """Medians with their range, and the median of the rounds' ratios."""
    lines = [f"{engine:26}{'CPU ms':>8}{'lowest':>8}{'highest':>9}{'no-ops':>8}"]
    sides = {"no-op": found.noops} | {NAMES[what]: each for what, each in found.steps.items()}
    for name, rounds in sides.items():
        lines.append(
            f"{name:26}{1e3 * statistics.median(rounds):8.3f}{1e3 * min(rounds):8.3f}"
            f"{1e3 * max(rounds):9.3f}{ratio(rounds, found.noops):8.2f}"
        )
    return lines


def ratio(rounds: list[float], noops: list[float]) -> float:
    """The median of the rounds' own ratios."""
    return statistics.median(a / b for a, b in zip(rounds, noops, strict=True))


def main() -> None:
    """Measure and print."""
    logs.configure("error")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="also on a throw-away PostgreSQL")
    parser.add_argument("--quick", action="store_true", help="a smoke run: its figures mean little")
    given = parser.parse_args()
    options = Options(rounds=1, candidates=8) if given.quick else Options()
    found = {}
    with tempfile.TemporaryDirectory(prefix="ujikom-steps-") as temporary, ExitStack() as stack:
        data = Path(temporary)
        url = f"sqlite:///{data / 'ujikom.sqlite'}"
        found["sqlite"] = measure(url, data / "sqlite", options, ())
        if given.postgres:
            url = stack.enter_context(PostgresServer()).databases.create()
            roots = (child_named("postgres"),)
            found["postgresql"] = measure(url, data / "postgresql", options, roots)
    for engine, each in found.items():
        print("\n".join(table(engine, each)))
    print(json.dumps(msgspec.to_builtins(found), sort_keys=True))


if __name__ == "__main__":
    main()
