"""The catalogue's golden vectors: each event type has its bytes, and Node finds the same."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.vectors import make_events

ROOT = Path(__file__).resolve().parents[2]


def node(file: Path) -> "subprocess.CompletedProcess[str]":
    command = ["node", str(ROOT / "tests" / "strangers" / "events.mjs"), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_event_type_has_its_golden_vector() -> None:
    stored = {v["type"]: v for v in json.loads(make_events.FILE.read_text("utf-8"))["vectors"]}
    now = {v["type"]: v for v in json.loads(make_events.made())["vectors"]}

    assert sorted(now.keys() - stored.keys()) == [], "run python -m tests.vectors.make_events"
    assert [name for name in now if now[name] != stored[name]] == []
    assert sorted(stored.keys() - now.keys()) == []


def test_node_recomputes_every_leaf_hash_and_commitment() -> None:
    ended = node(make_events.FILE)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{len(make_events.event_types())} leaves, {count()} commitments\n"


def count() -> int:
    vectors = json.loads(make_events.FILE.read_text("utf-8"))["vectors"]
    return sum(len(vector["opening"]) for vector in vectors)


def flip_salt(vector: dict[str, Any]) -> None:
    first = next(iter(vector["opening"].values()))
    first["salt"] = base64.b64encode(bytes(32)).decode()


def change_value(vector: dict[str, Any]) -> None:
    next(iter(vector["opening"].values()))["value"] = "lain"


def swap_fields(vector: dict[str, Any]) -> None:
    one, two, *_ = vector["opening"]
    opened = vector["opening"]
    opened[one], opened[two] = opened[two], opened[one]


def drop_field(vector: dict[str, Any]) -> None:
    vector["opening"].popitem()


def change_leaf(vector: dict[str, Any]) -> None:
    leaf = base64.b64decode(vector["leaf"]).replace(b"2026", b"2027")
    vector["leaf"] = base64.b64encode(leaf).decode()


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        (flip_salt, "value of"),
        (change_value, "value of"),
        (swap_fields, "value of"),
        (drop_field, "fields"),
        (change_leaf, "leaf hash"),
    ],
)
def test_changed_vector_is_found_by_node(
    tmp_path: Path, tampering: Callable[[dict[str, Any]], None], complaint: str
) -> None:
    file = json.loads(make_events.FILE.read_text("utf-8"))
    [vector] = [vector for vector in file["vectors"] if vector["type"] == "decision.made"]
    tampering(vector)
    (tmp_path / "changed.json").write_text(json.dumps(file), encoding="utf-8")

    ended = node(tmp_path / "changed.json")

    assert ended.returncode == 1
    assert complaint in ended.stderr
