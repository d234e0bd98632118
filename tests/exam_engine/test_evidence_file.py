"""The evidence file: it holds as downloaded, and each thing changed in it is a named fault."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit import leaf as leaves
from audit import merkle, proof
from audit.note import VerifierKey, parse_vkey, verifier_key
from exam_engine import evidence_file
from exam_engine.delivery import receipts
from exam_engine.delivery.own_evidence import own_evidence
from exam_engine.errors import EvidenceMalformed, EvidencePending
from exam_engine.evidence_file import Fault, check, parse
from exam_engine.registration import service as registration
from exam_engine.registration import store as registrations
from exam_engine.registration.roster import Candidate
from exam_engine.schemes.scheme import ShowScore
from exam_engine.schemes.service import publish_scheme
from kernel.keys import Keyring
from tests.cast import CANDIDATES, small_scheme
from tests.commands import Place
from tests.stage import ENGINES, Seat, Stage, Template, open_stage, plan_session

Json = dict[str, Any]
NAME = "Ni Luh Contoh Dua"


def key_of(stage: Stage) -> VerifierKey:
    return parse_vkey(stage.issuer().log_vkey)


def download(seat: Seat) -> bytes:
    vkey = seat.stage.issuer().log_vkey
    return seat.stage.database.read_sync(own_evidence, vkey=vkey, by=seat.principal)[1]


@pytest.fixture(scope="module", params=ENGINES)
def seat(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Iterator[Seat]:
    """A candidate who answered, submitted, and whose whole sitting is in the log."""
    folder = tmp_path_factory.mktemp("evidence")
    for stage in open_stage(request.param, request, folder, keys, stage_templates):
        stage.open()
        stage.sat(0)
        seat = stage.sat(1)
        sequencer = stage.sequencer(folder)
        sequencer.drain()
        sequencer.close()
        yield seat


@pytest.fixture(scope="module")
def data(seat: Seat) -> bytes:
    return download(seat)


@pytest.fixture
def file(data: bytes) -> Json:
    """The file, to change."""
    return dict(json.loads(data))


def faults(seat: Seat, changed: Json) -> list[Fault]:
    return check(parse(json.dumps(changed).encode()), key_of(seat.stage))


def names(seat: Seat, changed: Json) -> set[str]:
    return {fault.name for fault in faults(seat, changed)}


def place_of(file: Json, kind: str) -> int:
    """The position of the first leaf of a type."""
    types = [leaves.decode(base64.b64decode(entry["leaf"])).type for entry in file["leaves"]]
    return types.index(kind)


def entry(file: Json, kind: str = "answer.saved") -> Json:
    return dict.__getitem__(file, "leaves")[place_of(file, kind)]  # type: ignore[no-any-return]


def flip64(text: str) -> str:
    """Base64 of the same bytes with one bit changed."""
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 1
    return base64.b64encode(data).decode()


def test_downloaded_file_holds_and_covers_the_whole_sitting(seat: Seat, data: bytes) -> None:
    file = parse(data)

    assert check(file, key_of(seat.stage)) == []
    types = [leaves.decode(entry.leaf).type for entry in file.leaves]
    assert types[:2] == ["sitting.started", "draw.made"]
    assert types.count("answer.saved") == 8
    assert "sitting.submitted" in types
    assert all(proof.parse(entry.proof).index >= 0 for entry in file.leaves)
    assert evidence_file.withheld(file) == 0


def test_file_names_nobody_and_opens_the_answers(seat: Seat, data: bytes) -> None:
    assert NAME.encode() not in data
    assert b"199102022016022991" not in data
    opened = entry(json.loads(data))["opening"]
    assert opened["answer"]["value"]["position"] == 1


def test_receipts_in_the_file_are_those_that_were_given(seat: Seat, file: Json) -> None:
    key = seat.stage.database.keys.verify_key("receipt")
    saved = entry(file)
    stated = receipts.verify(saved["receipt"], key)
    assert base64.b64decode(stated["leaf"]) == merkle.leaf_hash(base64.b64decode(saved["leaf"]))


def origin(file: Json) -> None:
    file["origin"] += "x"


def handle(file: Json) -> None:
    file["handle"] = "0" * 32


def log_key(file: Json) -> None:
    file["keys"]["log"] = file["keys"]["log"].replace("+", "-", 1)


def receipt_key(file: Json) -> None:
    file["keys"]["receipt"] = flip64(file["keys"]["receipt"])


def leaf_bytes(file: Json) -> None:
    entry(file)["leaf"] = flip64(entry(file)["leaf"])


def leaf_time(file: Json) -> None:
    leaf = base64.b64decode(entry(file)["leaf"]).replace(b'"at":"2026', b'"at":"2027')
    entry(file)["leaf"] = base64.b64encode(leaf).decode()


def salt(file: Json) -> None:
    opened = entry(file)["opening"]["answer"]
    opened["salt"] = flip64(opened["salt"])


def value(file: Json) -> None:
    entry(file)["opening"]["answer"]["value"]["choice"] = "Z"


def field_gone(file: Json) -> None:
    del entry(file)["opening"]["item"]


def opening_gone(file: Json) -> None:
    entry(file)["opening"] = None


def path(file: Json) -> None:
    lines = entry(file)["proof"].split("\n")
    lines[2] = flip64(lines[2])
    entry(file)["proof"] = "\n".join(lines)


def index(file: Json) -> None:
    lines = entry(file)["proof"].split("\n")
    lines[1] = "index 0" if lines[1] != "index 0" else "index 1"
    entry(file)["proof"] = "\n".join(lines)


def root(file: Json) -> None:
    head, _, signed = entry(file)["proof"].partition("\n\n")
    lines = signed.split("\n")
    lines[2] = flip64(lines[2])
    entry(file)["proof"] = head + "\n\n" + "\n".join(lines)


def signature(file: Json) -> None:
    text = entry(file)["proof"]
    start = text.rindex(" ") + 1
    entry(file)["proof"] = text[:start] + flip64(text[start:].rstrip("\n")) + "\n"


def proof_header(file: Json) -> None:
    entry(file)["proof"] = "x" + entry(file)["proof"]


def receipt(file: Json) -> None:
    payload, signed = entry(file)["receipt"].split(".")
    entry(file)["receipt"] = f"{payload}.{flip64(signed)}"


def receipt_of_another(file: Json) -> None:
    place = place_of(file, "answer.saved")
    file["leaves"][place]["receipt"] = file["leaves"][place + 1]["receipt"]


def receipt_gone(file: Json) -> None:
    entry(file)["receipt"] = None


def leaf_gone(file: Json) -> None:
    del file["leaves"][place_of(file, "answer.saved")]


def leaves_swapped(file: Json) -> None:
    place = place_of(file, "answer.saved")
    both = file["leaves"][place : place + 2]
    file["leaves"][place : place + 2] = both[::-1]


def end_gone(file: Json) -> None:
    del file["leaves"][place_of(file, "sitting.submitted") :]


def everything_gone(file: Json) -> None:
    file["leaves"] = []


FLIPS: dict[Callable[[Json], None], str] = {
    origin: "origin_wrong",
    handle: "handle_foreign",
    log_key: "log_key_foreign",
    receipt_key: "receipt_invalid",
    leaf_bytes: "inclusion_wrong",
    leaf_time: "inclusion_wrong",
    salt: "commitment_wrong",
    value: "commitment_wrong",
    field_gone: "opening_fields",
    opening_gone: "opening_missing",
    path: "inclusion_wrong",
    index: "inclusion_wrong",
    root: "signature_wrong",
    signature: "signature_wrong",
    proof_header: "proof_malformed",
    receipt: "receipt_invalid",
    receipt_of_another: "receipt_foreign",
    receipt_gone: "receipt_missing",
    leaf_gone: "chain_broken",
    leaves_swapped: "chain_broken",
    end_gone: "closing_missing",
    everything_gone: "closing_missing",
}


@pytest.mark.parametrize("change", FLIPS, ids=lambda change: str(change.__name__))
def test_changed_field_is_a_named_fault(
    seat: Seat, file: Json, change: Callable[[Json], None]
) -> None:
    change(file)

    assert FLIPS[change] in names(seat, file)


def test_fault_names_the_event(seat: Seat, file: Json) -> None:
    value(file)

    assert faults(seat, file) == [
        Fault("commitment_wrong", place_of(file, "answer.saved") + 1),
    ]


def test_key_of_another_log_is_not_trusted(seat: Seat, data: bytes, keys: Keyring) -> None:
    other = verifier_key("lain.invalid/log/1", keys.signing("receipt"))

    found = {fault.name for fault in check(parse(data), other)}

    assert {"log_key_foreign", "origin_wrong", "signature_missing"} <= found


@pytest.mark.parametrize(
    "text", [b"{}", b"[1]", b"", b'{"format":"ujikom-evidence/2"}', b"[" * 100_000, b"%PDF-"]
)
def test_other_file_is_malformed(text: bytes) -> None:
    with pytest.raises(EvidenceMalformed):
        parse(text)


def test_file_of_another_version_is_malformed(file: Json) -> None:
    file["format"] = "ujikom-evidence/2"
    with pytest.raises(EvidenceMalformed):
        parse(json.dumps(file).encode())


def test_evidence_waits_for_the_end_and_for_the_checkpoint(stage: Stage, tmp_path: Path) -> None:
    seat = stage.open().seat(2)
    seat.enter()
    with pytest.raises(EvidencePending):
        download(seat)
    seat.answer_all()
    seat.submit()
    with pytest.raises(EvidencePending):
        download(seat)

    sequencer = stage.sequencer(tmp_path)
    sequencer.drain()
    sequencer.close()

    assert check(parse(download(seat)), key_of(stage)) == []


def test_marks_stay_hidden_until_the_score_may_be_seen(stage: Stage, tmp_path: Path) -> None:
    seat = session_of_late_scores(stage).open().seat(0)
    seat.enter()
    seat.answer_all()
    seat.submit()
    sequencer = stage.sequencer(tmp_path)
    sequencer.drain()

    before = parse(download(seat))
    stage.close()
    stage.decide()
    sequencer.drain()
    sequencer.close()
    after = parse(download(seat))

    hidden = [leaves.decode(e.leaf).type for e in before.leaves if e.opening is None]
    assert hidden == ["graded.auto", "result.computed"]
    assert evidence_file.withheld(after) == 0
    assert check(before, key_of(stage)) == check(after, key_of(stage)) == []


def session_of_late_scores(stage: Stage) -> Stage:
    """The stage with a session whose scheme shows scores after the decision only."""
    late = msgspec.structs.replace(small_scheme(), version=2, show_score=ShowScore.AFTER_DECISION)
    scheme = stage.database.write_sync(publish_scheme, scheme=late)
    stage.session = plan_session(stage.database, stage.cast, scheme)
    stage.room = stage.database.read_sync(registrations.rooms, session_id=stage.session)[0]
    stage.cards = stage.database.write_sync(
        registration.register_candidates,
        session_id=stage.session,
        room_id=stage.room.id,
        candidates=tuple(Candidate(name, nip, "Dinas Contoh") for name, nip in CANDIDATES),
        by=stage.cast["admin"],
    )
    return stage


def test_command_needs_the_key_alone_and_names_the_fault(
    seat: Seat, data: bytes, file: Json, tmp_path: Path
) -> None:
    nowhere = Place(tmp_path / "none")
    good, bad = tmp_path / "bukti.json", tmp_path / "ubah.json"
    good.write_bytes(data)
    value(file)
    bad.write_text(json.dumps(file))
    key = seat.stage.issuer().log_vkey

    held = nowhere.call("verify", str(good), "--key", key)
    broken = nowhere.call("verify", str(bad), "--key", key)

    assert (held.code, broken.code) == (0, 1)
    assert key in held.out
    assert "commitment_wrong" in broken.out
    assert nowhere.call("verify", str(good)).code == 3, "no key at hand to trust"
    assert not (tmp_path / "none" / "db").exists()
