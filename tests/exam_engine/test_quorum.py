"""Certificates under a witness policy: they wait, exams go on, a witness or a logged deed frees."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint as ScalesCheckpoint

from audit import cosignature, leaf, log, merkle, note, proof, store
from audit.errors import OverrideUnexplained, QuorumMissing
from audit.export import export
from audit.policy import SELF_SIGNED, Policy, parse
from audit.sequencer import Sequencer
from audit.witness import Witness, create_key
from audit.witness_client import Cosigner
from audit.witness_server import WitnessServer
from audit.witnessing import reach
from certificates import bundle, checking, service
from certificates import store as certificates
from certificates.errors import CertificateUnknown, ReleaseNotNeeded
from certificates.issuing import Issuer, issue_awards, print_pending
from certificates.verify_file import (
    TrustedKeys,
    Verdict,
    check_offline,
    read_attachments,
)
from kernel import ids
from kernel.blobs import Blobs
from kernel.database import Tx, emits
from people.errors import RoleMissing
from tests.stage import Stage, tampering
from tests.web.world import second_session

ROOT = Path(__file__).resolve().parent.parent.parent
REASON = "Saksi tidak terjangkau sejak pagi; rapat contoh nomor 7."


class Died(Exception):
    """The process was killed here."""


class House:
    """An issuing installation whose policy names one witness, which may be down."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        self.database = stage.database
        self.blobs = Blobs(folder / "blobs")
        self.sequencer: Sequencer = stage.sequencer(folder)
        create_key(folder / "witness")
        keys = [note.parse_vkey(stage.issuer().log_vkey)]
        self.witness = Witness(
            folder / "witness", "saksi.invalid/w", keys, lambda: int(time.time())
        )
        with WitnessServer(self.witness, "127.0.0.1", 0) as reserved:
            self.port = reserved.server_port
        self.text = (
            f"witness kampus {self.witness.key.vkey} http://127.0.0.1:{self.port}\nquorum kampus\n"
        )
        self.policy: Policy = parse(self.text)
        self.issuer: Issuer = msgspec.structs.replace(stage.issuer(), policy=self.policy)
        self.cosigner = Cosigner(self.database, self.policy, timeout=2)

    @contextmanager
    def witness_up(self) -> Iterator[None]:
        with WitnessServer(self.witness, "127.0.0.1", self.port) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield
            server.shutdown()
            thread.join()

    def turn(self) -> int:
        """Sequence, ask the witness, print what may be printed; gives how many PDFs."""
        while self.sequencer.turn():
            pass
        self.cosigner.turn()
        with ThreadPoolExecutor(1) as pool:
            return print_pending(self.database, self.blobs, self.issuer, pool=pool)

    def listed(self) -> list[service.Listed]:
        by = self.stage.cast["sidang"]
        return self.database.read_sync(service.of_agency, by=by, policy=self.policy)

    def release(
        self, reason: str = REASON, by: str = "sidang", policy: Policy | None = None
    ) -> bytes:
        """Release the first certificate; gives its id."""
        own = self.listed()[0].certificate.id
        self.database.write_sync(
            service.release_without_quorum,
            certificate_id=own,
            reason=reason,
            policy=policy or self.policy,
            by=self.stage.cast[by],
        )
        return own

    def pdf(self, certificate_id: bytes) -> bytes:
        _, pdf = self.database.read_sync(
            service.issued_pdf,
            certificate_id=certificate_id,
            blobs=self.blobs,
            by=self.stage.cast["sidang"],
        )
        return pdf

    def waiting_types(self) -> list[str]:
        """The events that wait for the sequencer."""
        return [leaf.decode(data).type for data in self.database.read_sync(store.waiting_leaves)]


@pytest.fixture
def house(stage: Stage, tmp_path: Path) -> Iterator[House]:
    """Two awards are issued; the witness is down."""
    stage.open()
    stage.sat(0)
    stage.sat(1)
    stage.close()
    stage.decide()
    house = House(stage, tmp_path)
    issue_awards(stage.database, house.issuer)
    yield house
    house.sequencer.close()


@pytest.fixture
def undecided(stage: Stage, tmp_path: Path) -> Iterator[House]:
    """A sitting is graded and in the log; the witness is down and the board has not met."""
    stage.open()
    stage.sat(0)
    stage.close()
    house = House(stage, tmp_path)
    house.turn()
    yield house
    house.sequencer.close()


@pytest.mark.parametrize("reason", ["", "  "])
def test_results_wait_for_the_witness(undecided: House, reason: str) -> None:
    with pytest.raises(QuorumMissing):
        undecided.stage.decide(policy=undecided.policy, without_quorum=reason)

    assert undecided.waiting_types() == []
    with undecided.witness_up():
        undecided.turn()
    undecided.stage.decide(policy=undecided.policy)
    assert undecided.waiting_types() == ["decision.made"]


def test_results_newer_than_what_the_witness_saw_wait_too(stage: Stage, tmp_path: Path) -> None:
    house = House(stage, tmp_path)
    with house.witness_up():
        house.turn()
    stage.open()
    stage.sat(0)
    stage.close()

    with pytest.raises(QuorumMissing):  # not yet in the tree at all
        stage.decide(policy=house.policy)
    house.turn()
    with pytest.raises(QuorumMissing):  # in the tree, unseen
        stage.decide(policy=house.policy)
    house.sequencer.close()


def test_board_decides_without_the_witness_only_by_a_logged_reason(undecided: House) -> None:
    undecided.stage.decide(policy=undecided.policy, without_quorum=REASON)

    assert undecided.waiting_types() == ["override.used", "decision.made"]
    first = undecided.database.read_sync(store.waiting_leaves)[0]
    opened = undecided.database.read_sync(log.opening, leaf_hash=merkle.leaf_hash(first))
    assert {field: value for field, (_, value) in opened.items()} == {
        "subject": ids.text(undecided.stage.session),
        "reason": REASON,
        "by": ids.text(undecided.stage.cast["sidang"].account_id or b""),
    }


def states(house: House) -> list[tuple[bool, bool, list[str]]]:
    return [(entry.printed, entry.waits, entry.cosigned) for entry in house.listed()]


def test_certificates_wait_for_the_witness_while_exams_go_on(house: House) -> None:
    assert house.turn() == 0
    assert states(house) == [(False, True, []), (False, True, [])]

    second_session(house.stage)
    house.stage.cards = house.stage.second
    seat = house.stage.seat(2)
    seat.enter()
    saved = [seat.save(position, seat.letter(position, 1)) for position in (1, 2)]
    assert len({one.receipt for one in saved}) == 2
    assert house.turn() == 0
    assert "answer.saved" not in house.waiting_types(), "published without the witness"

    with house.witness_up():
        assert house.turn() == 2
    assert states(house) == [(True, False, ["kampus"]), (True, False, ["kampus"])]


def test_printed_proof_carries_the_cosignature_and_satisfies_a_stranger(house: House) -> None:
    with house.witness_up():
        assert house.turn() == 2

    pdf = house.pdf(house.listed()[0].certificate.id)
    signed = proof.parse(bundle.parse(read_attachments(pdf)[bundle.BUNDLE_NAME]).tlog_proof).note
    cosigners = cosignature.cosigners(note.parse(signed), [house.witness.key])
    assert f"— {house.witness.key.name} " in signed
    assert house.policy.met(cosigners)
    ScalesCheckpoint.from_text(signed).verify(Vkey.from_string(house.witness.key.vkey))
    keys = TrustedKeys(
        credential=(house.database.keys.verify_key("credential"),), log=(house.issuer.log_vkey,)
    )
    report = check_offline(pdf, trusted_keys=keys, at=house.database.clock.now())
    assert report.verdict is Verdict.VALID_STATUS_UNKNOWN


def test_outsider_with_the_policy_accepts_the_log_only_when_cosigned(house: House) -> None:
    house.turn()
    (house.folder / "policy").write_text(house.text, encoding="utf-8")

    def verify(name: str) -> int:
        export(house.database, house.folder / name)
        command = [sys.executable, "-m", "audit.verify", str(house.folder / name)]
        options = ["--key", house.issuer.log_vkey, "--policy", str(house.folder / "policy")]
        return subprocess.run([*command, *options], cwd=ROOT, check=False).returncode

    assert verify("down") == 3
    with house.witness_up():
        house.cosigner.turn()
    assert verify("up") == 0


def test_override_is_logged_and_prints_only_the_released_certificate(house: House) -> None:
    house.turn()
    own = house.release()

    assert house.waiting_types() == ["override.used"]
    kept = house.database.read_sync(certificates.override, certificate_id=own)
    assert kept is not None
    assert kept.reason == REASON
    opened = house.database.read_sync(log.opening, leaf_hash=kept.leaf_hash)
    assert {field: value for field, (_, value) in opened.items()} == {
        "subject": ids.text(own),
        "reason": REASON,
        "by": ids.text(house.stage.cast["sidang"].account_id or b""),
    }
    assert house.turn() == 1
    assert states(house) == [(True, False, []), (False, True, [])]
    assert house.pdf(own).startswith(b"%PDF")
    assert house.database.read_sync(checking.certificate_faults, blobs=house.blobs) == []


def test_override_and_its_event_are_committed_together_or_not_at_all(house: House) -> None:
    house.turn()
    own, by = house.listed()[0].certificate.id, house.stage.cast["sidang"]

    @emits("override.used")
    def killed(tx: Tx) -> None:
        service.release_without_quorum(
            tx, certificate_id=own, reason=REASON, policy=house.policy, by=by
        )
        raise Died

    with pytest.raises(Died):
        house.database.write_sync(killed)

    assert house.waiting_types() == []
    assert house.database.read_sync(certificates.override, certificate_id=own) is None
    assert house.turn() == 0


@pytest.mark.parametrize(
    ("reason", "by", "error"),
    [
        ("  ", "sidang", OverrideUnexplained),
        (REASON, "sidang-lain", CertificateUnknown),
        (REASON, "admin", RoleMissing),
        (REASON, "auditor", RoleMissing),
    ],
)
def test_override_without_reason_or_by_others_is_refused(
    house: House, reason: str, by: str, error: type[Exception]
) -> None:
    house.turn()

    with pytest.raises(error):
        house.release(reason, by)

    assert house.waiting_types() == []
    assert house.turn() == 0


def test_override_of_what_does_not_wait_is_refused(house: House) -> None:
    house.turn()
    with pytest.raises(ReleaseNotNeeded):
        house.release(policy=SELF_SIGNED)
    house.release()
    with pytest.raises(ReleaseNotNeeded):
        house.release()

    with house.witness_up():
        while house.sequencer.turn():
            pass
        house.cosigner.turn()
    second = house.listed()[1]
    assert (second.waits, second.printed) == (False, False)


def test_altered_override_is_found(house: House) -> None:
    house.turn()
    own = house.release()
    house.turn()

    with tampering(house.database) as (tx, tamper):
        sql = "UPDATE certificate_override SET reason = ? WHERE certificate_id = ?"
        assert tamper("certificate_override", sql, "alasan lain", own) == 1
        [fault] = checking.certificate_faults(tx, blobs=house.blobs)

    assert fault.endswith("release without quorum differs from override.used")


def test_reach_counts_only_cosignatures_that_fit(house: House) -> None:
    with house.witness_up():
        house.turn()
    other = parse(house.text.replace("kampus", "lain"))
    wrong = parse(f"witness kampus {key_of_nobody()} http://127.0.0.1:1\nquorum kampus\n")

    reached = house.database.read_sync(reach, policy=house.policy)
    assert reached.sizes == {"kampus": reached.enough}
    assert house.database.read_sync(reach, policy=other).sizes == {"lain": reached.enough}
    assert house.database.read_sync(reach, policy=wrong).sizes == {}
    assert house.database.read_sync(reach, policy=wrong).enough == 0
    assert house.database.read_sync(reach, policy=SELF_SIGNED).sizes == {}


def key_of_nobody() -> str:
    """A verifier key under the witness's name that has signed nothing."""
    private = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
    return cosignature.witness_key("saksi.invalid/w", private).vkey
