"""The stand-alone page's script: it draws every golden vector as Python does, and judges a draw
file as Python does, naming what one change would explain.
"""

import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_engine import auditing, draw_file
from exam_engine.errors import EvidenceMalformed
from kernel.keys import Keyring
from tests.exam_engine.test_draw_file import flipped
from tests.stage import Template, open_stage
from tests.vectors import make_constrained, make_draw

PROGRAM = Path(__file__).parent / "draw_in_node.mjs"
PYTHON_NAMES = {"seat": "seat", "pool": "pool", "blueprint": "blueprint", "paper": "paper",
                "draw": "paper"}  # fmt: skip
STEP = {
    "session": "paper", "handle": "paper", "nonce": "paper", "excluded": "paper",
    "paper": "paper", "seat": "seat", "seats": "seat", "seat_seed": "seat", "seat_path": "seat",
    "seat_root": "seat", "bank_root": "pool", "pool_salt": "pool", "manifest": "pool",
    "blueprint": "blueprint", "blueprint_sha256": "blueprint",
}  # fmt: skip


def in_node(folder: Path, deed: str, given: list[Any]) -> list[dict[str, Any]]:
    """What the page's script says of each vector or text."""
    path = folder / "given.json"
    path.write_text(json.dumps(given))
    command = ["node", "--no-warnings", str(PROGRAM), deed, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return list(json.loads(ran.stdout))


@pytest.fixture(scope="module")
def given(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Iterator[dict[str, Any]]:
    """The draw file of a candidate who started, decoded."""
    folder = tmp_path_factory.mktemp("draw-script")
    for stage in open_stage("sqlite", request, folder, keys, stage_templates):
        sitting = stage.open().seat(1).enter()
        done = stage.database.read_sync(auditing.replay_sitting, sitting_id=sitting.id)
        yield json.loads(draw_file.build(done.evidence))


def changed(given: dict[str, Any], field: str) -> dict[str, Any]:
    """The file with one bit of one field changed; documents stay readable."""
    value = given[field]
    if field == "excluded":
        first = json.loads(b64decode(given["paper"]))["items"][0]["version"]
        return {**given, field: [first]}
    if field in {"manifest", "paper", "blueprint"}:
        old, new = {"manifest": (b'"exposure":0', b'"exposure":1'), "paper": (b'"A"', b'"B"'),
                    "blueprint": (b'"count":3', b'"count":2')}[field]  # fmt: skip
        body = b64decode(value)
        assert old in body
        return {**given, field: b64encode(body.replace(old, new, 1)).decode()}
    return {**given, field: flipped(value)}


def python_names(text: str) -> set[str]:
    """The steps that Python finds not to hold."""
    return {PYTHON_NAMES[fault.split(":")[0]] for fault in draw_file.faults(text.encode())}


def test_every_golden_vector_is_drawn_as_python_draws_it(tmp_path: Path) -> None:
    vectors = [
        vector
        for place in (make_draw.PLACE, make_constrained.PLACE)
        for vector in json.loads(place.read_text(encoding="utf-8"))
    ]
    assert len(vectors) == len(make_draw.CASES) + len(make_constrained.CASES)

    found = in_node(tmp_path, "vectors", vectors)

    for vector, made in zip(vectors, found, strict=True):
        expected = {name: vector["outputs"][name] for name in ("draw_seed", "paper")}
        assert made == expected, vector["name"]


def test_other_nonces_are_drawn_alike_under_every_constraint(tmp_path: Path) -> None:
    vectors = []
    for vector in json.loads(make_constrained.PLACE.read_text(encoding="utf-8")):
        for number in range(4):
            nonce = make_draw.digest(vector["name"], "another nonce", number).hex()
            inputs = {**vector["inputs"], "nonce": nonce}
            vectors.append({"inputs": inputs, "outputs": make_draw.outputs(inputs)})

    found = in_node(tmp_path, "vectors", vectors)

    assert [made["paper"] for made in found] == [v["outputs"]["paper"] for v in vectors]


def test_each_changed_field_fails_the_steps_that_python_names_and_is_suspected(
    given: dict[str, Any], tmp_path: Path
) -> None:
    assert {*given} == {*STEP, "format"}
    texts = {field: json.dumps(changed(given, field)) for field in STEP}

    whole, *found = in_node(tmp_path, "check", [json.dumps(given), *texts.values()])

    assert whole == {"fails": [], "suspects": [], "differing": [], "reason": ""}
    for (field, text), judged in zip(texts.items(), found, strict=True):
        assert STEP[field] in judged["fails"], field
        assert set(judged["fails"]) == python_names(text), field
        assert field in judged["suspects"], (field, judged)
    assert found[list(texts).index("paper")]["differing"] == [1]


def test_a_flipped_bit_anywhere_in_the_file_is_noticed(
    given: dict[str, Any], tmp_path: Path
) -> None:
    whole = json.dumps(given)
    places = range(0, len(whole), 41)
    texts = [
        whole[:at] + chr(ord(whole[at]) ^ 1) + whole[at + 1 :] for at in places if whole[at] != " "
    ]

    found = in_node(tmp_path, "check", texts)

    assert [
        text for text, judged in zip(texts, found, strict=True) if judged.get("fails") == []
    ] == []
    assert sum("fails" in judged for judged in found) > len(found) // 4, "not all unreadable"


def test_what_is_no_draw_file_is_refused_naming_the_field(
    given: dict[str, Any], tmp_path: Path
) -> None:
    without = {name: value for name, value in given.items() if name != "nonce"}
    wrong = {
        "{": "", "null": "", "[]": "format", json.dumps(without): "nonce",
        json.dumps({**given, "format": "ujikom-draw-file/2"}): "format",
        json.dumps({**given, "seat": -1}): "seat", json.dumps({**given, "seed": ""}): "seed",
        json.dumps({**given, "seat_path": "00"}): "seat_path",
        json.dumps({**given, "paper": "%"}): "paper",
    }  # fmt: skip

    found = in_node(tmp_path, "check", list(wrong))

    assert [judged.get("unreadable") for judged in found] == list(wrong.values())
    for text in wrong:
        with pytest.raises(EvidenceMalformed):
            draw_file.faults(text.encode())


def test_a_pool_too_small_for_its_blueprint_is_said(given: dict[str, Any], tmp_path: Path) -> None:
    body = b64decode(given["blueprint"]).replace(b'"count":3', b'"count":9999', 1)
    text = json.dumps({**given, "blueprint": b64encode(body).decode()})

    (judged,) = in_node(tmp_path, "check", [text])

    assert judged["reason"] == "small"
    assert judged["fails"] == ["blueprint", "paper"]
    assert set(judged["fails"]) == python_names(text)
