"""Erasing a person: name and number are nowhere, and everything else still verifies."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import close, install, issuer_of
from audit import leaf as leaves
from audit import log, merkle, proof
from audit import store as log_store
from audit.note import parse_vkey
from audit.verify import main as verify_log
from certificates import checking, store, verification
from certificates.erasure import erase
from certificates.issuing import issue_awards, print_pending
from certificates.service import change_status
from exam_engine import auditing
from exam_engine.delivery.own_evidence import own_evidence
from exam_engine.evidence_file import check, parse
from exam_engine.outcomes.decisions import board_rows
from exam_engine.registration.service import open_session
from kernel import ids
from kernel.clock import ManualClock
from kernel.database import Database, Tx
from kernel.settings import Settings
from migrations import schema
from people import sign_ins
from people import store as persons
from people.errors import PersonErased, PersonUnknown, RetentionHolds
from tests.cast import AGENCY, CANDIDATES
from tests.commands import Place
from tests.conftest import START
from tests.finished_exam import copied
from tests.stage import ENGINES, Facts, Stage, set_up
from web.installation import Installation

NAME, NIP = CANDIDATES[0]
REASON = "permintaan pemilik data"
AFTER = timedelta(days=366 * 4)


class House:
    """An open installation with a planned exam; the first candidate is to be erased."""

    def __init__(self, here: Installation, place: Place, clock: ManualClock, facts: Facts) -> None:
        self.here = here
        self.place = place
        self.clock = clock
        self.database: Database = here.database
        self.stage = Stage(here.database, clock, facts)

    def hold(self) -> None:
        """Two certificates."""
        self.stage.open()
        self.stage.sat(0)
        self.stage.sat(1)
        self.stage.close()
        self.stage.decide()
        issue_awards(self.database, issuer_of(self.here))
        self.sequence()
        with ThreadPoolExecutor(1) as pool:
            print_pending(self.database, self.here.blobs, issuer_of(self.here), pool=pool)
        self.sequence()

    def sequence(self) -> None:
        assert self.here.sequencer is not None
        self.here.sequencer.drain()

    def erase(self, nip: str = NIP) -> int:
        return erase(self.database, agency=AGENCY, nip=nip, reason=REASON)

    def export(self, folder: Path) -> Path:
        assert self.place.call("audit", "export", str(folder)).code == 0
        return folder


def opened(place: Place, clock: ManualClock, facts: Facts | None = None) -> House:
    """A house on an installation; its exam is planned unless it is there."""
    here = install(Settings(data=place.data, database_url=place.url), clock=clock)
    house = House(here, place, clock, facts or set_up(here.database))
    if facts is None:
        clock.advance(timedelta(minutes=5).total_seconds())
    return house


@pytest.fixture(scope="module", params=ENGINES)
def finished(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Place, Facts, datetime]:
    """An installation whose exam was held, closed and to be copied, once for each engine."""
    folder = tmp_path_factory.mktemp("finished") / "data"
    url = request.getfixturevalue("postgres").create() if request.param == "postgresql" else ""
    if url:
        schema.upgrade(url)
    house = opened(Place(folder, url), ManualClock(START))
    house.hold()
    close(house.here)
    stage = house.stage
    facts = Facts(stage.cast, stage.session, stage.room, stage.cards)
    return house.place, facts, house.clock.now()


@pytest.fixture
def held(
    finished: tuple[Place, Facts, datetime], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[House]:
    """The exam is over, its certificates are in force."""
    place, facts, at = finished
    server = request.getfixturevalue("postgres") if place.url else None
    url = server.create(template=place.url) if server else ""
    house = opened(copied(place, tmp_path / "data", url), ManualClock(at), facts)
    yield house
    close(house.here)
    if server:
        server.drop(url)


@pytest.fixture
def done(held: House) -> House:
    """Everything is over, and every certificate has expired."""
    held.clock.advance(AFTER.total_seconds())
    return held


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The exam is planned."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    template = request.getfixturevalue("postgres_template") if server else ""
    url = server.create(template=template) if server else ""
    house = opened(Place(tmp_path / "data", url), ManualClock(START))
    yield house
    close(house.here)
    if server:
        server.drop(url)


def bytes_under(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def log_faults(house: House) -> list[str]:
    return house.database.read_sync(
        checking.log_faults,
        vkey=house.here.log_vkey,
        lock=house.place.data / "lock" / "log",
        progress=lambda _done, _whole: None,
    )


def test_name_and_number_are_in_no_file_afterwards(done: House, tmp_path: Path) -> None:
    done.sequence()
    if done.database.engine == "sqlite":
        before = bytes_under(done.place.data)
        assert NAME.encode() in before
        assert NIP.encode() in before

    assert done.erase() > 0
    done.sequence()

    found = bytes_under(done.place.data) + bytes_under(done.export(tmp_path / "export"))
    assert CANDIDATES[1][0].encode() in found or done.database.engine == "postgresql"
    for secret in (NAME, NIP):
        assert secret.encode() not in found
    for table in ("person", "account", "certificate", "decision", "registration", "log_opening"):
        rows = repr(done.place.rows(f"SELECT * FROM {table}"))
        assert NAME not in rows
        assert NIP not in rows


def test_log_tables_and_export_still_verify(done: House, tmp_path: Path) -> None:
    done.erase()
    done.sequence()

    assert log_faults(done) == []
    assert done.database.read_sync(checking_all) == []
    assert done.database.read_sync(checking.certificate_faults, blobs=done.here.blobs) == []
    folder = done.export(tmp_path / "export")
    assert verify_log([str(folder), "--key", done.here.log_vkey]) == 0


def checking_all(tx: Tx) -> list[str]:
    return checking.exam_faults(tx)


def test_evidence_and_certificate_of_another_still_verify(done: House) -> None:
    other = done.stage.seat(1)
    vkey = done.here.log_vkey
    _, before = done.database.read_sync(own_evidence, vkey=vkey, by=other.principal)
    [_, certificate] = done.database.read_sync(store.of_session, session_id=done.stage.session)

    done.erase()
    done.sequence()

    _, after = done.database.read_sync(own_evidence, vkey=vkey, by=other.principal)
    for data in (before, after):
        assert check(parse(data), parse_vkey(vkey)) == []
    shown = done.database.read_sync(verification.by_code, text=certificate.code)
    assert shown is not None
    assert shown.signed
    assert shown.opens


def test_certificate_of_the_erased_is_answered_like_an_unknown_code(done: House) -> None:
    [first, second] = done.database.read_sync(store.of_session, session_id=done.stage.session)
    credential = {"credentialSubject": {"licenseNumber": first.number}}

    done.erase()

    assert done.database.read_sync(verification.by_code, text=first.code) is None
    assert done.database.read_sync(verification.by_credential, credential=credential) is None
    left = done.database.read_sync(store.of_session, session_id=done.stage.session)
    assert [c.number for c in left] == [second.number]


def test_replay_of_the_erased_says_so_and_the_board_still_reads(done: House) -> None:
    handle = done.database.read_sync(store.of_session, session_id=done.stage.session)[0].handle

    done.erase()

    with pytest.raises(PersonErased):
        done.database.read_sync(replay_of, handle=handle)
    assert done.place.call("replay", handle.hex()).code == 4
    by = done.stage.cast["sidang"]
    _, rows = done.database.read_sync(board_rows, session_id=done.stage.session, by=by)
    assert (rows[0].name, rows[0].result is None) == ("", True)
    assert rows[1].result is not None


def replay_of(tx: Tx, *, handle: bytes) -> object:
    sitting_id = auditing.sitting_called(tx, name=handle.hex())
    assert sitting_id is not None
    return auditing.replay_sitting(tx, sitting_id=sitting_id)


def test_replay_tells_who_never_started_from_who_is_unknown(held: House) -> None:
    absent = held.place.call("replay", "0001-0003")
    unknown = held.place.call("replay", "0009-0009")

    assert (absent.code, "belum memulai" in absent.err) == (2, True)
    assert (unknown.code, "tidak ditemukan" in unknown.err) == (2, True)


# what else ends, and what is said


def test_sign_ins_and_accounts_end(done: House) -> None:
    seat = done.stage.seat(0)
    nip = done.database.read_sync(nip_of, username="pengawas")
    token = sign_ins.new_token()
    by = done.stage.cast["pengawas"]
    done.database.write_sync(
        sign_ins.open_sign_in, token=token, person_id=by.person_id, account_id=by.account_id
    )
    assert done.database.read_sync(sign_ins.find, token=token) is not None

    done.erase()
    done.erase(nip)

    assert done.database.read_sync(sign_ins.find, token=seat.token) is None
    assert done.database.read_sync(sign_ins.find, token=token) is None
    assert done.database.read_sync(persons.account_named, username="pengawas") is None
    [(disabled, stored)] = done.place.rows(
        "SELECT disabled, password_hash FROM account WHERE username LIKE 'dihapus-%%'"
    )
    assert (disabled, stored) == (1, "")


def nip_of(tx: Tx, *, username: str) -> str:
    account = persons.account_named(tx, username)
    assert account is not None
    return persons.person(tx, account.person_id).nip


def test_log_tells_the_handle_and_neither_reason_nor_person(done: House) -> None:
    [first, _] = done.database.read_sync(store.of_session, session_id=done.stage.session)

    done.erase()
    done.sequence()

    newest = done.database.read_sync(log.entries_of, handle=first.handle)[-1]
    told = leaves.decode(newest)
    assert told.type == "privacy.erased"
    assert told.chain is not None
    assert told.chain.handle == first.handle
    assert dict(told.clear) == {}
    assert set(told.commitments) == {"reason"}
    for hidden in (REASON, NIP, NAME, ids.text(first.person_id), first.person_id.hex()):
        assert hidden.encode() not in newest


def test_second_erasure_finds_nobody_and_cleans_again(done: House) -> None:
    done.erase()

    with pytest.raises(PersonUnknown):
        done.erase()
    assert done.database.read_sync(waiting_erasures) == 1


def waiting_erasures(tx: Tx) -> int:
    return sum(b'"privacy.erased"' in row for row in log_store.waiting_leaves(tx))


def test_erasing_two_people_of_one_agency_does_not_collide(done: House) -> None:
    for _, nip in CANDIDATES:
        assert done.erase(nip) > 0

    done.sequence()
    assert log_faults(done) == []


# what holds it


def test_valid_certificate_holds_the_data_until_it_ends(held: House) -> None:
    [first, _] = held.database.read_sync(store.of_session, session_id=held.stage.session)

    with pytest.raises(RetentionHolds) as refused:
        held.erase()

    assert refused.value.data == {
        "rule": "certificate_valid",
        "until": first.valid_until.date().isoformat(),
    }
    assert held.database.read_sync(persons.person, person_id=first.person_id).name == NAME
    assert held.database.read_sync(waiting_erasures) == 0


def test_revoked_certificate_holds_nothing(held: House) -> None:
    [first, _] = held.database.read_sync(store.of_session, session_id=held.stage.session)
    by = held.stage.cast["sidang"]
    for status in ("suspended", "revoked"):
        held.database.write_sync(
            change_status, certificate_id=first.id, status=status, reason="contoh", by=by
        )
        if status == "suspended":
            with pytest.raises(RetentionHolds, match="certificate_valid"):
                held.erase()

    assert held.erase() > 0


def test_session_that_is_not_closed_holds_the_data(house: House) -> None:
    def opened() -> None:
        by = house.stage.cast["admin"]
        house.database.write_sync(open_session, session_id=house.stage.session, by=by)

    for move in (house.stage.freeze, opened):
        with pytest.raises(RetentionHolds, match="session_not_closed"):
            house.erase()
        move()
    with pytest.raises(RetentionHolds, match="session_not_closed"):
        house.erase()
    house.stage.sat(2)
    house.stage.close()

    assert house.erase() > 0, "who did not sit is let go with the session's end"


def test_award_that_waits_for_its_certificate_holds_the_data(house: House) -> None:
    house.stage.open()
    house.stage.sat(0)
    house.stage.close()
    house.stage.decide()
    with pytest.raises(RetentionHolds, match="certificate_pending"):
        house.erase()

    issue_awards(house.database, issuer_of(house.here))
    house.clock.advance(AFTER.total_seconds())

    with pytest.raises(RetentionHolds, match="certificate_pending"):
        house.erase()


# the command


def test_command_refuses_by_the_rule_and_erases_when_it_may(held: House) -> None:
    words = ("people", "erase", NIP, "--agency", AGENCY, "--reason", REASON)

    said = held.place.call(*words, LANG="en_US.UTF-8")
    assert said.code == 4
    assert "still in force" in said.err
    assert "retention_holds" in said.err
    assert held.place.call(*words, "--force").code == 2

    third = CANDIDATES[2][1]
    assert held.place.call("people", "erase", third, *words[3:]).code == 0
    assert held.place.call("people", "erase", third, *words[3:]).code == 4
    assert held.place.call("audit", "fsck").code == 0


def test_proof_command_proves_a_leaf_and_the_end_of_a_sitting(held: House) -> None:
    [first, _] = held.database.read_sync(store.of_session, session_id=held.stage.session)
    key = parse_vkey(held.here.log_vkey)
    chain = held.database.read_sync(log.entries_of, handle=first.handle)

    for name, leaf in (
        (merkle.leaf_hash(chain[0]).hex(), chain[0]),
        (first.handle.hex(), chain[-1]),
        ("0001-0001", chain[-1]),
    ):
        said = held.place.call("audit", "proof", name)
        assert said.code == 0
        proof.verify(proof.parse(said.out), leaf, key)
    for name in ("0" * 64, "z" * 64, "9999-9999"):
        assert held.place.call("audit", "proof", name).code == 2
