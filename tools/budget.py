"""pytest plugin of `make test` and `make test-long`: what a run took, counted and at which size.

With `TEST_CHECKS` it also runs `make check-quick` beside the tests, which often wait, and fails the
run when a check fails.

A test that runs at full size only in `make test-long` says its size with the built-in fixture
`record_property("N candidates", 40_000)`; such numbers end up in the evidence line.
"""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

LIMIT_SECONDS = 600
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


class Checks:
    """Format, lint, types and import contracts in a process of their own."""

    def __init__(self) -> None:
        command = [shutil.which("make") or "make", "--no-print-directory", "check-quick"]
        self._process = subprocess.Popen(  # noqa: S603  # fixed words
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []

    def failed(self) -> bool:
        """Wait for the end; afterwards `lines` are what the checks said."""
        if not self.lines:
            self.lines = self._process.communicate()[0].splitlines()
        return self._process.returncode != 0


CHECKS = pytest.StashKey[Checks]()


def verdict(seconds: int) -> list[str]:
    """Return the lines of `make test` to show above pytest's last line."""
    lines = [f"make test: {seconds} s after set-up (limit {LIMIT_SECONDS} s)"]
    if seconds > LIMIT_SECONDS:
        lines.append("make test: OVER THE TIME LIMIT; move size into make test-long")
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


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the checks, in the process that hands out the tests."""
    if os.environ.get("TEST_CHECKS") and not hasattr(session.config, "workerinput"):
        session.config.stash[CHECKS] = Checks()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A failed check fails the run as a failed test does."""
    checks = session.config.stash.get(CHECKS, None)
    if checks and checks.failed() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what the Makefile or tools/test_long.py asked for; a plain pytest run says nothing."""
    if report := os.environ.get("TEST_REPORT"):
        Path(report).write_text(json.dumps(totals(terminalreporter)), encoding="utf-8")
    if checks := terminalreporter.config.stash.get(CHECKS, None):
        outcome = "FAILED" if checks.failed() else "passed"
        for line in [*checks.lines, f"make check: {outcome}"]:
            terminalreporter.write_line(line)
    if started := os.environ.get("TEST_STARTED"):
        for line in verdict(int(time.time()) - int(started)):
            terminalreporter.write_line(line)
