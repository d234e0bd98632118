"""The draw file: re-derives the paper without an installation; every changed input is named."""

import json
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_engine import auditing, draw_file
from exam_engine.errors import EvidenceMalformed
from kernel.keys import Keyring
from tests.commands import UJIKOM
from tests.stage import Stage, Template, open_stage


@pytest.fixture(scope="module")
def stage(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("draw-file")
    for stage in open_stage("sqlite", request, folder, keys, stage_templates):
        yield stage.open()


@pytest.fixture(scope="module")
def data(stage: Stage) -> bytes:
    """The draw file of a candidate who sat."""
    sitting = stage.seat(1).enter()
    done = stage.database.read_sync(auditing.replay_sitting, sitting_id=sitting.id)
    return draw_file.build(done.evidence)


def test_draw_file_re_derives_its_paper(data: bytes) -> None:
    assert draw_file.faults(data) == []


def test_draw_file_holds_no_seed_of_another_seat(stage: Stage, data: bytes) -> None:
    for number in (0, 2):
        sitting = stage.seat(number).enter()
        done = stage.database.read_sync(auditing.replay_sitting, sitting_id=sitting.id)
        assert done.evidence.seat_seed.hex().encode() not in data


def test_node_derives_the_same_paper_from_the_file(data: bytes, tmp_path: Path) -> None:
    given = json.loads(data)
    manifest = json.loads(b64decode(given["manifest"]))
    inputs = {**given, "beacon": "", "pool": manifest["rows"],
              "blueprint": b64decode(given["blueprint"]).decode()}  # fmt: skip
    (tmp_path / "one.json").write_text(json.dumps([{"inputs": inputs}]))
    node = shutil.which("node")
    assert node is not None
    script = Path(__file__).parent.parent / "strangers" / "draw.mjs"
    ran = subprocess.run(
        [node, str(script), "--seat", str(tmp_path / "one.json")],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert json.loads(ran.stdout) == [json.loads(b64decode(given["paper"]))]


def flipped(value: Any, at: int = 0) -> Any:
    """One bit of a value changed."""
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, list):
        return [flipped(value[0]), *value[1:]] if value else ["00" * 32]
    return value[:at] + f"{int(value[at], 16) ^ 1:x}" + value[at + 1 :]


NAMES = {
    "session": "paper", "handle": "paper", "nonce": "paper", "seat_seed": "seat",
    "seat_path": "seat", "seat_root": "seat", "seat": "seat", "bank_root": "pool",
    "pool_salt": "pool", "blueprint_sha256": "blueprint",
}  # fmt: skip


@pytest.mark.parametrize("field", NAMES)
def test_one_flipped_bit_is_named(data: bytes, field: str) -> None:
    given = json.loads(data)
    given[field] = flipped(given[field])

    named = {fault.split(":")[0] for fault in draw_file.faults(json.dumps(given).encode())}

    assert NAMES[field] in named


@pytest.mark.parametrize(
    ("field", "old", "new", "named"),
    [
        ("manifest", b'"exposure":0', b'"exposure":1', "pool"),
        ("blueprint", b'"scheme":"', b'"scheme":"0', "blueprint"),
        ("paper", b'"A"', b'"B"', "paper"),
    ],
)
def test_a_changed_document_is_named(
    data: bytes, field: str, old: bytes, new: bytes, named: str
) -> None:
    given = json.loads(data)
    body = b64decode(given[field]).replace(old, new, 1)
    given[field] = b64encode(body).decode()

    found = {fault.split(":")[0] for fault in draw_file.faults(json.dumps(given).encode())}

    assert named in found


def test_what_is_no_draw_file_is_refused() -> None:
    for wrong in (b"", b"{}", b'{"format":"x"}'):
        with pytest.raises(EvidenceMalformed):
            draw_file.faults(wrong)


def test_command_re_derives_without_an_installation(data: bytes, tmp_path: Path) -> None:
    good, bad = tmp_path / "baik.json", tmp_path / "buruk.json"
    good.write_bytes(data)
    given = json.loads(data)
    bad.write_text(json.dumps({**given, "nonce": flipped(given["nonce"])}))

    codes = [
        subprocess.run(
            [UJIKOM, "replay", "draw", str(file)],
            capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
        )
        for file in (good, bad)
    ]  # fmt: skip

    assert [done.returncode for done in codes] == [0, 1], codes
    assert "paper: differs" in codes[1].stderr + codes[1].stdout
    assert not (tmp_path / "data").exists()
