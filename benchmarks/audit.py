"""What the log costs: `python -m benchmarks.audit [--quick | --full]`, SQLite.

Appends per second at batches of 1 to 1,000 beside plain durable rows and `pymerkle`, proofs per
second and the verifier's time and memory by the size of the log. Rounds of all sides are
interleaved; ratios are of one run. `deed` is the whole way of a service (salts, commitments,
chain, sealed opening); `leaf` the way from ready leaf bytes. Both end published: outbox, tree,
read-back, signature, lock file, checkpoint row. The sequencer turns as in service, every 0.15 s,
in the same thread, and once more at the end of a round, inside the time.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

import msgspec

from benchmarks.audit_sides import BATCHES, Deeds, Leaves, Merkle, Rows, Side
from benchmarks.audit_sizes import Grown, grow
from kernel import logs

SIDES: dict[str, type[Side]] = {"rows": Rows, "leaf": Leaves, "deed": Deeds, "pymerkle": Merkle}


class Options(msgspec.Struct, frozen=True):
    """How much to measure."""

    rounds: int = 5
    seconds: float = 0.8
    sizes: tuple[int, ...] = (10_000, 100_000)


QUICK = Options(rounds=1, seconds=0.15, sizes=(1_000, 3_000))
FULL = Options(rounds=7, seconds=1.5, sizes=(10_000, 100_000, 1_000_000))
Rates = dict[str, dict[int, list[float]]]


def appends(folder: Path, options: Options) -> Rates:
    """Appends per second of every side at every batch, by round."""
    sides = {name: side(folder / name) for name, side in SIDES.items() if side.available()}
    found: Rates = {name: {batch: [] for batch in BATCHES} for name in sides}
    for name, side in sides.items():
        side.measure(100, options.seconds / 4)  # warm
        assert side.kept() > 0, name
    for _ in range(options.rounds):
        for batch in BATCHES:
            for name, side in sides.items():
                found[name][batch].append(side.measure(batch, options.seconds))
    for name, side in sides.items():
        assert side.kept() == side.appended, f"{name} lost entries"
        side.close()
    return found


def append_table(found: Rates) -> list[str]:
    """Medians with the range, and the median of each round's ratio to plain rows."""
    lines = [f"{'appends/s':10}" + "".join(f"{batch:>28,}" for batch in BATCHES)]
    for name, rates in found.items():
        cells = []
        for batch in BATCHES:
            of_rows = ratio(rates[batch], found["rows"][batch])
            low, high = min(rates[batch]), max(rates[batch])
            middle = statistics.median(rates[batch])
            cells.append(f"{middle:9,.0f} ({low:,.0f}-{high:,.0f}) {of_rows:4.2f}")
        lines.append(f"{name:10}" + "".join(f"{cell:>28}" for cell in cells))
    return lines


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median over rounds of the ratio within the round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def size_table(grown: list[Grown]) -> list[str]:
    """Proofs and verification by size."""
    names = ("entries", "proofs/s", "pymerkle", "hashes", "export s", "verify s", "µs/entry", "MB")
    lines = ["".join(f"{name:>10}" for name in names)]
    for one in grown:
        beside = f"{one.pymerkle_proofs:10,.0f}" if one.pymerkle_proofs else f"{'-':>10}"
        lines.append(
            f"{one.entries:10,}{one.proofs:10,.0f}{beside}{one.path:10}{one.export:10.2f}"
            f"{one.verify:10.2f}{one.verify / one.entries * 1e6:10.1f}{one.peak_mb:10.0f}"
        )
    return lines


def main() -> None:
    """Measure and print a table for people, a JSON line for machines."""
    logs.configure("error")
    parser = argparse.ArgumentParser(description=__doc__)
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a smoke run: figures mean little")
    extent.add_argument("--full", action="store_true", help="up to 1,000,000 entries")
    given = parser.parse_args()
    options = QUICK if given.quick else FULL if given.full else Options()
    if not Merkle.available():
        print("pymerkle is not installed: its rows are left out (it is in requirements/dev.txt)")
    with tempfile.TemporaryDirectory(prefix="ujikom-audit-") as temporary:
        rates = appends(Path(temporary), options)
        print("\n".join(append_table(rates)), flush=True)
        grown = [grow(Path(temporary) / str(size), size) for size in options.sizes]
    print("\n".join(size_table(grown)))
    print(json.dumps({"appends": rates, "sizes": msgspec.to_builtins(grown)}, sort_keys=True))


if __name__ == "__main__":
    main()
