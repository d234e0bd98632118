"""How proofs and the outsider's verification grow with the log."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from audit import leaf, merkle, proof, reads
from audit.export import export
from audit.leaf import Chain, Leaf
from benchmarks.audit_sides import Merkle, opened, save_leaves
from kernel.database import Database
from tests.audit.trial import sequencer

PROOFS = 400
STRIDE = 7_919  # a prime: spreads the asked entries over the whole log
CHAIN = 120  # events of a sitting
SITTINGS = 32  # at once
BATCH = 2_000
# The verifier tells its own peak: a parent's would be counted into what `wait4` says.
VERIFY = """
import sys
from audit.verify import main
code = main()
print(open("/proc/self/status").read())
sys.exit(code)
"""


class Grown(msgspec.Struct, frozen=True):
    """Figures at one size; `path` is the number of hashes in the longest proof."""

    entries: int
    proofs: float
    pymerkle_proofs: float | None
    path: int
    export: float
    verify: float
    peak_mb: float


def grow(folder: Path, size: int) -> Grown:
    """Fill a log, ask for proofs, export it and let the outsider's verifier look at it."""
    database = opened(folder)
    hashes = fill(database, folder, size)
    asked = [hashes[n * STRIDE % len(hashes)] for n in range(PROOFS)]
    texts = [database.read_sync(reads.tlog_proof, leaf_hash=one) for one in asked[:20]]
    path = max(len(proof.parse(text or "").path) for text in texts)
    proofs = rate(lambda n: database.read_sync(reads.tlog_proof, leaf_hash=asked[n]))
    start = time.perf_counter()
    export(database, folder / "export")
    exported = time.perf_counter() - start
    key = sequencer(database, folder).key.vkey
    database.close()
    seconds, peak = verify(folder / "export", key)
    return Grown(size, proofs, pymerkle_proofs(folder, size), path, exported, seconds, peak)


def fill(database: Database, folder: Path, size: int) -> list[bytes]:
    """Publish `size` entries, the log's birth among them; their leaf hashes."""
    one, hashes, batch = sequencer(database, folder), [], []
    one.drain()
    for data in sittings(size - 1):
        batch.append(data)
        hashes.append(merkle.leaf_hash(data))
        if len(batch) == BATCH or len(hashes) == size - 1:
            database.write_sync(save_leaves, leaves=batch)
            batch = []
    assert one.drain().size == size
    one.close()
    return hashes


def sittings(count: int) -> Iterator[bytes]:
    """Leaves of sittings that go on side by side, each an unbroken chain."""
    last: dict[int, bytes] = {}
    for number in range(count):
        round_, seat = divmod(number, SITTINGS)
        generation, k = divmod(round_, CHAIN)
        handle = (generation * SITTINGS + seat).to_bytes(16, "big")
        at = f"2026-11-22T05:{number // 60 % 60:02d}:{number % 60:02d}.{number % 10**6:06d}Z"
        salted = {name: merkle.leaf_hash(b"%d" % number) for name in ("answer", "item")}
        data = leaf.encode(
            Leaf(
                type="answer.saved",
                at=at,
                commitments=salted,
                chain=Chain(handle=handle, k=k + 1, previous=last[seat] if k else b""),
            )
        )
        last[seat] = merkle.leaf_hash(data)
        yield data


def rate(ask: Callable[[int], object]) -> float:
    """Proofs per second."""
    start = time.perf_counter()
    for n in range(PROOFS):
        ask(n)
    return PROOFS / (time.perf_counter() - start)


def pymerkle_proofs(folder: Path, size: int) -> float | None:
    """The same of pymerkle, or None when it is not installed."""
    if not Merkle.available():
        return None
    side = Merkle.filled(folder / "pymerkle", size)
    found = rate(lambda n: side.tree.prove_inclusion(n * STRIDE % size + 1))
    side.close()
    return found


def verify(folder: Path, key: str) -> tuple[float, float]:
    """Seconds and peak resident megabytes of the outsider's verifier in a process of its own."""
    command = [sys.executable, "-c", VERIFY, str(folder), "--key", key]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    assert done.returncode == 0, f"the log does not hold: {done.stdout}"
    (peak,) = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("VmHWM")]
    return seconds, int(peak) / 1024
