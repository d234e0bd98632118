"""pytest plugin of `make test` and `make test-long`: what a run took, counted and at which size.

A test that runs at full size only in `make test-long` says its size with the built-in fixture
`record_property("N candidates", 40_000)`; such numbers end up in the evidence line.
"""

import json
import os
import time
from pathlib import Path

import pytest

LIMIT_SECONDS = 600
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def verdict(seconds: int, *, check_failed: bool) -> list[str]:
    """Return the lines of `make test` to show above pytest's last line."""
    lines = [f"make test: {seconds} s after set-up (limit {LIMIT_SECONDS} s)"]
    if seconds > LIMIT_SECONDS:
        lines.append("make test: OVER THE TIME LIMIT; move size into make test-long")
    if check_failed:
        lines.append("make check: FAILED (see above)")
    return lines


def totals(terminal: pytest.TerminalReporter) -> dict[str, dict[str, int | str]]:
    """Return how many tests had which outcome, and the sizes that tests recorded."""
    reports = {outcome: terminal.stats.get(outcome, []) for outcome in OUTCOMES}
    sizes = {
        f"{report.nodeid.rpartition('::')[2]} {name}": str(value)
        for report in reports["passed"]
        for name, value in report.user_properties
        if name.startswith("N ")
    }
    counts = {outcome: len(found) for outcome, found in reports.items() if found}
    return {"counts": dict(counts), "sizes": dict(sorted(sizes.items()))}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what the Makefile or tools/test_long.py asked for; a plain pytest run says nothing."""
    if report := os.environ.get("TEST_REPORT"):
        Path(report).write_text(json.dumps(totals(terminalreporter)), encoding="utf-8")
    if started := os.environ.get("TEST_STARTED"):
        check_failed = os.environ.get("TEST_CHECK_FAILED") == "1"
        for line in verdict(int(time.time()) - int(started), check_failed=check_failed):
            terminalreporter.write_line(line)
