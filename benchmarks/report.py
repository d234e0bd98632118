"""The measured figures as a table for people and one JSON line for machines."""

import json
import statistics

import msgspec

MILLI = 1000.0


class Measured(msgspec.Struct):
    """CPU seconds of a request by round; what the writer did; what was acknowledged and kept."""

    rounds: list[float] = []
    jobs: int = 0
    commits: int = 0
    acknowledged: int = 0
    kept: int = 0


def table(found: dict[str, Measured], storm: dict[str, list[float]]) -> list[str]:
    """Lines of the table."""
    unit = statistics.median(found["noop"].rounds)
    lines = [f"{'':12}{'CPU ms':>8}{'lowest':>8}{'highest':>9}{'no-ops':>8}{'jobs/commit':>13}"]
    for name, measured in found.items():
        rounds = [seconds * MILLI for seconds in measured.rounds]
        middle = statistics.median(rounds)
        batch = f"{measured.jobs / measured.commits:13.1f}" if measured.commits else ""
        lines.append(
            f"{name:12}{middle:8.3f}{min(rounds):8.3f}{max(rounds):9.3f}"
            f"{middle / MILLI / unit:8.2f}{batch}"
        )
    lines += [
        f"{name}: {measured.acknowledged} saves acknowledged, all kept, every receipt its own"
        for name, measured in found.items()
        if measured.acknowledged
    ]
    for step, seconds in storm.items():
        lines.append(
            f"{len(seconds)} at once, {step}: p50 {_percentile(seconds, 50):.2f} s,"
            f" p99 {_percentile(seconds, 99):.2f} s, last {max(seconds):.2f} s"
        )
    return lines


def json_line(found: dict[str, Measured], storm: dict[str, list[float]]) -> str:
    """The same figures for machines: milliseconds of CPU, ratios by round, seconds of the storm."""
    units = found["noop"].rounds
    return json.dumps(
        {
            "cpu_ms": {
                name: [round(seconds * MILLI, 4) for seconds in measured.rounds]
                for name, measured in found.items()
            },
            "no_ops": {
                name: round(statistics.median(measured.rounds) / statistics.median(units), 3)
                for name, measured in found.items()
            },
            "jobs_per_commit": {
                name: round(measured.jobs / measured.commits, 1)
                for name, measured in found.items()
                if measured.commits
            },
            "storm_p99_s": {
                step: round(_percentile(seconds, 99), 3) for step, seconds in storm.items()
            },
        },
        sort_keys=True,
    )


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
