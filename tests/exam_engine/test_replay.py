"""Replay: it holds for what happened, and names the point where any stored evidence was changed."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import log
from exam_engine import auditing
from exam_engine.auditing import Replayed
from exam_engine.delivery import store as delivery
from exam_engine.outcomes import result as results
from exam_engine.outcomes import store as outcomes
from exam_engine.outcomes.service import compute_result
from exam_engine.replay import replay
from kernel.canonical import encode
from kernel.database import Tx, emits
from kernel.keys import Keyring
from people import store as persons
from tests.stage import ENGINES, Seat, Stage, Template, open_stage, tampering

NAMES = ["chain", "seat", "pool", "items", "draw", "answers", "time", "ratings", "score"]


def replayed(seat: Seat) -> Replayed:
    return seat.stage.database.read_sync(replay_of, seat=seat)


def replay_of(tx: Tx, *, seat: Seat) -> Replayed:
    sitting = delivery.of_registration(tx, seat.principal.registration_id or b"")
    assert sitting is not None
    return auditing.replay_sitting(tx, sitting_id=sitting.id)


def failing(tx: Tx, seat: Seat) -> set[str]:
    """Names of the checks that do not hold."""
    return {check.name for check in replay_of(tx, seat=seat).checks if not check.holds}


@pytest.fixture(scope="module", params=ENGINES)
def seat(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    keys: Keyring,
    stage_templates: Callable[[str], Template],
) -> Iterator[Seat]:
    """A candidate who changed its mind once, flagged, cleared, and submitted."""
    folder = tmp_path_factory.mktemp("replay")
    for stage in open_stage(request.param, request, folder, keys, stage_templates):
        seat = stage.open().seat(1)
        seat.enter()
        seat.answer_all()
        seat.save(1, seat.letter(1, 4), flagged=True)
        seat.save(2, None)
        seat.submit()
        yield seat


def test_replay_of_an_ended_sitting_holds_in_every_point(seat: Seat) -> None:
    found = replayed(seat)

    assert [check.name for check in found.checks] == NAMES
    assert found.holds, found.checks
    assert found.seat == 2
    assert len(found.evidence.events) == 15
    assert list(seat.stage.database.read_sync(lambda tx: list(auditing.differences(tx)))) == []


def test_replay_of_a_running_sitting_holds_without_a_score(stage: Stage) -> None:
    seat = stage.open().seat(0)
    seat.enter()
    seat.save(1, "A")

    assert replayed(seat).holds


def test_sitting_is_found_by_handle_or_candidate_number(seat: Seat) -> None:
    own = replayed(seat)

    for name in (own.evidence.handle.hex(), seat.card.candidate_no):
        found = seat.stage.database.read_sync(auditing.sitting_called, name=name)
        assert found == own.sitting_id
    for name in ("00" * 16, "0001-0099", "", "é"):
        assert seat.stage.database.read_sync(auditing.sitting_called, name=name) is None


class Tampering:
    """One way to change stored evidence, and the check that must say so."""

    def __init__(
        self, name: str, check: str, table: str, make: Callable[[Seat], tuple[Any, ...]]
    ) -> None:
        self.name = name
        self.check = check
        self.table = table
        self.make = make


def _sitting(seat: Seat) -> bytes:
    return replayed(seat).sitting_id


def _choice(seat: Seat) -> tuple[Any, ...]:
    row = replayed(seat).evidence.revisions[2]
    other = "A" if row.choice != "A" else "B"
    return (
        "UPDATE response SET choice = ? WHERE sitting_id = ? AND revision = ?",
        other, _sitting(seat), row.revision,
    )  # fmt: skip


def _set(
    table: str, column: str, value: Callable[[Seat], Any]
) -> Callable[[Seat], tuple[Any, ...]]:
    def make(seat: Seat) -> tuple[Any, ...]:
        return f"UPDATE {table} SET {column} = ? WHERE sitting_id = ?", value(seat), _sitting(seat)

    return make


def _swapped_paper(seat: Seat) -> bytes:
    paper = json.loads(replayed(seat).evidence.paper)
    items = paper["items"]
    items[0], items[1] = items[1], items[0]
    return encode(paper)


def _easier_paper(seat: Seat) -> bytes:
    """One item replaced by another of the pool."""
    evidence = replayed(seat).evidence
    paper = json.loads(evidence.paper)
    rows = json.loads(evidence.manifest)["rows"]
    drawn = {item["version"] for item in paper["items"]}
    cell = next(r["cell"] for r in rows if r["version"] == paper["items"][0]["version"])
    other = next(r for r in rows if r["cell"] == cell and r["version"] not in drawn)
    paper["items"][0]["version"] = other["version"]
    return encode(paper)


def _content(change: Callable[[bytes], bytes]) -> Callable[[Seat], tuple[Any, ...]]:
    def make(seat: Seat) -> tuple[Any, ...]:
        evidence = replayed(seat).evidence
        version, data = min(evidence.contents.items())
        return (
            "UPDATE item_version SET content = ? WHERE digest = ?",
            change(data), bytes.fromhex(version),
        )  # fmt: skip

    return make


def _freeze(column: str, change: Callable[[bytes], bytes]) -> Callable[[Seat], tuple[Any, ...]]:
    def make(seat: Seat) -> tuple[Any, ...]:
        evidence = replayed(seat).evidence
        return (
            f"UPDATE session_freeze SET {column} = ? WHERE exam_session_id = ?",
            change(getattr(evidence, column)), seat.stage.session,
        )  # fmt: skip

    return make


def _drop_row(data: bytes) -> bytes:
    manifest = json.loads(data)
    manifest["rows"].pop()
    return encode(manifest)


def _scheme(change: Callable[[bytes], bytes]) -> Callable[[Seat], tuple[Any, ...]]:
    def make(seat: Seat) -> tuple[Any, ...]:
        evidence = replayed(seat).evidence
        return (
            "UPDATE scheme_version SET body = ? WHERE digest = ?",
            change(evidence.scheme), evidence.scheme_digest,
        )  # fmt: skip

    return make


def _other_signed_result(seat: Seat) -> bytes:
    """A result with full marks, signed by a key that is not ours, sealed as ours are."""
    return _sealed_result(seat, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def _better_result(seat: Seat) -> bytes:
    """The same, signed by the result key itself: somebody who holds it edits the database."""
    return _sealed_result(seat, seat.stage.database.keys.signing("result"))


def _sealed_result(seat: Seat, key: Any) -> bytes:
    evidence = replayed(seat).evidence
    document = results.verify(evidence.signed_results[-1], evidence.result_key)
    better = encode(json.loads(document) | {"total": "40"})
    sealer = seat.stage.database.read_sync(persons.sealer, person_id=seat.principal.person_id)
    return sealer.seal(results.sign(better, key), _sitting(seat))


def _flipped_seal(seat: Seat) -> bytes:
    (row,) = seat.stage.database.read_sync(
        lambda tx: tx.run("SELECT sealed FROM result WHERE sitting_id = ?", _sitting(seat))
    )
    return bytes(row[0][:-1]) + bytes([row[0][-1] ^ 1])


def _of_event(sql: str, kind: str) -> Callable[[Seat], tuple[Any, ...]]:
    """A statement about the leaf of the sitting's first event of a type."""

    def make(seat: Seat) -> tuple[Any, ...]:
        event = next(e for e in replayed(seat).evidence.events if e.type == kind)
        return sql, event.leaf_hash

    return make


def _swap_openings(seat: Seat) -> tuple[Any, ...]:
    events = replayed(seat).evidence.events
    saved = [e.leaf_hash for e in events if e.type == "answer.saved"]
    (row,) = seat.stage.database.read_sync(
        lambda tx: tx.run("SELECT sealed FROM log_opening WHERE leaf_hash = ?", saved[1])
    )
    return "UPDATE log_opening SET sealed = ? WHERE leaf_hash = ?", row[0], saved[0]


def _leaf(change: Callable[[bytes], bytes]) -> Callable[[Seat], tuple[Any, ...]]:
    def make(seat: Seat) -> tuple[Any, ...]:
        data = seat.stage.database.read_sync(log.entries_of, handle=replayed(seat).evidence.handle)[
            3
        ]
        (row,) = seat.stage.database.read_sync(
            lambda tx: tx.run("SELECT id FROM log_outbox WHERE leaf = ?", data)
        )
        return "UPDATE log_outbox SET leaf = ? WHERE id = ?", change(data), row[0]

    return make


OPENING = "DELETE FROM log_opening WHERE leaf_hash = ?"
CHAIN = "DELETE FROM log_chain WHERE leaf_hash = ?"
CASES = [
    Tampering("answer changed", "answers", "response", _choice),
    Tampering("answer unflagged", "answers", "response", _set("response", "flagged", lambda _: 1)),
    Tampering("answer moved", "answers", "response", _set("response", "position", lambda _: 99)),
    Tampering("answers deleted", "answers", "response",
              lambda s: ("DELETE FROM response WHERE sitting_id = ?", _sitting(s))),
    Tampering("last answer deleted", "answers", "response",
              lambda s: ("DELETE FROM response WHERE sitting_id = ? AND revision = 10",
                         _sitting(s))),
    Tampering("answer's leaf changed", "answers", "response",
              _set("response", "leaf_hash", lambda _: bytes(32))),
    Tampering("paper reordered", "draw", "paper", _set("paper", "body", _swapped_paper)),
    Tampering("paper made easier", "draw", "paper", _set("paper", "body", _easier_paper)),
    Tampering("paper garbled", "draw", "paper", _set("paper", "body", lambda _: b"{")),
    Tampering("paper naming no item", "items", "paper",
              _set("paper", "body", lambda s: replayed(s).evidence.paper.replace(
                  b'"version":"', b'"version":"00', 1))),
    Tampering("nonce changed", "draw", "paper", _set("paper", "nonce", lambda _: bytes(32))),
    Tampering("item's points changed", "items", "item_version",
              _content(lambda data: data.replace(b'"points":5', b'"points":4').replace(
                  b'"points":0', b'"points":1', 1))),
    Tampering("item garbled", "items", "item_version", _content(lambda _: b"{}")),
    Tampering("pool row dropped", "pool", "session_freeze", _freeze("manifest", _drop_row)),
    Tampering("pool garbled", "pool", "session_freeze", _freeze("manifest", lambda _: b"[]")),
    Tampering("blueprint changed", "pool", "session_freeze",
              _freeze("blueprint", lambda data: data.replace(b'"count":3', b'"count":2'))),
    Tampering("scheme changed", "pool", "scheme_version",
              _scheme(lambda data: data.replace(b'"cut_score":15', b'"cut_score":10'))),
    Tampering("scheme spaced out", "pool", "scheme_version",
              _scheme(lambda data: data.replace(b":", b": "))),
    Tampering("result's seal flipped", "score", "result", _set("result", "sealed", _flipped_seal)),
    Tampering("result of a strange key", "score", "result",
              _set("result", "sealed", _other_signed_result)),
    Tampering("result made better by who holds the key", "score", "result",
              _set("result", "sealed", _better_result)),
    Tampering("result deleted", "score", "result",
              lambda s: ("DELETE FROM result WHERE sitting_id = ?", _sitting(s))),
    Tampering("start's opening removed", "chain", "log_opening",
              _of_event(OPENING, "sitting.started")),
    Tampering("draw's opening removed", "draw", "log_opening", _of_event(OPENING, "draw.made")),
    Tampering("answer's opening removed", "chain", "log_opening",
              _of_event(OPENING, "answer.saved")),
    Tampering("marks' opening removed", "score", "log_opening", _of_event(OPENING, "graded.auto")),
    Tampering("openings swapped", "chain", "log_opening", _swap_openings),
    Tampering("answer's link removed", "chain", "log_chain", _of_event(CHAIN, "answer.saved")),
    Tampering("start's link removed", "draw", "log_chain", _of_event(CHAIN, "sitting.started")),
    Tampering("end's link removed", "chain", "log_chain", _of_event(CHAIN, "sitting.submitted")),
    Tampering("result's link removed", "score", "log_chain", _of_event(CHAIN, "result.computed")),
    Tampering("all links removed", "chain", "log_chain",
              lambda s: ("DELETE FROM log_chain WHERE handle = ?", replayed(s).evidence.handle)),
    Tampering("leaf rewritten", "chain", "log_outbox",
              _leaf(lambda data: data.replace(b'"at":"2026', b'"at":"2025'))),
    Tampering("leaf garbled", "chain", "log_outbox", _leaf(lambda data: data[:-1])),
    Tampering("seat exchanged", "seat", "registration",
              lambda s: ("UPDATE registration SET seat = 7 WHERE id = ?",
                         s.principal.registration_id)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_changed_evidence_is_named_by_its_check(seat: Seat, case: Tampering) -> None:
    sql, *params = case.make(seat)

    with tampering(seat.stage.database) as (tx, tamper):
        assert failing(tx, seat) == set()
        assert tamper(case.table, sql, *params)

        assert case.check in failing(tx, seat)


def test_paper_that_log_and_table_agree_on_must_still_be_the_drawn_one(seat: Seat) -> None:
    evidence = replayed(seat).evidence
    paper = _swapped_paper(seat)
    events = [
        msgspec.structs.replace(event, values={"paper": json.loads(paper)})
        if event.type == "draw.made"
        else event
        for event in evidence.events
    ]

    checks = replay(msgspec.structs.replace(evidence, paper=paper, events=events))

    faults = {check.name: check.faults for check in checks}
    assert faults["draw"] == ("paper: differs from the draw",)


def test_sitting_whose_end_was_cut_off_the_log_does_not_replay(seat: Seat) -> None:
    last = [e.leaf_hash for e in replayed(seat).evidence.events[-3:]]

    with tampering(seat.stage.database) as (tx, tamper):
        for leaf_hash in last:
            tamper("log_chain", CHAIN, leaf_hash)
        tamper("result", "DELETE FROM result")

        assert {"chain", "score"} <= failing(tx, seat)


def test_difference_names_the_sitting_and_goes_on_to_the_next(seat: Seat) -> None:
    other = seat.stage.sat(0)
    own, others = replayed(seat), replayed(other)
    sql, *params = _choice(other)

    with tampering(seat.stage.database) as (tx, tamper):
        tamper("paper", "DELETE FROM paper WHERE sitting_id = ?", own.sitting_id)
        tamper("response", sql, *params)

        found = list(auditing.differences(tx))

    assert {handle for handle, _ in found} == {
        own.evidence.handle.hex(),
        others.evidence.handle.hex(),
    }


def test_garbled_scheme_is_a_difference_too(seat: Seat) -> None:
    with tampering(seat.stage.database) as (tx, tamper):
        tamper("scheme_version", "UPDATE scheme_version SET body = ?", b"{}")

        assert {fault for _, fault in auditing.differences(tx)} == {
            "evidence unreadable: scheme_invalid"
        }


def test_later_regrade_is_a_further_version_that_replays(seat: Seat) -> None:
    other = seat.stage.sat(2)
    sitting = seat.stage.database.read_sync(delivery.sitting, sitting_id=_sitting(other))

    @emits("graded.auto", "result.computed")
    def regrade(tx: Tx) -> None:
        compute_result(tx, sitting)

    seat.stage.database.write_sync(regrade)

    found = replayed(other)
    assert found.holds, found.checks
    assert len(found.evidence.signed_results) == 2
    newest = seat.stage.database.read_sync(
        outcomes.newest_result, sitting_id=sitting.id, person_id=sitting.person_id
    )
    assert newest.version == 2
