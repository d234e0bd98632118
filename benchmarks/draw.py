"""Draws: papers per second by pool size and constraints, and how equal papers are.

`python -m benchmarks.draw` prints rates as ratios to the unconstrained draw of the same pool, in
one run. `python -m benchmarks.draw --equal BANK.json [CHART.svg]` gives the SKD bank simulated
difficulties from a fixed seed and measures the spread of expected scores with and without a window.
"""

import argparse
import json
import statistics
import time
from hashlib import sha256
from pathlib import Path

import numpy as np

from documents.charts import Line, Text, lines
from exam_engine.assembly.constraints import Constraints, PoolItem, Window
from exam_engine.assembly.draw import Cell, Plan, draw_planned, plan

SIZES = (400, 1_000, 4_000)
CELLS, PAPER = 10, 60
ROUNDS, DRAWS = 5, 10
COUNTS = {"TWK": 30, "TIU": 35, "TKP": 45}
MOST = 5
TOLERANCE = 10
EQUAL_PAPERS = 2_000


def seed(number: int) -> bytes:
    return sha256(b"benchmark %d" % number).digest()


def pool(size: int) -> list[PoolItem]:
    """Items in ten cells, with groups of four and difficulties of 20 to 95 per cent."""
    made = []
    for n in range(size):
        version = sha256(b"item %d" % n).digest()
        enemy = sha256(b"item %d" % (n ^ 10)).digest()
        made.append(
            PoolItem(
                version,
                f"C{n % CELLS}",
                tuple("ABCDE"),
                group=f"g{n // (4 * CELLS)}-{n % CELLS}",
                enemies=frozenset({enemy} if n % 100 < CELLS else ()),
                difficulty=200 + (n * 7919) % 750,
                key=n % 5,
            )
        )
    return made


STEPS = {
    "none": Constraints(),
    "+ enemies": Constraints(enemies=True),
    "+ one per group": Constraints(enemies=True, one_per_group=True),
    "+ window": Constraints(
        enemies=True, one_per_group=True,
        windows=(Window(section="", target=575, tolerance=20),),
    ),
    "+ keys": Constraints(
        enemies=True, one_per_group=True, key_limit=30,
        windows=(Window(section="", target=575, tolerance=20),),
    ),
}  # fmt: skip


def rate(ready: Plan, start: int) -> float:
    """Papers per second of CPU."""
    began = time.process_time()
    for n in range(start, start + DRAWS):
        draw_planned(seed(n), ready)
    return DRAWS / (time.process_time() - began)


def rates() -> None:
    cells = [Cell(f"S{n % 2}", f"C{n}", PAPER // CELLS) for n in range(CELLS)]
    for size in SIZES:
        items = pool(size)
        ready = {
            name: plan(cells=cells, pool=items, constrained=rules) for name, rules in STEPS.items()
        }
        seen: dict[str, list[float]] = {name: [] for name in ready}
        for turn in range(ROUNDS):
            for name, one in ready.items():
                seen[name].append(rate(one, turn * DRAWS))
        base = statistics.median(seen["none"])
        for name, found in seen.items():
            middle = statistics.median(found)
            print(f"pool {size:5}  {name:16} {middle:8.0f} papers/s  {base / middle:5.2f} x")


def skd(bank: Path) -> list[PoolItem]:
    """The bank with difficulties from Beta(4, 3), fixed by a seed."""
    items = json.loads(bank.read_bytes())["items"]
    simulated = np.random.default_rng(2026).beta(4, 3, len(items))
    return [
        PoolItem(sha256(item["id"].encode()).digest(), item["subject"],
                 tuple(o["key"] for o in item["options"]), difficulty=round(float(p) * 1000))
        for item, p in zip(items, simulated, strict=True)
    ]  # fmt: skip


def equal(bank: Path, chart: Path | None) -> None:
    items = skd(bank)
    cells = [Cell(name, name, count) for name, count in COUNTS.items()]
    known = {item.version: item.difficulty or 0 for item in items}
    windows = tuple(
        Window(section=name, tolerance=TOLERANCE, target=round(statistics.mean(
            known[i.version] for i in items if i.cell == name)))
        for name in COUNTS
    )  # fmt: skip
    drawn = []
    for name, rules in (("tanpa jendela", Constraints()),
                        ("dengan jendela", Constraints(windows=windows))):  # fmt: skip
        ready = plan(cells=cells, pool=items, constrained=rules)
        expected = sorted(
            MOST * sum(known[p.version] for p in draw_planned(seed(n), ready)) / 1000
            for n in range(EQUAL_PAPERS)
        )  # fmt: skip
        low, high = expected[0], expected[-1]
        print(f"{name}: {EQUAL_PAPERS} papers, expected score {low:.1f} to {high:.1f}"
              f" (range {high - low:.1f}), sd {statistics.stdev(expected):.2f}")  # fmt: skip
        drawn.append((name, expected))
    if chart:
        ends = (drawn[0][1][0], drawn[0][1][-1])
        step = EQUAL_PAPERS // 20
        curves = [
            Line(name, tuple((v[n], (n + 1) / EQUAL_PAPERS)
                             for n in [*range(0, EQUAL_PAPERS, step), EQUAL_PAPERS - 1]),
                 strong=name.startswith("dengan"))
            for name, v in drawn
        ]  # fmt: skip
        text = Text(title="Nilai harapan naskah", description="Bagian naskah sampai nilai harapan",
                    x="nilai harapan", y="bagian naskah")  # fmt: skip
        chart.write_text(lines("equal-forms", text, curves, x_range=ends), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--equal", type=Path, metavar="BANK")
    parser.add_argument("chart", type=Path, nargs="?")
    given = parser.parse_args()
    if given.equal:
        equal(given.equal, given.chart)
    else:
        rates()


if __name__ == "__main__":
    main()
