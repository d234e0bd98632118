"""`make test-long`: the tests at full size, section by section, resumable.

Each folder of tests is a section, and so is each test file beside them. A section that passed is
remembered in build/test-long.json with the state of the tree; a later run at the same state skips
it. Afterwards the lines to append to docs/evidence.md are printed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEMORY = ROOT / "build" / "test-long.json"
REPORT = ROOT / "build" / "test-long-report.json"


def sections() -> dict[str, Path]:
    """Return every section's name and the path that pytest runs for it."""
    tests = ROOT / "tests"
    folders = [path for path in tests.iterdir() if path.is_dir() and any(path.rglob("test_*.py"))]
    named = {path.name: path for path in folders}
    named |= {path.stem.removeprefix("test_"): path for path in tests.glob("test_*.py")}
    return dict(sorted(named.items()))


def state_of_tree() -> str:
    """Return the commit, with a digest of what differs from it when something does."""
    commit = _git("rev-parse", "--short=12", "HEAD").strip() or "no commit"
    untracked = _git("ls-files", "--others", "--exclude-standard").split("\n")[:-1]
    changes = _git("diff", "HEAD", "--", ".", ":!docs/evidence.md").encode()
    changes += b"".join((ROOT / name).read_bytes() for name in untracked)
    if not changes:
        return commit
    return f"{commit} with changes {hashlib.sha256(changes).hexdigest()[:12]}"


def evidence_line(name: str, run: dict[str, Any]) -> str:
    """Return the Markdown table row of one section that passed."""
    sizes = (
        ", ".join(f"{key} = {value}" for key, value in run["sizes"].items()) or "as in make test"
    )
    counts = ", ".join(f"{number} {outcome}" for outcome, number in run["counts"].items())
    return (
        f"| {name} | {run['at']} | {run['state']} | `make test-long SECTIONS={name}` "
        f"| {sizes} | {counts} in {run['seconds']} s |"
    )


def main() -> int:
    """Run what has not passed at this state of the tree; return 1 when a section fails."""
    known = sections()
    parser = argparse.ArgumentParser(prog="make test-long", description=__doc__)
    parser.add_argument("--workers", default="2", help="xdist workers")
    parser.add_argument("sections", nargs="*", help=f"some of: {' '.join(known)} (default: all)")
    given = parser.parse_args()
    chosen = given.sections or list(known)
    if unknown := set(chosen) - set(known):
        parser.error(f"no such section: {' '.join(sorted(unknown))}")
    return _run_all({name: known[name] for name in chosen}, given.workers)


def _run_all(chosen: dict[str, Path], workers: str) -> int:
    MEMORY.parent.mkdir(exist_ok=True)
    memory = json.loads(MEMORY.read_text(encoding="utf-8")) if MEMORY.exists() else {}
    state = state_of_tree()
    failed = []
    for number, (name, path) in enumerate(chosen.items(), 1):
        if memory.get(name, {}).get("state") == state:
            _say(f"[{number}/{len(chosen)}] {name}: passed before at {state}")
            continue
        _say(f"[{number}/{len(chosen)}] {name}: runs at full size")
        run = _run(path, workers)
        if run is None:
            failed.append(name)
            continue
        memory[name] = run | {"state": state}
        MEMORY.write_text(json.dumps(memory, indent=1), encoding="utf-8")
    _say("\nfor docs/evidence.md:")
    for name in chosen:
        if memory.get(name, {}).get("state") == state:
            _say(evidence_line(name, memory[name]))
    if failed:
        _say(f"\nfailed: {' '.join(failed)}")
    return 1 if failed else 0


def _run(path: Path, workers: str) -> dict[str, Any] | None:
    """Run one section; None when it failed."""
    REPORT.unlink(missing_ok=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-p", "tools.budget", "-q", "--timeout", "3600"]
    command += ["-n", workers, "--dist", "loadscope", str(path)]
    environment = os.environ | {"TEST_SCALE": "long", "TEST_REPORT": str(REPORT)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, check=False)  # noqa: S603  # fixed words
    if ended.returncode:
        return None
    report: dict[str, Any] = json.loads(REPORT.read_text(encoding="utf-8"))
    report["seconds"] = round(time.monotonic() - started)
    report["at"] = datetime.now(UTC).date().isoformat()  # noqa: TID251  # a tool, not the system
    return report


def _git(*words: str) -> str:
    # A continuous integration may run as another account than the clone's owner.
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603  # fixed words


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
