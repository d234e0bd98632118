"""Verifiers of C2SP logs that others wrote, and the log served as strangers meet it."""

import contextlib
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tlog_scales.backend import make_backend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash

import app
from kernel.blobs import Blobs
from kernel.database import Database
from kernel.settings import Settings
from samples.serving import served
from tests.audit.folders import KEY
from tests.audit.trial import ORIGIN
from web.installation import Installation

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "strangers" / "sumdb" / "main.go"
FEW = 64


class StrangerDisagrees(AssertionError):
    """The independent verifier ended with an error; it is the message."""


def sumdb() -> Path:
    """The program over Go's checksum-database libraries, built once for its source."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    built = ROOT / "build" / "strangers" / f"sumdb-{digest}"
    if not built.exists():
        built.parent.mkdir(parents=True, exist_ok=True)
        beside = built.with_name(f"{built.name}.{os.getpid()}")
        go = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
        go |= {"GOCACHE": str(ROOT / "build" / "go")}
        command = ["go", "build", "-o", str(beside), str(SOURCE)]
        subprocess.run(command, env=os.environ | go, check=True, capture_output=True)
        beside.replace(built)
    return built


def check_with_go(place: str | Path, *older: Path, key: str = KEY.vkey) -> dict[str, Any]:
    """Everything that Go's libraries can check, older checkpoints included; what they saw."""
    command = [str(sumdb()), key, str(place), *map(str, older)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise StrangerDisagrees(ended.stderr)
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen


def check_with_tlog_scales(place: str | Path) -> int:
    """Signature, root, entries, and proofs as tlog-scales makes and checks them; the size."""
    reader = TilesReader(make_backend(str(place)))
    head = reader.get_checkpoint()
    head.verify(Vkey.from_string(KEY.vkey))
    assert head.origin == ORIGIN
    assert reader.calculate_root_hash() == head.root_hash
    step = 1 if head.size <= FEW else head.size // 29
    for index in {*range(0, head.size, step), max(0, head.size - 1)} if head.size else ():
        hashed = leaf_hash(reader.get_entry(index))
        reader.get_inclusion_proof(index, head.size).check(hashed, head.root_hash)
        proof = reader.get_consistency_proof(index + 1, head.size)
        proof.check(reader.mth(0, index + 1), head.root_hash)
    return int(head.size)


@contextlib.contextmanager
def served_log(database: Database, folder: Path) -> Iterator[str]:
    """The real application over a real socket; gives the log's URL prefix."""
    here = Installation(
        settings=Settings(data=folder, sequencer=False),
        database=database,
        blobs=Blobs(folder / "blobs"),
        sequencer=None,
        public_url="https://contoh.invalid",
        log_origin=ORIGIN,
        log_vkey=KEY.vkey,
        demo=True,
    )
    with served(app.create_app(here.settings, here=here)) as address:
        yield f"{address}/log/1"
