"""Certificates after a decision: issuing that can be killed anywhere, and the derived status."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from audit.fsck import fsck
from audit.sequencer import Sequencer
from certificates import service, store
from certificates.errors import CertificateUnknown, StatusChangeRefused
from certificates.issuing import (
    issue_awards,
    issue_one,
    keep_pdf,
    pending,
    print_job,
    print_pending,
)
from certificates.status import Status, derive
from certificates.store import Certificate, StatusChange
from certificates.verification import by_code, by_file
from exam_engine.delivery import store as delivery
from exam_engine.errors import ReasonMissing
from exam_engine.outcomes.awards import awarded
from exam_engine.outcomes.service import compute_result
from exam_engine.registration import store as registrations
from kernel.blobs import Blobs
from kernel.database import Tx, emits, emits_nothing
from kernel.errors import UjikomError
from kernel.workers import processes
from people import store as people
from people.errors import RoleMissing
from tests.stage import Stage

DAY = timedelta(days=1)
AT = datetime(2026, 3, 14, tzinfo=UTC)


class Died(Exception):
    """The process was killed here."""


class Dying(Executor):
    """A pool whose process is killed after so many PDFs."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.done = 0

    def submit(  # type: ignore[override]  # the one way it is called
        self, fn: Callable[..., bytes], _job: object
    ) -> Future[bytes]:
        printed: Future[bytes] = Future()
        if self.done == self.after:
            printed.set_exception(Died())
        else:
            printed.set_result(b"%PDF-contoh " + fn.__name__.encode() + b" %d" % self.done)
        self.done += 1
        return printed


@pytest.fixture
def decided(stage: Stage) -> Stage:
    """Two candidates are found competent."""
    stage.open()
    stage.sat(0)
    stage.sat(1)
    stage.close()
    stage.decide()
    return stage


@pytest.fixture
def sequencer(decided: Stage, tmp_path: Path) -> Iterator[Sequencer]:
    sequencer = decided.sequencer(tmp_path)
    yield sequencer
    sequencer.close()


def issued(stage: Stage) -> list[Certificate]:
    return stage.database.read_sync(store.of_session, session_id=stage.session)


def waiting(stage: Stage) -> tuple[int, int]:
    """How many awards wait for a certificate, and certificates for a PDF."""
    unissued, unprinted = stage.database.read_sync(pending)
    return len(unissued), len(unprinted)


def test_step_one_gives_each_award_one_number_however_often_it_runs(decided: Stage) -> None:
    assert waiting(decided) == (2, 0)
    first, second = decided.database.read_sync(awarded)
    decided.database.write_sync(issue_one, sitting_id=first, issuer=decided.issuer())
    assert waiting(decided) == (1, 1), "killed after the first of two"

    assert issue_awards(decided.database, decided.issuer()) == 1
    assert issue_awards(decided.database, decided.issuer()) == 0

    assert [c.number for c in issued(decided)] == ["CTH-2026-000001", "CTH-2026-000002"]
    assert [c.sitting_id for c in issued(decided)] == [first, second]
    assert len({c.code for c in issued(decided)}) == 2
    assert waiting(decided) == (0, 2)


def test_step_one_refused_midway_leaves_no_number_behind(decided: Stage) -> None:
    first, second = decided.database.read_sync(awarded)

    @emits("certificate.issued")
    def killed(tx: Tx) -> None:
        issue_one(tx, sitting_id=first, issuer=decided.issuer())
        raise Died

    with pytest.raises(Died):
        decided.database.write_sync(killed)
    assert issued(decided) == []

    number = decided.database.write_sync(issue_one, sitting_id=second, issuer=decided.issuer())
    assert number == "CTH-2026-000001"


def test_step_two_waits_for_a_checkpoint_over_the_leaf(
    decided: Stage, sequencer: Sequencer, tmp_path: Path
) -> None:
    issue_awards(decided.database, decided.issuer())
    blobs = Blobs(tmp_path / "blobs")

    assert print_pending(decided.database, blobs, decided.issuer(), pool=Dying(0)) == 0

    sequencer.turn()
    with pytest.raises(Died):
        print_pending(decided.database, blobs, decided.issuer(), pool=Dying(0))


def test_step_two_killed_between_two_pdfs_goes_on_with_the_second(
    decided: Stage, sequencer: Sequencer, tmp_path: Path
) -> None:
    issue_awards(decided.database, decided.issuer())
    while sequencer.turn():
        pass
    blobs = Blobs(tmp_path / "blobs")
    with pytest.raises(Died):
        print_pending(decided.database, blobs, decided.issuer(), pool=Dying(1))
    assert waiting(decided) == (0, 1)
    first = decided.database.read_sync(store.pdf, certificate_id=issued(decided)[0].id)

    assert print_pending(decided.database, blobs, decided.issuer(), pool=Dying(9)) == 1

    assert waiting(decided) == (0, 0)
    assert decided.database.read_sync(store.pdf, certificate_id=issued(decided)[0].id) == first
    assert issue_awards(decided.database, decided.issuer()) == 0


def test_stored_bytes_without_their_row_do_no_harm(
    decided: Stage, sequencer: Sequencer, tmp_path: Path
) -> None:
    issue_awards(decided.database, decided.issuer())
    while sequencer.turn():
        pass
    own, blobs = issued(decided)[0], Blobs(tmp_path / "blobs")
    blobs.put(b"killed before the row that names these bytes")
    for content in (b"first", b"second"):
        decided.database.write_sync(
            keep_pdf,
            certificate_id=own.id,
            blob=blobs.put(content),
            digest=sha256(content).digest(),
        )

    kept = decided.database.read_sync(store.pdf, certificate_id=own.id)
    assert kept is not None
    assert kept.sha256 == sha256(b"first").digest()


def test_issued_pdf_verifies_and_is_served_to_its_people_only(
    decided: Stage, sequencer: Sequencer, tmp_path: Path
) -> None:
    issue_awards(decided.database, decided.issuer())
    while sequencer.turn():
        pass
    own, other = issued(decided)
    job = decided.database.read_sync(print_job, certificate_id=own.id, issuer=decided.issuer())
    assert job is not None
    blobs = Blobs(tmp_path / "blobs")
    with ThreadPoolExecutor(1) as pool:
        assert print_pending(decided.database, blobs, decided.issuer(), pool=pool) == 2
    while sequencer.turn():
        pass

    def served(by: Any) -> bytes:
        name, pdf = decided.database.read_sync(
            service.issued_pdf, certificate_id=own.id, blobs=blobs, by=by
        )
        assert name == "CTH-2026-000001.pdf"
        return pdf

    holder, stranger = decided.seat(0).principal, decided.seat(1).principal
    pdf = served(holder)
    assert pdf.startswith(b"%PDF")
    assert served(decided.cast["admin"]) == served(decided.cast["sidang"]) == pdf
    for name, error in (
        ("admin-lain", CertificateUnknown),
        ("sidang-lain", CertificateUnknown),
        ("pengawas", RoleMissing),
    ):
        with pytest.raises(error):
            served(decided.cast[name])
    with pytest.raises(RoleMissing):
        served(stranger)
    mine = decided.database.read_sync(service.of_candidate, by=stranger)
    assert mine is not None
    assert mine.id == other.id

    for found in (
        decided.database.read_sync(by_file, pdf=pdf),
        decided.database.read_sync(by_code, text=own.code.lower()),
    ):
        assert found is not None
        assert found.certificate.number == own.number
        assert (found.status, found.signed, found.opens) == (Status.VALID, True, True)
        assert found.included
        assert found.proven
        assert found.leaf_index is not None
    assert decided.database.read_sync(by_file, pdf=pdf + b"\n") is None
    raw = [path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert not any(b"%PDF" in data for data in raw), "stored bytes are sealed"
    vkey = decided.issuer().log_vkey
    assert decided.database.read_sync(fsck, vkey=vkey, lock=tmp_path / "lock" / "log") == []


def change(stage: Stage, status: str, reason: str = "alasan contoh", by: str = "sidang") -> None:
    stage.database.write_sync(
        service.change_status,
        certificate_id=issued(stage)[0].id,
        status=status,
        reason=reason,
        by=stage.cast[by],
    )


def status_of(stage: Stage) -> Status:
    found = stage.database.read_sync(by_code, text=issued(stage)[0].code)
    assert found is not None
    return found.status


def test_status_is_suspended_reinstated_and_revoked_for_ever(decided: Stage) -> None:
    issue_awards(decided.database, decided.issuer())
    assert status_of(decided) is Status.VALID
    with pytest.raises(StatusChangeRefused):
        change(decided, "reinstated")
    with pytest.raises(StatusChangeRefused):
        change(decided, "deleted")
    with pytest.raises(ReasonMissing):
        change(decided, "suspended", reason=" ")

    change(decided, "suspended")
    assert status_of(decided) is Status.SUSPENDED
    with pytest.raises(StatusChangeRefused):
        change(decided, "suspended")
    change(decided, "reinstated")
    assert status_of(decided) is Status.VALID
    change(decided, "suspended")
    change(decided, "revoked")

    assert status_of(decided) is Status.REVOKED
    for status in ("suspended", "reinstated", "revoked"):
        with pytest.raises(StatusChangeRefused):
            change(decided, status)
    found = decided.database.read_sync(by_code, text=issued(decided)[0].code)
    assert found is not None
    assert [c.status for c in found.history] == ["suspended", "reinstated", "suspended", "revoked"]


def test_status_is_changed_by_the_agency_s_board_only(decided: Stage) -> None:
    issue_awards(decided.database, decided.issuer())
    refusals: tuple[tuple[str, type[UjikomError]], ...] = (
        ("sidang-lain", CertificateUnknown),
        ("admin", RoleMissing),
        ("auditor", RoleMissing),
    )

    for who, error in refusals:
        with pytest.raises(error):
            change(decided, "revoked", by=who)

    assert status_of(decided) is Status.VALID


def test_newer_result_supersedes_and_time_expires(decided: Stage) -> None:
    issue_awards(decided.database, decided.issuer())
    own = issued(decided)[0]
    decided.clock.advance((own.valid_until - decided.clock.now()).total_seconds() - 1)
    assert status_of(decided) is Status.VALID
    decided.clock.advance(1)
    assert status_of(decided) is Status.EXPIRED

    @emits("graded.auto", "result.computed")
    def regrade(tx: Tx) -> None:
        compute_result(tx, delivery.sitting(tx, own.sitting_id))

    decided.database.write_sync(regrade)

    assert status_of(decided) is Status.SUPERSEDED


CHANGES = [StatusChange(s, "alasan", AT) for s in ("suspended", "reinstated", "revoked")]
SUSPENDED, REINSTATED, REVOKED = CHANGES


@pytest.mark.parametrize(
    ("history", "newest", "at", "expected"),
    [
        ([], b"r", AT, Status.VALID),
        ([], b"r", AT + DAY, Status.EXPIRED),
        ([], b"n", AT, Status.SUPERSEDED),
        ([], None, AT, Status.SUPERSEDED),
        ([SUSPENDED], b"r", AT, Status.SUSPENDED),
        ([SUSPENDED], b"r", AT + DAY, Status.SUSPENDED),
        ([SUSPENDED], b"n", AT, Status.SUPERSEDED),
        ([SUSPENDED, REINSTATED], b"r", AT, Status.VALID),
        ([SUSPENDED, REINSTATED, SUSPENDED], b"r", AT, Status.SUSPENDED),
        ([REVOKED], b"r", AT, Status.REVOKED),
        ([REVOKED], b"n", AT + DAY, Status.REVOKED),
        ([SUSPENDED, REVOKED, REINSTATED], b"r", AT, Status.REVOKED),
    ],
)
def test_status_is_derived_with_the_strongest_reason_first(
    history: list[StatusChange], newest: bytes | None, at: datetime, expected: Status
) -> None:
    derived = derive(history, result_digest=b"r", newest_result=newest, valid_until=AT + DAY, at=at)

    assert derived is expected


@emits_nothing("a test gives a person a name that no font of ours can draw")
def rename(tx: Tx, *, person_id: bytes) -> None:
    people.rename_person(tx, person_id, name="Siti \u674e Contoh", unit="Dinas Contoh")


def test_certificate_that_cannot_be_printed_does_not_hold_up_the_others(
    decided: Stage, sequencer: Sequencer, tmp_path: Path
) -> None:
    own = decided.database.read_sync(registrations.registrations, session_id=decided.session)[0]
    decided.database.write_sync(rename, person_id=own.person_id)
    issue_awards(decided.database, decided.issuer())
    sequencer.drain()

    for _ in range(2):  # a worker process hands its error over whole, again and again
        with processes() as pool:
            print_pending(decided.database, Blobs(tmp_path), decided.issuer(), pool=pool)

    printed = [decided.database.read_sync(store.pdf, certificate_id=c.id) for c in issued(decided)]
    assert [pdf is not None for pdf in printed] == [False, True]
