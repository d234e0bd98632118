"""Whoever changes what is stored, as the database's owner and past every trigger, is found out.

`ujikom audit verify` and `ujikom replay` name what is wrong, and where, and exit with 1.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from app import close, install
from certificates import store as certificates
from certificates.service import change_status
from kernel.blobs import Blobs
from kernel.clock import SystemClock
from kernel.database import Database
from kernel.keys import load
from kernel.settings import Settings
from people import store as persons
from tests import forgeries
from tests.commands import Place
from tests.finished_exam import Hand, copied, hold, tampering
from tests.forgeries import FIRST


class Case(msgspec.Struct, frozen=True):
    """What was changed, and what must be said about it.

    In the patterns `{name}` stands for what the change gave by that name. `replay` is what the
    first candidate's replay must say, None where the change does not touch its evidence.
    """

    change: Callable[[Hand], dict[str, object]]
    verify: str
    replay: str | None = None


OWN = "certificate CTH-2026-000001: "
CASES = {
    "an answer": Case(
        forgeries.answer,
        r"sitting {handle}: response 203 \(item {item}\): stored answer differs",
        r"response 203 \(item {item}\): stored answer differs",
    ),
    "an answer deleted": Case(
        forgeries.answer_gone,
        "sitting {handle}: response 203: logged",
        "response 203: logged, but not stored",
    ),
    "the newest answer": Case(forgeries.newest_answer, r"sitting {handle}: answer \(item 7\)"),
    "a log entry": Case(forgeries.leaf, "entry_hash entry {index}:", "BEDA chain"),
    "a log entry and its hash": Case(forgeries.leaf_and_hash, "checkpoint_root", "BEDA chain"),
    "a log node": Case(forgeries.node, "node node 1/0:"),
    "a checkpoint": Case(forgeries.checkpoint, "checkpoint_signature size {size}:"),
    "an opening": Case(
        forgeries.opening, "opening_broken entry {index}:", "opening missing or altered"
    ),
    "a paper": Case(
        forgeries.paper, "sitting {handle}: paper: differs from", "paper: differs from the draw"
    ),
    "an item of the paper": Case(
        forgeries.item_of_the_paper,
        "sitting {handle}: item {version}: content differs",
        "item {version}: content differs",
    ),
    "an item of the bank": Case(
        forgeries.item_of_others, r"item {item} \({version}\): content differs"
    ),
    "a result": Case(forgeries.result, "sitting {handle}: result: signature", "result: signature"),
    "a result's outcome": Case(
        forgeries.result_outcome, "sitting {handle}: result: the outcome column"
    ),
    "a result's digest": Case(
        forgeries.result_digest, "sitting {handle}: result: the digest column"
    ),
    "a result deleted": Case(
        forgeries.result_gone, "sitting {handle}: result: missing", "result: missing"
    ),
    "a decision": Case(forgeries.decision, "sitting {handle}: decision: differs"),
    "a sitting's state": Case(forgeries.state, "sitting {handle}: state: active"),
    "a sitting deleted": Case(
        forgeries.sitting_gone, "sitting {handle}: sitting: logged, but not stored"
    ),
    "a PDF": Case(forgeries.pdf, r"certificate CTH-2026-00000\d: PDF: seal_broken"),
    "a PDF's hash": Case(forgeries.pdf_hash, OWN + "PDF differs from certificate.pdf_sealed"),
    "a certificate's result": Case(
        forgeries.certificate("result_digest", bytes(32)), OWN + "result_digest"
    ),
    "a certificate's number": Case(
        forgeries.certificate("number", "CTH-2026-000009"),
        "certificate CTH-2026-000009: number differs",
    ),
    "a certificate's expiry": Case(
        forgeries.certificate("valid_until", 4102444800000000), OWN + "valid_until"
    ),
    "a certificate's code": Case(
        forgeries.certificate("code_lookup", bytes(32)), OWN + "code_lookup"
    ),
    "a certificate deleted": Case(
        forgeries.certificate_gone, "sitting {handle}: certificate logged, but not stored"
    ),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def finished(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A finished exam on each engine."""
    folder = tmp_path_factory.mktemp("finished") / "data"
    if request.param == "sqlite":
        place = Place(folder)
        hold(place)
        yield place
        return
    server = request.getfixturevalue("postgres")
    place = Place(folder, server.create())
    hold(place)
    yield place
    server.drop(place.url)


@pytest.fixture
def copy(finished: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A copy of it for one test."""
    if not finished.url:
        yield copied(finished, tmp_path / "data")
        return
    server = request.getfixturevalue("postgres")
    url = server.create(template=finished.url)
    yield copied(finished, tmp_path / "data", url)
    server.drop(url)


def test_untouched_exam_holds(finished: Place) -> None:
    verdict = finished.call("audit", "verify")
    assert verdict.code == 0, verdict.words
    for number in (1, 2, 3):
        assert finished.call("replay", f"0001-{number:04d}").code == 0


@pytest.mark.parametrize("name", CASES)
def test_tampering_is_named_by_audit_verify_and_replay(copy: Place, name: str) -> None:
    case = CASES[name]
    with tampering(copy) as hand:
        facts = case.change(hand)
    verdict = copy.call("audit", "verify")
    assert verdict.code == 1, verdict.words
    assert re.search(case.verify.format(**facts), verdict.words), verdict.words
    assert "Traceback" not in verdict.words
    if case.replay:
        replay = copy.call("replay", FIRST)
        assert replay.code == 1, replay.words
        assert re.search(case.replay.format(**facts), replay.words), replay.words


def test_revoked_certificate_holds_until_its_revocation_is_taken_away(copy: Place) -> None:
    here = install(Settings(data=copy.data, database_url=copy.url))
    database = here.database
    board = database.read_sync(persons.principal_of_account, username="sidang")
    [(certificate_id, _), *_] = database.read_sync(certificates.numbers)
    own = database.read_sync(certificates.by_id, certificate_id=certificate_id)
    assert own is not None
    database.write_sync(
        change_status,
        certificate_id=certificate_id,
        status="revoked",
        reason="Ujian digantikan orang lain",
        by=board,
    )
    close(here)
    verdict = copy.call("audit", "verify")
    assert verdict.code == 0, verdict.words
    assert copy.call("replay", FIRST).code == 0
    assert copy.call("verify", own.code).code == 13

    with tampering(copy) as hand:
        hand.change("DELETE FROM certificate_status WHERE number = 1")
    verdict = copy.call("audit", "verify")
    assert verdict.code == 1
    assert f"{OWN}status differs from certificate.status_changed" in verdict.words
    said = copy.call("verify", own.code)
    assert (said.code, "status_contradicted" in said.words) == (1, True), "believed at once"


def test_pdf_exchanged_by_who_has_the_keys_is_named(copy: Place) -> None:
    database = Database(copy.database_url, clock=SystemClock(), keys=load(copy.data / "keys"))
    [(certificate_id, number), *_] = database.read_sync(certificates.numbers)
    own = database.read_sync(certificates.by_id, certificate_id=certificate_id)
    assert own is not None
    sealer = database.read_sync(persons.sealer, person_id=own.person_id)
    database.close()
    blob = Blobs(copy.data / "blobs").put(sealer.seal(b"%PDF-1.7 lain", certificate_id))
    with tampering(copy) as hand:
        hand.change(
            "UPDATE certificate_pdf SET blob = ? WHERE certificate_id = ?", blob, certificate_id
        )
    verdict = copy.call("audit", "verify")
    assert verdict.code == 1
    assert f"certificate {number}: PDF: stored bytes differ from their hash" in verdict.words
